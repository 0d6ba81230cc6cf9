"""Claim: the compliance officer's morning is done without a mouse, by names and keys alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit

from tests.desktop.driving import find, opened, press, wait_for
from tests.desktop.logs import fill
from tests.desktop.office import Desk, Form, Office
from tests.people import CARLA
from tests.printed import Printed

MEMBERS = "action:member.* severity:info.."
EVENTS = 900


@pytest.fixture
def desk(office: Office) -> Desk:
    """Carla, from her code to her window."""
    if office.cast.last_seq() < EVENTS:
        fill(office.cast, EVENTS)
    office.remember_profile()
    console = office.console()
    console.begin()
    return office.come_in(console, CARLA)


def filtered(desk: Desk, query: str = MEMBERS) -> list[int]:
    """Write a filter; returns the numbers that the database lets through."""
    desk.filter(query)
    desk.settle()
    expected = desk.expected(query)
    wait_for(
        lambda: f"({len(expected):,} events)" in desk.place.actions.qaction("export.csv").text(),
        what="the export menu to know the number",
    )
    return expected


def written(desk: Desk, action: str) -> Path:
    """Export by the menu; returns the file once it is there."""
    desk.export(action)
    (job,) = desk.exports()
    wait_for(lambda: job.has_ended, what="the export")
    assert job.error is None, job.error
    return Path(job.result.path)


def test_she_filters_scrolls_and_opens_what_she_looks_for(desk: Desk) -> None:
    expected = filtered(desk)
    assert desk.timeline.count == len(expected) > 5
    desk.press("Tab")
    for _ in range(12):
        if desk.focus() == "timeline_table":
            break
        desk.press("Tab")
    assert desk.focus() == "timeline_table"
    desk.press("Home")
    assert desk.seq() == expected[0]
    desk.press("End")
    assert desk.seq() == expected[-1]
    desk.press("Home")
    desk.press("Down")
    desk.press("Down")
    assert desk.seq() == expected[2]
    desk.press("Return")
    detail = desk.timeline.detail
    wait_for(lambda: detail.seq == expected[2], what="the detail")
    assert desk.focus() == "detail_scroll"
    assert find(detail, "detail_action").text().startswith("member.")  # type: ignore[attr-defined]
    desk.press("Escape")
    assert not detail.isVisible()
    assert desk.focus() == "timeline_table"
    assert desk.seq() == expected[2]


def test_from_one_event_she_comes_to_everything_with_its_request(desk: Desk) -> None:
    desk.press("Ctrl+Shift+G")
    form = Form(opened("go_to_number", QDialog))
    form.write("480")
    form.press("Return")
    assert desk.seq() == 480
    event = desk.timeline.current_event()
    assert event is not None
    assert event.request_id is not None
    desk.press("Ctrl+K")
    desk.write("everything with this request")
    desk.press("Return")
    desk.settle()
    text = find(desk.window, "filter_field", QLineEdit).text()
    assert text == f"request:{event.request_id}"
    assert desk.timeline.count == len(desk.expected(text)) > 1
    assert all(
        desk.timeline.model.line(row).item.request_id == event.request_id
        for row in range(desk.timeline.count)
    )


def test_from_the_detail_she_comes_to_the_same_by_its_menu(desk: Desk) -> None:
    desk.timeline.go_to_seq(480)
    desk.settle()
    desk.press("Return")
    detail = desk.timeline.detail
    wait_for(lambda: detail.seq == 480, what="the detail")
    menu = find(detail, "request_id_menu")
    for _ in range(30):
        if desk.focus() == "request_id_menu":
            break
        desk.press("Tab")
    assert desk.focus() == "request_id_menu"
    desk.choose(lambda: press(menu, "Space"), "everything")
    desk.settle()
    assert find(desk.window, "filter_field", QLineEdit).text().startswith("request:r")


def test_she_jumps_to_a_day_and_to_a_number(office: Office, desk: Desk) -> None:
    first = office.cast.rows(0)[0]["at"]
    desk.press("Ctrl+G")
    form = Form(opened("go_to_date", QDialog))
    form.write("yesterdayish")
    form.press("Return")
    assert form.window.isVisible()
    assert "This is not a time." in find(form.window, "go_to_field").accessibleDescription()
    form.press("Ctrl+A")
    form.write(f"{first:%Y-%m-%d}")
    form.press("Return")
    wait_for(lambda: desk.table.current_row() == desk.timeline.count - 1, what="the day")
    desk.settle()
    assert desk.seq() == 1
    desk.press("Ctrl+Shift+G")
    form = Form(opened("go_to_number", QDialog))
    form.write("#1,000,000")
    form.press("Return")
    desk.settle()
    assert desk.table.current_row() == 0
    desk.press("Ctrl+Shift+G")
    form = Form(opened("go_to_number", QDialog))
    form.write("500")
    form.press("Return")
    desk.settle()
    assert desk.seq() == 500


def test_she_exports_csv_and_json_of_what_she_filtered(office: Office, desk: Desk) -> None:
    expected = filtered(desk)
    table = list(csv.DictReader(io.StringIO(written(desk, "export.csv").read_text())))
    assert [int(row["seq"]) for row in table] == expected[::-1]
    events = json.loads(written(desk, "export.json").read_text())
    assert [event["seq"] for event in events] == expected[::-1]
    assert office.chosen.asked == [
        ("Export as CSV", "acme-audit-filtered.csv", "CSV (*.csv)"),
        ("Export as JSON", "acme-audit-filtered.json", "JSON (*.json)"),
    ]
    assert desk.place.window.statusBar().currentMessage().startswith(f"{len(expected):,} events")


def test_she_exports_the_json_of_one_event(office: Office, desk: Desk) -> None:
    desk.timeline.go_to_seq(480)
    desk.settle()
    (event,) = json.loads(written(desk, "export.event").read_text())
    assert event["seq"] == 480
    assert event["request_id"] == desk.timeline.current_event().request_id  # type: ignore[union-attr]
    assert office.chosen.asked[0][1] == "acme-event-480.json"


def test_she_downloads_a_pdf(office: Office, desk: Desk) -> None:
    expected = filtered(desk)
    file = written(desk, "export.pdf")
    assert file.read_bytes().startswith(b"%PDF-")
    text = "\n".join(Printed(file).texts)
    assert MEMBERS in text
    assert f"{len(expected):,}" in text
    assert CARLA.email in text


def test_she_locks_unlocks_and_signs_out(office: Office, desk: Desk) -> None:
    desk.timeline.go_to_seq(480)
    desk.press("Ctrl+L")
    desk.unlock()
    wait_for(lambda: desk.window.findChild(QLabel, "veil") is None, what="the window to open")
    assert desk.seq() == 480
    console, token = desk.console, desk.token
    assert office.is_alive(token)
    desk.press("Ctrl+Shift+Q")
    wait_for(lambda: console.workplace is None, what="the window to close")
    assert console.entrance.isVisible()
    wait_for(lambda: office.connections() == 0, what="her connections to close")
    assert not office.is_alive(token)
