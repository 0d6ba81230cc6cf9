"""A new password, typed twice and judged while it is typed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from govdesk.desktop.entrance.dressing import Help
from govdesk.domain import passwords

_OTHER: Final = "This is not the same password."


class NewPassword(QObject):
    """Watches the fields `password` and `again` of a form and the help lines below them."""

    def __init__(self, form: QWidget, password: QLineEdit, again: QLineEdit):
        super().__init__(form)
        self._password, self._again = password, again
        self._email = ""
        self._rule, self._same = Help(form, "password"), Help(form, "again")
        password.textEdited.connect(self._judge)
        again.textEdited.connect(self._compare)
        self.begin()

    def begin(self, email: str = "") -> None:
        """Empty both fields; an `email` is not to be a part of the password."""
        self._email = email
        self.forget()
        self._rule.hint(passwords.RULE)
        self._same.fault("")

    def forget(self) -> None:
        """Keep nothing that was typed."""
        self._password.clear()
        self._again.clear()

    @property
    def text(self) -> str:
        """What is typed."""
        return self._password.text()

    def is_ready(self) -> bool:
        """Whether it may be used; says why not, at the field that the person is to mend."""
        if not passwords.judge(self.text).is_accepted:
            self._rule.fault(f"A password has {passwords.SHORTEST} characters or more.")
            self._password.setFocus()
            return False
        if self._again.text() != self.text:
            self._same.fault(_OTHER)
            self._again.setFocus()
            self._again.selectAll()
            return False
        return True

    @Slot(str)
    def _judge(self, password: str) -> None:
        verdict = passwords.judge(password, self._email).sentence
        self._rule.hint(verdict if password else passwords.RULE)

    @Slot()
    def _compare(self) -> None:
        self._same.fault("" if self.text.startswith(self._again.text()) else _OTHER)
