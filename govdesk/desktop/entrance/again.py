"""Signing in again in mid-work: the same person, the same organisation, the same row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.config import device as this_device
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.code_clock import CodeClock
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import ONLY_ONCE, described
from govdesk.desktop.forms.ui_sign_in_again import Ui_SignInAgainForm
from govdesk.domain import codes
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import connecting, entrance
from govdesk.services.entrance import Entry

ENDED = "Your session has ended. Nothing you typed is lost; sign in and go on where you were."


class SignInAgain(QDialog):
    """`renewed` brings the new entry; `put_off` says that the person does not want to now."""

    renewed = Signal(object)
    put_off = Signal()

    def __init__(
        self,
        entry: Entry,
        jobs: Jobs,
        *,
        reason: str = ENDED,
        put_off_words: str = "&Not now",
        device: Callable[[], bytes | None] = this_device.secret,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._entry, self._device = entry, device
        self.form = form = Ui_SignInAgainForm()
        form.setupUi(self)
        form.purpose.setText(reason)
        form.who.setText(f"{entry.email} · {entry.tenant_path} · {entry.profile.name}")
        form.later.setText(put_off_words)
        form.later.setAccessibleName(put_off_words.replace("&", ""))
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._clock = CodeClock(Help(self, "code"), self)
        CapsLock(form.caps_lock, form.password)
        inputs: list[QWidget] = [form.password, form.code, form.sign_in]
        self._errand = Errand(self, jobs, form.waiting_place, inputs)
        form.code.textEdited.connect(self._code_edited)
        form.sign_in.clicked.connect(self.submit)
        form.later.clicked.connect(self.reject)
        form.password.setFocus()

    @Slot()
    def submit(self) -> None:
        """Sign in with what is typed, or go to the first field that is empty."""
        form = self.form
        if self._errand.is_running:
            return
        empty = next((one for one in (form.password, form.code) if not one.text().strip()), None)
        if empty is not None:
            empty.setFocus()
            return
        entry, password, code = self._entry, form.password.text(), codes.normal(form.code.text())
        if code == entry.last_code:
            self._refuse_code(ONLY_ONCE)
            return
        say(form.message, "")
        self._clock.stop()
        device = self._device
        self._errand.run(
            "Signing in …",
            lambda task: entrance.come_back(entry, password, code, device=device()),
            self._came_in,
            self._failed,
        )

    def reject(self) -> None:
        """Put it off."""
        self._errand.cancel()
        super().reject()
        self.put_off.emit()

    def _came_in(self, entry: Entry) -> None:
        self.form.password.clear()
        self.form.code.clear()
        self.accept()
        self.renewed.emit(entry)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "sign_in_failed":
            self._refuse_code("")
        say(self.form.message, described(error), "state_failed")

    def _refuse_code(self, before: str) -> None:
        self._clock.start(before)
        self.form.code.setFocus()
        self.form.code.selectAll()

    @Slot(str)
    def _code_edited(self, text: str) -> None:
        if codes.is_whole(text) and self.form.password.text():
            self.submit()
