"""Where a verification stands, in a form that can be saved and taken up another day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from govdesk.evidence.absences import Absences
from govdesk.evidence.leaf import COMMITTED, GENESIS
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.prunings import Prunings
from govdesk.evidence.prunings_saved import prunings_as_json, prunings_from_json

_HEX = re.compile(r"[0-9a-f]{64}")


class BadState(ValueError):
    """A saved state that this release did not write."""


@dataclass(slots=True)
class State:
    """The last verified event and what must be known to go on.

    `prev` None means that the hash before the next row is not known (a range was asked for).
    `offset` says how far the column `seq` runs ahead of the leaves since a renumbering. `stub` is
    the number of the last event of which only the hash was there, `before` the hash before it.
    """

    seq: int = 0
    prev: str | None = GENESIS
    at: str = ""
    tree: Frontier = field(default_factory=Frontier)
    offset: int = 0
    tenant_path: str | None = None
    absences: Absences = field(default_factory=Absences)
    prunings: Prunings = field(default_factory=Prunings)
    stub: int = 0
    before: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the state as a JSON object; `from_json` reads it."""
        return {
            "v": 1,
            "seq": self.seq,
            "prev": self.prev,
            "at": self.at,
            "size": self.tree.size,
            "edge": [node.hex() for node in self.tree.edge],
            "offset": self.offset,
            "tenant_path": self.tenant_path,
            "pending": [list(absence) for absence in self.absences.pending],
            "refused": [list(absence) for absence in self.absences.refused],
            "erased": self.absences.erased,
            "stub": self.stub,
            "before": self.before,
            "prunings": prunings_as_json(self.prunings),
        }

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> State:
        """Read what `as_json` returned; raises `BadState` for anything else."""
        try:
            state = cls(
                int(saved["seq"]),
                None if saved["prev"] is None else _hex(saved["prev"]),
                str(saved["at"]),
                Frontier(int(saved["size"]), [bytes.fromhex(_hex(n)) for n in saved["edge"]]),
                int(saved["offset"]),
                None if saved["tenant_path"] is None else str(saved["tenant_path"]),
                Absences(
                    pending=dict.fromkeys(_absence(a) for a in saved["pending"]),
                    refused=[_absence(a) for a in saved["refused"]],
                    erased=int(saved["erased"]),
                ),
                prunings_from_json(saved.get("prunings")),
                int(saved.get("stub", 0)),
                None if saved.get("before") is None else _hex(saved["before"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadState("The saved state of a verification cannot be read.") from error
        if saved.get("v") != 1 or state.tree.size.bit_count() != len(state.tree.edge):
            raise BadState("The saved state of a verification is of another version or damaged.")
        return state


def _hex(value: object) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("not a hash")
    return value


def _absence(value: object) -> tuple[int, str]:
    if isinstance(value, list) and len(value) == 2 and value[1] in COMMITTED:
        return int(value[0]), str(value[1])
    raise ValueError("not an absence")
