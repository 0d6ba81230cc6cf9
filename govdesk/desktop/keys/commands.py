"""Joins the page Integration to its window: its place below each system, actions, signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.keys.page import IntegrationPage
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.organization.commands import Organizing, systems_of
from govdesk.desktop.part import Part
from govdesk.desktop.systems.tree import Forest
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

PAGE = "integration"


class Integrating(Part):
    """The page of one window."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        window: MainWindow,
        organizing: Organizing,
        parent: QObject,
    ):
        super().__init__(parent)
        self._window, self._organizing, self._zone = window, organizing, zone
        self._actions: Actions | None = None
        self._page = Later(
            window.stack,
            lambda: IntegrationPage(link, jobs, preferences, here, self._zone, window),
            self._begin_page,
        )
        organizing.forests.arrived.connect(self._on_forest)
        organizing.system_chosen.connect(self._on_system)
        organizing.system_page_wanted.connect(self._on_wanted)

    @property
    def page(self) -> IntegrationPage:
        """Keys and connections of one system."""
        return self._page()

    def _begin_page(self, page: IntegrationPage) -> None:
        for own, theirs in (
            (page.trouble, self.trouble),
            (page.noted, self.noted),
            (page.timeline_asked, self.timeline_asked),
            (page.event_asked, self.event_asked),
        ):
            own.connect(theirs)
        page.selected.connect(self._tell)
        page.system_chosen.connect(self._organizing.choose_system)
        page.systems_wanted.connect(partial(self._window.show_page, "systems"))
        forest = self._organizing.forests.forest
        if forest is not None:
            self._take_systems(page, forest)
        self._tell()

    def add_page(self) -> None:
        """Make the page one that places below a system lead to."""
        self._window.add_inner_page(PAGE, self._page)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and keep them told of what is selected."""
        self._actions = actions
        there = self._there
        actions.bind("page.integration", partial(self._window.show_page, PAGE))
        actions.bind("keys.generate", partial(there, IntegrationPage.generate))
        actions.bind("keys.guide", partial(there, IntegrationPage.open_guide))
        actions.bind("keys.policy", partial(there, lambda page: page.keys.show_policy()))
        actions.bind("keys.rotate", lambda: self.page.keys.rotate_current())
        actions.bind("keys.revoke", lambda: self.page.keys.revoke_current())
        actions.bind("connections.add", partial(there, IntegrationPage.add_connection))
        actions.bind("connections.test", lambda: self.page.test_connection())
        self._tell()

    def _there(self, run: Callable[[IntegrationPage], object]) -> None:
        self._window.show_page(PAGE)
        run(self.page)

    @Slot()
    def _tell(self) -> None:
        if self._actions is None:
            return
        page = self._page.built
        key = None if page is None else page.keys.key
        has_connection = page is not None and page.connections.has_connection
        self._actions.set_fact("key", key is not None and key.is_live)
        self._actions.set_fact("system", bool(self._organizing.system))
        self._actions.set_fact("connection", has_connection)

    def go_on(self) -> None:
        """The connection is back."""
        self._page.tell(IntegrationPage.go_on)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._page.tell(lambda page: page.set_zone(zone))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self._page.tell(lambda page: page.set_compact(compact))

    @Slot()
    def forget(self) -> None:
        """The console locks: secrets that were at hand are so no longer."""
        self._page.tell(IntegrationPage.forget)

    @Slot(object)
    def _on_forest(self, forest: Forest) -> None:
        self._page.tell(lambda page: self._take_systems(page, forest))
        self._tell()

    def _take_systems(self, page: IntegrationPage, forest: Forest) -> None:
        systems = [forest.nodes[forest.place[path]] for path in systems_of(forest)]
        page.take_systems(systems, self._organizing.system)

    @Slot(str)
    def _on_system(self, path: str) -> None:
        self._page.tell(lambda page: page.show_system(path))

    @Slot(str, str)
    def _on_wanted(self, page: str, path: str) -> None:
        if page == PAGE:
            self._window.show_page(PAGE)
            self.page.turn_to(path)
            self._tell()
