"""Claims: Team Members shows who is here, and changes it as the policy allows, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.database.demo import Person
from govdesk.database.migrate import claim_setup
from govdesk.desktop.approvals.asking import AskDialog
from govdesk.desktop.members.changes import ChangeDialog, Intention
from govdesk.desktop.members.page import MembersPage
from govdesk.desktop.members.role_box import RoleBox
from govdesk.desktop.members.samples import sample_team
from govdesk.desktop.members.scenes import fill
from govdesk.jobs import Jobs
from govdesk.services import members, organization
from govdesk.services.link import Session
from tests.desktop import driving
from tests.desktop.conftest import Linked
from tests.desktop.driving import find, opened, press, show, wait_for, write
from tests.desktop.office import Office
from tests.people import ADA, CARLA, MEI, OLGA, OTIS, PASSWORD, Cast

Open = Callable[[Person], "Team"]


class Team:
    """Somebody at the page, in a window of its own."""

    def __init__(self, page: MembersPage, window: QMainWindow, cast: Cast):
        self.page, self.window, self.cast = page, window, cast
        self.troubles: list[Exception] = []
        page.trouble.connect(self.troubles.append)
        wait_for(lambda: page.people.model.total and page.role.checks, what="the lists")

    def person(self, person: Person) -> None:
        """Go to somebody by the filter and open the panel with Enter."""
        self.page.show_tab("people")
        self.page.go_to_filter()
        self.write(person.email)
        self.press("Down")
        self.press("Return")
        wait_for(
            lambda: (
                self.page.person.portrait is not None
                and self.page.person.portrait.member.email == person.email
                and self.page.person._job is None
            ),
            what="the person",
        )

    def press(self, keys: str) -> None:
        """Keys where the keyboard is."""
        self._activate()
        press(self.front, keys)

    def write(self, text: str) -> None:
        """Text where the keyboard is."""
        self._activate()
        write(self.front, text)

    def _activate(self) -> None:
        """Give the keyboard back to the window, as a window manager does after a dialog."""
        if not self.front.isActiveWindow():
            self.front.activateWindow()
            wait_for(self.front.isActiveWindow, what="the window to be active")

    @property
    def front(self) -> QWidget:
        """The dialog that is open, or the window."""
        return QApplication.activeModalWidget() or self.window

    def tab_to(self, name: str) -> None:
        """Go to a control by Tab."""
        for _ in range(80):
            at = QApplication.focusWidget()
            if at is not None and at.objectName() == name:
                return
            self.press("Tab")
        pytest.fail(f"Tab does not reach {name}")

    def push(self, name: str) -> None:
        """Go to a button by Tab and press it."""
        self.tab_to(name)
        self.press("Space")

    def choose(self, box: str, key: str) -> None:
        """Choose from a box with the arrow keys."""
        found = find(self.window, box, QComboBox)
        self.tab_to(box)
        for keys in ("Down", "Up"):
            for _ in range(found.count()):
                if found.currentData() == key:
                    return
                self.press(keys)
        assert found.currentData() == key, f"{key} cannot be chosen"

    def dialog(self) -> ChangeDialog:
        """The question before a change, once it says what would change."""
        made = opened("change_dialog", ChangeDialog)
        made.activateWindow()
        go = find(made, "change_go", QPushButton)
        wait_for(go.isEnabled, what="what would change")
        return made

    def agree(self) -> None:
        """Make the change, and wait until it is made."""
        dialog = self.dialog()
        closed: list[bool] = []
        dialog.finished.connect(lambda: closed.append(True))
        press(find(dialog, "change_go", QPushButton), "Return")
        wait_for(lambda: closed, what="the change to be made")

    def words(self, name: str) -> str:
        """What a line says; empty while it is hidden."""
        label = find(self.window, name, QLabel)
        return label.text() if label.isVisible() else ""

    def names(self) -> list[str]:
        """Names in the table from the top."""
        model = self.page.people.model
        return [model.item(row).name for row in range(model.rowCount())]

    def role_of(self, person: Person, path: str = "acme") -> str:
        """The role that the database has."""
        return str(
            self.cast.one(
                "SELECT coalesce((SELECT g.role_key FROM govdesk.member_grant g"
                " JOIN govdesk.member m ON m.id = g.member_id WHERE m.email = %s"
                " AND g.node_path = %s::ltree AND g.status = 'active'), '')",
                person.email,
                path,
            )
        )

    def status_of(self, person: Person) -> str:
        """The status that the database has."""
        return str(
            self.cast.one("SELECT status FROM govdesk.member WHERE email = %s", person.email)
        )


@pytest.fixture
def team(cast: Cast, jobs: Jobs, tmp_path: Path) -> Open:
    """Open the page for one of the cast, on a database of this test's own."""

    def open_page(person: Person) -> Team:
        link = link_of(cast, person)
        with link.session("interactive") as session:
            here = organization.here(session)
        preferences = Preferences(tmp_path / "preferences.json")
        driving.ending.callback(preferences.close)
        window = QMainWindow()
        window.setObjectName("members_window")
        page = MembersPage(link, jobs, preferences, here, UTC, window)
        window.setCentralWidget(page)
        show(window, 1280, 800)
        return Team(page, window, cast)

    return open_page


