"""An icon that stands beside words and follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from govdesk.desktop import theme


class Picture(QWidget):
    """A Lucide icon or a meaning of the theme, in the colour of a token, `side` pixels square.

    It says nothing to a screen reader: the words beside it do.
    """

    def __init__(
        self,
        name: str = "",
        colour: str = "",
        side: int = theme.ICON,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_icon(name, colour)
        theme.signals.changed.connect(self.update)

    def set_icon(self, name: str, colour: str = "") -> None:
        """Show another one; an empty name shows nothing."""
        self.name = name
        self._icon = theme.icon(name, colour) if name else None
        self.update()

    def sizeHint(self) -> QSize:
        """The square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the middle."""
        if self._icon is None:
            return
        place = QRect(0, 0, self._side, self._side)
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        self._icon.paint(painter, place)
        painter.end()
