"""Enrolling an authenticator app by QR code."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.entrance.code_clock import CodeClock
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.qr import QrCode
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_factor import Ui_FactorForm
from govdesk.desktop.widgets import SecretClipboard
from govdesk.domain import codes
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import accounts, connecting, entrance
from govdesk.services.entrance import Entry


class FactorPage(QWidget):
    """`enrolled` brings the whole entry and its ten recovery codes."""

    enrolled = Signal(object, object)
    left = Signal()
    ended = Signal(object)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._entry: Entry | None = None
        self._secret = ""
        self.form = form = Ui_FactorForm()
        form.setupUi(self)
        self.qr = QrCode(self)
        form.qr_place.addWidget(self.qr)
        form.qr_place.addStretch()
        Dressing(self)
        self._clock = CodeClock(Help(self, "code"), self)
        self._clipboard = SecretClipboard()
        self.destroyed.connect(self._clipboard.leave)
        self._errand = Errand(self, jobs, form.waiting_place, [form.code, form.next])
        form.columns.setStretch(1, 1)
        form.copy_secret.clicked.connect(self._copy)
        form.code.textEdited.connect(self._edited)
        form.next.clicked.connect(self.submit)
        form.cancel.clicked.connect(self._leave)

    def begin(self, entry: Entry) -> None:
        """Show a fresh secret for this person."""
        self._entry, self._secret = entry, accounts.new_seed()
        self.qr.encode(accounts.provisioning_uri(self._secret, entry.email, entry.tenant_path))
        form = self.form
        form.secret.setText(codes.in_groups(self._secret))
        form.secret.setCursorPosition(0)
        say(form.issuer, f"It appears in the app as GovDesk {entry.tenant_path}, {entry.email}.")
        say(form.message, "")
        form.code.clear()
        form.code.setFocus()

    def forget(self) -> None:
        """Keep no secret that was shown."""
        self._entry, self._secret = None, ""
        self.qr.encode("")
        self.form.secret.clear()
        self.form.code.clear()
        self._clock.stop()
        self._clipboard.clear()

    @Slot()
    def submit(self) -> None:
        """Prove by a code that the app has the secret."""
        entry, secret = self._entry, self._secret
        code = codes.normal(self.form.code.text())
        if entry is None or self._errand.is_running:
            return
        if not codes.is_whole(code):
            say(self.form.message, "The app shows six digits.", "state_failed")
            self.form.code.setFocus()
            return
        say(self.form.message, "")
        self._clock.stop()
        self._errand.run(
            "Checking the code …",
            lambda task: entrance.enrol(entry, secret, code),
            self._did,
            self._failed,
        )

    def _did(self, got: tuple[Entry, list[str]]) -> None:
        self.forget()
        self.enrolled.emit(*got)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        key = connecting.key_of(error)
        if key in ("session_ended", "already_enrolled"):
            self.forget()
            self.ended.emit(error)
            return
        if key == "sign_in_failed":
            say(self.form.message, "The code does not fit this key. Check the app's clock.")
            self._clock.start("")
            self.form.code.setFocus()
            self.form.code.selectAll()
            return
        say(self.form.message, described(error))

    @Slot(str)
    def _edited(self, text: str) -> None:
        if codes.is_whole(text):
            self.submit()

    @Slot()
    def _copy(self) -> None:
        self._clipboard.copy(self._secret)
        say(self.form.issuer, "Copied; the clipboard is cleared in 60 seconds.")

    @Slot()
    def _leave(self) -> None:
        self._errand.cancel()
        self.forget()
        self.left.emit()
