"""The page Integration in a window of its own, over a database of the test's own.

``opened_keys(OLGA)``  signs in and shows the keys of Claims triage, read
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QWidget

from govdesk.config.preferences import Preferences
from govdesk.database.demo import Person
from govdesk.desktop.keys.page import IntegrationPage
from govdesk.jobs import Jobs
from govdesk.services import nodes
from govdesk.services.link import Link
from govdesk.services.organization import Here
from govdesk.services.verifying_keys import Verifier
from tests.desktop import driving
from tests.desktop.driving import find, opened, wait_for
from tests.desktop.governed import OpenedPage, settle
from tests.desktop.office import Form
from tests.keys import CLAIMS, Door
from tests.people import OLGA, Cast

OpenedKeys = Callable[[Person], IntegrationPage]


@pytest.fixture
def opened_keys(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage, tmp_path: Path, qapp: QObject
) -> OpenedKeys:
    """Show the page to one of the cast."""
    systems = [one for one in nodes.all_nodes(cast.sign_in(OLGA)) if one.kind == "system"]
    kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
    driving.ending.callback(kept.close)

    def make(link: Link, jobs: Jobs, here: Here) -> IntegrationPage:
        page = IntegrationPage(link, jobs, kept, here, UTC)
        page.take_systems(systems, CLAIMS)
        return page

    def open_it(person: Person) -> IntegrationPage:
        page: IntegrationPage = opened_page(person, make)
        wait_for(lambda: page.keys.facts is not None, what="the keys")
        settle(jobs)
        return page

    return open_it


def front(page: QWidget) -> QWidget:
    """The dialog that is open, or the page."""
    return QApplication.activeModalWidget() or page


def order_key(page: IntegrationPage, label: str = "Claims intake") -> QDialog:
    """Fill in the form by keyboard; returns the dialog that shows the key."""
    form = Form(page)
    form.push("keys_generate")
    form.type("generate_label", label)
    form.push("generate_go")
    return opened("reveal_dialog", QDialog)


def raw_of(dialog: QDialog) -> str:
    """The key that a dialog shows."""
    return find(dialog, "secret_text", QLineEdit).text()


def store(dialog: QDialog, button: str = "reveal_close") -> None:
    """Tick that the key is stored, by keyboard, and leave the dialog by a button."""
    form = Form(dialog)
    box = find(dialog, "reveal_stored", QCheckBox)
    for _ in range(10):
        if dialog.focusWidget() is box:
            break
        form.press("Tab")
    form.press("Space")
    form.push(button)


def send_event(door: Door, raw: str, summary: str = "First event of this system") -> None:
    """What the web pages do with an event that a program sent with this key."""
    event = {
        "action": "system.event",
        "severity": "info",
        "entity_type": "system",
        "summary": summary,
    }
    with door.connection.transaction():
        assert not Verifier(door.file).verify(door.connection, raw).refusal
        door.connection.execute(
            "SELECT govdesk_api.record_events(%s::jsonb)", (json.dumps([event]),)
        )
