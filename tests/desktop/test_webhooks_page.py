"""The webhooks page: states in words, the list, the editor, what is refused, secrets shown once."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)

from govdesk.desktop.webhooks import columns, samples, values
from govdesk.desktop.webhooks.deleting import what_ends
from govdesk.desktop.webhooks.page import WebhooksPage
from govdesk.desktop.webhooks.resuming import ResumeDialog
from govdesk.desktop.webhooks.reveal import SecretDialog
from govdesk.desktop.webhooks.rotating import RotateDialog, what_happens
from govdesk.desktop.webhooks.signing import SigningKeysDialog
from govdesk.desktop.webhooks.states import silence, state_of, success, waiting
from govdesk.desktop.widgets import covered
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services.integration_drafts import Misfilled
from govdesk.services.link import Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.webhooks import Health, Webhook, Worker
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.governed import help_of, settle, words_of
from tests.desktop.office import Form
from tests.desktop.webhook_pages import READER, LonePage, lone_page

__all__ = ["lone_page"]

NOW = samples.NOW
FIRST = samples.webhooks()[0]
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


def of_kind(kind: str) -> Webhook:
    return next(one for one in samples.webhooks() if one.kind == kind)


# States in words


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (0, "healthy"),
        (4, "new"),
        (5, "disabled: gone"),
        (6, "no secret"),
    ],
)
def test_each_state_has_a_word_an_icon_and_what_to_do(place: int, word: str) -> None:
    state = state_of(samples.webhooks()[place], UTC, NOW)
    assert state.word == word
    assert state.meaning.startswith("state_")
    assert bool(state.sentence) is (word != "healthy")


def test_failing_and_resting_say_since_and_until_when() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    bad = Health(failures=12, failing_since=noon - timedelta(hours=2), last_outcome="timeout",
                 has_secret=True, last_failure_at=noon)  # fmt: skip
    failing = state_of(replace(FIRST, health=bad), UTC, noon)
    assert failing.word == "failing since 10:00 UTC"
    assert failing.sentence == "12 tries failed since 10:00 UTC. The last one: Too slow."
    there = ZoneInfo("Australia/Brisbane")
    assert state_of(replace(FIRST, health=bad), there, noon).word == "failing since 20:00 +10:00"
    old = replace(bad, failing_since=noon - timedelta(days=3))
    assert (
        state_of(replace(FIRST, health=old), UTC, noon).word == "failing since 2026-11-18 12:00 UTC"
    )
    resting = replace(bad, breaker="open", breaker_until=noon + timedelta(minutes=7))
    state = state_of(replace(FIRST, health=resting), UTC, noon)
    assert state.word == "resting until 12:07 UTC"
    assert "No try is used up" in state.sentence
    over = replace(resting, breaker="half_open", breaker_until=noon - timedelta(minutes=1))
    assert "probe" in state_of(replace(FIRST, health=over), UTC, noon).word


def test_a_fault_of_ours_is_not_hidden_behind_new_or_healthy() -> None:
    held = Health(pending=2, last_outcome="ours", has_secret=True)
    for health in (held, replace(held, last_success_at=NOW)):
        state = state_of(replace(FIRST, health=health), UTC, NOW)
        assert (state.word, state.meaning) == ("held up on our side", "state_attention")
        assert "delivery log" in state.remedy
    assert state_of(replace(FIRST, health=replace(held, pending=0)), UTC, NOW).word == "new"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("person", "by a person"), ("gone", "gone"), ("failing", "failing"), ("retired", "retired")],
)
def test_a_disabled_one_says_why(reason: str, words: str) -> None:
    one = replace(FIRST, status="disabled", disabled_reason=reason, disabled_at=NOW)
    state = state_of(one, UTC, NOW)
    assert state.word.startswith("disabled:")
    assert words in state.word
    assert state.meaning == ("state_failed" if reason in ("gone", "failing") else "state_neutral")


def test_success_and_waiting_are_counted_in_words() -> None:
    assert success(Health(ok_24h=412, failed_24h=3)) == "412 of 415"
    assert success(Health()) == "–"
    assert waiting(Health(pending=10_000)) == "10,000"
    assert waiting(Health(pending=10_001)) == "over 10,000"


def test_silence_of_every_worker_is_said_with_the_time() -> None:
    noon = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
    lost = Worker("a", "1", noon - timedelta(minutes=28), False)
    alive = Worker("b", "1", noon - timedelta(seconds=20), True)
    assert silence([lost], UTC, noon).startswith("No worker has been heard of since 14:02 UTC:")
    assert silence([lost, alive], UTC, noon) == ""
    assert "ever" in silence([], UTC, noon)


# The list


def test_a_row_says_everything_to_a_screen_reader_but_never_the_query(lone_page: LonePage) -> None:
    page = lone_page()
    model = page.webhooks.list.model
    rows = [
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    ]
    said = next(row for row in rows if row.startswith("Security operations"))
    for part in ("siem.acme.example", "healthy", "412 of 415", "every event, alerts, blocks"):
        assert part in said
    place = next(at for at, one in enumerate(model.columns) if one.key == "address")
    tips = [str(model.index(row, place).data(Qt.ItemDataRole.ToolTipRole))
            for row in range(model.rowCount())]  # fmt: skip
    assert "https://siem.acme.example/hooks/govdesk" in tips
    assert all("?" not in words and "team=4" not in words for words in rows + tips)


def test_events_are_summed_up_and_told_whole_in_the_tip() -> None:
    assert columns.events(of_kind("syslog")) == "member.*, grant.*, 2 more"
    assert columns.every_event(of_kind("syslog")).count(",") == 3
    assert columns.events(of_kind("ntfy")) == "alerts, blocks"


def test_the_list_is_found_through_by_state_and_address(lone_page: LonePage) -> None:
    page = lone_page()
    page.webhooks.go_to_filter()
    write(page, "resting")
    assert page.webhooks.list.model.rowCount() == 1
    press(page, "Escape")
    page.webhooks.go_to_filter()
    write(page, "team=4")
    assert page.webhooks.list.model.rowCount() == 0


def test_enter_opens_one_and_escape_gives_the_keyboard_back(lone_page: LonePage) -> None:
    page = lone_page()
    page.webhooks.list.table.setFocus()
    page.webhooks.list.table.go_to(0)
    press(page, "Return")
    panel = page.webhooks.panel
    assert panel.isVisible()
    assert panel.isAncestorOf(page.window().focusWidget())
    press(page, "Escape")
    assert not panel.isVisible()
    assert page.window().focusWidget() is page.webhooks.list.table


# Five states


def test_without_the_server_the_page_says_so(lone_page: LonePage, jobs: Jobs) -> None:
    page = lone_page(stages=False)
    state = page.webhooks.list.state
    assert state.state == "error"
    troubles: list[object] = []
    page.trouble.connect(troubles.append)
    Form(page, state).push("state_action")
    settle(jobs)
    assert troubles


def test_without_the_permission_it_names_the_one_that_is_missing(lone_page: LonePage) -> None:
    page = lone_page(replace(READER, permissions={}), stages=False)
    assert page.webhooks.states.state == "not permitted"
    assert "webhook.read" in words_of(page.webhooks.states, "state_sentence")
    assert not find(page, "webhooks_add").isVisible()


def test_an_empty_list_says_what_webhooks_are_for_and_offers_the_first(
    lone_page: LonePage,
) -> None:
    page = lone_page()
    page.webhooks.stage(replace(samples.found(), webhooks=()))
    state = page.webhooks.list.state
    assert "Splunk" in words_of(state, "state_sentence")
    Form(page, state).push("state_action")
    assert page.webhooks.panel.mode == "new"


def test_a_reader_sees_everything_and_can_change_nothing(lone_page: LonePage) -> None:
    page = lone_page(READER)
    assert "webhook.manage" in words_of(page, "page_note")
    page.select_entity(FIRST.id)
    assert "webhook.manage" in words_of(page, "webhook_why_not")
    assert not find(page, "webhooks_add").isEnabled()
    for name in ("webhook_edit", "webhook_delete", "webhook_begin_test", "webhook_toggle",
                 "webhook_rotate", "webhook_begin_check", "webhook_redeliver"):  # fmt: skip
        assert not find(page, name).isVisible(), name
    page.webhooks.stage(replace(samples.found(), webhooks=()))
    assert "webhook.manage" in words_of(page.webhooks.list.state, "state_sentence")


def test_a_silent_worker_is_said_above_the_list_and_no_more_when_it_is_back(
    lone_page: LonePage,
) -> None:
    page = lone_page()
    banner = find(page, "webhooks_no_worker", QWidget)
    assert not banner.isVisible()
    page.webhooks.stage(samples.found(timedelta(hours=2)))
    assert banner.isVisible()
    assert "deliveries wait" in words_of(page, "webhooks_no_worker_words")
    page.webhooks.stage(samples.found())
    assert not banner.isVisible()


# Reading one


def test_one_that_is_read_hides_its_query_and_its_secret(lone_page: LonePage) -> None:
    page = lone_page()
    page.select_entity(FIRST.id)
    page.webhooks.show_secrets(FIRST.id, samples.secrets())
    texts = [label.text() for label in page.webhooks.panel.view.findChildren(QWidget)
             if hasattr(label, "text")]  # fmt: skip
    assert not any("team=4" in text or "whsec_" in text for text in texts)
    assert "Version 3" in words_of(page, "webhook_secret_state")
    assert "Version 2 signs along until" in words_of(page, "webhook_secret_state")
    assert find(page, "webhook_retire").isVisible()


def test_only_what_is_signed_has_a_secret_to_rotate(lone_page: LonePage) -> None:
    page = lone_page()
    page.select_entity(of_kind("syslog").id)
    page.webhooks.show_secrets(of_kind("syslog").id, samples.secrets())
    for name in ("webhook_rotate", "webhook_begin_check", "webhook_retire",
                 "webhook_secret_state"):  # fmt: skip
        assert not find(page, name).isVisible(), name


# The editor


def add(page: WebhooksPage) -> Form:
    form = Form(page)
    form.push("webhooks_add")
    return form


def test_every_fault_is_said_at_its_field_and_nothing_is_lost(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_description", "SOC")
    form.type("webhook_url", "http://siem.acme.example/hooks")
    page.webhooks.panel.save()
    assert "https://" in help_of(page, "webhook_url")
    assert "Auto-generate" in help_of(page, "webhook_secret")
    assert "at least one event" in help_of(page, "webhook_events")
    assert help_of(page, "webhook_system") == (
        "It gets what happens there and below. This does not change later."
    )
    assert find(page, "webhook_url", QLineEdit).text() == "http://siem.acme.example/hooks"
    assert page.window().focusWidget() is find(page, "webhook_url")
    assert not page.webhooks.panel.writing.is_busy


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://siem.acme.example/x", "https://"),
        ("https://ada:secret@siem.acme.example/", "name or password"),
        ("https://siem.acme.example/#top", "#"),
        ("https://10.1.2.3/hooks", "Allow private addresses"),
        ("https://169.254.169.254/hooks", "never contacted"),
        ("siem.acme.example", "https://"),
    ],
)
def test_an_address_is_judged_when_one_leaves_it(lone_page: LonePage, url: str, said: str) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_url", url)
    form.press("Tab")
    assert said in help_of(page, "webhook_url")


def test_a_private_address_is_right_once_it_is_opened(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_url", "https://10.1.2.3/hooks")
    form.press("Tab")
    inner = page.webhooks.panel.form
    inner.more.button.setChecked(True)
    inner.allow.box.setFocus()
    write(page, "10.1.0.0/16:443")
    assert not inner.url.error
    assert not inner.url.fault()
    inner.allow.set_text("169.254.0.0/16:443")
    assert "nobody can open it" in inner.allow.fault()


def test_a_typo_of_an_event_is_answered_with_the_nearest_one(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_events", "member.invted")
    form.press("Return")
    assert "Did you mean member.invited?" in help_of(page, "webhook_events")
    assert find(page, "webhook_events", QLineEdit).text() == "member.invted"
    form.push("webhook_events_suggested")
    assert page.webhooks.panel.form.events.patterns == ("member.invited",)
    assert find(page, "webhook_events", QLineEdit).text() == ""
    assert help_of(page, "webhook_events").startswith("Tick what it gets")


def test_events_are_chosen_by_prefix_name_and_tick(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    for text in ("x.claims.*", "grant.added", "audit.row"):
        form.type("webhook_events", text)
        form.press("Return")
    events = page.webhooks.panel.form.events
    assert " ".join(events.patterns) == "x.claims.* grant.added audit.row"
    tree = find(page, "webhook_events_tree", QTreeWidget)
    group = events.picker._items["grant.*"]
    tree.setCurrentItem(group)
    tree.setFocus()
    press(tree, "Space")
    # The prefix says what the name said.
    assert " ".join(events.patterns) == "x.claims.* audit.row grant.*"
    below = group.child(0)
    assert below is not None
    assert below.checkState(0) is Qt.CheckState.Checked
    assert below.isDisabled()
    assert "3 chosen" in words_of(page, "webhook_events_chosen")
    tree.setCurrentItem(events.picker._items["x.claims.*"])
    press(tree, "Return")
    assert " ".join(events.patterns) == "audit.row grant.*"
    assert "x.claims.*" not in events.picker._items


def test_writing_finds_events_and_enter_takes_the_only_one(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_events", "role_changed")
    tree = find(page, "webhook_events_tree", QTreeWidget)
    tops = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    shown = [one.text(0) for one in tops if one is not None and not one.isHidden()]
    assert [words[:6] for words in shown] == ["Member"]
    form.press("Return")
    assert page.webhooks.panel.form.events.patterns == ("member.role_changed",)


def test_ctrl_c_in_the_list_copies_whole_rows(lone_page: LonePage) -> None:
    page = lone_page()
    table = page.webhooks.list.table
    table.setFocus()
    press(table, "Home")
    press(table, "Shift+Down")
    press(table, "Ctrl+C")
    rows = QGuiApplication.clipboard().text().splitlines()
    assert [row.split("\t")[0] for row in rows] == [
        "Name",
        "Claims triage, incidents",
        "Log collector",
    ]
    assert all(row.count("\t") == len(table.columns) - 1 for row in rows)


def test_routing_alerts_is_enough_to_subscribe_to(lone_page: LonePage) -> None:
    page = lone_page()
    add(page)
    page.webhooks.panel.save()
    assert "at least one event" in help_of(page, "webhook_events")
    box = find(page, "webhook_alerts", QCheckBox)
    box.setFocus()
    press(box, "Space")
    assert "at least one event" not in help_of(page, "webhook_events")
    assert not page.webhooks.panel.form.events.fault()


def test_another_kind_keeps_what_is_typed_and_asks_for_what_it_needs(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_description", "SOC")
    inner = page.webhooks.panel.form
    inner.events.picker.set_patterns(("member.*",))
    box = find(page, "webhook_kind", QComboBox)
    box.setFocus()
    press(box, "Down")
    assert inner.kind.text == "splunk"
    assert find(page, "webhook_description", QLineEdit).text() == "SOC"
    assert inner.events.patterns == ("member.*",)
    assert not inner.secret.isVisible()
    page.webhooks.panel.save()
    assert "missing" in help_of(page, "webhook_token") or "needed" in help_of(page, "webhook_token")
    press(box, "Up")
    assert inner.kind.text == "webhook"
    assert inner.secret.isVisible()


def test_headers_that_sign_are_refused_and_others_are_kept(lone_page: LonePage) -> None:
    page = lone_page()
    add(page)
    inner = page.webhooks.panel.form
    inner.more.button.setChecked(True)
    form = Form(page)
    form.push("webhook_header_add")
    form.write("webhook-signature")
    form.press("Tab")
    form.write("v1,x")
    form.press("Tab")
    assert "set by GovDesk" in help_of(page, "webhook_headers")
    name = find(page, "webhook_header_1_name", QLineEdit)
    name.setFocus()
    form.type("webhook_header_1_name", "Authorization")
    form.press("Tab")
    form.press("Tab")
    assert "Token" in help_of(page, "webhook_headers")
    name.setFocus()
    form.type("webhook_header_1_name", "X-Source")
    form.press("Tab")
    assert inner.headers.headers == {"X-Source": "v1,x"}
    assert not inner.headers.fault()
    form.press("Tab")
    assert page.window().focusWidget() is find(page, "webhook_header_1_remove")
    form.press("Space")
    assert inner.headers.headers == {}


def test_a_certificate_is_read_from_a_file_and_a_wrong_one_is_explained(
    lone_page: LonePage, jobs: Jobs, tmp_path: object
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    page = lone_page()
    add(page)
    inner = page.webhooks.panel.form
    inner.more.button.setChecked(True)
    field = inner.own["ca"]
    chosen = folder / "ca.pem"
    field._choose = lambda *_: str(chosen)  # type: ignore[attr-defined]
    form = Form(page)
    form.push("webhook_ca_file")
    settle(jobs)
    assert "ca.pem cannot be read" in help_of(page, "webhook_ca")
    chosen.write_bytes(b"\xff\xfe\x00")
    form.push("webhook_ca_file")
    settle(jobs)
    assert "BEGIN CERTIFICATE" in help_of(page, "webhook_ca")
    chosen.write_bytes(b"A" * 200_000)
    form.push("webhook_ca_file")
    settle(jobs)
    assert "100 kB" in help_of(page, "webhook_ca")
    chosen.write_text("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n")
    form.push("webhook_ca_file")
    settle(jobs)
    assert field.text.startswith("-----BEGIN CERTIFICATE-----")
    assert not field.error


def test_what_leaves_is_said_for_each_detail(lone_page: LonePage) -> None:
    page = lone_page()
    add(page)
    assert "who acted" in help_of(page, "webhook_detail")
    box = find(page, "webhook_detail", QComboBox)
    box.setFocus()
    press(box, "Down")
    assert "no names, addresses or changes" in help_of(page, "webhook_detail")


# Nothing typed is lost


def test_a_half_written_new_one_comes_back_with_its_secret(lone_page: LonePage) -> None:
    page = lone_page()
    form = add(page)
    form.type("webhook_description", "Night shift")
    form.type("webhook_secret", SECRET)
    inner = page.webhooks.panel.form
    inner.events.picker.set_patterns(("member.*",))
    first_id = inner.values().draft.id
    page.select_entity(FIRST.id)
    assert find(page, "webhook_secret", QLineEdit).text() == SECRET or not inner.isVisible()
    page.webhooks.stage(samples.found())
    add(page)
    assert find(page, "webhook_description", QLineEdit).text() == "Night shift"
    assert inner.events.patterns == ("member.*",)
    assert inner.secret.secret is not None
    assert inner.secret.secret.text == SECRET
    assert inner.values().draft.id == first_id


def test_an_edit_survives_another_webhook_a_new_reading_and_the_other_tab(
    lone_page: LonePage,
) -> None:
    page = lone_page()
    page.select_entity(FIRST.id)
    form = Form(page)
    form.push("webhook_edit")
    form.type("webhook_description", "Security operations, nights")
    page.select_entity(of_kind("syslog").id)
    page.webhooks.stage(samples.found())
    page.show_log()
    page.tabs.setCurrentIndex(0)
    page.select_entity(FIRST.id)
    assert find(page, "webhook_description", QLineEdit).text() == "Security operations, nights"
    assert find(page, "webhook_save").isEnabled()
    form.push("webhook_cancel")
    assert page.webhooks.panel.mode == "view"


def test_both_versions_stand_side_by_side_and_the_query_is_not_shown(lone_page: LonePage) -> None:
    theirs = replace(FIRST, url="https://siem.acme.example/hooks/govdesk?team=5", throttle=None)
    both = values.difference(theirs, values.of_stored(FIRST).draft)
    assert both["Throttle"] == {"old": "no limit", "new": "600 a minute"}
    assert "Query of the address" in both
    assert "team=" not in str(both)
    page = lone_page()
    page.select_entity(FIRST.id)
    Form(page).push("webhook_edit")
    panel = page.webhooks.panel
    panel._on_refused(panel.shown, ChangedMeanwhile("It", theirs="x", yours="y", fresh=theirs))
    assert find(page, "webhook_conflict").isVisible()
    assert not find(page, "webhook_save").isVisible()
    press(page, "Shift+Tab")
    assert page.window().focusWidget() is find(page, "webhook_conflict_take")
    press(page, "Space")
    assert panel.shown is not None
    assert panel.shown.throttle is None


def test_a_refusal_of_the_server_stands_at_its_field(lone_page: LonePage) -> None:
    page = lone_page()
    page.select_entity(FIRST.id)
    Form(page).push("webhook_edit")
    panel = page.webhooks.panel
    panel._on_refused(panel.shown, Misfilled({"url": "That host is closed."}))
    assert help_of(page, "webhook_url") == "That host is closed."
    panel._on_refused(panel.shown, Problem("The server is full.", "Try later."))
    assert words_of(page, "webhook_message") == "The server is full. Try later."


def test_a_new_reading_keeps_what_was_said_and_where_a_new_one_may_stand(
    lone_page: LonePage,
) -> None:
    page = lone_page()
    page.select_entity(FIRST.id)
    panel = page.webhooks.panel
    panel._on_refused(panel.shown, Problem("The server is full.", "Try later."))
    better = replace(FIRST, health=replace(FIRST.health, ok_24h=500))
    page.webhooks.stage(replace(samples.found(), webhooks=(better,)))
    assert words_of(page, "webhook_message") == "The server is full. Try later."
    assert words_of(page, "webhook_success") == "500 of 503"
    form = Form(page)
    form.push("webhook_edit")
    form.push("webhook_cancel")
    add(page)
    box = find(page, "webhook_system", QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == ["All of Acme Ltd", "Claims triage"]


# Secrets


def test_a_generated_secret_stands_nowhere_before_it_is_saved(
    lone_page: LonePage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = lone_page()
    add(page)
    form = Form(page)
    form.push("webhook_secret_generate")
    inner = page.webhooks.panel.form
    made = inner.secret.secret
    assert made is not None
    assert len(made.raw) == 32
    line = find(page, "webhook_secret", QLineEdit)
    assert line.text() == ""
    assert line.isReadOnly()
    assert made.text not in repr(inner.values())
    assert made.text not in caplog.text
    form.push("webhook_secret_generate")
    assert inner.secret.secret is None
    assert not line.isReadOnly()


def test_a_pasted_secret_is_dots_and_a_short_one_is_explained(lone_page: LonePage) -> None:
    page = lone_page()
    add(page)
    line = find(page, "webhook_secret", QLineEdit)
    QGuiApplication.clipboard().setText("tooshort")
    line.setFocus()
    press(line, "Ctrl+V")
    press(line, "Tab")
    assert "at least 24" in help_of(page, "webhook_secret")
    assert "tooshort" not in help_of(page, "webhook_secret")
    assert line.echoMode() is QLineEdit.EchoMode.Password
    line.setFocus()
    press(line, "Ctrl+A")
    write(line, SECRET)
    Form(page).push("webhook_secret_reveal")
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    with covered(page):
        assert line.echoMode() is QLineEdit.EchoMode.Password
    page.forget()
    assert line.echoMode() is QLineEdit.EchoMode.Password


def test_a_secret_is_shown_once_and_the_dialog_insists(lone_page: LonePage) -> None:
    page = lone_page()
    page.webhooks.acting.show_added(samples.added())
    dialog = opened("webhook_secret_dialog", SecretDialog)
    assert find(dialog, "secret_text", QLineEdit).text() == samples.SECRET
    assert not find(dialog, "webhook_secret_close").isEnabled()
    press(dialog, "Escape")
    assert dialog.isVisible()
    assert "cannot be shown again" in words_of(dialog, "webhook_secret_message")
    Form(dialog).push("secret_copy")
    assert QGuiApplication.clipboard().text() == samples.SECRET
    box = find(dialog, "webhook_secret_stored", QCheckBox)
    box.setFocus()
    press(dialog, "Space")
    clipboard = dialog.field._clipboard
    Form(dialog).push("webhook_secret_close")
    assert not dialog.isVisible()
    assert clipboard.holds
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == ""


def test_a_kind_without_a_secret_shows_none(lone_page: LonePage) -> None:
    page = lone_page()
    page.webhooks.acting.show_added(replace(samples.added(), secret=None))
    assert page.findChild(SecretDialog) is None


def test_rotation_says_how_long_both_are_good_and_asks_twice_about_a_lost_answer(
    lone_page: LonePage,
) -> None:
    assert "24 hours" in what_happens(24)
    assert "new secret only" in what_happens(0)
    page = lone_page()
    page.select_entity(FIRST.id)
    page.webhooks.show_secrets(FIRST.id, samples.secrets())
    Form(page).push("webhook_rotate")
    dialog = opened("rotate_webhook", RotateDialog)
    assert dialog.secret.is_generated
    before = dialog.secret.secret
    box = find(dialog, "rotate_webhook_grace", QComboBox)
    assert box.currentData() == 24
    dialog._on_refused(Unreachable("The server is away."))
    assert "not known" in words_of(dialog, "rotate_webhook_message")
    assert dialog.secret.secret is before
    press(dialog, "Escape")


# Deleting, resuming, signing keys


def test_deleting_says_what_is_not_sent_any_more(lone_page: LonePage) -> None:
    assert "1,204 deliveries that are waiting will not be sent" in what_ends(of_kind("syslog"))
    assert "No delivery is waiting" in what_ends(FIRST)
    page = lone_page()
    page.select_entity(of_kind("syslog").id)
    Form(page).push("webhook_delete")
    dialog = opened("delete_webhook", QDialog)
    assert dialog.focusWidget() is find(dialog, "delete_webhook_cancel")
    assert find(dialog, "delete_webhook_confirm", QPushButton).text() == "Delete webhook"
    press(dialog, "Escape")
    assert page.webhooks.panel.shown is not None


def test_resuming_offers_what_was_missed_or_from_now(lone_page: LonePage) -> None:
    page = lone_page()
    gone = samples.webhooks()[5]
    page.select_entity(gone.id)
    assert find(page, "webhook_toggle", QPushButton).text() == "Resume"
    Form(page).push("webhook_toggle")
    dialog = opened("resume_webhook", ResumeDialog)
    dialog.show_missed(samples.MISSED)
    assert find(dialog, "resume_webhook_go", QPushButton).text() == "Send what was missed (412)"
    assert "3 minutes" in words_of(dialog, "resume_effect")
    assert find(dialog, "resume_webhook_skip", QPushButton).text() == "Start from now"
    press(dialog, "Escape")


def test_signing_keys_show_fingerprint_and_the_page_of_the_public_ones(
    lone_page: LonePage,
) -> None:
    page = lone_page()
    Form(page).push("webhooks_signing_keys")
    dialog = opened("signing_keys", SigningKeysDialog)
    dialog.show_keys(samples.signing_keys())
    key = samples.signing_keys()[0]
    texts = [str(one.text) for one in dialog.findChildren(type(dialog.page))]
    assert key.public in texts
    assert values.fingerprint(key.public) in texts
    assert ".well-known/webhooks/acme" in words_of(dialog, "signing_keys_page_help")
    dialog.show_keys([])
    wait_for(lambda: dialog.isVisible(), what="the dialog")
    press(dialog, "Escape")


# One system


def test_the_page_of_a_system_puts_new_ones_there(lone_page: LonePage) -> None:
    page = lone_page(of_system=True)
    assert find(page, "page_title").text() == "SIEM · Claims triage"
    Form(page).push("siem_add")
    inner = page.webhooks.panel.form
    assert inner.values().draft.system_id == samples.SYSTEM.id
    assert not inner.system.isVisible()
    keys = [one.key for one in page.webhooks.list.model.columns]
    assert "system" not in keys


def test_a_grant_elsewhere_does_not_open_this_system(lone_page: LonePage) -> None:
    here = replace(READER, permissions={"webhook.read": ["acme.portal"]})
    page = lone_page(here, of_system=True, stages=False)
    assert page.webhooks.states.state == "not permitted"
