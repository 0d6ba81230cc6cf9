"""Attacks on what stands of a key in raw SQL: its status, its label, the rules for all keys."""

from __future__ import annotations

import time
from base64 import b64encode

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.domain.api_keys import ApiKey
from tests.doors import (
    answer,
    ask,
    claim,
    join,
    raw,
    refusal,
    seat,
    table,
    worker,
)
from tests.keys import CLAIMS, EVENTS, PORTAL
from tests.knocking import (
    CREATE,
    ROTATE,
    STATUS,
    Aside,
    ended,
    everything,
    knock,
    make,
    order,
    put,
    renewal,
    status,
    until_waiting,
)
from tests.people import ADA, CARLA, MEI, OLGA, Cast

SID = "sid@acme.example"
TOKEN = "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a"
"""In two pieces, so that nobody takes it for a real one."""

READABLE = ("api_key", "api_key_seen", "api_key_use", "key_scope", "key_policy", "pepper")


def operator_of(cast: Cast, node: str = CLAIMS) -> Session:
    """Somebody who operates one system and nothing else."""
    join(cast, SID, "operator", node)
    return seat(cast, SID)


# Status


@pytest.mark.parametrize("was", ["active", "rotated", "suspended", "revoked", "expired"])
def test_a_status_goes_where_it_may_and_nowhere_else(cast: Cast, was: str) -> None:
    olga = seat(cast, OLGA.email)
    made = make(olga, cast)
    if was != "active":
        put(cast, made, was)
    for wanted in ("active", "rotated", "suspended", "expired", "gone", "", None):
        if (was, wanted) != ("suspended", "active"):
            with raw(olga) as connection:
                state = answer(connection, STATUS, wanted, made.id)
            assert state != "ok" or wanted == was, wanted
            assert status(cast, made) == was
    with raw(olga) as connection:
        assert answer(connection, STATUS, "revoked", made.id) == (
            "GD012" if was == "expired" else "ok"
        )
    for back in ("active", "rotated", "suspended"):
        assert refusal(olga, STATUS, back, made.id) == "GD012"


@pytest.mark.parametrize(
    "column",
    ["expires_at = now() + interval '9 days'", "ends_at = NULL", "scopes = '{a:b}'",
     "created_by = 'user:x'", "ended_at = NULL", "family = gen_random_uuid()", "replaces = NULL",
     "key_id = 'abcdefghijkl'", "system_id = gen_random_uuid()", "reactivated_at = now()",
     "environment = 'dev'", "grace_days = 7", "first_used_at = NULL", "stale_at = NULL"],
)  # fmt: skip
def test_nothing_of_a_key_but_label_and_status_is_anybodys_to_write(
    module_cast: Cast, column: str
) -> None:
    olga = seat(module_cast, OLGA.email)
    assert refusal(olga, f"UPDATE govdesk.api_key SET {column}") == "42501"


