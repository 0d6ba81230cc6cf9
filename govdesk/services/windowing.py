"""Where rows of a long list stand: which page holds row *i*, and how the database finds it.

Two ways of finding a page of the log. *Dense*: a reader of the whole organisation without a filter
sees every number, so row *i* is a seek. *Spans*: under a filter, for a scoped reader, or where old
months were pruned, the log is cut into spans whose events are counted; row *i* lies in a known span
at a known offset. Until a span is counted only the rows above it are known, and the list says
"about".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

PAGE = 256
"""Rows of one page."""

Key = tuple[int, int]
"""A page: the number its span begins at, and which page of the span."""
HEAD: Key = (-1, 0)


@dataclass(frozen=True, slots=True)
class Fetch:
    """One page as the database is asked for it: numbers below `before`, above `after`."""

    key: Key
    before: int | None
    after: int | None
    offset: int
    limit: int = PAGE


class Layout(Protocol):
    """What a table model needs to know about a list too long to hold."""

    oldest_first: bool

    @property
    def rows(self) -> int:
        """How many rows are known to exist."""

    @property
    def exact(self) -> bool:
        """Whether `rows` is the whole list."""

    def place(self, row: int) -> tuple[Key, int]:
        """Return the page that holds `row`, and the place within it."""

    def fetch(self, row: int) -> Fetch:
        """Return how to get the page that holds `row`."""

    def span_of(self, row: int) -> tuple[int, int]:
        """Return the first row of the page that holds `row`, and the first after it."""


@dataclass(slots=True)
class Dense:
    """Row 0 is event `newest`; pages are aligned to numbers, so new events move none of them."""

    newest: int
    oldest_first = True
    """Pages are kept oldest first: the newest page grows at its end."""

    @property
    def rows(self) -> int:
        """One row for each number."""
        return self.newest

    @property
    def exact(self) -> bool:
        """Nothing is unknown."""
        return True

    def row_of(self, seq: int) -> int:
        """Return the row of event `seq`."""
        return self.newest - seq

    def place(self, row: int) -> tuple[Key, int]:
        """Pages are keyed by the number below their first."""
        page, place = divmod(self.newest - row - 1, PAGE)
        return (page * PAGE, 0), place

    def fetch(self, row: int) -> Fetch:
        """Return the page's range of numbers."""
        (below, _), _ = self.place(row)
        return Fetch((below, 0), below + PAGE + 1, below, 0)

    def expected(self, fetch: Fetch) -> int:
        """Return how many events a page has at least: the newest one may have grown since."""
        below, _ = fetch.key
        return min(PAGE, self.newest - below)

    def span_of(self, row: int) -> tuple[int, int]:
        """Rows of the page; the top one may be short."""
        (below, _), _ = self.place(row)
        return max(self.newest - below - PAGE, 0), self.newest - below


@dataclass(slots=True)
class Spans:
    """Counted spans, newest first; `bounds` are numbers, ascending, one more than spans.

    The head page is read before anything is counted, so rows appear at once.
    """

    bounds: list[int]
    head: int | None = None
    """Rows of the head page, once it is there."""
    oldest_first = False
    _starts: list[int] = field(default_factory=lambda: [0])
    """First row of each counted span, and the first row after them."""
    _before: dict[Key, int] = field(default_factory=dict)

    @property
    def spans(self) -> int:
        """How many spans there are."""
        return len(self.bounds) - 1

    @property
    def counted(self) -> int:
        """How many spans, newest first, are counted."""
        return len(self._starts) - 1

    @property
    def rows(self) -> int:
        """Rows of the counted spans, at least those of the head page."""
        return max(self._starts[-1], self.head or 0)

    @property
    def exact(self) -> bool:
        """Whether all is counted, or the head page came short: nothing is beyond it."""
        return self.counted == self.spans or (self.head is not None and self.head < PAGE)

    def add(self, counts: Sequence[int]) -> None:
        """Note the counts of the next older spans."""
        for count in counts:
            self._starts.append(self._starts[-1] + count)

    def put_on_top(self, count: int, newest: int) -> None:
        """Add `count` new events, up to number `newest`, above everything; all is counted."""
        self.head = 0
        self.bounds.append(newest + 1)
        self._starts = [0, *(start + count for start in self._starts)]

    def limits(self, span: int) -> tuple[int, int]:
        """Return the first number of a span (0 is the newest), and the first after it."""
        return self.bounds[self.spans - span - 1], self.bounds[self.spans - span]

    def start(self, span: int) -> int:
        """Return the first row of a counted span."""
        return self._starts[span]

    def span_with(self, seq: int) -> int:
        """Return the span that event `seq` belongs to."""
        place = bisect_right(self.bounds, seq) - 1
        return min(max(self.spans - 1 - place, 0), self.spans - 1)

    def place(self, row: int) -> tuple[Key, int]:
        """Rows of the head page come from it, others from a page of their span."""
        if row < (self.head or 0):
            return HEAD, row
        span, page, place = self._inside(row)
        return (self.limits(span)[0], page), place

    def fetch(self, row: int) -> Fetch:
        """Return a seek from the page above if that one was read, else an offset in the span."""
        if row < (self.head or 0):
            # Newer events than were counted belong to none of these rows.
            return Fetch(HEAD, self.bounds[-1], None, 0)
        span, page, _ = self._inside(row)
        low, high = self.limits(span)
        known = self._before.get((low, page))
        if known is not None:
            return Fetch((low, page), known, low - 1, 0)
        return Fetch((low, page), high, low - 1, page * PAGE)

    def note(self, key: Key, last_seq: int) -> None:
        """Remember the last number of a page that was read: the next page begins below it."""
        self._before[key[0], key[1] + 1] = last_seq

    def span_of(self, row: int) -> tuple[int, int]:
        """Rows of the page that holds `row`."""
        if row < (self.head or 0):
            return 0, self.head or 0
        span, page, _ = self._inside(row)
        first = self._starts[span] + page * PAGE
        return first, min(first + PAGE, self._starts[span + 1])

    def _inside(self, row: int) -> tuple[int, int, int]:
        """Return span, page within it, place within the page."""
        span = bisect_right(self._starts, row) - 1
        return span, *divmod(row - self._starts[span], PAGE)
