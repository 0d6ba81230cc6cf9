"""Attacks by staff, and by those who would be staff."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import (
    answer,
    arranged,
    ask,
    claim,
    later,
    member_id,
    raw,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.people import ACME, BEA, MEI, OLGA, Cast
from tests.staffing import (
    INSIDE,
    KIM,
    REVEAL,
    SAM,
    SUBMIT,
    at_work,
    count,
    employ,
    enter,
    kept_out,
    reveal,
    submit,
)

READ = "SELECT count(*) FROM govdesk.audit_log"


def test_entry_and_reading_in_one_transaction_shows_nothing(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    attempt = submit(sam)
    with sam.connection.transaction(force_rollback=True):
        claim(sam.connection, sam)
        row = sam.connection.execute(REVEAL, (attempt,)).fetchone()
        assert row is not None
        token = row[0]
        assert answer(sam.connection, "SELECT govdesk_api.bind(%s, 'acme')", token) != "ok"
        sam.connection.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', 'acme', true)",
            (token,),
        )
        assert count(sam.connection) == 0
        sam.connection.execute("SAVEPOINT s")
        assert count(sam.connection, "govdesk.member") == 0
        sam.connection.execute("RELEASE SAVEPOINT s")
        assert count(sam.connection, "govdesk.node") == 0
    door = stranger(cast)
    assert answer(door, "SELECT govdesk_api.bind(%s, 'acme')", token) == "GD001"


def test_revealing_in_the_transaction_that_submits_is_refused(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    with raw(sam) as connection:
        row = connection.execute(SUBMIT, (ACME, "Ticket", 30)).fetchone()
        assert row is not None
        assert answer(connection, REVEAL, row[0]) == "GD007"
        raise psycopg.Rollback


def test_an_attempt_that_was_rolled_back_is_noted_by_the_worker(cast: Cast) -> None:
    employ(cast)
    sam = at_work(cast)
    attempt = submit(sam, reason="Looking around")
    with sam.connection.transaction(force_rollback=True):
        claim(sam.connection, sam)
        sam.connection.execute(REVEAL, (attempt,))
    before = cast.one("SELECT max(seq) FROM govdesk.audit_log WHERE tenant_path = 'platform'")
    acme = cast.last_seq()
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    door = worker(cast)
    while door.execute("SELECT govdesk_api.note_failed_sign_ins('w1')").fetchone() != (0,):
        pass
    noted = [*cast.rows(before, "platform"), *cast.rows(acme)]
    assert [r for r in noted if r["action"] == "session.failed" and SAM in str(r["summary"])]


def test_the_token_opens_no_other_tenant(cast: Cast) -> None:
    employ(cast)
    inside, door = enter(cast, at_work(cast)), stranger(cast)
    for path in ("beta", "platform", "", "acme.claims", "*"):
        assert answer(door, "SELECT govdesk_api.bind(%s, %s)", inside.token, path) == "GD001", path
        with door.transaction():
            door.execute(
                "SELECT set_config('app.session_token', %s, true),"
                " set_config('app.current_tenant_path', %s, true)",
                (inside.token, path),
            )
            for name in ("audit_log", "member", "node", "tenant"):
                assert count(door, f"govdesk.{name}") == 0, (path, name)
    with raw(inside) as connection:
        for name in ("audit_log", "member", "node", "tenant", "role"):
            row = connection.execute(
                f"SELECT count(*) FROM govdesk.{name} WHERE tenant_path <> 'acme'"  # type: ignore[call-overload]
            ).fetchone()
            assert row == (0,), name


def test_a_session_inside_enters_no_further(cast: Cast) -> None:
    employ(cast)
    inside = enter(cast, at_work(cast))
    assert kept_out(inside, "beta", "Ticket", 30) == "42501"
    assert answer_rows(cast, inside) == 0


def answer_rows(cast: Cast, session: object) -> int:
    try:
        return len(table(session, "SELECT * FROM govdesk_api.platform_tenants()"))  # type: ignore[arg-type]
    except psycopg.Error as error:
        assert error.sqlstate == "42501"
        return 0


@pytest.mark.parametrize("email", [OLGA.email, MEI.email])
def test_people_of_a_customer_are_no_staff(cast: Cast, email: str) -> None:
    employ(cast)
    session = seat(cast, email)
    assert kept_out(session, "beta", "Ticket", 30) == "42501"
    assert kept_out(session, ACME, "Ticket", 30) == "42501"
    assert answer_rows(cast, session) == 0
    attempt = submit(at_work(cast))
    assert refusal(session, REVEAL, attempt).startswith(("425", "GD"))
    assert answer(stranger(cast), SUBMIT, ACME, "Ticket", 30) == "GD001"


def test_an_attempt_serves_who_made_it_once_and_for_a_minute(cast: Cast) -> None:
    employ(cast)
    sam, kim = at_work(cast), at_work(cast, KIM)
    attempt = submit(sam)
    assert refusal(kim, REVEAL, attempt).startswith(("GD", "425"))
    assert refusal(at_work(cast), REVEAL, attempt).startswith(("GD", "425"))
    assert reveal(sam, attempt)[0]
    assert refusal(sam, REVEAL, attempt) == "GD008"
    stale = submit(sam)
    later(cast, "govdesk_private.attempt", "submitted_at", "61 seconds")
    assert refusal(sam, REVEAL, stale) == "GD008"
    assert refusal(sam, REVEAL, secrets.token_hex(16)) == "GD008"


def test_twenty_reveals_of_one_attempt_open_one_entry(cast: Cast) -> None:
    employ(cast)
    seats = [at_work(cast)]
    attempt = submit(seats[0])
    url = cast.database.app_url

    def use(_: int) -> str:
        with psycopg.connect(url, autocommit=True) as own, own.transaction():
            claim(own, seats[0])
            return answer(own, REVEAL, attempt)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(use, range(20)))
    assert answers.count("ok") == 1, answers
    assert len(table(seat(cast, OLGA.email), INSIDE)) == 1


def test_a_dismissed_member_of_the_staff_is_out_at_once(cast: Cast) -> None:
    employ(cast)
    kim = at_work(cast, KIM)
    inside = enter(cast, kim)
    with raw(inside) as connection:
        assert count(connection) > 0
    with arranged(cast, "platform") as admin:
        admin.execute("UPDATE govdesk.member SET status = 'removed' WHERE email = %s", (KIM,))
    with raw(inside) as connection:
        assert count(connection) == 0
    assert kept_out(kim, ACME, "Ticket", 30).startswith(("425", "GD"))


REVOKE_ALL = (
    "SELECT govdesk_api.revoke_sessions_of((SELECT id FROM govdesk.member WHERE email = %s))"
)
ENDS: dict[str, Callable[[Cast, Session, Session], object]] = {
    "their admin revokes the session": lambda cast, boss, kim: ask(
        boss, "SELECT govdesk_api.revoke_session(%s)", session_of(kim)
    ),
    "their admin revokes all sessions": lambda cast, boss, kim: ask(boss, REVOKE_ALL, KIM),
    "they sign out": lambda cast, boss, kim: kim.connection.execute(
        "SELECT govdesk_api.end_session(%s)", (kim.token,)
    ),
    "they revoke their own": lambda cast, boss, kim: ask(
        kim, "SELECT govdesk_api.revoke_session(%s)", session_of(kim)
    ),
}


def session_of(session: Session) -> object:
    return ask(session, "SELECT session_id FROM govdesk_api.whoami()")


@pytest.mark.parametrize("end", ENDS)
def test_an_entry_ends_with_the_session_it_was_made_from(cast: Cast, end: str) -> None:
    employ(cast)
    boss, kim = at_work(cast), at_work(cast, KIM)
    inside, other = enter(cast, kim), enter(cast, at_work(cast))
    with raw(inside) as connection:
        assert count(connection) > 0
    before = cast.last_seq()
    ENDS[end](cast, boss, kim)
    with raw(inside) as connection:
        assert count(connection) == 0
    assert refusal(inside, "SELECT govdesk_api.bind(%s, %s)", inside.token, ACME) == "GD001"
    (left,) = table(seat(cast, OLGA.email), INSIDE)
    assert left["email"] == SAM
    with raw(other) as connection:
        assert count(connection) > 0
    # Their log has the revocation; this one has that they left.
    expired(cast)
    gone = [r for r in cast.rows(before) if r["action"] == "platform.left"]
    assert [r["entity_id"] for r in gone] == [str(session_id(cast, inside))]


def session_id(cast: Cast, session: Session) -> object:
    return cast.one(
        "SELECT id FROM govdesk_private.session WHERE token_hash = sha256(convert_to(%s, 'UTF8'))",
        session.token,
    )


def expired(cast: Cast) -> None:
    """The worker looks at what is over, until nothing is."""
    door = worker(cast)
    while door.execute("SELECT govdesk_api.expire_due('w1')").fetchone() != (0,):
        pass


def test_what_is_written_inside_is_not_sealed_after_the_session_at_home_was_revoked(
    cast: Cast,
) -> None:
    employ(cast)
    boss, kim = at_work(cast), at_work(cast, KIM)
    inside, home = enter(cast, kim), session_of(kim)
    with pytest.raises(psycopg.Error) as refused, raw(inside) as connection:
        connection.execute("UPDATE govdesk.node SET name = 'x' WHERE node_path = 'acme.claims'")
        assert ask(boss, "SELECT govdesk_api.revoke_session(%s)", home) is True
    assert refused.value.sqlstate == "GD001"
    assert cast.one("SELECT name FROM govdesk.node WHERE node_path = 'acme.claims'") != "x"


def test_a_session_at_home_that_idles_during_a_visit_is_still_listed_and_revoked(
    cast: Cast,
) -> None:
    employ(cast)
    kim = at_work(cast, KIM)
    inside, home = enter(cast, kim, minutes=60), session_of(kim)
    where = f"id = '{home}'"
    later(cast, "govdesk_private.session", "seen_at", "31 minutes", where)
    with raw(inside) as connection:
        assert count(connection) > 0
    boss = at_work(cast)
    listed = {r["id"] for r in table(boss, "SELECT id FROM govdesk_api.sessions()")}
    assert home in listed
    assert ask(boss, "SELECT govdesk_api.revoke_session(%s)", home) is True
    assert ask(boss, "SELECT govdesk_api.revoke_session(%s)", home) is False
    with raw(inside) as connection:
        assert count(connection) == 0
    assert table(kim, "SELECT id FROM govdesk_api.sessions()") == []


def test_staff_whose_account_is_suspended_are_shown_inside_no_more(cast: Cast) -> None:
    employ(cast)
    enter(cast, at_work(cast, KIM))
    before = cast.last_seq()
    with arranged(cast, "platform") as admin:
        admin.execute("UPDATE govdesk.member SET status = 'suspended' WHERE email = %s", (KIM,))
    assert table(seat(cast, OLGA.email), INSIDE) == []
    expired(cast)
    assert "platform.left" in [r["action"] for r in cast.rows(before)]


def test_staff_prolong_nothing(cast: Cast) -> None:
    employ(cast)
    inside = enter(cast, at_work(cast), minutes=5)
    where = f"token_hash = sha256(convert_to('{inside.token}', 'UTF8'))"
    until = f"SELECT expires_at FROM govdesk_private.session WHERE {where}"
    before = cast.one(until)
    later(cast, "govdesk_private.session", "seen_at", "2 minutes", where)
    with inside.transaction() as connection:
        connection.execute("SELECT govdesk_api.touch()")
    assert cast.one(until) == before
    with pytest.raises(psycopg.Error), raw(inside) as connection:
        connection.execute("SELECT * FROM govdesk_api.step_up_submit(%s)", (b"x" * 32,))
        connection.execute("UPDATE govdesk_private.session SET expires_at = now()")


def test_staff_are_members_of_no_customer_and_appear_in_no_list_of_members(cast: Cast) -> None:
    employ(cast)
    enter(cast, at_work(cast))
    emails = {r["email"] for r in table(seat(cast, OLGA.email), "SELECT email FROM govdesk.member")}
    assert not emails & {SAM, KIM}
    assert not rows_of(
        cast.admin, "SELECT FROM govdesk.member WHERE email = %s AND tenant_path = 'acme'", SAM
    )


def test_other_tenants_do_not_see_who_is_inside(cast: Cast) -> None:
    employ(cast)
    enter(cast, at_work(cast))
    bea = seat(cast, BEA.email, "beta")
    assert table(bea, INSIDE) == []
    inside = table(seat(cast, OLGA.email), INSIDE)[0]["session_id"]
    assert refusal(bea, "SELECT govdesk_api.revoke_session(%s)", inside) == "42501"
    assert (
        refusal(seat(cast, MEI.email), "SELECT govdesk_api.revoke_session(%s)", inside) == "42501"
    )


def test_no_tenant_takes_the_place_of_the_staffs(cast: Cast) -> None:
    """A customer whose path merely looks like it gives no staff."""
    for path in ("platforms", "acme.platform"):
        cast.admin.execute(
            "SELECT govdesk_private.create_tenant(%s, 'Look-alike', 'dev', 'eve@eve.example',"
            " 'Eve', 'test', NULL, (SELECT jsonb_agg(jsonb_build_object('key', key, 'title', title,"
            " 'base', base, 'permissions', permissions)) FROM govdesk.role"
            " WHERE tenant_path = 'beta'))",
            (path,),
        )
        with arranged(cast, path) as admin:
            admin.execute(
                "UPDATE govdesk.member SET mfa_at = now() WHERE tenant_path = %s", (path,)
            )
        eve = seat(cast, "eve@eve.example", path)
        assert kept_out(eve, ACME, "Ticket", 30) == "42501"
        assert member_id(cast, "eve@eve.example", path)
