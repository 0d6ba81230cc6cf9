"""Opens the log under a filter, counts it piece by piece, and follows its end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.tables.columns import Line, lines
from govdesk.desktop.tables.model import Reader, WindowedModel
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import SessionEnded, Unreachable
from govdesk.services.log_reading import Log, Reading
from govdesk.services.timeline import Count, Event, Extent, Terms
from govdesk.services.windowing import HEAD, PAGE, Dense, Fetch, Spans

T = TypeVar("T")
FIRST_BATCH: Final = 20_000
"""Numbers that the first counting question covers; later ones follow the time it took."""
_HIGH: Final[Terms] = ({"key": "severity", "op": "eq", "value": "high"},)

BucketTimes = Callable[[datetime, datetime], Sequence[datetime]]
"""Cuts a period for the histogram: ascending times, the first and last at or beyond its ends."""


@dataclass(slots=True)
class Counting:
    """Spans of the log in time, newest first, as far as they are counted."""

    times: list[datetime]
    bounds: list[int]
    counts: list[Count] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether every span is counted."""
        return len(self.counts) == len(self.bounds) - 1

    def next_batch(self, length: int) -> tuple[int, int]:
        """Return the indices of bounds that the next question covers: about `length` numbers."""
        high = len(self.bounds) - 1 - len(self.counts)
        low = high - 1
        while low > 0 and self.bounds[high] - self.bounds[low] < length:
            low -= 1
        return low, high


class Shrunk(Problem):
    """Events of a list that had every number were pruned while it was read."""

    def __init__(self) -> None:
        super().__init__(
            "Old events were archived and removed from the log while you were reading.",
            "The list has been read anew; what was removed is in the archive.",
        )


@dataclass(frozen=True, slots=True)
class _Opened:
    extent: Extent
    head: list[Event]


