"""Joins Home to its window: its place, its action, the lines that lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.actions import Actions
from govdesk.desktop.home.page import HomePage
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.part import Part
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.seals import SealState

PAGE = "home"


class Homing(Part):
    """The page of one window. `opened` carries a page and what is to be selected there."""

    opened = Signal(str, str)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        zone: tzinfo,
        seal_state: Callable[[], SealState | None],
        window: MainWindow,
        parent: QObject,
    ):
        super().__init__(parent)
        self._window, self._zone = window, zone
        self._has_begun = False
        self._page = Later(
            window.stack,
            lambda: HomePage(link, jobs, here, self._zone, seal_state, window),
            self._begin_page,
        )

    @property
    def page(self) -> HomePage:
        """The first page."""
        return self._page()

    def _begin_page(self, page: HomePage) -> None:
        page.trouble.connect(self.trouble)
        page.opened.connect(self.opened)
        page.event_wanted.connect(self.event_asked)
        if self._has_begun:
            page.refresh()

    def add_page(self) -> None:
        """Put Home at the top."""
        self._window.add_page(PAGE, "Home", "house", self._page)

    def bind(self, actions: Actions) -> None:
        """Say what its action runs."""
        actions.bind("page.home", self._go)

    def _go(self) -> None:
        self._window.show_page(PAGE)
        self.page.take_keyboard()

    def begin(self) -> None:
        """Read what needs somebody."""
        self._has_begun = True
        self._page.tell(HomePage.refresh)

    def go_on(self) -> None:
        """The connection is back."""
        self._page.tell(HomePage.go_on)

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._page.tell(lambda page: page.set_zone(zone))

    @Slot()
    def seals_changed(self) -> None:
        """Say anew how far the chain is verified."""
        self._page.tell(HomePage.seals_changed)
