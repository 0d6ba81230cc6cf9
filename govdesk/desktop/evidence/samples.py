"""Evidence of an organization that is not there, for the pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from govdesk.desktop.evidence.checkpoints import Found, Key
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.report import Checkpoint, Fault
from govdesk.services.archiving import Month
from govdesk.services.attention import Need
from govdesk.services.checkpoints import Row
from govdesk.services.erasure import Preview, Removed
from govdesk.services.file_verdict import FileVerdict
from govdesk.services.holds import Hold

NOW: Final = datetime(2026, 6, 30, 9, 12, tzinfo=UTC)
_ID: Final = "7c1f3a52-8f6e-4c1c-9a55-0d3f6d1e3c{:02d}"


def digest(text: object) -> str:
    """Return some digest."""
    return hashlib.sha256(str(text).encode()).hexdigest()


def found(*needs: Need) -> Found:
    """Checkpoints of a morning, one key in use and one before it."""
    sizes = (53_504, 53_120, 52_800, 51_002, 40_960, 12_304)
    rows = tuple(
        Row(size, digest(size), NOW - timedelta(minutes=7 * place), ("9f3c51aa",), f"note {size}")
        for place, size in enumerate(sizes)
    )
    keys = (
        Key("govdesk/acme", digest("key"), "worker-1.acme.example", NOW - timedelta(days=90),
            None, "9f3c51aa"),
        Key("govdesk/acme", digest("old"), "worker-1.acme.example", NOW - timedelta(days=400), NOW),
    )  # fmt: skip
    return Found(rows, keys, needs)


LATE: Final = (
    Need(
        "checkpoint_late", None,
        "No checkpoint was signed for 26 minutes, although something was sealed.",
        NOW - timedelta(minutes=26),
    ),
    Need(
        "worker_silent", None, "No worker was heard of for 26 minutes: nothing is signed and"
        " nothing is sent.", NOW - timedelta(minutes=26),
    ),
)  # fmt: skip


def months() -> list[Month]:
    """One of each state."""
    return [
        Month(date(2026, 3, 1), 1, 9_100, 12, 12, "pruned", digest(3),
              NOW - timedelta(days=60), NOW - timedelta(days=40)),
        Month(date(2026, 4, 1), 9_101, 21_400, 12_300, 12, "archived", digest(4),
              NOW - timedelta(days=30), None),
        Month(date(2026, 5, 1), 21_401, 40_100, 18_700, 0, "whole", None, None, None),
        Month(date(2026, 6, 1), 40_101, 53_504, 13_404, 0, "open", None, None, None),
    ]  # fmt: skip


def holds() -> list[Hold]:
    """One in force, one lifted."""
    return [
        Hold(_ID.format(1), "Case 7, Petrov against Acme", "actor:user:igor@* at:2026-03",
             "The court asked for it", "active", NOW - timedelta(days=20), "user:olga@acme.example",
             None, None, None),
        Hold(_ID.format(2), "Regulator's request 2025/112", "action:decision.*",
             "Asked for by the regulator", "lifted", NOW - timedelta(days=300),
             "user:olga@acme.example", NOW - timedelta(days=10), "user:ada@acme.example",
             "The request is closed"),
    ]  # fmt: skip


def removed() -> list[Removed]:
    """Two who left."""
    return [
        Removed(_ID.format(11), "igor.petrov@acme.example", "Igor Petrov"),
        Removed(_ID.format(12), "lena.lang@acme.example", "Lena Lang"),
    ]


ERASURE: Final = Preview(412, 861, 0, [], {"member": 1, "mail": 3, "decision": 2})
HELD_ERASURE: Final = Preview(412, 861, 12, ["Case 7, Petrov against Acme"], {"member": 1})


@dataclass(frozen=True, slots=True)
class BundlePreview:
    """What a bundle will show, as it is counted."""

    reveals: tuple[str, ...]
    completeness: str
    provable: bool
    bytes: int


PREVIEW: Final = BundlePreview(
    (
        "12,304 events in full.",
        "Of 41,200 other events only time, action, severity and ids; no texts.",
        "It shows who acted in 41,200 other events, because the filter asks for it.",
    ),
    "Complete, and provably so: whoever checks it runs the filter again over every event.",
    True,
    14_200_000,
)
UNPROVABLE: Final = BundlePreview(
    (
        "204 events in full.",
        "Of 53,300 other events only time, action, severity and ids; no names, no texts.",
    ),
    "That no match was left out cannot be proved from this file: the filter looks for words in"
    " summaries, which are not shown.",
    False,
    2_400_000,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    path: str = "acme-filtered.zip"
    rows: int = 12_304
    sha256: str = digest("bundle")
    checkpoint: int | None = 53_504
    provable: bool = True
    export: str = _ID.format(21)


@dataclass(frozen=True, slots=True)
class Origin:
    """An export that made a file."""

    seq: int = 48_211
    at: str = "2026-06-12T14:03:22.104000Z"
    action: str = "audit.exported"
    actor: str = "user:carla@acme.example"
    rows: int | None = 12_304
    filter: str | None = "actor:user:mei@* at:2026-05..2026-06"
    redacted: tuple[str, ...] = ("ip",)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a file."""

    file: str = "members-may.csv"
    sha256: str = digest("file")
    matched_sha256: str | None = digest("file")
    origins: tuple[Origin, ...] = (Origin(),)
    sentences: tuple[str, ...] = ("An export made it.",)

    @property
    def is_known(self) -> bool:
        """Whether an export made it."""
        return bool(self.origins)


