"""The whole console with somebody signed in: what the tests of the frame are driven with.

``office``            makes consoles over the module's cast, and ends them after the test
``office.desk()``     one console with a person inside, her log filled and on the screen
``office.chosen``     stands for the platform's file dialog and notes what it was asked
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPushButton, QWidget

from govdesk.config.profiles import ProfileStore
from govdesk.database.demo import Person
from govdesk.desktop.console import Console
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.desktop.workplace import Workplace
from govdesk.domain.filter_language import parse
from govdesk.jobs import Job, Jobs
from govdesk.services import accounts, entrance, logins, sealing, timeline
from govdesk.services.entrance import Entry
from govdesk.services.link import Session, SessionEnded
from tests.databases import APP_PASSWORD
from tests.desktop import driving
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.entering import ACME, profile_of
from tests.desktop.logs import fill
from tests.people import ACME as ACME_PATH
from tests.people import CARLA, PASSWORD, Cast, seed_of


@dataclass
class Chosen:
    """Answers in the place of the platform's file dialog, with files of this test's folder."""

    folder: Path
    name: str = ""
    """What the person writes; empty to take what is proposed."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Title, proposed name and kinds of each question."""

    def __call__(self, parent: QWidget, title: str, name: str, kinds: str) -> str:
        self.asked.append((title, name, kinds))
        return str(self.folder / (self.name or name))


class Desk:
    """One person at the main window."""

    def __init__(self, office: Office, console: Console, page: str = "timeline"):
        self.office, self.console = office, console
        wait_for(lambda: console.workplace is not None, what="the main window")
        if self.place.window.page == "home" != page:
            self.place.window.show_page(page)
            self.table.setFocus()
        self._activate()
        self.window.grab()
        self.settle()

    # Parts

    @property
    def place(self) -> Workplace:
        place = self.console.workplace
        assert place is not None
        return place

    @property
    def window(self) -> QWidget:
        return self.place.window

    @property
    def timeline(self) -> TimelinePage:
        return self.place.timeline

    @property
    def table(self) -> Any:
        return self.timeline.table

    @property
    def entry(self) -> Entry:
        return self.place.entry

    @property
    def token(self) -> str:
        return self.entry.token

    # Hands

    def press(self, keys: str) -> None:
        """Keys where the keyboard is."""
        self._activate()
        press(self.window, keys)

    def write(self, text: str) -> None:
        """Text where the keyboard is."""
        self._activate()
        write(self.window, text)

    def filter(self, query: str) -> None:
        """Write a filter and apply it."""
        self.press("Ctrl+F")
        self.write(query)
        if self.timeline.filter_bar.completion.is_open:
            self.press("Escape")
        self.press("Return")

    def choose(self, show: Callable[[], object], action: str) -> list[str]:
        """Have a menu shown, go down to an action, press Enter; returns what the menu said.

        Some menus of Qt run a loop of their own until they are closed, so the hands are on a timer.
        """
        said: list[str] = []
        looking = QTimer()

        def look() -> None:
            menu = QApplication.activePopupWidget()
            if isinstance(menu, QMenu):
                looking.stop()
                said[:] = [one.text() for one in menu.actions() if not one.isSeparator()]
                _go_down(menu, action)

        looking.timeout.connect(look)
        looking.start(2)
        show()
        wait_for(lambda: not looking.isActive(), what="a menu")
        wait_for(lambda: QApplication.activePopupWidget() is None, what="the menu to close")
        self._activate()
        return said

    def export(self, action: str) -> None:
        """Choose from the export menu."""
        self.choose(lambda: self.press("Ctrl+E"), action)

    def _activate(self) -> None:
        """Give the keyboard back to the window, as a window manager does after a menu."""
        others = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if others is None:
            self.window.activateWindow()
            wait_for(self.window.isActiveWindow, what="the main window to become the active one")

    # Eyes

    def focus(self) -> str:
        """Name of the control that has the keyboard."""
        at = QApplication.focusWidget()
        return "" if at is None else at.objectName()

    def settle(self) -> None:
        """Wait until the list is read and counted."""
        reader, model = self.timeline.reader, self.timeline.model
        wait_for(
            lambda: (
                not reader.is_opening
                and (reader.counting is not None and reader.counting.is_done)
                and model.is_settled
            ),
            what="the log to be read",
        )

    def seq(self) -> int:
        """Number of the event that the keyboard is on."""
        wait_for(lambda: self.timeline.current_event() is not None, what="the current row")
        event = self.timeline.current_event()
        assert event is not None
        return event.seq

    def status(self, part: str) -> str:
        """What a part of the status bar says."""
        return str(find(self.window, f"status_{part}").text())  # type: ignore[attr-defined]

    def banner(self) -> str:
        """What stands above the page; empty without a banner."""
        banner = self.place.window.banner
        return banner.sentence if banner.isVisible() else ""

    def exports(self) -> list[Job]:
        """Exports of this window that have not ended."""
        return [job for job in self.office.jobs.running if job.lane == "export"]

    def expected(self, query: str = "") -> list[int]:
        """Numbers of the events that the database lets through, newest first."""
        return self.office.numbers(query)

    # Coming back

    def sign_in_again(self) -> None:
        """Fill in the window that asks for it."""
        dialog = opened("SignInAgainForm", QDialog)
        form = Form(dialog)
        form.type("password", PASSWORD)
        form.type("code", self.office.next_code())
        wait_for(lambda: self.place.window.connection.state == "connected", what="the new session")

    def unlock(self, password: str = PASSWORD) -> None:
        """Write the password into the locked screen."""
        form = Form(opened("UnlockForm", QDialog))
        form.type("password", password)
        form.press("Return")


