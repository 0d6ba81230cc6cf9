"""Where rows of the delivery log stand: pages behind one another, each begun by a cursor.

The log is read by key, newest first, and a million attempts are never counted: the list is as long
as it was read, and grows as one scrolls. Pages keep their content when newer attempts come on top.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from govdesk.services.deliveries import Place
from govdesk.services.windowing import PAGE, Fetch, Key

_NEXT: Final = timedelta(microseconds=1)
_LEAST: Final = "00000000-0000-0000-0000-000000000000"


def above(at: datetime) -> Place:
    """A place just above the attempts of time `at`: reading from there finds them first."""
    return Place(at + _NEXT, _LEAST)


@dataclass(slots=True)
class _Page:
    number: int
    before: Place
    rows: int


@dataclass(slots=True)
class Pages:
    """A layout for a `WindowedModel`; `more` says whether older attempts are not read yet."""

    more: bool = False
    oldest_first = False
    _pages: list[_Page] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])

    # What a table model needs

    @property
    def rows(self) -> int:
        """Rows that were read once."""
        return self._starts[-1]

    @property
    def exact(self) -> bool:
        """Whether nothing older is unread."""
        return not self.more

    def place(self, row: int) -> tuple[Key, int]:
        """Return the page that holds `row`, and the place within it."""
        page = self._page_of(row)
        return (self._pages[page].number, 0), row - self._starts[page]

    def fetch(self, row: int) -> Fetch:
        """Return how to get the page that holds `row`; its cursor comes from `cursor`."""
        page = self._pages[self._page_of(row)]
        return Fetch((page.number, 0), None, None, 0, page.rows)

    def span_of(self, row: int) -> tuple[int, int]:
        """Return the first row of the page that holds `row`, and the first after it."""
        page = self._page_of(row)
        return self._starts[page], self._starts[page + 1]

    def cursor(self, key: Key) -> Place:
        """What the page `key` stands after; raises StopIteration for one that is not there."""
        return next(page.before for page in self._pages if page.number == key[0])

    # Growing

    def add(self, rows: int, before: Place) -> Key:
        """Add a page of `rows` below all others; `before` is the last row above it."""
        number = max((page.number for page in self._pages), default=-1) + 1
        self._pages.append(_Page(number, before, rows))
        self._count()
        return number, 0

    def make_room(self, row: int, at: datetime) -> tuple[Key, int]:
        """Make room for an attempt of time `at` in `row`; returns its page and place there.

        One that is newer than a full first page begins a page of its own.
        """
        if not self._pages or (row == 0 and self._pages[0].rows >= PAGE):
            number = min((page.number for page in self._pages), default=1) - 1
            self._pages.insert(0, _Page(number, above(at), 0))
            self._count()
        page = 0 if row == 0 else self._page_of(row - 1)
        place = row - self._starts[page]
        self._pages[page].rows += 1
        if row == 0:
            self._pages[0].before = above(at)
        self._count()
        return (self._pages[page].number, 0), place

    def _page_of(self, row: int) -> int:
        # Pages without rows begin where the next one does.
        return bisect_right(self._starts, row, 0, len(self._pages)) - 1

    def _count(self) -> None:
        self._starts = [0]
        for page in self._pages:
            self._starts.append(self._starts[-1] + page.rows)
