"""Where the time of one try went: a bar for each stage, and a sentence that says the same."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries.words import milliseconds
from govdesk.desktop.widgets import Words
from govdesk.services.deliveries import Attempt

_FAILING: Final = {"dns": "dns", "tcp": "tcp", "tls": "tls"}
_LAST: Final = ("http", "redirect", "gone", "timeout", "protocol", "ack", "too_long")


class Stage(NamedTuple):
    """One stage: its name, its past tense, and how long it took in milliseconds."""

    key: str
    title: str
    said: str
    took: float


def stages(attempt: Attempt) -> list[Stage]:
    """The stages that a try went through, in order; what a kept connection spared is missing."""
    found = (
        Stage("dns", "Look-up", "looked up in", attempt.dns_ms or 0.0),
        Stage("tcp", "Connection", "connected in", attempt.tcp_ms or 0.0),
        Stage("tls", "Encryption", "encrypted in", attempt.tls_ms or 0.0),
        Stage("first_byte", "First byte", "first byte after", attempt.first_byte_ms or 0.0),
    )
    times = (attempt.dns_ms, attempt.tcp_ms, attempt.tls_ms, attempt.first_byte_ms)
    passed = [stage for stage, time in zip(found, times, strict=True) if time is not None]
    if attempt.outcome == "timeout" and attempt.total_ms is not None:
        waited = attempt.total_ms - sum(stage.took for stage in passed)
        passed.append(Stage("waited", "Waiting", "then waited", max(waited, 0.0)))
    return passed


def sentence(attempt: Attempt) -> str:
    """The bars in words."""
    found = stages(attempt)
    parts = [f"{stage.said} {milliseconds(stage.took)}" for stage in found]
    if attempt.tcp_ms is None and attempt.first_byte_ms is not None:
        parts.insert(0, "an open connection was used again")
    if attempt.total_ms is not None:
        parts.append(f"{milliseconds(attempt.total_ms)} in all")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "No time was measured."


class _Bars(QWidget):
    """The stages below one another, each where it began; the one that failed in its colour."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stages: list[Stage] = []
        self._failed = ""
        theme.signals.changed.connect(self.update)

    def show_stages(self, found: list[Stage], failed: str) -> None:
        """Show other ones; `failed` is the key of the stage that went wrong, or empty."""
        self._stages, self._failed = found, failed
        self.setVisible(bool(found))
        self.updateGeometry()
        self.update()

    def _line(self) -> int:
        return max(theme.ROW_COMPACT - theme.GRID, self.fontMetrics().height() + theme.GRID // 2)

    def sizeHint(self) -> QSize:
        """A line for each stage."""
        return QSize(64 * theme.GRID, self._line() * len(self._stages))

    def minimumSizeHint(self) -> QSize:
        """Names and numbers, and a little bar."""
        return QSize(48 * theme.GRID, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, bar, milliseconds."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        metrics, line = self.fontMetrics(), self._line()
        names = max((metrics.horizontalAdvance(s.title) for s in self._stages), default=0)
        numbers = max(
            (metrics.horizontalAdvance(milliseconds(s.took)) for s in self._stages), default=0
        )
        left, right = names + theme.INSIDE, self.width() - numbers - theme.INSIDE
        whole = sum(stage.took for stage in self._stages) or 1.0
        begun = 0.0
        for place, stage in enumerate(self._stages):
            top = place * line
            start = left + round((right - left) * begun / whole)
            end = left + round((right - left) * (begun + stage.took) / whole)
            self._bar(painter, QRect(left, top, right - left, line), start, end, stage)
            painter.setPen(theme.colour("text_secondary"))
            box = QRect(0, top, self.width(), line)
            painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignLeft, stage.title)
            painter.setPen(theme.colour("text"))
            painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignRight, milliseconds(stage.took))
            begun += stage.took

    def _bar(self, painter: QPainter, room: QRect, start: int, end: int, stage: Stage) -> None:
        high = theme.INSIDE
        top = room.top() + (room.height() - high) // 2
        track = QRect(room.left(), top, room.width(), high)
        theme.panel(painter, track, theme.colour("placeholder"), radius=theme.RADIUS_SMALL)
        ink = "state_failed" if stage.key == self._failed else "histogram"
        # The shortest stage is still seen.
        bar = QRect(
            min(start, track.right() - theme.GRID + 1), top, max(end - start, theme.GRID), high
        )
        theme.panel(painter, bar, theme.colour(ink), radius=theme.RADIUS_SMALL)


_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class Timing(QWidget):
    """Bars and sentence of one try."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("attempt_timing")
        self.bars = _Bars(self)
        self.words = Words("", "secondary", "text_secondary", self, wraps=True)
        self.words.setObjectName("attempt_timing_words")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.bars)
        column.addWidget(self.words)

    def show_attempt(self, attempt: Attempt) -> None:
        """Show where the time of another try went."""
        found = stages(attempt)
        failed = _FAILING.get(attempt.outcome, "")
        if attempt.outcome in _LAST and found:
            failed = found[-1].key
        self.bars.show_stages(found, failed)
        text = sentence(attempt)
        self.words.setText(text)
        self.setAccessibleName(text)
