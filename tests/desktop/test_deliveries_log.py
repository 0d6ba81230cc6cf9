"""The delivery log: pages by key, filters, new tries that move nothing, the way of a delivery."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPlainTextEdit, QToolButton, QWidget

from govdesk.desktop.deliveries import samples, story, timing, words
from govdesk.desktop.deliveries.pages import Pages, above
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.deliveries.wanted import read_place, read_span
from govdesk.jobs import Jobs
from govdesk.services import nodes
from govdesk.services.deliveries import Place
from tests.desktop.accessibility import cut
from tests.desktop.delivery_parts import Log, OpenedLog, log, opened_log, shown
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.governed import opened_page, settle, words_of
from tests.endpoints import ready

__all__ = ["log", "opened_log", "opened_page"]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CLAIMS = "acme.claims"
REQUEST = "9b2d3a52-8f6e-4c1c-9a55-0d3f6d1e3c01"


def has_rows(part: DeliveriesPart, count: int) -> bool:
    """Whether the list is that long."""
    return part.model.rowCount() == count


# What is typed


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (None, "", "")),
        (" 4,711 ", (4711, "", "")),
        ("#12", (12, "", "")),
        (REQUEST.upper(), (None, REQUEST, "")),
        ("203.0.113.9", (None, "", "203.0.113.9")),
        ("1" * 19, (None, "", "1" * 19)),
    ],
)  # fmt: skip
def test_one_field_takes_a_number_a_request_or_text(
    text: str, place: tuple[int | None, str, str]
) -> None:
    assert read_place(text) == place


def test_a_period_is_a_length_a_day_or_two_days_with_dots() -> None:
    assert read_span("last 24 HOURS", UTC, NOW) == (NOW - timedelta(days=1), None)
    assert read_span("", UTC, NOW) == read_span("Any time", UTC, NOW) == (None, None)
    day = datetime(2026, 5, 3, tzinfo=UTC)
    assert read_span("2026-05-03", UTC, NOW) == (day, day + timedelta(days=1))
    assert read_span("2026-05-03 14:30..", UTC, NOW) == (day.replace(hour=14, minute=30), None)
    assert read_span("2026-05..2026-06", UTC, NOW)[1] == datetime(2026, 7, 1, tzinfo=UTC)
    brisbane = ZoneInfo("Australia/Brisbane")
    assert read_span("2026-05-03", brisbane, NOW)[0] == day - timedelta(hours=10)


@pytest.mark.parametrize("text", ["thursday", "2026-13", "2026-06..2026-05", "1..2"])
def test_what_is_no_period_is_answered_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"period"):
        read_span(text, UTC, NOW)


# Where rows stand


def test_pages_keep_their_place_when_newer_ones_come_on_top() -> None:
    pages = Pages()
    first = pages.add(256, above(NOW))
    second = pages.add(100, Place(NOW, "x"))
    assert pages.place(300) == (second, 44)
    newest = NOW + timedelta(seconds=5)
    key, place = pages.make_room(0, newest)
    assert (key, place) == ((-1, 0), 0)
    assert pages.rows == 357
    assert pages.place(0) == (key, 0)
    assert pages.place(1) == (first, 0)
    assert pages.place(301) == (second, 44)
    assert pages.cursor(key) == above(newest)
    assert pages.cursor(first) == above(NOW)
    assert pages.fetch(300).limit == 100
    assert pages.make_room(260, NOW) == (second, 3)
    assert pages.span_of(260) == (257, 358)


def test_durations_and_stretches_read_as_people_say_them() -> None:
    said = [words.milliseconds(value) for value in (None, 0.42, 84.4, 1250, 15_000)]
    assert said == ["", "0.4 ms", "84 ms", "1,250 ms", "15.0 s"]
    lengths = (0.2, 59, 60, 300, 7200, 200_000)
    assert [words.lasting(length) for length in lengths] == [
        "1 second", "59 seconds", "1 minute", "5 minutes", "2 hours", "2 days",
    ]  # fmt: skip


def test_every_outcome_has_a_word_and_a_meaning_and_an_unknown_one_keeps_its_own() -> None:
    assert words.look("delivered")[0] == "state_ok"
    assert words.look("http")[0] == "state_failed"
    assert words.look("ours")[0] == "state_attention"
    assert words.look("quantum") == ("state_neutral", "quantum")


def test_the_bars_say_in_a_sentence_what_they_show() -> None:
    one = samples.attempt(0)
    assert timing.sentence(one).startswith("Looked up in 3 ms, connected in 18 ms, encrypted in")
    kept = replace(one, dns_ms=None, tcp_ms=None, tls_ms=None)
    assert timing.sentence(kept).startswith("An open connection was used again, first byte after")
    slow = replace(one, outcome="timeout", first_byte_ms=None, total_ms=15_000.0)
    assert [stage.title for stage in timing.stages(slow)][-1] == "Waiting"
    nothing = replace(kept, first_byte_ms=None, total_ms=None)
    assert timing.sentence(nothing) == "No time was measured."


# The log


def test_tries_stand_newest_first_with_a_word_and_an_icon(log: Log, opened_log: OpenedLog) -> None:
    log.fill(20)
    part = opened_log()
    assert shown(part, "at")[0] == "2026-11-21 08:59:59 UTC"
    assert shown(part, "outcome")[:3] == ["Delivered", "Delivered", "Refused by the receiver"]
    assert shown(part, "status")[2] == "500"
    assert shown(part, "duration")[0] == "104 ms"
    assert part.count_words == "20 tries"
    index = part.model.index(2, 0)
    said = part.model.data(index, 11)
    assert isinstance(said, str)
    assert "try 1: Refused by the receiver, status 500 in 104 ms" in said


def test_scrolling_reads_on_by_key_to_the_oldest_and_reads_again_what_it_let_go(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(1_100)
    part = opened_log()
    assert part.count_words == "more than 256 tries"
    for expected in (512, 768, 1_024, 1_100):
        part.table.setFocus()
        press(part.table, "End")
        wait_for(partial(has_rows, part, expected), what=f"{expected} rows")
    assert part.count_words == "1,100 tries"
    settle(jobs)
    before = shown(part, "delivery")
    assert len(set(before)) == 1_100
    part.model._pages.clear()
    for row in (*range(0, 1_100, 100), 1_099):
        part.table.go_to(row)
        wait_for(partial(part.model.line, row), what="a page that was let go")
    settle(jobs)
    again = shown(part, "delivery")
    assert again == before


def test_filters_narrow_by_outcome_event_and_text(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(50)
    part = opened_log()
    box = find(part, "deliveries_outcome", QComboBox)
    box.setFocus()
    press(box, "Down")
    press(box, "Down")
    wait_for(lambda: set(shown(part, "outcome")) == {"Refused by the receiver"})
    assert part.count_words == "5 tries pass the filter"
    line = find(part, "deliveries_event", QLineEdit)
    line.setFocus()
    write(line, "grant.*")
    # The list of offers has the keyboard, as it has for a person.
    press(part, "Return")
    settle(jobs)
    assert part.states.state == "empty"
    find(part.states, "state_action").setFocus()
    press(part, "Space")
    wait_for(lambda: part.model.rowCount() == 50, what="the whole log")
    assert part.filter.outcome.currentIndex() == 0


def test_a_number_finds_the_tries_of_one_event(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.change(3)
    log.send()
    seq = log.cast.last_seq()
    part = opened_log()
    line = find(part, "deliveries_number", QLineEdit)
    line.setFocus()
    write(line, f"{seq:,}")
    wait_for(lambda: shown(part, "seq") == [f"{seq:,}"], what="one event")


def test_a_wrong_period_is_named_and_what_is_shown_stays(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(5)
    part = opened_log()
    line = part.filter.period.lineEdit()
    assert line is not None
    line.setFocus()
    press(line, "Ctrl+A")
    write(line, "thursday")
    press(line, "Return")
    assert "not a period" in words_of(part, "deliveries_filter_fault")
    assert part.model.rowCount() == 5
    press(line, "Ctrl+A")
    write(line, "2026-11-20")
    press(line, "Return")
    settle(jobs)
    assert part.states.state == "empty"
    assert words_of(part, "deliveries_filter_fault") == ""


def test_the_answer_to_an_older_filter_is_dropped(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(50)
    part = opened_log()
    held = threading.Event()
    jobs.start(lambda task: held.wait(10), owner=part)
    part.filter.event_line.setText("grant.created")
    part.filter.apply()
    part.filter.event_line.setText("member.invited")
    part.filter.apply()
    held.set()
    settle(jobs)
    assert set(shown(part, "event")) == {"member.invited"}


def test_placeholders_come_only_if_it_takes_a_while(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(5)
    part = opened_log()
    held = threading.Event()
    jobs.start(lambda task: held.wait(10), owner=part)
    part.filter.event_line.setText("grant.created")
    part.filter.apply()
    assert part.stack.currentWidget() is part.table
    wait_for(lambda: part.states.shows_placeholders, what="placeholders")
    held.set()
    wait_for(lambda: part.stack.currentWidget() is part.table, what="rows")


def test_the_menu_of_a_row_narrows_the_log_to_what_is_like_it(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(20)
    part = opened_log()
    part.table.go_to(4)
    part.table.menu_wanted.emit(QPoint(9, 9), 4, 0)
    menu = opened("delivery_menu", QMenu)
    assert not find(menu, "delivery_menu_seq", QAction).isEnabled()
    find(menu, "delivery_menu_event", QAction).trigger()
    menu.close()
    settle(jobs)
    assert set(shown(part, "event")) == {"grant.created"}
    assert part.filter.event_line.text() == "grant.created"


def test_the_log_of_a_system_is_that_of_its_endpoints(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(5)
    log.webhook = ready(log.cast, log.session, CLAIMS, description="Of the claims")
    log.fill(3)
    part = opened_log()
    assert part.model.rowCount() == 8
    part.show_system(nodes.find(log.session, CLAIMS).id)
    settle(jobs)
    assert set(shown(part, "webhook")) == {"Of the claims"}
    box = find(part, "deliveries_webhook", QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == ["All webhooks", "Of the claims"]
    assert part.count_words == "3 tries"
    part.show_system(None)
    settle(jobs)
    assert part.model.rowCount() == 8


# New tries


def test_new_tries_come_on_top_and_what_one_reads_stays_in_place(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(300)
    part = opened_log()
    part.table.go_to(100)
    first, _ = part.table.visible_rows()
    top = part.model.line(first)
    assert top is not None
    offset = part.table.rowViewportPosition(first)
    log.fill(3, "2026-11-21T09:10:00Z")
    part.reader.follow()
    wait_for(lambda: part.model.rowCount() == 259, what="three more")
    settle(jobs)
    line = part.model.line(first + 3)
    assert line is not None
    assert line.item == top.item
    assert part.table.rowViewportPosition(first + 3) == offset
    assert part.table.current_row() == 103


def test_a_try_that_ended_late_finds_its_place_and_moves_nothing(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(120)
    part = opened_log()
    part.table.go_to(100)
    first, _ = part.table.visible_rows()
    offset = part.table.rowViewportPosition(first)
    log.fill(1, "2026-11-21T08:59:50.500Z")
    part.reader.follow()
    wait_for(lambda: part.model.rowCount() == 121, what="one more")
    assert shown(part, "at") == sorted(shown(part, "at"), reverse=True)
    assert part.table.rowViewportPosition(first + 1) == offset


def test_more_new_tries_than_a_page_are_offered_not_forced(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(50)
    part = opened_log()
    before = shown(part, "delivery")
    log.fill(300, "2026-11-21T09:30:00Z")
    part.reader.follow()
    wait_for(lambda: find(part, "deliveries_newest").isVisible(), what="the offer")
    assert shown(part, "delivery") == before
    find(part, "deliveries_newest").setFocus()
    press(part, "Space")
    wait_for(lambda: shown(part, "at")[0] == "2026-11-21 09:29:59 UTC", what="the newest")
    assert not find(part, "deliveries_newest").isVisible()


def test_an_empty_log_fills_by_itself(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    part = opened_log()
    assert part.states.state == "empty"
    log.fill(2)
    part.reader.follow()
    wait_for(lambda: part.stack.currentWidget() is part.table, what="rows")
    assert part.model.rowCount() == 2


# Copy


def test_ctrl_c_copies_rows_with_their_titles(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.fill(5)
    part = opened_log()
    part.table.setFocus()
    press(part.table, "Home")
    press(part.table, "Shift+Down")
    press(part.table, "Ctrl+C")
    wait_for(lambda: QGuiApplication.clipboard().text(), what="the clipboard")
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].split("\t")[:2] == ["Time", "Event"]
    assert len(rows) == 3
    assert rows[1].split("\t")[0] == "2026-11-21 08:59:59 UTC"


# Who may


def test_without_the_permission_the_log_says_which_and_who_grants_it(
    log: Log, opened_log: OpenedLog
) -> None:
    part = opened_log()
    part.take_permissions(replace(part._here, permissions={}))
    assert part.states.state == "not permitted"
    assert "webhook.read" in words_of(part.states, "state_sentence")
    assert not find(part, "deliveries_redeliver").isEnabled()
    assert "webhook.manage" in words_of(part, "deliveries_why_not")


def test_a_lost_server_is_said_in_the_place_of_the_log(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.fill(5)
    part = opened_log()
    troubles: list[object] = []
    part.trouble.connect(troubles.append)
    part._link.url = "host=127.0.0.1 port=1 dbname=govdesk"
    part._link._stale = set(part._link._sessions)
    part._has_rows = False
    part.refresh()
    wait_for(lambda: part.states.state == "error", what="the error")
    settle(jobs)
    assert troubles


# The way of one delivery


def opened_detail(part: DeliveriesPart, jobs: Jobs, row: int = 0) -> QWidget:
    """Open the detail of a row by keyboard."""
    part.table.setFocus()
    part.table.go_to(row)
    press(part.table, "Return")
    wait_for(lambda: part.detail.story is not None, what="the detail")
    settle(jobs)
    return part.detail


def test_enter_shows_the_whole_way_and_leads_to_the_row_that_caused_it(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.change()
    log.send("pending", response="<script>alert(1)</script> <b>down</b>", status=503,
             error="The receiver answered 503.")  # fmt: skip
    seq = log.cast.last_seq()
    part = opened_log()
    detail = opened_detail(part, jobs)
    assert "olga@acme.example" in words_of(detail, "delivery_cause_words")
    assert "every event" in words_of(detail, "delivery_filter_words")
    assert words_of(detail, "delivery_next_words").startswith("It is tried again")
    asked: list[object] = []
    part.event_asked.connect(asked.append)
    find(detail, "delivery_to_event").setFocus()
    press(part, "Space")
    assert asked == [seq]
    press(part, "Escape")
    assert not detail.isVisible()
    assert part.table.hasFocus()


def test_an_answer_is_text_and_never_rendered(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    hostile = "<script>alert(1)</script> <b>down</b> <img src=http://example.net/x>"
    log.change()
    log.send("pending", response=hostile, status=503)
    part = opened_log()
    detail = opened_detail(part, jobs)
    text = find(detail, "attempt_1_answer_text", QPlainTextEdit)
    assert text.toPlainText() == hostile
    assert text.isReadOnly()
    text.setFocus()
    press(text, "Ctrl+A")
    press(text, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == hostile


def test_every_try_is_there_and_the_one_that_was_opened_is_unfolded(
    log: Log, opened_log: OpenedLog, jobs: Jobs
) -> None:
    log.change()
    log.send("pending", at="2026-11-21T10:00:00Z")
    log.cast.admin.execute("UPDATE govdesk.delivery SET due_at = clock_timestamp()")
    log.send("delivered", "retry", at="2026-11-21T10:00:05Z")
    part = opened_log()
    first = shown(part, "number").index("1")
    detail = opened_detail(part, jobs, row=first)
    assert find(detail, "attempt_1_fold", QToolButton).isChecked()
    fold = find(detail, "attempt_2_fold", QToolButton)
    assert not fold.isChecked()
    fold.setFocus()
    press(part, "Space")
    assert find(detail, "attempt_2_fold", QToolButton).isChecked()
    assert words_of(detail, "delivery_next_words") == "Nothing is left to do."


def test_the_next_row_shows_its_own_delivery(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.fill(5)
    part = opened_log()
    opened_detail(part, jobs)
    first = part.detail.story
    part.table.setFocus()
    press(part.table, "Down")
    wait_for(lambda: part.detail.story is not first, what="the next one")
    line = part.model.line(1)
    assert line is not None
    assert part.detail.story is not None
    assert part.detail.story.delivery.id == line.item.delivery_id


def test_times_follow_the_zone(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.fill(2)
    part = opened_log()
    part.set_zone(ZoneInfo("Australia/Brisbane"))
    assert shown(part, "at")[0] == "2026-11-21 18:59:59 +10:00"


def test_what_comes_next_is_said_with_its_reason() -> None:
    one = samples.story()
    soon = replace(one.delivery, due_at=NOW + timedelta(minutes=5))
    said = story.next_words(replace(one, delivery=soon), UTC, NOW)
    assert said.startswith("It is tried again in 5 minutes, on 2026-11-21 09:35:00 UTC: the last")
    assert said.endswith("ended with “Too slow”.")
    ours = replace(one.attempts[-1], outcome="ours")
    fault = story.next_words(replace(one, delivery=soon, attempts=(ours,)), UTC, NOW)
    assert "does not count as a try" in fault
    failed = replace(one.delivery, status="failed")
    assert "given up after 2 tries" in story.next_words(replace(one, delivery=failed), UTC, NOW)


def test_nothing_is_cut_on_a_small_screen(log: Log, opened_log: OpenedLog, jobs: Jobs) -> None:
    log.change()
    log.send("pending", response="x" * 400, status=503, error="The receiver answered 503.")
    part = opened_log()
    opened_detail(part, jobs)
    part.resize(960 - 48, 540)
    settle(jobs)
    assert list(cut(part)) == []
