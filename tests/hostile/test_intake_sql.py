"""Attacks on the intake in raw SQL: events that lie, requests that come twice, endless ones."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.doors import (
    Connection,
    answer,
    later,
    refusal,
    rows_of,
    seat,
    worker,
)
from tests.keys import PORTAL, system_id
from tests.knocking import (
    KNOCK,
    Aside,
    Made,
    knock,
    make,
    rotate,
    until_waiting,
)
from tests.people import ADA, BEA, OLGA, Cast

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


# What a key may say


LIES: dict[str, tuple[object, str]] = {
    "a reserved name": ({"action": "member.invited"}, "GD011"),
    "a name of keys": ({"action": "api_key.revoked"}, "GD011"),
    "a name that looks free": ({"action": "x"}, "GD011"),
    "an endless name": ({"action": "x." + "a" * 9000}, "GD011"),
    "no name": ({"summary": "x"}, "GD011"),
    "a number": (4, "GD011"),
    "nothing": (None, "GD011"),
    "an array": ([EVENT], "GD011"),
    "no text for a name": ({"action": ["system.alert"]}, "GD011"),
    "another system": ({**EVENT, "system_id": "{portal}"}, "GD012"),
    "another tenant's system": ({**EVENT, "system_id": "{beta}"}, "GD012"),
    "no system": ({**EVENT, "system_id": "00000000-0000-0000-0000-000000000000"}, "GD012"),
    "a system in capitals": ({**EVENT, "system_id": "{CLAIMS}"}, "GD012"),
    "an endless summary": ({**EVENT, "summary": "x" * 1001}, "GD012"),
    "an empty summary": ({**EVENT, "summary": ""}, "GD012"),
    "an odd severity": ({**EVENT, "severity": "critical"}, "GD012"),
    "an odd entity": ({**EVENT, "entity_type": "Api Key"}, "GD012"),
    "a quote in an id": ({**EVENT, "entity_id": 'a"b'}, "GD012"),
    "a line in an id": ({**EVENT, "request_id": "a\nb"}, "GD012"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_event_that_lies_is_refused_with_its_whole_batch(module_cast: Cast, lie: str) -> None:
    cast, door = module_cast, worker(module_cast)
    made = make(seat(cast, OLGA.email), cast)
    names = {"{portal}": system_id(cast, PORTAL), "{beta}": system_id(cast, "beta.intake"),
             "{CLAIMS}": system_id(cast).upper()}  # fmt: skip
    event, expected = LIES[lie]
    text = json.dumps(event)
    for name, value in names.items():
        text = text.replace(name, value)
    before = cast.last_seq()
    with door.transaction():
        assert knock(door, made) == "ok"
        batch = [request("a"), request(lie, "bb", json.loads(text))]
        assert answer(door, INTAKE, json.dumps(batch)) == expected
    assert [row["action"] for row in cast.rows(before)] == ["api_key.first_used"]


def test_a_refused_event_is_not_repeated(cast: Cast, olga: Any) -> None:
    """A key that was put into an event by mistake must not end in messages and logs."""
    made, door = make(olga, cast), worker(cast)
    for event in (
        {"action": made.key.raw},
        {**EVENT, "severity": made.key.raw},
        {**EVENT, "entity_id": made.key.raw + "\n"},
        {**EVENT, "entity_type": made.key.raw},
        {**EVENT, "system_id": made.key.raw},
        {**EVENT, "request_id": made.key.raw + '"'},
        {**EVENT, "summary": made.key.raw * 20},
    ):
        with pytest.raises(psycopg.Error) as caught, door.transaction():
            assert knock(door, made) == "ok"
            door.execute(INTAKE, (json.dumps([request("a", "aa", event)]),))
        assert caught.value.sqlstate in ("GD011", "GD012")
        diag = caught.value.diag
        told = f"{caught.value} {diag.message_detail} {diag.context} {diag.message_hint}"
        assert made.key.raw.split("_")[3] not in told


def test_what_a_key_claims_of_itself_is_not_believed(cast: Cast, olga: Any) -> None:
    made, door = make(olga, cast), worker(cast)
    lie = {
        **EVENT, "actor": "user:olga@acme.example", "on_behalf_of": "user:x", "ip": "203.0.113.1",
        "session_id": "00000000-0000-0000-0000-000000000001", "at": "2001-01-01T00:00:00Z",
        "tenant_id": str(cast.tenant_id("beta")), "tenant_path": "beta", "seq": 1,
        "diff": {"name": {"new": "x"}}, "xact": "1",
    }  # fmt: skip
    with door.transaction():
        door.execute("SELECT set_config('app.client_addr', '198.51.100.7', true)")
        assert knock(door, made) == "ok"
        door.execute(INTAKE, (json.dumps([request(None, "aa", lie)]),))
    last = cast.rows(0)[-1]
    assert (last["actor"], last["on_behalf_of"], last["session_id"], last["diff"]) == (
        f"key:{made.key.prefix}", None, None, None,
    )  # fmt: skip
    assert (last["ip"], last["at"].year > 2001) == ("198.51.100.7", True)
    assert str(last["system_id"]) == system_id(cast)


@pytest.mark.parametrize("claim", ["10.0.0.1", "not an address", "::1", "1" * 100_000, "0/0"])
def test_where_a_client_stands_is_not_the_console_s_to_say(cast: Cast, claim: str) -> None:
    ada = seat(cast, ADA.email)
    with ada.connection.transaction():
        ada.connection.execute(
            "SELECT set_config('app.client_addr', %s, true), govdesk_api.bind(%s, 'acme')",
            (claim, ada.token),
        )
        rename = "UPDATE govdesk.node SET name = name || '!' WHERE node_path = 'acme.claims'"
        ada.connection.execute(rename)
    assert cast.rows(0)[-1]["ip"] != claim


@pytest.mark.parametrize("claim", ["not an address", "1" * 100_000, "fe80::1%eth0", "10.0.0.300"])
def test_a_client_that_stands_nowhere_is_not_written_down(cast: Cast, claim: str) -> None:
    made, door = make(seat(cast, ADA.email), cast), worker(cast)
    with door.transaction():
        door.execute("SELECT set_config('app.client_addr', %s, true)", (claim,))
        if answer(door, KNOCK, made.key.key_id, [made.key.inner]) == "ok":
            door.execute(RECORD, (json.dumps([EVENT]),))
    assert {row["ip"] for row in cast.rows(0) if row["action"] == "system.alert"} <= {"127.0.0.1"}


def test_a_key_without_the_scope_records_nothing(cast: Cast, olga: Any) -> None:
    made, door = make(olga, cast, scopes=["document:read", "participant:read"]), worker(cast)
    with door.transaction():
        assert knock(door, made) == "ok"
        assert answer(door, INTAKE, json.dumps([request("a")])) == "GD035"
        assert answer(door, RECORD, json.dumps([EVENT])) == "GD035"
        assert answer(door, INTAKE, json.dumps([{**request("a"), "events": []}])) == "GD035"
    assert cast.one("SELECT count(*) FROM govdesk_private.intake_request") == 0


# What the intake remembers


def test_a_request_is_recorded_once_and_another_body_is_a_conflict(cast: Cast, olga: Any) -> None:
    made, door = make(olga, cast), worker(cast)
    assert send(door, made, request("a"), request("a"), request("a", "bb"), request("b")) == [
        "recorded", "replayed", "conflict", "recorded",
    ]  # fmt: skip
    assert send(door, made, request("a", "bb"), request("a")) == ["conflict", "replayed"]
    assert send(door, made, request(), request()) == ["recorded"] * 2
    assert alerts(cast) == 4
    with door.transaction():
        knock(door, made)
        rows = rows_of(door, INTAKE, json.dumps([request("a"), request("a", "bb")]))
    assert [row["response"] for row in rows] == [{"accepted": "a"}, None]


def test_a_name_is_remembered_for_one_family_in_one_tenant(cast: Cast, olga: Any) -> None:
    door = worker(cast)
    mine, other = make(olga, cast), make(olga, cast)
    theirs = make(seat(cast, BEA.email, "beta"), cast, "beta.intake")
    secret = {**request("a"), "response": {"to": "acme alone"}}
    assert send(door, mine, secret) == ["recorded"]
    for made in (other, theirs):
        with door.transaction():
            assert knock(door, made) == "ok"
            row = rows_of(door, INTAKE, json.dumps([request("a")]))[0]
        assert (row["outcome"], row["response"]) == ("recorded", {"accepted": "a"})
    assert send(door, rotate(olga, mine, 7), request("a")) == ["replayed"]
    later(cast, "govdesk_private.intake_request", "created_at", "25 hours")
    assert send(door, mine, request("a", "cc")) == ["recorded"]


def test_a_request_that_two_send_at_once_is_recorded_once(cast: Cast, olga: Any) -> None:
    made, first, second = make(olga, cast), worker(cast), worker(cast)
    assert knock(first, made) == "ok"
    for body, expected in (("aa", "replayed"), ("bb", "conflict")):
        first.execute("BEGIN")
        second.execute("BEGIN")
        assert knock(first, made) == knock(second, made) == "ok"
        rows_of(first, INTAKE, json.dumps([request(body)]))
        asked = json.dumps([request(body, "aa" if expected == "replayed" else "bb")])
        aside = Aside(second, "SELECT outcome FROM govdesk_api.intake(%s::jsonb)", asked).start()
        until_waiting(cast, second)
        first.execute("COMMIT")
        assert aside.wait() == "ok"
        second.execute("COMMIT")
        assert aside.value == expected
    assert alerts(cast) == 2


def test_a_request_whose_first_sender_gave_up_is_recorded_by_the_second(
    cast: Cast, olga: Any
) -> None:
    made, first, second = make(olga, cast), worker(cast), worker(cast)
    assert knock(first, made) == "ok"
    first.execute("BEGIN")
    second.execute("BEGIN")
    assert knock(first, made) == knock(second, made) == "ok"
    rows_of(first, INTAKE, json.dumps([request("a")]))
    asked = json.dumps([request("a")])
    aside = Aside(second, "SELECT outcome FROM govdesk_api.intake(%s::jsonb)", asked).start()
    until_waiting(cast, second)
    first.execute("ROLLBACK")
    aside.wait()
    second.execute("COMMIT")
    assert (aside.value, alerts(cast)) == ("recorded", 1)


def test_batches_in_opposite_order_wait_for_each_other_and_never_in_a_ring(
    cast: Cast, olga: Any
) -> None:
    made = make(olga, cast)
    middle, left, right = worker(cast), worker(cast), worker(cast)
    assert knock(middle, made) == "ok"
    for door in (middle, left, right):
        door.execute("BEGIN")
        assert knock(door, made) == "ok"
    rows_of(middle, INTAKE, json.dumps([request("m")]))
    call = "SELECT count(*) FROM govdesk_api.intake(%s::jsonb)"
    asides = []
    for door, names in ((left, "amz"), (right, "zma")):
        batch = json.dumps([request(name) for name in names])
        asides.append(Aside(door, call, batch).start())
        until_waiting(cast, door)
    middle.execute("COMMIT")
    ends = []
    for door, aside in zip((left, right), asides, strict=True):
        ends.append(aside.wait())
        door.execute("COMMIT")
    assert ends == ["ok", "ok"]
    assert alerts(cast) == 3


@pytest.mark.parametrize(
    "batch",
    ["{}", "null", "[1]", "[null]", '"x"', '[{"events": {}}]', '[{"events": null}]', "[{}]",
     '[{"events": "x"}]', '[{"idempotency_key": "", "digest": "00", "events": []}]',
     '[{"idempotency_key": "a", "digest": "zz", "events": []}]',
     '[{"idempotency_key": "a", "events": []}]',
     '[{"idempotency_key": "a", "digest": "00", "events": []}]', "[" + "{}," * 1000 + "{}]",
     '[{"idempotency_key": "' + "k" * 129 + '", "digest": "' + "00" * 32 + '", "events": []}]'],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_request_is_refused_and_remembered_nowhere(
    module_cast: Cast, batch: str
) -> None:
    cast, door = module_cast, worker(module_cast)
    made = make(seat(cast, OLGA.email), cast)
    with door.transaction():
        assert knock(door, made) == "ok"
        assert answer(door, INTAKE, batch) in ("GD012", "22023", "23502", "23514")
    assert cast.one("SELECT count(*) FROM govdesk_private.intake_request") == 0


def test_what_is_too_large_or_too_deep_is_refused_and_the_door_stays_open(
    cast: Cast, olga: Any
) -> None:
    made, door = make(olga, cast), worker(cast)
    deep = "[" * 5000 + "]" * 5000
    events = {
        "too many": json.dumps([request(None, "aa", *[EVENT] * 20_001)]),
        "too deep": '[{"events": [{"action": "system.alert", "data": ' + deep + "}]}]",
        "deeper": '[{"events": [' + "[" * 100_000 + "]" * 100_000 + "]}]",
    }
    for batch in events.values():
        with door.transaction():
            assert knock(door, made) == "ok"
            assert answer(door, INTAKE, batch) in ("GD012", "GD011", "54001")
    assert alerts(cast) == 0
    assert send(door, made, request("a")) == ["recorded"]


def test_uses_are_added_up_for_keys_that_are_there_and_days_that_are_near(
    cast: Cast, olga: Any
) -> None:
    made, door = make(olga, cast), worker(cast)
    uses = "SELECT govdesk_api.key_uses(%s::jsonb)"
    today = str(cast.one("SELECT (now() AT TIME ZONE 'UTC')::date"))
    for lie in (
        {"day": "1999-01-01", "uses": 5},
        {"day": "infinity", "uses": 5},
        {"day": today, "uses": -5},
        {"day": today, "uses": 10**15},
        {"day": today, "uses": 5, "key_id": "00000000-0000-0000-0000-000000000000"},
    ):
        door.execute(uses, (json.dumps([{"key_id": made.id} | lie]),))
    assert cast.one("SELECT count(*) FROM govdesk.api_key_use") == 0
    seen = {"key_id": made.id, "day": today, "uses": 1, "last_used_at": "infinity", "ip": "::1"}
    door.execute(uses, (json.dumps([seen, seen, {**seen, "last_used_at": "-infinity"}]),))
    assert cast.one("SELECT uses FROM govdesk.api_key_use") == 3
    assert cast.one("SELECT last_used_at <= clock_timestamp() FROM govdesk.api_key_seen")
    assert refusal(olga, "SELECT govdesk_api.key_uses('[]')") == "42501"
