"""Joins the pages of whoever cannot sign in yet, or not any more: invited, forgotten, lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance.factor import FactorPage
from govdesk.desktop.entrance.forgotten import ForgottenPage
from govdesk.desktop.entrance.invited import InvitedPage, Joining
from govdesk.desktop.entrance.mending import Mending, MendingPage
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import recovery
from govdesk.services.recovery import Account, AccountLink, Door

_ARRIVED: Final = {
    "join": "You belong to {path} now. Sign in with your password and your app.",
    "accept": "Your account is ready. Sign in with the next code of your app.",
    "recover": "Password and app are new, and all your sessions have ended. Sign in with the next"
    " code of your app.",
    "factor": "Your app is enrolled. Sign in with its next code.",
}
_WRONG: Final = {
    "recover": "The recovery code is not right, or it was used already.",
    "factor": "The password is not right.",
}


class OtherWays(QObject):
    """`shown` asks for a page to be shown, `left` for the sign-in.

    `arrived` brings an account that can sign in now, its password if it was typed here, and a
    sentence that says so.
    """

    shown = Signal(object)
    left = Signal()
    arrived = Signal(object, str, str)

    def __init__(self, jobs: Jobs, factor: FactorPage, parent: QWidget):
        super().__init__(parent)
        self.invited = InvitedPage(jobs)
        self.forgotten = ForgottenPage(jobs)
        self.mending = MendingPage()
        self._factor = factor
        self._way, self._password = "", ""
        for page in self.pages:
            page.left.connect(self.left)
        self.invited.ready.connect(self._join)
        self.invited.joined.connect(self._joined)
        self.forgotten.found.connect(self._found)
        self.mending.ready.connect(self._mend)
        factor.refused.connect(self._refused)

    @property
    def pages(self) -> tuple[InvitedPage, ForgottenPage, MendingPage]:
        """All of them, to be put into the window."""
        return self.invited, self.forgotten, self.mending

    def begin_invited(self, profile: Profile, login_password: Callable[[], str]) -> None:
        """Show the page for an invitation."""
        self.invited.begin(profile, login_password)
        self.shown.emit(self.invited)

    def begin_forgotten(
        self, profile: Profile, login_password: Callable[[], str], email: str
    ) -> None:
        """Show the page for a forgotten password."""
        self.forgotten.begin(profile, login_password, email)
        self.shown.emit(self.forgotten)

    def finish(self, account: Account) -> None:
        """The recovery codes are kept: say that one can sign in."""
        way, password = self._way, self._password
        self.forget()
        self.arrived.emit(account, password, _ARRIVED[way].format(path=account.tenant_path))

    def forget(self) -> None:
        """Keep no password."""
        self._way = self._password = ""
        self._factor.forget()
        self.invited.forget()
        self.mending.forget()

    @Slot(object)
    def _join(self, joining: Joining) -> None:
        self._way, self._password = "accept", joining.password
        to = joining.invitation

        def prove(task: Task, secret: str, code: str) -> tuple[Account, Sequence[str]]:
            made = recovery.accept(
                joining.door, joining.token, joining.name, joining.password, secret, code
            )
            return made, made.recovery_codes

        self._factor.show_key(to.email, to.tenant_path, prove)
        self.shown.emit(self._factor)

    @Slot(object)
    def _joined(self, account: Account) -> None:
        self._way = "join"
        self.finish(account)

    @Slot(object, str, object)
    def _found(self, door: Door, token: str, link: AccountLink) -> None:
        self.mending.begin(door, token, link)
        self.shown.emit(self.mending)

    @Slot(object)
    def _mend(self, mending: Mending) -> None:
        self._way, self._password = mending.link.kind, mending.password

        def prove(task: Task, secret: str, code: str) -> tuple[Account, Sequence[str]]:
            given = (mending.password, secret, code)
            if mending.link.kind == "factor":
                made = recovery.renew_factor(mending.door, mending.token, mending.link, *given)
            else:
                made = recovery.recover(mending.door, mending.token, mending.recovery_code, *given)
            return made, made.recovery_codes

        self._factor.show_key(mending.link.email, mending.link.tenant_path, prove, is_part=True)
        self.shown.emit(self._factor)

    @Slot(object)
    def _refused(self, problem: Problem) -> None:
        """The app's code was right, so something that was given before it was not."""
        if self._way in _WRONG:
            self.shown.emit(self.mending)
            self.mending.refuse(_WRONG[self._way])
