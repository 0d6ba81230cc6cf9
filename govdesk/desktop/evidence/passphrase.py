"""A new passphrase: typed twice, or made here and shown once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.widgets import FormField, Picture, SecretField, Words

LOST: Final = (
    "A lost passphrase cannot be recovered by anybody. Hand it over by another way than the file."
)
_HELP: Final = "Several words are better than a few strange characters."


class NewPassphrase(QWidget):
    """`secret` is what was typed twice; it is forgotten by `forget`."""

    def __init__(self, name: str, names: Sequence[str], parent: QWidget | None = None):
        super().__init__(parent)
        self._names = tuple(names)
        self.first, self.second = (self._line(f"{name}_{which}") for which in
                                   ("passphrase", "passphrase_again"))  # fmt: skip
        self.field = FormField("&Passphrase", self.first, _HELP, self)
        self.again = FormField("The passphrase &once more", self.second, "", self)
        self.caps_lock = Words("", "secondary", "state_attention", self, wraps=True)
        self.caps_lock.setObjectName(f"{name}_caps_lock")
        self.caps_lock.hide()
        CapsLock(self.caps_lock, self.first)
        self.generate = button("&Generate", f"{name}_generate", self.make, self, icon="refresh-cw")
        self.made = SecretField("Generated passphrase", self)
        self.made.hide()
        self.lost = Words(LOST, parent=self, wraps=True)
        self.lost.setObjectName(f"{name}_lost")
        self._lay_out()
        self.first.textEdited.connect(self._on_edited)
        self.second.textEdited.connect(self._on_edited)

    def _line(self, name: str) -> QLineEdit:
        made = QLineEdit(self)
        made.setObjectName(name)
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setMinimumHeight(theme.CONTROL_HEIGHT)
        return made

    def _lay_out(self) -> None:
        pair = QHBoxLayout()
        pair.setSpacing(theme.GAP)
        pair.addWidget(self.field, 1)
        pair.addWidget(self.again, 1)
        act = QHBoxLayout()
        act.setSpacing(theme.INSIDE)
        act.addWidget(self.generate, 0, Qt.AlignmentFlag.AlignTop)
        act.addWidget(self.made, 1)
        act.addStretch(0)
        warning = QHBoxLayout()
        warning.setSpacing(theme.INSIDE)
        warning.addWidget(Picture("triangle-alert", "state_attention", parent=self))
        warning.addWidget(self.lost, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(pair)
        column.addWidget(self.caps_lock)
        column.addLayout(act)
        column.addLayout(warning)

    @property
    def secret(self) -> str:
        """What was typed."""
        return self.first.text()

    @Slot()
    def make(self) -> None:
        """Make one, put it into both lines and show it this once."""
        from govdesk.services import snapshots

        secret = snapshots.generate_passphrase()
        for line in (self.first, self.second):
            line.setText(secret)
        self._clear_errors()
        self.made.set_secret(secret)
        self.made.show()

    def judge(self) -> bool:
        """Say what is wrong with it; whether nothing is."""
        from govdesk.services import snapshots

        fault = snapshots.passphrase_problem(self.secret, self._names)
        if fault:
            self.field.set_error(fault)
            self.first.setFocus()
            return False
        if self.second.text() != self.secret:
            self.again.set_error("The two differ. Type the same passphrase in both.")
            self.second.setFocus()
            return False
        return True

    def forget(self) -> None:
        """Empty every line."""
        self.first.clear()
        self.second.clear()
        self.made.forget()
        self.made.hide()

    @Slot()
    def _on_edited(self) -> None:
        """What was generated is no longer what is typed."""
        self._clear_errors()
        self.made.forget()
        self.made.hide()

    def _clear_errors(self) -> None:
        self.field.clear_error()
        self.again.clear_error()
