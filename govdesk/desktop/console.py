"""One running console: entrance, main window, lock and demo, and what leads from one to another."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from govdesk.config.preferences import Preferences
from govdesk.config.profiles import ProfileStore
from govdesk.desktop import trouble
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.demo import DemoStarter, personas_of, profile_of
from govdesk.desktop.entrance import EntranceWindow, LockedScreen, OneConsole, SignInAgain
from govdesk.desktop.exporting import ChooseFile, choose_file
from govdesk.desktop.snapshot import Snapshots
from govdesk.desktop.snapshot.opening import FindFile, find_file
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import accounts, organization
from govdesk.services.demo import Demo
from govdesk.services.entrance import Entry
from govdesk.services.link import Link
from govdesk.services.organization import Here

if TYPE_CHECKING:
    from govdesk.desktop.staff.visiting import StaffVisits
    from govdesk.desktop.workplace import Workplace

LEAVING_MS: Final = 2000
"""Longest time that the end of a session on the server may hold up the end of the console."""
ANNOUNCE: Final = "GOVDESK_ANNOUNCE"
"""With this in the environment the console says ``usable …`` on standard error, to be measured."""


def announce(what: str) -> None:
    """Say that a window can be used now, if somebody measures."""
    if os.environ.get(ANNOUNCE):
        print(f"usable {what}", file=sys.stderr, flush=True)


def _load_pages(task: Task) -> None:
    """Load what comes after signing in while the person signs in."""
    importlib.import_module("govdesk.desktop.workplace")


class Console(QObject):
    """Everything of one console. `begin` shows the first window; `end` leaves nothing running."""

    def __init__(
        self,
        app: QApplication,
        *,
        demo: DemoStarter | None = None,
        store: ProfileStore | None = None,
        jobs: Jobs | None = None,
        choose: ChooseFile = choose_file,
        find: FindFile = find_file,
        last_report: Path | None = None,
    ):
        super().__init__()
        self.app, self._choose = app, choose
        self.jobs = jobs or Jobs(self)
        self._one = OneConsole(self)
        self._one.raise_asked.connect(self._raise)
        self.entrance = EntranceWindow(store or ProfileStore(), self.jobs, console=self._one)
        self.entrance.entered.connect(self._enter)
        self.entrance.demo_asked.connect(self._start_demo)
        self.entrance.demo_cancelled.connect(self._cancel_demo)
        self.entrance.closed.connect(self._on_entrance_closed)
        self.snapshots = Snapshots(self, find=find, choose=choose)
        self.snapshots.opened.connect(self._on_snapshot_opened)
        # Queued: a program that was started for a file which is open already has no loop yet.
        queued = Qt.ConnectionType.QueuedConnection
        self.snapshots.emptied.connect(self._leave_if_alone, queued)
        self.snapshots.quit_asked.connect(self._quit)
        self.snapshots.lock_asked.connect(self._lock_all)
        self.snapshots.watch(self.entrance)
        self.entrance.snapshot_asked.connect(self._ask_for_snapshot)
        self.entrance.already_open.connect(self._leave_to_the_other)
        self._demo, self._demo_wanted, self._demo_pages = demo, False, ("", "")
        if demo is not None:
            demo.started.connect(self._on_demo)
            demo.failed.connect(self.entrance.demo_failed)
            demo.progress.connect(self.entrance.demo_progress)
        self.workplace: Workplace | None = None
        self._link: Link | None = None
        self._lock: LockedScreen | None = None
        self._again: SignInAgain | None = None
        self._leaving: list[tuple[Workplace, Link | None]] = []
        self._visits: StaffVisits | None = None
        self._last_report, self._is_ending = last_report, False
        self._then: Callable[[], None] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LEAVING_MS)
        self._patience.timeout.connect(self._go_on)

    # Beginning and end

    def begin(self, profile: str = "", *, with_demo: bool = False) -> None:
        """Show the entrance: the demo's people, a profile's sign-in, or the doors."""
        self.entrance.show()
        if with_demo and self._demo is not None:
            self.entrance.show_first_run()
            self.entrance.first_run.wait("Starting the demo …")
            self._start_demo()
        else:
            self.entrance.begin(profile)
            self._load_pages_meanwhile()
        announce("entrance")

    def begin_with_files(self, files: Sequence[Path]) -> None:
        """Ask for the passphrases of sealed files; no entrance is shown, and no server asked."""
        for file in files:
            self.snapshots.open(file)
        announce("passphrase")

    def end(self) -> None:
        """Stop every thread and server."""
        self._patience.stop()
        self._is_ending = True
        self.snapshots.close()
        if self._visits is not None:
            self._visits.give_up()
        if self.workplace is not None:
            # A signal ended the program: its window did not close.
            self.workplace.give_up()
        self.jobs.close()
        if self._link is not None:
            self._link.close()
        self._forgotten()
        if self._demo is not None:
            self._demo.stop()
        self._one.release()

    @Slot(object)
    def trouble(self, error: Exception) -> None:
        """Say an expected error that nobody caught, where the person is."""
        if self.workplace is not None:
            self.workplace.trouble(error)
        elif self.snapshots.places:
            self.snapshots.places[-1].trouble(error)
        else:
            trouble.show(self.entrance, error)

    # Sealed files

    @Slot()
    def _ask_for_snapshot(self) -> None:
        self.snapshots.ask(self.workplace.window if self.workplace else self.entrance)

    @Slot(object)
    def _on_snapshot_opened(self, place: object) -> None:
        announce("snapshot")

    @Slot()
    def _quit(self) -> None:
        """Close everything; a window asks first if work is running there."""
        self.snapshots.ask_to_close()
        if self.workplace is not None:
            self.workplace.window.close()
        else:
            self.entrance.close()

    @Slot()
    def _lock_all(self) -> None:
        if self._lock is not None:
            self._lock.lock()

    @Slot()
    def _leave_if_alone(self) -> None:
        """The program ends with its last window, whatever that was."""
        if self._is_ending or self.workplace is not None or not self.snapshots.is_empty:
            return
        # An entrance that is gone for good is one that nobody looks at.
        if not isValid(self.entrance) or self.entrance.isHidden():
            self.app.quit()

    # The demo

    @Slot()
    def _start_demo(self) -> None:
        if self._demo is not None:
            self._demo_wanted = True
            self._demo.start()

    @Slot()
    def _cancel_demo(self) -> None:
        self._demo_wanted = False

    @Slot(object)
    def _on_demo(self, demo: Demo) -> None:
        if not self._demo_wanted:
            return
        profile, password = profile_of(demo)
        self._demo_pages = profile.name, str(demo.facts["web_url"])
        self.entrance.show_demo(profile, password, personas_of(demo))
        announce("demo")
        self._load_pages_meanwhile()

    def _load_pages_meanwhile(self) -> None:
        """What comes next is loaded while the person reads and types."""
        self.jobs.start(_load_pages, owner=self, lane="background", title="Load the pages")

    # In and out

    @Slot()
    def _on_entrance_closed(self) -> None:
        if self.workplace is None and self.snapshots.is_empty:
            self.app.quit()

    @Slot(object)
    def _enter(self, entry: Entry) -> None:
        link = Link(
            entry.url, entry.token, entry.tenant_path, email=entry.email,
            expires_at=entry.expires_at, last_code=entry.last_code, unlocked=entry.unlocked,
        )  # fmt: skip

        def look(task: Task) -> Here:
            _load_pages(task)
            with borrowed(link, "interactive", task) as session:
                return organization.here(session)

        self.jobs.start(
            look,
            owner=self,
            on_result=lambda here: self._open(entry, link, here),
            on_error=lambda error: self._not_in(error, link),
        )

    def _open(self, entry: Entry, link: Link, here: Here) -> None:
        from govdesk.desktop.workplace import Workplace  # see `_load_pages`

        self._link = link
        preferences = Preferences.of_profile(entry.profile.name)
        demo, pages = self._demo_pages
        if pages and demo == entry.profile.name:
            # The demo serves its web pages itself, at another port each time.
            preferences.set("web_url", pages)
        place = self.workplace = Workplace(
            entry, link, here, self.jobs, preferences, choose=self._choose
        )
        place.left.connect(self._on_left)
        place.sign_in_asked.connect(self._sign_in_again)
        self._lock = LockedScreen(place.window, entry, self.jobs)
        self._lock.renewed.connect(self._renewed)
        # A question would stand behind the cover.
        self._lock.close_asked.connect(place.window.leave)
        self._lock.unlocked.connect(place.idle.restart)
        place.lock_asked.connect(self._lock.lock)
        place.entry_changed.connect(self._take_entry)
        place.snapshot_asked.connect(self._ask_for_snapshot)
        self.snapshots.watch(place.window)
        self.snapshots.session_began()
        if place.presence.organizations is not None:
            from govdesk.desktop.staff.visiting import StaffVisits

            self._visits = StaffVisits(place, link, self.jobs, self._lock)
        place.show()
        if self._last_report is not None:
            place.tell_of_sudden_end(self._last_report)
            self._last_report = None
        self.entrance.hide()
        announce("main")

    def _not_in(self, error: Exception, link: Link) -> None:
        link.close()
        if not isinstance(error, Problem):
            raise error
        self.entrance.show_problem(error)

    @Slot()
    def _on_left(self) -> None:
        """The window is gone: end the session, then leave or let another person in."""
        place, self.workplace = self.workplace, None
        assert place is not None
        if self._visits is not None:
            self._visits.give_up()
            self._visits = None
        if place.wants_another_person:
            self.entrance.show()
            self.entrance.sign_in_page.reopen()
            self._end_session(place, self._forgotten)
        else:
            self._end_session(place, self._gone)
        self._unlock_for_nobody()

    def _unlock_for_nobody(self) -> None:
        """Its covers would stay on the sealed files, whose lock is their own passphrase now."""
        lock, self._lock = self._lock, None
        was_locked = lock is not None and lock.is_locked
        if lock is not None:
            lock.lift()
        self.snapshots.session_ended(was_locked=was_locked)

    def _end_session(self, place: Workplace, then: Callable[[], None]) -> None:
        """End it on the server if that answers soon; it ends by itself otherwise."""
        link, self._link = self._link, None
        self._leaving.append((place, link))
        self._then = then
        if link is None or place.window.connection.state != "connected":
            self._go_on()
            return
        self._patience.start()

        def leave(task: Task) -> bool:
            # Over the link's own connection: the end of the console interrupts that.
            with borrowed(link, "writes", task) as session:
                return accounts.end_of(session)

        self.jobs.start(
            leave,
            owner=self,
            on_result=lambda ended: self._go_on(),
            on_error=lambda error: self._go_on(),
            lane="writes",
        )

    @Slot()
    def _go_on(self) -> None:
        """The session has ended, or the server takes too long: once, whichever comes first."""
        self._patience.stop()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _gone(self) -> None:
        """Nobody is signed in; a sealed file may still be read."""
        self._forgotten()
        self._leave_if_alone()

    def _forgotten(self) -> None:
        """Let go of the windows of the person who left."""
        for place, link in self._leaving:
            if link is not None:
                link.close()
            place.window.deleteLater()
            place.deleteLater()
        self._leaving = []

    @Slot()
    def _sign_in_again(self) -> None:
        if self.workplace is None or self._again is not None:
            return
        if self._lock is not None and self._lock.is_locked:
            return
        again = self._again = SignInAgain(
            self.workplace.entry, self.jobs, parent=self.workplace.window
        )
        again.renewed.connect(self._renewed)
        again.finished.connect(self._again_done)
        again.open()

    @Slot()
    def _again_done(self) -> None:
        if self._again is not None:
            self._again.deleteLater()
            self._again = None

    @Slot(object)
    def _renewed(self, entry: Entry) -> None:
        if self._link is not None and self.workplace is not None:
            self._link.renew(entry.token, entry.expires_at, entry.unlocked)
            self._link.confirmed(entry.last_code)
            self.workplace.signed_in_again(entry)
        if self._lock is not None:
            self._lock.entry = entry

    @Slot(object)
    def _take_entry(self, entry: Entry) -> None:
        if self._lock is not None:
            self._lock.entry = entry

    # Other consoles

    @Slot()
    def _raise(self) -> None:
        window = self.workplace.window if self.workplace else self.entrance
        if self._visits is not None and self._visits.place is not None:
            window = self._visits.place.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()

    @Slot(str)
    def _leave_to_the_other(self, profile: str) -> None:
        if self.workplace is None:
            self.app.quit()
