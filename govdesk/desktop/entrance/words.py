"""Sentences about problems of getting in."""

from __future__ import annotations

from typing import Final

from govdesk.domain.problem import Problem
from govdesk.services.connecting import CertificateProblem

ONLY_ONCE: Final = "This code was used already."


def described(problem: Problem) -> str:
    """What happened and what to do; for a certificate also what it is and what is at stake."""
    text = f"{problem.sentence} {problem.remedy}".strip()
    if not isinstance(problem, CertificateProblem):
        return text
    shown = problem.finding.certificate
    return (
        f"{text}\n\n"
        f"Certificate: {shown.subject}, issued by {shown.issuer},"
        f" valid {shown.valid_from:%Y-%m-%d} to {shown.valid_to:%Y-%m-%d}.\n"
        f"SHA-256: {_grouped(shown.fingerprint)}\n\n"
        f"To go on without verifying, choose the protection “Encrypt, but verify nothing”"
        f" in the profile. {problem.gives_up}"
    )


def _grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))