class Form:
    """A small window with fields, by name and keyboard."""

    def __init__(self, window: QWidget, part: QWidget | None = None):
        self.window, self._part = window, part or window
        window.activateWindow()
        wait_for(window.isActiveWindow, what=f"{window.objectName()} to become the active window")

    def write(self, text: str) -> None:
        """Text where the keyboard is."""
        write(self.window, text)

    def type(self, name: str, text: str) -> None:
        """Go to a field by Tab and write over what it holds."""
        line = find(self._part, name, QLineEdit)
        for _ in range(30):
            if self.window.focusWidget() is line:
                break
            press(self.window, "Tab")
        assert self.window.focusWidget() is line, f"Tab does not reach {name}"
        press(line, "Ctrl+A")
        write(line, text)

    def press(self, keys: str) -> None:
        """Keys where the keyboard is."""
        press(self.window, keys)

    def push(self, name: str) -> None:
        """Go to a button by Tab and press it."""
        button = find(self._part, name, QPushButton)
        for _ in range(30):
            if self.window.focusWidget() is button:
                break
            press(self.window, "Tab")
        assert self.window.focusWidget() is button, f"Tab does not reach {name}"
        press(button, "Space")


class Office:
    """Makes consoles, and ends them."""

    def __init__(self, cast: Cast, jobs: Jobs, app: QApplication, folder: Path):
        self.cast, self.jobs, self.app, self.folder = cast, jobs, app, folder
        self.person = CARLA
        self.store = ProfileStore(folder)
        self.chosen = Chosen(folder)
        self.consoles: list[Console] = []

    def console(self, app: Any = None) -> Console:
        """A console that shows nothing yet."""
        made = Console(app or self.app, store=self.store, jobs=self.jobs, choose=self.chosen)
        driving.keep(made.entrance)
        driving.ending.callback(lambda: self.end(made))
        self.consoles.append(made)
        return made

    def desk(self, person: Person = CARLA, *, events: int = 200, page: str = "timeline") -> Desk:
        """Somebody at her main window, above a log of at least so many events.

        Who has not been here before comes in at Home and is led to `page`.
        """
        if self.cast.last_seq() < events:
            fill(self.cast, events - self.cast.last_seq())
        self.person = person
        console = self.console()
        console.entrance.entered.emit(self.entry(person))
        return Desk(self, console, page)

    def remember_profile(self, name: str = ACME) -> None:
        """Keep a profile of this server, and its login's password in the keyring."""
        profile = replace(profile_of(self.cast), name=name)
        self.store.save(profile)
        self.store.note_use(name, "")
        logins.keep(logins.system_safe(), profile, APP_PASSWORD, "keyring")

    def fill_in(self, console: Console, person: Person) -> Form:
        """Write address and password at the entrance; the code is still to come."""
        self.person = person
        page = console.entrance.sign_in_page
        wait_for(lambda: page._login_password, what="the login's password to be found")
        form = Form(console.entrance, page)
        form.type("email", person.email)
        form.type("password", PASSWORD)
        return form

    def come_in(self, console: Console, person: Person) -> Desk:
        """Sign in by keyboard; the last digit of the code is enough."""
        self.fill_in(console, person).type("code", self.cast.fresh_code(person))
        return Desk(self, console)

    def fresh_jobs(self) -> Jobs:
        """Jobs of a program that is started anew."""
        made = Jobs()
        driving.ending.callback(made.close)
        return made

    def entry(self, person: Person) -> Entry:
        """A new session, as the sign-in brings it."""
        code = self.cast.fresh_code(person)
        return entrance.come_in(profile_of(self.cast), APP_PASSWORD, person.email, PASSWORD, code)

    def next_code(self) -> str:
        """A code that this person has not used: of the next 30 seconds, which the server takes."""
        self.cast.fresh_code(self.person)
        secret = base64.b32encode(seed_of(self.person.email)).decode()
        return accounts.totp(secret, time.time() + 30)

    def numbers(self, query: str = "") -> list[int]:
        """Numbers of the events that pass a filter, newest first, as the database has it."""
        terms = parse(query, zone=None).to_terms() if query else []  # type: ignore[arg-type]
        session = self.cast.sign_in(self.person)
        return [event.seq for event in timeline.page(session, terms, limit=10_000)]

    def end_sessions(self) -> None:
        """End the session of every console on the server, behind its back."""
        for console in self.consoles:
            if console.workplace is not None:
                entrance.leave(console.workplace.entry)

    def is_alive(self, token: str) -> bool:
        """Whether somebody could still use this session."""
        session = Session(self.cast.open(self.cast.database.app_url), token, ACME_PATH)
        try:
            session.touch()
        except SessionEnded:
            return False
        finally:
            session.close()
        return True

    def connections(self) -> int:
        """Connections of the console to the server."""
        return int(
            self.cast.one(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'govdesk'"
                " AND datname = current_database() AND usename = 'govdesk_app'"
                " AND pid <> pg_backend_pid()"
            )
        )

    def cut(self) -> int:
        """End every connection of the console from the server's side; returns how many."""
        return int(
            self.cast.one(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'govdesk' AND datname = current_database()"
                " AND usename = 'govdesk_app'"
            )
        )

    def end(self, console: Console) -> None:
        """Close the window of a console that is still open, and end it as the program does."""
        place = console.workplace
        if place is not None and not self.jobs._closed:
            for job in self.jobs.running:
                job.cancel()
            wait_for(lambda: not place.window.jobs_panel.running, what="cancelled jobs to end")
            place.window.close()
        console.end()
        if console.workplace is not None:
            console.workplace.window.deleteLater()
            console.workplace.deleteLater()
        console.deleteLater()


@pytest.fixture
def office(
    module_cast: Cast,
    jobs: Jobs,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    # A process for each verification takes longer than most of these tests; it has its own.
    monkeypatch.setattr(sealing, "HERE_ROWS", 10_000)
    folder = tmp_path / "office"
    folder.mkdir()
    return Office(module_cast, jobs, qapp, folder)


def _go_down(menu: QMenu, action: str) -> None:
    """Move to an action with Down and press Enter; a menu that has it not is closed."""
    for _ in menu.actions():
        if _id(menu.activeAction()) == action:
            press(menu, "Return")
            return
        press(menu, "Down")
    if _id(menu.activeAction()) == action:
        press(menu, "Return")
        return
    menu.close()
    raise AssertionError(f"{action} cannot be chosen from {[_id(one) for one in menu.actions()]}")


def _id(action: QAction | None) -> str:
    return "" if action is None else str(action.data() or action.objectName())
