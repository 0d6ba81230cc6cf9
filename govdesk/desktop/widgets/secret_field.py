"""A secret that is shown once."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.clipboard import CLEARED_AFTER_MS, SecretClipboard
from govdesk.desktop.widgets.covering import Covering
from govdesk.desktop.widgets.words import Words


class SecretField(Covering):
    """A secret in a monospace with Copy; the clipboard forgets it after `cleared_after_ms`.

    The secret stands in the field only: never in a tool tip, a title or an accessible name.
    Covered, it shows dots and a button that brings it back.
    """

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        cleared_after_ms: int = CLEARED_AFTER_MS,
    ):
        super().__init__(parent)
        self._seconds = cleared_after_ms // 1000
        self._field = QLineEdit(self)
        self._field.setObjectName("secret_text")
        self._field.setAccessibleName(name)
        self._field.setReadOnly(True)
        self._copy = QPushButton(theme.icon("copy"), "Copy", self)
        self._copy.setObjectName("secret_copy")
        self._copy.setAccessibleName(f"Copy {name}")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self.copy)
        self._show = QPushButton("Show", self)
        self._show.setObjectName("secret_show")
        self._show.setAccessibleName(f"Show {name}")
        self._show.setAutoDefault(False)
        self._show.clicked.connect(self._uncover)
        self._show.hide()
        self._help = Words("", "secondary", "text_secondary", self, wraps=True)
        self._help.setObjectName("secret_help")
        self._clipboard = SecretClipboard(cleared_after_ms)
        self._clipboard.cleared.connect(self._on_cleared)
        self.destroyed.connect(self._clipboard.leave)
        self._lay_out()
        self._restyle()
        theme.signals.changed.connect(self._restyle)
        self.forget()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._field, 1)
        row.addWidget(self._show)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(row)
        column.addWidget(self._help)

    def set_secret(self, secret: str) -> None:
        """Show a secret; it will not be shown again."""
        self._field.setText(secret)
        self._field.setCursorPosition(0)
        self._copy.setEnabled(bool(secret))
        self._say("It is shown this once. Copy it now and keep it where it belongs.")

    def forget(self) -> None:
        """Empty the field; what was copied is still cleared in time."""
        self._field.clear()
        self._copy.setEnabled(False)
        self._say("")

    def cover(self, is_covered: bool) -> None:
        """Show dots in the place of the secret, or the secret again."""
        modes = QLineEdit.EchoMode
        self._field.setEchoMode(modes.Password if is_covered else modes.Normal)
        self._field.setCursorPosition(0)
        self._show.setVisible(is_covered and bool(self._field.text()))

    @Slot()
    def _uncover(self) -> None:
        self.cover(False)
        self._field.setFocus()

    @Slot()
    def copy(self) -> None:
        """Put the secret on the clipboard for a while."""
        self._clipboard.copy(self._field.text())
        self._say(f"Copied. The clipboard is cleared in {self._seconds} seconds.")

    @Slot()
    def _on_cleared(self) -> None:
        if self._field.text():
            self._say("The clipboard has been cleared.")

    def _say(self, sentence: str) -> None:
        self._help.setText(sentence)
        self._help.setVisible(bool(sentence))
        announce(self, sentence)

    @Slot()
    def _restyle(self) -> None:
        self._field.setFont(theme.font("mono"))
