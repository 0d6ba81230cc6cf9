"""Claims: an organisation defines roles as parts of a base; who loses what is said before."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from govdesk.services import decisions, members, roles
from tests.desktop.driving import find, press, wait_for, write
from tests.desktop.test_members import Open, Team, paste, team
from tests.people import ADA, MEI, OLGA

__all__ = ["team"]


def begin(here: Team) -> None:
    here.page.show_tab("roles")
    press(find(here.window, "role_define", QPushButton), "Space")
    assert find(here.window, "role_title", QLineEdit).hasFocus()


def tick(here: Team, permission: str) -> None:
    here.tab_to(f"role_may_{permission.replace('.', '_')}")
    here.press("Space")


def defined(here: Team) -> dict[str, tuple[str, list[str], str]]:
    """Roles of the organisation's own: title, permissions, status by key."""
    rows = here.cast.admin.execute(
        "SELECT key, title, permissions, status FROM govdesk.role WHERE NOT builtin"
        " AND tenant_path = 'acme' AND key NOT IN ('auditor', 'compliance_officer')"
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def open_role(here: Team, key: str) -> None:
    here.page.show_tab("roles")
    row = next(
        row for row in range(here.page.roles.model.rowCount())
        if here.page.roles.model.item(row).key == key
    )  # fmt: skip
    here.page.roles.table.go_to(row)
    here.page.roles.table.setFocus()
    here.press("Return")


def test_a_role_is_defined_by_keyboard_with_a_part_of_its_base(team: Open) -> None:
    here = team(OLGA)
    begin(here)
    paste("Night Shift مناوبة")
    here.choose("role_base", "operator")
    tick(here, "key.manage")
    tick(here, "audit.read")
    here.push("role_save")
    here.agree()
    assert defined(here) == {
        "night_shift": ("Night Shift مناوبة", ["audit.read", "key.manage"], "active")
    }
    wait_for(lambda: here.page.roles.model.total == 7, what="the list with it")
    assert here.troubles == []


def test_what_the_base_may_not_do_cannot_be_ticked_and_says_so(team: Open) -> None:
    here = team(OLGA)
    begin(here)
    check = find(here.window, "role_may_member_manage", QCheckBox)
    assert not check.isEnabled()
    assert check.toolTip() == "member.manage: above the base member."
    here.choose("role_base", "admin")
    assert check.isEnabled()


def test_a_role_without_title_or_permission_is_refused_and_keeps_what_was_ticked(
    team: Open,
) -> None:
    here = team(OLGA)
    begin(here)
    tick(here, "audit.read")
    here.push("role_save")
    assert here.page.role.name_field.error == "A title has at least one character."
    here.write("x" * 201)
    here.press("Return")
    assert "201" in here.page.role.name_field.error
    here.press("Ctrl+A")
    here.write("Readers")
    tick(here, "audit.read")
    here.push("role_save")
    assert "at least one permission" in here.words("role_fault")
    assert defined(here) == {}


def test_a_built_in_role_can_be_read_and_not_changed(team: Open) -> None:
    here = team(OLGA)
    open_role(here, "operator")
    assert "built-in" in here.words("role_why")
    assert not find(here.window, "role_save", QPushButton).isVisible()
    assert not find(here.window, "role_delete", QPushButton).isVisible()
    assert not find(here.window, "role_may_key_manage", QCheckBox).isEnabled()
    assert find(here.window, "role_may_key_manage", QCheckBox).isChecked()


def test_an_admin_sees_roles_and_defines_none(team: Open) -> None:
    here = team(ADA)
    here.page.show_tab("roles")
    assert not find(here.window, "role_define", QPushButton).isEnabled()
    open_role(here, "auditor")
    assert "An owner can grant it" in here.words("role_why")


def prepared(here: Team) -> None:
    """A role that Mei holds."""
    session = here.cast.sign_in(OLGA)
    roles.define(session, "Readers", "member", ["audit.read", "member.read"])
    mei = members.find(session, MEI.email)
    members.set_role(session, mei, mei.grants[0], "readers")
    here.page.refresh()
    wait_for(lambda: here.page.roles.model.total == 7, what="the role")
    open_role(here, "readers")


def test_a_change_says_for_whom_and_what_is_lost_before_it_is_made(team: Open) -> None:
    here = team(OLGA)
    prepared(here)
    tick(here, "member.read")
    here.push("role_save")
    dialog = here.dialog()
    assert "Lost: see who is a member." in find(dialog, "change_sentence", QLabel).text()
    assert dialog.blast.text == "It changes for 1 person: Mei Member (Acme Ltd)."
    here.agree()
    assert defined(here)["readers"][1] == ["audit.read"]


def test_a_role_changed_meanwhile_shows_both_and_nothing_is_written(team: Open) -> None:
    here = team(OLGA)
    prepared(here)
    session = here.cast.sign_in(OLGA)
    roles.redefine(session, roles.find(session, "readers"), "Viewers", ["audit.read"])
    tick(here, "member.read")
    tick(here, "node.read")
    here.push("role_save")
    dialog = here.dialog()
    press(find(dialog, "change_go", QPushButton), "Return")
    versions = find(dialog, "change_versions", QLabel)
    wait_for(versions.isVisible, what="both versions")
    assert "Saved meanwhile: “Viewers” with audit.read, set by olga@acme.example" in versions.text()
    assert "Yours: “Readers” with audit.read, node.read" in versions.text()
    here.press("Escape")
    assert defined(here)["readers"][:2] == ("Viewers", ["audit.read"])


def test_deleting_a_role_says_who_loses_it(team: Open) -> None:
    here = team(OLGA)
    prepared(here)
    here.push("role_delete")
    assert here.dialog().blast.text == "They lose it: 1 person: Mei Member (Acme Ltd)."
    here.agree()
    assert defined(here)["readers"][2] == "deleted"
    wait_for(lambda: here.page.roles.model.total == 6, what="the list without it")


def test_a_role_that_an_admin_holds_is_changed_by_two_where_the_policy_says_so(
    team: Open,
) -> None:
    here = team(OLGA)
    olga = here.cast.sign_in(OLGA)
    roles.define(olga, "Chiefs", "admin", ["audit.read", "member.read"])
    members.add_grant(olga, members.find(olga, MEI.email), "acme.claims", "chiefs")
    decisions.set_reviewer(olga, "counsel@law.example", "Counsel", "active")
    decisions.set_policy(olga, "role.change", True, 72)
    here.page.refresh()
    wait_for(
        lambda: "chiefs" in [one.key for one in here.page.roles.model._held.items],
        what="the list with it",
    )
    open_role(here, "chiefs")
    tick(here, "member.read")
    here.push("role_save")
    dialog = here.dialog()
    go = find(dialog, "change_go", QPushButton)
    press(go, "Return")
    reason = find(dialog, "change_reason", QPlainTextEdit)
    wait_for(lambda: reason.isVisible() and go.isEnabled(), what="the question for a reason")
    write(reason, "They never needed it")
    closed: list[bool] = []
    dialog.finished.connect(lambda: closed.append(True))
    press(go, "Space")
    wait_for(lambda: closed, what="the request")
    (asked,) = [one for one in decisions.all_of(olga) if one.is_open]
    assert (asked.action, asked.payload["permissions"]) == ("role.change", ["audit.read"])
    assert defined(here)["chiefs"][1] == ["audit.read", "member.read"]
