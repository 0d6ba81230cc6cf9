"""A first password with a one-time set-up code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_set_up import Ui_SetUpForm
from govdesk.domain import passwords
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import entrance
from govdesk.services.entrance import Entry


def _nothing() -> str:
    return ""


class SetUpPage(QWidget):
    """`factor_needed` brings the entry of somebody whose password is set now."""

    factor_needed = Signal(object)
    left = Signal()

    def __init__(
        self, jobs: Jobs, device: Callable[[], bytes | None], parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._device = device
        self._profile, self._login = Profile("", ""), _nothing
        self._account: tuple[str, str] | None = None
        self.form = form = Ui_SetUpForm()
        form.setupUi(self)
        Dressing(self)
        self._password_help = Help(self, "password")
        self._password_help.hint(passwords.RULE)
        self._again_help = Help(self, "again")
        CapsLock(form.caps_lock, form.password, form.again)
        inputs: list[QWidget] = [form.one_time_code, form.password, form.again, form.next]
        self._errand = Errand(self, jobs, form.waiting_place, inputs)
        form.password.textEdited.connect(self._judge)
        form.again.textEdited.connect(self._compare)
        form.next.clicked.connect(self.submit)
        form.back.clicked.connect(self._leave)

    def begin(self, profile: Profile, login_password: Callable[[], str]) -> None:
        """Begin on the server of a profile; the password of its login is asked for in a job."""
        self._profile, self._login, self._account = profile, login_password, None
        for field in (self.form.one_time_code, self.form.password, self.form.again):
            field.clear()
        self.form.one_time_code.setEnabled(True)
        say(self.form.message, "")
        self._password_help.hint(passwords.RULE)
        self.form.one_time_code.setFocus()

    @Slot()
    def submit(self) -> None:
        """Set the password and come in with it."""
        form = self.form
        code, password = form.one_time_code.text().strip(), form.password.text()
        if not code:
            form.one_time_code.setFocus()
            return
        if not passwords.judge(password).is_accepted:
            self._password_help.fault(f"A password has {passwords.SHORTEST} characters or more.")
            form.password.setFocus()
            return
        if form.again.text() != password:
            self._again_help.fault("This is not the same password.")
            form.again.setFocus()
            form.again.selectAll()
            return
        self._set(code, password)

    def _set(self, code: str, password: str) -> None:
        say(self.form.message, "")
        profile, login, account, device = self._profile, self._login, self._account, self._device

        def work(task: Task) -> tuple[tuple[str, str], Entry | Problem]:
            word = login()
            # The code works once: whatever fails after it must not ask for it again.
            person = account or entrance.set_first_password(profile, word, code, password)
            email, path = person
            try:
                own = replace(profile, tenant_path=path)
                return person, entrance.come_in(own, word, email, password, device=device())
            except Problem as problem:
                return person, problem

        self._errand.run("Setting the password …", work, self._did, self._failed)

    def _did(self, got: tuple[tuple[str, str], Entry | Problem]) -> None:
        self._account, outcome = got
        if isinstance(outcome, Problem):
            self.form.one_time_code.setEnabled(False)
            self._failed(outcome)
            return
        self.form.password.clear()
        self.form.again.clear()
        self.factor_needed.emit(outcome)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        say(self.form.message, described(error), "state_failed")
        reveal(self.form.message)

    @Slot(str)
    def _judge(self, password: str) -> None:
        email = self._account[0] if self._account else ""
        sentence = passwords.judge(password, email).sentence if password else passwords.RULE
        self._password_help.hint(sentence)

    @Slot()
    def _compare(self) -> None:
        same = self.form.password.text().startswith(self.form.again.text())
        self._again_help.fault("" if same else "This is not the same password.")

    @Slot()
    def _leave(self) -> None:
        self._errand.cancel()
        self.left.emit()
