"""A log that another process can be given.

By itself, because a process that is given it loads this file: not pytest, Hypothesis and the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govdesk.evidence.leaf import Row, Stub


@dataclass(frozen=True)
class Stored:
    """Reads rows and stubs by number."""

    items: Sequence[Row | Stub]

    def __call__(self, first: int, last: int) -> list[Row | Stub]:
        return [item for item in self.items if first <= item.seq <= last]
