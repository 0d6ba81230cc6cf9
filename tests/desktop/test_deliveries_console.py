"""The delivery log within the whole console: from the timeline to an answer and its delivery."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox

from govdesk.desktop.deliveries.why_not import WhyDialog
from tests.desktop.driving import find, opened, press, wait_for
from tests.desktop.governed import words_of
from tests.desktop.office import Desk, Office
from tests.doors import seat
from tests.endpoints import change, claim, fan_out, finish, ready, result
from tests.people import OLGA


@pytest.fixture
def desk(office: Office) -> Desk:
    """Olga, at a log with an event that was given up."""
    session = seat(office.cast, OLGA.email)
    webhook = ready(office.cast, session, description="Event store")
    change(session, f"Portal {webhook}")
    fan_out(office.cast)
    rows = claim(office.cast)
    finish(office.cast, *(result(row, "failed") for row in rows))
    return office.desk(OLGA)


def failed_seq(office: Office) -> int:
    """Number of the newest event that was given up."""
    return int(office.cast.one("SELECT max(seq) FROM govdesk.delivery WHERE status = 'failed'"))


def test_from_a_row_of_the_timeline_to_why_and_to_its_delivery(desk: Desk, office: Office) -> None:
    seq = failed_seq(office)
    desk.timeline.go_to_seq(seq)
    wait_for(lambda: desk.seq() == seq, what="the row")
    desk.place.actions.qaction("timeline.why_not_sent").trigger()
    dialog = opened("why_not_sent", WhyDialog)
    # Endpoints of other tests of this file stand in the list, too.
    box = find(dialog, "why_endpoint", QComboBox)
    which = office.cast.one(
        "SELECT webhook_id::text FROM govdesk.delivery WHERE seq = %s AND status = 'failed'", seq
    )
    box.setCurrentIndex(box.findData(which))
    dialog.ask()
    wait_for(lambda: dialog.explanation is not None, what="the answer")
    assert "given up" in words_of(dialog, "why_sentence")
    find(dialog, "why_show").setFocus()
    press(dialog, "Space")
    log = desk.place.webhooking.page.deliveries
    wait_for(lambda: log.isVisible() and log.detail.story is not None, what="the delivery")
    assert desk.place.window.page == "webhooks"
    assert log.detail.story is not None
    assert log.detail.story.delivery.seq == seq
    assert desk.place.actions.qaction("deliveries.redeliver").isEnabled()
    desk.place.actions.qaction("deliveries.copy_id").trigger()
    assert QGuiApplication.clipboard().text() == log.detail.story.delivery.id
    find(log, "delivery_close").setFocus()
    press(desk.window, "Escape")
    assert not desk.place.actions.qaction("deliveries.redeliver").isEnabled()


def test_the_cause_of_a_delivery_leads_back_to_the_timeline(desk: Desk) -> None:
    desk.place.window.show_page("webhooks")
    desk.place.webhooking.page.tabs.setCurrentIndex(1)
    log = desk.place.webhooking.page.deliveries
    wait_for(lambda: log.model.rowCount() > 0, what="the log")
    log.table.setFocus()
    log.table.go_to(0)
    press(log.table, "Return")
    wait_for(lambda: find(log, "delivery_to_event").isVisible(), what="the cause")
    assert log.detail.story is not None
    seq = log.detail.story.delivery.seq
    find(log, "delivery_to_event").setFocus()
    press(desk.window, "Space")
    assert desk.place.window.page == "timeline"
    wait_for(lambda: desk.timeline.detail.isVisible() and desk.timeline.details.seq == seq)
