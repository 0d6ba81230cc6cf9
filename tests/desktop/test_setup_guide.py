"""Claims: the guide leads from a key to its first event, by keyboard, whatever the network does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
)

from govdesk.desktop import screens
from govdesk.desktop.guide import arrival
from govdesk.desktop.guide.window import SetupGuide
from govdesk.desktop.keys.page import IntegrationPage
from govdesk.jobs import Jobs
from govdesk.services.key_changes import Revealed
from govdesk.services.link import Unreachable
from tests.desktop.driving import find, opened, press, wait_for
from tests.desktop.governed import opened_page, settle, words_of
from tests.desktop.keys_parts import OpenedKeys, opened_keys, order_key, raw_of, send_event, store
from tests.desktop.office import Form
from tests.keys import PORTAL, Door, generate
from tests.people import MEI, OLGA, Cast

__all__ = ["opened_keys", "opened_page"]

URL = "https://govdesk.acme.example"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds takes a moment."""
    monkeypatch.setattr(arrival, "LOST_EVERY_MS", 5)


def guide_of(page: IntegrationPage) -> SetupGuide:
    """The guide that is open over the page."""
    guide = opened("setup_guide", SetupGuide)
    guide.arrival._every = 5
    guide.activateWindow()
    wait_for(guide.isActiveWindow, what="the guide to be the active window")
    return guide


def text_of(guide: SetupGuide) -> str:
    """The program that is shown."""
    return find(guide, "guide_snippet", QPlainTextEdit).toPlainText()


def waiting(page: IntegrationPage, made: Revealed, url: str = URL) -> tuple[SetupGuide, Form]:
    """The guide at its last page, for a key that is not at hand."""
    page.keys.select_entity(made.key.id)
    page.open_guide()
    guide = guide_of(page)
    form = Form(guide)
    form.type("guide_address", url)
    form.push("guide_next")
    form.push("guide_next")
    wait_for(lambda: "nothing yet" in words_of(guide, "guide_asked"), what="an answer")
    return guide, form


def leave(guide: SetupGuide) -> None:
    """Esc."""
    closed: list[int] = []
    guide.finished.connect(closed.append)
    press(guide, "Escape")
    assert closed


