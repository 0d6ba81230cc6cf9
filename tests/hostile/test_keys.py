"""Attacks on API keys in raw SQL: by members, operators of another system, staff, other tenants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.domain.api_keys import ApiKey
from tests.doors import (
    answer,
    arranged,
    ask,
    claim,
    cooled,
    join,
    raw,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.keys import CLAIMS, EVENTS, PORTAL, in_days, system_id
from tests.knocking import (
    CREATE,
    ROTATE,
    STATUS,
    ended,
    knock,
    make,
    order,
    put,
    renewal,
    rotate,
    status,
)
from tests.people import BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.staffing import at_work, employ, enter

SID = "sid@acme.example"
TOKEN = "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a"
"""In two pieces, so that nobody takes it for a real one."""

READABLE = ("api_key", "api_key_seen", "api_key_use", "key_scope", "key_policy", "pepper")


def operator_of(cast: Cast, node: str = CLAIMS) -> Session:
    """Somebody who operates one system and nothing else."""
    join(cast, SID, "operator", node)
    return seat(cast, SID)


# What a key was is told once


def test_no_door_tells_a_key_or_its_verifier_a_second_time(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    made = make(olga, cast)
    assert knock(door, made) == "ok"
    told = "".join(
        str(table(olga, f"SELECT * FROM {source}"))
        for source in (
            *(f"govdesk.{name}" for name in READABLE),
            "govdesk.audit_log",
            "govdesk_api.key_versions()",
            "govdesk_api.attention()",
            "govdesk_api.whoami()",
        )
    )
    told += str(rows_of(cast.admin, "SELECT encode(leaf, 'escape') FROM govdesk.audit_log"))
    told += str(rows_of(cast.admin, "SELECT * FROM govdesk_private.pending"))
    assert made.key.key_id in told
    secret = made.key.raw.split("_")[3]
    for hidden in (secret, made.key.raw, made.key.inner.hex(), str(made.key.inner)):
        assert hidden not in told


def test_only_a_verifier_that_is_asked_for_by_name_is_there_for_nobody(cast: Cast) -> None:
    made = make(seat(cast, OLGA.email), cast)
    for door in (seat(cast, OLGA.email).connection, stranger(cast), worker(cast)):
        for query in (
            "SELECT mac FROM govdesk_private.api_key_mac",
            "SELECT digest FROM govdesk_private.api_key_mac",
            "UPDATE govdesk_private.api_key_mac SET mac = sha256('mine')",
            f"SELECT govdesk_private.write_mac(gen_random_uuid(), '{made.id}', 0, sha256('x'))",
            "SELECT * FROM govdesk_private.intake_request",
            "SELECT * FROM govdesk_private.secret_pattern",
        ):
            assert answer(door, query) == "42501"


# Orders


LIES: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "for two years": lambda _: {"expires": in_days(730)},
    "for a day more than the policy": lambda _: {"expires": in_days(366.01)},
    "for ever": lambda _: {"expires": "infinity"},
    "since yesterday": lambda _: {"expires": in_days(-1)},
    "since ever": lambda _: {"expires": "-infinity"},
    "without an end": lambda _: {"expires": None},
    "with no scope": lambda _: {"scopes": []},
    "with a null for scopes": lambda _: {"scopes": None},
    "with a null among the scopes": lambda _: {"scopes": [EVENTS, None]},
    "with a scope of nobody": lambda _: {"scopes": ["events:*"]},
    "with a thousand scopes": lambda _: {"scopes": [f"a:b{n}" for n in range(1000)]},
    "of no environment": lambda _: {"environment": "live"},
    "with a short id": lambda _: {"key_id": "abc"},
    "with an id that is a pattern": lambda _: {"key_id": "%%%%%%%%%%%%"},
    "without an id": lambda _: {"key_id": None},
    "without a label": lambda _: {"label": " "},
    "with a null label": lambda _: {"label": None},
    "with a label without end": lambda _: {"label": "Claims " * 40},
    "under a pepper that never was": lambda _: {"version": 1},
    "under a pepper below none": lambda _: {"version": -1},
    "under no pepper at all": lambda _: {"version": None},
    "with an empty verifier": lambda _: {"mac": b""},
    "with a short verifier": lambda _: {"mac": b"x" * 31},
    "with a long verifier": lambda _: {"mac": b"x" * 33},
    "without a verifier": lambda _: {"mac": None},
    "for an organization": lambda c: {"system": system_id(c, "acme")},
    "for a customer": lambda c: {"system": system_id(c, "acme.claims.northside")},
    "for another tenant's system": lambda c: {"system": system_id(c, "beta.intake")},
    "for nothing": lambda _: {"system": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_order_that_lies_makes_no_key(module_cast: Cast, lie: str) -> None:
    cast, key = module_cast, ApiKey.generate("prod")
    before = cast.one("SELECT count(*) FROM govdesk_private.api_key_mac")
    state = refusal(seat(cast, OLGA.email), CREATE, *order(cast, key, **LIES[lie](cast)))
    assert state in ("GD012", "GD028", "23514", "23502", "42501")
    assert cast.one("SELECT count(*) FROM govdesk_private.api_key_mac") == before


def test_what_another_tenant_has_is_neither_taken_nor_shared(cast: Cast) -> None:
    olga, bea, door = seat(cast, OLGA.email), seat(cast, BEA.email, "beta"), worker(cast)
    theirs = make(bea, cast, "beta.intake")
    with raw(bea) as connection:
        connection.execute(
            "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name)"
            " SELECT tenant_id, tenant_path, 'beta:read' FROM govdesk.tenant"
        )
    fresh = ApiKey.generate("prod")
    for instead in (
        {"mac": theirs.key.inner},
        {"key_id": theirs.key.key_id},
        {"id": theirs.id},
        {"key_id": theirs.key.key_id, "mac": theirs.key.inner},
    ):
        assert refusal(olga, CREATE, *order(cast, fresh, **instead)) == "GD012"
    assert refusal(olga, CREATE, *order(cast, fresh, scopes=["beta:read"])) == "GD028"
    assert refusal(olga, ROTATE, *renewal(theirs, fresh)) == "42501"
    mine = make(olga, cast)
    for taken in (theirs, mine):
        same = (mine.id, None, taken.key.key_id, 0, in_days(9), 0, taken.key.inner)
        assert refusal(olga, ROTATE, *same) == "GD012"
    assert (status(cast, mine), status(cast, theirs)) == ("active", "active")
    assert knock(door, theirs) == "ok"
    assert knock(door, theirs, mine.key.key_id) == "unknown"


def test_an_operator_of_one_system_does_nothing_for_another(cast: Cast) -> None:
    olga, sid, door = seat(cast, OLGA.email), operator_of(cast), worker(cast)
    portal, claims = make(olga, cast, PORTAL), make(sid, cast)
    uses = [{"key_id": m.id, "day": str(in_days(0).date()), "uses": 1} for m in (portal, claims)]
    for one in uses:
        one["last_used_at"] = str(in_days(0))
    door.execute("SELECT govdesk_api.key_uses(%s::jsonb)", (psycopg.types.json.Json(uses),))
    fresh = ApiKey.generate("prod")
    assert refusal(sid, CREATE, *order(cast, fresh, PORTAL)) == "42501"
    assert refusal(sid, ROTATE, *renewal(portal, fresh)) == "42501"
    for statement in (STATUS, "UPDATE govdesk.api_key SET owner_label = %s WHERE id = %s"):
        with raw(sid) as connection:
            assert connection.execute(statement, ("revoked", portal.id)).rowcount == 0  # type: ignore[call-overload]
    for source in ("api_key", "api_key_seen"):
        assert [str(r["id"]) for r in table(sid, f"SELECT id FROM govdesk.{source}")] == [claims.id]
    assert [str(r["api_key_id"]) for r in table(sid, "SELECT * FROM govdesk.api_key_use")] == [
        claims.id
    ]
    assert table(sid, "SELECT * FROM govdesk_api.key_versions()") == []
    told = str(table(sid, "SELECT * FROM govdesk.audit_log"))
    assert claims.id in told
    assert portal.id not in told
    assert status(cast, portal) == "active"


def test_who_sees_a_key_and_may_not_change_it_is_told_so(cast: Cast) -> None:
    olga, sid = seat(cast, OLGA.email), operator_of(cast)
    with arranged(cast) as admin:
        admin.execute(
            "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
            " role_key) SELECT tenant_id, tenant_path, id, tenant_path, 'member'"
            " FROM govdesk.member WHERE email = %s",
            (SID,),
        )
    portal = make(olga, cast, PORTAL)
    assert len(table(sid, "SELECT * FROM govdesk.api_key")) == 1
    for session in (sid, seat(cast, MEI.email), seat(cast, CARLA.email)):
        assert refusal(session, STATUS, "revoked", portal.id) == "42501"
        assert refusal(session, ROTATE, *renewal(portal, ApiKey.generate("prod"))) == "42501"
        assert refusal(session, CREATE, *order(cast, ApiKey.generate("prod"), PORTAL)) == "42501"


def test_a_session_without_a_second_factor_or_with_an_old_confirmation_makes_no_key(
    cast: Cast,
) -> None:
    olga = seat(cast, OLGA.email)
    made = make(olga, cast)
    put(cast, made, "suspended")
    fresh = ApiKey.generate("prod")
    half = seat(cast, OTIS.email, mfa=False)
    assert refusal(half, CREATE, *order(cast, fresh)) == "42501"
    assert refusal(half, STATUS, "revoked", made.id) == "42501"
    assert table(half, "SELECT * FROM govdesk.api_key") == []
    cooled(cast)
    assert refusal(olga, CREATE, *order(cast, fresh)) == "GD009"
    assert refusal(olga, STATUS, "active", made.id) == "GD009"
    policy = "UPDATE govdesk.key_policy SET max_days = 1"
    assert refusal(olga, policy) == "GD009"
    put(cast, made, "active")
    assert refusal(olga, ROTATE, *renewal(made, fresh)) == "GD009"
    with raw(olga) as connection:
        assert connection.execute(STATUS, ("revoked", made.id)).rowcount == 1  # type: ignore[call-overload]


def test_a_key_of_a_session_that_ended_meanwhile_is_never_there(cast: Cast) -> None:
    otis, olga, key = seat(cast, OTIS.email), seat(cast, OLGA.email), ApiKey.generate("prod")
    identity = ask(otis, "SELECT session_id FROM govdesk_api.whoami()")
    with pytest.raises(psycopg.Error) as caught, raw(otis) as connection:
        connection.execute(CREATE, order(cast, key))  # type: ignore[call-overload]
        ask(olga, "SELECT govdesk_api.revoke_session(%s)", identity)
    assert caught.value.sqlstate == "GD001"
    assert cast.one("SELECT count(*) FROM govdesk_private.api_key_mac") == 0


def test_staff_of_the_platform_end_a_key_but_set_no_rule_for_keys(cast: Cast) -> None:
    employ(cast)
    made, inside = make(seat(cast, OLGA.email), cast), enter(cast, at_work(cast))
    assert table(inside, "SELECT owner_label FROM govdesk.api_key") == [
        {"owner_label": "Claims team"}
    ]
    assert refusal(inside, "UPDATE govdesk.key_policy SET max_days = 365") == "42501"
    outside = at_work(cast)
    for query in READABLE:
        rows = table(outside, f"SELECT * FROM govdesk.{query}")
        assert {str(row["tenant_path"]) for row in rows} <= {"platform"}
    assert refusal(outside, CREATE, *order(cast, ApiKey.generate("prod"))) == "42501"
    with raw(inside) as connection:
        assert connection.execute(STATUS, ("revoked", made.id)).rowcount == 1  # type: ignore[call-overload]
    assert cast.rows(0)[-1]["actor"].startswith("staff:")


# The wall


@pytest.mark.parametrize(
    "name", [*READABLE, "vault_key", "integration"]
)  # fmt: skip
def test_no_row_of_another_tenant_is_seen_written_or_made(cast: Cast, name: str) -> None:
    olga, bea, door = seat(cast, OLGA.email), seat(cast, BEA.email, "beta"), worker(cast)
    theirs = make(bea, cast, "beta.intake")
    knock(door, theirs)
    columns = "tenant_path" if name == "integration" else "*"
    rows = table(olga, f"SELECT {columns} FROM govdesk.{name}")
    assert {str(row["tenant_path"]) for row in rows} <= {"acme"}
    column = {"api_key": "status = 'revoked'", "key_scope": "description = 'x'",
              "key_policy": "max_days = 9", "integration": "name = 'x'"}.get(name)  # fmt: skip
    if column is not None:
        with raw(olga) as connection:
            where = " WHERE tenant_path = 'beta'" if name != "integration" else ""
            statement = f"UPDATE govdesk.{name} SET {column}{where}"
            assert connection.execute(statement).rowcount == 0  # type: ignore[call-overload]
    extra = {
        "key_scope": (", name", ", 'a:b'"),
        "integration": (", node_path, kind, name", ", 'beta', 'http', 'x'"),
    }.get(name)
    if extra is not None:
        foreign = (
            f"INSERT INTO govdesk.{name} (tenant_id, tenant_path{extra[0]})"
            f" VALUES ('{cast.tenant_id('beta')}', 'beta'{extra[1]})"
        )
        assert refusal(olga, foreign) == "42501"


def test_a_foreign_key_s_uses_and_versions_are_nobodys_business(cast: Cast) -> None:
    bea, olga = seat(cast, BEA.email, "beta"), seat(cast, OLGA.email)
    make(bea, cast, "beta.intake")
    assert table(olga, "SELECT * FROM govdesk_api.key_versions()") == []
    assert [row["keys"] for row in table(bea, "SELECT * FROM govdesk_api.key_versions()")] == [1]
    for path in ("beta", "", "acme.claims", "*"):
        with olga.connection.transaction():
            olga.connection.execute(
                "SELECT set_config('app.session_token', %s, true),"
                " set_config('app.current_tenant_path', %s, true)",
                (olga.token, path),
            )
            assert rows_of(olga.connection, "SELECT * FROM govdesk_api.key_versions()") == []
            assert rows_of(olga.connection, "SELECT * FROM govdesk.api_key") == []


def test_an_order_without_a_session_or_under_an_old_snapshot_is_refused(cast: Cast) -> None:
    door, olga = stranger(cast), seat(cast, OLGA.email)
    key = ApiKey.generate("prod")
    assert answer(door, CREATE, *order(cast, key)) == "42501"
    assert answer(door, "SELECT govdesk_api.authenticate_key('x', '{}')") == "42501"
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        olga.connection.execute(f"BEGIN ISOLATION LEVEL {level}")  # type: ignore[call-overload]
        claim(olga.connection, olga)
        assert answer(olga.connection, CREATE, *order(cast, key)) == "GD004"
        olga.connection.execute("ROLLBACK")


def test_a_chain_of_rotations_is_one_family_and_a_foreign_one_is_another(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old, new = ended(olga, door, cast)
    third = rotate(olga, new)
    knock(door, third)
    other = make(olga, cast)
    theirs = make(seat(cast, BEA.email, "beta"), cast, "beta.intake")
    assert knock(door, old) == "rotated"
    assert [status(cast, m) for m in (old, new, third)] == ["suspended"] * 3
    assert [status(cast, m) for m in (other, theirs)] == ["active"] * 2
    assert knock(door, third) == "suspended"
