"""A table model that holds a window of a long list: pages come when their rows are shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from govdesk.desktop import theme
from govdesk.desktop.tables.columns import Column, Line, lines
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.windowing import Fetch, Key, Layout

Index = QModelIndex | QPersistentModelIndex
Reader = Callable[[Task, Fetch], list[Line]]
"""Reads one page, newest first, on the interactive lane."""

KEPT_PAGES: Final = 64
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WindowedModel(QAbstractTableModel):
    """Rows are None until their page is there; `show_rows` asks for the pages of a range.

    `page_arrived` follows each page, `failed` an error of the newest question. Answers to an
    earlier list are dropped.
    """

    page_arrived = Signal(int, int)
    failed = Signal(object)

    def __init__(
        self,
        columns: tuple[Column, ...],
        jobs: Jobs,
        sentence: Callable[[Any], str],
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.columns = columns
        self._jobs, self._sentence = jobs, sentence
        self._layout: Layout | None = None
        self._read: Reader | None = None
        self._generation = 0
        self._rows = 0
        self._pages: OrderedDict[Key, list[Line]] = OrderedDict()
        self._asked: dict[Key, Job] = {}
        self._shown = (0, -1)

    # Lists

    def reset(self, layout: Layout, read: Reader) -> None:
        """Begin another list."""
        self.beginResetModel()
        self._drop_questions()
        self._generation += 1
        self._layout, self._read = layout, read
        self._pages.clear()
        self._rows = layout.rows
        self._shown = (0, -1)
        self.endResetModel()

    def redeclare(self, columns: tuple[Column, ...], sentence: Callable[[Any], str]) -> None:
        """Show the same columns otherwise, in another time zone; the list stays where it is."""
        self.columns, self._sentence = columns, sentence
        self._pages = OrderedDict(
            (key, lines([line.item for line in page], columns)) for key, page in self._pages.items()
        )
        first, last = self._shown
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(columns) - 1))

    def put(self, key: Key, page: list[Line]) -> None:
        """Keep a page that was read elsewhere."""
        assert self._layout is not None
        self._pages[key] = page[::-1] if self._layout.oldest_first else page
        self._pages.move_to_end(key)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def extend(self, change: Callable[[], object]) -> None:
        """Apply a `change` of the layout that adds rows at the end."""
        before, after = self._rows, self._rows_after(change)
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
            self._rows = after
            self.endInsertRows()

    def put_on_top(self, count: int, change: Callable[[], object]) -> None:
        """Apply a `change` of the layout that adds `count` rows before all others."""
        assert self._layout is not None
        newest, _ = self._layout.place(0) if self._rows else ((0, 0), 0)
        self._drop_questions()
        self.beginInsertRows(QModelIndex(), 0, count - 1)
        # The newest page of a dense list was short, or is full and stays right.
        self._pages.pop(newest, None)
        change()
        self._rows = self._layout.rows
        first, last = self._shown
        self._shown = (first + count, last + count)
        # A view that hears of it says itself what it shows then.
        self.endInsertRows()

    def _rows_after(self, change: Callable[[], object]) -> int:
        assert self._layout is not None
        change()
        return self._layout.rows

    # Pages

    def line(self, row: int) -> Line | None:
        """Return a row, or None while its page is not there."""
        if self._layout is None or not 0 <= row < self._rows:
            return None
        key, place = self._layout.place(row)
        page = self._pages.get(key)
        return page[place] if page is not None and place < len(page) else None

    def show_rows(self, first: int, last: int) -> None:
        """Ask for the pages of rows `first` to `last`; drop questions about others."""
        self._shown = (max(first, 0), min(last, self._rows - 1))
        if self._layout is None:
            return
        wanted = self._wanted_pages()
        for key in [key for key in self._asked if key not in wanted]:
            self._asked.pop(key).cancel()
        for key, row in wanted.items():
            if key not in self._pages and key not in self._asked:
                self._ask(self._layout.fetch(row))

    def retry(self) -> None:
        """Ask again for what is shown and missing."""
        self.show_rows(*self._shown)

    def snapshot(self) -> tuple[Layout | None, Reader | None]:
        """Return how the present list is laid out and read, for work beside the table."""
        return self._layout, self._read

    @property
    def is_settled(self) -> bool:
        """Whether every row that is shown is there."""
        first, last = self._shown
        return all(self.line(row) is not None for row in range(first, last + 1))

    def _wanted_pages(self) -> dict[Key, int]:
        assert self._layout is not None
        wanted: dict[Key, int] = {}
        row, last = self._shown
        while 0 <= row <= last:
            if self.line(row) is None:
                key, _ = self._layout.place(row)
                self._pages.pop(key, None)
            wanted[self._layout.place(row)[0]] = row
            row = max(self._layout.span_of(row)[1], row + 1)
        return wanted

    def _ask(self, fetch: Fetch) -> None:
        read, generation, columns = self._read, self._generation, self.columns
        assert read is not None
        self._asked[fetch.key] = self._jobs.start(
            lambda task: read(task, fetch),
            owner=self,
            on_result=lambda page: self._answered(generation, fetch.key, page, columns),
            on_error=lambda error: self._refused(generation, fetch.key, error),
        )

    def _answered(
        self, generation: int, key: Key, page: list[Line], columns: tuple[Column, ...]
    ) -> None:
        if generation != self._generation:
            return
        self._asked.pop(key, None)
        if columns is not self.columns:
            # It was on its way when they were declared anew.
            page = lines([line.item for line in page], self.columns)
        self.put(key, page)
        note = getattr(self._layout, "note", None)
        if note is not None and page:
            note(key, page[-1].item.seq)
        first, last = self._shown
        last_column = len(self.columns) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))
        self.page_arrived.emit(first, last)

    def _refused(self, generation: int, key: Key, error: Exception) -> None:
        if generation != self._generation:
            return
        self._asked.pop(key, None)
        self.failed.emit(error)

    def _drop_questions(self) -> None:
        for job in self._asked.values():
            job.cancel()
        self._asked.clear()

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows that are known to exist."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Every column, also hidden ones."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts were made when the page was read; this only looks them up."""
        if role == Qt.ItemDataRole.DisplayRole:
            line = self.line(index.row())
            return None if line is None else line.texts[index.column()]
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("mono") if column.mono else None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(index.row(), column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(index, role)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles, aligned as their columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.columns[section].right else _LEFT
        return None

    def _icon(self, row: int, column: Column) -> Any:
        if column.icon is None:
            return None if column.right else theme.indent()
        if (line := self.line(row)) is None:
            return None
        return theme.icon(*column.icon(line.item))

    def _said(self, index: Index, role: int) -> str | None:
        line = self.line(index.row())
        if line is None:
            return "Loading …" if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return self._sentence(line.item)
        column = self.columns[index.column()]
        if column.tip is not None:
            return column.tip(line.item)
        return line.texts[index.column()]
