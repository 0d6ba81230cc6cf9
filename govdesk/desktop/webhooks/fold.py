"""What is seldom needed, below a button that shows and hides it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme


class Fold(QWidget):
    """A button that shows and hides what is put into `column`."""

    toggled = Signal()

    def __init__(self, words: str, name: str, parent: QWidget):
        super().__init__(parent)
        self.button = QToolButton(self)
        self.button.setObjectName(name)
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.inner = QWidget(self)
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self.inner)
        self.button.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self.inner.setVisible(is_open)
        self.button.setIcon(theme.icon("chevron-down" if is_open else "chevron-right"))
        self.toggled.emit()
