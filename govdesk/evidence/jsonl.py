"""Verification of an exported JSONL file and its manifest. Any input gets a report, never an error
(but for a file that cannot be read at all)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from govdesk.evidence.covered import Covered
from govdesk.evidence.leaf import GENESIS
from govdesk.evidence.lines import Lines
from govdesk.evidence.manifest import BadManifest, Manifest
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.verification import State, Verifier

SUFFIX = ".manifest"


def verify_jsonl(
    path: Path,
    manifest: Path | None = None,
    *,
    checkpoint: Checkpoint | None = None,
    keys: Sequence[VerifierKey] = (),
) -> Report:
    """Verify the events of a file; the manifest is ``FILE.manifest`` unless named.

    Without a manifest, completeness and what may be absent cannot be judged. A filtered file has
    gaps; each of its events is checked, and links only between neighbours. A named manifest that
    is not there is a fault. `checkpoint` is a root known from elsewhere. The signed checkpoint that
    a manifest carries counts with one of the `keys` that signed it; without, the events are judged
    as those of a file that has none. Raises OSError if the file itself cannot be read.
    """
    said, trouble = _manifest(path, manifest)
    broken: dict[int, str] = {}
    verifier = _verifier(said, checkpoint, broken)
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        lines = Lines(file, digest, broken)
        covered = Covered(said)
        verifier.feed(covered.watched(lines.rows()))
    report = verifier.finish()
    for first, last in lines.of_other_tenants():
        report.add(first, last, "altered", "not what was sealed: tenant_id")
    if said is None:
        _without_manifest(report, trouble)
    else:
        report.filter = said.filter
        _compare(report, verifier, said, digest.hexdigest())
    if report.rows == 0:
        report.ok = False if report.faults else None
        report.complete = None if report.ok is None else report.complete
    else:
        report.settle()
        covered.judge(report, keys)
    return report


def _manifest(path: Path, named: Path | None) -> tuple[Manifest | None, str]:
    try:
        return Manifest.read(named or path.with_name(path.name + SUFFIX)), ""
    except FileNotFoundError:
        return None, "the manifest that was named is not there" if named else ""
    except BadManifest as error:
        return None, str(error)


def _verifier(
    said: Manifest | None, checkpoint: Checkpoint | None, notes: dict[int, str]
) -> Verifier:
    if said is None:
        return Verifier(State(prev=None), to_end=False, checkpoint=checkpoint, notes=notes)
    return Verifier(
        State(said.first - 1, GENESIS if said.first == 1 else None)
        if said.complete and said.first
        else State(prev=None),
        redacted_fields=said.redacted,
        contiguous=said.complete,
        erased_fields=said.erased,
        tenant_path=said.tenant_path,
        checkpoint=checkpoint if said.complete else None,
        notes=notes,
    )


def _without_manifest(report: Report, trouble: str) -> None:
    report.complete = None
    report.not_judged.insert(0, "completeness and what may be absent: there is no manifest")
    if trouble:
        report.add(0, 0, "manifest", trouble)


def _compare(report: Report, verifier: Verifier, said: Manifest, sha256: str) -> None:
    _compare_ends(report, said, verifier.state.seq if report.rows else None)
    if report.faults:
        if sha256 != said.sha256:
            report.not_judged.append("the manifest's digest and root: faults changed them anyway")
    else:
        found = {
            "rows": report.rows == said.rows,
            "sha256": sha256 == said.sha256,
            "root": not report.rows or report.root == said.root,
            "prev": said.prev is None or not report.rows or verifier.first_prev == said.prev,
            "first_seq": report.first_seq == said.first_seq,
            "last_seq": report.last_seq == said.last_seq,
        }
        for name in (name for name, holds in found.items() if not holds):
            report.add(0, 0, "manifest", f"{name} is not what the manifest says")
    lost = any(fault.kind in ("deleted", "cut") for fault in report.faults)
    report.complete = not lost if said.complete else None


def _compare_ends(report: Report, said: Manifest, last_event: int | None) -> None:
    """Events that the manifest promises and that are not there."""
    end = said.last if said.complete else said.last_seq or 0
    reached = last_event or (said.first_seq or said.first or 1) - 1
    if reached < end:
        report.add(reached + 1, end, "cut", "the manifest promises events up to here")
    elif said.complete and reached > end and not report.covers(reached, "inserted"):
        report.add(end + 1, reached, "inserted", "the manifest ends before these events")
    if said.complete or not report.rows or report.faults:
        return
    first, last = report.first_seq or 0, report.last_seq or 0
    if said.first_seq is not None and first > said.first_seq:
        report.add(said.first_seq, first - 1, "deleted", "the manifest's first event is not there")
    elif report.rows < said.rows:
        lost = said.rows - report.rows
        report.add(first, last, "deleted", f"{lost} events that the manifest counts are not there")
    elif report.rows > said.rows:
        more = report.rows - said.rows
        report.add(first, last, "inserted", f"{more} events that the manifest does not count")
