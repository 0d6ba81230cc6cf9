"""Another password; every other session of the person ends."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.desktop.account.proving import Proving
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.new_password import NewPassword
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.forms.ui_change_password import Ui_ChangePasswordForm
from govdesk.jobs import Jobs
from govdesk.services import recovery
from govdesk.services.entrance import PasswordCheck
from govdesk.services.link import Link


class ChangePasswordDialog(QDialog):
    """`changed` brings a `PasswordCheck` once the database has the new password."""

    changed = Signal(object)

    def __init__(self, jobs: Jobs, link: Link, parent: QWidget | None = None):
        super().__init__(parent)
        self._link = link
        self.form = form = Ui_ChangePasswordForm()
        form.setupUi(self)
        form.who.setText(f"{link.email} · {link.tenant_path}")
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._password = NewPassword(self, form.password, form.again)
        self._password.begin(link.email)
        self._rule = Help(self, "password")
        self._proving = Proving(form, jobs, link, form.old, self)
        CapsLock(form.caps_lock, form.old, form.password, form.again)
        inputs: list[QWidget] = [form.old, form.password, form.again, form.code, form.change]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "writes")
        form.change.clicked.connect(self.submit)
        form.cancel.clicked.connect(self.reject)
        form.old.setFocus()

    @Slot()
    def submit(self) -> None:
        """Change it, or go to what is missing."""
        form, link = self.form, self._link
        if self._errand.is_running:
            return
        if not form.old.text():
            form.old.setFocus()
            return
        if not self._password.is_ready():
            return
        if form.old.text() == self._password.text:
            self._rule.fault("This is the password you have. Choose another.")
            form.password.setFocus()
            return
        empty = self._proving.first_empty()
        if empty is not None:
            empty.setFocus()
            return
        if self._proving.is_used():
            return
        say(form.message, "")
        email, old, new = link.email, form.old.text(), self._password.text
        work = self._proving.work(
            lambda session: recovery.change_password(session, email, old, new)
        )
        self._errand.run("Changing the password …", work, self._did, self._failed)

    def reject(self) -> None:
        """Leave it as it is."""
        self._errand.cancel()
        super().reject()

    def _did(self, check: PasswordCheck) -> None:
        self.form.old.clear()
        self._password.forget()
        self.accept()
        self.changed.emit(check)

    def _failed(self, error: Exception) -> None:
        if self._proving.failed(error, self.form.message):
            super().reject()
