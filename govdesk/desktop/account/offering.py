"""Opens the dialogs of one's account, and offers a new app to who came in without the old one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.account.factor import ReplaceFactorDialog
from govdesk.desktop.account.password import ChangePasswordDialog
from govdesk.desktop.actions import Actions
from govdesk.desktop.main_window import MainWindow
from govdesk.domain import codes
from govdesk.jobs import Jobs
from govdesk.services.entrance import PasswordCheck
from govdesk.services.link import Link

LOST: Final = (
    "You came in with a recovery code, which is used up now. If the phone is lost, replace the"
    " authenticator app at once: whoever finds the phone has the old one."
)


class AccountOffers(QObject):
    """`password_changed` brings what tells the new password from another on this computer."""

    password_changed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, window: MainWindow):
        super().__init__(window)
        self._link, self._jobs, self._window = link, jobs, window

    def bind(self, actions: Actions) -> None:
        """Say what the actions run."""
        actions.bind("account.password", self.change_password)
        actions.bind("account.factor", self.replace_factor)

    def begin(self, code: str) -> None:
        """Offer another app to whoever signed in with a recovery code."""
        if code and not codes.is_whole(code):
            acts: list[tuple[str, Callable[[], object]]] = [("Replace app…", self.replace_factor)]
            self._window.banner.say("warning", LOST, acts)

    @Slot()
    def change_password(self) -> None:
        """Open the dialog, once."""
        if self._window.findChild(ChangePasswordDialog) is None:
            dialog = ChangePasswordDialog(self._jobs, self._link, self._window)
            dialog.changed.connect(self._on_changed)
            dialog.open()

    @Slot()
    def replace_factor(self) -> None:
        """Open the dialog, once."""
        if self._window.findChild(ReplaceFactorDialog) is None:
            dialog = ReplaceFactorDialog(self._jobs, self._link, self._window)
            dialog.replaced.connect(self._on_replaced)
            dialog.open()

    @Slot(object)
    def _on_changed(self, check: PasswordCheck) -> None:
        self._window.say("The password is changed. Your other sessions have ended.")
        self.password_changed.emit(check)

    @Slot()
    def _on_replaced(self) -> None:
        self._window.banner.clear()
        self._window.say("The new app is the one that counts now, and so are the new codes.")
