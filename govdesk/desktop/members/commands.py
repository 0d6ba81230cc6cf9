"""Joins the page Team Members to its window: place in the navigation, actions, dialogs."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.members.page import MembersPage
from govdesk.desktop.part import Part
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

_QUESTIONS: Final = ("access.explain", "access.who")


class TeamMembers(Part):
    """The page of one window.

    `said` carries what the status bar says all the time, `explain_wanted` and `sessions_wanted`
    the id of a member.
    """

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
        self._window, self._zone = window, zone
        self._actions: Actions | None = None
        self._page = Later(
            window.stack,
            lambda: MembersPage(link, jobs, preferences, here, self._zone, window),
            self._begin_page,
        )

    @property
    def page(self) -> MembersPage:
        """People, invitations and roles."""
        return self._page()

    def _begin_page(self, page: MembersPage) -> None:
        for own, theirs in (
            (page.trouble, self.trouble),
            (page.noted, self.noted),
            (page.said, self.said),
            (page.explain_wanted, self.explain_wanted),
            (page.sessions_wanted, self.sessions_wanted),
        ):
            own.connect(theirs)
        if self._actions is not None:
            page.header.set_menu(self._actions.menu("Access", _QUESTIONS, self._window))

    def add_page(self) -> None:
        """Put Team Members below the section that was begun."""
        self._window.add_page("members", "Team Members", "users", self._page)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs."""
        self._actions = actions
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
        self._page.tell(MembersPage.go_on)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._page.tell(lambda page: page.set_zone(zone))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self._page.tell(lambda page: page.set_compact(compact))