def link_of(cast: Cast, person: Person) -> Any:
    """A signed-in link that is closed after the jobs."""
    from govdesk.services.link import Link

    session = cast.sign_in(person)
    made = Link(cast.database.app_url, session.token, session.tenant_path, email=person.email)
    driving.ending.callback(made.close)
    return made


def paste(text: str) -> None:
    """Text comes from the clipboard, as a list does, and what this keyboard has no keys for."""
    QApplication.clipboard().setText(text)
    at = QApplication.focusWidget()
    assert at is not None
    press(at, "Ctrl+V")


# Who is here


def test_everybody_is_listed_with_role_scope_mfa_and_when_last_seen(team: Open) -> None:
    page = team(OLGA).page
    lines = {
        line.item.email: line.texts
        for row in range(page.people.model.rowCount())
        if (line := page.people.model.line(row)) is not None
    }
    assert set(lines) == {person.email for person in (OLGA, ADA, OTIS, MEI, CARLA)}
    name, address, role, scope, mfa, seen, status = lines[OLGA.email]
    assert (name, address, role, scope) == ("Olga Owner", OLGA.email, "Owner", "Acme Ltd")
    assert (mfa, status) == ("on", "active")
    assert seen != "never"


def test_the_filter_finds_by_name_address_and_role_whatever_the_case(team: Open) -> None:
    here = team(OLGA)
    here.page.go_to_filter()
    for typed, found in (
        ("OLGA", ["Olga Owner"]),
        ("compliance carla", ["Carla Compliance"]),
        ("mei@ACME", ["Mei Member"]),
        ("zzz", []),
    ):
        here.press("Ctrl+A")
        here.write(typed)
        assert here.names() == found
    state = here.page.people.state
    assert (state.state, state.isVisible()) == ("empty", True)
    here.press("Escape")
    assert len(here.names()) == 5


def test_names_of_every_script_are_found_and_sorted_as_the_language_does(team: Open) -> None:
    here = team(OLGA)
    fill(here.page)
    names = here.names()
    latin = [name for name in names if name[0].isascii() or name[0] in "ZŁÉÓŞ"]
    assert names[0] == "Ada Okafor"
    assert names.index("Émile Dupont") < names.index("Imran Khan") < names.index("Zoë Ångström")
    assert names.index("Łukasz Żak") < names.index("Mei Tan")
    assert len(latin) == 13
    for typed, found in (
        ("żak", "Łukasz Żak"),
        ("الأحمد", "محمد الأحمد"),
        ("小龍", "李小龍"),
        ("GROSS", "Jürgen Groß"),
        ("NGUYỄN", "Nguyễn Thị Minh"),
    ):
        here.page.people.filter.setText(typed)
        assert here.names() == [found]


