"""Who is here and how they prove it: sessions, staff, one's own account, in one window."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.account import AccountOffers
from govdesk.desktop.actions import Actions
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.sessions.page import SessionsPage
from govdesk.desktop.staff.organizations import OrganizationsPage
from govdesk.desktop.staff.watching import StaffWatch
from govdesk.jobs import Jobs
from govdesk.services import platform
from govdesk.services.link import Link
from govdesk.services.organization import Here


class Presence(QObject):
    """`trouble` brings errors, `noted` sentences, `timeline_asked` a filter to be shown.

    `organizations` is there in the organisation of staff only.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)

    def __init__(
        self, link: Link, jobs: Jobs, here: Here, zone: tzinfo, window: MainWindow, parent: QObject
    ):
        super().__init__(parent)
        self._here, self._window = here, window
        sees_all = here.everywhere("session.manage")
        self.page = SessionsPage(link, jobs, zone, sees_all, window)
        self.account = AccountOffers(link, jobs, window)
        self.watch = StaffWatch(link, jobs, here, zone, window)
        self.organizations: OrganizationsPage | None = None
        if here.tenant_path == platform.TENANT and not here.is_staff:
            self.organizations = OrganizationsPage(link, jobs, window)
        for part in (self.page, self.watch, self.organizations):
            if part is not None:
                part.trouble.connect(self.trouble)
        for noting in (self.page, self.watch):
            noting.noted.connect(self.noted)
        self.watch.shown.connect(self._see)

    def add_pages(self) -> None:
        """Add the page of sessions, and what staff have."""
        window = self._window
        window.add_page("sessions", "Sessions", "monitor-smartphone", self.page)
        if self.organizations is not None:
            window.add_page("organizations", "Organizations", "building-2", self.organizations)
        window.add_notice(self.watch.notice)

    def bind(self, actions: Actions) -> None:
        """Say what the actions run."""
        self.page.bind(actions)
        self.account.bind(actions)
        actions.bind("page.sessions", partial(self._window.show_page, "sessions"))
        actions.bind("page.organizations", partial(self._window.show_page, "organizations"))
        if self.organizations is not None:
            self.organizations.bind(actions)
        else:
            actions.bind("staff.enter", partial(self._window.show_page, "organizations"))
        actions.set_fact("own account", not self._here.is_staff)
        actions.set_fact("staff", self.organizations is not None)

    def begin(self, code: str) -> None:
        """Begin to watch; `code` is what the person came in with."""
        self.watch.begin()
        if not self._here.is_staff:
            self.account.begin(code)

    def go_on(self) -> None:
        """The connection is back."""
        self.page.go_on()
        self.watch.begin()
        if self.organizations is not None:
            self.organizations.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times on another clock."""
        self.page.set_zone(zone)
        self.watch.set_zone(zone)

    @Slot(str)
    def _see(self, actor: str) -> None:
        self.timeline_asked.emit(f"actor:{actor}")
