"""Dialogs of this room: words above, something between them, buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words

Endpoints = Sequence[tuple[str, str]]
"""Endpoints to choose from: id and name."""


class Asking(QDialog):
    """A dialog over its window; what it holds is put into `column`, buttons into `buttons`."""

    def __init__(self, name: str, title: str, heading: str, parent: QWidget):
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = Words(heading, "section", parent=self, wraps=True)
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.GAP)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.INSIDE)
        self.buttons.addStretch(1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        self._whole.setSpacing(theme.GAP)
        self._whole.addWidget(self.heading)
        self._whole.addLayout(self.column, 1)
        self._whole.addLayout(self.buttons)
        self.setMinimumWidth(128 * theme.GRID)

    def add_button(
        self, text: str, name: str, *, primary: bool = False, icon: str = ""
    ) -> QPushButton:
        """Add a button at the right."""
        made = QPushButton(text, self)
        made.setObjectName(name)
        made.setAccessibleName(text)
        made.setAutoDefault(False)
        made.setProperty("primary", primary)
        if icon:
            made.setIcon(theme.icon(icon))
        self.buttons.addWidget(made)
        return made

    def make_room(self) -> None:
        """More words may have come than there were."""
        self._whole.activate()
        needed = self._whole.totalHeightForWidth(self.width())
        room = self.screen().availableGeometry().height() - 2 * theme.MARGIN
        if needed > self.height():
            self.resize(self.width(), min(needed, room))


def endpoint_box(name: str, endpoints: Endpoints, chosen: str | None) -> QComboBox:
    """A choice of endpoints."""
    made = QComboBox()
    made.setObjectName(name)
    made.setMinimumHeight(theme.CONTROL_HEIGHT)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(24)
    for which, title in endpoints:
        made.addItem(title, which)
    made.setCurrentIndex(max(made.findData(chosen), 0))
    return made
