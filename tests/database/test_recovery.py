"""Each way back in: it opens the door, with both factors, and leaves its row in the log."""

from __future__ import annotations

import psycopg
import pytest

from govdesk.database import sign_in
from tests.doors import answer, ask, mails, rows_of, seat, stranger, table
from tests.inviting import Newcomer, enters
from tests.people import ACME, ADA, MEI, OLGA, PASSWORD, Cast, seed_of
from tests.recovering import (
    ENROL,
    REQUEST,
    VIEW,
    changed,
    decided_link,
    give_recovery_codes,
    password_only,
    reads,
    recovered,
    recovery_link,
    replaced,
    served,
    signs_in,
)


def events(cast: Cast, after: int) -> list[str]:
    return [r["action"] for r in cast.rows(after)]


def test_a_changed_password_works_with_the_same_phone_and_ends_other_sessions(cast: Cast) -> None:
    here, there = cast.sign_in(MEI), cast.sign_in(MEI)
    fresh, before = Newcomer(seed=seed_of(MEI.email)), cast.last_seq()
    door = cast.open(cast.database.app_url)
    key = fresh.client_key(door)
    assert changed(here, cast.client_key(MEI), fresh.salt, key) == "ok"
    assert reads(here)
    assert not reads(there)
    assert not signs_in(cast, MEI)
    assert enters(cast, MEI.email, ACME, fresh)
    assert "password.changed" in events(cast, before)
    assert mails(cast, "security", MEI.email)


def test_a_lost_phone_is_replaced_after_a_recovery_code(cast: Cast) -> None:
    plain = give_recovery_codes(cast, MEI)[0]
    door, fresh = cast.open(cast.database.app_url), Newcomer()
    signed = sign_in.sign_in(door, MEI.email, ACME, cast.client_key(MEI), plain)
    session = sign_in_session(cast, signed.token)
    before = cast.last_seq()
    factor = (fresh.seed, fresh.code, fresh.hashes)
    assert replaced(session, cast.client_key(MEI), *factor) == "ok"
    assert not signs_in(cast, MEI)
    fresh.password, fresh.salt = PASSWORD, sign_in.parameters(door, MEI.email).salt
    assert enters(cast, MEI.email, ACME, fresh)
    assert {"mfa.reset", "mfa.enabled"} & set(events(cast, before))


def sign_in_session(cast: Cast, token: str):  # type: ignore[no-untyped-def]
    from govdesk.database.connection import Session

    return Session(cast.open(cast.database.app_url), token, ACME)


def test_a_forgotten_password_needs_the_mail_and_a_recovery_code(cast: Cast) -> None:
    plain, door, fresh = give_recovery_codes(cast, MEI)[0], stranger(cast), Newcomer()
    other = cast.sign_in(MEI)
    token = recovery_link(cast, door, MEI.email)
    (shown,) = rows_of(door, VIEW, token)
    assert (shown["email"], shown["kind"], shown["needs_recovery_code"]) == (
        MEI.email,
        "recover",
        True,
    )
    before = cast.last_seq()
    assert recovered(door, token, plain, fresh) == (MEI.email, ACME)
    assert not reads(other)
    assert not signs_in(cast, MEI)
    assert enters(cast, MEI.email, ACME, fresh)
    assert {"password.changed", "mfa.reset", "recovery_code.used"} <= set(events(cast, before))
    assert mails(cast, "security", MEI.email)


def test_a_forgotten_password_without_codes_is_replaced_by_a_decision_of_two(cast: Cast) -> None:
    before = cast.last_seq()
    token, door, fresh = (
        decided_link(cast, "account.recover", MEI.email, "recover"),
        stranger(cast),
        Newcomer(),
    )
    (shown,) = rows_of(door, VIEW, token)
    assert shown["needs_recovery_code"] is False
    assert recovered(door, token, None, fresh) == (MEI.email, ACME)
    assert enters(cast, MEI.email, ACME, fresh)
    assert {"decision.executed", "password.changed", "mfa.reset"} <= set(events(cast, before))