def test_a_rotated_key_that_was_suspended_comes_back_as_rotated_and_ended(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old, new = ended(olga, door, cast)
    assert knock(door, old) == "rotated"
    assert (status(cast, old), status(cast, new)) == ("suspended", "suspended")
    for made in (old, new):
        assert ask(olga, STATUS + " RETURNING 1", "active", made.id) == 1
    assert (status(cast, old), status(cast, new)) == ("rotated", "active")
    assert knock(door, new) == "ok"
    assert knock(door, old) == "rotated"
    assert status(cast, new) == "suspended"


def test_a_successor_that_is_made_during_a_reuse_rests_with_its_family(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old, new = ended(olga, door, cast)
    with raw(olga) as connection:
        key = ApiKey.generate("prod")
        row = connection.execute(ROTATE, renewal(new, key)).fetchone()  # type: ignore[call-overload]
        assert row is not None
        aside = Aside(door, "SELECT reason FROM govdesk_api.authenticate_key(%s, %s::bytea[])",
                      old.key.key_id, [old.key.inner]).start()  # fmt: skip
        until_waiting(cast, door)
    assert aside.wait() == "ok"
    assert aside.value == "rotated"
    third = cast.one("SELECT status FROM govdesk.api_key WHERE id = %s", row[0])
    assert (status(cast, new), third) == ("suspended", "suspended")


def test_a_key_that_is_made_while_its_system_retires_ends_with_it(cast: Cast) -> None:
    olga, ada = seat(cast, OLGA.email), seat(cast, ADA.email)
    retire = "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'"
    with raw(olga) as connection:
        made = connection.execute(CREATE, order(cast, ApiKey.generate("prod"))).fetchone()  # type: ignore[call-overload]
        assert made is not None
        with ada.connection.transaction():
            claim(ada.connection, ada)
            aside = Aside(ada.connection, retire + " RETURNING 1").start()
            until_waiting(cast, ada.connection)
            connection.execute("COMMIT")
            aside.wait()
        connection.execute("BEGIN")
    assert cast.one("SELECT status FROM govdesk.node WHERE node_path = 'acme.claims'") == "retired"
    assert cast.one("SELECT status FROM govdesk.api_key WHERE id = %s", made[0]) == "revoked"


# Raw secrets


@pytest.mark.parametrize(
    "text",
    [TOKEN, f"Bitte: {TOKEN}", b64encode(TOKEN.encode()).decode(), f'{{"a": "{TOKEN}"}}',
     b64encode(b64encode(TOKEN.encode())).decode(), TOKEN.replace("_", "%5F")],
)  # fmt: skip
def test_a_raw_secret_is_no_label_and_no_refusal_repeats_it(module_cast: Cast, text: str) -> None:
    cast, olga = module_cast, seat(module_cast, OLGA.email)
    made = make(olga, cast)
    for statement, values in (
        (CREATE, order(cast, ApiKey.generate("prod"), label=text)),
        ("UPDATE govdesk.api_key SET owner_label = %s WHERE id = %s", (text, made.id)),
        ("UPDATE govdesk.key_scope SET description = %s WHERE name = %s", (text, EVENTS)),
        (
            "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)"
            " SELECT tenant_id, tenant_path, 'a:b', %s FROM govdesk.tenant",
            (text,),
        ),
    ):
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(statement, values)  # type: ignore[call-overload]
        assert caught.value.sqlstate == "GD026"
        assert text not in everything(caught.value)
        assert TOKEN not in everything(caught.value)


def test_a_raw_secret_is_no_name_of_a_scope(module_cast: Cast) -> None:
    olga = seat(module_cast, OLGA.email)
    name = "key:glpat-" + "x4k29sdfk3l5m7q8w0zt"
    assert refusal(
        olga,
        "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name)"
        " SELECT tenant_id, tenant_path, %s FROM govdesk.tenant",
        name,
    ) == "GD026"  # fmt: skip


def test_a_label_of_megabytes_is_refused_at_once(cast: Cast) -> None:
    """It is searched for raw secrets, and nobody may keep the server busy with that."""
    olga = seat(cast, OLGA.email)
    made = make(olga, cast)
    for text in ("Ab3" * 700_000, "x " * 1_000_000, "%41" * 700_000):
        for statement, values in (
            ("UPDATE govdesk.api_key SET owner_label = %s WHERE id = %s", (text, made.id)),
            ("UPDATE govdesk.key_scope SET description = %s WHERE name = %s", (text, EVENTS)),
        ):
            began = time.monotonic()
            assert refusal(olga, statement, *values) in ("GD012", "23514")
            assert time.monotonic() - began < 2


def test_no_refusal_repeats_a_verifier(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    made = make(olga, cast)
    for instead in (
        {"label": None}, {"label": " " * 9}, {"scopes": None}, {"key_id": None}, {"key_id": "x"},
        {"environment": None}, {"id": made.id}, {"key_id": made.key.key_id}, {"version": 2**31 - 1},
        {"mac": made.key.inner},
    ):  # fmt: skip
        key = ApiKey.generate("prod")
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(CREATE, order(cast, key, **instead))  # type: ignore[call-overload]
        told = everything(caught.value).lower()
        for hidden in (key.inner.hex(), made.key.inner.hex(), repr(key.inner), key.raw.lower()):
            assert hidden not in told


# Rules for keys


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE govdesk.key_policy SET max_days = 365",
        "UPDATE govdesk.key_scope SET status = 'retired'",
        "UPDATE govdesk.key_scope SET description = 'x'",
        "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name)"
        " SELECT tenant_id, tenant_path, 'mine:all' FROM govdesk.tenant",
        "INSERT INTO govdesk.key_policy (tenant_id, tenant_path)"
        " SELECT tenant_id, tenant_path FROM govdesk.tenant",
        "DELETE FROM govdesk.key_scope",
        "UPDATE govdesk.key_scope SET name = 'all:all'",
        "UPDATE govdesk.pepper SET status = 'retired'",
        "INSERT INTO govdesk.pepper (tenant_id, tenant_path, version, fingerprint)"
        " SELECT tenant_id, tenant_path, 9, 'abcdefabcdefabcd' FROM govdesk.tenant",
    ],
)
def test_rules_are_not_for_members_nor_for_who_manages_a_part(cast: Cast, statement: str) -> None:
    join(cast, "part@acme.example", "owner", CLAIMS)
    for email in ("part@acme.example", MEI.email, CARLA.email):
        assert refusal(seat(cast, email), statement) == "42501"
    assert refusal(operator_of(cast), statement) == "42501"


def test_whoever_may_change_no_rule_holds_none_locked(cast: Cast) -> None:
    """A rule is locked while the vault or a pepper changes: a lock would keep them waiting."""
    join(cast, "part@acme.example", "owner", CLAIMS)
    make(seat(cast, OLGA.email), cast, PORTAL)
    for email, tables in (
        (MEI.email, ("api_key", "key_scope", "key_policy", "integration")),
        ("part@acme.example", ("key_scope", "key_policy")),
    ):
        for name in tables:
            for strength in ("FOR UPDATE", "FOR KEY SHARE"):
                query = f"SELECT id FROM govdesk.{name} {strength}"
                assert table(seat(cast, email), query) == [], (email, query)
    for name in ("pepper", "vault_key", "api_key_seen", "api_key_use"):
        assert refusal(seat(cast, OLGA.email), f"SELECT 1 FROM govdesk.{name} FOR SHARE") == "42501"
