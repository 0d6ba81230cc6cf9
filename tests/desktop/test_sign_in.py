"""Signing in: what is said, what is kept, what is never sent."""

from __future__ import annotations

import base64
import socket
import threading
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from govdesk.config.profiles import Profile, ProfileStore
from govdesk.desktop.entrance import (
    EntranceWindow,
    Persona,
)
from govdesk.desktop.entrance.waiting import Errand
from govdesk.jobs import Jobs, Task
from govdesk.services import accounts
from tests.databases import APP_PASSWORD
from tests.desktop.entering import (
    ACME,
    House,
    Person,
    other_code,
    profile_of,
)
from tests.people import ADA, PASSWORD, Cast, seed_of


def test_password_and_code_open_the_door_and_the_address_is_remembered(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    window, person = house.window()
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    with house.bot.waitSignal(window.entered) as entered:
        # Six digits are enough: the password is there already.
        person.types("code", cast.fresh_code(ADA))
    entry = entered.args[0]
    assert (entry.email, entry.tenant_path, entry.profile.name) == (ADA.email, "acme", ACME)
    accounts.open_session(entry.url, entry.token, entry.tenant_path).close()
    last = ProfileStore(house.folder).last
    assert last is not None
    assert last.email == ADA.email
    assert person.find(QLineEdit, "password").text() == ""


def test_a_pasted_code_with_a_space_signs_in(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    window, person = house.window()
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    code = cast.fresh_code(ADA)
    QGuiApplication.clipboard().setText(f"{code[:3]} {code[3:]}")
    field = person.find(QLineEdit, "code")
    field.setFocus()
    with house.bot.waitSignal(window.entered):
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_code_before_the_password_waits_and_enter_goes_to_what_is_missing(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    window, person = house.window()
    person.types("email", ADA.email)
    person.types("code", cast.fresh_code(ADA))
    assert house.signing_in() == []
    person.presses(Qt.Key.Key_Return)
    assert window.focusWidget() is person.find(QLineEdit, "password")
    person.types("password", PASSWORD)
    with house.bot.waitSignal(window.entered):
        person.presses(Qt.Key.Key_Return)


def test_a_wrong_code_is_one_sentence_and_only_the_code_is_selected(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    window, person = house.window()
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    person.types("code", other_code(cast.fresh_code(ADA)))
    person.waits_for("message", "The address, the password or the code is not right.")
    assert person.find(QLineEdit, "email").text() == ADA.email
    assert person.find(QLineEdit, "password").text() == PASSWORD
    code = person.find(QLineEdit, "code")
    assert window.focusWidget() is code
    assert code.selectedText() == code.text()
    assert "The next code comes in" in person.shows("code_help")


def test_a_code_that_was_used_here_is_not_sent_again_but_counted_down(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    window, person = house.window()
    code = cast.fresh_code(ADA)
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    with house.bot.waitSignal(window.entered):
        person.types("code", code)
    attempts = cast.one("SELECT count(*) FROM govdesk_private.attempt")
    person.types("password", PASSWORD)
    person.types("code", code)
    assert person.shows("code_help").startswith("This code was used already. The next code comes")
    assert cast.one("SELECT count(*) FROM govdesk_private.attempt") == attempts


def test_too_many_attempts_say_how_long_to_wait(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    _, person = house.window()
    person.types("email", ADA.email)
    person.types("password", "not her password")
    for number in range(5):
        person.types("code", f"{number:06}")
        house.bot.waitUntil(lambda: house.signing_in() == [])
    person.types("code", "999999")
    person.waits_for("message", "Too many attempts. Wait ten minutes")


def test_a_login_without_a_kept_password_asks_for_it_and_keeps_it(
    house: House,
    cast: Cast,
) -> None:
    profile = profile_of(cast)
    house.store.save(profile)
    window, person = house.window()
    house.bot.waitUntil(lambda: bool(person.shows("login_password_label")))
    person.types("login_password", "wrong")
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    person.types("code", cast.fresh_code(ADA))
    person.waits_for("login_password_help", "does not accept the password")
    assert house.ring.held == {}
    person.types("login_password", APP_PASSWORD)
    with house.bot.waitSignal(window.entered):
        person.presses(Qt.Key.Key_Return)
    assert house.ring.held == {profile.login: APP_PASSWORD}


def test_caps_lock_is_said_while_one_types(house: House, known: Profile) -> None:
    _, person = house.window()
    person.types("password", "secret")
    assert person.shows("caps_lock") == ""
    field = person.find(QLineEdit, "password")
    QCoreApplication.sendEvent(field, _letter("A", Qt.KeyboardModifier.ShiftModifier))
    assert person.shows("caps_lock") == ""
    QCoreApplication.sendEvent(field, _letter("A", Qt.KeyboardModifier.NoModifier))
    assert person.shows("caps_lock") == "Caps Lock is on."
    QCoreApplication.sendEvent(field, _letter("a", Qt.KeyboardModifier.NoModifier))
    assert person.shows("caps_lock") == ""


def test_a_server_that_is_silent_can_be_given_up_and_nothing_typed_is_lost(
    house: House,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("govdesk.database.connection.CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        profile = replace(profile_of(cast), port=silent.getsockname()[1])
        house.store.save(profile)
        house.safe.keep(profile.login, APP_PASSWORD, "keyring")
        _, person = house.window()
        person.types("email", ADA.email)
        person.types("password", PASSWORD)
        person.types("code", "123456")
        assert not person.find(QLineEdit, "email").isEnabled()
        house.bot.waitUntil(lambda: bool(person.window.findChild(QWidget, "stop_waiting")))
        waiting = house_waiting(person)
        house.bot.waitUntil(waiting.isVisible)
        person.clicks("stop_waiting")
        assert person.find(QLineEdit, "email").isEnabled()
        assert person.find(QLineEdit, "password").text() == PASSWORD
        assert not waiting.isVisible()
        house.bot.waitUntil(lambda: house.signing_in() == [])
    assert person.shows("message") == ""


def test_what_a_cancelled_errand_still_brings_goes_elsewhere(qtbot: QtBot, jobs: Jobs) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    errand = Errand(page, jobs, QVBoxLayout(page), [])
    may_end = threading.Event()
    got: list[object] = []
    late: list[object] = []

    def work(task: Task) -> str:
        may_end.wait(5)
        return "a session"

    errand.run("Waiting …", work, got.append, got.append, on_late=late.append)
    qtbot.waitUntil(lambda: jobs.running[0].state == "running")
    errand.cancel()
    assert not errand.is_running
    may_end.set()
    qtbot.waitUntil(lambda: late == ["a session"])
    assert got == []


def house_waiting(person: Person) -> QWidget:
    """The busy line of the page that is shown."""
    assert isinstance(person.window, EntranceWindow)
    found = person.window.sign_in_page.findChild(QWidget, "waiting")
    assert found is not None
    return found


def test_the_people_of_a_demo_are_a_choice_away(
    house: House,
    cast: Cast,
) -> None:
    window, person = house.window()
    secret = base64.b32encode(seed_of(ADA.email)).decode()
    cast.fresh_code(ADA)
    persons = (Persona("Administrator", ADA.email, PASSWORD, secret),)
    window.show_demo(profile_of(cast), APP_PASSWORD, persons)
    assert person.find(QComboBox, "persona").currentText() == f"Administrator ({ADA.email})"
    for _ in range(2):  # twice within 30 seconds: the second time with the next code
        with house.bot.waitSignal(window.entered):
            person.clicks("sign_in")
        window.sign_in_page.show_persons(persons)
    assert house.store.all() == []


def _letter(text: str, modifiers: Qt.KeyboardModifier) -> Any:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, modifiers, text)