def test_a_lost_phone_without_codes_is_reset_by_a_decision_of_two(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    token = decided_link(cast, "factor.reset", MEI.email, "factor")
    door, fresh = stranger(cast), Newcomer()
    assert not reads(session)
    (shown,) = rows_of(door, VIEW, token)
    assert (shown["email"], shown["kind"]) == (MEI.email, "factor")
    key, before = cast.client_key(MEI), cast.last_seq()
    pre = password_only(cast, MEI.email)
    door.execute(ENROL, (pre, key, fresh.seed, fresh.code, fresh.hashes, token))
    fresh.password, fresh.salt = PASSWORD, sign_in.parameters(door, MEI.email).salt
    assert enters(cast, MEI.email, ACME, fresh)
    assert "mfa.enabled" in events(cast, before)


def test_old_recovery_codes_are_over_after_each_way_in(cast: Cast) -> None:
    plain, spare = give_recovery_codes(cast, MEI)[:2]
    door, fresh = stranger(cast), Newcomer()
    recovered(door, recovery_link(cast, door, MEI.email), plain, fresh)
    for code in (plain, spare):
        with pytest.raises(Exception, match="not right"):
            sign_in.sign_in(
                cast.open(cast.database.app_url), MEI.email, ACME, fresh.client_key(door), code
            )
    opened = sign_in.sign_in(
        cast.open(cast.database.app_url), MEI.email, ACME, fresh.client_key(door), fresh.recovery[0]
    )
    assert opened.mfa


def test_at_most_five_recovery_mails_a_day(cast: Cast) -> None:
    door = stranger(cast)
    for _ in range(9):
        assert answer(door, REQUEST, MEI.email) == "ok"
    door.execute(REQUEST, ("who@nowhere.example",))
    assert len(served(cast, MEI.email)) == 5
    assert mails(cast, "recover", "who@nowhere.example") == []


def test_one_may_end_one_session_or_all_and_admins_everyones(cast: Cast) -> None:
    mine = [cast.sign_in(MEI) for _ in range(3)]
    ada = seat(cast, ADA.email)
    listed = "SELECT count(*) FROM govdesk_api.sessions() WHERE kind = 'member'"
    assert ask(mine[0], listed) == 3
    assert ask(ada, listed) == 4
    assert ask(mine[0], "SELECT govdesk_api.revoke_sessions_of(NULL)") in (2, 3)
    assert not reads(mine[1])
    member = ask(ada, "SELECT id FROM govdesk.member WHERE email = %s", OLGA.email)
    olga = seat(cast, OLGA.email)
    assert ask(ada, "SELECT govdesk_api.revoke_sessions_of(%s)", member) == 1
    assert not reads(olga)


RECOVER_OWNER = "SELECT govdesk_private.recover_owner(%s, %s, 'test', %s, %s)"
WHY = "Olga lost phone and codes; seen in person"


def test_the_last_owner_is_let_back_in_by_the_server_and_the_log_says_so(cast: Cast) -> None:
    before, session, fresh, door = cast.last_seq(), cast.sign_in(OLGA), Newcomer(), stranger(cast)
    cast.admin.execute(RECOVER_OWNER, (ACME, OLGA.email, WHY, "a set-up code"))
    assert not reads(session)
    (row,) = [r for r in cast.rows(before) if r["action"] == "owner.recovered"]
    assert (row["severity"], row["reason"]) == ("high", WHY)
    assert OLGA.email in row["summary"]
    key = fresh.client_key(door)
    stored = sign_in.stored_key(key)
    code = ("a set-up code", fresh.salt, stored)
    door.execute("SELECT govdesk_api.set_password_by_code(%s, %s, %s)", code)
    assert not signs_in(cast, OLGA)
    signed = sign_in.sign_in(cast.open(cast.database.app_url), OLGA.email, ACME, key, "")
    assert not signed.mfa
    door.execute(ENROL, (signed.token, key, fresh.seed, fresh.code, fresh.hashes, None))
    assert enters(cast, OLGA.email, ACME, fresh)
    for email in (ADA.email, MEI.email):
        told = table(seat(cast, email), "SELECT kind, sentence FROM govdesk_api.attention()")
        assert [t for t in told if t["kind"] == "owner_recovered" and OLGA.email in t["sentence"]]


def test_the_server_lets_nobody_in_without_a_reason_and_the_code_works_once(cast: Cast) -> None:
    for reason in ("", "short", None):
        with pytest.raises(psycopg.Error):
            cast.admin.execute(RECOVER_OWNER, (ACME, OLGA.email, reason, "a set-up code"))
    assert signs_in(cast, OLGA)
    cast.admin.execute(RECOVER_OWNER, (ACME, OLGA.email, WHY, "a set-up code"))
    door, fresh = stranger(cast), Newcomer()
    use = "SELECT govdesk_api.set_password_by_code(%s, %s, %s)"
    stored = sign_in.stored_key(fresh.client_key(door))
    assert answer(door, use, "a set-up code", fresh.salt, stored) == "ok"
    assert answer(door, use, "a set-up code", fresh.salt, stored) == "GD014"


def test_who_is_let_back_in_was_removed_and_is_owner_again(cast: Cast) -> None:
    cast.admin.execute(RECOVER_OWNER, (ACME, "new.owner@acme.example", WHY, "a set-up code"))
    role = cast.one(
        "SELECT g.role_key FROM govdesk.member_grant g JOIN govdesk.member m ON m.id = g.member_id"
        " WHERE m.email = 'new.owner@acme.example' AND m.status = 'active'"
        " AND g.status = 'active' AND g.node_path = 'acme'"
    )
    assert role == "owner"
