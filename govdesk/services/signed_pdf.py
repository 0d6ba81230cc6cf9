"""Verification of a signed PDF: the signature, and the canonical events that it carries.

The pages are derived from the events; they are covered by the signature and judged by nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report
from govdesk.exports.pdf.attachments import EVENTS, MANIFEST
from govdesk.exports.pdf.opening import Foreign, Opened, opened
from govdesk.exports.pdf.reading import Damaged
from govdesk.exports.pdf.verifying import Signature

Progress = Callable[[int, int], None]

PAGES: Final = (
    "the pages: they are derived from the attached events and covered by the signature alone"
)
_NOTHING_ATTACHED: Final = (
    "the events: none are attached, so the pages are a rendering only; verify the JSONL export"
    " that belongs beside this document"
)


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def verify_pdf(
    path: Path, keys: Sequence[VerifierKey] = (), progress: Progress = _silent
) -> Report:
    """Verify a PDF that GovDesk exported; any other file is judged by a sentence.

    A signature that is broken or does not cover the whole file is a fault, and so is whatever the
    attached events have: their manifest may carry a signed checkpoint, which counts with one of the
    `keys` that signed it. What is not signed or carries no events cannot be judged. Raises OSError
    if the file cannot be read.
    """
    try:
        with opened(path, progress) as document:
            report = _events(document, keys)
            _judge_signature(report, document.signature)
    except Foreign as why:
        report = Report(not_judged=[f"anything: {path.name} is no PDF that GovDesk made ({why})"])
    except Damaged as why:
        report = Report(ok=False, complete=None)
        report.add(0, 0, "signature", f"the file is damaged or was changed: {why}")
    return report


def _events(document: Opened, keys: Sequence[VerifierKey]) -> Report:
    """The report on the attached events, from files that exist as long as it takes."""
    if not document.attached:
        return Report(not_judged=[_NOTHING_ATTACHED])
    with tempfile.TemporaryDirectory(prefix="govdesk-") as folder:
        for name in (EVENTS, MANIFEST):
            document.extract(name, Path(folder) / name)
        return verify_jsonl(Path(folder) / EVENTS, Path(folder) / MANIFEST, keys=keys)


def _judge_signature(report: Report, found: Signature | None) -> None:
    if found is None:
        report.not_judged.append("who made this and whether it was changed: it is not signed")
        report.ok = False if report.ok is False else None
        return
    for fault in found.faults:
        report.add(0, 0, "signature", fault)
    if found.faults:
        report.ok = False
    report.not_judged += [PAGES, *_identity(found)]


def _identity(found: Signature) -> list[str]:
    signer = found.signer
    if signer is None:
        return []
    when = f"; it says it signed at {found.at:%Y-%m-%d %H:%M:%S} UTC" if found.at else ""
    return [f"who “{signer.name}” is{when}: {signer.meaning} Certificate SHA-256: {signer.grouped}"]