def test_a_column_sorts_both_ways_by_keyboard_and_the_row_stays_selected(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.press("Escape")
    here.page.people.clear_filter()
    here.page.people.sort(1)
    emails = [here.page.people.model.item(row).email for row in range(5)]
    assert emails == sorted(emails)
    assert here.page.people.item().email == MEI.email
    here.page.people.sort(1)
    emails = [here.page.people.model.item(row).email for row in range(5)]
    assert emails == sorted(emails, reverse=True)
    assert here.page.people.item().email == MEI.email


def test_rows_are_copied_as_tsv_with_a_title_line(team: Open) -> None:
    here = team(OLGA)
    here.page.people.table.setFocus()
    here.press("Ctrl+A")
    here.press("Ctrl+C")
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Name", "E-mail", "Role"]
    assert [line.split("\t")[0] for line in lines[1:]] == here.names()


def test_selecting_opens_the_panel_and_escape_gives_the_keyboard_back(team: Open) -> None:
    here = team(OLGA)
    here.page.people.table.setFocus()
    here.press("Down")
    wait_for(lambda: here.page.person.isVisible(), what="the panel")
    assert here.window.focusWidget() is here.page.people.table
    here.press("Return")
    assert here.page.person.isAncestorOf(here.window.focusWidget())
    wait_for(lambda: here.page.person.portrait is not None, what="the person")
    here.press("Escape")
    assert here.page.panels.isHidden()
    assert here.window.focusWidget() is here.page.people.table


# Roles of a person


def test_a_role_is_changed_by_keyboard_after_its_blast_radius_was_shown(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    assert not find(here.window, "grant_save_0", QPushButton).isEnabled()
    here.choose("grant_role_0", "operator")
    here.push("grant_save_0")
    dialog = here.dialog()
    assert "gains" in dialog.blast.text.lower()
    assert "generate, rotate and revoke keys" in dialog.blast.text
    here.agree()
    assert here.role_of(MEI) == "operator"
    wait_for(lambda: here.page.person.rows and not here.page.person.rows[0].is_changed, what="it")
    assert here.troubles == []


def test_escape_changes_nothing_and_keeps_what_was_chosen(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.choose("grant_role_0", "operator")
    here.push("grant_save_0")
    here.dialog()
    here.press("Escape")
    assert here.role_of(MEI) == "member"
    assert find(here.window, "grant_role_0", QComboBox).currentData() == "operator"


def test_what_an_admin_may_not_give_is_greyed_and_the_reason_stands_below(team: Open) -> None:
    here = team(ADA)
    here.person(MEI)
    box = find(here.window, "grant_role_0", QComboBox)
    allowed = {
        box.itemData(place): bool(
            box.model().flags(box.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled
        )
        for place in range(box.count())
    }
    assert not allowed["owner"]
    assert allowed["operator"]
    assert "Owner: not offered" in here.words("grant_why_0")
    tip = box.itemData(box.findData("owner"), Qt.ItemDataRole.ToolTipRole)
    assert tip
    assert tip.lower()[:-1] in here.words("grant_why_0").lower()


def test_an_owner_cannot_be_touched_by_an_admin_and_the_panel_says_why(team: Open) -> None:
    here = team(ADA)
    here.person(OLGA)
    for name in ("person_remove", "person_suspend", "grant_remove_0", "grant_save_0"):
        assert not find(here.window, name, QPushButton).isEnabled(), name
    assert here.words("person_leave_why") == "This person holds a higher role than yours."


def test_a_member_sees_everybody_and_can_change_nobody(team: Open) -> None:
    here = team(MEI)
    assert len(here.names()) == 5
    assert not here.page.invite_button.isEnabled()
    here.person(OTIS)
    for name in ("person_remove", "person_suspend", "grant_remove_0", "grant_save_0"):
        assert not find(here.window, name, QPushButton).isEnabled(), name
    assert "permission" in here.words("person_leave_why")


def test_a_role_on_another_node_is_added_and_taken_away(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.choose("add_node", "acme.portal")
    wait_for(lambda: find(here.window, "add_grant", QPushButton).isEnabled(), what="the offers")
    here.choose("add_role", "operator")
    here.push("add_grant")
    here.agree()
    assert here.role_of(MEI, "acme.portal") == "operator"
    wait_for(lambda: len(here.page.person.rows) == 2, what="the second role")
    here.push("grant_remove_1")
    dialog = here.dialog()
    assert "loses" in dialog.blast.text.lower()
    here.agree()
    assert here.role_of(MEI, "acme.portal") == ""


# Somebody else's change


def change_behind(here: Team, role: str) -> None:
    """Another owner gives Mei another role meanwhile."""
    session = here.cast.sign_in(OLGA)
    mei = members.find(session, MEI.email)
    members.set_role(session, mei, mei.grants[0], role)


def test_a_role_changed_meanwhile_shows_both_versions_and_by_whom(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.choose("grant_role_0", "operator")
    change_behind(here, "auditor")
    here.push("grant_save_0")
    dialog = here.dialog()
    press(find(dialog, "change_go", QPushButton), "Return")
    versions = find(dialog, "change_versions", QLabel)
    wait_for(versions.isVisible, what="both versions")
    assert "Saved meanwhile: Auditor, set by olga@acme.example at " in versions.text()
    assert "Yours: Operator" in versions.text()
    assert here.role_of(MEI) == "auditor"
    press(find(dialog, "change_go", QPushButton), "Return")
    wait_for(lambda: here.role_of(MEI) == "operator", what="mine to be saved")


def test_keeping_theirs_writes_nothing_and_shows_it(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.choose("grant_role_0", "operator")
    change_behind(here, "auditor")
    here.push("grant_save_0")
    dialog = here.dialog()
    press(find(dialog, "change_go", QPushButton), "Return")
    wait_for(find(dialog, "change_versions", QLabel).isVisible, what="both versions")
    press(find(dialog, "change_cancel", QPushButton), "Space")
    wait_for(
        lambda: here.page.person.portrait.member.grants[0].role_key == "auditor",  # type: ignore[union-attr]
        what="theirs",
    )
    assert here.role_of(MEI) == "auditor"
    assert find(here.window, "grant_role_0", RoleBox).key == "auditor"
    assert not find(here.window, "grant_save_0", QPushButton).isEnabled()


def test_reading_again_leaves_the_keyboard_on_the_same_role(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.tab_to("grant_role_0")
    person = here.page.person
    assert person.portrait is not None
    person.show_portrait(person.portrait)
    assert QApplication.focusWidget() is person.rows[0].box


# Suspending and removing


def test_a_person_is_suspended_comes_back_and_is_removed(team: Open) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.push("person_suspend")
    here.agree()
    assert here.status_of(MEI) == "suspended"
    button = find(here.window, "person_suspend", QPushButton)
    wait_for(lambda: button.text() == "Reactivate", what="the way back")
    here.push("person_suspend")
    here.agree()
    assert here.status_of(MEI) == "active"
    wait_for(lambda: button.text() == "Suspend", what="it to be shown")
    here.push("person_remove")
    assert "loses" in here.dialog().blast.text.lower()
    here.agree()
    assert here.status_of(MEI) == "removed"
    assert here.role_of(MEI) == ""
    wait_for(lambda: here.page.people.model.total == 4, what="the list without her")
    assert here.page.panels.isHidden()
    assert here.troubles == []


def test_nobody_removes_himself_and_the_last_owner_stays(team: Open) -> None:
    here = team(OLGA)
    here.person(OLGA)
    assert not find(here.window, "person_remove", QPushButton).isEnabled()
    assert here.words("person_leave_why") == "Nobody suspends or removes himself."
    here.push("grant_remove_0")
    dialog = here.dialog()
    press(find(dialog, "change_go", QPushButton), "Return")
    message = find(dialog, "change_message", QLabel)
    wait_for(message.isVisible, what="the refusal")
    assert "last owner" in message.text()
    assert here.role_of(OLGA) == "owner"


def test_a_dangerous_change_asks_for_password_and_code_and_is_then_made_once(team: Open) -> None:
    here = team(OLGA)
    with here.cast.admin.transaction():
        claim_setup(here.cast.admin, "acme")
        here.cast.admin.execute("UPDATE govdesk_private.session SET stepped_up_at = NULL")
    here.person(OTIS)
    here.choose("grant_role_0", "admin")
    here.push("grant_save_0")
    dialog = here.dialog()
    before = here.cast.last_seq()
    press(find(dialog, "change_go", QPushButton), "Return")
    form = opened("ConfirmForm")
    assert here.role_of(OTIS) == "operator"
    write(find(form, "password"), PASSWORD)
    write(find(form, "code"), here.cast.fresh_code(OLGA))
    wait_for(lambda: here.role_of(OTIS) == "admin", what="the change after the confirmation")
    actions = [row["action"] for row in here.cast.rows(before)]
    assert actions.count("member.role_changed") == 1


def test_two_people_decide_where_the_policy_says_so_and_the_row_waits(team: Open) -> None:
    cast_policy = (
        "INSERT INTO govdesk.reviewer (tenant_id, tenant_path, email, display_name)"
        " SELECT tenant_id, tenant_path, 'counsel@law.example', 'Counsel' FROM govdesk.tenant"
        " WHERE tenant_path = 'acme'",
        "INSERT INTO govdesk.decision_policy (tenant_id, tenant_path, action, enabled,"
        " expires_hours) SELECT tenant_id, tenant_path, 'member.demote', true, 72"
        " FROM govdesk.tenant WHERE tenant_path = 'acme'"
        " ON CONFLICT (tenant_id, action) DO UPDATE SET enabled = true",
    )
    here = team(OLGA)
    with here.cast.admin.transaction():
        claim_setup(here.cast.admin, "acme")
        for statement in cast_policy:
            here.cast.admin.execute(statement)  # type: ignore[call-overload]
    here.person(ADA)
    here.choose("grant_role_0", "operator")
    here.push("grant_save_0")
    dialog = here.dialog()
    press(find(dialog, "change_go", QPushButton), "Return")
    reason = find(dialog, "change_reason", QPlainTextEdit)
    wait_for(reason.isVisible, what="the question for a reason")
    go = find(dialog, "change_go", QPushButton)
    assert go.text() == "Ask for a decision"
    wait_for(go.isEnabled, what="the button")
    press(go, "Space")
    assert dialog.isVisible()
    write(reason, "She moves to operations")
    closed: list[bool] = []
    dialog.finished.connect(lambda: closed.append(True))
    press(go, "Space")
    wait_for(lambda: closed, what="the request")
    assert here.role_of(ADA) == "admin"
    wait_for(
        lambda: here.page.person.portrait is not None and here.page.person.portrait.waiting,
        what="the decision that waits",
    )
    wait_for(find(here.window, "grant_0_waits").isVisible, what="the row to say so")
    assert not find(here.window, "grant_save_0", QPushButton).isEnabled()


# What goes wrong


def test_a_lost_server_leaves_everything_and_what_is_chosen(
    team: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = team(OLGA)
    here.person(MEI)
    here.choose("grant_role_0", "operator")
    monkeypatch.setattr(here.page._link, "url", "host=127.0.0.1 port=1 dbname=none")
    here.cast.one(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE usename = 'govdesk_app' AND datname = current_database()"
    )
    here.page.refresh()
    wait_for(lambda: len(here.troubles) >= 3, what="the failed readings")
    assert len(here.names()) == 1
    assert find(here.window, "grant_role_0", QComboBox).currentData() == "operator"


def test_ten_thousand_people_are_filtered_as_one_types(
    linked: Linked, jobs: Jobs, tmp_path: Path
) -> None:
    import time

    link = linked(OLGA)
    with link.session("interactive") as session:
        here = organization.here(session)
    preferences = Preferences(tmp_path / "preferences.json")
    driving.ending.callback(preferences.close)
    page = MembersPage(link, jobs, preferences, here, UTC)
    show(page, 1000, 600)
    wait_for(lambda: page.people.model.total == 5 and page.role.checks, what="the lists")
    people = sample_team(10_000).members
    page.people.hold(page.people.prepared(people))
    begun = time.perf_counter()
    for typed in ("p", "pe", "per", "person99", "person999", "person9999"):
        page.people.filter.setText(typed)
        page.people.table.viewport().grab()
    assert (time.perf_counter() - begun) / 6 < 0.25
    assert [page.people.model.item(row).email for row in range(page.people.model.rowCount())] == [
        "person9999@acme.example"
    ]


def test_the_page_stands_in_the_console_and_leads_to_explain_access(office: Office) -> None:
    desk = office.desk(OLGA)
    desk.press("Ctrl+6")
    page = desk.place.team.page
    assert desk.place.window.page == "members"
    wait_for(lambda: page.people.model.total == 5, what="the people")
    page.people.table.setFocus()
    desk.press("Down")
    wait_for(lambda: page.person.portrait is not None, what="the person")
    assert page.selected_member is not None
    press(find(page, "person_explain", QPushButton), "Space")
    dialog = opened("explain_dialog")
    wait_for(lambda: "Carla" in dialog.text or dialog.isVisible(), what="the answer")  # type: ignore[attr-defined]
    dialog.close()


def test_giving_up_a_change_on_its_way_stops_the_server_first(team: Open) -> None:
    here = team(OLGA)
    ended: list[str] = []

    def write(session: Session, shown: object) -> None:
        with session.transaction() as connection:
            connection.execute(
                "UPDATE govdesk.tenant SET name = 'Half written' WHERE tenant_path = 'acme'"
            )
            connection.execute("SELECT pg_sleep(60)")

    dialog = here.page.ask(
        Intention("Rename", "It takes long.", "Save", write, None, lambda _: ended.append("done"),
                  given_up=lambda: ended.append("given up"))
    )  # fmt: skip
    press(find(dialog, "change_go", QPushButton), "Return")
    wait_for(
        lambda: here.cast.one(
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"
        ),
        what="the change to be on its way",
    )
    press(dialog, "Escape")
    assert not ended
    wait_for(lambda: ended, what="the dialog to close")
    assert ended == ["given up"]
    assert here.cast.one("SELECT name FROM govdesk.tenant WHERE tenant_path = 'acme'") != (
        "Half written"
    )


def test_inviting_an_owner_says_what_that_gives_before_it_is_asked_for(team: Open) -> None:
    here = team(OLGA)
    with here.cast.admin.transaction():
        claim_setup(here.cast.admin, "acme")
        here.cast.admin.execute(
            "INSERT INTO govdesk.reviewer (tenant_id, tenant_path, email, display_name)"
            " SELECT tenant_id, tenant_path, 'counsel@law.example', 'Counsel' FROM govdesk.tenant"
            " WHERE tenant_path = 'acme'"
        )
        here.cast.admin.execute(
            "INSERT INTO govdesk.decision_policy (tenant_id, tenant_path, action, enabled,"
            " expires_hours) SELECT tenant_id, tenant_path, 'owner.promote', true, 72"
            " FROM govdesk.tenant WHERE tenant_path = 'acme'"
            " ON CONFLICT (tenant_id, action) DO UPDATE SET enabled = true"
        )
    press(find(here.window, "members_invite", QPushButton), "Space")
    wait_for(lambda: here.page.invite.role.key, what="the roles")
    here.write("second@new.example")
    here.choose("invite_role", "owner")
    here.push("invite_send")
    dialog = opened("ask_dialog", AskDialog)
    wait_for(lambda: "Gains" in dialog.blast.text, what="what it gives")
    assert "Acme" in dialog.blast.text
    press(dialog, "Escape")


@pytest.mark.parametrize(
    ("name", "action"),
    [("person_lost_phone", "factor.reset"), ("person_forgot", "account.recover")],
)
def test_a_way_back_for_somebody_else_is_asked_of_a_second_human(
    team: Open, name: str, action: str
) -> None:
    here = team(OLGA)
    with here.cast.admin.transaction():
        claim_setup(here.cast.admin, "acme")
        here.cast.admin.execute(
            "INSERT INTO govdesk.reviewer (tenant_id, tenant_path, email, display_name)"
            " SELECT tenant_id, tenant_path, 'counsel@law.example', 'Counsel' FROM govdesk.tenant"
            " WHERE tenant_path = 'acme'"
        )
    here.person(MEI)
    here.push(name)
    dialog = here.dialog()
    write(find(dialog, "change_reason", QPlainTextEdit), "I spoke with her")
    here.agree()
    wait_for(lambda: not find(here.window, name).isEnabled(), what="the button to be grey")
    assert here.cast.one("SELECT action FROM govdesk.decision WHERE status = 'pending'") == action
    assert "A decision waits" in here.words("person_leave_why")
    assert find(here.window, "person_remove").isEnabled()
    here.person(OLGA)
    assert not find(here.window, name).isEnabled()
