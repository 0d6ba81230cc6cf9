"""Connections: the list, the typed form, what is refused and kept nowhere, Test, what stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.database import sign_in
from govdesk.desktop.integrations import allowing, columns, judging, samples
from govdesk.desktop.integrations.fields import ReferenceField
from govdesk.desktop.integrations.part import MANAGE, IntegrationsPart
from govdesk.desktop.integrations.private import PrivateField
from govdesk.desktop.widgets import covered
from govdesk.domain import integrations as kinds
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import integrations, nodes, vault_identity
from govdesk.services.integrations import Draft, Integration, Outcome
from govdesk.services.link import Link
from govdesk.services.organization import Here
from tests.desktop import driving
from tests.desktop.driving import find, opened, press, show, wait_for, write
from tests.desktop.governed import OpenedPage, help_of, opened_page, settle, words_of
from tests.desktop.office import Form, Office
from tests.people import ADA, MEI, OLGA, PASSWORD, Cast

__all__ = ["opened_page"]

HERE = Here("Acme Ltd", "acme", "dev", "ada@acme.example", "Ada Admin", "user:ada@acme.example",
            {MANAGE: ["acme"]})  # fmt: skip
# Made up for these tests, in the form of a vendor's.
TOKEN = "ghp_" + 4 * "x7Gq2Lm9R"
CLAIMS = "acme.claims"


@pytest.fixture
def lone(jobs: Jobs, tmp_path: Path) -> Callable[..., IntegrationsPart]:
    """A part whose server is away, for what needs none."""

    def make(here: Here = HERE) -> IntegrationsPart:
        link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
        kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
        driving.ending.callback(kept.close)
        driving.ending.callback(link.close)
        part = IntegrationsPart(link, jobs, kept, here, UTC)
        part.show_system(samples.NODE)
        show(part, 1080, 760)
        settle(jobs)
        return part

    return make


@pytest.fixture
def filled(lone: Callable[..., IntegrationsPart]) -> IntegrationsPart:
    """The same with the connections of the pictures."""
    part = lone()
    part.show_list(samples.connections())
    return part


def paste(line: QWidget, text: str) -> None:
    """Put a text on the clipboard and press Ctrl+V in a field."""
    QGuiApplication.clipboard().setText(text)
    line.setFocus()
    press(line, "Ctrl+V")


def make_part(tmp_path: Path) -> Callable[[Link, Jobs, Here], IntegrationsPart]:
    """How `opened_page` builds the part, for the system Claims triage."""

    def make(link: Link, jobs: Jobs, here: Here) -> IntegrationsPart:
        kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
        driving.ending.callback(kept.close)
        return IntegrationsPart(link, jobs, kept, here, UTC)

    return make


@pytest.fixture
def claims(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage, tmp_path: Path
) -> Callable[..., IntegrationsPart]:
    """The part before somebody of the cast, at the system Claims triage."""

    def open_it(person: Any = ADA) -> IntegrationsPart:
        part: IntegrationsPart = opened_page(person, make_part(tmp_path))
        part.show_system(nodes.find(cast.sign_in(OLGA), CLAIMS))
        settle(jobs)
        return part

    return open_it


def stored(cast: Cast) -> list[Integration]:
    """What the database holds for Claims triage."""
    session = cast.sign_in(OLGA)
    return integrations.list_integrations(session, nodes.find(session, CLAIMS).id)


def kept(cast: Cast, **more: Any) -> Integration:
    """One connection, saved by Olga."""
    session = cast.sign_in(OLGA)
    draft = Draft(
        system_id=nodes.find(session, CLAIMS).id,
        **{
            "kind": "splunk",
            "name": "SOC",
            "settings": {"url": "https://splunk.acme.example:8088"},
            "secret_refs": {"token": "env://SPLUNK_TOKEN"},
        }
        | more,
    )
    which = integrations.save(session, draft).id
    return next(one for one in stored(cast) if one.id == which)


# What may stand where


@pytest.mark.parametrize(
    "text", ["", "e", "env:", "env://", "env://SMTP_PASSWORD", "vault://a/b#c", "keyring://x"]
)
def test_whatever_can_become_a_reference_may_be_typed(text: str) -> None:
    assert judging.reference(text, "env://X") == ""


@pytest.mark.parametrize("text", ["h", "hunter2", "ENV://X", TOKEN, f"env://{TOKEN}", "envy"])
def test_nothing_else_may_and_the_answer_does_not_repeat_it(text: str) -> None:
    sentence = judging.reference(text, "env://SMTP_PASSWORD")
    assert "env://SMTP_PASSWORD" in sentence
    assert len(text) < 3 or text not in sentence


@pytest.mark.parametrize("text", ["10.20.0.0/16:5432", "[fd12::/64]:443", "192.168.7.4/32:25"])
def test_a_network_with_a_port_may_be_allowed(text: str) -> None:
    assert allowing.fault(f" {text} ,\n{text}") == ""
    assert allowing.entries(f" {text} ,\n{text}") == (text,)


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8", "10.20.0.1/16:22", "db:5432", "10.0.0.0/16:0", "0.0.0.0/0:22"]
)
def test_anything_else_is_answered_with_how_to_write_it(text: str) -> None:
    assert f"“{text}”" in allowing.fault(text)


def test_the_target_is_the_host_and_never_who_signs_in() -> None:
    one = samples.connections()[0]
    assert columns.target(one) == "mail.acme.example:587"
    web = replace(one, settings={"url": "https://user@api.example.com:8443/x"})
    assert columns.target(web) == "api.example.com:8443"
    assert (
        columns.target(replace(one, settings={"host": "fd12::1", "port": "25"})) == "[fd12::1]:25"
    )


# Five states


def test_without_the_server_the_part_says_so_and_asks_again_on_demand(
    lone: Callable[..., IntegrationsPart], jobs: Jobs
) -> None:
    part = lone()
    troubles: list[object] = []
    part.trouble.connect(troubles.append)
    assert part.states.state == "error"
    Form(part, part.states).push("state_action")
    settle(jobs)
    assert len(troubles) == 1


def test_without_the_permission_it_says_which_and_who_grants_it(
    lone: Callable[..., IntegrationsPart],
) -> None:
    part = lone(replace(HERE, permissions={}))
    assert part.states.state == "not permitted"
    assert MANAGE in words_of(part.states, "state_sentence")
    assert not find(part, "connection_add").isVisible()


def test_a_grant_on_another_system_does_not_open_this_one(
    lone: Callable[..., IntegrationsPart],
) -> None:
    part = lone(replace(HERE, permissions={MANAGE: ["acme.claims2", "acme.portal"]}))
    assert part.states.state == "not permitted"


def test_the_empty_list_offers_the_eight_kinds_by_keyboard(
    lone: Callable[..., IntegrationsPart],
) -> None:
    part = lone()
    part.show_list([])
    assert len(part.offering.kinds.buttons) == len(kinds.KINDS) == 8
    for one in part.offering.kinds.buttons:
        assert one.kind.title in one.accessibleName()
    part.offering.kinds.buttons[0].setFocus()
    press(part, "Down")
    press(part, "Return")
    assert part.panel.form.kind is part.offering.kinds.buttons[1].kind
    assert part.window().focusWidget() is find(part, "connection_name")


# The list


def test_a_row_says_kind_target_last_test_and_status(filled: IntegrationsPart) -> None:
    sentences = [
        str(filled.list.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(filled.list.model.rowCount())
    ]
    mail = next(one for one in sentences if one.startswith("Mail,"))
    assert "mail.acme.example:587" in mail
    assert "answered" in mail
    assert "active" in mail


def test_enter_opens_a_connection_and_escape_gives_the_keyboard_back(
    filled: IntegrationsPart,
) -> None:
    filled.list.table.setFocus()
    filled.list.table.go_to(0)
    press(filled, "Return")
    assert filled.panel.isVisible()
    assert filled.panel.isAncestorOf(filled.window().focusWidget())
    press(filled, "Escape")
    assert not filled.panel.isVisible()
    assert filled.window().focusWidget() is filled.list.table


def test_the_list_is_found_through(filled: IntegrationsPart) -> None:
    filled.go_to_filter()
    write(filled, "splunk.acme")
    assert filled.list.model.rowCount() == 1


def test_a_connection_that_is_read_says_what_is_set_and_not_how_to_fill_it(
    filled: IntegrationsPart,
) -> None:
    filled.select_entity(samples.connections()[0].id)
    assert find(filled, "connection_encryption_shown", QLineEdit).text() == "STARTTLS"
    assert not filled.panel.form.fields["encryption"].control.isVisible()
    assert help_of(filled, "connection_host") == ""
    assert help_of(filled, "connection_password") == (
        "Points to the environment variable SMTP_PASSWORD."
    )
    filled.panel.edit()
    assert filled.panel.form.fields["encryption"].control.isVisible()
    assert find(filled, "connection_encryption_shown").isHidden()
    assert help_of(filled, "connection_host") == "Name or address of the server."


def test_what_every_connection_needs_stands_above_the_certificate(
    filled: IntegrationsPart,
) -> None:
    filled.begin_new()
    for kind in kinds.KINDS:
        filled.panel.begin(kind.name)
        names = list(filled.panel.form.fields)
        assert names[0] == "name"
        assert names[-2:] == ["ca", "allow"]


def test_the_example_of_a_private_address_has_the_port_of_the_kind(
    filled: IntegrationsPart,
) -> None:
    filled.begin_new()
    for kind, port in (("smtp", "587"), ("database", "5432"), ("http", "443")):
        filled.panel.begin(kind)
        said = filled.panel.form.allow.control.accessibleDescription()
        assert f"10.20.0.0/16:{port}" in said


def test_a_new_private_value_is_seen_while_it_is_typed(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("smtp")
    line = find(filled, "connection_user", QLineEdit)
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    Form(filled).type("connection_user", "mailer")
    with covered(filled):
        assert line.echoMode() is QLineEdit.EchoMode.Password
    filled.forget()
    assert line.echoMode() is QLineEdit.EchoMode.Password


# Three sorts of fields


def test_each_sort_of_field_has_its_mark_in_words(filled: IntegrationsPart) -> None:
    filled.begin_new()
    for kind in kinds.KINDS:
        filled.panel.begin(kind.name)
        for one in kind.fields:
            field = filled.panel.form.fields[one.name]
            words = {label.text() for label in field.findChildren(QLabel)}
            assert ("Reference" in words) is (one.column == "ref"), one.name
            assert ("Private" in words) is (one.column == "sealed"), one.name
            assert isinstance(field, ReferenceField) is (one.column == "ref")
            assert isinstance(field, PrivateField) is (one.column == "sealed")


def test_a_reference_is_put_into_words_as_soon_as_it_is_one(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("splunk")
    line = find(filled, "connection_token", QLineEdit)
    assert line.placeholderText() == "vault://soc/splunk#token"
    line.setFocus()
    write(filled, "env://SPLUNK")
    assert "environment variable SPLUNK" in help_of(filled, "connection_token")
    press(line, "Ctrl+A")
    press(line, "Del")
    write(line, "vault://soc")
    press(line, "Tab")
    assert "not complete" in help_of(filled, "connection_token")


@pytest.mark.parametrize("text", [TOKEN, "correct horse battery", f"env://{TOKEN}", f"  {TOKEN}\n"])
def test_a_raw_secret_pasted_for_a_reference_stays_nowhere(
    filled: IntegrationsPart, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    filled.begin_new()
    filled.panel.begin("splunk")
    line = find(filled, "connection_token", QLineEdit)
    paste(line, text)
    assert line.text() == ""
    assert not line.isUndoAvailable()
    press(line, "Ctrl+Z")
    press(line, "Ctrl+Shift+Z")
    assert line.text() == ""
    said = help_of(filled, "connection_token")
    assert "such as vault://soc/splunk#token" in said
    assert text.strip() not in said
    assert text.strip() not in caplog.text
    assert text.strip() not in repr(filled.panel.form.values())


def test_a_reference_that_stood_there_stays_when_a_secret_is_pasted_over_it(
    filled: IntegrationsPart,
) -> None:
    filled.select_entity(samples.connections()[1].id)
    filled.panel.edit()
    line = find(filled, "connection_token", QLineEdit)
    before = line.text()
    line.selectAll()
    paste(line, TOKEN)
    assert line.text() == before
    assert "GitHub" in help_of(filled, "connection_token")


def test_a_whole_reference_is_pasted_with_the_spaces_around_it(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("splunk")
    line = find(filled, "connection_token", QLineEdit)
    paste(line, "  vault://soc/splunk#token\n")
    assert filled.panel.form.fields["token"].text == "vault://soc/splunk#token"
    assert filled.panel.form.values().secret_refs == {"token": "vault://soc/splunk#token"}


def test_a_raw_secret_is_refused_in_open_text_too(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("http")
    for name in ("connection_name", "connection_url"):
        line = find(filled, name, QLineEdit)
        paste(line, f"https://example.com/?key={TOKEN}")
        assert line.text() == ""
        assert "GitHub" in help_of(filled, name)
    box = find(filled, "connection_allow", QPlainTextEdit)
    source = QMimeData()
    source.setText(TOKEN)
    box.insertFromMimeData(source)
    write(box, TOKEN)
    assert TOKEN not in box.toPlainText()
    assert not box.document().isUndoAvailable()


def test_how_references_work_is_one_key_away(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("splunk")
    button = find(filled, "connection_references", QToolButton)
    button.setFocus()
    press(button, "Space")
    words = words_of(filled, "connection_references_words")
    for scheme in ("vault://", "awssm://", "gcpsm://", "env://", "keyring://"):
        assert scheme in words


# Private values


def private_kind() -> tuple[str, str]:
    """A kind with a private field, and that field's name."""
    return next(
        (kind.name, one.name)
        for kind in kinds.KINDS
        for one in kind.fields
        if one.column == "sealed"
    )


