"""Attacks on the use of keys in raw SQL: without one, with an ended one, with two principals."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.doors import (
    Connection,
    answer,
    ask,
    refusal,
    rows_of,
    seat,
    stranger,
    worker,
)
from tests.knocking import (
    KNOCK,
    STATUS,
    Aside,
    Made,
    ended,
    knock,
    make,
    put,
    status,
    until_waiting,
)
from tests.people import BEA, OLGA, Cast

INTAKE = "SELECT * FROM govdesk_api.intake(%s::jsonb)"
RECORD = "SELECT govdesk_api.record_events(%s::jsonb)"
EVENT = {"action": "system.alert", "summary": "Disk full"}


def request(name: str | None = None, body: str = "aa", *events: object) -> dict[str, Any]:
    """One request as the web pages hand it on."""
    return {
        "idempotency_key": name,
        "digest": body * 32,
        "response": {"accepted": name or "none"},
        "events": list(events or (EVENT,)),
    }


def send(door: Connection, made: Made, *requests: object) -> list[str]:
    """Requests of a key in a transaction that is committed; what became of each."""
    with door.transaction():
        assert knock(door, made) == "ok"
        return [row["outcome"] for row in rows_of(door, INTAKE, json.dumps(requests))]


def alerts(cast: Cast, path: str = "acme") -> int:
    """How many events from outside are sealed."""
    return sum(row["action"] == "system.alert" for row in cast.rows(0, path))


@pytest.fixture
def olga(cast: Cast) -> Any:
    return seat(cast, OLGA.email)


# Whoever has no key


WORKER_DOORS = [
    "authenticate_key('abcdefghijkl', '{}')",
    "upgrade_key(1, 'abcdefabcdefabcd', sha256('x'))",
    "record_events('[]')",
    "intake('[]')",
    "key_uses('[]')",
    "keys_to_pepper(9)",
    "pepper_key(gen_random_uuid(), 1, 'abcdefabcdefabcd', sha256('x'), 'x')",
    "pepper_rotated(1, 'abcdefabcdefabcd', 'x')",
    "pepper_state()",
    "retire_pepper(1, 'x')",
    "expire_due('x')",
]


@pytest.mark.parametrize("call", WORKER_DOORS)
def test_the_console_s_login_has_no_door_of_the_worker(module_cast: Cast, call: str) -> None:
    query = f"SELECT * FROM govdesk_api.{call}"
    assert refusal(seat(module_cast, OLGA.email), query) == "42501"
    assert answer(stranger(module_cast), query) == "42501"


@pytest.mark.parametrize("call", ["intake('[]')", "upgrade_key(1, 'x', sha256('x'))",
                                  "record_events('[]')"])  # fmt: skip
def test_the_worker_does_nothing_in_the_name_of_no_key(module_cast: Cast, call: str) -> None:
    assert answer(worker(module_cast), f"SELECT * FROM govdesk_api.{call}") == "42501"


def test_a_wrong_verifier_is_as_unknown_as_a_wrong_key(cast: Cast, olga: Any) -> None:
    made, other, door = make(olga, cast), make(olga, cast), worker(cast)
    inner, unknown = made.key.inner, []
    for key_id, candidates in (
        (made.key.key_id, []),
        (made.key.key_id, [None]),
        (made.key.key_id, None),
        (made.key.key_id, [b""]),
        (made.key.key_id, [other.key.inner]),
        (made.key.key_id, [inner[:-1]]),
        (made.key.key_id, [inner + b"\0"]),
        (made.key.key_id, [inner] + [b"x"] * 32),
        (made.key.key_id.swapcase(), [inner]),
        ("%", [inner]),
        ("", [inner]),
        (None, [inner]),
        ("x" * 1_000_000, [inner]),
    ):
        row = rows_of(
            door, "SELECT * FROM govdesk_api.authenticate_key(%s, %s::bytea[])", key_id, candidates
        )
        unknown.append(row[0])
    for found in unknown:
        assert found.pop("reason") == "unknown"
        assert found.pop("first_use") is False
        assert set(found.values()) == {None}
    assert cast.one("SELECT count(*) FROM govdesk.api_key WHERE first_used_at IS NOT NULL") == 0


def test_what_a_refused_key_was_for_is_not_done(cast: Cast, olga: Any) -> None:
    made, door = make(olga, cast), worker(cast)
    for state in ("suspended", "revoked"):
        put(cast, made, state)
        with door.transaction():
            assert knock(door, made) == state
            for query, value in ((INTAKE, [request()]), (RECORD, [EVENT])):
                assert answer(door, query, json.dumps(value)) == "42501"
    assert alerts(cast) == 0


# A rotated key after its end


def test_reuse_suspends_the_family_and_no_event_comes_in_with_it(cast: Cast, olga: Any) -> None:
    door = worker(cast)
    old, new = ended(olga, door, cast)
    with pytest.raises(psycopg.Error) as caught, door.transaction():
        assert knock(door, old) == "rotated"
        door.execute(INTAKE, (json.dumps([request("a")]),))
    assert caught.value.sqlstate == "GD036"
    assert alerts(cast) == 0
    with pytest.raises(psycopg.Error) as caught, door.transaction():
        assert knock(door, old) == "rotated"
        door.execute("SELECT govdesk_api.upgrade_key(1, 'abcdefabcdefabcd', sha256('mine'))")
        door.execute(RECORD, (json.dumps([EVENT]),))
    assert caught.value.sqlstate == "GD036"
    assert knock(door, old) == "rotated"
    assert [status(cast, one) for one in (old, new)] == ["suspended"] * 2
    assert send_refused(door, new) == "suspended"
    assert cast.rows(0)[-1]["action"] in ("api_key.suspended", "api_key.reused")


def send_refused(door: Connection, made: Made) -> str:
    """The reason for which a key does nothing."""
    with door.transaction():
        return knock(door, made)


def test_a_rollback_forgets_the_alarm_but_never_opens_the_door(cast: Cast, olga: Any) -> None:
    door = worker(cast)
    old, new = ended(olga, door, cast)
    before = cast.last_seq()
    for _ in range(3):
        door.execute("BEGIN")
        assert knock(door, old) == "rotated"
        door.execute("SAVEPOINT s")
        assert knock(door, old) in ("rotated", "suspended")
        door.execute("ROLLBACK TO s")
        door.execute("ROLLBACK")
    assert cast.last_seq() == before
    assert knock(door, old) == "rotated"
    assert [row["action"] for row in cast.rows(before)].count("api_key.reused") == 1
    assert knock(door, new) == "suspended"


def test_who_kept_an_old_key_does_not_suspend_the_new_one_again_and_again(
    cast: Cast, olga: Any
) -> None:
    door = worker(cast)
    old, new = ended(olga, door, cast)
    assert knock(door, old) == "rotated"
    assert ask(olga, STATUS + " RETURNING 1", "active", new.id) == 1
    assert [knock(door, old), knock(door, new)] == ["suspended", "ok"]
    assert ask(olga, STATUS + " RETURNING 1", "revoked", old.id) == 1
    assert [knock(door, old), knock(door, new)] == ["revoked", "ok"]


def test_two_who_reuse_at_once_suspend_once_and_both_are_told(cast: Cast, olga: Any) -> None:
    first, second = worker(cast), worker(cast)
    old, new = ended(olga, first, cast)
    first.execute("BEGIN")
    assert knock(first, old) == "rotated"
    aside = Aside(second, KNOCK, old.key.key_id, [old.key.inner]).start()
    until_waiting(cast, second)
    first.execute("COMMIT")
    assert aside.wait() == "ok"
    assert aside.value == "rotated"
    told = [row["action"] for row in cast.rows(0)]
    assert told.count("api_key.suspended") == 2
    assert [status(cast, one) for one in (old, new)] == ["suspended"] * 2


def test_events_on_their_way_when_the_family_is_suspended_do_not_come_in(
    cast: Cast, olga: Any
) -> None:
    door, thief = worker(cast), worker(cast)
    old, new = ended(olga, door, cast)
    with pytest.raises(psycopg.Error) as caught, door.transaction():
        assert knock(door, new) == "ok"
        door.execute(INTAKE, (json.dumps([request("a")]),))
        assert knock(thief, old) == "rotated"
    assert caught.value.sqlstate == "GD036"
    assert alerts(cast) == 0
    assert cast.one("SELECT count(*) FROM govdesk_private.intake_request") == 0


def test_a_key_that_is_revoked_on_its_way_brings_nothing(cast: Cast, olga: Any) -> None:
    made, door = make(olga, cast), worker(cast)
    assert knock(door, made) == "ok"
    with pytest.raises(psycopg.Error) as caught, door.transaction():
        assert knock(door, made) == "ok"
        door.execute(RECORD, (json.dumps([EVENT]),))
        assert ask(olga, STATUS + " RETURNING 1", "revoked", made.id) == 1
    assert caught.value.sqlstate == "GD036"
    assert alerts(cast) == 0


# Two principals


def turned(cast: Cast, olga: Any) -> dict[str, Callable[[Connection, Made], str]]:
    """What a worker's transaction may try after, or before, its key."""
    other, theirs = make(olga, cast), make(seat(cast, BEA.email, "beta"), cast, "beta.intake")

    def with_session(door: Connection, _: Made) -> str:
        door.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', 'acme', true)",
            (olga.token,),
        )
        return answer(door, RECORD, json.dumps([EVENT]))

    return {
        "another key": lambda door, _: answer(door, KNOCK, other.key.key_id, [other.key.inner]),
        "another tenant's key": lambda door, _: answer(
            door, KNOCK, theirs.key.key_id, [theirs.key.inner]
        ),
        "the worker": lambda door, _: answer(
            door, "SELECT govdesk_api.pepper_key(%s, 1, 'abcdefabcdefabcd', sha256('x'), 'h')",
            other.id,
        ),
        "a session": with_session,
    }  # fmt: skip


