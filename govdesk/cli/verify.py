"""``govdesk verify FILE``: offline verification."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from govdesk.cli import identity
from govdesk.cli.output import Bar, emit, stop
from govdesk.evidence.report import Report
from govdesk.services import offline
from govdesk.services import report_words as words

_SHOWN = 50
_KEY = typer.Option(
    [], "--key", help="Key, a file with it, or a trusted fingerprint; default: those trusted here."
)


def verify(
    file: Path,
    key: list[str] = _KEY,
    manifest: Path | None = typer.Option(None, help="Sidecar; FILE.manifest if not given."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Verify a bundle (.zip), snapshot (.govsnap), export (.jsonl) or PDF, without a server."""
    kind = offline.kind_of(file)
    keys = offline.keys_given(key)
    passphrase = _passphrase() if kind == "snapshot" else None
    bar = Bar("verifying")
    try:
        report = offline.verify_file(file, keys, passphrase, bar, manifest=manifest)
    finally:
        bar.close()
    emit(report.as_json(), as_json=as_json, text=told(report))
    stop(exit_code(report))


def _passphrase() -> str | None:
    if "GOVDESK_SNAPSHOT_PASSPHRASE" not in os.environ and not sys.stdin.isatty():
        return None
    return identity.snapshot_passphrase()


def exit_code(report: Report) -> int:
    """0 whole, 1 a fault, 3 cannot judge."""
    return {True: 0, False: 1, None: 3}[report.ok]


def told(report: Report) -> str:
    """The report in sentences."""
    lines = [words.verdict(report), *words.extent(report)]
    for fault in report.faults[:_SHOWN]:
        where = f"{fault.first}" if fault.first == fault.last else f"{fault.first}–{fault.last}"
        lines.append(f"  {fault.kind:<11} {where}: {fault.detail}")
    if len(report.faults) > _SHOWN:
        lines.append(f"  … and {len(report.faults) - _SHOWN} more; --json has them all.")
    lines.extend(words.absences(report))
    lines.extend(f"Not judged: {text}." for text in report.not_judged)
    lines.extend(words.signed(report))
    if report.root:
        lines.append(f"Root of the tree: {report.root}")
    return "\n".join(lines)
