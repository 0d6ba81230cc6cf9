"""How often a key was used on each day, as bars and as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words

DAYS: Final = 30
_HEIGHT: Final = 12 * theme.GRID
_LEAST_BAR: Final = 2 * theme.HAIRLINE
"""A day with a single use is seen, too."""


class UseBars(QWidget):
    """One bar a day, the newest at the right; hovering says day and count."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("key_use_bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._days: Sequence[tuple[date, int]] = ()
        theme.signals.changed.connect(self.update)

    def show_days(self, days: Sequence[tuple[date, int]]) -> None:
        """Show other counts."""
        self._days = tuple(days)
        self.setAccessibleName(sentence(days))
        self.update()

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(DAYS * theme.INSIDE, _HEIGHT)

    def bar(self, place: int) -> QRect:
        """The box of one day."""
        many, width, height = max(len(self._days), 1), self.width(), self.height() - theme.HAIRLINE
        left, right = round(width * place / many), round(width * (place + 1) / many)
        most = max((count for _, count in self._days), default=0)
        count = self._days[place][1]
        high = max(round(height * count / most), _LEAST_BAR) if count else 0
        return QRect(left, height - high, max(right - left - theme.HAIRLINE, 1), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars on a line."""
        painter = QPainter(self)
        for place in range(len(self._days)):
            painter.fillRect(self.bar(place), theme.colour("histogram"))
        line = QRect(0, self.height() - theme.HAIRLINE, self.width(), theme.HAIRLINE)
        painter.fillRect(line, theme.colour("control_line"))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """The tool tip of a day."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._days:
            place = min(event.x() * len(self._days) // max(self.width(), 1), len(self._days) - 1)
            which, count = self._days[place]
            QToolTip.showText(event.globalPos(), f"{which.isoformat()}: {_times(count)}", self)
            return True
        return super().event(event)


class UseChart(QWidget):
    """Bars, the sentence that says the same, and the days at both ends."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.bars = UseBars(self)
        self.words = Words("", "secondary", "text_secondary", self, wraps=True)
        self.words.setObjectName("key_use_words")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.bars)
        column.addWidget(self.words)
        self.show_days(())

    def show_days(self, days: Sequence[tuple[date, int]]) -> None:
        """Show counts by day, today last; nothing yet for an empty list."""
        self.bars.show_days(days)
        self.bars.setVisible(any(count for _, count in days))
        self.words.setText(sentence(days) if days else "Reading …")


def sentence(days: Sequence[tuple[date, int]]) -> str:
    """What the bars show, in words."""
    whole = sum(count for _, count in days)
    if not whole:
        return f"Not used in the last {len(days) or DAYS} days."
    which, most = max(days, key=lambda one: one[1])
    return (
        f"Used {_times(whole)} in the last {len(days)} days; most on {which.isoformat()}:"
        f" {_times(most)}."
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


__all__ = ["DAYS", "UseBars", "UseChart", "sentence"]
