"""Who is here and how they prove it: sessions, staff, one's own account, in one window."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, Slot

from govdesk.desktop.account import AccountOffers
from govdesk.desktop.actions import Actions
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.part import Part
from govdesk.desktop.sessions.page import SessionsPage
from govdesk.desktop.staff.organizations import OrganizationsPage
from govdesk.desktop.staff.watching import StaffWatch
from govdesk.jobs import Jobs
from govdesk.services import platform
from govdesk.services.link import Link
from govdesk.services.organization import Here


class Presence(Part):
    """The pages of one window; `organizations` is there in the organisation of staff only."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        zone: tzinfo,
        code: str,
        window: MainWindow,
        parent: QObject,
    ):
        super().__init__(parent)
        self._here, self._window, self._zone, self._code = here, window, zone, code
        self._actions: Actions | None = None
        sees_all = here.everywhere("session.manage")
        self._page = Later(
            window.stack,
            lambda: SessionsPage(link, jobs, self._zone, sees_all, window),
            self._begin_page,
        )
        self.account = AccountOffers(link, jobs, window)
        self.watch = StaffWatch(link, jobs, here, zone, window)
        self.organizations: OrganizationsPage | None = None
        if here.tenant_path == platform.TENANT and not here.is_staff:
            self.organizations = OrganizationsPage(link, jobs, window)
            self.organizations.trouble.connect(self.trouble)
        self.watch.trouble.connect(self.trouble)
        self.watch.noted.connect(self.noted)
        self.watch.shown.connect(self._see)

    @property
    def page(self) -> SessionsPage:
        """The sessions."""
        return self._page()

    def _begin_page(self, page: SessionsPage) -> None:
        page.trouble.connect(self.trouble)
        page.noted.connect(self.noted)
        if self._actions is not None:
            page.keep_told(self._actions)

    def add_pages(self) -> None:
        """Add the page of sessions, and what staff have."""
        window, organizations = self._window, self.organizations
        window.add_page("sessions", "Sessions", "monitor-smartphone", self._page)
        if organizations is not None:
            window.add_page("organizations", "Organizations", "building-2", organizations)
        window.add_notice(self.watch.notice)

    def bind(self, actions: Actions) -> None:
        """Say what the actions run."""
        self._actions = actions
        actions.bind("sessions.revoke", lambda: self.page.revoke_one())
        actions.bind("sessions.revoke_person", lambda: self.page.revoke_person())
        actions.bind("sessions.revoke_others", lambda: self.page.revoke_others())
        self.account.bind(actions)
        actions.bind("page.sessions", partial(self._window.show_page, "sessions"))
        actions.bind("page.organizations", partial(self._window.show_page, "organizations"))
        if self.organizations is not None:
            self.organizations.bind(actions)
        else:
            actions.bind("staff.enter", partial(self._window.show_page, "organizations"))
        actions.set_fact("own account", not self._here.is_staff)
        actions.set_fact("staff", self.organizations is not None)

    def begin(self) -> None:
        """Begin to watch."""
        self.watch.begin()
        if not self._here.is_staff:
            self.account.begin(self._code)

    def go_on(self) -> None:
        """The connection is back."""
        self._page.tell(SessionsPage.go_on)
        self.watch.begin()
        if self.organizations is not None:
            self.organizations.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times on another clock."""
        self._zone = zone
        self._page.tell(lambda page: page.set_zone(zone))
        self.watch.set_zone(zone)

    @Slot(str)
    def _see(self, actor: str) -> None:
        self.timeline_asked.emit(f"actor:{actor}")
