"""Joins Webhooks and SIEM to their window: their places, actions, signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.organization.commands import Organizing, systems_of
from govdesk.desktop.systems.tree import Forest
from govdesk.desktop.webhooks.page import WebhooksPage
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

PAGE = "webhooks"
SIEM = "siem"
_MENU = (
    "webhooks.edit", "webhooks.test", "webhooks.check", "", "webhooks.log", "webhooks.redeliver",
    "", "webhooks.rotate", "webhooks.resume", "", "webhooks.delete",
)  # fmt: skip


class Webhooking(QObject):
    """The two pages of one window.

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
        make = partial(WebhooksPage, link, jobs, preferences, here, zone, window)
        self.page, self.siem = make(), make(of_system=True)
        for page in (self.page, self.siem):
            page.trouble.connect(self.trouble)
            page.noted.connect(self.noted)
            page.timeline_asked.connect(self.timeline_asked)
            page.event_asked.connect(self.event_asked)
            page.selected.connect(self._tell)
        self.siem.system_chosen.connect(organizing.choose_system)
        self.siem.systems_wanted.connect(partial(window.show_page, "systems"))
        organizing.systems.forest_changed.connect(self._on_forest)
        organizing.system_chosen.connect(self.siem.show_system)
        organizing.system_page_wanted.connect(self._on_wanted)
        window.page_changed.connect(self._tell)

    def add_pages(self) -> None:
        """Put Webhooks below the section that was begun; SIEM is reached from each system."""
        self._window.add_page(PAGE, "Webhooks", "webhook", self.page)
        self._window.add_inner_page(SIEM, self.siem)

    @property
    def here(self) -> WebhooksPage:
        """The page of the two that is shown, else that of all webhooks."""
        return self.siem if self._window.page == SIEM else self.page

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and keep them told of what is selected."""
        self._actions = actions
        show = self._window.show_page
        actions.bind("page.webhooks", partial(show, PAGE))
        actions.bind("page.siem", partial(show, SIEM))
        actions.bind("webhooks.add", self._add)
        actions.bind("webhooks.signing", self._signing)
        for action in ("edit", "delete", "rotate", "resume", "test", "check", "redeliver"):
            actions.bind(f"webhooks.{action}", partial(self._run, action))
        actions.bind("webhooks.log", partial(self._run, "show_log"))
        for page in (self.page, self.siem):
            page.webhooks.menu = actions.menu("Webhook", _MENU, page)
        self._tell()

    def _run(self, what: str) -> None:
        act: Callable[[], object] = getattr(self.here.webhooks, what)
        act()

    def _add(self) -> None:
        if self._window.page != SIEM:
            self._window.show_page(PAGE)
        self.here.add()

    def _signing(self) -> None:
        if self._window.page != SIEM:
            self._window.show_page(PAGE)
        self.here.show_signing_keys()

    @Slot()
    def _tell(self) -> None:
        if self._actions is None:
            return
        one = self.here.webhooks.webhook
        facts = {
            "webhook": one is not None,
            "webhook signed": one is not None and one.needs_secret,
            "webhook disabled": one is not None and one.status == "disabled",
        }
        for word, holds in facts.items():
            self._actions.set_fact(word, holds)

    def go_on(self) -> None:
        """The connection is back."""
        for page in (self.page, self.siem):
            page.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        for page in (self.page, self.siem):
            page.set_zone(zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        for page in (self.page, self.siem):
            page.set_compact(compact)

    @Slot()
    def forget(self) -> None:
        """The console locks."""
        for page in (self.page, self.siem):
            page.forget()

    @Slot(object)
    def _on_forest(self, forest: Forest) -> None:
        systems = [forest.nodes[forest.place[path]] for path in systems_of(forest)]
        for page in (self.page, self.siem):
            page.take_systems(systems, self._organizing.system)
        self._tell()

    @Slot(str, str)
    def _on_wanted(self, page: str, path: str) -> None:
        if page == SIEM:
            self._window.show_page(SIEM)
            self.siem.show_system(path)
            self._tell()
