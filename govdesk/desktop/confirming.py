"""Asks for password and code before a dangerous act, unless they were given a moment ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.code_clock import CodeClock
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import ONLY_ONCE, described
from govdesk.desktop.forms.ui_confirming import Ui_ConfirmForm
from govdesk.domain import codes
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, stepping_up
from govdesk.services.link import Link, SessionEnded, Unreachable

WINDOW: Final = timedelta(minutes=10)
"""How long the database remembers a wrong guess."""
WRONG: Final = "The password or the code is not right. A code is good for 30 seconds and only once."


def confirm(parent: QWidget, jobs: Jobs, link: Link, why: str, then: Callable[[], object]) -> None:
    """Call `then` once the person has confirmed; at once if that was less than 4½ minutes ago.

    `why` is a sentence that says what the confirmation is for. Nothing follows a Cancel. A write
    that the database refused as `step_up_needed` was not done: confirm, and repeat that one write.
    """
    if link.is_fresh:
        then()
        return
    window = parent.window()
    already = window.findChild(ConfirmDialog)
    if already is not None and already.isVisible():
        already.activateWindow()
        return
    ConfirmDialog(jobs, link, why, then, window).open()


class ConfirmDialog(QDialog):
    """Stays open, with the password kept, until the database accepts or the person gives up."""

    def __init__(
        self, jobs: Jobs, link: Link, why: str, then: Callable[[], object], parent: QWidget | None
    ):
        super().__init__(parent)
        self._jobs, self._link, self._then = jobs, link, then
        self.form = form = Ui_ConfirmForm()
        form.setupUi(self)
        form.purpose.setText(why)
        form.who.setText(f"{link.email} · {link.tenant_path}")
        Dressing(self)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._clock = CodeClock(Help(self, "code"), self)
        CapsLock(form.caps_lock, form.password)
        inputs: list[QWidget] = [form.password, form.code, form.confirm]
        self._errand = Errand(self, jobs, form.waiting_place, inputs, "writes")
        form.code.textEdited.connect(self._code_edited)
        form.confirm.clicked.connect(self.submit)
        form.cancel.clicked.connect(self.reject)
        form.password.setFocus()

    @Slot()
    def submit(self) -> None:
        """Confirm with what is typed, or go to the first field that is empty."""
        form, link = self.form, self._link
        if self._errand.is_running:
            return
        empty = next((one for one in (form.password, form.code) if not one.text().strip()), None)
        if empty is not None:
            empty.setFocus()
            return
        password, code = form.password.text(), codes.normal(form.code.text())
        if code == link.last_code:
            self._refuse_code(ONLY_ONCE)
            return
        say(form.message, "")
        self._clock.stop()

        def work(task: Task) -> str:
            with borrowed(link, "writes", task) as session:
                stepping_up.confirm(session, link.email, password, code)
            return code

        self._errand.run("Confirming …", work, self._confirmed, self._failed)

    def reject(self) -> None:
        """Give up; nothing follows."""
        self._errand.cancel()
        super().reject()

    def _confirmed(self, code: str) -> None:
        self._link.confirmed(code)
        then = self._then
        self.form.password.clear()
        self.accept()
        then()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        key = connecting.key_of(error)
        if key == "sign_in_failed":
            self.refuse()
        elif key == "throttled":
            until = datetime.now() + WINDOW
            say(self.form.message, f"{error.sentence} Try again at {until:%H:%M}.", "state_failed")
        elif isinstance(error, SessionEnded):
            super().reject()
            self._jobs.unhandled.emit(error)
        else:
            say(self.form.message, described(error), "state_failed")
            if isinstance(error, Unreachable):
                self._jobs.unhandled.emit(error)

    def refuse(self) -> None:
        """Say that password or code was wrong, and when another code comes."""
        say(self.form.message, WRONG, "state_failed")
        self._refuse_code("")

    def _refuse_code(self, before: str) -> None:
        self._clock.start(before)
        self.form.code.setFocus()
        self.form.code.selectAll()

    @Slot(str)
    def _code_edited(self, text: str) -> None:
        if codes.is_whole(text) and self.form.password.text():
            self.submit()


__all__ = ["ConfirmDialog", "confirm"]
