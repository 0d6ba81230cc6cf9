"""What a sealed file is worth: its verification in the background, and what that says of a row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from govdesk.database.snapshot_format import SnapshotKey
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report
from govdesk.services.children import run_in_child
from govdesk.services.seals import SealFault, SealState
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.snapshot_verification import verify_snapshot

Standing = Literal["verified", "unknown_key", "unsigned", "undecided", "faulty"]
Progress = Callable[[int, int], None]

_WAITS: Final[dict[Standing, str]] = {
    "unknown_key": (
        "This row fits its leaf. Whether it is what was sealed is not judged until you trust the"
        " key of the snapshot."
    ),
    "unsigned": (
        "This row fits its leaf. Whether it is what was sealed cannot be judged: the snapshot"
        " carries no checkpoint that a key has signed."
    ),
    "undecided": "Whether this row is what was sealed cannot be judged from this snapshot.",
    "faulty": (
        "Nothing is wrong with this row by itself. The snapshot as a whole is not what was signed."
    ),
}
_OF_THE_WHOLE: Final = frozenset(("signature", "manifest", "forked", "rechained", "rolled_back"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to: `verified` means signed by a key that this person trusts."""

    standing: Standing
    report: Report
    seals: SealState
    at: datetime

    @property
    def words(self) -> str:
        """What the band says."""
        if self.standing == "verified":
            return "verified"
        if self.standing == "faulty":
            count = len(self.report.faults)
            return f"not verified: {count:,} {'fault' if count == 1 else 'faults'}"
        return "not verified"


def verify(
    link: SnapshotLink,
    keys: Sequence[VerifierKey],
    progress: Progress,
    cancel: threading.Event,
) -> Verdict:
    """Verify the whole file in a process of its own, against keys that this person trusts.

    Raises `SnapshotProblem` where the file is not what was opened, and `ChildCancelled`.
    """
    link.check_same()
    if is_unknown(link, keys):
        # Whoever signed it may be the right one: to be compared, and no fault of the file.
        keys = ()
    report = run_in_child(
        _verify,
        str(link.path),
        link.key,
        [key.text for key in keys],
        on_message=lambda done: progress(*done),
        cancel=cancel,
    )
    link.check_same()
    return judged(report, link, keys)


def is_unknown(link: SnapshotLink, keys: Sequence[VerifierKey]) -> bool:
    """Whether keys signed the file of which none is trusted."""
    signers = link.facts.signers
    return bool(signers) and not any(key in keys for key in signers)


def _verify(
    send: Callable[[object], None], path: str, key: SnapshotKey, keys: Sequence[str]
) -> Report:
    """Body of the child: it would hold the interpreter's lock beside the window."""
    trusted = [VerifierKey.parse(vkey) for vkey in keys]
    return verify_snapshot(Path(path), key, trusted, lambda done, total: send((done, total)))


def judged(report: Report, link: SnapshotLink, keys: Sequence[VerifierKey]) -> Verdict:
    """Say what a report comes to."""
    standing = _standing(report, link, keys)
    at = datetime.now(UTC)
    last = report.last_seq or 0
    is_signed = standing == "verified" or (
        standing == "faulty"
        and report.checkpoint is not None
        and report.checkpoint.signed_by is not None
        and not any(fault.kind in _OF_THE_WHOLE for fault in report.faults)
    )
    seals = SealState.of(
        [SealFault(fault.first, fault.last, fault.kind, fault.detail) for fault in report.faults],
        verified_to=last if is_signed else 0,
        newest=last,
        verified_at=at,
        waits_for=_WAITS.get(standing, ""),
    )
    return Verdict(standing, report, seals, at)


def _standing(report: Report, link: SnapshotLink, keys: Sequence[VerifierKey]) -> Standing:
    if report.faults or report.ok is False:
        return "faulty"
    if report.ok and report.checkpoint is not None and report.checkpoint.signed_by is not None:
        return "verified"
    if is_unknown(link, keys):
        return "unknown_key"
    return "undecided" if link.facts.signers else "unsigned"