KNOWN: Final = Provenance()
UNKNOWN: Final = Provenance(
    origins=(),
    matched_sha256=None,
    sentences=(
        "No sealed export of this organization made a file with this content. It may have been"
        " opened and saved by another program (a spreadsheet changes dates, long numbers and"
        " quotes), cut or edited by hand, come from another organization's log, or be no export at"
        " all. This does not say that it is false; it says that nothing vouches for it.",
    ),
)
BUNDLE: Final = replace(
    KNOWN, file="acme-filtered.zip", origins=(Origin(action="audit.bundle_created", rows=412),)
)
CHANGED: Final = replace(UNKNOWN, file="acme-filtered.zip")
_VKEY: Final = "govdesk/acme+4bddc0c7+Aan2xY63JZhLqNQseEDHXAG3s0naA28auEBa954wJtZv"


def _report(signed_by: str | None = None) -> BundleReport:
    """A report on a bundle of a filter."""
    return BundleReport(
        ok=True, complete=True, rows=412, first=21_401, last=40_100, left_out=18_288, erased=3,
        filter="actor:user:mei@*", checkpoint=Checkpoint(53_504, digest("root"), signed_by),
    )  # fmt: skip


def _faulty() -> BundleReport:
    report = _report(_VKEY)
    report.ok, report.complete = False, None
    report.faults = [
        Fault(0, 0, "signature", "the checkpoint is not to be believed: a signature does not fit"),
        Fault(21_416, 21_416, "altered", "not what was sealed: actor, summary, severity"),
        Fault(21_502, 21_530, "deleted", "these events are not in the file"),
        *(
            Fault(seq, seq, "altered", "not what was sealed: summary")
            for seq in range(22_000, 22_040, 2)
        ),
    ]
    return report


def _undecided() -> BundleReport:
    report = _report()
    report.ok, report.complete = None, None
    report.not_judged = [
        "who signed the checkpoint: no key of this log was given",
        "anything against a forger: there is no key that this computer trusts",
    ]
    return report


VERIFIED: Final = FileVerdict("verified", _report(_VKEY))
FAULTY: Final = FileVerdict("faulty", _faulty())
UNDECIDED: Final = FileVerdict("undecided", _undecided())
DERIVED: Final = FileVerdict("derived")
