"""The foot of a dialog: it stays in sight however little room the fields above it have."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme


class Foot(QWidget):
    """A column below what scrolls, set off by a line; what is put into it never scrolls away."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        self.column.setSpacing(theme.INSIDE)
        theme.signals.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line above it: what lies beyond it is reached by scrolling."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), theme.HAIRLINE, theme.colour("line"))
        painter.end()
