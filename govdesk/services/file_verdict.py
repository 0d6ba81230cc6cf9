"""A file that somebody chose, judged as ``govdesk verify`` judges it, beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report
from govdesk.services import offline
from govdesk.services.children import run_in_child
from govdesk.services.trust import Trust

Standing = Literal["verified", "fits", "faulty", "undecided", "snapshot", "derived"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """`verified` is what a key that counts here signed; what only `fits`, nobody known.

    A `snapshot` needs its passphrase and `derived` forms prove nothing: neither has a report.
    `notice` says what is wrong with the file of trusted keys.
    """

    standing: Standing
    report: Report | None = None
    notice: str = ""


def judge(
    path: Path,
    pinned: Sequence[VerifierKey],
    progress: Progress,
    cancel: threading.Event,
    trust: Trust | None = None,
) -> FileVerdict:
    """Judge a file by the keys that are trusted on this computer and those the witness pinned.

    Raises `Problem` for a file that cannot be read, and `ChildCancelled`.
    """
    try:
        kind = offline.kind_of(path)
    except offline.NoEvidence:
        return FileVerdict("derived")
    if kind == "snapshot":
        return FileVerdict("snapshot")
    trust = trust or Trust()
    keys = dict.fromkeys(key.text for key in (*offline.keys_given((), trust), *pinned))
    report = run_in_child(
        _verify, str(path), list(keys), on_message=lambda done: progress(*done), cancel=cancel
    )
    return FileVerdict(standing_of(report), report, trust.notice)


def _verify(send: Callable[[object], None], path: str, keys: Sequence[str]) -> Report:
    """Body of the child: it would hold the interpreter's lock beside the window."""
    trusted = [VerifierKey.parse(vkey) for vkey in keys]
    return offline.verify_file(
        Path(path), trusted, progress=lambda done, total: send((done, total))
    )


def standing_of(report: Report) -> Standing:
    """Say what a report comes to; without a key that counts nothing is called verified."""
    if report.ok is None:
        return "undecided"
    if not report.ok:
        return "faulty"
    is_signed = report.checkpoint is not None and report.checkpoint.signed_by is not None
    return "verified" if is_signed else "fits"
