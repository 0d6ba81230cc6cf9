"""One visit of staff: its window, its band, its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from govdesk.config.preferences import Preferences
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.entrance import LockedScreen
from govdesk.desktop.staff.band import Marking, StaffBand
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import accounts, organization
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.platform import Entry, Tenant

if TYPE_CHECKING:
    from govdesk.desktop.workplace import Workplace

NEARLY: Final = (
    "Your visit ends by itself in two minutes. Finish what you do, or enter again with a reason."
)
TIME_UP: Final = "The time of your visit to {name} was up."
THROWN_OUT: Final = (
    "Your visit to {name} is over: somebody there ended it, your own session was ended, or its time"
    " was up."
)
LEFT: Final = "You left {name}. What you did there stands in their log."


class StaffVisits(QObject):
    """Opens the workplace of an organisation for staff, one at a time, above their own.

    `began` and `ended` come as the visit's window opens and has closed.
    """

    began = Signal()
    ended = Signal()

    def __init__(self, home: Workplace, link: Link, jobs: Jobs, lock: LockedScreen):
        super().__init__(home)
        self._home, self._link, self._jobs, self._lock = home, link, jobs, lock
        self.place: Workplace | None = None
        self.band: StaffBand | None = None
        self._visit_link: Link | None = None
        self._tenant = Tenant("", "")
        self._marking: Marking | None = None
        page = home.presence.organizations
        assert page is not None
        page.entered.connect(self._enter)
        page.waits.connect(self._say_waiting)
        lock.signed_out.connect(self.leave)
        lock.close_asked.connect(self.leave)
        lock.unlocked.connect(self._unlocked)

    @Slot(object, str, int, object)
    def _enter(self, tenant: Tenant, reason: str, minutes: int, entry: Entry) -> None:
        if entry.token is None or self.place is not None:
            return
        own = self._home.entry
        link = Link(
            self._link.url, entry.token, entry.tenant_path, email=own.email,
            expires_at=entry.expires_at, last_code=self._link.last_code,
        )  # fmt: skip

        def look(task: Task) -> Here:
            with borrowed(link, "interactive", task) as session:
                return organization.here(session)

        self._jobs.start(
            look,
            owner=self,
            on_result=lambda here: self._open(tenant, reason, minutes, entry, link, here),
            on_error=lambda error: self._not_in(error, link),
        )

    def _open(
        self, tenant: Tenant, reason: str, minutes: int, entry: Entry, link: Link, here: Here
    ) -> None:
        place = self._workplace(tenant, entry, link, here)
        self.place, self._visit_link, self._tenant = place, link, tenant
        window = place.window
        band = self.band = StaffBand(tenant.name, reason, minutes * 60.0)
        band.leave_asked.connect(self.leave)
        band.nearly_over.connect(self._warn)
        band.over.connect(self._time_up)
        window.add_band(band)
        window.setWindowTitle(f"GovDesk staff — inside {tenant.name}")
        app = QCoreApplication.instance()
        assert app is not None
        self._marking = Marking(window, app)
        place.left.connect(self._on_left)
        place.sign_in_asked.connect(self._thrown_out)
        place.lock_asked.connect(self._lock.lock)
        place.snapshot_asked.connect(self._home.snapshot_asked)
        window.connection.changed.connect(self._on_connection)
        # What goes wrong inside is no trouble of the session at home.
        self._jobs.unhandled.disconnect(self._home.trouble)
        place.show()
        self._home.window.hide()
        self.began.emit()

    def _workplace(self, tenant: Tenant, entry: Entry, link: Link, here: Here) -> Workplace:
        from govdesk.desktop.workplace import Workplace  # it imports this package

        own = self._home.entry
        inside = replace(
            own,
            token=link.token,
            tenant_path=entry.tenant_path,
            expires_at=entry.expires_at or datetime.now(UTC) + timedelta(minutes=1),
            last_code="",
        )
        preferences = Preferences.of_profile(f"{own.profile.name} staff")
        return Workplace(inside, link, here, self._jobs, preferences)

    def _not_in(self, error: Exception, link: Link) -> None:
        """Nobody is inside without a window that says so."""
        link.close()
        self._end_unseen(link)
        self._home.trouble(error)

    # How it ends

    @Slot()
    def leave(self) -> None:
        """End the visit; what is open there closes."""
        self._end(LEFT)

    @Slot()
    def _time_up(self) -> None:
        self._end(TIME_UP)

    @Slot()
    def _thrown_out(self) -> None:
        self._end(THROWN_OUT)

    @Slot()
    def _on_connection(self) -> None:
        place = self.place
        if place is not None and place.window.connection.state == "signed_out":
            self._thrown_out()

    @Slot()
    def _on_left(self) -> None:
        """The window was closed, which means leaving."""
        if self.place is not None:
            self._end(LEFT)

    def _end(self, sentence: str) -> None:
        place, link = self.place, self._visit_link
        if place is None or link is None:
            return
        self.place = self._visit_link = None
        if self.band is not None:
            self.band.leaving()

        def end(task: Task) -> bool:
            with borrowed(link, "writes", task) as session:
                return accounts.end_of(session)

        say = sentence.format(name=self._tenant.name)
        self._jobs.start(
            end,
            owner=self,
            on_result=lambda did: self._close(place, link, say),
            on_error=lambda error: self._close(place, link, say, error),
            on_cancelled=lambda: self._close(place, link, say),
            lane="writes",
        )

    def _close(
        self, place: Workplace, link: Link, sentence: str, error: Exception | None = None
    ) -> None:
        self.band = self._marking = None
        home = self._home.window
        self._jobs.unhandled.connect(self._home.trouble)
        home.show()
        if place.window.isVisible():
            place.window.leave()
        link.close()
        place.window.deleteLater()
        place.deleteLater()
        home.banner.say("info", sentence)
        self.ended.emit()
        if error is not None and not isinstance(error, Problem):
            raise error

    def give_up(self) -> None:
        """The console is left from under a visit: end it if the server answers soon.

        Otherwise it ends by itself in its time.
        """
        place, link = self.place, self._visit_link
        self.place = self._visit_link = None
        if place is not None and link is not None:
            self._end_unseen(link)
            place.give_up()
            link.close()
            place.window.close()
            place.window.deleteLater()
            place.deleteLater()

    def _end_unseen(self, link: Link) -> None:
        """End the visit on the server, if it answers; nobody waits for that."""
        url, token = link.url, link.token
        self._jobs.start(
            lambda task: accounts.end(url, token),
            owner=self._jobs,
            on_error=_not_left,
            lane="network",
        )

    # Words

    @Slot()
    def _warn(self) -> None:
        if self.place is not None:
            self.place.window.banner.say("warning", NEARLY)

    @Slot(str)
    def _say_waiting(self, sentence: str) -> None:
        self._home.window.banner.say("info", sentence)

    @Slot()
    def _unlocked(self) -> None:
        if self.place is not None:
            self.place.idle.restart()


def _not_left(error: Exception) -> None:
    """The server is away; the visit ends by itself."""
    if not isinstance(error, Problem):
        raise error
