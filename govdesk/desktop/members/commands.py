"""Joins the page Team Members to its window: place in the navigation, actions, dialogs."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.members.page import MembersPage
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here


class TeamMembers(QObject):
    """The page of one window.

    `trouble` carries errors that need a word, `noted` what the status bar says for a moment,
    `said` what it says all the time. `explain_wanted` and `sessions_wanted` carry the id of a
    member.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    explain_wanted = Signal(str)
    sessions_wanted = Signal(str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        window: MainWindow,
        parent: QObject,
    ):
        super().__init__(parent)
        self._window = window
        self.page = MembersPage(link, jobs, preferences, here, zone, window)
        for own, theirs in (
            (self.page.trouble, self.trouble),
            (self.page.noted, self.noted),
            (self.page.said, self.said),
            (self.page.explain_wanted, self.explain_wanted),
            (self.page.sessions_wanted, self.sessions_wanted),
        ):
            own.connect(theirs)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs."""
        actions.bind("page.members", partial(self._window.show_page, "members"))
        actions.bind("members.invite", self._invite)
        actions.bind("members.define_role", self._define)

    def _invite(self) -> None:
        self._window.show_page("members")
        self.page.begin_invitation()

    def _define(self) -> None:
        self._window.show_page("members")
        self.page.begin_role()

    def go_on(self) -> None:
        """The connection is back."""
        self.page.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.page.set_zone(zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.page.set_compact(compact)
