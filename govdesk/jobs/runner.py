"""Starts jobs, and brings what they say back to the main thread in slices."""

from __future__ import annotations

import itertools
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot
from shiboken6 import isValid

from govdesk.diagnostics import main_thread
from govdesk.jobs.job import Cancelled, Job, State, Task
from govdesk.jobs.lanes import LANES, Lane

T = TypeVar("T")
SLICE_SECONDS: Final = 0.012
"""Longest time that callbacks take before the window draws again."""


@dataclass(slots=True)
class _Running:
    """What the main thread keeps of a job; its lane knows only the number.

    A thread that held the last reference to a QObject would destroy it off the main thread.
    """

    job: Job
    owner: weakref.ref[QObject]
    on_result: Callable[[Any], object] | None
    on_error: Callable[[Exception], object] | None
    on_cancelled: Callable[[], object] | None
    on_progress: Callable[[int, int | None, str], object] | None

    def has_owner(self) -> bool:
        owner = self.owner()
        return owner is not None and isValid(owner)


class _Newest:
    """The newest progress of a job: a fast worker must not flood the window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: tuple[int, int | None, str] | None = None

    def put(self, value: tuple[int, int | None, str]) -> bool:
        """Keep `value`; True if the one before it was taken already."""
        with self._lock:
            first = self._value is None
            self._value = value
            return first

    def take(self) -> tuple[int, int | None, str] | None:
        with self._lock:
            value, self._value = self._value, None
            return value


class Jobs(QObject):
    """The console's jobs. `unhandled` carries errors of jobs that gave no `on_error`."""

    added = Signal(object)
    unhandled = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._lanes = {name: Lane(name) for name in LANES}
        self._events: deque[Callable[[], None]] = deque()
        self._running: dict[int, _Running] = {}
        self._numbers = itertools.count(1)
        self._closed = False
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        if __debug__:
            main_thread.guard(lambda: QThread.currentThread().loopLevel() > 0)

    def start(
        self,
        fn: Callable[[Task], T],
        *,
        owner: QObject,
        on_result: Callable[[T], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        on_cancelled: Callable[[], object] | None = None,
        on_progress: Callable[[int, int | None, str], object] | None = None,
        lane: str = "interactive",
        title: str = "",
        visible: bool = False,
    ) -> Job:
        """Run ``fn(task)`` on a lane and return its handle.

        Exactly one of `on_result`, `on_error` and `on_cancelled` follows on the main thread, and
        none if `owner` is gone by then.
        """
        number = next(self._numbers)
        newest = _Newest()

        def report(done: int, total: int | None, text: str) -> None:
            if newest.put((done, total, text)):
                self._post(lambda: self._progressed(number, newest))

        task = Task(report, lane)
        job = Job(title, lane, visible, task)
        job.cancelling.connect(self._interrupt)
        self._running[number] = _Running(
            job, weakref.ref(owner), on_result, on_error, on_cancelled, on_progress
        )
        self.added.emit(job)
        self._lanes[lane].put(lambda: self._work(number, fn, task))
        return job

    @property
    def running(self) -> list[Job]:
        """Jobs that have not ended, oldest first."""
        return [running.job for running in self._running.values()]

    def close(self) -> None:
        """Cancel everything and wait for the threads; no callback follows."""
        self._closed = True
        cancelling = self._lanes["cancel"]
        for running in self._running.values():
            running.job.cancel()
        for lane in self._lanes.values():
            if lane is not cancelling:
                lane.close()
        for lane in self._lanes.values():
            if lane is not cancelling:
                lane.join()
        cancelling.close()
        cancelling.join()
        self._events.clear()
        self._running.clear()
        main_thread.release()

    def _work(self, number: int, fn: Callable[[Task], Any], task: Task) -> None:
        """On the lane's thread."""
        if task.cancel.is_set():
            self._post(lambda: self._ended(number, "cancelled", None))
            return
        self._post(lambda: self._begun(number))
        state, value = _outcome(fn, task)
        self._post(lambda: self._ended(number, state, value))

    def _post(self, event: Callable[[], None]) -> None:
        if self._closed:
            return
        self._events.append(event)
        self._woken.emit()

    @Slot(object)
    def _interrupt(self, task: Task) -> None:
        """Asking a server to stop is itself a wait, so it is done elsewhere."""
        self._lanes["cancel"].put(lambda: self._stop_waiting(task))

    def _stop_waiting(self, task: Task) -> None:
        """On the lane's thread, which the next cancellation needs too."""
        try:
            task.interrupt()
        except Exception as error:  # noqa: BLE001 (given to `unhandled`)
            refused = error
            self._post(lambda: self.unhandled.emit(refused))

    @Slot()
    def _drain(self) -> None:
        until = time.monotonic() + SLICE_SECONDS
        while self._events:
            if time.monotonic() > until:
                QTimer.singleShot(0, self._drain)
                return
            self._events.popleft()()

    def _begun(self, number: int) -> None:
        self._running[number].job.begin()

    def _progressed(self, number: int, newest: _Newest) -> None:
        progress = newest.take()
        running = self._running.get(number)
        if running is None or progress is None:
            return
        running.job.advance(*progress)
        if running.on_progress is not None and running.has_owner():
            running.on_progress(*progress)

    def _ended(self, number: int, state: State, value: Any) -> None:
        running = self._running.pop(number)
        running.job.end(state, value)
        if not running.has_owner():
            return
        if state == "done" and running.on_result is not None:
            running.on_result(value)
        elif state == "cancelled" and running.on_cancelled is not None:
            running.on_cancelled()
        elif state == "failed" and running.on_error is not None:
            running.on_error(value)
        elif state == "failed":
            self.unhandled.emit(value)


def _outcome(fn: Callable[[Task], Any], task: Task) -> tuple[State, Any]:
    try:
        value = fn(task)
    except Cancelled:
        return "cancelled", None
    except Exception as error:  # noqa: BLE001 (given to on_error)
        return ("cancelled", None) if task.cancel.is_set() else ("failed", error)
    return "done", value
