"""The band that nobody overlooks: whose data this is, why one is here, and for how long."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Picture, Words, announce

WARNING_SECONDS: Final = 120
_TICK_MS: Final = 1000


class StaffBand(QWidget):
    """Counts the visit down. `leave_asked`, `nearly_over` two minutes before, `over` at its end."""

    leave_asked = Signal()
    nearly_over = Signal()
    over = Signal()

    def __init__(self, organization: str, reason: str, seconds: float):
        super().__init__()
        self.setObjectName("staff_band")
        self._organization, self._reason = organization, reason
        self._ends_at = time.monotonic() + seconds
        self._is_warned = self._is_over = False
        self._words = Words("", "strong", "on_staff", self, wraps=True)
        self._words.setObjectName("staff_words")
        self._leave = QPushButton(theme.icon("door-open"), "Leave", self)
        self._leave.setObjectName("staff_leave")
        self._leave.setAccessibleName(f"Leave {organization}")
        self._leave.setAutoDefault(False)
        self._leave.clicked.connect(self.leave_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        row.setSpacing(theme.INSIDE)
        row.addWidget(Picture("user-cog", "on_staff", parent=self))
        row.addWidget(self._words, 1)
        row.addWidget(self._leave)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        theme.signals.changed.connect(self.update)
        self.tick()
        announce(self, self._words.text())

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def seconds_left(self) -> float:
        """How long the visit still lasts."""
        return max(0.0, self._ends_at - time.monotonic())

    def leaving(self) -> None:
        """The visit is being ended; nothing more to press."""
        self._timer.stop()
        self._leave.setEnabled(False)

    @Slot()
    def tick(self) -> None:
        """Say the time that is left; warn, and end, once each."""
        left = self.seconds_left
        words = (
            f"GovDesk staff — inside {self._organization} for: {self._reason} — {_left(left)} —"
            " everything you do is recorded in their log"
        )
        if words != self._words.text():
            self._words.setText(words)
            self.setAccessibleName(words)
        if left <= WARNING_SECONDS and not self._is_warned:
            self._is_warned = True
            self.nearly_over.emit()
        if left <= 0 and not self._is_over:
            self._is_over = True
            self._timer.stop()
            self.over.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A colour that nothing else has, striped so that it needs no colour to be seen."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("staff"))
        _stripe(painter, self.rect())
        painter.end()


class Marking(QObject):
    """Marks every dialog that opens above a window of staff, as long as it lives."""

    def __init__(self, window: QWidget, app: QObject):
        super().__init__(window)
        self._window = window
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Never takes an event away."""
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QDialog)
            and self._is_above(watched)
            and watched.findChild(Strip) is None
        ):
            Strip(watched)
        return False

    def _is_above(self, dialog: QDialog) -> bool:
        """Whether it opened from this window, or from a dialog of it."""
        parent = dialog.parentWidget()
        while parent is not None and parent is not self._window:
            parent = parent.parentWidget()
        return parent is not None


class Strip(QWidget):
    """A strip of the band's colour along the top of a dialog, and words in its title."""

    def __init__(self, dialog: QDialog):
        super().__init__(dialog)
        self.setObjectName("staff_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        dialog.setWindowTitle(f"GovDesk staff — {dialog.windowTitle()}")
        dialog.installEventFilter(self)
        theme.signals.changed.connect(self.update)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as wide as the dialog."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        dialog = self.parentWidget()
        assert dialog is not None
        self.setGeometry(0, 0, dialog.width(), theme.INSIDE)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As the band."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("staff"))
        _stripe(painter, self.rect())
        painter.end()


def _left(seconds: float) -> str:
    whole = int(seconds + 0.999)
    if whole > WARNING_SECONDS:
        return f"{(whole + 59) // 60} min left"
    return f"{whole} s left" if whole else "the time is up"


def _stripe(painter: QPainter, room: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("staff_stripe"))
    step, lean = theme.MARGIN, room.height()
    for left in range(-lean, room.width(), 2 * step):
        corners = QPolygon([
            QPoint(left, lean), QPoint(left + lean, 0),
            QPoint(left + lean + step, 0), QPoint(left + step, lean),
        ])  # fmt: skip
        painter.drawPolygon(corners)
