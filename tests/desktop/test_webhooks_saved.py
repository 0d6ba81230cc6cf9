"""Webhooks against the real database: added, changed, ended, their secrets, in the whole window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from govdesk.config.preferences import Preferences
from govdesk.database.demo import Person
from govdesk.desktop.webhooks.page import WebhooksPage
from govdesk.desktop.webhooks.resuming import ResumeDialog
from govdesk.desktop.webhooks.reveal import SecretDialog
from govdesk.desktop.webhooks.rotating import RotateDialog
from govdesk.domain.webhooks import read_secret
from govdesk.jobs import Jobs
from govdesk.services import nodes, webhook_changes, webhooks
from govdesk.services.link import Link, Unreachable
from govdesk.services.organization import Here
from govdesk.services.webhook_drafts import draft_of
from govdesk.services.webhooks import Webhook
from govdesk.vault import inboxes, worker_key
from tests.database.webhook_worlds import SIEM, Hand, added
from tests.deciding import name_reviewer, need_second_human
from tests.desktop import driving
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.governed import OpenedPage, help_of, opened_page, settle, words_of
from tests.desktop.office import Desk, Form, Office
from tests.doors import cooled, seat
from tests.people import ADA, CARLA, OLGA, Cast

__all__ = ["opened_page"]

CLAIMS = "acme.claims"
PASTED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OpenedWebhooks = Callable[..., WebhooksPage]


@pytest.fixture
def hand(cast: Cast, tmp_path: Path) -> Hand:
    return Hand(cast, tmp_path)


@pytest.fixture
def opened_webhooks(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage, tmp_path: Path, qapp: QObject
) -> OpenedWebhooks:
    """The page before somebody of the cast, read."""
    session = cast.sign_in(OLGA)
    systems = [one for one in nodes.all_nodes(session) if one.kind == "system"]
    kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
    driving.ending.callback(kept.close)

    def open_it(person: Person = OLGA, *, of_system: bool = False) -> WebhooksPage:
        def make(link: Link, jobs: Jobs, here: Here) -> WebhooksPage:
            page = WebhooksPage(link, jobs, kept, here, UTC, of_system=of_system)
            page.take_systems(systems, CLAIMS)
            return page

        page: WebhooksPage = opened_page(person, make)
        settle(jobs)
        return page

    return open_it


def stored(cast: Cast) -> list[Webhook]:
    return webhooks.list_webhooks(cast.sign_in(OLGA))


def secret_in_database(cast: Cast, which: str, folder: Path) -> bytes:
    """What the worker finds in the newest inbox of a webhook."""
    found = cast.admin.execute(
        "SELECT id, inbox FROM govdesk.webhook_secret WHERE webhook_id = %s::uuid"
        " ORDER BY version DESC LIMIT 1",
        (which,),
    ).fetchone()
    assert found is not None
    place = inboxes.place(cast.tenant_id(), inboxes.SECRETS, found[0])
    return inboxes.open_inbox(worker_key.read(folder / "worker-key.json"), place, bytes(found[1]))


def fill_in(page: WebhooksPage, name: str = "Security team", **more: str) -> Form:
    """Write a new webhook by keyboard, without a secret."""
    form = Form(page)
    form.push(f"{page._name}_add")
    form.type("webhook_description", name)
    form.type("webhook_url", more.get("url", "https://siem.example.com/hooks/govdesk"))
    form.type("webhook_events", "member.*")
    form.press("Return")
    return form


def store(dialog: QDialog) -> str:
    """Tick that the secret is stored and close; returns the secret that was shown."""
    shown = find(dialog, "secret_text", QLineEdit).text()
    form = Form(dialog)
    find(dialog, "webhook_secret_stored", QCheckBox).setFocus()
    form.press("Space")
    form.push("webhook_secret_close")
    return shown


# Adding


def test_a_webhook_is_added_by_keyboard_and_its_secret_is_shown_once(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks, tmp_path: Path
) -> None:
    page = opened_webhooks()
    before = cast.last_seq()
    assert page.webhooks.list.state.state == "empty"
    form = fill_in(page)
    form.push("webhook_secret_generate")
    form.push("webhook_save")
    page.webhooks.panel.save()
    dialog = opened("webhook_secret_dialog", SecretDialog)
    settle(jobs)
    (one,) = stored(cast)
    assert (one.description, one.events, one.system_id) == ("Security team", ("member.*",), None)
    shown = store(dialog)
    assert shown.startswith("whsec_")
    assert read_secret(shown).raw == secret_in_database(cast, one.id, tmp_path)
    actions = [row["action"] for row in cast.rows(before)]
    assert actions.count("webhook.created") == 1
    assert page.webhooks.panel.mode == "view"
    assert words_of(page, "webhook_panel_title") == "Security team"
    settle(jobs)
    assert words_of(page, "webhook_secret_state").startswith("Version 1")
    texts = [str(widget.text()) for widget in page.findChildren(QLineEdit)]
    assert not any(shown in text for text in texts)


def test_what_is_typed_while_it_is_saved_is_about_what_is_stored_then(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    page = opened_webhooks()
    form = fill_in(page)
    form.push("webhook_secret_generate")
    form.push("webhook_save")
    line = find(page, "webhook_description", QLineEdit)
    write(line, ", by night")
    store(opened("webhook_secret_dialog", SecretDialog))
    settle(jobs)
    assert [one.description for one in stored(cast)] == ["Security team"]
    assert (page.webhooks.panel.mode, line.text()) == ("edit", "Security team, by night")
    form.push("webhook_save")
    press(line, "End")
    write(line, " and day")
    settle(jobs)
    assert [one.description for one in stored(cast)] == ["Security team, by night"]
    assert (page.webhooks.panel.mode, line.text()) == ("edit", "Security team, by night and day")
    form.push("webhook_save")
    settle(jobs)
    assert page.webhooks.panel.mode == "view"
    assert [one.description for one in stored(cast)] == ["Security team, by night and day"]


def test_a_pasted_secret_is_the_one_that_is_handed_over(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks, tmp_path: Path
) -> None:
    page = opened_webhooks()
    form = fill_in(page)
    form.type("webhook_secret", PASTED)
    form.push("webhook_save")
    assert store(opened("webhook_secret_dialog", SecretDialog)) == PASTED
    settle(jobs)
    (one,) = stored(cast)
    assert secret_in_database(cast, one.id, tmp_path) == read_secret(PASTED).raw


def test_saving_again_after_a_lost_answer_makes_one(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks, monkeypatch: Any
) -> None:
    page = opened_webhooks()
    form = fill_in(page)
    form.push("webhook_secret_generate")
    panel = page.webhooks.panel
    secret = panel.form.secret.secret
    assert secret is not None
    # The first one is written, and its answer never comes.
    webhook_changes.add(cast.sign_in(OLGA), panel.form.values().draft, secret.text)
    form.push("webhook_save")
    assert store(opened("webhook_secret_dialog", SecretDialog)) == secret.text
    settle(jobs)
    assert len(stored(cast)) == 1


def test_without_any_worker_ever_the_page_says_so_and_keeps_what_is_typed(
    cast: Cast, jobs: Jobs, opened_webhooks: OpenedWebhooks
) -> None:
    page = opened_webhooks()
    assert "No worker has ever" in words_of(page, "webhooks_no_worker_words")
    form = fill_in(page)
    form.push("webhook_secret_generate")
    form.push("webhook_save")
    settle(jobs)
    assert "worker" in words_of(page, "webhook_message")
    assert stored(cast) == []
    assert find(page, "webhook_description", QLineEdit).text() == "Security team"
    assert page.webhooks.panel.form.secret.secret is not None


def test_on_the_page_of_a_system_it_stands_there(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    added(cast.sign_in(OLGA))
    page = opened_webhooks(of_system=True)
    assert page.webhooks.list.model.rowCount() == 0
    form = fill_in(page, "Claims")
    form.push("webhook_secret_generate")
    form.push("webhook_save")
    store(opened("webhook_secret_dialog", SecretDialog))
    settle(jobs)
    assert page.webhooks.list.model.rowCount() == 1
    made = next(one for one in stored(cast) if one.description == "Claims")
    assert made.node_path == CLAIMS


def test_a_private_address_asks_two_where_the_policy_says_so(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    name_reviewer(cast, ADA.email)
    need_second_human(cast, "webhook.open")
    page = opened_webhooks()
    form = fill_in(page)
    form.push("webhook_secret_generate")
    panel = page.webhooks.panel
    panel.form.more.button.setChecked(True)
    panel.form.allow.set_text("10.20.0.0/16:443")
    form.push("webhook_save")
    ask = opened("ask_dialog", QDialog)
    assert "10.20.0.0/16:443" in words_of(ask, "ask_what")
    find(ask, "ask_reason", QPlainTextEdit).setFocus()
    asking = Form(ask)
    asking.write("The SIEM stands in our network")
    asking.push("ask_submit")
    store(opened("webhook_secret_dialog", SecretDialog))
    settle(jobs)
    (one,) = stored(cast)
    assert one.allow == ()
    assert cast.one("SELECT count(*) FROM govdesk.decision WHERE action = 'webhook.open'") == 1


def test_a_confirmation_that_is_too_old_is_asked_for_and_nothing_is_lost(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    page = opened_webhooks()
    form = fill_in(page)
    form.push("webhook_secret_generate")
    cooled(cast)
    form.push("webhook_save")
    settle(jobs)
    dialog = opened("ConfirmForm", QDialog)
    assert "where data of the organization go" in words_of(dialog, "purpose")
    press(dialog, "Escape")
    assert find(page, "webhook_description", QLineEdit).text() == "Security team"
    assert stored(cast) == []
    assert find(page, "webhook_save").isEnabled()


# Changing


def test_a_change_is_saved_and_a_conflict_shows_both(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    olga = cast.sign_in(OLGA)
    one = added(olga).webhook
    page = opened_webhooks()
    page.select_entity(one.id)
    form = Form(page)
    form.push("webhook_edit")
    webhook_changes.save(olga, replace(draft_of(one), description="Security desk"))
    form.type("webhook_description", "Night watch")
    form.push("webhook_save")
    settle(jobs)
    assert "changed meanwhile" in words_of(page, "webhook_conflict_sentence")
    assert stored(cast)[0].description == "Security desk"
    form.push("webhook_conflict_keep")
    settle(jobs)
    assert stored(cast)[0].description == "Night watch"
    assert page.webhooks.panel.mode == "view"


def test_a_change_whose_answer_was_lost_is_no_conflict(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    olga = cast.sign_in(OLGA)
    one = added(olga).webhook
    page = opened_webhooks()
    page.select_entity(one.id)
    form = Form(page)
    form.push("webhook_edit")
    form.type("webhook_description", "Night watch")
    panel = page.webhooks.panel
    webhook_changes.save(olga, replace(panel.form.values().draft, before=one))
    panel._on_refused(panel.shown, Unreachable("The server does not answer."))
    assert "not saved twice" in words_of(page, "webhook_message")
    form.push("webhook_save")
    settle(jobs)
    assert panel.mode == "view"
    assert not find(page, "webhook_conflict").isVisible()
    assert stored(cast)[0].description == "Night watch"


def test_a_disabled_one_is_resumed_with_what_it_missed(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    olga = cast.sign_in(OLGA)
    one = added(olga).webhook
    hand.fan_out()
    page = opened_webhooks()
    page.select_entity(one.id)
    form = Form(page)
    form.push("webhook_toggle")
    settle(jobs)
    assert page.webhooks.panel.view.state.word == "disabled: by a person"
    for name in ("Late", "Later"):
        nodes.create(olga, name, "system")
    form.push("webhook_toggle")
    dialog = opened("resume_webhook", ResumeDialog)
    settle(jobs)
    assert find(dialog, "resume_webhook_go", QPushButton).text() == "Send what was missed (2)"
    Form(dialog).push("resume_webhook_go")
    settle(jobs)
    assert stored(cast)[0].status == "active"
    hand.fan_out()
    assert len(hand.claim()) == 2
    assert page.webhooks.panel.view.state.word in ("new", "healthy")


def test_deleting_by_keyboard_takes_it_from_the_list(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    one = added(cast.sign_in(OLGA)).webhook
    page = opened_webhooks()
    page.select_entity(one.id)
    Form(page).push("webhook_delete")
    dialog = opened("delete_webhook", QDialog)
    Form(dialog).push("delete_webhook_confirm")
    settle(jobs)
    assert stored(cast) == []
    assert not page.webhooks.panel.isVisible()
    assert page.webhooks.list.state.state == "empty"


def test_a_rotated_secret_is_shown_once_and_the_one_before_signs_along(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks, tmp_path: Path
) -> None:
    one = added(cast.sign_in(OLGA)).webhook
    page = opened_webhooks()
    page.select_entity(one.id)
    settle(jobs)
    Form(page).push("webhook_rotate")
    dialog = opened("rotate_webhook", RotateDialog)
    box = find(dialog, "rotate_webhook_grace", QComboBox)
    box.setCurrentIndex(box.findData(72))
    assert "72 hours" in help_of(dialog, "rotate_webhook_grace")
    Form(dialog).push("rotate_webhook_go")
    shown = store(opened("webhook_secret_dialog", SecretDialog))
    settle(jobs)
    assert read_secret(shown).raw == secret_in_database(cast, one.id, tmp_path)
    versions = webhooks.secrets(cast.sign_in(OLGA), one.id)
    assert [(v.version, v.status) for v in versions] == [(2, "current"), (1, "previous")]
    assert "Version 1 signs along until" in words_of(page, "webhook_secret_state")
    Form(page).push("webhook_retire")
    settle(jobs)
    assert "signs along" not in words_of(page, "webhook_secret_state")


# In the window


def rows_of(desk: Desk) -> list[str]:
    model = desk.place.window.navigation.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_both_places_are_in_the_navigation(office: Office) -> None:
    desk = office.desk(OLGA)
    wait_for(lambda: "SIEM" in rows_of(desk), what="the systems")
    rows = rows_of(desk)
    assert "Webhooks" in rows
    at = rows.index("Claims triage")
    assert rows[at + 1 : at + 3] == ["Integration", "SIEM"]
    navigation = desk.place.window.navigation
    navigation.setFocus()
    navigation.setCurrentIndex(navigation.model().index(at + 2, 0))
    assert desk.place.window.page == "siem"
    siem = desk.place.webhooking.siem
    assert siem.system is not None
    assert siem.system.node_path == CLAIMS


def test_home_opens_the_webhook_that_needs_somebody(office: Office, tmp_path: Path) -> None:
    Hand(office.cast, tmp_path)
    olga = seat(office.cast, OLGA.email)
    one = added(olga, replace(SIEM, description="Watched"))
    desk = office.desk(OLGA, page="home")
    desk.place.open_page("webhooks", one.webhook.id)
    page = desk.place.webhooking.page
    assert desk.place.window.page == "webhooks"
    wait_for(lambda: page.webhooks.panel.isVisible(), what="the webhook")
    assert words_of(page, "webhook_panel_title") == "Watched"
    actions = desk.place.actions
    wait_for(lambda: not actions.reason("webhooks.edit"), what="the actions to follow")
    assert "not disabled" in actions.reason("webhooks.resume")
    actions.run("webhooks.edit")
    assert page.webhooks.panel.mode == "edit"
    desk.place.window.show_page("home")
    assert actions.reason("webhooks.edit") == "Go to Webhooks first."


def test_who_may_only_read_cannot_add(office: Office) -> None:
    desk = office.desk(CARLA)
    actions = desk.place.actions
    desk.place.window.show_page("webhooks")
    page = desk.place.webhooking.page
    wait_for(lambda: page.webhooks._is_read, what="the list")
    assert not find(page, "webhooks_add").isEnabled()
    assert "add, change and delete webhooks" in actions.reason("webhooks.add")
    assert QApplication.activeModalWidget() is None


def test_one_that_starts_from_now_sends_nothing_of_before(
    cast: Cast, jobs: Jobs, hand: Hand, opened_webhooks: OpenedWebhooks
) -> None:
    olga = cast.sign_in(OLGA)
    one = added(olga).webhook
    webhook_changes.disable(olga, one.id)
    nodes.create(olga, "Missed", "system")
    page = opened_webhooks()
    page.select_entity(one.id)
    Form(page).push("webhook_toggle")
    dialog = opened("resume_webhook", ResumeDialog)
    settle(jobs)
    Form(dialog).push("resume_webhook_skip")
    settle(jobs)
    assert stored(cast)[0].status == "active"
    hand.fan_out()
    assert hand.claim() == []
