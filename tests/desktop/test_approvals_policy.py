"""Claims: an owner says what needs a second human and who that is; loosening needs one itself."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from govdesk.database.demo import Person
from govdesk.desktop.approvals.policy_page import PolicyPage
from govdesk.services import decisions
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.office import Desk, Office
from tests.doors import arranged
from tests.people import CARLA, MEI, OLGA, Cast

ROW = "policy_owner_promote"
COUNSEL = "counsel@firm.example"


@pytest.fixture(autouse=True)
def nothing_set(module_cast: Cast) -> None:
    """Every test begins without policy and reviewers."""
    with arranged(module_cast) as connection:
        connection.execute("UPDATE govdesk.decision_policy SET enabled = false WHERE enabled")
        connection.execute("UPDATE govdesk.reviewer SET status = 'removed' WHERE status = 'active'")


def at(office: Office, person: Person = OLGA) -> tuple[Desk, PolicyPage]:
    """Somebody at the page, once it is read."""
    desk = office.desk(person)
    desk.place.actions.run("page.policy")
    page = desk.place.approving.policy
    wait_for(lambda: page.rows, what="the policy")
    return desk, page


def push(page: PolicyPage, name: str) -> None:
    """Press a button by keyboard."""
    button = find(page, name, QPushButton)
    assert button.isEnabled(), f"{name} is grey"
    button.setFocus()
    press(button, "Space")


def add(page: PolicyPage, email: str, name: str) -> None:
    """Fill in the form of a new reviewer."""
    for field, text in (("reviewer_email", email), ("reviewer_name", name)):
        line = find(page, field, QLineEdit)
        line.setFocus()
        line.selectAll()
        write(line, text)
    push(page, "reviewer_add")


def policy(cast: Cast, action: str) -> decisions.Kind:
    found = decisions.policy(cast.sign_in(OLGA))
    return next(kind for kind in found if kind.action == action)


def is_on(cast: Cast, action: str) -> bool:
    """The same without a way of one's own, which may not be opened while the window draws."""
    return bool(
        cast.one("SELECT bool_or(enabled) FROM govdesk.decision_policy WHERE action = %s", action)
    )


def test_without_a_reviewer_nothing_can_be_switched_on_and_the_page_says_why(
    office: Office,
) -> None:
    _, page = at(office)
    switch = find(page, f"{ROW}_on", QCheckBox)
    assert not switch.isEnabled()
    assert "Add a reviewer below" in switch.toolTip()
    assert find(page, "policy_nobody", QLabel).isVisible()


def test_an_owner_names_counsel_and_switches_a_policy_on(office: Office) -> None:
    _, page = at(office)
    add(page, COUNSEL, "Nina Counsel")
    wait_for(lambda: page.findChild(QLabel, "reviewer_0_name"), what="the reviewer")
    assert find(page, "reviewer_0_name", QLabel).text() == "Nina Counsel"
    switch = find(page, f"{ROW}_on", QCheckBox)
    wait_for(switch.isEnabled, what="the switch")
    switch.setFocus()
    press(switch, "Space")
    push(page, f"{ROW}_save")
    wait_for(lambda: is_on(office.cast, "owner.promote"), what="the policy")
    assert policy(office.cast, "policy.change").enabled


def test_oneself_is_no_second_human(office: Office) -> None:
    _, page = at(office)
    add(page, OLGA.email, "Olga Owner")
    wait_for(lambda: page.findChild(QLabel, "reviewer_0_name"), what="the reviewer")
    assert not find(page, f"{ROW}_on", QCheckBox).isEnabled()


def test_a_bad_address_is_said_at_the_field_and_stays(office: Office) -> None:
    _, page = at(office)
    add(page, "nina at firm", "Nina")
    assert "e-mail address" in find(page, "reviewer_email_help", QLabel).text()
    assert find(page, "reviewer_email", QLineEdit).text() == "nina at firm"
    add(page, "nina@@firm", "Nina")
    message = find(page, "reviewer_message", QLabel)
    wait_for(lambda: "not an e-mail address" in message.text(), what="the server's word")
    assert find(page, "reviewer_email", QLineEdit).text() == "nina@@firm"


def test_switching_off_is_asked_of_a_second_human(office: Office) -> None:
    olga = office.cast.sign_in(OLGA)
    decisions.set_reviewer(olga, CARLA.email, CARLA.name, "active")
    decisions.set_policy(olga, "owner.promote", True, 24)
    desk, page = at(office)
    switch = find(page, f"{ROW}_on", QCheckBox)
    assert switch.isChecked()
    switch.setFocus()
    press(switch, "Space")
    push(page, f"{ROW}_save")
    dialog = opened("ask_dialog", QDialog)
    press(find(dialog, "ask_submit", QPushButton), "Space")
    assert dialog.isVisible(), "a reason is missing"
    reason = find(dialog, "ask_reason", QPlainTextEdit)
    reason.setFocus()
    write(reason, "We are two people only.")
    press(find(dialog, "ask_submit", QPushButton), "Space")
    asked_for = "A second human was asked. It waits in Approvals."
    wait_for(
        lambda: desk.window.statusBar().currentMessage() == asked_for,  # type: ignore[attr-defined]
        what="the request",
    )
    (asked,) = [d for d in decisions.all_of(olga) if d.is_open and d.action == "policy.change"]
    assert asked.payload == {"policy": "owner.promote", "enabled": False, "expires_hours": 24}
    assert policy(office.cast, "owner.promote").enabled
    done = decisions.decide(office.cast.sign_in(CARLA), asked.id, "approve", "So be it.")
    assert done.status == "executed"
    assert not policy(office.cast, "owner.promote").enabled


def test_others_see_the_policy_and_who_could_change_it(office: Office) -> None:
    decisions.set_reviewer(office.cast.sign_in(OLGA), CARLA.email, CARLA.name, "active")
    _, page = at(office, MEI)
    assert "Only an owner" in find(page, "policy_why", QLabel).text()
    assert not find(page, f"{ROW}_on", QCheckBox).isEnabled()
    assert not find(page, "reviewer_0_remove", QPushButton).isVisible()
    assert not find(page, "reviewer_add", QPushButton).isVisible()


def test_what_always_needs_two_cannot_be_switched(office: Office) -> None:
    decisions.set_reviewer(office.cast.sign_in(OLGA), CARLA.email, CARLA.name, "active")
    _, page = at(office)
    switch = find(page, "policy_factor_reset_on", QCheckBox)
    assert switch.isChecked()
    assert not switch.isEnabled()
    assert "always" in switch.toolTip()


def test_saving_a_row_keeps_what_is_typed_for_a_reviewer(office: Office) -> None:
    olga = office.cast.sign_in(OLGA)
    decisions.set_reviewer(olga, CARLA.email, CARLA.name, "active")
    _, page = at(office)
    line = find(page, "reviewer_email", QLineEdit)
    line.setFocus()
    write(line, COUNSEL)
    switch = find(page, f"{ROW}_on", QCheckBox)
    wait_for(switch.isEnabled, what="the switch")
    switch.setFocus()
    press(switch, "Space")
    push(page, f"{ROW}_save")
    wait_for(lambda: is_on(office.cast, "owner.promote"), what="the policy")
    wait_for(lambda: not page.writer.is_busy, what="the answer")
    assert line.text() == COUNSEL
