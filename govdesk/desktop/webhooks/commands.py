"""Joins Webhooks and SIEM, and the delivery logs on both, to their window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.deliveries.commands import DeliveryCommands
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.organization.commands import Organizing, systems_of
from govdesk.desktop.part import Part
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


class Webhooking(Part):
    """The two pages of one window. `seq` gives the event that the timeline is on."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        window: MainWindow,
        organizing: Organizing,
        seq: Callable[[], int | None],
        parent: QObject,
    ):
        super().__init__(parent)
        self._window, self._organizing, self._zone = window, organizing, zone
        self._seq = seq
        self._actions: Actions | None = None
        self._logs: DeliveryCommands | None = None

        def build(of_system: bool) -> WebhooksPage:
            return WebhooksPage(
                link, jobs, preferences, here, self._zone, window, of_system=of_system
            )

        self._page = Later(window.stack, partial(build, False), self._begin_page)
        self._siem = Later(window.stack, partial(build, True), self._begin_page)
        self._pages = (self._page, self._siem)
        organizing.forests.arrived.connect(self._on_forest)
        organizing.system_chosen.connect(self._on_system)
        organizing.system_page_wanted.connect(self._on_wanted)
        window.page_changed.connect(self._tell)

    @property
    def page(self) -> WebhooksPage:
        """All webhooks."""
        return self._page()

    @property
    def siem(self) -> WebhooksPage:
        """Those of one system."""
        return self._siem()

    def _begin_page(self, page: WebhooksPage) -> None:
        page.trouble.connect(self.trouble)
        page.noted.connect(self.noted)
        page.timeline_asked.connect(self.timeline_asked)
        page.event_asked.connect(self.event_asked)
        page.selected.connect(self._tell)
        page.system_chosen.connect(self._organizing.choose_system)
        page.systems_wanted.connect(partial(self._window.show_page, "systems"))
        if self._actions is not None:
            page.webhooks.menu = self._actions.menu("Webhook", _MENU, page)
        if self._logs is not None:
            self._logs.watch(page.deliveries)
        forest = self._organizing.forests.forest
        if forest is not None:
            self._take_systems(page, forest)

    def add_pages(self) -> None:
        """Put Webhooks below the section that was begun; SIEM is reached from each system."""
        self._window.add_page(PAGE, "Webhooks", "webhook", self._page)
        self._window.add_inner_page(SIEM, self._siem)

    @property
    def here(self) -> WebhooksPage:
        """The page of the two that is shown, else that of all webhooks."""
        return self._meant()

    @property
    def _meant(self) -> Later[WebhooksPage]:
        return self._siem if self._window.page == SIEM else self._page

    def bind(self, actions: Actions) -> None:
        """Say what each action runs, and keep them told of what is selected."""
        self._actions = actions
        self._logs = DeliveryCommands(self, actions, self._seq, self)
        show = self._window.show_page
        actions.bind("page.webhooks", partial(show, PAGE))
        actions.bind("page.siem", partial(show, SIEM))
        actions.bind("webhooks.add", self._add)
        actions.bind("webhooks.signing", self._signing)
        for action in ("edit", "delete", "rotate", "resume", "test", "check", "redeliver"):
            actions.bind(f"webhooks.{action}", partial(self._run, action))
        actions.bind("webhooks.log", partial(self._run, "show_log"))
        self._tell()

    # What the actions of a delivery log ask

    def log(self) -> DeliveriesPart:
        """The log that is meant: that of the page that is shown, else that of all webhooks."""
        return self.here.deliveries

    def built_log(self) -> DeliveriesPart | None:
        """The same, None as long as nobody has seen it."""
        page = self._meant.built
        return None if page is None else page.deliveries

    @Slot()
    def show_log(self) -> None:
        """A delivery was asked for, from the timeline perhaps: its log is what is shown."""
        if self._window.page not in (PAGE, SIEM):
            self._window.show_page(PAGE)
        self.here.tabs.setCurrentIndex(1)

    # Webhooks

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
        page = self._meant.built
        one = None if page is None else page.webhooks.webhook
        facts = {
            "webhook": one is not None,
            "webhook signed": one is not None and one.needs_secret,
            "webhook disabled": one is not None and one.status == "disabled",
        }
        for word, holds in facts.items():
            self._actions.set_fact(word, holds)

    def go_on(self) -> None:
        """The connection is back."""
        for later in self._pages:
            later.tell(WebhooksPage.go_on)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        for later in self._pages:
            later.tell(lambda page: page.set_zone(zone))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        for later in self._pages:
            later.tell(lambda page: page.set_compact(compact))

    @Slot()
    def forget(self) -> None:
        """The console locks."""
        for later in self._pages:
            later.tell(WebhooksPage.forget)

    @Slot(object)
    def _on_forest(self, forest: Forest) -> None:
        for later in self._pages:
            later.tell(lambda page: self._take_systems(page, forest))
        self._tell()

    def _take_systems(self, page: WebhooksPage, forest: Forest) -> None:
        systems = [forest.nodes[forest.place[path]] for path in systems_of(forest)]
        page.take_systems(systems, self._organizing.system)

    @Slot(str)
    def _on_system(self, path: str) -> None:
        self._siem.tell(lambda page: page.show_system(path))

    @Slot(str, str)
    def _on_wanted(self, page: str, path: str) -> None:
        if page == SIEM:
            self._window.show_page(SIEM)
            self.siem.show_system(path)
            self._tell()
