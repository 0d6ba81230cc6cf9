"""A severity or state: its icon and its word on a quiet ground."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from govdesk.desktop import theme

_GROUNDS: Final = {
    "severity_info": "weak_info",
    "severity_notice": "weak_notice",
    "severity_warning": "weak_warning",
    "severity_high": "weak_high",
    "state_ok": "weak_ok",
    "state_attention": "weak_warning",
    "state_failed": "weak_high",
    "state_neutral": "weak_neutral",
}


class Pill(QWidget):
    """`meaning` is a severity or state of the theme (`severity_high`, `state_ok`), `word` its name.

    Another icon than the meaning's own may be given. Raises KeyError for another meaning.
    """

    def __init__(self, meaning: str, word: str, parent: QWidget | None = None, *, icon: str = ""):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_meaning(meaning, word, icon=icon)
        theme.signals.changed.connect(self.update)

    def set_meaning(self, meaning: str, word: str, *, icon: str = "") -> None:
        """Show another severity or state."""
        self._ground = _GROUNDS[meaning]
        self._meaning = meaning
        self._icon = theme.icon(icon or meaning, meaning)
        self.word = word
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    @property
    def meaning(self) -> str:
        """The theme's name of what it says."""
        return self._meaning

    def sizeHint(self) -> QSize:
        """Room for icon and word."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.word) + theme.ICON + 2 * theme.INSIDE + theme.GRID
        return QSize(width, max(theme.ROW_COMPACT, metrics.height() + theme.GRID))

    def minimumSizeHint(self) -> QSize:
        """Room for the icon and a few letters."""
        least = theme.ICON + 6 * theme.INSIDE
        return QSize(min(least, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, word."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme.panel(painter, self.rect(), theme.colour(self._ground), radius=self.height() / 2)
        place = QRect(theme.INSIDE, (self.height() - theme.ICON) // 2, theme.ICON, theme.ICON)
        self._icon.paint(painter, place)
        room = self.rect().adjusted(place.right() + 1 + theme.GRID, 0, -theme.INSIDE, 0)
        shown = self.fontMetrics().elidedText(
            self.word, Qt.TextElideMode.ElideRight, room.width() + 1
        )
        self.setToolTip(self.word if shown != self.word else "")
        painter.setPen(theme.colour(self._meaning))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