def sealed_one() -> Integration:
    kind, _ = private_kind()
    return replace(samples.connections()[0], kind=kind, settings={}, secret_refs={}, key_version=1)


def test_a_sealed_value_is_masked_and_its_length_is_not_shown(filled: IntegrationsPart) -> None:
    _, name = private_kind()
    filled.panel.show_connection(sealed_one())
    filled.panel.show()
    line = find(filled, f"connection_{name}", QLineEdit)
    assert line.text() == ""
    assert line.isReadOnly()
    assert "Reveal" in line.placeholderText()
    filled.panel._on_revealed(sealed_one().id, {name: "reporting"})
    assert line.text() == "reporting"
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    with covered(filled):
        assert line.echoMode() is QLineEdit.EchoMode.Password
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    filled.forget()
    assert line.text() == ""


def test_a_closed_vault_is_explained_at_the_field(filled: IntegrationsPart) -> None:
    _, name = private_kind()
    filled.panel.show_connection(sealed_one())
    filled.panel.show()
    filled.panel._on_sealed(sealed_one().id, Problem("The vault is closed.", "Sign in again."))
    assert help_of(filled, f"connection_{name}") == "The vault is closed. Sign in again."


def test_what_stays_sealed_is_left_alone_and_what_is_revealed_is_sealed_anew(
    filled: IntegrationsPart,
) -> None:
    _, name = private_kind()
    filled.panel.show_connection(sealed_one())
    filled.panel.edit()
    assert filled.panel.form.values().private is None
    filled.panel._on_revealed(sealed_one().id, {name: "reporting"})
    assert filled.panel.form.values().private == {name: "reporting"}
    assert "reporting" not in repr(filled.panel.form.values())


