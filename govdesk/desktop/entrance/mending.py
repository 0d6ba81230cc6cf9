"""What a mailed link for an account asks for: recovery code and new password, or the password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.new_password import NewPassword
from govdesk.desktop.forms.ui_mending import Ui_MendingForm
from govdesk.domain import codes
from govdesk.services.recovery import AccountLink, Door

_PURPOSES: Final = {
    "code": "{email}: password and authenticator app are replaced together. The link alone is not"
    " enough; give one of your recovery codes, too.",
    "decided": "{email}: password and authenticator app are replaced together. Two people of your"
    " organization decided this, so no recovery code is needed.",
    "factor": "{email}: your organization took the old app away. Your password proves that it is"
    " you; the next page shows the key for a new app.",
}
_NO_CODE: Final = "A recovery code has 24 letters and digits."
_LONG: Final = 24


@dataclass(frozen=True, slots=True)
class Mending:
    """Somebody who is about to come back in; the factor is still to be proven."""

    door: Door = field(repr=False)
    token: str = field(repr=False)
    link: AccountLink
    recovery_code: str | None = field(repr=False)
    password: str = field(repr=False)


class MendingPage(QWidget):
    """`ready` brings a `Mending` that lacks its factor."""

    ready = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._about: tuple[Door, str, AccountLink] | None = None
        self.form = form = Ui_MendingForm()
        form.setupUi(self)
        Dressing(self)
        self._code_help = Help(self, "recovery_code")
        self._password = NewPassword(self, form.password, form.again)
        self._password_help = Help(self, "password")
        CapsLock(form.caps_lock, form.password, form.again)
        form.recovery_code.textEdited.connect(self._code_edited)
        form.next.clicked.connect(self.submit)
        form.back.clicked.connect(self._leave)

    def begin(self, door: Door, token: str, link: AccountLink) -> None:
        """Ask for what belongs to this link."""
        self._about = (door, token, link)
        form, is_new = self.form, link.kind == "recover"
        form.title.setText("A new password" if is_new else "A new authenticator app")
        kind = ("code" if link.needs_recovery_code else "decided") if is_new else "factor"
        form.purpose.setText(_PURPOSES[kind].format(email=link.email))
        form.purpose.show()
        form.recovery_box.setVisible(is_new and link.needs_recovery_code)
        form.again_box.setVisible(is_new)
        form.recovery_code.clear()
        self._code_help.fault("")
        self._password.begin(link.email)
        if not is_new:
            self._password_help.hint("The one you have.")
        say(form.message, "")
        (form.recovery_code if form.recovery_box.isVisibleTo(self) else form.password).setFocus()

    @Slot()
    def submit(self) -> None:
        """Go on to the authenticator app, or say what is missing."""
        if self._about is None:
            return
        door, token, link = self._about
        typed = codes.normal(self.form.recovery_code.text())
        if link.kind == "recover" and link.needs_recovery_code and not self._is_code(typed):
            return
        if link.kind == "recover" and not self._password.is_ready():
            return
        if not self._password.text:
            self.form.password.setFocus()
            return
        code = typed if link.needs_recovery_code else None
        say(self.form.message, "")
        self.ready.emit(Mending(door, token, link, code, self._password.text))

    def refuse(self, sentence: str) -> None:
        """Say that what was given here was wrong; nothing typed is lost."""
        say(self.form.message, sentence, "state_failed")
        reveal(self.form.message)
        shown = self.form.recovery_box.isVisibleTo(self)
        (self.form.recovery_code if shown else self.form.password).setFocus()

    def forget(self) -> None:
        """Keep no secret that was typed."""
        self._password.forget()
        self.form.recovery_code.clear()

    def _is_code(self, typed: str) -> bool:
        if len(typed.replace("-", "")) == _LONG:
            return True
        self._code_help.fault(_NO_CODE)
        self.form.recovery_code.setFocus()
        return False

    @Slot()
    def _code_edited(self) -> None:
        self._code_help.fault("")

    @Slot()
    def _leave(self) -> None:
        self.forget()
        self.left.emit()
