"""``govdesk verify FILE``: offline verification."""

from __future__ import annotations

from pathlib import Path

import typer

from govdesk.cli.output import Trouble, emit, stop
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.report import Report

_SHOWN = 50


def verify(
    file: Path,
    manifest: Path | None = typer.Option(None, help="Sidecar; FILE.manifest if not given."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Verify an exported .jsonl file and its manifest, without a server."""
    if not file.exists():
        raise Trouble(f"{file} does not exist.", 2)
    if file.suffix != ".jsonl":
        raise Trouble(
            f"{file.name} cannot be verified: only .jsonl is exact; other forms are derived.", 2
        )
    try:
        report = verify_jsonl(file, manifest)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", 3) from None
    emit(report.as_json(), as_json=as_json, text=told(report))
    stop(exit_code(report))


def exit_code(report: Report) -> int:
    """0 whole, 1 a fault, 3 cannot judge."""
    return {True: 0, False: 1, None: 3}[report.ok]


def told(report: Report) -> str:
    """The report in sentences."""
    verdict = {
        True: "No fault found",
        False: f"{len(report.faults)} faults found",
        None: "Cannot judge",
    }[report.ok]
    lines = [f"{verdict} in {report.rows} events."]
    for fault in report.faults[:_SHOWN]:
        where = f"{fault.first}" if fault.first == fault.last else f"{fault.first}–{fault.last}"
        lines.append(f"  {fault.kind:<11} {where}: {fault.detail}")
    if len(report.faults) > _SHOWN:
        lines.append(f"  … and {len(report.faults) - _SHOWN} more; --json has them all.")
    if report.redacted or report.erased:
        lines.append(f"{report.redacted} fields are redacted, {report.erased} erased.")
    lines.extend(f"Not judged: {text}." for text in report.not_judged)
    if report.root:
        lines.append(f"Root of the tree: {report.root}")
    return "\n".join(lines)
