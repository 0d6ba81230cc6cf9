"""A forgotten password or a lost phone: asking for a link, and looking at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_forgotten import Ui_ForgottenForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import connecting, recovery
from govdesk.services.recovery import AccountLink, Door

ALIKE: Final = (
    "If this address has an account here, a link is on its way to it. Each link works once and"
    " for a short time; at most five are sent a day."
)


class ForgottenPage(QWidget):
    """`found` brings the way to the server, a token and what its link is for."""

    found = Signal(object, str, object)
    left = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._door: Door = recovery.door_at("")
        self.form = form = Ui_ForgottenForm()
        form.setupUi(self)
        Dressing(self)
        self._address_help, self._link_help = Help(self, "address"), Help(self, "link")
        inputs: list[QWidget] = [form.address, form.send, form.link, form.next]
        self._errand = Errand(self, jobs, form.waiting_place, inputs)
        form.address.textEdited.connect(self._address_edited)
        form.link.textEdited.connect(self._link_edited)
        form.send.clicked.connect(self._send)
        form.next.clicked.connect(self.submit)
        form.back.clicked.connect(self._leave)

    def begin(self, profile: Profile, login_password: Callable[[], str], email: str) -> None:
        """Begin on the server of a profile, with the address that was typed so far."""
        self._door = recovery.door_of(profile, login_password)
        form = self.form
        form.address.setText(email)
        form.link.clear()
        form.send.setEnabled(True)
        for line in (self._address_help, self._link_help):
            line.fault("")
        self._address_help.hint("")
        say(form.message, "")
        (form.send if email else form.address).setFocus()

    @Slot()
    def submit(self) -> None:
        """Look at the link; without one, send it."""
        if self._errand.is_running:
            return
        if not self.form.link.text().strip():
            if self.form.send.isEnabled():
                self._send()
            else:
                self.form.link.setFocus()
            return
        try:
            token = recovery.token_in(self.form.link.text(), "recover")
        except Problem as problem:
            self._link_help.fault(described(problem))
            return
        door = self._door
        say(self.form.message, "")
        self._errand.run(
            "Looking at the link …",
            lambda task: recovery.look(door, token),
            lambda found: self._looked(token, found),
            self._failed,
        )

    @Slot()
    def _send(self) -> None:
        email = self.form.address.text().strip()
        if self._errand.is_running:
            return
        if not email:
            self.form.address.setFocus()
            return
        door = self._door
        say(self.form.message, "")
        self._errand.run(
            "Asking for a link …",
            lambda task: recovery.request(door, email),
            lambda none: self.sent(),
            self._failed,
        )

    def sent(self) -> None:
        """Say what is said to everybody."""
        self._address_help.hint(ALIKE)
        # A second click would be a second mail.
        self.form.send.setEnabled(False)
        self.form.link.setFocus()

    def _looked(self, token: str, found: AccountLink) -> None:
        self.found.emit(self._door, token, found)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "link_unknown":
            self._link_help.fault(described(error))
            self.form.link.setFocus()
            return
        say(self.form.message, described(error), "state_failed")
        reveal(self.form.message)

    @Slot()
    def _address_edited(self) -> None:
        self.form.send.setEnabled(True)

    @Slot()
    def _link_edited(self) -> None:
        self._link_help.fault("")

    @Slot()
    def _leave(self) -> None:
        self._errand.cancel()
        self.left.emit()
