"""Says what ends with a thing before it goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words


class DeleteDialog(QDialog):
    """Says what ends and what stays; the button `word` calls `then`, anything else changes nothing.

    `name` is the dialog's object name; its parts are called after it.
    """

    def __init__(
        self,
        name: str,
        title: str,
        question: str,
        ends: str,
        stays: str,
        word: str,
        then: Callable[[], object],
        parent: QWidget,
    ):
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.accepted.connect(lambda: then())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(Words(question, "section", parent=self, wraps=True))
        what = Words(ends, "body", parent=self, wraps=True)
        what.setObjectName(f"{name}_ends")
        column.addWidget(what)
        column.addWidget(Words(stays, "secondary", "text_secondary", self, wraps=True))
        column.addWidget(self._buttons(name, word))
        self.setMinimumWidth(theme.READING_WIDTH)
        self.resize(theme.READING_WIDTH, column.totalHeightForWidth(theme.READING_WIDTH))

    def _buttons(self, name: str, word: str) -> QDialogButtonBox:
        """Enter cancels: what cannot be brought back is pressed on purpose."""
        buttons = QDialogButtonBox(self)
        delete = buttons.addButton(word, QDialogButtonBox.ButtonRole.AcceptRole)
        delete.setObjectName(f"{name}_confirm")
        delete.setProperty("danger", True)
        delete.setAutoDefault(False)
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName(f"{name}_cancel")
        cancel.setDefault(True)
        cancel.setProperty("primary", False)
        delete.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        cancel.setFocus()
        return buttons
