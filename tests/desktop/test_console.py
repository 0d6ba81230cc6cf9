"""Claims: one comes in, goes, and another comes; nothing of the one before is left anywhere."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit
from shiboken6 import isValid

from govdesk.config.preferences import Preferences
from govdesk.services import entrance
from tests.desktop import accessibility
from tests.desktop.driving import find, opened, settle, wait_for
from tests.desktop.office import Desk, Form, Office
from tests.desktop.slowly import PAGE, Slowly
from tests.people import ADA, CARLA


def threads() -> list[str]:
    """Threads besides this one."""
    main = threading.main_thread()
    return [thread.name for thread in threading.enumerate() if thread is not main]


class Program(QObject):
    """The application of a second start; this process has one already."""

    is_over = False

    def quit(self) -> None:
        """End it."""
        self.is_over = True


def runs_until_quit(app: QApplication) -> int:
    """Run the application as the program does; returns its exit code, 99 if nobody quits it."""
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(lambda: app.exit(99))
    patience.start(8000)
    code = app.exec()
    patience.stop()
    return code


def test_signing_in_opens_the_main_window_in_the_place_of_the_entrance(office: Office) -> None:
    console = office.console()
    office.remember_profile()
    console.begin()
    assert console.entrance.isVisible()
    desk = office.come_in(console, CARLA)
    assert desk.window.isVisible()
    assert not console.entrance.isVisible()
    assert desk.entry.email == CARLA.email
    assert office.is_alive(desk.token)


def test_the_console_of_a_demo_knows_where_its_web_pages_answer(office: Office) -> None:
    console = office.console()
    facts = {
        "app_url": "postgresql://govdesk_app:none@127.0.0.1:1/govdesk",
        "tenant_path": "acme",
        "accounts": [],
        "web_url": "http://127.0.0.1:4321",
    }
    console._demo_wanted = True
    console._on_demo(SimpleNamespace(facts=facts))
    entry = office.entry(CARLA)
    console.entrance.entered.emit(replace(entry, profile=replace(entry.profile, name="Demo")))
    desk = Desk(office, console)
    assert desk.entry.profile.name == "Demo"
    assert Preferences.of_profile("Demo").get("web_url") == "http://127.0.0.1:4321"


def test_the_address_of_a_demo_is_not_that_of_another_server(office: Office) -> None:
    desk = office.desk()
    assert Preferences.of_profile(desk.entry.profile.name).get("web_url") == ""


def test_after_signing_out_another_person_comes_in_and_finds_nothing_of_the_first(
    office: Office,
) -> None:
    console = office.console()
    office.remember_profile()
    console.begin()
    first = office.come_in(console, CARLA)
    first.filter("action:member.*")
    window, timeline, token = first.window, first.timeline, first.token
    first.press("Ctrl+Shift+Q")
    wait_for(lambda: not isValid(window), what="the first window to go")
    assert not isValid(timeline)
    assert console.workplace is None
    assert console.entrance.isVisible()
    wait_for(lambda: office.connections() == 0, what="her connections to close")
    assert not office.is_alive(token)
    assert find(console.entrance.sign_in_page, "password", QLineEdit).text() == ""
    second = office.come_in(console, ADA)
    assert find(second.window, "person_button").text() == "Ada Admin"  # type: ignore[attr-defined]
    assert second.timeline.filter is None
    assert office.is_alive(second.token)


def test_quitting_leaves_no_thread_no_connection_and_no_session(office: Office) -> None:
    desk = office.desk()
    console, token = desk.console, desk.token
    assert threads()
    assert office.connections() > 0
    assert office.is_alive(token)
    desk.press("Ctrl+Q")
    assert runs_until_quit(office.app) == 0
    console.end()
    assert threads() == []
    wait_for(lambda: office.connections() == 0, what="the connections to close")
    assert not office.is_alive(token)


def test_quitting_does_not_wait_for_a_server_that_does_not_answer(office: Office) -> None:
    desk = office.desk()
    with office.cast.admin.transaction():
        office.cast.admin.execute("LOCK TABLE govdesk_private.session")
        desk.press("Ctrl+Q")
        assert runs_until_quit(office.app) == 0
        desk.console.end()
    assert threads() == []
    wait_for(lambda: office.connections() == 0, what="the connections to close")


@pytest.mark.parametrize("works", [False, True])
def test_a_locked_console_can_be_closed_without_the_password(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, works: bool
) -> None:
    desk = office.desk(events=2 * PAGE + 1)
    slowly = Slowly(monkeypatch, tmp_path / "gate")
    token = desk.token
    if works:
        desk.export("export.csv")
        slowly.stands()
    desk.press("Ctrl+L")
    Form(opened("UnlockForm", QDialog)).push("sign_out")
    Form(opened("SignInAgainForm", QDialog)).push("later")
    assert runs_until_quit(office.app) == 0
    desk.console.end()
    assert not office.is_alive(token)
    assert list(office.folder.iterdir()) == []


def test_a_second_start_of_the_same_profile_raises_the_first_and_goes_away(
    office: Office,
) -> None:
    office.remember_profile()
    first = office.console()
    first.begin()
    desk = office.come_in(first, CARLA)
    desk.window.showMinimized()
    program = Program()
    second = office.console(program)
    second.begin()
    office.fill_in(second, CARLA).type("code", office.next_code())
    assert program.is_over
    assert second.workplace is None
    wait_for(lambda: not desk.window.isMinimized(), what="the first to come forward")
    said = find(second.entrance, "SignInForm").findChild(QLabel, "message")
    assert said is not None
    assert "is open in another window" in said.text()


def test_another_profile_opens_beside_the_first(office: Office) -> None:
    office.remember_profile()
    first = office.console()
    first.begin()
    office.come_in(first, CARLA)
    office.remember_profile("Other")
    second = office.console()
    second.begin("Other")
    desk = office.come_in(second, ADA)
    assert desk.window.isVisible()
    assert first.workplace is not None
    assert first.workplace.window.isVisible()


def test_closing_the_entrance_quits(office: Office) -> None:
    console = office.console()
    office.remember_profile()
    console.begin()
    QTimer.singleShot(0, console.entrance.close)
    assert runs_until_quit(office.app) == 0


def test_an_entry_whose_session_is_over_already_is_said_on_the_sign_in(office: Office) -> None:
    console = office.console()
    office.remember_profile()
    console.begin()
    entry = office.entry(CARLA)
    entrance.leave(entry)
    console.entrance.entered.emit(entry)
    message = find(console.entrance, "SignInForm").findChild(QLabel, "message")
    assert message is not None
    wait_for(lambda: "session has ended" in message.text(), what="the sentence")
    assert console.workplace is None


@pytest.mark.parametrize("width", [640, 960])
def test_the_entrance_is_walked_by_tab(office: Office, width: int) -> None:
    console = office.console()
    office.remember_profile()
    console.begin()
    form = office.fill_in(console, CARLA)
    console.entrance.resize(width, 700)
    settle()
    form.window.grab()
    assert accessibility.faults(console.entrance) == []
