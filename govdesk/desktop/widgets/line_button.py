"""A button as wide as its column that is made of words and pictures: a line of Home, a kind."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from govdesk.desktop import theme

_OPENING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class LineButton(QAbstractButton):
    """Enter, Space and a click are `clicked`, the arrow keys `stepped` (-1 or 1).

    What it looks like is painted by whoever derives from it.
    """

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        # Labels take their ink from what they stand on, and on a button that is one for all.
        self.setBackgroundRole(QPalette.ColorRole.Window)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """What its parts ask for."""
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter clicks, as in a list; the arrow keys go to the next one."""
        key = Qt.Key(event.key())
        if key in _OPENING:
            self.click()
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Lighten under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """And no longer."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()
