"""What a report says, in sentences: the same for the command line and for the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter

from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report


def verdict(report: Report) -> str:
    """Return the verdict and over how many events it is."""
    found = {
        True: "No fault found",
        False: f"{len(report.faults)} {'fault' if len(report.faults) == 1 else 'faults'} found",
        None: "Cannot judge",
    }[report.ok]
    return f"{found} in {report.rows} events."


def extent(report: Report) -> list[str]:
    """Return what a bundle or snapshot says besides: range, filter, completeness."""
    if not isinstance(report, BundleReport) or report.first is None:
        return []
    others = f"; {report.left_out:,} others are shown by their leaves" if report.left_out else ""
    said = [
        f"Events {report.first:,} to {report.last:,}{others}. Filter: {report.filter or 'none'}"
    ]
    if report.complete:
        said.append("Complete: the filter selects these events of the range and no others.")
    if report.proven_about:
        said.append(_about(report.proven_about))
    return said


def _about(about: Mapping[str, str]) -> str:
    """Return whom a file is about and who made it, as the log holds it."""
    names = [about[name] for name in ("organization", "legal_entity", "country") if about.get(name)]
    made = f"made by {about['made_by']}" if about.get("made_by") else "made"
    contact = [f"compliance contact {about['contact']}"] if about.get("contact") else []
    parts = [", ".join(names), *contact, f"{made} at {about['generated_at']}"]
    return f"As the log holds it: {_line('; '.join(filter(None, parts)))}."


def _line(text: str) -> str:
    """Return a text on one line; signs by which it could pose as more are shown as escapes."""
    return "".join(
        sign if sign.isprintable()
        else ascii(sign)[1:-1] if not sign.isascii() else f"\\x{ord(sign):02x}"
        for sign in text
    )  # fmt: skip


def absences(report: Report) -> list[str]:
    """Return what is lawfully not there any more."""
    gone = [
        f"{count:,} {'field is' if count == 1 else 'fields are'} {how}"
        for count, how in ((report.redacted, "redacted"), (report.erased, "erased"))
        if count
    ]
    said = [f"{', '.join(gone)}."] if gone else []
    if report.pruned:
        said.append(f"{report.pruned:,} events of archived months are pruned; their hashes stay.")
    return said


def signed(report: Report, name: Callable[[VerifierKey], str] = attrgetter("text")) -> list[str]:
    """Return how large the checkpoint is and who signed it, by this name of the key."""
    if report.checkpoint is None:
        return []
    key = signer(report)
    who = f"signed by {name(key)}" if key else "whose signature is not proven"
    return [f"Checkpoint of {report.checkpoint.size:,} events, {who}."]


def signer(report: Report) -> VerifierKey | None:
    """Return the key, one of those that were given, that signed the checkpoint."""
    by = report.checkpoint.signed_by if report.checkpoint is not None else None
    return VerifierKey.parse(by) if by else None
