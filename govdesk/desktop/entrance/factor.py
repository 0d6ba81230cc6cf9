"""Enrolling an authenticator app by QR code."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

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
from govdesk.jobs import Jobs, Task
from govdesk.services import accounts, connecting, entrance
from govdesk.services.entrance import Entry

Prove = Callable[[Task, str, str], tuple[object, Sequence[str]]]
"""Proves a key (base32) by its code; returns what was proven and ten recovery codes."""
_WRONG = ("sign_in_failed", "wrong_code")
_OVER = ("session_ended", "already_enrolled", "link_unknown")


class FactorPage(QWidget):
    """`enrolled` brings what was proven, an `Entry` after `begin`, and ten recovery codes.

    `unconfirmed` says that the last confirmation is too old by now; the key and its code stay.
    `refused` says that the code fits, so that what was given before it must be wrong; `ended` that
    there is no use in trying again. `lane` is where the proof runs.
    """

    enrolled = Signal(object, object)
    left = Signal()
    ended = Signal(object)
    refused = Signal(object)
    unconfirmed = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None, *, lane: str = "network"):
        super().__init__(parent)
        self._prove: Prove | None = None
        self._secret, self._is_part = "", False
        self._whose, self._kept = "", ("", "")
        self.form = form = Ui_FactorForm()
        form.setupUi(self)
        self.qr = QrCode(self)
        form.qr_place.addWidget(self.qr)
        form.qr_place.addStretch()
        Dressing(self)
        self._clock = CodeClock(Help(self, "code"), self)
        self._clipboard = SecretClipboard()
        self.destroyed.connect(self._clipboard.leave)
        self._errand = Errand(self, jobs, form.waiting_place, [form.code, form.next], lane)
        form.columns.setStretch(1, 1)
        form.copy_secret.clicked.connect(self._copy)
        form.code.textEdited.connect(self._edited)
        form.next.clicked.connect(self.submit)
        form.cancel.clicked.connect(self._leave)

    def begin(self, entry: Entry) -> None:
        """Show a fresh key for somebody who has a session without a factor."""
        self.show_key(
            entry.email,
            entry.tenant_path,
            lambda task, secret, code: entrance.enrol(entry, secret, code),
        )

    def show_key(
        self, email: str, tenant_path: str, prove: Prove, *, is_part: bool = False
    ) -> None:
        """Show a fresh key; with `is_part`, `prove` judges more than the key's code.

        Whoever was refused for something else finds the key again that the app has already.
        """
        whose, kept = self._kept
        is_known = is_part and whose == email
        self._prove, self._is_part, self._whose = prove, is_part, email
        self._secret = kept if is_known else accounts.new_seed()
        self._kept = ("", "")
        self.qr.encode(accounts.provisioning_uri(self._secret, email, tenant_path))
        form = self.form
        form.secret.setText(codes.in_groups(self._secret))
        form.secret.setCursorPosition(0)
        again = "This is the key that you scanned already. " if is_known else ""
        say(form.issuer, f"{again}It appears in the app as GovDesk {tenant_path}, {email}.")
        say(form.message, "")
        form.code.clear()
        form.code.setFocus()

    def forget(self) -> None:
        """Keep no secret that was shown."""
        self._prove, self._secret, self._kept = None, "", ("", "")
        self.qr.encode("")
        self.form.secret.clear()
        self.form.code.clear()
        self._clock.stop()
        self._clipboard.clear()

    @Slot()
    def submit(self) -> None:
        """Prove by a code that the app has the secret."""
        prove, secret = self._prove, self._secret
        code = codes.normal(self.form.code.text())
        if prove is None or self._errand.is_running:
            return
        if not codes.is_whole(code):
            say(self.form.message, "The app shows six digits.", "state_failed")
            self.form.code.setFocus()
            return
        say(self.form.message, "")
        self._clock.stop()
        self._errand.run(
            "Checking the code …",
            lambda task: prove(task, secret, code),
            self._did,
            self._failed,
        )

    def _did(self, got: tuple[object, Sequence[str]]) -> None:
        self.forget()
        self.enrolled.emit(*got)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        key = connecting.key_of(error)
        if key in _OVER:
            self.forget()
            self.ended.emit(error)
            return
        if key == "step_up_needed":
            self.unconfirmed.emit()
            return
        if key in _WRONG and self._is_part and self._fits():
            self._kept = (self._whose, self._secret)
            self.refused.emit(error)
            return
        if key in _WRONG:
            say(self.form.message, "The code does not fit this key. Check the app's clock.")
            self._clock.start("")
            self.form.code.setFocus()
            self.form.code.selectAll()
            return
        say(self.form.message, described(error))

    def _fits(self) -> bool:
        """Whether the code is one of the key's, as far as this computer's clock tells."""
        now, code = time.time(), codes.normal(self.form.code.text())
        steps = (now + away * codes.STEP_SECONDS for away in (-1, 0, 1))
        return code in [accounts.totp(self._secret, at) for at in steps]

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
