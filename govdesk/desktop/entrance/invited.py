"""Accepting an invitation: who invites to what, then name, password and an authenticator app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance.caps_lock import CapsLock
from govdesk.desktop.entrance.dressing import Dressing, Help, reveal, say
from govdesk.desktop.entrance.new_password import NewPassword
from govdesk.desktop.entrance.waiting import Errand
from govdesk.desktop.entrance.words import described
from govdesk.desktop.forms.ui_invited import Ui_InvitedForm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import connecting, recovery
from govdesk.services.recovery import Account, Door, Invitation

_KNOWN: Final = (
    "This address has an account already. Its password and its authenticator app stay as they are."
)
_NEW: Final = "Choose a password. An authenticator app follows on the next page."


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who is about to accept with a new account."""

    door: Door = field(repr=False)
    token: str = field(repr=False)
    invitation: Invitation
    name: str
    password: str = field(repr=False)


class InvitedPage(QWidget):
    """`ready` brings a `Joining` that lacks its factor; `joined` an account that is in now."""

    ready = Signal(object)
    joined = Signal(object)
    left = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self._door: Door = recovery.door_at("")
        self._offer: tuple[str, Invitation] | None = None
        self.form = form = Ui_InvitedForm()
        form.setupUi(self)
        Dressing(self)
        self._link_help, self._name_help = Help(self, "link"), Help(self, "display_name")
        self._password = NewPassword(self, form.password, form.again)
        CapsLock(form.caps_lock, form.password, form.again)
        inputs: list[QWidget] = [
            form.link, form.look, form.display_name, form.password, form.again, form.next,
        ]  # fmt: skip
        self._errand = Errand(self, jobs, form.waiting_place, inputs)
        form.link.textChanged.connect(self._link_changed)
        form.look.clicked.connect(self._look)
        form.next.clicked.connect(self.submit)
        form.back.clicked.connect(self._leave)

    def begin(self, profile: Profile, login_password: Callable[[], str]) -> None:
        """Begin on the server of a profile; the password of its login is asked for in a job."""
        self._door = recovery.door_of(profile, login_password)
        self.form.link.clear()
        self.form.display_name.clear()
        self._link_changed()
        self.form.link.setFocus()

    @Slot()
    def submit(self) -> None:
        """Look at what is pasted, or accept what was looked at."""
        if self._offer is None:
            self._look()
        elif self._offer[1].has_account:
            self._join(self._offer[0])
        else:
            self._go_on(*self._offer)

    @Slot()
    def _look(self) -> None:
        if self._errand.is_running:
            return
        if not self.form.link.text().strip():
            self.form.link.setFocus()
            return
        try:
            token = recovery.token_in(self.form.link.text(), "invitation")
        except Problem as problem:
            self._link_help.fault(described(problem))
            self.form.link.setFocus()
            return
        door = self._door
        say(self.form.message, "")
        self._errand.run(
            "Looking at the invitation …",
            lambda task: recovery.invitation(door, token),
            lambda found: self.show_offer(token, found),
            self._failed,
        )

    def show_offer(self, token: str, found: Invitation) -> None:
        """Show what was found behind a link."""
        self._offer = (token, found)
        form = self.form
        say(form.offer, f"{found.inviter} invites you to {found.organization}")
        until = found.expires_at.astimezone()
        say(
            form.offer_facts,
            f"{found.role_title} on {found.node_name}, as {found.email}."
            f" Good until {until:%Y-%m-%d %H:%M}.",
        )
        say(form.offer_message, f"“{found.message}”" if found.message else "")
        say(form.offer_account, _KNOWN if found.has_account else _NEW)
        form.offer_box.show()
        form.new_box.setVisible(not found.has_account)
        form.next.setText("&Join" if found.has_account else "&Next")
        form.next.setAccessibleName("Join" if found.has_account else "Next")
        form.display_name.setText(form.display_name.text() or found.display_name)
        self._password.begin(found.email)
        (form.next if found.has_account else form.display_name).setFocus()
        reveal(form.next)

    def _join(self, token: str) -> None:
        door = self._door
        say(self.form.message, "")
        self._errand.run(
            "Joining …", lambda task: recovery.join(door, token), self._joined, self._failed
        )

    def _joined(self, account: Account) -> None:
        self.form.link.clear()
        self.joined.emit(account)

    def _go_on(self, token: str, found: Invitation) -> None:
        name = " ".join(self.form.display_name.text().split())
        if not name:
            self._name_help.fault("Give the name that others here will see.")
            self.form.display_name.setFocus()
            return
        self._name_help.fault("")
        if self._password.is_ready():
            self.ready.emit(Joining(self._door, token, found, name, self._password.text))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "link_unknown":
            self._link_help.fault(described(error))
            self.form.link.setFocus()
            return
        say(self.form.message, described(error), "state_failed")
        reveal(self.form.message)

    def forget(self) -> None:
        """Keep no password that was typed."""
        self._password.forget()

    @Slot()
    def _link_changed(self) -> None:
        """Another link is another offer."""
        self._offer = None
        self._link_help.fault("")
        self.form.offer_box.hide()
        self.form.new_box.hide()
        self.form.next.setText("&Next")
        self.form.next.setAccessibleName("Next")
        say(self.form.message, "")

    @Slot()
    def _leave(self) -> None:
        self._errand.cancel()
        self.forget()
        self.left.emit()
