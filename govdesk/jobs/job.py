"""One piece of work: what its function is given, and what its owner holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Signal, Slot

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED: Final = ("done", "failed", "cancelled")
_AGAIN_SECONDS: Final = 0.25


class Cancelled(Exception):
    """The person, or the page that asked, no longer wants it."""


class Task:
    """What the working function is given, on its thread."""

    def __init__(self, report: Callable[[int, int | None, str], None], lane: str):
        self.cancel = threading.Event()
        self.lane = lane
        self._report = report
        self._waiting = threading.Lock()
        self._through = threading.Event()
        self._stop: Callable[[], None] | None = None

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Say how far it is; `total` is None while it is not known."""
        self._report(done, total, text)

    @contextmanager
    def interruptible(self, stop: Callable[[], None]) -> Iterator[None]:
        """While the block waits for a server, a cancellation calls `stop` on another thread."""
        with self._waiting:
            self.check()
            self._stop = stop
            self._through.clear()
        try:
            yield
        finally:
            with self._waiting:
                self._stop = None
                self._through.set()

    def interrupt(self) -> None:
        """End the present wait; returns once that is done, so that it cannot hit a later one.

        Between two statements a server hears nothing, so it is told again until the wait is over.
        """
        while self._stop_once():
            self._through.wait(_AGAIN_SECONDS)

    def _stop_once(self) -> bool:
        with self._waiting:
            if self._stop is None:
                return False
            self._stop()
            return True

    def check(self) -> None:
        """Raise `Cancelled` if nobody wants the work any more."""
        if self.cancel.is_set():
            raise Cancelled


class Job(QObject):
    """The handle of one piece of work; lives on the main thread.

    Times are seconds of `time.monotonic`. `visible` ones stand in the jobs panel.
    """

    changed = Signal()
    finished = Signal()
    cancelling = Signal(object)

    def __init__(self, title: str, lane: str, visible: bool, task: Task):
        super().__init__()
        self.title, self.lane, self.visible = title, lane, visible
        self.state: State = "waiting"
        self.done = 0
        self.total: int | None = None
        self.text = ""
        self.result: Any = None
        self.error: BaseException | None = None
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self._task = task

    @Slot()
    def cancel(self) -> None:
        """Ask it to end; `on_cancelled` follows unless it is through already."""
        if not self._task.cancel.is_set():
            self._task.cancel.set()
            self.cancelling.emit(self._task)

    @property
    def has_ended(self) -> bool:
        """Whether a result, an error or the cancellation is known."""
        return self.state in ENDED

    def begin(self) -> None:
        """Note that its thread has taken it up."""
        self.state = "running"
        self.started_at = time.monotonic()
        self.changed.emit()

    def advance(self, done: int, total: int | None, text: str) -> None:
        """Note how far it is."""
        self.done, self.total, self.text = done, total, text
        self.changed.emit()

    def end(self, state: State, value: Any = None) -> None:
        """Note how it ended; `value` is the result or the error."""
        self.state = state
        self.ended_at = time.monotonic()
        if state == "failed":
            self.error = value
        elif state == "done":
            self.result = value
        self.changed.emit()
        self.finished.emit()
