"""Claims: why and who are answered from the grants that count, by keyboard, from anywhere."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QToolButton,
)

from govdesk.database.demo import Person
from govdesk.desktop.access.explain import ExplainDialog
from govdesk.desktop.access.question import Preselected
from govdesk.desktop.access.who_can import WhoCanDialog
from govdesk.services import access
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.office import Desk, Office
from tests.doors import arranged
from tests.people import ADA, CARLA, MEI, OLGA, OTIS, Cast


def member(cast: Cast, person: Person) -> UUID:
    found = cast.one("SELECT id FROM govdesk.member WHERE email = %s", person.email)
    assert isinstance(found, UUID)
    return found


def choose(dialog: QDialog, name: str, data: str) -> None:
    """Go through a box with the arrow keys until it stands on what is meant."""
    box = find(dialog, name, QComboBox)
    box.setFocus()
    press(box, "Home")
    for _ in range(box.count()):
        if box.currentData() == data:
            return
        press(box, "Down")
    assert box.currentData() == data, f"{name} offers no {data}"


def explained(desk: Desk, person: Person, permission: str, node: str) -> ExplainDialog:
    """Ask from the palette and write who, what and where."""
    desk.press("Ctrl+K")
    desk.write("Explain access")
    desk.press("Return")
    dialog = opened("explain_dialog", ExplainDialog)
    wait_for(lambda: dialog.node.count() > 0, what="the choices")
    line = find(dialog, "access_person", QLineEdit)
    line.setFocus()
    write(line, person.email)
    press(line, "Return")
    choose(dialog, "access_permission", permission)
    choose(dialog, "access_node", node)
    return dialog


def test_yes_names_the_role_above_and_what_lies_below(office: Office) -> None:
    dialog = explained(office.desk(OLGA), ADA, "member.manage", "acme.claims.northside")
    headline = find(dialog, "explain_headline", QLabel)
    wait_for(lambda: "Northside" in headline.text(), what="the answer")
    assert headline.text().startswith("Yes: Ada Admin may invite, change and remove members on")
    wait_for(lambda: dialog.findChild(QLabel, "explain_path_0"), what="the path")
    assert (
        find(dialog, "explain_path_0", QLabel).text()
        == "because Ada Admin holds Admin on Acme Ltd, and Northside lies below it"
    )


def test_no_names_what_is_missing_and_who_could_mend_it(office: Office) -> None:
    dialog = explained(office.desk(OLGA), MEI, "member.manage", "acme.claims")
    wait_for(lambda: dialog.text.startswith("No: Mei Member may not"), what="the answer")
    assert "no role of Mei Member includes this permission" in dialog.text
    assert "Who could change that: Ada Admin, Olga Owner." in dialog.text


def test_every_path_that_alone_suffices_is_named(office: Office) -> None:
    with arranged(office.cast) as connection:
        connection.execute(
            "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
            " role_key) SELECT tenant_id, tenant_path, %s, 'acme.portal', 'operator'"
            " FROM govdesk.tenant WHERE tenant_path = 'acme'",
            (member(office.cast, OTIS),),
        )
    dialog = explained(office.desk(OLGA), OTIS, "key.manage", "acme.portal")
    wait_for(lambda: dialog.findChild(QLabel, "explain_path_1"), what="both paths")
    assert "Operator on Acme Ltd, and Portal lies below it" in dialog.text
    assert "Operator on Portal itself" in dialog.text


def test_a_member_may_ask_about_herself(office: Office) -> None:
    dialog = explained(office.desk(MEI), MEI, "key.manage", "acme.portal")
    wait_for(lambda: dialog.text.startswith("No: Mei Member"), what="the answer")


def test_it_begins_with_whom_the_page_is_about(office: Office) -> None:
    desk = office.desk(OLGA)
    chosen = Preselected(member(office.cast, ADA), "key.manage", "acme.claims")
    dialog = desk.place.approving.explain(chosen)
    wait_for(lambda: dialog.text.startswith("Yes: Ada Admin may generate"), what="the answer")
    press(dialog, "Escape")


def test_who_can_lists_people_with_their_paths_and_copies_them(office: Office) -> None:
    desk = office.desk(OLGA)
    desk.press("Ctrl+K")
    desk.write("Who can")
    desk.press("Return")
    dialog = opened("who_can_dialog", WhoCanDialog)
    wait_for(lambda: dialog.node.count() > 0, what="the choices")
    choose(dialog, "access_permission", "member.manage")
    choose(dialog, "access_node", "acme.portal")
    message = find(dialog, "access_message", QLabel)
    wait_for(lambda: "members on Portal" in message.text(), what="the answer")
    assert message.text() == "2 people may invite, change and remove members on Portal."
    table = find(dialog, "who_table", QTableView)
    table.setFocus()
    press(table, "Ctrl+A")
    press(table, "Ctrl+C")
    assert office.app.clipboard().text().splitlines() == [
        "Person\tE-mail address\tThrough",
        f"Ada Admin\t{ADA.email}\tAdmin on Acme Ltd",
        f"Olga Owner\t{OLGA.email}\tOwner on Acme Ltd",
    ]
    press(table, "Escape")


def test_team_members_offers_both_questions_about_whoever_is_selected(office: Office) -> None:
    desk = office.desk(OLGA)
    desk.place.open_page("members", str(member(office.cast, ADA)))
    page = desk.place.team.page
    wait_for(lambda: page.selected_member == member(office.cast, ADA), what="Ada to be selected")
    more = find(page, "page_more", QToolButton)
    assert [one.objectName() for one in more.menu().actions()] == [
        "action_access.explain",
        "action_access.who",
    ]
    more.menu().actions()[0].trigger()
    dialog = opened("explain_dialog", ExplainDialog)
    wait_for(lambda: dialog.text.startswith("Yes: Ada Admin"), what="the answer about Ada")


def test_who_can_agrees_with_explain_for_everybody(office: Office) -> None:
    session = office.cast.sign_in(OLGA)
    for permission in ("audit.read", "key.manage", "member.manage", "owner.manage"):
        holders = {h.member_id for h in access.who_can(session, permission, "acme.claims")}
        for person in (OLGA, ADA, OTIS, MEI, CARLA):
            one = member(office.cast, person)
            found = access.explain(session, one, permission, "acme.claims")
            assert found.allowed == (one in holders), (permission, person.email)


def test_a_person_is_opened_from_the_list(office: Office) -> None:
    desk = office.desk(OLGA)
    dialog = desk.place.approving.who_can(Preselected(None, "owner.manage", "acme"))
    asked: list[object] = []
    dialog.person_asked.connect(asked.append)
    table = find(dialog, "who_table", QTableView)
    wait_for(lambda: table.model().rowCount() == 1, what="the owner")
    table.setFocus()
    table.selectRow(0)
    press(find(dialog, "who_open", QPushButton), "Space")
    assert asked == [member(office.cast, OLGA)]


def test_without_permission_the_answer_is_a_sentence(office: Office) -> None:
    session = office.cast.sign_in(CARLA)
    with pytest.raises(Exception, match="permission"):
        access.blast_radius(session, member(office.cast, OLGA), [])