# Nothing typed is lost


def test_what_is_typed_comes_back_when_one_has_looked_at_another(filled: IntegrationsPart) -> None:
    first, second = samples.connections()[:2]
    filled.select_entity(first.id)
    filled.panel.edit()
    Form(filled).type("connection_name", "Mail of the clinic")
    filled.select_entity(second.id)
    assert find(filled, "connection_name", QLineEdit).text() == second.name
    filled.show_list(samples.connections())
    filled.select_entity(first.id)
    assert find(filled, "connection_name", QLineEdit).text() == "Mail of the clinic"
    assert find(filled, "connection_save").isEnabled()


def test_a_new_connection_that_is_half_written_comes_back_even_from_another_system(
    filled: IntegrationsPart,
) -> None:
    filled.begin_new()
    filled.panel.begin("http")
    driving.settle()
    Form(filled).type("connection_url", "https://tickets.acme.example")
    other = replace(samples.NODE, id="another", node_path="acme.portal")
    filled.show_system(other)
    filled.begin_new()
    assert find(filled, "connection_new").isVisible()
    filled.show_system(samples.NODE)
    filled.begin_new()
    assert not find(filled, "connection_new").isVisible()
    assert find(filled, "connection_url", QLineEdit).text() == "https://tickets.acme.example"


