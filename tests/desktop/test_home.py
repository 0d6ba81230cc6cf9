"""Claims about Home: what needs somebody is said, and each line leads to where it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from govdesk.desktop.home import lines
from govdesk.desktop.home.page import HomePage
from govdesk.desktop.home.row import Row
from govdesk.desktop.home.scenes import full_house
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import attention, organization
from govdesk.services.attention import Home, Need
from govdesk.services.link import Link
from govdesk.services.seals import SealFault, SealState
from tests.desktop.conftest import Linked
from tests.desktop.driving import find, keep, press, show, wait_for
from tests.desktop.office import Desk, Office
from tests.people import CARLA, MEI, OLGA, Cast

AT = datetime(2026, 6, 30, 9, 12, tzinfo=UTC)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk(OLGA, page="home")


def home_of(desk: Desk) -> HomePage:
    wait_for(lambda: desk.place.homing.page._home is not None, what="Home to be read")
    return desk.place.homing.page


def alone(link: Link, jobs: Jobs, seals: list[SealState] | None = None) -> HomePage:
    """The page without a window around it; `seals` is what verification knows."""
    with link.session("interactive") as session:
        here = organization.here(session)
    known = seals or []
    page = HomePage(link, jobs, here, UTC, lambda: known[-1] if known else None)
    return keep(page)


def spoken(page: HomePage) -> list[str]:
    return [row.accessibleName() for section in page.sections for row in section.rows]


# The page in the console


def test_home_is_the_first_page_and_has_the_first_key(desk: Desk) -> None:
    assert desk.place.window.navigation.pages()[0] == "home"
    assert desk.place.window.page == "home"
    desk.press("Ctrl+2")
    assert desk.place.window.page == "timeline"
    page = home_of(desk)
    desk.press("Ctrl+1")
    assert desk.place.window.page == "home"
    rows = [row for section in page.sections for row in section.rows if row.line.page]
    assert rows[0].hasFocus()


def test_an_unusual_event_opens_in_the_timeline_by_keyboard(office: Office, desk: Desk) -> None:
    page = home_of(desk)
    wanted = office.cast.admin.execute(
        "SELECT seq FROM govdesk.audit_log WHERE severity IN ('warning', 'high')"
        " AND tenant_path = 'acme' ORDER BY seq DESC LIMIT %s", (attention.RECENT,)
    ).fetchall()  # fmt: skip
    rows = page.events.rows
    assert [row.line.about for row in rows] == [str(seq) for (seq,) in wanted]
    assert len(rows) > 2, "the log of the tests must hold unusual events"
    rows[0].setFocus()
    desk.press("Down")
    assert rows[1].hasFocus()
    desk.press("Return")
    assert desk.place.window.page == "timeline"
    seq = wanted[1][0]
    wait_for(lambda: desk.timeline.detail.seq == seq, what="the event's detail")
    assert desk.seq() == seq


def test_an_event_that_a_filter_would_hide_is_shown_all_the_same(desk: Desk) -> None:
    page = home_of(desk)
    desk.press("Ctrl+2")
    desk.filter("severity:info")
    desk.settle()
    desk.press("Ctrl+1")
    row = page.events.rows[0]
    row.setFocus()
    desk.press("Return")
    wait_for(lambda: desk.timeline.detail.seq == int(row.line.about), what="the event's detail")
    assert desk.timeline.filter is None
    assert desk.seq() == int(row.line.about)


def test_a_need_opens_its_page_with_its_entity_selected(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, asked = home_of(desk), []
    monkeypatch.setattr(desk.place.team.page, "select_entity", asked.append)
    page.show_home(Home((Need("no_mfa", "42", "Mei has no factor.", None),), ()))
    row = page.needs.rows[0]
    row.setFocus()
    press(row, "Space")
    assert (desk.place.window.page, asked) == ("members", ["42"])


def test_refresh_reads_the_page_that_is_shown(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = home_of(desk)
    before = page._home
    desk.press("F5")
    wait_for(lambda: page._home is not before, what="Home to be read again")


def test_looking_at_home_does_not_keep_the_session_alive(office: Office, desk: Desk) -> None:
    page = home_of(desk)
    seen = seen_of(office.cast)
    before = page._home
    page.refresh_quietly()
    wait_for(lambda: page._home is not before, what="the quiet reading")
    assert seen_of(office.cast) == seen


def seen_of(cast: Cast) -> Any:
    """When each session was last used, an hour ago at first so that a touch would show."""
    cast.admin.execute("SET session_replication_role = replica")
    cast.admin.execute(
        "UPDATE govdesk_private.session SET seen_at = seen_at - interval '2 minutes'"
        " WHERE seen_at > now() - interval '1 minute'"
    )
    cast.admin.execute("RESET session_replication_role")
    return cast.admin.execute(
        "SELECT id, seen_at FROM govdesk_private.session ORDER BY id"
    ).fetchall()


# The page by itself


def test_every_kind_of_need_is_said_in_the_order_of_weight(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    page.show_home(full_house())
    kinds = [row.line.key.split()[0] for row in page.needs.rows]
    assert list(dict.fromkeys(kinds)) == list(lines.KINDS)
    worst = page.needs.rows[0].accessibleName()
    assert worst.startswith("Log contradicted: The worker refuses to sign the log: ")
    assert worst.endswith("Opens Audit timeline.")
    first = page.needs.rows[1].accessibleName()
    assert first.startswith("Owner recovered: The owner imran@example.com was recovered")
    assert first.endswith("on 2026-06-30 09:12:00 UTC. Opens Team Members.")
    assert find(page, "needs_title").text() == "Needs attention (23)"  # type: ignore[attr-defined]


def test_a_kind_nobody_knows_is_said_and_leads_nowhere(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    page.show_home(Home((Need("of_tomorrow", None, "The moon is full.", None),), ()))
    assert spoken(page)[0] == "Attention: The moon is full."
    opened: list[object] = []
    page.opened.connect(lambda *place: opened.append(place))
    page.needs.rows[0].click()
    assert opened == []


def test_many_of_one_kind_are_counted_not_listed(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    many = tuple(Need("no_mfa", str(n), f"{n} has none.", None) for n in range(9_000))
    page.show_home(Home(many, ()))
    assert len(page.needs.rows) == lines.MOST_OF_A_KIND + 1
    said = page.needs.rows[-1].line.sentence
    assert said == "8,995 more are not listed here. Team Members has them all."


def test_nothing_to_do_is_said(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    page.show_home(Home((), ()))
    assert page.needs.rows == []
    assert page.needs.said == "Nothing needs you."
    assert page.events.said == "No event of severity warning or high."


def test_the_keyboard_stays_on_its_line_when_others_come_and_go(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    home = full_house()
    page.show_home(home)
    row = page.needs.rows[3]
    row.setFocus()
    page.show_home(replace(home, needs=home.needs[3:]))
    assert page.needs.rows[0] is row
    assert row.hasFocus()
    page.show_home(replace(home, needs=home.needs[4:]))
    now = page.window().focusWidget()
    assert isinstance(now, Row)
    assert now is not row


def test_an_unchanged_answer_touches_nothing(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(OLGA), jobs)
    show(page, 1000, 700)
    page.show_home(full_house())
    before = list(page.needs.rows)
    page.show_home(full_house())
    assert page.needs.rows == before


def test_without_the_permission_to_read_events_the_reason_is_said(
    jobs: Jobs, linked: Linked
) -> None:
    page = alone(linked(MEI), jobs)
    show(page, 1000, 700)
    page.take_permissions({"member.read": ["acme"]})
    wait_for(lambda: page._home is not None, what="Home to be read")
    assert page.events.rows == []
    assert "audit.read" in page.events.said


def test_who_may_see_nothing_reads_what_is_missing(jobs: Jobs, linked: Linked) -> None:
    page = alone(linked(MEI), jobs)
    show(page, 1000, 700)
    page.take_permissions({})
    assert page.state.state == "not permitted"
    assert page.stack.currentWidget() is page.state


def test_a_server_that_is_away_is_said_with_retry_and_what_is_shown_stays(
    jobs: Jobs, linked: Linked
) -> None:
    link = linked(CARLA)
    page = alone(link, jobs)
    heard: list[Problem] = []
    page.trouble.connect(heard.append)
    show(page, 1000, 700)
    good, link.url = link.url, "host=127.0.0.1 port=1 dbname=govdesk"
    link._sessions.pop("interactive").close()
    page.refresh()
    wait_for(lambda: heard, what="the trouble")
    assert page.state.state == "error"
    link.url = good
    press(find(page, "state_action"), "Space")
    wait_for(lambda: page.stack.currentWidget() is page.area, what="Home")
    link.url = "host=127.0.0.1 port=1 dbname=govdesk"
    for lane in list(link._sessions):
        link._sessions.pop(lane).close()
    page.refresh_quietly()
    wait_for(lambda: len(heard) == 2, what="the second trouble")
    assert page.stack.currentWidget() is page.area


@pytest.mark.parametrize(
    ("state", "word", "sentence"),
    [
        (None, "Not yet verified", "The log is not verified on this computer yet."),
        (
            SealState.of([], verified_to=90, newest=100),
            "Verifying",
            "Verified to event 90 of 100; 10 events are still to be checked.",
        ),
        (
            SealState.of([], verified_to=1_000, newest=1_000),
            "Verified",
            "Verified to event 1,000, the newest. No event is altered or missing.",
        ),
        (
            SealState.of([], verified_to=1_000, newest=1_000, whole=False),
            "Verified",
            "Verified to event 1,000, the newest. No event that you may see is altered.",
        ),
        (
            SealState.of([SealFault(7, 7, "altered", "so it is")], verified_to=6, newest=9),
            "Broken",
            "The log does not verify. Event 7 is altered: so it is.",
        ),
    ],
)
def test_the_chain_is_told_as_far_as_it_is_known(
    state: SealState | None, word: str, sentence: str
) -> None:
    line = lines.of_chain(state, UTC)
    assert (line.word, line.sentence) == (word, sentence)


def test_a_verification_that_goes_on_shows_at_once(jobs: Jobs, linked: Linked) -> None:
    seals = [SealState.of([], verified_to=90, newest=100)]
    page = alone(linked(OLGA), jobs, seals)
    show(page, 1000, 700)
    page.show_home(Home((), ()))
    seals.append(SealState.of([], verified_to=100, newest=100))
    page.seals_changed()
    assert page.chain.rows[0].line.word == "Verified"
