"""The log as the table holds it: late attempts find their place, and nothing that is read moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QModelIndex

from govdesk.desktop.deliveries.pages import Pages
from govdesk.desktop.tables.columns import Line, lines
from govdesk.desktop.tables.model import Reader, WindowedModel
from govdesk.services.deliveries import Attempt


class LogModel(WindowedModel):
    """A windowed model that also takes rows in between: tries end in another order than begun."""

    def begin(self, layout: Pages, read: Reader, page: list[Line]) -> None:
        """Begin another list whose first page is there: nobody asks for it a second time."""
        self.beginResetModel()
        self._drop_questions()
        self._generation += 1
        self._layout, self._read = layout, read
        self._pages.clear()
        if page:
            self._pages[layout.place(0)[0]] = page
        self._rows, self._shown = layout.rows, (0, -1)
        self.endResetModel()

    def merge(self, fresh: Sequence[Attempt]) -> int:
        """Put in what the newest page, newest first, has more than the list; returns how many.

        Only rows between or above known ones are new: what is older than all of them is unread.
        """
        layout = self._layout
        assert isinstance(layout, Pages)
        known = {_identity(line.item) for line in self._head(len(fresh))}
        row = added = 0
        for attempt in fresh:
            if _identity(attempt) in known:
                continue
            while (line := self.line(row)) is not None and line.item.at > attempt.at:
                row += 1
            if line is None and (row < layout.rows or layout.more):
                break
            self._insert(layout, row, attempt)
            added += 1
        return added

    def joins(self, fresh: Sequence[Attempt]) -> bool:
        """Whether the newest page reaches down to what the list shows: nothing is between them."""
        first = self.line(0)
        return first is not None and any(_same(first.item, attempt) for attempt in fresh)

    def _head(self, rows: int) -> Iterator[Line]:
        for row in range(rows):
            if (line := self.line(row)) is None:
                return
            yield line

    def _insert(self, layout: Pages, row: int, attempt: Attempt) -> None:
        self._drop_questions()
        self.beginInsertRows(QModelIndex(), row, row)
        key, place = layout.make_room(row, attempt.at)
        page: list[Line] = self._pages.setdefault(key, [])
        page[place:place] = lines([attempt], self.columns)
        self._rows = layout.rows
        self.endInsertRows()


def _identity(attempt: Attempt) -> tuple[str, int]:
    return attempt.delivery_id, attempt.number


def _same(one: Attempt, other: Attempt) -> bool:
    return _identity(one) == _identity(other)
