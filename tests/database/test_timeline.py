"""Claims: the timeline reads what the log holds, page by page, event by event, span by span."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import DatabaseProblem, Session
from govdesk.database.migrate import claim_setup
from govdesk.domain.filter_language import parse
from govdesk.services import organization, timeline
from govdesk.services.link import Link, SessionEnded, Unreachable
from tests.database.conftest import ACME, BEA, MEI, OLGA, OTIS, Cast


@pytest.fixture
def olga(module_cast: Cast) -> Session:
    return module_cast.sign_in(OLGA)


def test_the_extent_is_the_log_from_its_first_to_its_newest_event(olga: Session) -> None:
    extent = timeline.extent(olga)
    events = timeline.page(olga, [], limit=1000)
    assert [event.seq for event in events] == list(range(extent.newest, 0, -1))
    assert (extent.first_at, extent.last_at) == (events[-1].at, events[0].at)
    assert extent.whole


def test_a_page_lies_between_two_numbers_and_passes_over_an_offset(olga: Session) -> None:
    page = timeline.page(olga, [], before=10, after=2, limit=3, offset=2)
    assert [event.seq for event in page] == [7, 6, 5]


def test_a_filter_goes_to_the_database_as_terms(olga: Session) -> None:
    terms = parse("action:member.*", zone=UTC).to_terms()
    page = timeline.page(olga, terms, limit=1000)
    assert page
    assert all(event.action.startswith("member.") for event in page)
    newest = timeline.extent(olga).newest
    counted = timeline.counts(olga, terms, [1, 5, newest + 1])
    assert sum(count.events for count in counted) == len(page)


def test_one_event_comes_with_its_diff_its_salts_and_the_text_that_was_hashed(
    olga: Session,
) -> None:
    terms = parse("action:member.created", zone=UTC).to_terms()
    seq = timeline.page(olga, terms, limit=1)[0].seq
    detail = timeline.detail(olga, seq)
    assert detail is not None
    assert detail.event.seq == seq
    assert detail.diff is not None
    assert '"action":"member.created"' in detail.leaf
    assert set(detail.salts) >= {"actor", "diff", "summary"}
    assert detail.absent == frozenset()


def test_an_event_that_is_not_there_is_none(olga: Session) -> None:
    assert timeline.detail(olga, 10**9) is None


def test_each_time_leads_to_the_first_event_from_then_on(olga: Session) -> None:
    events = timeline.page(olga, [], limit=1000)[::-1]
    after_all = events[-1].at + timedelta(seconds=1)
    numbers = timeline.numbers_at(olga, [events[0].at, events[-1].at, after_all])
    first_of_last = next(event.seq for event in events if event.at == events[-1].at)
    assert numbers == [1, first_of_last, None]


def test_a_scoped_reader_does_not_see_the_whole(module_cast: Cast) -> None:
    session = module_cast.sign_in(OTIS)
    with module_cast.admin.transaction():
        claim_setup(module_cast.admin, ACME)
        module_cast.admin.execute(
            "UPDATE govdesk.member_grant SET node_path = 'acme.claims' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = %s)",
            (OTIS.email,),
        )
    assert not timeline.extent(session).whole


def test_a_time_leads_a_scoped_reader_to_the_next_event_of_his_own(cast: Cast) -> None:
    system = str(cast.one("SELECT id FROM govdesk.node WHERE node_path = 'acme.claims'"))
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute(
            "UPDATE govdesk.member_grant SET node_path = 'acme.claims' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = %s)",
            (OTIS.email,),
        )
    for own in (True, False, True, False):
        with cast.admin.transaction():
            claim_setup(cast.admin, ACME)
            cast.admin.execute(
                "SELECT govdesk_api.record_events(jsonb_build_array(jsonb_strip_nulls("
                "jsonb_build_object('action', 'system.event', 'system_id', %s::text))))",
                (system if own else None,),
            )
    session = cast.sign_in(OTIS)
    everything = timeline.page(cast.sign_in(OLGA), [], limit=1000)[::-1]
    own = timeline.page(session, [], limit=1000)[::-1]
    assert 0 < len(own) < len(everything)
    times = [event.at for event in everything] + [everything[-1].at + timedelta(seconds=1)]
    expected = [next((event.seq for event in own if event.at >= at), None) for at in times]
    assert timeline.numbers_at(session, times) == expected


def test_an_organization_without_events_for_the_reader_has_an_empty_extent(
    module_cast: Cast,
) -> None:
    session = module_cast.sign_in(OTIS)
    nothing = parse("seq:1000000..", zone=UTC).to_terms()
    assert timeline.page(session, nothing) == []
    assert timeline.counts(session, nothing, [1, 100])[0].events == 0


@pytest.mark.parametrize(("person", "name"), [(OLGA, "Acme"), (BEA, "Beta"), (MEI, "Acme")])
def test_here_says_who_is_signed_in_where(module_cast: Cast, person: Any, name: str) -> None:
    here = organization.here(module_cast.sign_in(person))
    assert here.tenant_name.startswith(name)
    assert here.email == person.email
    assert here.everywhere("audit.export") is (person is not MEI)


def linked(cast: Cast, person: Any) -> Link:
    session = cast.sign_in(person)
    return Link(cast.database.app_url, session.token, ACME)


def test_a_link_keeps_one_connection_for_each_lane(module_cast: Cast) -> None:
    link = linked(module_cast, OLGA)
    with link.session("interactive") as first, link.session("background") as other:
        assert first.connection is not other.connection
    with link.session("interactive") as again:
        assert again is first
    link.close()


def test_a_broken_connection_is_remade_at_the_next_use(module_cast: Cast) -> None:
    link = linked(module_cast, OLGA)
    with link.session("interactive") as session:
        pid = session.connection.info.backend_pid
    module_cast.admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with pytest.raises(Unreachable), link.session("interactive") as session:
        timeline.extent(session)
    with link.session("interactive") as session:
        assert timeline.extent(session).newest > 0
    link.close()


def test_a_connection_that_a_cancellation_left_in_its_transaction_is_not_met_again(
    module_cast: Cast,
) -> None:
    link = linked(module_cast, OLGA)
    with pytest.raises(psycopg.Error), link.session("interactive") as session:
        # What remains when the cancellation meets the ROLLBACK of what it has cancelled.
        session.connection.execute("BEGIN; SELECT 1/0")
    with link.session("interactive") as session:
        assert timeline.extent(session).newest > 0
    link.close()


def test_a_cancellation_that_may_still_come_meets_no_later_question(
    module_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = linked(module_cast, OLGA)

    def silent(*, timeout: float) -> None:
        raise psycopg.errors.CancellationTimeout("cancellation timeout expired")

    with link.session("interactive") as before:
        monkeypatch.setattr(before.connection, "cancel_safe", silent)
        with pytest.raises(DatabaseProblem):
            link.cancel("interactive")
    with link.session("interactive") as session:
        assert session.connection is not before.connection
        assert before.connection.closed
    link.close()


def test_a_renewed_link_goes_on_where_the_session_had_ended(module_cast: Cast) -> None:
    link = linked(module_cast, OLGA)
    with link.session("interactive") as session:
        session.connection.execute("SELECT govdesk_api.end_session(%s)", (link.token,))
    with pytest.raises(SessionEnded), link.session("interactive") as session:
        timeline.extent(session)
    fresh = module_cast.sign_in(OLGA)
    link.renew(fresh.token, None)
    with link.session("interactive") as session:
        assert timeline.extent(session).newest > 0
    link.close()
