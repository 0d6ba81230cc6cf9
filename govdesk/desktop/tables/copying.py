"""Copies selected rows as tab-separated text, also those that were never shown."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from govdesk.desktop.tables.columns import Line
from govdesk.desktop.tables.model import Reader, WindowedModel
from govdesk.desktop.tables.view import WindowedTable
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.windowing import Layout

MOST_ROWS: Final = 100_000
"""More belong into a file: a clipboard is held in memory, by every program that watches it."""


class Copier(QObject):
    """Puts rows on the clipboard, a title line first. `copied` carries how many."""

    copied = Signal(object)
    too_many = Signal(object)
    failed = Signal(object)

    def __init__(
        self, model: WindowedModel, view: WindowedTable, jobs: Jobs, parent: QObject | None = None
    ):
        super().__init__(parent)
        self._model, self._view, self._jobs = model, view, jobs

    def copy(self) -> Job | None:
        """Copy the selected rows in the order and with the columns that the view shows."""
        ranges = self._view.selected_ranges()
        count = sum(last - first + 1 for first, last in ranges)
        layout, reader = self._model.snapshot()
        if count == 0 or layout is None or reader is None:
            return None
        if count > MOST_ROWS:
            self.too_many.emit(count)
            return None
        columns = self._view.shown_columns()
        frozen = copy.deepcopy(layout)
        return self._jobs.start(
            lambda task: self._text(task, frozen, reader, ranges, columns),
            owner=self,
            on_result=self._put,
            on_error=self.failed.emit,
            lane="background",
            title=f"Copy {count:,} rows",
            visible=count > 1000,
        )

    def _text(
        self,
        task: Task,
        layout: Layout,
        reader: Reader,
        ranges: list[tuple[int, int]],
        columns: list[int],
    ) -> tuple[str, int]:
        rows = ["\t".join(self._model.columns[place].title for place in columns)]
        total = sum(last - first + 1 for first, last in ranges)
        for first, last in ranges:
            for line in rows_of(task, layout, reader, first, last):
                rows.append("\t".join(plain(line.texts[place]) for place in columns))
                task.progress(len(rows) - 1, total, "rows")
        return "\n".join(rows) + "\n", len(rows) - 1

    def _put(self, answer: tuple[str, int]) -> None:
        text, count = answer
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(count)


def rows_of(task: Task, layout: Layout, reader: Reader, first: int, last: int) -> Iterator[Line]:
    """Read rows `first` to `last`, page after page."""
    row = first
    while row <= last:
        task.check()
        start, end = layout.span_of(row)
        page = reader(task, layout.fetch(row))
        note = getattr(layout, "note", None)
        if note is not None and page:
            note(layout.place(row)[0], page[-1].item.seq)
        yield from page[row - start : last + 1 - start]
        row = end


def plain(text: str) -> str:
    """Keep a cell in its cell."""
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
