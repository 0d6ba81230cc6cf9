"""Staff inside an organisation: the way in, the band, the notice over there, every way out."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from govdesk.database import demo
from govdesk.database.connection import Session
from govdesk.desktop import theme
from govdesk.desktop.staff.band import Marking, StaffBand, Strip
from govdesk.desktop.staff.entering import EnterDialog
from govdesk.desktop.staff.organizations import OrganizationsPage
from govdesk.desktop.staff.watching import StaffWatch
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import accounts, organization, platform
from govdesk.services.accounts import built_in_roles
from govdesk.services.link import Link
from govdesk.services.platform import Tenant
from tests.desktop.conftest import Linked
from tests.desktop.driving import ending, find, opened, press, settle, show, wait_for, write
from tests.desktop.office import Desk, Office
from tests.doors import answer as sql_answer
from tests.doors import ask, cooled, later, worker
from tests.people import ADA, BETA, CARLA, MEI, OLGA, OTIS, PASSWORD, Cast, seed_of

SAM = demo.Person(
    "sam@staff.example", "Sam Staff", "Support", "operator", PASSWORD,
    seed_of("sam@staff.example"),
)  # fmt: skip
WHY = "Ticket 4711: imports hang"
ACME = Tenant("acme", "Acme Ltd")


@pytest.fixture
def employed(module_cast: Cast) -> Cast:
    """The organisation of staff, with Sam in it."""
    if not module_cast.one("SELECT count(*) FROM govdesk.tenant WHERE kind = 'platform'"):
        demo.found(
            module_cast.database.admin_url,
            path="platform",
            name="GovDesk staff",
            since="2026-01-01T00:00:00Z",
            roles=built_in_roles(),
            people=[
                demo.Person("boss@staff.example", "Boss", "Lead", "owner"),
                SAM,
            ],
            systems=[],
            kind="platform",
        )
    module_cast.admin.execute("DELETE FROM govdesk_private.attempt")
    return module_cast


@pytest.fixture
def sam(employed: Cast) -> Link:
    """Sam's link to the staff's own organisation."""
    code = employed.fresh_code(SAM)
    url = employed.database.app_url
    started = accounts.start(url, "platform", SAM.email, PASSWORD, code, None)
    link = Link(url, started.token, "platform", email=SAM.email, last_code=code)
    ending.callback(link.close)
    return link


def inside(cast: Cast, link: Link, minutes: int = 30, why: str = WHY) -> Session:
    """Let Sam enter Acme without a window."""
    with link.session("background") as session:
        entry = platform.enter(session, "acme", why, minutes)
    assert entry.token is not None
    return Session(cast.open(cast.database.app_url), entry.token, entry.tenant_path)


def is_alive(session: Session) -> bool:
    try:
        session.touch()
    except Problem:
        return False
    return True


# The way in


def test_names_are_all_that_staff_see_from_outside(jobs: Jobs, sam: Link, employed: Cast) -> None:
    page = show(OrganizationsPage(sam, jobs), 900, 500)
    wait_for(lambda: page.model.total, what="the names")
    lines = [page.model.line(row) for row in range(page.model.rowCount())]
    assert [line.texts for line in lines if line] == [
        ("Acme Ltd", "acme"),
        ("Beta Pty Ltd", BETA),
    ]
    with sam.session("background") as session, session.transaction() as connection:
        for table in ("member", "node", "audit_log", "tenant"):
            row = connection.execute(
                f"SELECT count(*) FROM govdesk.{table} WHERE tenant_path <> 'platform'"  # type: ignore[call-overload]
            ).fetchone()
            assert row == (0,), table


def test_members_of_an_organization_enter_nowhere(employed: Cast) -> None:
    olga = employed.sign_in(OLGA)
    with pytest.raises(Problem, match="Only staff"):
        platform.tenants(olga)
    with olga.transaction() as connection:
        rows = connection.execute("SELECT * FROM govdesk_api.platform_tenants()").fetchall()
    assert rows == []
    with pytest.raises(Problem):
        platform.enter(olga, "beta", WHY, 10)


def enter_dialog(jobs: Jobs, link: Link) -> tuple[EnterDialog, list[tuple[object, ...]]]:
    parent = show(QWidget(), 800, 700)
    dialog = EnterDialog(jobs, link, ACME, None, parent)
    entered: list[tuple[object, ...]] = []
    dialog.entered.connect(lambda *got: entered.append(got))
    dialog.open()
    dialog.activateWindow()
    wait_for(dialog.isActiveWindow, what="the dialog")
    return dialog, entered


def test_without_a_reason_nothing_happens(jobs: Jobs, sam: Link, employed: Cast) -> None:
    dialog, entered = enter_dialog(jobs, sam)
    assert "Recorded in their log before you can read anything" in text(dialog, "recorded")
    find(dialog, "enter", QPushButton).click()
    assert "Say why" in text(dialog, "reason_help")
    assert not entered
    assert employed.one("SELECT count(*) FROM govdesk_private.attempt") <= 1
    with sam.session("background") as session, pytest.raises(Problem, match="reason"):
        platform.enter(session, "acme", "  ", 10)
    dialog.reject()


def text(root: QWidget, name: str) -> str:
    return find(root, name, QLabel).text()


def test_an_entry_stands_in_their_log_before_anything_can_be_read(
    jobs: Jobs, sam: Link, employed: Cast
) -> None:
    before = employed.last_seq()
    visits = "SELECT count(*) FROM govdesk_private.session WHERE staff_member_id IS NOT NULL"
    earlier = employed.one(visits)
    dialog, entered = enter_dialog(jobs, sam)
    field = find(dialog, "reason", QPlainTextEdit)
    write(field, WHY)
    button = find(dialog, "enter", QPushButton)
    button.click()
    button.click()
    wait_for(lambda: entered, what="the entry")
    settle()
    assert len(entered) == 1, "two clicks are one visit"
    rows = [row for row in employed.rows(before) if row["action"] == "platform.entered"]
    assert [(row["actor"], row["reason"]) for row in rows] == [(f"staff:{SAM.email}", WHY)]
    assert employed.one(visits) == earlier + 1


def test_an_entry_needs_a_fresh_confirmation(jobs: Jobs, sam: Link, employed: Cast) -> None:
    cooled(employed)
    dialog, entered = enter_dialog(jobs, sam)
    write(find(dialog, "reason", QPlainTextEdit), WHY)
    find(dialog, "enter", QPushButton).click()
    asking = opened("ConfirmForm", QDialog)
    assert not entered
    asking.activateWindow()
    write(find(asking, "password"), PASSWORD)
    # The code that Sam came in with may still be the present one; the database was made to forget.
    sam.last_code = ""
    write(find(asking, "code"), employed.fresh_code(SAM))
    wait_for(lambda: entered, what="the entry")


def test_more_than_an_hour_is_their_decision(jobs: Jobs, sam: Link, employed: Cast) -> None:
    olga = employed.sign_in(OLGA)
    ask(olga, "SELECT govdesk_api.set_reviewer(%s, 'Ada', 'active')", ADA.email)
    ask(olga, "SELECT govdesk_api.set_decision_policy('platform.enter', true, 24)")
    dialog, entered = enter_dialog(jobs, sam)
    assert "nobody else" in text(dialog, "minutes_help")
    find(dialog, "minutes", QSpinBox).setValue(120)
    assert "their decision" in text(dialog, "minutes_help")
    write(find(dialog, "reason", QPlainTextEdit), WHY)
    find(dialog, "enter", QPushButton).click()
    wait_for(lambda: entered, what="the answer")
    entry = entered[0][3]
    assert isinstance(entry, platform.Entry)
    assert entry.token is None
    assert entry.decision is not None
    ada = employed.sign_in(ADA)
    attempt = ask(ada, "SELECT govdesk_api.decide_submit(%s, 'approve', 'go on')", entry.decision)
    ask(ada, "SELECT govdesk_api.decide_reveal(%s)", attempt)
    assert is_alive(inside(employed, sam, 120))


def test_the_theme_may_change_while_the_question_is_open(
    jobs: Jobs, sam: Link, qapp: QApplication
) -> None:
    dialog, _ = enter_dialog(jobs, sam)
    write(find(dialog, "reason", QPlainTextEdit), WHY)
    for name in ("dark", "light"):
        theme.apply(qapp, name)  # type: ignore[arg-type]
        wait_for(
            lambda: dialog.grab().toImage().pixelColor(2, 2) == theme.colour("window"), what=name
        )
    assert find(dialog, "reason", QPlainTextEdit).toPlainText() == WHY
    dialog.reject()


# The band


def test_the_band_says_where_why_and_how_long_warns_and_ends_once() -> None:
    band = show(StaffBand("Acme Ltd", WHY, 27 * 60), 900, 60)
    assert band.sentence == (
        f"GovDesk staff — inside Acme Ltd for: {WHY} — 27 min left — everything you do is"
        " recorded in their log"
    )
    heard: list[str] = []
    band.nearly_over.connect(lambda: heard.append("nearly"))
    band.over.connect(lambda: heard.append("over"))
    for seconds in (121, 119, 60, 0, 0):
        band._ends_at = time.monotonic() + seconds
        band.tick()
    assert heard == ["nearly", "over"]
    assert "the time is up" in band.sentence


def test_the_band_has_a_colour_of_its_own_in_both_themes(qapp: QApplication) -> None:
    band = show(StaffBand("Acme Ltd", WHY, 600), 900, 60)
    for name in ("light", "dark"):
        theme.apply(qapp, name)  # type: ignore[arg-type]
        settle()
        picture = band.grab().toImage()
        shown = {picture.pixelColor(x, 3).name() for x in range(0, 900, 3)}
        own = {theme.colour("staff").name(), theme.colour("staff_stripe").name()}
        assert own <= shown
        others = {theme.colour(f"environment_{e}").name() for e in ("dev", "staging", "production")}
        assert not own & others


def test_every_dialog_above_the_window_is_marked(qapp: QApplication) -> None:
    window = show(QWidget(), 400, 300)
    marking = Marking(window, qapp)
    dialog = QDialog(window)
    dialog.setWindowTitle("Rename")
    QVBoxLayout(dialog).addWidget(QLabel("text", dialog))
    dialog.show()
    strip = find(dialog, "staff_strip", Strip)
    assert strip.width() == dialog.width()
    assert dialog.windowTitle() == "GovDesk staff — Rename"
    dialog.hide()
    dialog.show()
    assert len(dialog.findChildren(Strip)) == 1
    qapp.removeEventFilter(marking)


# The other side


def watch(jobs: Jobs, link: Link) -> StaffWatch:
    with link.session("background") as session:
        here = organization.here(session)
    window = show(QWidget(), 1000, 300)
    watching = StaffWatch(link, jobs, here, UTC, window)
    QVBoxLayout(window).addWidget(watching.notice)
    return watching


def test_owners_and_admins_see_a_visit_within_five_seconds(
    jobs: Jobs, linked: Linked, sam: Link, employed: Cast
) -> None:
    employed.admin.execute(
        "UPDATE govdesk_private.credential SET version = version + 1 WHERE person_id ="
        " (SELECT id FROM govdesk_private.person WHERE email = %s)",
        ("nobody@example",),
    )
    link = linked(OLGA)
    watching = watch(jobs, link)
    known = set(end_all(link))
    watching.begin()
    wait_for(lambda: not watching._is_asking, what="the first answer")
    assert not watching.notice.isVisible(), known
    seen_before = last_seen(employed, OLGA.email)
    visit = inside(employed, sam)
    since = time.monotonic()
    wait_for(watching.notice.isVisible, what="the notice")
    assert time.monotonic() - since < 5
    (sentence,) = watching.notice.sentences
    assert f"GovDesk staff are inside: {SAM.email} since {datetime.now(UTC):%H:}" in sentence
    assert f"for: {WHY}" in sentence
    assert last_seen(employed, OLGA.email) == seen_before, "asking keeps no session alive"
    shown: list[str] = []
    watching.shown.connect(shown.append)
    find(watching.notice, "staff_see_1", QPushButton).click()
    assert shown == [f"staff:{SAM.email}"]
    before = employed.last_seq()
    find(watching.notice, "staff_end_1", QPushButton).click()
    wait_for(lambda: not watching.notice.isVisible(), what="the end")
    assert not is_alive(visit)
    (row,) = employed.rows(before)
    assert (row["action"], row["actor"]) == ("platform.left", f"user:{OLGA.email}")


def end_all(link: Link) -> list[str]:
    """End every visit that an earlier test left."""
    with link.session("background") as session:
        visits = platform.inside(session)
        for one in visits:
            ask(session, "SELECT govdesk_api.revoke_session(%s)", one.session_id)
    return [str(one.session_id) for one in visits]


def last_seen(cast: Cast, email: str) -> object:
    return cast.one(
        "SELECT max(s.seen_at) FROM govdesk_private.session s JOIN govdesk_private.person p"
        " ON p.id = s.person_id WHERE p.email = %s",
        email,
    )


@pytest.mark.parametrize("person", [MEI, OTIS, CARLA], ids=lambda p: p.role)
def test_only_those_who_answer_for_the_organization_are_told(
    jobs: Jobs, linked: Linked, sam: Link, employed: Cast, person: demo.Person
) -> None:
    inside(employed, sam)
    watching = watch(jobs, linked(person))
    watching.begin()
    is_told = person is CARLA
    assert watching.is_on is is_told
    if is_told:
        wait_for(watching.notice.isVisible, what="the notice")
        assert not watching.notice.findChildren(QPushButton, "staff_end_1")


def test_a_visit_reads_and_sets_up_but_exports_and_manages_nobody(
    sam: Link, employed: Cast
) -> None:
    visit = inside(employed, sam)
    with visit.transaction() as connection:
        row = connection.execute("SELECT count(*) FROM govdesk.member").fetchone()
        assert row is not None
        assert row[0] >= 5
    for refused in (
        "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
        " SELECT tenant_id, tenant_path, id, 'acme', 'owner' FROM govdesk.member LIMIT 1",
        "SELECT govdesk_api.invite('x@x.example', 'X', 'owner', 'acme', '')",
        "SELECT govdesk_api.account_submit('change_password', sha256('a'))",
        "SELECT govdesk_api.set_reviewer('x@x.example', 'X', 'active')",
    ):
        with pytest.raises(Problem), visit.transaction() as connection:
            connection.execute(refused)  # type: ignore[arg-type]


def test_what_they_do_is_one_click_away(office: Office, sam: Link, employed: Cast) -> None:
    desk = office.desk(OLGA, events=10)
    watching = desk.place.presence.watch
    visit = inside(employed, sam)
    wait_for(watching.notice.isVisible, what="the notice", seconds=6)
    find(watching.notice, "staff_see_1", QPushButton).click()
    desk.settle()
    assert desk.place.window.page == "timeline"
    assert desk.timeline.filter_bar.applied_text == f"actor:staff:{SAM.email}"
    event = desk.timeline.model.line(0)
    assert event is not None
    assert event.item.actor == f"staff:{SAM.email}"
    accounts.end(employed.database.app_url, visit.token)


# The whole way


def seat(office: Office) -> Desk:
    desk = office.desk(SAM, events=10)
    place = desk.place
    assert place.presence.organizations is not None
    place.window.show_page("organizations")
    page = place.presence.organizations
    wait_for(lambda: page.model.total, what="the organizations")
    return desk


def visit_acme(desk: Desk) -> QWidget:
    """Enter Acme by keyboard; returns the window inside."""
    page = desk.place.presence.organizations
    assert page is not None
    page.table.setFocus()
    page.table.go_to(0)
    press(page.table, "Return")
    dialog = opened("EnterTenantForm", QDialog)
    dialog.activateWindow()
    write(find(dialog, "reason", QPlainTextEdit), WHY)
    find(dialog, "enter", QPushButton).click()
    visits = desk.console._visits
    assert visits is not None
    wait_for(lambda: visits.place is not None, what="the window inside")
    assert visits.place is not None
    return visits.place.window


def test_staff_enter_work_and_leave_in_a_window_of_its_own(office: Office, employed: Cast) -> None:
    desk = seat(office)
    before = employed.last_seq()
    window = visit_acme(desk)
    band = find(window, "staff_band", StaffBand)
    assert band.isVisible()
    assert "inside Acme Ltd" in band.sentence
    assert WHY in band.sentence
    assert not desk.window.isVisible(), "one window at a time"
    assert window.windowTitle().startswith("GovDesk staff")
    find(band, "staff_leave", QPushButton).click()
    wait_for(desk.window.isVisible, what="the own window")
    assert "You left Acme Ltd" in desk.banner()
    told = [(row["action"], row["actor"]) for row in employed.rows(before)]
    assert told == [
        ("platform.entered", f"staff:{SAM.email}"),
        ("platform.left", f"staff:{SAM.email}"),
    ]


def test_whoever_is_thrown_out_is_told_and_reads_nothing_more(
    office: Office, employed: Cast
) -> None:
    desk = seat(office)
    visit_acme(desk)
    visits = desk.console._visits
    assert visits is not None
    place = visits.place
    assert place is not None
    olga = employed.sign_in(OLGA)
    for one in platform.inside(olga):
        ask(olga, "SELECT govdesk_api.revoke_session(%s)", one.session_id)
    place.window.connection.ask()
    wait_for(desk.window.isVisible, what="the own window")
    assert "somebody there ended it" in desk.banner()


@pytest.mark.parametrize("way", ["close", "time", "quit"])
def test_every_way_out_ends_the_visit(office: Office, employed: Cast, way: str) -> None:
    desk = seat(office)
    window = visit_acme(desk)
    visits = desk.console._visits
    assert visits is not None
    assert visits.place is not None
    assert visits.band is not None
    token = visits.place.entry.token
    session = Session(employed.open(employed.database.app_url), token, "acme")
    assert is_alive(session)
    if way == "time":
        visits.band._ends_at = time.monotonic() + 100
        visits.band.tick()
        assert "two minutes" in visits.place.window.banner.sentence
        visits.band._ends_at = time.monotonic()
        visits.band.tick()
    elif way == "close":
        window.close()
    else:
        visits.place.actions.run("app.quit")
    wait_for(desk.window.isVisible, what="the own window")
    assert not is_alive(session)


def test_leaving_the_console_from_the_locked_screen_ends_the_visit_too(
    office: Office, employed: Cast
) -> None:
    desk = seat(office)
    visit_acme(desk)
    visits = desk.console._visits
    assert visits is not None
    assert visits.place is not None
    token = visits.place.entry.token
    session = Session(employed.open(employed.database.app_url), token, "acme")
    lock = desk.console._lock
    assert lock is not None
    lock.close_asked.emit()
    wait_for(lambda: not office.jobs.running, what="the end of the visit")
    assert not is_alive(session)
    assert visits.place is None
    assert not desk.office.consoles[0].workplace


def test_a_visit_that_nobody_ends_is_ended_by_the_worker(sam: Link, employed: Cast) -> None:
    visit = inside(employed, sam, 1)
    later(
        employed,
        "govdesk_private.session",
        "expires_at",
        "2 minutes",
        "staff_member_id IS NOT NULL",
    )
    assert not is_alive(visit)
    before = employed.last_seq()
    assert sql_answer(worker(employed), "SELECT govdesk_api.expire_due('tests')") == "ok"
    assert "platform.left" in [row["action"] for row in employed.rows(before)]
