"""Attacks by waiting: an open transaction, or one that sleeps, keeps no revocation and no log."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.domain.api_keys import ApiKey
from govdesk.domain.problem import Problem
from govdesk.services import vault
from tests.doors import Connection, answer, ask, claim, join, raw, seat, worker
from tests.keys import CLAIMS, Door, days_pass
from tests.knocking import CREATE, ROTATE, STATUS, Aside, Made, knock, make, order, renewal, status
from tests.people import BEA, MEI, OLGA, OTIS, Cast
from tests.vaulting import Round, at_desk, sealed_row, version_of

IMPATIENT = (
    "SELECT regexp_replace(pg_get_functiondef('govdesk_api.end_idle_holders()'::regprocedure),"
    " '[0-9]+ (seconds?|minutes?)', '0 seconds', 'g')"
)
PAIR = "SELECT govdesk_api.set_person_key(sha256('mine'), sha256('a') || sha256('b'))"
EVENT = {"action": "system.alert", "summary": "Disk full"}


@pytest.fixture
def impatient(cast: Cast) -> Connection:
    """The worker's login, where every minute of patience is none."""
    cast.admin.execute(cast.one(IMPATIENT))
    return worker(cast)


def hold(session: Session, *statements: str) -> Aside:
    """Begin a transaction, say this, and sleep in it, so as not to be found idle."""
    connection = session.connection
    connection.execute("BEGIN")
    claim(connection, session)
    for statement in statements:
        connection.execute(statement)  # type: ignore[call-overload]
    return Aside(connection, "SELECT pg_sleep(600)").start()


def asleep(cast: Cast, session: Session) -> None:
    """Return when the session's connection sleeps."""
    cast.admin.execute(
        "DO $$ BEGIN FOR i IN 1..2000 LOOP PERFORM pg_stat_clear_snapshot();"
        " EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE pid = "
        f"{session.connection.info.backend_pid} AND wait_event = 'PgSleep');"
        " PERFORM pg_sleep(0.005); END LOOP; END $$"  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("how", ["locks a key", "relabels a key", "holds the log"])
def test_who_sleeps_in_a_transaction_is_sent_away(
    cast: Cast, impatient: Connection, how: str
) -> None:
    olga, otis, mei = (seat(cast, person.email) for person in (OLGA, OTIS, MEI))
    made = make(olga, cast)
    said = {
        "locks a key": ("SELECT 1 FROM govdesk.api_key FOR UPDATE",),
        "relabels a key": ("UPDATE govdesk.api_key SET owner_label = 'Mine'",),
        "holds the log": (PAIR, "SET CONSTRAINTS ALL IMMEDIATE"),
    }[how]
    holder = mei if how == "holds the log" else otis
    aside = hold(holder, *said)
    asleep(cast, holder)
    try:
        impatient.execute("SELECT govdesk_api.end_idle_holders()")
        assert aside.wait(5) != "waiting"
    finally:
        cast.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep.600'"
            " AND pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert ask(olga, STATUS + " RETURNING 1", "revoked", made.id) == 1
    assert knock(impatient, made) == "revoked"


def test_who_only_looks_for_long_is_left_alone(cast: Cast, impatient: Connection) -> None:
    mei = seat(cast, MEI.email)
    aside = hold(mei, "SELECT count(*) FROM govdesk.audit_log")
    asleep(cast, mei)
    impatient.execute("SELECT govdesk_api.end_idle_holders()")
    assert aside.answer == "waiting"
    cast.admin.execute(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep.600'"
        " AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    assert aside.wait() == "57014"


@pytest.mark.parametrize(
    "held",
    ["UPDATE govdesk.api_key SET owner_label = 'Mine'", "SELECT 1 FROM govdesk.api_key FOR UPDATE",
     "SELECT 1 FROM govdesk.key_scope FOR UPDATE", "SELECT 1 FROM govdesk.key_policy FOR UPDATE"],
)  # fmt: skip
def test_a_key_in_use_works_on_whatever_somebody_holds(cast: Cast, held: str) -> None:
    olga, otis, door = seat(cast, OLGA.email), seat(cast, OTIS.email), worker(cast)
    made = make(olga, cast)
    assert knock(door, made) == "ok"
    door.execute("SET lock_timeout = 1000")
    with raw(otis) as connection:
        connection.execute(held)  # type: ignore[call-overload]
        with door.transaction():
            assert knock(door, made) == "ok"
            batch = [{"idempotency_key": "a", "digest": "ab" * 32, "events": [EVENT]}]
            door.execute("SELECT govdesk_api.intake(%s::jsonb)", (json.dumps(batch),))
    assert status(cast, made) == "active"


# One statement, two sessions


def test_no_statement_acts_with_one_session_and_signs_as_another(cast: Cast) -> None:
    join(cast, "sid@acme.example", "operator", CLAIMS)
    sid, mei, olga = seat(cast, "sid@acme.example"), seat(cast, MEI.email), seat(cast, OLGA.email)
    made = make(olga, cast)
    fresh, other = ApiKey.generate("prod"), ApiKey.generate("prod")
    turn = "set_config('app.session_token', %s, true)"
    inner = CREATE.removeprefix("SELECT ")
    attempts: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT {inner}, {turn}, {ROTATE.removeprefix('SELECT ')}",
         (*order(cast, fresh), mei.token, *renewal(made, other))),
        (f"SELECT {turn}, {inner}", (mei.token, *order(cast, fresh))),
        (f"UPDATE govdesk.api_key SET owner_label = left({turn}, 3)", (mei.token,)),
        (f"UPDATE govdesk.api_key SET status = 'revoked' RETURNING {turn},"
         " (SELECT 1 FROM govdesk_api.bind('x', 'acme'))", (mei.token,)),
        ("WITH a AS (UPDATE govdesk.api_key SET owner_label = 'x' RETURNING 1),"
         f" b AS (SELECT {turn}) UPDATE govdesk.integration SET name = 'x' WHERE"
         " (SELECT count(*) FROM a) + (SELECT count(*) FROM b) > 0", (mei.token,)),
    ]  # fmt: skip
    before = cast.last_seq()
    for statement, values in attempts:
        try:
            with raw(sid) as connection:
                connection.execute(statement, values)  # type: ignore[call-overload]
        except psycopg.Error as error:
            assert error.sqlstate in ("42501", "GD005", "GD001"), statement
    assert {row["actor"] for row in cast.rows(before)} <= {"user:sid@acme.example"}
    assert status(cast, made) == "active"


