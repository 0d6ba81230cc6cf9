"""What a dialog that shows a secret once has: it does not close before the secret is stored."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.widgets import SecretField, Words, announce


class ShownOnceDialog(QDialog):
    """A secret with Copy; Close works once “I have stored it” is ticked.

    Who inherits puts its words, `field`, `stored` and `message` into a column with `_lay_out`, and
    gives the button that leads on. `what` is the secret's word, as in "Store this key now".
    """

    def __init__(self, name: str, what: str, field: str, secret: str, parent: QWidget | None):
        super().__init__(parent)
        self.setWindowTitle(f"Store this {what} now")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._not_yet = f"Store the {what} and tick the box first: it cannot be shown again."
        self.field = SecretField(field, self)
        self.field.set_secret(secret)
        self.stored = QCheckBox("I have &stored it", self)
        self.stored.setObjectName(f"{name}_stored")
        self.message = Words("", "secondary", "state_failed", self, wraps=True)
        self.message.setObjectName(f"{name}_message")
        self.message.hide()
        self.close_button = button("Close", f"{name}_close", self.accept, self, primary=True)

    def _lay_out(self, parts: tuple[QWidget, ...], onward: QPushButton, width: int) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in parts:
            column.addWidget(part)
        foot = QHBoxLayout()
        foot.setSpacing(theme.INSIDE)
        foot.addWidget(onward)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self._onward = onward
        self.stored.toggled.connect(self._on_stored)
        self._on_stored(False)
        self.setMinimumWidth(width)
        self.resize(width, column.totalHeightForWidth(width))

    @Slot(bool)
    def _on_stored(self, is_stored: bool) -> None:
        self.close_button.setEnabled(is_stored)
        self._onward.setEnabled(is_stored)
        self.close_button.setDefault(is_stored)
        if is_stored:
            self.message.hide()

    def accept(self) -> None:
        """Close, and forget the secret."""
        if self.stored.isChecked():
            self.field.forget()
            super().accept()
        else:
            self._insist()

    def reject(self) -> None:
        """Esc and the window's cross: only once the secret is stored."""
        self.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross asks the same."""
        if self.stored.isChecked():
            super().closeEvent(event)
        else:
            event.ignore()
            self._insist()

    def _insist(self) -> None:
        self.message.setText(self._not_yet)
        self.message.show()
        self.stored.setFocus()
        announce(self, self._not_yet)
