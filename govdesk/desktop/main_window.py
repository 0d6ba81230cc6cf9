"""The main window of somebody who is signed in: whose data it shows, and whether it is reached."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from govdesk.config.preferences import Preferences
from govdesk.config.profiles import ENVIRONMENTS
from govdesk.desktop.connection import Connection
from govdesk.desktop.frame_window import FrameWindow
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here


class MainWindow(FrameWindow):
    """Shows pages of one signed-in session.

    `sign_in_asked` comes when the session is over and the person wants to go on.
    """

    sign_in_asked = Signal()

    def __init__(
        self,
        link: Link,
        here: Here,
        jobs: Jobs,
        preferences: Preferences,
        *,
        mark: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(jobs, preferences, parent)
        self.setObjectName("main_window")
        self.link, self.here = link, here
        self._mark = mark
        self.person_button = self.band.add_button(
            "person_button", here.display_name or here.email, "user"
        )
        self.set_organization_name(here.tenant_name)
        self.connection = Connection(link, jobs, self)
        self.connection.changed.connect(self._on_connection)
        self._on_connection()
        self.restore()

    def set_person_menu(self, menu: QMenu) -> None:
        """Open a menu below the person's name."""
        self.person_button.setMenu(menu)
        self.person_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def set_organization_name(self, name: str) -> None:
        """The organization is called otherwise from now on."""
        self.here = replace(self.here, tenant_name=name)
        self.setWindowTitle(name)
        words = " · ".join(
            part for part in (ENVIRONMENTS[self.here.environment], self._mark) if part
        )
        self.band.set_organization(name, self.here.environment, words)

    @Slot()
    def _on_connection(self) -> None:
        self.set_status("connection", self.connection.words)
        if self.connection.state == "offline":
            self.banner.say(
                "warning",
                "The server does not answer. What is shown stays; reading goes on by itself"
                " once it is back, and nothing is written twice.",
                [("Try now", self.connection.ask)],
                can_dismiss=False,
            )
        elif self.connection.state == "signed_out":
            self.banner.say(
                "warning",
                "Your session has ended. Nothing is lost: sign in again and go on where you were.",
                [("Sign in", self.sign_in_asked.emit)],
                can_dismiss=False,
            )
        else:
            self.banner.clear()