def test_from_a_new_key_to_its_first_event_by_keyboard(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    page = opened_keys(OLGA)
    seen: list[int] = []
    page.event_asked.connect(seen.append)
    dialog = order_key(page)
    raw = raw_of(dialog)
    store(dialog, "reveal_guide")
    guide = guide_of(page)
    form = Form(guide)
    assert words_of(guide, "guide_where") == "Step 1 of 3 · Claims triage"
    assert "still at hand" in words_of(guide, "guide_key_help")
    form.push("guide_next")
    assert "begins with https://" in words_of(guide, "guide_address_help")
    assert guide.focusWidget() is find(guide, "guide_address")
    form.write(URL)
    form.press("Return")
    assert words_of(guide, "guide_title") == "Send a first event"
    assert raw in text_of(guide)
    assert f"{URL}/v1/events" in text_of(guide)
    form.push("guide_back")
    assert find(guide, "guide_address", QLineEdit).text() == URL
    form.push("guide_next")
    form.push("guide_next")
    wait_for(lambda: "nothing yet" in words_of(guide, "guide_asked"), what="an answer")
    assert "since" in words_of(guide, "guide_waiting")
    finish = find(guide, "guide_finish", QPushButton)
    assert not finish.isEnabled()
    send_event(Door.of(cast, tmp_path), raw, "Hello from claims")
    wait_for(finish.isEnabled, what="the event to arrive")
    event = guide.arrival.event_seen
    assert event is not None
    assert words_of(guide, "guide_event_summary") == "Hello from claims"
    assert words_of(guide, "guide_event_seq") == f"{event.seq:,}"
    form.push("guide_show_event")
    assert seen == [event.seq]
    settle(jobs)


def test_finish_ends_it_and_a_key_that_has_sent_before_waits_no_moment(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    door = Door.of(cast, tmp_path)
    send_event(door, made.raw, "The first")
    send_event(door, made.raw, "The second")
    page = opened_keys(MEI)
    page.open_guide()
    guide = guide_of(page)
    form = Form(guide)
    form.type("guide_address", URL)
    form.push("guide_next")
    form.push("guide_next")
    wait_for(lambda: guide.arrival.is_done, what="the event")
    assert words_of(guide, "guide_event_summary") == "The first"
    wait_for(lambda: guide.focusWidget() is guide.finish, what="the keyboard on Finish")
    closed: list[int] = []
    guide.finished.connect(closed.append)
    form.press("Return")
    assert closed == [1]
    settle(jobs)


# The programs


def test_three_languages_are_offered_and_without_the_key_say_where_it_goes(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(MEI)
    page.open_guide()
    guide = guide_of(page)
    form = Form(guide)
    form.type("guide_address", URL + "/")
    form.push("guide_next")
    tabs = find(guide, "guide_languages", QTabBar)
    assert [tabs.tabText(at) for at in range(tabs.count())] == ["curl", "Python", "Node"]
    tabs.setFocus()
    seen = []
    for _ in range(3):
        seen.append(text_of(guide))
        form.press("Right")
    assert len(set(seen)) == 3
    assert all(f"{made.key.prefix}_…" in one and f"{URL}/v1/events" in one for one in seen)
    assert f"{made.key.prefix}_…" in words_of(guide, "guide_key_note")
    form.push("guide_copy_snippet")
    assert QGuiApplication.clipboard().text() == text_of(guide)
    leave(guide)
    settle(jobs)


def test_a_pasted_key_is_checked_put_into_the_program_and_forgotten(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, qapp: QApplication
) -> None:
    session = cast.sign_in(OLGA)
    first, made = generate(cast, session), generate(cast, session, label="Second")
    foreign = generate(cast, session, PORTAL)
    page = opened_keys(MEI)
    page.keys.select_entity(first.key.id)
    page.open_guide()
    guide = guide_of(page)
    form = Form(guide)
    form.type("guide_address", URL)
    swapped = made.raw[:30] + made.raw[31] + made.raw[30] + made.raw[32:]
    form.type("guide_paste", swapped if swapped != made.raw else made.raw[:-1] + "~")
    assert "typing error" in words_of(guide, "guide_paste_help")
    form.push("guide_next")
    assert guide.place == 0
    form.type("guide_paste", foreign.raw)
    assert "no working key of this system" in words_of(guide, "guide_paste_help")
    form.type("guide_paste", made.raw)
    assert find(guide, "guide_key", QComboBox).currentData() == made.key.id
    form.push("guide_next")
    assert made.raw in text_of(guide)
    form.push("guide_copy_snippet")
    assert "cleared in 60 seconds" in words_of(guide, "guide_key_note")
    assert made.raw in QGuiApplication.clipboard().text()
    pictures = []
    for raw in (made.raw, foreign.raw):
        guide.snippet.show_for(URL, made.key.prefix, raw)
        pictures.append(screens.picture(guide).toImage())
    assert pictures[0] == pictures[1]
    assert foreign.raw in text_of(guide)
    paste = find(guide, "guide_paste", QLineEdit)
    left: list[str] = []
    guide.finished.connect(lambda: left.append(paste.text() + text_of(guide)))
    guide.snippet._clipboard.clear()
    leave(guide)
    assert left == [""]
    settle(jobs)


def test_a_key_that_cannot_send_events_is_named_before_anything_is_tried(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    generate(cast, cast.sign_in(OLGA), scopes=("participant:read",))
    page = opened_keys(OLGA)
    page.open_guide()
    guide = guide_of(page)
    assert "lacks the scope events:write" in words_of(guide, "guide_scope_missing")
    Form(guide).push("guide_generate")
    assert find(page, "generate_panel").isVisible()
    settle(jobs)


def test_without_a_key_one_is_generated_first(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    page.open_guide()
    guide = guide_of(page)
    assert not find(guide, "guide_next", QPushButton).isEnabled()
    assert "no key that works" in words_of(guide, "guide_key_help")
    leave(guide)
    other = opened_keys(MEI)
    other.open_guide()
    guide = guide_of(other)
    assert not find(guide, "guide_generate").isVisible()
    leave(guide)
    settle(jobs)


# Waiting


def test_leaving_stops_the_asking(cast: Cast, jobs: Jobs, opened_keys: OpenedKeys) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    guide, _ = waiting(page, made)
    step = guide.arrival
    leave(guide)
    assert not step._next.isActive()
    assert not step._patience.isActive()
    wait_for(lambda: not jobs.running, what="nothing to run")


def test_a_lost_server_is_asked_again_and_the_event_is_found(
    cast: Cast,
    jobs: Jobs,
    opened_keys: OpenedKeys,
    tmp_path: Path,
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    heard: list[Exception] = []
    jobs.unhandled.connect(heard.append)
    guide, _ = waiting(page, made)
    cast.admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'govdesk' AND datname = current_database()"
        " AND usename = 'govdesk_app'"
    )
    wait_for(lambda: heard, what="the loss to be heard of")
    assert isinstance(heard[0], Unreachable)
    send_event(Door.of(cast, tmp_path), made.raw)
    wait_for(lambda: guide.arrival.event_seen, what="the event")
    leave(guide)
    settle(jobs)


def test_after_a_minute_it_says_what_to_check_and_goes_on_waiting(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    guide, _ = waiting(page, made)
    assert guide.arrival._patience.interval() == 60_000
    assert not words_of(guide, "guide_advice")
    guide.arrival._patience.start(1)
    wait_for(lambda: words_of(guide, "guide_advice"), what="the advice")
    advice = words_of(guide, "guide_advice")
    assert all(word in advice for word in ("401", "403", "429", f"{URL}/v1/events"))
    send_event(Door.of(cast, tmp_path), made.raw)
    wait_for(lambda: guide.arrival.is_done, what="the event")
    assert not words_of(guide, "guide_advice")
    leave(guide)
    settle(jobs)


def test_the_event_it_shows_is_the_keys_own(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    session = cast.sign_in(OLGA)
    made, other = generate(cast, session), generate(cast, session, label="Other")
    page = opened_keys(OLGA)
    guide, _ = waiting(page, made)
    door = Door.of(cast, tmp_path)
    send_event(door, other.raw, "Not mine")
    send_event(door, made.raw, "Mine")
    wait_for(lambda: guide.arrival.is_done, what="the event")
    assert words_of(guide, "guide_event_summary") == "Mine"
    leave(guide)
    settle(jobs)
