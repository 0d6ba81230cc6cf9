"""Effective permissions and visible rows of random worlds against the oracle of scopes."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.database.worlds import (
    PERMISSIONS,
    identity,
    inhabited,
    many_worlds,
    speak,
    without_triggers,
    worlds,
)
from tests.doors import answer, arranged, join, raw, seat, stranger
from tests.oracles.scopes import World
from tests.people import ACME, BEA, CARLA, OLGA, Cast

LOOK = """
SELECT (SELECT permissions FROM govdesk_api.whoami()),
       ARRAY(SELECT node_path::text FROM govdesk.node),
       ARRAY(SELECT email FROM govdesk.member),
       ARRAY(SELECT id::text FROM govdesk.member_grant),
       (SELECT jsonb_object_agg(p, govdesk_api.granted(p)) FROM unnest(%s::text[]) p)
"""


NOWHERE = "SELECT govdesk_api.granted(%s) = '{}'"


@pytest.fixture
def bare(module_cast: Cast) -> Cast:
    """The module's database, its triggers switched off."""
    without_triggers(module_cast)
    return module_cast


@many_worlds
@given(world=worlds(), asked=st.lists(st.sampled_from(PERMISSIONS), min_size=3, max_size=3))
def test_what_a_member_may_do_and_see_is_what_the_oracle_says(
    bare: Cast, world: World, asked: list[str]
) -> None:
    with inhabited(bare, world) as connection:
        for member in world.members:
            speak(connection, member, world.root)
            row = connection.execute(LOOK, (asked,)).fetchone()
            assert row is not None
            held, nodes, members, grants, granted = row
            assert {p: set(n) for p, n in (held or {}).items()} == world.everything(member)
            assert set(nodes) == world.sees_nodes(member)
            assert set(members) == world.sees_members(member)
            assert set(grants) == world.sees_grants(member)
            assert {p: set(n) for p, n in granted.items()} == {
                p: world.granted(member, p) for p in asked
            }


@many_worlds
@given(world=worlds(), data=st.data())
def test_who_can_names_exactly_the_grants_that_suffice(
    bare: Cast, world: World, data: st.DataObject
) -> None:
    with inhabited(bare, world) as connection:
        speak(connection, "m0", world.root)
        for _ in range(3):
            permission = data.draw(st.sampled_from(PERMISSIONS))
            node = data.draw(st.sampled_from(sorted(world.nodes)))
            rows = connection.execute(
                "SELECT grant_id::text, member_id::text FROM govdesk_api.who_can(%s, %s::ltree)",
                (permission, node),
            ).fetchall()
            assert {grant for grant, _ in rows} == world.who_can(permission, node)
            assert len(rows) == len(set(rows))
            owners = {g.id: identity(g.member) for g in world.grants}
            assert all(owners[grant] == member for grant, member in rows)


def test_a_parents_owner_sees_no_row_of_a_subsidiary(cast: Cast) -> None:
    cast.admin.execute(
        "SELECT govdesk_private.create_tenant('acme.sub', 'Sub', 'production',"
        " 'sam@sub.example', 'Sam', 'test', NULL, (SELECT jsonb_agg(jsonb_build_object('key', key,"
        " 'title', title, 'base', base, 'permissions', permissions)) FROM govdesk.role"
        " WHERE tenant_path = 'acme'))"
    )
    with arranged(cast, "acme.sub") as admin:
        admin.execute("UPDATE govdesk.member SET mfa_at = now() WHERE email = 'sam@sub.example'")
    olga, sam = seat(cast, OLGA.email), seat(cast, "sam@sub.example", "acme.sub")
    with raw(sam) as connection:
        assert _rows(connection, "acme.sub") != _NOTHING
    with raw(olga) as connection:
        assert _rows(connection, "acme.sub") == _NOTHING
        assert _rows(connection, ACME) != _NOTHING
        for permission in PERMISSIONS:
            row = connection.execute(
                "SELECT count(*) FROM govdesk_api.who_can(%s, 'acme.sub')"
                " WHERE email = 'sam@sub.example'",
                (permission,),
            ).fetchone()
            assert row == (0,)


_TABLES = ("tenant", "node", "role", "member", "member_grant", "audit_log")
_NOTHING = dict.fromkeys(_TABLES, 0)


def _rows(connection: psycopg.Connection[object], path: str) -> dict[str, int]:
    counts = {}
    for name in _TABLES:
        row = connection.execute(
            f"SELECT count(*) FROM govdesk.{name} WHERE tenant_path = %s::ltree",  # type: ignore[arg-type]
            (path,),
        ).fetchone()
        assert isinstance(row, tuple)
        counts[name] = int(row[0])
    return counts


def test_one_person_in_two_tenants_has_two_sessions_that_know_nothing_of_each_other(
    cast: Cast,
) -> None:
    join(cast, BEA.email, "member")
    here, there = seat(cast, BEA.email, ACME), seat(cast, BEA.email, "beta")
    with raw(here) as connection:
        assert connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone() == (1,)
        assert connection.execute(NOWHERE, ("member.manage",)).fetchone() == (True,)
    with raw(there) as connection:
        row = connection.execute(
            "SELECT govdesk_api.granted('member.manage')::text, (SELECT count(*)"
            " FROM govdesk.node WHERE tenant_path <> 'beta')"
        ).fetchone()
        assert row == ("{beta}", 0)
    with raw(here) as connection:
        connection.execute("SELECT set_config('app.current_tenant_path', 'beta', true)")
        assert connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone() == (0,)


def test_without_a_session_there_is_nothing(cast: Cast) -> None:
    door = stranger(cast)
    assert door.execute(NOWHERE, ("node.read",)).fetchone() == (True,)
    assert door.execute("SELECT count(*) FROM govdesk_api.whoami()").fetchone() == (0,)
    for query in (
        "SELECT count(*) FROM govdesk_api.who_can('node.read', 'acme')",
        "SELECT count(*) FROM govdesk_api.staff_inside()",
        "SELECT count(*) FROM govdesk_api.decisions_waiting()",
        "SELECT count(*) FROM govdesk_api.attention()",
        "SELECT count(*) FROM govdesk_api.sessions()",
        "SELECT count(*) FROM govdesk_api.platform_tenants()",
    ):
        assert answer(door, query) in ("ok", "42501", "GD001"), query
        if answer(door, query) == "ok":
            assert door.execute(query).fetchone() == (0,), query  # type: ignore[arg-type]


def test_a_compliance_officer_reads_and_exports_and_manages_nothing(cast: Cast) -> None:
    with raw(seat(cast, CARLA.email)) as connection:
        row = connection.execute("SELECT permissions FROM govdesk_api.whoami()").fetchone()
    assert row is not None
    assert set(row[0]) == {p for p in PERMISSIONS if p.endswith(".read")} | {
        "audit.export",
        "evidence.create",
    }
