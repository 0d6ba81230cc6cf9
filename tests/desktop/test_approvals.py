"""Claims: a second human decides once, by keyboard, and hears what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListView, QPushButton, QWidget

from govdesk.database.demo import Person
from govdesk.desktop.approvals.page import ApprovalsPage
from govdesk.domain.problem import Problem
from govdesk.services import decisions
from govdesk.services.decisions import Decision
from tests.desktop.driving import find, opened, press, settle, wait_for, write
from tests.desktop.office import Desk, Office
from tests.doors import arranged, later
from tests.people import ADA, CARLA, OLGA, PASSWORD, Cast

_numbers = count(1)
MET = "I met them and checked it."


@pytest.fixture(autouse=True)
def reviewers(module_cast: Cast) -> Iterator[None]:
    """Carla and Ada may decide; what an earlier test left undecided is taken back."""
    olga = module_cast.sign_in(OLGA)
    for person in (CARLA, ADA):
        decisions.set_reviewer(olga, person.email, person.name, "active")
    yield
    # Her connection may be one that the test has cut.
    olga = module_cast.sign_in(OLGA)
    for one in decisions.all_of(olga):
        if one.is_open and one.is_mine:
            decisions.cancel(olga, one.id)


def ask(cast: Cast, by: Person = OLGA) -> tuple[UUID, str]:
    """Olga asks for one more reviewer; returns the decision and the new one's address."""
    address = f"counsel{next(_numbers)}@firm.example"
    payload = {"reviewer": address, "display_name": "Nina Counsel", "status": "active"}
    session = cast.sign_in(by)
    return decisions.request(session, "policy.change", payload, "Our counsel joins."), address


def now(cast: Cast, decision: UUID) -> Decision:
    """The decision as it stands on the server."""
    found = decisions.one(cast.sign_in(OLGA), decision)
    assert found is not None
    return found


class Approvals:
    """Somebody at the page, with the keyboard in the list."""

    def __init__(self, desk: Desk):
        self.desk = desk
        desk.press("Ctrl+3")
        assert desk.place.window.page == "approvals"
        wait_for(lambda: not self.page.reader.is_reading, what="the list")

    @property
    def page(self) -> ApprovalsPage:
        return self.desk.place.approving.page

    def open(self, decision: UUID) -> Approvals:
        """Go to a decision with the arrow keys."""
        listing = find(self.page, "approvals_list", QListView)
        listing.setFocus()
        wait_for(lambda: self.page.list.current is not None, what="the list to be filled")
        press(listing, "Home")
        for _ in range(60):
            if self.page.list.current == decision:
                break
            press(listing, "Down")
        assert self.page.list.current == decision
        wait_for(self.is_shown(decision), what="the detail")
        return self

    def is_shown(self, decision: UUID):  # type: ignore[no-untyped-def]
        """Whether the detail is about it."""
        return lambda: self.page.detail.decision and self.page.detail.decision.id == decision

    def reason(self, text: str) -> None:
        """Tab to the reason and write."""
        self.tab_to("verdict_reason")
        write(find(self.page, "verdict_reason", QLineEdit), text)

    def tab_to(self, name: str) -> QWidget:
        """Press Tab until the control has the keyboard."""
        for _ in range(40):
            if self.desk.focus() == name:
                return find(self.page, name)
            self.desk.press("Tab")
        raise AssertionError(f"Tab does not reach {name}, only {self.desk.focus()}")

    def push(self, name: str) -> None:
        """Tab to a button and press it."""
        press(self.tab_to(name), "Space")

    @property
    def said(self) -> str:
        """What stands above the reason."""
        return find(self.page, "verdict_message", QLabel).text()

    def wait_said(self, part: str) -> None:
        """Wait for a sentence."""
        wait_for(lambda: part in self.said, what=f"{part!r}, not {self.said!r}")

    @property
    def typed(self) -> str:
        """The reason as it stands in its field."""
        return find(self.page, "verdict_reason", QLineEdit).text()


def at(office: Office, person: Person = CARLA) -> Approvals:
    return Approvals(office.desk(person))


