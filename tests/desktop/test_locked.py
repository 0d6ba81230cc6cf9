"""The locked screen, and signing in again in mid-work."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from govdesk.desktop.entrance import (
    LockedScreen,
    SignInAgain,
)
from govdesk.desktop.entrance.locked import UnlockDialog
from govdesk.desktop.idle import IdleWatch
from govdesk.jobs import Jobs
from govdesk.services import accounts
from tests.desktop.entering import (
    Person,
    W,
    entry_of,
    next_code,
)
from tests.people import PASSWORD, Cast


@dataclass
class Desk:
    """A window with something typed in it, and its lock."""

    window: QWidget
    field: QLineEdit
    lock: LockedScreen
    bot: QtBot

    def dialog(self, kind: type[W]) -> Person:
        """The person before the dialog that is shown."""
        found = [w for w in self.window.findChildren(kind) if w.isVisible()]
        assert len(found) == 1
        return Person(self.bot, found[0])


@pytest.fixture
def desk(qtbot: QtBot, jobs: Jobs, cast: Cast) -> Desk:
    window = QWidget()
    field = QLineEdit(window)
    QVBoxLayout(window).addWidget(field)
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    QTest.keyClicks(field, "unsaved")
    return Desk(
        window, field, LockedScreen(window, entry_of(cast), jobs, device=lambda: None), qtbot
    )


def test_the_locked_screen_covers_everything_and_gives_it_back_as_it_was(
    desk: Desk, qtbot: QtBot
) -> None:
    other = QDialog(desk.window)
    other.resize(200, 100)
    other.show()
    desk.lock.lock()
    for window in (desk.window, other):
        veil = window.findChild(QLabel, "veil")
        assert veil is not None
        assert veil.geometry() == window.rect()
        assert window.childAt(window.rect().center()) is veil
    newcomer = QDialog(desk.window)
    newcomer.show()
    assert newcomer.childAt(newcomer.rect().center()) is newcomer.findChild(QLabel, "veil")
    desk.window.resize(500, 350)
    assert desk.window.childAt(10, 340) is desk.window.findChild(QLabel, "veil")
    person = _unlocking(desk)
    person.presses(Qt.Key.Key_Escape)
    assert desk.lock.is_locked
    person.types("password", PASSWORD)
    with qtbot.waitSignal(desk.lock.unlocked):
        person.presses(Qt.Key.Key_Return)
    assert not desk.lock.is_locked
    assert desk.field.text() == "unsaved"
    QTest.keyClicks(desk.field, " text")
    assert desk.field.text() == "unsaved text"
    assert (
        other.findChild(QLabel, "veil") is None or not other.findChild(QLabel, "veil").isVisible()
    )
    other.close()
    newcomer.close()


def _unlocking(desk: Desk) -> Person:
    return desk.dialog(UnlockDialog)


def test_five_wrong_passwords_sign_out_but_keep_what_was_typed(
    desk: Desk,
    qtbot: QtBot,
    cast: Cast,
) -> None:
    token, url = desk.lock.entry.token, desk.lock.entry.url
    desk.lock.lock()
    person = _unlocking(desk)
    for left in ("4 tries", "3 tries", "2 tries", "One try"):
        person.types("password", "wrong")
        person.presses(Qt.Key.Key_Return)
        person.waits_for("message", left)
    person.types("password", "wrong")
    with qtbot.waitSignal(desk.lock.signed_out):
        person.presses(Qt.Key.Key_Return)
    again = desk.dialog(SignInAgain)
    assert "five wrong passwords" in again.shows("purpose")
    qtbot.waitUntil(lambda: cast.one("SELECT count(*) FROM govdesk_private.session_end") == 1)
    assert accounts.end(url, token) is False
    again.types("password", PASSWORD)
    with qtbot.waitSignal(desk.lock.renewed) as renewed:
        again.types("code", next_code(cast))
    assert renewed.args[0].token != token
    assert not desk.lock.is_locked
    assert desk.field.text() == "unsaved"


def test_signing_in_again_fixes_the_person_and_brings_a_new_token(
    qtbot: QtBot,
    jobs: Jobs,
    cast: Cast,
) -> None:
    entry = entry_of(cast)
    dialog = SignInAgain(entry, jobs, device=lambda: None)
    qtbot.addWidget(dialog)
    dialog.show()
    person = Person(qtbot, dialog)
    assert person.shows("who") == "ada@acme.example · acme · Acme"
    person.types("password", PASSWORD)
    person.types("code", entry.last_code)
    assert person.shows("code_help").startswith("This code was used already.")
    with qtbot.waitSignal(dialog.renewed) as renewed:
        person.types("code", next_code(cast))
    assert renewed.args[0].token != entry.token
    assert not dialog.isVisible()


def test_signing_in_again_can_be_put_off(qtbot: QtBot, jobs: Jobs, cast: Cast) -> None:
    dialog = SignInAgain(entry_of(cast), jobs, device=lambda: None)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.put_off):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_desk_that_nobody_touches_is_idle_and_a_key_puts_it_off(desk: Desk, qtbot: QtBot) -> None:
    watch = IdleWatch(0.005, desk.window)
    with qtbot.assertNotEmitted(watch.idle):
        for _ in range(20):
            QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_A, delay=20)
    with qtbot.waitSignal(watch.idle):
        pass
    watch.set_minutes(0)
    with qtbot.assertNotEmitted(watch.idle, wait=400):
        pass