def test_a_savepoint_between_two_sessions_is_no_way_either(cast: Cast) -> None:
    olga, mei = seat(cast, OLGA.email), seat(cast, MEI.email)
    connection, made = olga.connection, make(olga, cast)
    connection.execute("BEGIN")
    claim(connection, olga)
    connection.execute(STATUS, ("revoked", made.id))  # type: ignore[call-overload]
    connection.execute("SELECT set_config('app.session_token', %s, true)", (mei.token,))
    for statement, values in ((CREATE, order(cast, ApiKey.generate("prod"))), (PAIR, ()),
                              (STATUS, ("revoked", made.id))):  # fmt: skip
        assert answer(connection, statement, *values) in ("GD005", "42501")
    connection.execute("ROLLBACK")
    assert status(cast, Made(made.id, made.key)) == "active"


# One tenant keeps another waiting


def test_a_tenant_that_holds_its_own_keys_keeps_no_other_from_being_served(cast: Cast) -> None:
    otis, bea, door = seat(cast, OTIS.email), seat(cast, BEA.email, "beta"), worker(cast)
    mine, theirs = make(otis, cast), make(bea, cast, "beta.intake")
    days_pass(cast, 70)
    door.execute("SET lock_timeout = 1000")
    with raw(otis) as connection:
        connection.execute("SELECT 1 FROM govdesk.api_key FOR UPDATE")
        for _ in range(3):
            answer(door, "SELECT govdesk_api.expire_due('tests')")
        assert status(cast, theirs) == "suspended"
    answer(door, "SELECT govdesk_api.expire_due('tests')")
    assert status(cast, mine) == "suspended"


def test_a_tenant_that_holds_its_own_rules_keeps_no_other_from_the_new_pepper(cast: Cast) -> None:
    olga, bea, door = seat(cast, OLGA.email), seat(cast, BEA.email, "beta"), worker(cast)
    make(olga, cast)
    make(bea, cast, "beta.intake")
    door.execute("SET lock_timeout = 1000")
    rotated = "SELECT govdesk_api.pepper_rotated(1, 'abcdefabcdefabcd', 'tests')"
    peppers = "SELECT string_agg(tenant_path::text, ' ') FROM govdesk.pepper"
    with raw(olga) as connection:
        connection.execute("SELECT 1 FROM govdesk.key_policy FOR UPDATE")
        for _ in range(3):
            answer(door, rotated)
        assert cast.one(peppers) == "beta"
    answer(door, rotated)
    assert cast.one(peppers) in ("beta acme", "acme beta")


def test_a_tenant_that_holds_its_own_connections_keeps_no_other_vault_waiting(
    cast: Cast, tmp_path: Path
) -> None:
    olga, bea, turn = at_desk(cast, OLGA), at_desk(cast, BEA, "beta"), Round(cast, tmp_path)
    turn()
    rows = [sealed_row(session, cast) for session in (olga, bea)]
    for session in (olga, bea):
        vault.create_like_current(session)
    turn._door.execute("SET lock_timeout = 1000")
    with raw(olga) as connection:
        connection.execute("SELECT 1 FROM govdesk.integration FOR UPDATE")
        turn()
        assert [version_of(cast, row) for row in rows] == [1, 2]
    turn()
    assert [version_of(cast, row) for row in rows] == [2, 2]


def test_a_tenant_that_holds_its_own_rules_keeps_no_other_key_without_a_pepper(
    cast: Cast, tmp_path: Path
) -> None:
    olga, bea = seat(cast, OLGA.email), seat(cast, BEA.email, "beta")
    door = Door.of(cast, tmp_path)
    mine, theirs = make(olga, cast), make(bea, cast, "beta.intake")
    door.connection.execute("SET lock_timeout = 1000")
    waits = "SELECT pepper_version = 0 FROM govdesk_private.api_key_mac WHERE id = %s"
    with raw(olga) as connection:
        connection.execute("SELECT 1 FROM govdesk.key_policy FOR UPDATE")
        for _ in range(2):
            with suppress(Problem):
                door.attend()
        assert cast.one(waits, theirs.id) is False
    door.attend()
    assert cast.one(waits, mine.id) is False
