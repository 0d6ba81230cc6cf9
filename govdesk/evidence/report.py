"""What a verification found: faults with class and range, and what was not judged."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    "whether the owner of the database rewrote the log and chained it anew: no checkpoint was given",
)


@dataclass(slots=True)
class Fault:
    """One fault over the rows `first` to `last`."""

    first: int
    last: int
    kind: FaultKind
    detail: str

    def as_json(self) -> dict[str, object]:
        """Return the fault as in the contract: a number, or a range of two."""
        seq: object = self.first if self.first == self.last else [self.first, self.last]
        return {"seq": seq, "kind": self.kind, "detail": self.detail}


@dataclass(slots=True)
class Report:
    """The verdict. `ok` None means *cannot judge* and is never a pass.

    `complete` says whether every event of the range is known to be there.
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
    not_judged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, first: int, last: int, kind: FaultKind, detail: str) -> None:
        """Add a fault; one that continues the fault before it widens it."""
        before = self.faults[-1] if self.faults else None
        if before is not None and (before.kind, before.detail) == (kind, detail):
            if before.first <= first <= before.last + 1:
                before.last = max(before.last, last)
                return
        self.faults.append(Fault(first, last, kind, detail))

    def add_stray(self, seq: int, event: int) -> None:
        """Add a row at `seq` that holds event `event`: moved, if that event was missed before."""
        for index, fault in enumerate(self.faults):
            if fault.first <= event <= fault.last and fault.kind in ("deleted", "reordered"):
                if fault.kind == "reordered":
                    self.add(seq, seq, "reordered", f"this is event {event}")
                    return
                rest = ((fault.first, event - 1), (event + 1, fault.last))
                self.faults[index : index + 1] = [
                    Fault(a, b, "deleted", fault.detail) for a, b in rest if a <= b
                ]
                self.add(seq, seq, "altered", f"seq is not what was sealed: this is event {event}")
                return
        self.add(seq, seq, "inserted", f"a copy of event {event}")

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
            "checkpoint": None,
            "not_judged": self.not_judged,
            "faults": [fault.as_json() for fault in self.faults],
        }
