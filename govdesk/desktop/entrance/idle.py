"""Notices that nobody is at the keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

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


class IdleWatch(QObject):
    """`idle` comes after so many minutes without key, mouse or touch in any window; 0 is never.

    It listens at the native windows, through which all input comes first: a filter on the whole
    application would see every event of every widget, in Python.
    """

    idle = Signal()

    def __init__(self, minutes: float, parent: QObject):
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self._watch(QGuiApplication.focusWindow())
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Count anew, with another patience."""
        self._timer.setInterval(int(minutes * 60_000))
        self.restart()

    @Slot()
    def restart(self) -> None:
        """Count from now, for instance after unlocking."""
        if self._timer.interval() > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there; never takes the event away."""
        if event.type() in _SIGNS_OF_LIFE and self._timer.isActive():
            self._timer.start()
        return False

    @Slot("QWindow*")
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # Twice is once: installing moves an installed filter to the front.
            window.installEventFilter(self)
