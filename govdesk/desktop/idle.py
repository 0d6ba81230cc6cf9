"""Notices that nobody is at the keyboard, and, while somebody is, says so once a minute."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

ALIVE_SECONDS: Final = 60.0
_LOOK_MS: Final = 5_000
_SIGNS_OF_LIFE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


def clock_with_sleep() -> float:
    """Seconds since some moment; the machine's sleep counts, changes of the wall clock do not."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # Python's own monotonic clock stands still there while the lid is closed.
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class IdleWatch(QObject):
    """`idle` comes once after so many minutes without key, mouse or touch in any window.

    0 minutes is never. Sleep counts: whoever opens the lid too late meets the lock, and the first
    key or click after such a gap is swallowed. `alive` comes with the first sign of life and then
    at most once a minute while somebody works, to keep the session on the server awake.

    It listens at the native windows, through which all input comes first: a filter on the whole
    application would see every event of every widget, in Python.
    """

    idle = Signal()
    alive = Signal()

    def __init__(
        self, minutes: float, parent: QObject, *, clock: Callable[[], float] = clock_with_sleep
    ):
        super().__init__(parent)
        self._clock = clock
        self._seconds = 0.0
        self._seen = clock()
        self._told: float | None = None
        self._is_idle = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._watch(QGuiApplication.focusWindow())
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Another patience; what has passed already counts."""
        self._seconds = minutes * 60
        self._timer.setInterval(min(_LOOK_MS, max(1, int(self._seconds * 1000 / 4))))
        self._start_or_stop()
        self.look()

    @Slot()
    def restart(self) -> None:
        """Count from now, for instance after unlocking."""
        self._is_idle = False
        self._seen = self._clock()
        self._told = None
        self._start_or_stop()

    @Slot()
    def look(self) -> None:
        """Say `idle` if it is time."""
        if self._is_too_late(self._clock()):
            self._is_idle = True
            self._timer.stop()
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there; takes the event away only when it comes too late."""
        if event.type() not in _SIGNS_OF_LIFE or self._is_idle:
            return False
        now = self._clock()
        if self._is_too_late(now):
            self.look()
            return True
        self._seen = now
        if self._told is None or now - self._told >= ALIVE_SECONDS:
            self._told = now
            self.alive.emit()
        return False

    def _is_too_late(self, now: float) -> bool:
        return not self._is_idle and 0 < self._seconds <= now - self._seen

    def _start_or_stop(self) -> None:
        if self._seconds > 0 and not self._is_idle:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot("QWindow*")
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # Twice is once: installing moves an installed filter to the front.
            window.installEventFilter(self)
