"""One console per profile, and what every page of the entrance owes to everybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QWidget,
)
from pytestqt.qtbot import QtBot

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance import (
    EntranceWindow,
    OneConsole,
    Persona,
    SignInAgain,
)
from govdesk.desktop.entrance.locked import UnlockDialog
from govdesk.services.entrance import Entry
from tests.desktop import accessibility
from tests.desktop.entering import (
    ACME,
    House,
    entry_of,
)
from tests.people import ADA, PASSWORD, Cast

_SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from govdesk.desktop.entrance.instance import OneConsole
app = QCoreApplication([])
print(OneConsole(folder=Path(sys.argv[1])).claim("acme"))
"""


def test_a_second_start_raises_the_first_and_does_not_get_the_profile(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first = OneConsole(folder=tmp_path)
    assert first.claim("Acme")
    assert first.claim("Acme")
    command = [sys.executable, "-c", _SECOND, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
        with qtbot.waitSignal(first.raise_asked, timeout=20_000):
            pass
        answer, _ = second.communicate(timeout=20)
    assert answer.strip() == "False"
    assert OneConsole(folder=tmp_path).claim("Beta")
    first.release()
    assert OneConsole(folder=tmp_path).claim("Acme")


def test_a_console_that_was_killed_does_not_hold_its_profile(tmp_path: Path, qapp: object) -> None:
    killed = _SECOND + "import os, signal; sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    dead = subprocess.run(
        [sys.executable, "-c", killed, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert dead.stdout.strip() == "True"
    again = OneConsole(folder=tmp_path)
    assert again.claim("acme")
    again.release()


def test_a_profile_that_is_open_elsewhere_is_not_signed_in_to(
    house: House, known: Profile, tmp_path: Path
) -> None:
    elsewhere = OneConsole(folder=tmp_path)
    assert elsewhere.claim(ACME)
    console = OneConsole(folder=tmp_path)
    window, person = house.window(console=console)
    person.types("email", ADA.email)
    person.types("password", PASSWORD)
    with house.bot.waitSignals([window.already_open, elsewhere.raise_asked]):
        person.types("code", "123456")
    assert house.signing_in() == []
    elsewhere.release()


def first_run(window: EntranceWindow, entry: Entry) -> QWidget:
    window.show_first_run()
    return window


def profile_form(window: EntranceWindow, entry: Entry) -> QWidget:
    window.show_first_run()
    window.first_run.form.connect_to_server.click()
    window.profile_page.form.save.click()
    return window


def sign_in(window: EntranceWindow, entry: Entry) -> QWidget:
    window.show_demo(entry.profile, "x", (Persona("Admin", "a@b.example", "x", "A" * 32),))
    return window


def set_up(window: EntranceWindow, entry: Entry) -> QWidget:
    window.sign_in_page.form.set_up.click()
    return window


def factor(window: EntranceWindow, entry: Entry) -> QWidget:
    window.sign_in_page.factor_needed.emit(entry)
    return window


def recovery(window: EntranceWindow, entry: Entry) -> QWidget:
    window.factor_page.enrolled.emit(entry, ["ABCD-EFGH"] * 10)
    return window


def again(window: EntranceWindow, entry: Entry) -> QWidget:
    return SignInAgain(entry, window.jobs, parent=window)


def unlock(window: EntranceWindow, entry: Entry) -> QWidget:
    return UnlockDialog(entry, window.jobs, window)


@pytest.mark.parametrize(
    "shown", [first_run, profile_form, sign_in, set_up, factor, recovery, again, unlock]
)
def test_every_page_is_named_readable_and_walked_by_tab(
    house: House,
    known: Profile,
    cast: Cast,
    shown: Callable[[EntranceWindow, Entry], QWidget],
) -> None:
    window, _ = house.window()
    house.bot.waitUntil(lambda: house.jobs.running == [])
    found = shown(window, entry_of(cast))
    found.show()

    def judged() -> None:
        assert accessibility.faults(found) == []

    house.bot.waitUntil(judged)
