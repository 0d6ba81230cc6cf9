"""What a verification found: faults with class and range, and what was not judged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

FaultKind = Literal[
    "altered",
    "deleted",
    "inserted",
    "reordered",
    "cut",
    "forked",
    "rechained",
    "rolled_back",
    "unsealed",
    "signature",
    "manifest",
]

NOT_JUDGED_WITHOUT_CHECKPOINT = (
    "whether events at the end of the log were cut off: no checkpoint was given",
    "whether the database's owner rewrote the log and chained it anew: no checkpoint was given",
)

_AND, _WORDS = "; ", 4


@dataclass(slots=True)
class Fault:
    """One fault over the rows `first` to `last`; 0 where it concerns no row (a manifest)."""

    first: int
    last: int
    kind: FaultKind
    detail: str

    def join(self, other: Fault) -> None:
        """Widen to another fault of this class; its words are added while there are few."""
        self.last = max(self.last, other.last)
        words = self.detail.split(_AND)
        if other.detail not in words and len(words) <= _WORDS:
            self.detail += _AND + (other.detail if len(words) < _WORDS else "and more")

    def as_json(self) -> dict[str, object]:
        """Return the fault as in the contract: a number, or a range of two."""
        seq: object = self.first if self.first == self.last else [self.first, self.last]
        return {"seq": seq, "kind": self.kind, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A root that is known from elsewhere: of the first `size` leaves, in hex."""

    size: int
    root: str
    signed_by: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the checkpoint as in the contract."""
        return {"size": self.size, "root": self.root, "signed_by": self.signed_by}


@dataclass(slots=True)
class Report:
    """The verdict. `ok` None means *cannot judge* and is never a pass.

    `complete` says whether every event of the range is known to be there, or lawfully `pruned`;
    `undecided` that something in the rows themselves could not be judged, so that they cannot pass.
    """

    ok: bool | None = None
    complete: bool | None = None
    rows: int = 0
    first_seq: int | None = None
    last_seq: int | None = None
    root: str | None = None
    filter: str | None = None
    redacted: int = 0
    erased: int = 0
    pruned: int = 0
    checkpoint: Checkpoint | None = None
    undecided: bool = False
    not_judged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, first: int, last: int, kind: FaultKind, detail: str) -> None:
        """Add a fault; one that continues the fault before it widens it."""
        before = self.faults[-1] if self.faults else None
        if (
            before is not None
            and (before.kind, before.detail) == (kind, detail)
            and before.first <= first <= before.last + 1
        ):
            before.last = max(before.last, last)
            return
        self.faults.append(Fault(first, last, kind, detail))

    def covers(self, seq: int, kind: FaultKind) -> Fault | None:
        """Return the fault of that kind over event `seq`, if there is one."""
        index = bisect_right(self.faults, seq, key=lambda fault: fault.first)
        for fault in reversed(self.faults[max(0, index - 8) : index + 8]):
            if fault.kind == kind and fault.first <= seq <= fault.last:
                return fault
        return None

    def found_again(self, seq: int) -> bool:
        """Take event `seq` out of a deletion reported before; False if there is none."""
        fault = self.covers(seq, "deleted")
        if fault is None:
            return False
        index = next(i for i, other in enumerate(self.faults) if other is fault)
        rest = ((fault.first, seq - 1), (seq + 1, fault.last))
        self.faults[index : index + 1] = [
            Fault(low, high, "deleted", fault.detail) for low, high in rest if low <= high
        ]
        return True

    def settle(self, notes: Mapping[int, str] = MappingProxyType({})) -> None:
        """Order the faults, join neighbours of one class, and set the verdict.

        `notes` say of single events what their reader found; they replace the fault's own words.
        """
        faults = sorted(self.faults, key=lambda fault: (fault.first, fault.last))
        self.faults = []
        for fault in faults:
            if fault.first == fault.last and fault.first in notes:
                fault.detail = notes[fault.first]
            last = self.faults[-1] if self.faults else None
            if last is not None and last.kind == fault.kind and fault.first <= last.last + 1:
                last.join(fault)
            else:
                self.faults.append(fault)
        self.ok = False if self.faults else None if self.undecided else True

    def as_json(self) -> dict[str, object]:
        """Return the document that `--json` prints."""
        return {
            "ok": self.ok,
            "complete": self.complete,
            "rows": self.rows,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "root": self.root,
            "filter": self.filter,
            "redacted": self.redacted,
            "erased": self.erased,
            "checkpoint": self.checkpoint.as_json() if self.checkpoint else None,
            "not_judged": self.not_judged,
            "faults": [fault.as_json() for fault in self.faults],
        }