def test_a_reviewer_approves_by_keyboard_and_hears_that_it_is_done(office: Office) -> None:
    decision, address = ask(office.cast)
    page = at(office).open(decision)
    assert find(page.page, "decision_title", QLabel).text() == f"Add the reviewer {address}"
    page.reason(MET)
    page.push("verdict_approve")
    page.wait_said("Approved, and done. Event ")
    done = now(office.cast, decision)
    assert (done.status, done.decision_reason) == ("executed", MET)
    assert done.decided_by == f"user:{CARLA.email}"
    seq = int(page.said.partition("Event ")[2].partition(" ")[0].replace(",", ""))
    (row,) = [r for r in office.cast.rows(seq - 1) if r["seq"] == seq]
    assert row["actor"] == f"user:{CARLA.email}"
    assert row["on_behalf_of"] == f"user:{OLGA.email}"
    assert address in {r.email for r in decisions.reviewers(office.cast.sign_in(OLGA))}


def test_rejecting_changes_nothing_and_says_so(office: Office) -> None:
    decision, address = ask(office.cast)
    page = at(office).open(decision)
    page.reason("Nobody told us.")
    page.push("verdict_reject")
    page.wait_said("Rejected. Nothing was changed.")
    assert now(office.cast, decision).status == "rejected"
    assert address not in {r.email for r in decisions.reviewers(office.cast.sign_in(OLGA))}


