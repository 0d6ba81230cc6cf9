"""Everything a verification knows between two rows, so that it can go on in another process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, get_args

from govdesk.evidence.report import Fault, FaultKind
from govdesk.evidence.state import BadState, State


@dataclass(slots=True)
class Standing:
    """Where it stands, what it found so far, and what it remembers of rows met out of place.

    `shifted_from` is the first number since which columns and leaves disagreed about `seq`.
    """

    state: State
    rows: int
    faults: list[Fault] = field(default_factory=list)
    early: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    shifted_from: int | None = None

    @property
    def seq(self) -> int:
        """Number that the last verified row bears in its column."""
        return self.state.seq + self.state.offset

    def copy(self) -> Standing:
        """Return one that shares nothing with this one."""
        return Standing(
            State.from_json(self.state.as_json()),
            self.rows,
            [replace(fault) for fault in self.faults],
            dict(self.early),
            dict(self.moved),
            self.shifted_from,
        )

    def as_json(self) -> dict[str, object]:
        """Return a JSON object; `from_json` reads it."""
        return {
            "v": 1,
            "state": self.state.as_json(),
            "rows": self.rows,
            "faults": faults_as_json(self.faults),
            "early": [list(pair) for pair in self.early.items()],
            "moved": [list(pair) for pair in self.moved.items()],
            "shifted_from": self.shifted_from,
        }

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Standing:
        """Read what `as_json` returned; raises `BadState` for anything else."""
        try:
            if saved["v"] != 1:
                raise ValueError("another version")
            shifted = saved["shifted_from"]
            return cls(
                State.from_json(saved["state"]),
                int(saved["rows"]),
                faults_from_json(saved["faults"]),
                {int(event): int(number) for event, number in saved["early"]},
                {int(event): int(number) for event, number in saved["moved"]},
                None if shifted is None else int(shifted),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadState("The saved state of a verification cannot be read.") from error


def faults_as_json(faults: list[Fault]) -> list[list[object]]:
    """Return faults as lists of four: first, last, kind, detail."""
    return [[fault.first, fault.last, fault.kind, fault.detail] for fault in faults]


def faults_from_json(saved: Any) -> list[Fault]:
    """Read what `faults_as_json` returned; raises TypeError or ValueError for anything else."""
    faults = [Fault(int(f), int(t), kind, str(detail)) for f, t, kind, detail in saved]
    if not all(fault.kind in get_args(FaultKind) for fault in faults):
        raise ValueError("not a class of fault")
    return faults
