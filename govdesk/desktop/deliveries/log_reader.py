"""Reads the delivery log under a filter: its newest page, older ones as one scrolls, new tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.model import LogModel
from govdesk.desktop.deliveries.pages import Pages, above
from govdesk.desktop.deliveries.wanted import Wanted
from govdesk.desktop.tables.columns import Line, lines
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import deliveries
from govdesk.services.deliveries import Page, Place
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.windowing import PAGE, Fetch

T = TypeVar("T")
_REST: Final = 9
"""A filter that is hard to answer is followed more slowly: so many times as long is waited."""


class LogReader(QObject):
    """Fills a `LogModel`. Answers to an earlier filter are dropped.

    `opened` follows the first page of a list, `grown` carries how many attempts were added on top
    or in between, `lengthened` follows an older page, `failed` carries an error.
    """

    opened = Signal()
    grown = Signal(object)
    lengthened = Signal()
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, model: LogModel, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs, self._model = link, jobs, model
        self.wanted = Wanted()
        self.layout: Pages | None = None
        self.is_opening = False
        self._oldest: Place | None = None
        self._current: list[Job] = []
        self._generation = 0
        self._is_reading_on = self._is_looking = False
        self._looked_at = self._rests_until = 0.0

    # Opening

    def open(self, wanted: Wanted) -> None:
        """Begin another list."""
        self._generation += 1
        for job in self._current:
            job.cancel()
        self._current.clear()
        self.wanted, self.is_opening = wanted, True
        self._is_reading_on = self._is_looking = False
        self._rests_until = 0.0
        self._start(lambda task: self._page(task, None), self.show_page)

    @Slot()
    def reopen(self) -> None:
        """Read the same list anew."""
        self.open(self.wanted)

    def show_page(self, page: Page) -> None:
        """Begin the list with its newest page."""
        self.is_opening = False
        self.layout = layout = Pages(more=page.next is not None)
        self._oldest = page.next
        if page.rows:
            layout.add(len(page.rows), above(page.rows[0].at))
        found = lines(list(page.rows), self._model.columns)
        self._model.begin(layout, self._reader(self.wanted, layout), found)
        self.opened.emit()

    def _reader(self, wanted: Wanted, layout: Pages) -> Callable[[Task, Fetch], list[Line]]:
        """How a page that was let go is read again."""

        def read(task: Task, fetch: Fetch) -> list[Line]:
            with borrowed(self._link, task.lane, task) as session:
                before = layout.cursor(fetch.key)
                found = deliveries.page(session, wanted.filter(), before, fetch.limit)
            return lines(list(found.rows), self._model.columns)

        return read

    def _page(self, task: Task, before: Place | None) -> Page:
        with borrowed(self._link, task.lane, task) as session:
            return deliveries.page(session, self.wanted.filter(), before, PAGE)

    # Older ones

    def read_on(self) -> None:
        """Read the page below what is there, unless that is under way or nothing is below."""
        if self._oldest is None or self._is_reading_on or self.is_opening:
            return
        self._is_reading_on = True
        oldest = self._oldest
        self._start(
            lambda task: self._page(task, oldest), lambda page: self._on_older(oldest, page)
        )

    def _on_older(self, oldest: Place, page: Page) -> None:
        self._is_reading_on = False
        layout = self.layout
        assert layout is not None
        self._oldest = page.next

        def lengthen() -> None:
            layout.more = page.next is not None
            if page.rows:
                key = layout.add(len(page.rows), oldest)
                self._model.put(key, lines(list(page.rows), self._model.columns))

        self._model.extend(lengthen)
        self.lengthened.emit()

    # New ones

    @Slot()
    def follow(self) -> None:
        """Ask whether there are new attempts; they are put where they belong."""
        if self.layout is None or self.is_opening or self._is_looking:
            return
        if time.monotonic() < self._rests_until:
            return
        self._is_looking, self._looked_at = True, time.monotonic()
        self._start(
            lambda task: self._page(task, None), self._on_look, lane="background", reports=False
        )

    def _on_look(self, page: Page) -> None:
        self._is_looking = False
        now = time.monotonic()
        self._rests_until = now + _REST * (now - self._looked_at)
        if not self._model.rowCount():
            if page.rows:
                self.show_page(page)
        elif self._model.line(0) is None:
            # Far below, where the top was let go: it is looked at when one comes back to it.
            return
        elif not self._model.joins(page.rows):
            self.grown.emit(None)
        elif added := self._model.merge(page.rows):
            self.grown.emit(added)

    # Jobs

    def _start(
        self,
        work: Callable[[Task], T],
        on_result: Callable[[T], object],
        *,
        lane: str = "interactive",
        reports: bool = True,
    ) -> None:
        generation = self._generation

        def answer(value: T) -> None:
            if generation == self._generation:
                on_result(value)

        def fail(error: Exception) -> None:
            if generation == self._generation:
                self._is_reading_on = self._is_looking = False
                self._tell(error, reports)

        self._current = [job for job in self._current if not job.has_ended]
        self._current.append(
            self._jobs.start(work, owner=self, on_result=answer, on_error=fail, lane=lane)
        )

    def _tell(self, error: Exception, reports: bool) -> None:
        """Looking is tried again soon; that server or session is gone must be seen now."""
        if reports or isinstance(error, Unreachable | SessionEnded):
            self.failed.emit(error)
        elif not isinstance(error, Problem):
            raise error
