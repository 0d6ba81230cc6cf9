"""What a checkpoint says of a log that was read: another root, a missing end, or nothing yet."""

from __future__ import annotations

from typing import Final

from govdesk.evidence.merkle import Frontier
from govdesk.evidence.report import NOT_JUDGED_WITHOUT_CHECKPOINT, Checkpoint, Report

UNCOMPARED: Final = "the checkpoint's root: the events up to it were not all read now"
"""Said where the tree at the checkpoint's size is not known."""


def judge_end(report: Report, seq: int, known: Checkpoint | None, marked: Frontier | None) -> None:
    """Compare with a root that is known from elsewhere.

    `seq` is the last event that was read, `marked` the tree at the checkpoint's size if all events
    up to it were read and none was at fault.
    """
    if known is None:
        report.not_judged.extend(NOT_JUDGED_WITHOUT_CHECKPOINT)
        return
    report.checkpoint = known
    if seq < known.size:
        report.add(seq + 1, known.size, "cut", "the checkpoint covers these events")
        return
    if marked is not None:
        if marked.root().hex() != known.root:
            report.add(1, known.size, "rechained", "the checkpoint's root is another")
    elif not report.faults:
        report.not_judged.append(UNCOMPARED)
    if seq > known.size:
        report.not_judged.append(f"events after {known.size}: no checkpoint covers them")
