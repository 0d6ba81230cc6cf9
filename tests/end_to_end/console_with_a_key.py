"""A console in a process of its own: it makes a key, shows and copies it, fails, locks and ends.

Reads who signs in from the environment, writes what was shown to standard output for the test that
started it, and its log at the finest level to standard error. Everything else it leaves is its own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from typing import Any

import psycopg
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit

from govdesk.config.profiles import Profile, ProfileStore
from govdesk.desktop import crash, screens
from govdesk.desktop.console import Console
from govdesk.desktop.crash import CrashGuard
from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.guide.window import SetupGuide
from govdesk.desktop.run import application
from govdesk.diagnostics.logs import set_up
from govdesk.services import entrance
from tests.desktop.driving import find, opened, wait_for
from tests.desktop.keys_parts import order_key, raw_of, store
from tests.desktop.office import Form


@dataclass
class Seen:
    """What a person saw, for the test to search for."""

    raw: str
    reports: int
    pictures_blank: bool
    was_on_clipboard: bool


class Clumsy(QObject):
    """Has a key in hand when it falls over."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kinds = [RuntimeError, LookupError]
        self.asked.connect(self.on_asked)

    @Slot(str)
    def on_asked(self, secret: str) -> None:
        held = {"key": secret, "environment": dict(os.environ)}
        raise self._kinds.pop()(f"fell over with {len(held)} things in hand, Bearer {secret}")


def main() -> None:
    """Play it through."""
    set_up(logging.DEBUG, sys.stderr)
    app = application()
    guard = CrashGuard(crash.folder())
    guard.install()
    profile = _profile()
    ProfileStore().save(profile)
    console = Console(app)
    console.begin()
    console.entrance.entered.emit(_entry(profile))
    try:
        seen = _play(console, guard)
    finally:
        console.end()
        guard.uninstall()
    print(json.dumps(vars(seen)), flush=True)


def _profile() -> Profile:
    parts: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(os.environ["GOVDESK_DATABASE_URL"])
    host, port, name = str(parts["host"]), int(parts["port"]), str(parts["dbname"])
    return Profile("Acme", host, port, name, tls="disable", tenant_path="acme")


def _entry(profile: Profile) -> entrance.Entry:
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["GOVDESK_DATABASE_URL"])
    email, word = os.environ["GOVDESK_EMAIL"], os.environ["GOVDESK_PASSWORD"]
    code = os.environ["GOVDESK_TOTP"]
    return entrance.come_in(profile, str(parts["password"]), email, word, code)


def _play(console: Console, guard: CrashGuard) -> Seen:
    wait_for(lambda: console.workplace is not None, 30, what="the main window")
    place = console.workplace
    assert place is not None
    page = place.integrating.page
    wait_for(lambda: page.system is not None, 30, what="the systems")
    place.window.show_page("integration")
    wait_for(lambda: page.keys.facts is not None and not console.jobs.running, 30, what="the keys")
    clumsy, dialog = Clumsy(), order_key(page, "A key of the console's")
    raw = raw_of(dialog)
    Form(dialog).push("secret_copy")
    was_on_clipboard = raw in QGuiApplication.clipboard().text()
    clumsy.asked.emit(raw)
    opened("crash_window", CrashWindow).close()
    blank = _is_blank(dialog)
    store(dialog, "reveal_guide")
    guide = opened("setup_guide", SetupGuide)
    clumsy.asked.emit(raw)
    opened("crash_window", CrashWindow).close()
    guide.close()
    wait_for(lambda: not console.jobs.running, what="the page to be read")
    place.lock_asked.emit()
    return Seen(raw, len(list(guard.folder.glob("report-*.txt"))), blank, was_on_clipboard)


def _is_blank(dialog: QDialog) -> bool:
    """Whether two keys give the same picture."""
    pictures = []
    field = find(dialog, "secret_text", QLineEdit)
    kept = field.text()
    for text in (kept, "0" * len(kept)):
        field.setText(text)
        pictures.append(screens.picture(dialog).toImage())
    field.setText(kept)
    return pictures[0] == pictures[1]


if __name__ == "__main__":
    main()
    # The windows are still there; Qt would take them down after Python has gone.
    os._exit(0)
