"""Joins the page Integration to its window: its place below each system, actions, signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.keys.page import IntegrationPage
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.organization.commands import Organizing, systems_of
from govdesk.desktop.systems.tree import Forest
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

PAGE = "integration"


class Integrating(QObject):
    """The page of one window.

    `trouble` carries errors that need a word, `noted` what the status bar says for a moment,
    `timeline_asked` a filter, `event_asked` the number of an event.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    event_asked = Signal(object)

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
        self._window, self._organizing = window, organizing
        self._actions: Actions | None = None
        self.page = page = IntegrationPage(link, jobs, preferences, here, zone, window)
        for own, theirs in (
            (page.trouble, self.trouble),
            (page.noted, self.noted),
            (page.timeline_asked, self.timeline_asked),
            (page.event_asked, self.event_asked),
        ):
            own.connect(theirs)
        page.selected.connect(self._tell)
        page.system_chosen.connect(organizing.choose_system)
        page.systems_wanted.connect(partial(window.show_page, "systems"))
        organizing.systems.forest_changed.connect(self._on_forest)
        organizing.system_chosen.connect(page.show_system)
        organizing.system_page_wanted.connect(self._on_wanted)

    def add_page(self) -> None:
        """Make the page one that places below a system lead to."""
        self._window.add_inner_page(PAGE, self.page)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and keep them told of what is selected."""
        self._actions = actions
        keys = self.page.keys
        actions.bind("page.integration", partial(self._window.show_page, PAGE))
        actions.bind("keys.generate", partial(self._there, self.page.generate))
        actions.bind("keys.guide", partial(self._there, self.page.open_guide))
        actions.bind("keys.policy", partial(self._there, keys.show_policy))
        actions.bind("keys.rotate", keys.rotate_current)
        actions.bind("keys.revoke", keys.revoke_current)
        actions.bind("connections.add", partial(self._there, self.page.add_connection))
        actions.bind("connections.test", self.page.test_connection)
        self._tell()

    def _there(self, run: Callable[[], object]) -> None:
        self._window.show_page(PAGE)
        run()

    @Slot()
    def _tell(self) -> None:
        if self._actions is not None:
            key = self.page.keys.key
            self._actions.set_fact("key", key is not None and key.is_live)
            self._actions.set_fact("system", self.page.system is not None)
            self._actions.set_fact("connection", self.page.connections.has_connection)

    def go_on(self) -> None:
        """The connection is back."""
        self.page.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.page.set_zone(zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.page.set_compact(compact)

    @Slot()
    def forget(self) -> None:
        """The console locks: secrets that were at hand are so no longer."""
        self.page.forget()

    @Slot(object)
    def _on_forest(self, forest: Forest) -> None:
        systems = [forest.nodes[forest.place[path]] for path in systems_of(forest)]
        self.page.take_systems(systems, self._organizing.system)
        self._tell()

    @Slot(str, str)
    def _on_wanted(self, page: str, path: str) -> None:
        if page == PAGE:
            self._window.show_page(PAGE)
            self.page.turn_to(path)
            self._tell()