@pytest.mark.parametrize("who", ["another key", "another tenant's key", "the worker", "a session"])
def test_a_transaction_belongs_to_the_key_that_it_began_with(
    cast: Cast, olga: Any, who: str
) -> None:
    made, door = make(olga, cast), worker(cast)
    assert knock(door, made) == "ok"
    attempt = turned(cast, olga)[who]
    before = cast.last_seq("beta")
    door.execute("BEGIN")
    assert knock(door, made) == "ok"
    assert attempt(door, made) == "GD005"
    door.execute(
        "SELECT set_config('app.session_token', '', true), set_config('app.setup_release', '1',"
        " true), set_config('app.current_tenant_path', 'beta', true)"
    )
    door.execute(RECORD, (json.dumps([EVENT]),))
    door.execute("COMMIT")
    last = cast.rows(0)[-1]
    assert (last["actor"], last["action"]) == (f"key:{made.key.prefix}", "system.alert")
    assert cast.last_seq("beta") == before


def test_a_transaction_that_the_worker_began_takes_no_key(cast: Cast, olga: Any) -> None:
    made, waiting, door = make(olga, cast), make(olga, cast), worker(cast)
    door.execute("BEGIN")
    door.execute(
        "SELECT govdesk_api.pepper_key(%s, 1, 'abcdefabcdefabcd', sha256('x'), 'host')",
        (waiting.id,),
    )
    assert answer(door, KNOCK, made.key.key_id, [made.key.inner]) == "GD005"
    door.execute("ROLLBACK")


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_key_is_not_used_under_an_old_snapshot(cast: Cast, olga: Any, level: str) -> None:
    made, door = make(olga, cast), worker(cast)
    door.execute(f"BEGIN ISOLATION LEVEL {level}")  # type: ignore[call-overload]
    door.execute("SELECT count(*) FROM govdesk.country")
    assert ask(olga, STATUS + " RETURNING 1", "revoked", made.id) == 1
    assert answer(door, KNOCK, made.key.key_id, [made.key.inner]) in ("GD004", "GD005")
    assert answer(door, INTAKE, json.dumps([request()])) in ("GD004", "42501")
    door.execute("ROLLBACK")


def test_a_savepoint_that_is_taken_back_takes_the_key_with_it(cast: Cast, olga: Any) -> None:
    made, other, door = make(olga, cast), make(olga, cast), worker(cast)
    door.execute("BEGIN")
    door.execute("SAVEPOINT s")
    assert knock(door, made) == "ok"
    door.execute("ROLLBACK TO s")
    assert answer(door, RECORD, json.dumps([EVENT])) == "42501"
    assert knock(door, other) == "ok"
    door.execute(RECORD, (json.dumps([EVENT]),))
    door.execute("COMMIT")
    assert cast.rows(0)[-1]["actor"] == f"key:{other.key.prefix}"