def test_an_answer_about_the_system_before_comes_too_late(filled: IntegrationsPart) -> None:
    other = replace(samples.NODE, id="another", node_path="acme.portal")
    filled.show_system(other)
    found = samples.connections()
    filled._on_read(samples.NODE, (found, filled.list.prepared(found)))
    assert filled._found == []


def test_what_was_saved_while_another_is_looked_at_does_not_come_back_as_a_draft(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    first, second = kept(cast), kept(cast, name="Other")
    part = claims()
    part.select_entity(first.id)
    form = Form(part)
    form.push("connection_edit")
    form.type("connection_name", "Night watch")
    form.push("connection_save")
    part.select_entity(second.id)
    settle(jobs)
    assert words_of(part, "connection_panel_title") == "Other"
    part.select_entity(first.id)
    assert part.panel.mode == "view"
    assert find(part, "connection_name", QLineEdit).text() == "Night watch"


def test_cancel_shows_what_is_stored(filled: IntegrationsPart) -> None:
    first = samples.connections()[0]
    filled.select_entity(first.id)
    filled.panel.edit()
    form = Form(filled)
    form.type("connection_name", "Mail of the clinic")
    form.push("connection_cancel")
    assert find(filled, "connection_name", QLineEdit).text() == first.name
    assert find(filled, "connection_edit").isVisible()


def test_every_fault_is_said_and_the_first_has_the_keyboard(filled: IntegrationsPart) -> None:
    filled.begin_new()
    filled.panel.begin("smtp")
    find(filled, "connection_allow", QPlainTextEdit).setPlainText("10.0.0.0/8")
    Form(filled).push("connection_save")
    assert "missing" in help_of(filled, "connection_name")
    assert "missing" in help_of(filled, "connection_host")
    assert "a port" in help_of(filled, "connection_allow")
    assert filled.window().focusWidget() is find(filled, "connection_name")


# Test connection


def test_a_test_runs_beside_the_window_and_can_be_given_up(
    filled: IntegrationsPart, jobs: Jobs
) -> None:
    filled.select_entity(samples.connections()[0].id)
    let_go, begun = threading.Event(), threading.Event()
    driving.ending.callback(let_go.set)

    def wait(task: Any) -> Outcome:
        begun.set()
        let_go.wait(10)
        return samples.ANSWERED

    filled.panel.test.run("Mail", wait)
    wait_for(begun.is_set, what="the test to begin")
    cancel = find(filled, "connection_test_cancel", QPushButton)
    assert cancel.isVisible()
    filled.go_to_filter()
    write(filled, "mail")
    assert filled.list.model.rowCount() == 1
    cancel.click()
    assert "cancelled" in words_of(filled, "connection_test_sentence")
    let_go.set()
    settle(jobs)
    assert "cancelled" in words_of(filled, "connection_test_sentence")
    assert find(filled, "connection_test_start").isVisible()


def test_the_outcome_is_a_sentence_with_address_tls_certificate_and_milliseconds(
    filled: IntegrationsPart,
) -> None:
    filled.select_entity(samples.connections()[0].id)
    filled.panel.test.show_outcome(samples.ANSWERED)
    assert words_of(filled, "connection_test_sentence") == samples.ANSWERED.sentence
    detail = words_of(filled, "connection_test_detail")
    assert samples.ANSWERED.detail in detail
    assert "183 ms" in detail
    filled.panel.test.show_outcome(samples.FAILED)
    assert filled.panel.test.pill.word == "failed"


# With the real database


def test_a_connection_is_added_by_keyboard_and_stands_in_the_database(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    part = claims()
    before = cast.last_seq()
    part.offering.kinds.buttons[0].setFocus()
    form = Form(part)
    places = [one.kind.name for one in part.offering.kinds.buttons]
    for _ in range(places.index("splunk")):
        press(part, "Down")
    press(part, "Return")
    assert part.panel.form.kind is not None
    assert part.panel.form.kind.name == "splunk"
    driving.settle()
    form.type("connection_name", "SOC")
    form.type("connection_url", "https://splunk.acme.example:8088")
    form.type("connection_token", "env://SPLUNK_TOKEN")
    form.push("connection_save")
    settle(jobs)
    (one,) = stored(cast)
    assert (one.kind, one.name) == ("splunk", "SOC")
    assert dict(one.secret_refs) == {"token": "env://SPLUNK_TOKEN"}
    assert "integration.created" in [row["action"] for row in cast.rows(before)]
    assert part.list.model.rowCount() == 1
    assert part.panel.mode == "view"
    assert words_of(part, "connection_panel_title") == "SOC"


def test_a_changed_connection_is_saved_and_a_conflict_shows_both(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    one = kept(cast)
    part = claims()
    part.select_entity(one.id)
    form = Form(part)
    form.push("connection_edit")
    olga = cast.sign_in(OLGA)
    theirs = Draft(one_system(cast), one.kind, "Security desk", one.settings, one.secret_refs,
                   None, one.allow, one.id, one)  # fmt: skip
    integrations.save(olga, theirs)
    form.type("connection_name", "Night watch")
    form.push("connection_save")
    settle(jobs)
    assert "changed meanwhile" in words_of(part, "connection_conflict_sentence")
    assert stored(cast)[0].name == "Security desk"
    form.push("connection_conflict_keep")
    settle(jobs)
    assert stored(cast)[0].name == "Night watch"
    assert part.panel.mode == "view"


def one_system(cast: Cast) -> str:
    return nodes.find(cast.sign_in(OLGA), CLAIMS).id


def test_what_the_database_refuses_is_said_beside_the_field(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = claims()
    # Somebody whose form lets everything through, as an older console might.
    monkeypatch.setattr(integrations, "check_draft", lambda draft: {})
    part.begin_new()
    part.panel.begin("http")
    form = Form(part)
    form.type("connection_name", "API")
    form.type("connection_url", "https://api.example.com")
    url = find(part, "connection_url", QLineEdit)
    url.setText(f"https://api.example.com/?key={TOKEN}")
    form.push("connection_save")
    settle(jobs)
    assert "GitHub" in help_of(part, "connection_url")
    assert TOKEN not in help_of(part, "connection_url")
    assert stored(cast) == []


def test_a_connection_is_disabled_enabled_and_deleted_after_it_was_said_what_stops(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    one = kept(cast)
    part = claims()
    part.select_entity(one.id)
    form = Form(part)
    form.push("connection_toggle")
    settle(jobs)
    assert stored(cast)[0].status == "disabled"
    assert find(part, "connection_toggle", QPushButton).text() == "Enable"
    part.select_entity(one.id)
    form.push("connection_toggle")
    settle(jobs)
    assert stored(cast)[0].status == "active"
    part.select_entity(one.id)
    form.push("connection_delete")
    dialog = opened("delete_connection", QDialog)
    assert "no more events" in words_of(dialog, "delete_connection_ends")
    press(dialog, "Escape")
    assert stored(cast)
    form.push("connection_delete")
    Form(opened("delete_connection", QDialog)).push("delete_connection_confirm")
    settle(jobs)
    assert stored(cast) == []
    assert part.stack.currentWidget() is part.offering


def test_a_stored_connection_is_tested_and_the_result_is_kept(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    one = kept(cast, kind="syslog", settings={"host": "127.0.0.1", "port": "6514"}, secret_refs={})
    part = claims()
    part.select_entity(one.id)
    before = cast.last_seq()
    Form(part).push("connection_test_start")
    settle(jobs)
    wait_for(lambda: stored(cast)[0].tested_at is not None, what="the result")
    assert part.panel.test.pill.word == "failed"
    assert "integration.tested" in [row["action"] for row in cast.rows(before)]
    assert "failed" in columns.tested(stored(cast)[0], UTC)


def test_a_draft_is_tested_before_it_is_saved(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    part = claims()
    part.begin_new()
    part.panel.begin("splunk")
    form = Form(part)
    form.type("connection_name", "SOC")
    form.type("connection_url", "https://splunk.acme.example:8088")
    form.type("connection_token", "env://THERE_IS_NO_SUCH_VARIABLE")
    form.push("connection_test_start")
    settle(jobs)
    assert part.panel.test.pill.word == "failed"
    assert "THERE_IS_NO_SUCH_VARIABLE" in words_of(part, "connection_test_sentence")
    assert "THERE_IS_NO_SUCH_VARIABLE" in help_of(part, "connection_token")
    assert part.panel.mode == "new"
    assert stored(cast) == []


def give_password(cast: Cast, part: IntegrationsPart, person: Any = ADA) -> None:
    """Sign somebody in with the password at this console, so that the vault opens."""
    session = cast.sign_in(person)
    salted = sign_in.derive_salted(PASSWORD, sign_in.parameters(cast.admin, person.email))
    part._link.renew(session.token, None, vault_identity.ensure(session, salted))


def begin_private(part: IntegrationsPart) -> str:
    """Fill the form of a kind with a private field; returns that field's name."""
    kind, name = private_kind()
    part.begin_new()
    part.panel.begin(kind)
    driving.settle()
    part.panel.form.name.set_text("With something private")
    for one in kinds.BY_NAME[kind].fields:
        field = part.panel.form.fields[one.name]
        if one.required and not field.text:
            field.set_text(examples[one.name])
    part.panel.form.fields[name].set_text("reporting")
    return name


examples = {
    "host": "db.acme.example",
    "database": "billing",
    "user": "reporting",
    "password": "env://DB_PASSWORD",
    "url": "https://service.acme.example",
    "topic": "acme-on-call",
    "token": "env://TOKEN",
}


def test_a_private_value_is_sealed_and_shown_again_on_reveal(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    part = claims()
    give_password(cast, part)
    name = begin_private(part)
    form = Form(part)
    form.push("connection_save")
    settle(jobs)
    assert words_of(part, "connection_message") == ""
    (one,) = stored(cast)
    assert one.has_sealed
    row = cast.one("SELECT row_to_json(i)::text FROM govdesk.integration i")
    assert "reporting" not in row
    assert b"reporting".hex() not in row
    line = find(part, f"connection_{name}", QLineEdit)
    assert line.text() == ""
    form.push(f"connection_{name}_reveal")
    settle(jobs)
    assert line.text() == "reporting"
    form.push("connection_edit")
    form.type(f"connection_{name}", "auditing")
    form.push("connection_save")
    settle(jobs)
    form.push(f"connection_{name}_reveal")
    settle(jobs)
    assert find(part, f"connection_{name}", QLineEdit).text() == "auditing"


def test_a_session_without_the_password_says_why_nothing_is_shown_and_what_to_do(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    part = claims()
    give_password(cast, part)
    name = begin_private(part)
    Form(part).push("connection_save")
    settle(jobs)
    part._link.renew(cast.sign_in(ADA).token, None)
    Form(part).push(f"connection_{name}_reveal")
    settle(jobs)
    said = help_of(part, f"connection_{name}")
    assert "password" in said
    assert "sign in with your password" in said
    assert find(part, f"connection_{name}", QLineEdit).text() == ""
    Form(part).push("connection_edit")
    Form(part).type("connection_name", "Another name")
    Form(part).push("connection_save")
    settle(jobs)
    (one,) = stored(cast)
    assert (one.name, one.has_sealed) == ("Another name", True)


def test_a_lost_server_loses_nothing_that_was_typed(
    cast: Cast, jobs: Jobs, claims: Callable[..., IntegrationsPart]
) -> None:
    one = kept(cast)
    part = claims()
    part.select_entity(one.id)
    form = Form(part)
    form.push("connection_edit")
    url, part._link.url = part._link.url, "host=127.0.0.1 port=1 dbname=govdesk"
    form.type("connection_name", "Night watch")
    form.push("connection_save")
    settle(jobs)
    assert "reached" in words_of(part, "connection_message")
    assert find(part, "connection_name", QLineEdit).text() == "Night watch"
    part._link.url = url
    part.go_on()
    settle(jobs)
    assert words_of(part, "connection_message") == ""
    assert find(part, "connection_name", QLineEdit).text() == "Night watch"
    form.push("connection_save")
    settle(jobs)
    assert stored(cast)[0].name == "Night watch"


def test_a_member_without_the_permission_sees_none(
    cast: Cast, claims: Callable[..., IntegrationsPart]
) -> None:
    kept(cast)
    part = claims(MEI)
    assert part.states.state == "not permitted"
    assert part.list.model.rowCount() == 0


# In the whole window


def test_a_connection_is_added_from_the_palette_tested_and_followed_into_the_log(
    office: Office,
) -> None:
    desk = office.desk(ADA, page="integration")
    desk.press("Ctrl+K")
    write(desk.window, "Add connection")
    press(desk.window, "Return")
    page: QWidget = find(desk.window, "integration_page")
    part = find(page, "connections_part", IntegrationsPart)
    wait_for(lambda: part.panel.isVisible(), what="the kinds to choose from")
    part.panel.begin("syslog")
    driving.settle()
    form = Form(desk.window, part)
    form.type("connection_name", "Log collector")
    form.type("connection_host", "127.0.0.1")
    form.push("connection_save")
    wait_for(lambda: part.list.model.rowCount() == 1, what="the connection in the list")
    part.test_current()
    wait_for(lambda: part.panel.test.pill.word == "failed", what="the outcome of the test")
    wait_for(lambda: part.panel.shown and part.panel.shown.tested_at, what="the kept result")
    form.push("connection_history")
    wait_for(lambda: desk.place.window.page == "timeline", what="the timeline")
    desk.settle()
    model = desk.timeline.model
    lines = [model.line(row) for row in range(model.rowCount())]
    actions = {line.item.action for line in lines if line is not None}
    assert {"integration.created", "integration.tested"} <= actions