class LogReader(QObject):
    """Fills a `WindowedModel` with the log under a filter.

    `opened` carries the `Extent`, `counted` the `Counting` after each step, `grown` how many new
    events were put on top, `failed` an error of opening or counting.
    """

    opened = Signal(object)
    counted = Signal(object)
    grown = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        log: Log,
        jobs: Jobs,
        model: WindowedModel,
        bucket_times: BucketTimes,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.extent: Extent | None = None
        self.counting: Counting | None = None
        self.layout: Dense | Spans | None = None
        self.is_opening = False
        self._log, self._jobs, self._model = log, jobs, model
        self._bucket_times = bucket_times
        self._terms: Terms = ()
        self._period: tuple[datetime | None, datetime | None] = (None, None)
        self._current: list[Job] = []
        self._generation = 0
        self._batch, self._quickest = FIRST_BATCH, math.inf
        model.failed.connect(self._on_page_refused)

    # Opening

    def open(self, terms: Terms, period: tuple[datetime | None, datetime | None]) -> None:
        """Read the log under `terms`; `period` is what they leave of it, open ends as None."""
        self._stop()
        self._terms, self._period = tuple(terms), period
        self.is_opening = True
        self._start(self._open, self._on_opened)

    def reopen(self) -> None:
        """Read anew under the same filter."""
        self.open(self._terms, self._period)

    def go_on(self) -> None:
        """Take up what a lost connection interrupted: opening, counting, following."""
        if self.is_opening:
            self.reopen()
            return
        # What another lane's loss did not interrupt would go on beside what begins here.
        self._stop()
        if self.extent is not None and self.counting is None and self.extent.newest:
            self._start(self._place_spans, self._on_spans, lane="background")
        elif self.counting is not None and not self.counting.is_done:
            self._count_on()
        else:
            self.follow()

    @property
    def is_dense(self) -> bool:
        """Whether row and number are one: the whole log, and no filter."""
        return isinstance(self.layout, Dense)

    def _open(self, task: Task) -> _Opened:
        with borrowed(self._log, "interactive", task) as log:
            extent = log.extent()
            dense = extent.is_dense and not self._terms
            # The newest page of a dense list may be short; the one below it fills the screen.
            limit = PAGE + (extent.newest - 1) % PAGE + 1 if dense else PAGE
            # What is recorded from here on belongs above the rows that the layout knows.
            head = log.page(self._terms, before=extent.newest + 1, limit=limit)
        return _Opened(extent, head)

    def _on_opened(self, found: _Opened) -> None:
        self.is_opening = False
        self.extent = found.extent
        self.counting = None
        self._batch, self._quickest = FIRST_BATCH, math.inf
        head = lines(found.head, self._model.columns)
        if found.extent.is_dense and not self._terms:
            self._open_dense(found.extent, head)
        else:
            self._open_spans(found.extent, head)
        self.opened.emit(found.extent)
        if found.extent.newest and found.extent.first_at is not None:
            self._start(self._place_spans, self._on_spans, lane="background")

    def _open_dense(self, extent: Extent, head: list[Line]) -> None:
        layout = self.layout = Dense(extent.newest)
        self._model.reset(layout, self._reader(self._terms, layout))
        if layout.newest:
            key, place = layout.place(0)
            self._model.put(key, head[: place + 1])
            if layout.newest > place + 1:
                below, _ = layout.place(place + 1)
                self._model.put(below, head[place + 1 :])

    def _open_spans(self, extent: Extent, head: list[Line]) -> None:
        layout = self.layout = Spans([1, extent.newest + 1], head=len(head))
        self._model.reset(layout, self._reader(self._terms, layout))
        self._model.put(HEAD, head)

    def _reader(self, terms: Terms, layout: Dense | Spans) -> Reader:
        """Return what reads pages of one list, for the table and, on another lane, for copies."""

        def read(task: Task, fetch: Fetch) -> list[Line]:
            # Asked before the log is: the layout grows meanwhile.
            expected = layout.expected(fetch) if isinstance(layout, Dense) else 0
            with borrowed(self._log, task.lane, task) as log:
                events = log.page(
                    terms,
                    before=fetch.before,
                    after=fetch.after,
                    limit=fetch.limit,
                    offset=fetch.offset,
                )
            # A row stands where its number says only as long as no number is missing.
            if len(events) < expected:
                raise Shrunk
            return lines(events, self._model.columns)

        return read

    # Counting

    def _place_spans(self, task: Task) -> Counting:
        assert self.extent is not None
        assert self.extent.first_at is not None
        assert self.extent.last_at is not None
        first = self._period[0] or self.extent.first_at
        last = self._period[1] or self.extent.last_at
        times = list(self._bucket_times(first, max(last, first)))
        with borrowed(self._log, "background", task) as log:
            found = log.numbers_at(times)
        end = self.extent.newest + 1
        bounds = [end if number is None else min(number, end) for number in found]
        if self._period[1] is None:
            bounds[-1] = end
        return Counting(times, bounds)

    def _on_spans(self, counting: Counting) -> None:
        self.counting = counting
        if isinstance(self.layout, Spans):
            self.layout.bounds = list(counting.bounds)
        self.counted.emit(counting)
        self._count_on()

    def _count_on(self) -> None:
        counting = self.counting
        if counting is None or counting.is_done:
            return
        low, high = counting.next_batch(self._batch)
        self._start(lambda task: self._count(task, low, high), self._on_counts, lane="background")

    def _count(self, task: Task, low: int, high: int) -> tuple[list[Count], float]:
        assert self.counting is not None
        bounds = self.counting.bounds[low : high + 1]
        begun = time.monotonic()
        with borrowed(self._log, "background", task) as log:
            if self._has_each_number(bounds[0]):
                found = _by_number(log, bounds)
            else:
                found = log.counts(self._terms, bounds)
        return found[::-1], time.monotonic() - begun

    def _has_each_number(self, first: int) -> bool:
        """Whether the list shows every number from `first` on."""
        assert self.extent is not None
        return not self._terms and self.extent.is_dense_from(first)

    def _on_counts(self, answer: tuple[list[Count], float]) -> None:
        found, seconds = answer
        assert self.counting is not None
        self.counting.counts.extend(found)
        layout = self.layout
        if isinstance(layout, Spans):
            self._model.extend(lambda: layout.add([count.events for count in found]))
        # Questions of about a fifth of a second of counting: the histogram fills, and nobody waits
        # long. The way to the server and back costs the same however much is asked for.
        self._quickest = min(self._quickest, seconds)
        counting = max(seconds - self._quickest, 0.02)
        self._batch = int(min(max(self._batch * min(0.2 / counting, 4), 5_000), 4_000_000))
        self.counted.emit(self.counting)
        self._count_on()

    # The end of the log

    @Slot()
    def follow(self) -> None:
        """Ask whether events were added; those that the filter lets through come on top."""
        before = self.extent
        if before is not None and self._is_counted:
            self._start(
                lambda task: self._look(task, before),
                self._on_look,
                lane="background",
                reports=False,
            )

    @property
    def _is_counted(self) -> bool:
        if self.is_dense or (self.extent is not None and not self.extent.newest):
            return True
        return self.counting is not None and self.counting.is_done

    def _look(self, task: Task, before: Extent) -> tuple[Extent, Extent, int]:
        """Return how far the log went and goes, and how many events that adds to the list."""
        with borrowed(self._log, "background", task) as log:
            now = log.extent()
            if self._has_each_number(before.newest + 1) or now.newest <= before.newest:
                return before, now, max(now.newest - before.newest, 0)
            bounds = [before.newest + 1, now.newest + 1]
            return before, now, log.counts(self._terms, bounds)[0].events

    def _on_look(self, answer: tuple[Extent, Extent, int]) -> None:
        before, now, new = answer
        # Two looks may be on their way: what one of them put on top is there already.
        if before is not self.extent or now.newest <= before.newest:
            return
        if not before.newest or now.gaps != before.gaps:
            self.reopen()
            return
        self.extent = now
        layout = self.layout
        if new and isinstance(layout, Dense):
            self._model.put_on_top(new, lambda: setattr(layout, "newest", now.newest))
        elif new and isinstance(layout, Spans):
            self._model.put_on_top(new, lambda: layout.put_on_top(new, now.newest))
        self.grown.emit(new)

    # Places

    def locate(self, seq: int, found: Callable[[int], object]) -> None:
        """Call `found` with the row of event `seq`, or of the next older one that is shown."""
        layout = self.layout
        if isinstance(layout, Dense):
            found(layout.row_of(min(max(seq, 1), layout.newest)))
        elif isinstance(layout, Spans) and self.extent is not None:
            known = min(seq, self.extent.newest)
            self._start(lambda task: self._rank(task, known), found)

    def locate_time(self, at: datetime, found: Callable[[int], object]) -> None:
        """Call `found` with the row of the first event at or after a time."""

        def on_number(number: int | None) -> None:
            newest = self.extent.newest if self.extent else 0
            self.locate(newest if number is None else number, found)

        self._start(lambda task: self._number(task, at), on_number)

    def _number(self, task: Task, at: datetime) -> int | None:
        with borrowed(self._log, "interactive", task) as log:
            return log.numbers_at([at])[0]

    @Slot(object)
    def _on_page_refused(self, error: Exception) -> None:
        if isinstance(error, Shrunk):
            self.reopen()

    def _rank(self, task: Task, seq: int) -> int:
        assert self.extent is not None
        if self._has_each_number(seq + 1):
            return self.extent.newest - seq
        with borrowed(self._log, "interactive", task) as log:
            above = log.counts(self._terms, [seq + 1, self.extent.newest + 1])
        return above[0].events

    # Jobs

    def _start(
        self,
        work: Callable[[Task], T],
        on_result: Callable[[T], object],
        *,
        lane: str = "interactive",
        reports: bool = True,
    ) -> None:
        """Start a job that belongs to the present list: opening another one cancels it.

        An answer may be on its way when the list is left; it comes too late and is dropped.
        """
        generation = self._generation
        refused = self.failed.emit if reports else self._unheard

        def answer(value: T) -> None:
            if generation == self._generation:
                on_result(value)

        def fail(error: Exception) -> None:
            if generation == self._generation:
                refused(error)

        self._current = [job for job in self._current if not job.has_ended]
        self._current.append(
            self._jobs.start(
                work,
                owner=self,
                on_result=answer,
                on_error=fail,
                lane=lane,
            )
        )

    def _stop(self) -> None:
        self._generation += 1
        for job in self._current:
            job.cancel()
        self._current.clear()

    def _unheard(self, error: Exception) -> None:
        """Following is tried again soon; that server or session is gone must be seen now."""
        if isinstance(error, Unreachable | SessionEnded):
            self.failed.emit(error)
        elif not isinstance(error, Problem):
            raise error


def _by_number(log: Reading, bounds: Sequence[int]) -> list[Count]:
    """Count spans in which each number is an event: only the high ones are asked for."""
    high = log.counts(_HIGH, bounds)
    return [
        Count(after - before, count.high)
        for before, after, count in zip(bounds, bounds[1:], high, strict=False)
    ]
