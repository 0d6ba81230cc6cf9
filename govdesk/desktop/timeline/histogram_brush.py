"""The period chosen on the histogram: where it was put, and where keys and mouse move it to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from govdesk.desktop.timeline.histogram_words import Interval


class Brush:
    """An interval over buckets: `shown` while it is moved, `applied` once it was chosen.

    `cursor` is the bucket that the keyboard is at. Buckets are named by their index.
    """

    def __init__(self) -> None:
        self.shown: Interval | None = None
        self.applied: Interval | None = None
        self.cursor: int | None = None
        self._anchor: int | None = None
        self._edges: list[datetime] = []

    @property
    def is_pending(self) -> bool:
        """Whether what is shown was not chosen yet."""
        return self.shown != self.applied

    @property
    def last(self) -> int:
        """The last bucket; -1 if there is none."""
        return len(self._edges) - 2 if self._edges else -1

    def set_edges(self, edges: Sequence[datetime]) -> bool:
        """Take other buckets, and tell whether they are; the cursor stays at its time."""
        if list(edges) == self._edges:
            return False
        at = None if self.cursor is None else self._edges[self.cursor]
        self._edges = list(edges)
        self.cursor = None if at is None else self.bucket_at(at)
        self._anchor = self.cursor
        return True

    def bucket_at(self, at: datetime) -> int | None:
        """Return the bucket that `at` lies in, or None."""
        found = bisect_right(self._edges, at) - 1
        return found if 0 <= found < len(self._edges) - 1 else None

    def put(self, interval: Interval | None) -> None:
        """Show `interval` as chosen, whatever was going on."""
        self.shown = self.applied = interval

    def cover(self, one: int, other: int) -> None:
        """Show the buckets from `one` to `other`, both included, in whichever order."""
        low, high = sorted((one, other))
        self.shown = (self._edges[low], self._edges[high + 1])
        self.cursor, self._anchor = other, one

    def covered(self) -> tuple[int, int] | None:
        """Return the first and last bucket of what is shown, or None if none is."""
        if self.shown is None or len(self._edges) < 2:
            return None
        first = max(bisect_right(self._edges, self.shown[0]) - 1, 0)
        last = min(bisect_right(self._edges, self.shown[1]) - 1, len(self._edges) - 2)
        if last > first and self._edges[last] == self.shown[1]:
            last -= 1
        return (first, last) if first <= last else None

    def step(self, by: int, *, extends: bool) -> None:
        """Move the cursor by so many buckets; the anchor comes along unless it `extends`."""
        if self.last < 0:
            return
        before = self.last + 1 if self.cursor is None else self.cursor
        start = min(max(before + by, 0), self.last)
        anchor = self._anchor if extends and self._anchor is not None else start
        self.cover(anchor, start)

    def apply(self) -> Interval | None:
        """Make what is shown the chosen interval, and return it."""
        self.applied = self.shown
        return self.applied

    def give_up(self) -> None:
        """Show again what was chosen before."""
        self.shown = self.applied
