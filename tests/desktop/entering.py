"""Somebody before the door: what the tests of the entrance are driven with.

``house``  stores, a keyring in memory and jobs; ``house.window()`` shows an entrance
``known``  a profile that is saved there, with its password in the keyring
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import keyring.backend
import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import Profile, ProfileStore
from govdesk.database import demo
from govdesk.desktop.entrance import (
    EntranceWindow,
)
from govdesk.jobs import Job, Jobs
from govdesk.services import accounts, entrance
from govdesk.services.entrance import Entry
from tests.databases import APP_PASSWORD
from tests.people import ADA, PASSWORD, Cast, seed_of

W = TypeVar("W", bound=QWidget)
ACME = "Acme"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[username]


@dataclass
class Person:
    """Somebody before the window: finds things by name, types and clicks."""

    bot: QtBot
    window: QWidget

    def find(self, kind: type[W], name: str) -> W:
        """The one of this name on the page that is shown."""
        found = [w for w in self.window.findChildren(kind, name) if w.isVisible()]
        assert len(found) == 1, (name, found)
        return found[0]

    def types(self, name: str, text: str) -> None:
        """Replace what a field holds by typing."""
        field = self.find(QLineEdit, name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def clicks(self, name: str) -> None:
        """Press a button."""
        QTest.mouseClick(self.find(QAbstractButton, name), Qt.MouseButton.LeftButton)

    def presses(self, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key)

    def shows(self, name: str) -> str:
        """The text of a line, empty if it is not shown."""
        found = [w for w in self.window.findChildren(QLabel, name) if w.isVisible()]
        return found[0].text() if found else ""

    def waits_for(self, name: str, words: str) -> None:
        """Wait until a line says `words`."""
        self.bot.waitUntil(lambda: words in self.shows(name))


@dataclass
class House:
    """What an entrance needs, kept in folders of this test."""

    bot: QtBot
    jobs: Jobs
    store: ProfileStore
    ring: Ring
    safe: PasswordSafe
    folder: Path

    def signing_in(self) -> list[Job]:
        """What is on its way to the server."""
        return [job for job in self.jobs.running if job.lane == "network"]

    def window(self, **more: Any) -> tuple[EntranceWindow, Person]:
        """A shown entrance."""
        window = EntranceWindow(
            self.store, self.jobs, safe=more.pop("safe", self.safe), device=lambda: None, **more
        )
        self.bot.addWidget(window)
        window.show()
        window.begin()
        return window, Person(self.bot, window)


@pytest.fixture
def house(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> House:
    ring = Ring()
    safe = PasswordSafe(ring, tmp_path)
    return House(qtbot, jobs, ProfileStore(tmp_path), ring, safe, tmp_path)


def profile_of(cast: Cast) -> Profile:
    parts = psycopg.conninfo.conninfo_to_dict(cast.database.app_url)
    return Profile(
        ACME, "127.0.0.1", int(str(parts["port"])), str(parts["dbname"]), tls="disable",
        environment="staging",
    )  # fmt: skip


@pytest.fixture
def known(house: House, cast: Cast) -> Profile:
    """A profile that is saved, with its password in the keyring."""
    profile = profile_of(cast)
    house.store.save(profile)
    house.safe.keep(profile.login, APP_PASSWORD, "keyring")
    return profile


def entry_of(cast: Cast, person: demo.Person = ADA) -> Entry:
    return entrance.come_in(
        profile_of(cast), APP_PASSWORD, person.email, PASSWORD, cast.fresh_code(person)
    )


def other_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def next_code(cast: Cast) -> str:
    """A code that the console has not seen: of the next 30 seconds, which the server accepts."""
    cast.fresh_code(ADA)
    return accounts.totp(base64.b32encode(seed_of(ADA.email)).decode(), time.time() + 30)