def test_without_a_reason_nothing_is_sent_and_the_keyboard_is_on_the_field(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.push("verdict_approve")
    assert page.desk.focus() == "verdict_reason"
    assert page.page.detail.bar.field.error
    assert now(office.cast, decision).status == "pending"


def test_a_double_click_decides_once(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    button = find(page.page, "verdict_approve", QPushButton)
    before = office.cast.last_seq()
    for _ in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    page.wait_said("Approved, and done.")
    settle()
    approved = [r for r in office.cast.rows(before) if r["action"] == "decision.approved"]
    assert len(approved) == 1
    assert "meanwhile" not in page.said


def test_what_somebody_else_decided_meanwhile_is_said_and_the_reason_stays(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason("I would say no.")
    decisions.decide(office.cast.sign_in(ADA), decision, "approve", MET)
    page.push("verdict_reject")
    page.wait_said("This ended meanwhile, and your verdict was not counted.")
    assert f"Approved by {ADA.email}" in page.said
    wait_for(lambda: page.page.detail.decision.status == "executed", what="the new state")
    assert page.typed == "I would say no."
    assert not find(page.page, "verdict_approve", QPushButton).isVisible()


def test_a_request_that_expired_while_it_was_open_is_not_decided(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    later(office.cast, "govdesk.decision", "expires_at", "30 days", f"id = '{decision}'")
    page.push("verdict_approve")
    page.wait_said("Its time was over; your verdict was not counted.")
    assert page.typed == MET
    wait_for(lambda: not page.page.detail.bar.can_decide, what="the buttons to rest")
    assert now(office.cast, decision).status == "pending"


def test_what_changed_since_it_was_asked_for_makes_it_void_and_says_why(office: Office) -> None:
    decision, address = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    decisions.set_reviewer(office.cast.sign_in(OLGA), address, "Nina", "removed")
    page.push("verdict_approve")
    page.wait_said("Void because what it is about has changed since it was asked for.")
    assert now(office.cast, decision).status == "voided"


def test_a_changed_payload_is_void_before_anybody_decides(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    with arranged(office.cast) as connection:
        connection.execute(
            "UPDATE govdesk.decision SET payload = replace(payload, 'active', 'removed')"
            " WHERE id = %s",
            (decision,),
        )
    page.push("verdict_approve")
    page.wait_said("This ended meanwhile")
    assert "Void because the change itself was altered" in page.said


def test_the_requester_cannot_decide_and_can_take_it_back(office: Office) -> None:
    decision, _ = ask(office.cast)
    with pytest.raises(Problem):
        decisions.decide(office.cast.sign_in(OLGA), decision, "approve", MET)
    page = at(office, OLGA).open(decision)
    for name in ("verdict_approve", "verdict_reject", "verdict_reason"):
        assert not find(page.page, name).isVisible()
    assert "Somebody else has to decide" in page.said
    page.push("verdict_cancel")
    page.wait_said("Taken back. Nothing was changed.")
    assert now(office.cast, decision).status == "cancelled"


def test_a_reviewer_who_is_none_any_more_decides_nothing(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    decisions.set_reviewer(office.cast.sign_in(OLGA), CARLA.email, CARLA.name, "removed")
    page.push("verdict_approve")
    page.wait_said("You may not decide this any more")
    assert page.typed == MET
    assert now(office.cast, decision).status == "pending"


def test_deciding_asks_for_a_confirmation_and_without_it_nothing_happens(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    page.page._link.needs_confirmation()
    page.push("verdict_approve")
    dialog = opened("ConfirmForm", QDialog)
    press(dialog, "Escape")
    wait_for(lambda: not dialog.isVisible(), what="the confirmation to be gone")
    assert now(office.cast, decision).status == "pending"
    assert page.typed == MET
    page.push("verdict_approve")
    dialog = opened("ConfirmForm", QDialog)
    find(dialog, "password", QLineEdit).setText(PASSWORD)
    write(find(dialog, "code", QLineEdit), office.next_code())
    page.wait_said("Approved, and done.")


def test_a_session_that_was_confirmed_long_ago_confirms_and_decides_once(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    later(office.cast, "govdesk_private.session", "stepped_up_at", "1 hour")
    page.push("verdict_approve")
    dialog = opened("ConfirmForm", QDialog)
    find(dialog, "password", QLineEdit).setText(PASSWORD)
    write(find(dialog, "code", QLineEdit), office.next_code())
    page.wait_said("Approved, and done.")


def test_the_navigation_counts_what_waits_and_looks_again_by_itself(office: Office) -> None:
    desk = office.desk(CARLA)
    place = desk.place
    approving = place.approving

    def title() -> str:
        items = place.window.navigation._items
        rows = [items.item(row).text() for row in range(items.rowCount())]
        return next(text for text in rows if text.startswith("Approvals"))

    wait_for(lambda: not approving.reader.is_reading, what="the first look")
    before = approving.waiting
    ask(office.cast)
    approving._looking.timeout.emit()
    wait_for(lambda: approving.waiting == before + 1, what="the new count")
    assert title() == f"Approvals ({before + 1})"


def test_looking_by_itself_does_not_keep_the_session_alive(office: Office) -> None:
    desk = office.desk(CARLA)
    approving = desk.place.approving
    wait_for(lambda: not approving.reader.is_reading, what="the first look")
    seen = "SELECT max(seen_at) FROM govdesk_private.session"
    later(office.cast, "govdesk_private.session", "seen_at", "5 minutes")
    before = office.cast.one(seen)
    approving._looking.timeout.emit()
    wait_for(lambda: not approving.reader.is_reading, what="the look")
    assert office.cast.one(seen) == before


def test_a_lost_connection_keeps_the_reason_and_claims_nothing(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    page.reason(MET)
    # One write opens the lane's connection, which is then cut.
    page.page.reader.cancel(UUID(int=0), lambda n: None, lambda e: None)
    wait_for(lambda: not [j for j in office.jobs.running if j.lane == "writes"], what="the write")
    office.cut()
    office.cast._admin = None
    page.push("verdict_approve")
    page.wait_said("It is not certain whether this arrived.")
    assert page.typed == MET
    wait_for(lambda: page.desk.place.window.connection.state == "connected", what="the server")
    assert now(office.cast, decision).status == "pending"


def test_the_history_leads_to_the_events_in_the_timeline(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office).open(decision)
    history = find(page.page, "decision_history", QLabel).text()
    assert "asked for a decision" in history
    page.push("decision_timeline")
    wait_for(lambda: page.desk.place.window.page == "timeline", what="the timeline")
    page.desk.settle()
    assert page.desk.timeline.count == 1
    assert page.desk.expected(f"entity:{decision}") == [page.desk.timeline.model.line(0).item.seq]


def test_what_became_of_the_mail_stands_beside_a_decision_that_waits(office: Office) -> None:
    decision, _ = ask(office.cast)
    page = at(office, OLGA).open(decision)
    assert "The link to the reviewers: queued." in [
        label.text() for label in find(page.page, "decision_facts").findChildren(QLabel)
    ]


def test_another_page_leads_to_a_decision(office: Office) -> None:
    decision, _ = ask(office.cast)
    desk = office.desk(CARLA)
    desk.place.open_page("approvals", str(decision))
    page = desk.place.approving.page
    wait_for(lambda: page.list.current == decision, what="the decision to be chosen")
    assert desk.focus() == "approvals_list"
