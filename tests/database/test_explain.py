"""Explain access, who can, blast radius and the editor's greying, against what really happens."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.database.connection import Session
from tests.database.worlds import (
    PERMISSIONS,
    identity,
    inhabited,
    many_worlds,
    speak,
    without_triggers,
    worlds,
)
from tests.doors import ask, grant_id, join, member_id, raw, rows_of, seat, table
from tests.oracles.role_policy import covers
from tests.oracles.scopes import World
from tests.people import ACME, ADA, BEA, MEI, OLGA, OTIS, Cast, Row

Connection = psycopg.Connection[Any]
EXPLAIN = "SELECT * FROM govdesk_api.explain_access(%s, %s, %s::ltree)"


@pytest.fixture
def bare(module_cast: Cast) -> Cast:
    """The module's database, its triggers switched off."""
    without_triggers(module_cast)
    return module_cast


@many_worlds
@given(world=worlds(), data=st.data())
def test_explain_names_the_grants_that_suffice_or_what_is_truly_missing(
    bare: Cast, world: World, data: st.DataObject
) -> None:
    with inhabited(bare, world) as connection:
        speak(connection, "m0", world.root)
        for _ in range(4):
            member = data.draw(st.sampled_from(sorted(world.members)))
            permission = data.draw(st.sampled_from(PERMISSIONS))
            node = data.draw(st.sampled_from(sorted(world.nodes)))
            rows = rows_of(connection, EXPLAIN, identity(member), permission, node)
            named = world.suffices(member, permission, node)
            assert {str(r["grant_id"]) for r in rows if r["allowed"]} == named
            if not named:
                (only,) = rows
                assert not only["allowed"]
                assert only["missing"] in world.missing(member, permission, node)
            else:
                assert all(r["allowed"] and r["missing"] is None for r in rows)


@many_worlds
@given(world=worlds(), data=st.data())
def test_each_named_grant_alone_is_enough_and_without_all_of_them_it_is_denied(
    bare: Cast, world: World, data: st.DataObject
) -> None:
    able = [m.name for m in world.members.values() if m.status == "active" and m.mfa]
    member = data.draw(st.sampled_from(able))
    permission = data.draw(st.sampled_from(PERMISSIONS))
    node = data.draw(st.sampled_from(sorted(world.nodes)))
    with inhabited(bare, world) as connection:
        speak(connection, "m0", world.root)
        rows = rows_of(connection, EXPLAIN, identity(member), permission, node)
        named = [str(r["grant_id"]) for r in rows if r["allowed"]]
        everything = [g.id for g in world.of(member)]
        for one in named:
            others = [g for g in everything if g != one]
            assert reaches(connection, world, member, permission, node, gone=others)
        assert not reaches(connection, world, member, permission, node, gone=named)


def reaches(
    connection: Connection, world: World, member: str, permission: str, node: str, gone: list[str]
) -> bool:
    """Whether the member's own session may, once some grants are gone; undone afterwards."""
    with connection.transaction(force_rollback=True):
        connection.execute("RESET ROLE")
        connection.execute(
            "UPDATE govdesk.member_grant SET status = 'removed' WHERE id = ANY (%s::uuid[])",
            (gone,),
        )
        connection.execute("SET LOCAL ROLE govdesk_app")
        speak(connection, member, world.root)
        row = connection.execute(
            "SELECT %s::ltree <@ ANY (govdesk_api.granted(%s))", (node, permission)
        ).fetchone()
    assert row is not None
    return bool(row[0])


RADIUS = "SELECT * FROM govdesk_api.blast_radius(%s, %s::jsonb)"


@many_worlds
@given(world=worlds(), data=st.data())
def test_the_blast_radius_is_the_difference_of_granted_before_and_after(
    bare: Cast, world: World, data: st.DataObject
) -> None:
    able = [m.name for m in world.members.values() if m.status == "active" and m.mfa]
    member = data.draw(st.sampled_from(able))
    roles = sorted(r.key for r in world.roles.values() if r.active)
    nodes = sorted(n.path for n in world.nodes.values() if n.active)
    after = data.draw(st.dictionaries(st.sampled_from(nodes), st.sampled_from(roles), max_size=3))
    with inhabited(bare, world) as connection:
        speak(connection, "m0", world.root)
        grants = [{"node_path": n, "role_key": r} for n, r in after.items()]
        rows = rows_of(connection, RADIUS, identity(member), json.dumps(grants))
    before = {(p, n) for p in PERMISSIONS for n in world.granted(member, p)}
    then = {(p, n) for n, role in after.items() for p in world.roles[role].permissions}
    for change, expected in (
        ("gained", uncovered(then, before)),
        ("lost", uncovered(before, then)),
    ):
        found = [(r["permission"], r["node_path"]) for r in rows if r["change"] == change]
        assert len(found) == len(set(found))
        assert set(found) == expected


def uncovered(these: set[tuple[str, str]], others: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """(permission, node) pairs that nothing of the others reaches."""
    return {(p, n) for p, n in these if not any(q == p and covers(above, n) for q, above in others)}


def test_counts_of_a_blast_radius_are_those_of_the_rows_that_come_into_view(cast: Cast) -> None:
    olga, mei = seat(cast, OLGA.email), seat(cast, MEI.email)
    rows = table(olga, RADIUS, member_id(cast, MEI.email), "[]")
    reading = next(r for r in rows if r["permission"] == "node.read")
    assert (reading["change"], reading["node_path"]) == ("lost", ACME)
    assert reading["systems"] == ask(mei, "SELECT count(*) FROM govdesk.node WHERE kind='system'")
    member = next(r for r in rows if r["permission"] == "member.read")
    assert member["members"] == ask(mei, "SELECT count(*) FROM govdesk.member")


def test_nobody_explains_a_person_of_another_tenant(cast: Cast) -> None:
    olga, bea = seat(cast, OLGA.email), member_id(cast, BEA.email, "beta")
    for query, parameters in (
        (EXPLAIN, (bea, "node.read", "beta")),
        (EXPLAIN, (bea, "node.read", ACME)),
        (RADIUS, (bea, "[]")),
        ("SELECT * FROM govdesk_api.may_grant(%s, 'beta')", (bea,)),
        ("SELECT * FROM govdesk_api.may_change_member(%s)", (bea,)),
        ("SELECT * FROM govdesk_api.blast_radius_of_node('beta.intake')", ()),
    ):
        rows = told(olga, query, *parameters)
        assert not [r for r in rows if r.get("allowed")], query
        assert "Bea" not in repr(rows), query
        assert "Intake" not in repr(rows), query


def told(session: Session, query: str, *parameters: object) -> list[Row]:
    """The rows, none where it is refused."""
    try:
        return table(session, query, *parameters)
    except psycopg.errors.InsufficientPrivilege:
        return []


def test_a_member_explains_himself_and_who_may_not_read_members_explains_nobody(
    cast: Cast,
) -> None:
    mei = seat(cast, MEI.email)
    (row,) = table(mei, EXPLAIN, member_id(cast, MEI.email), "node.read", "acme.claims")
    assert (row["allowed"], row["node_path"], row["role_key"]) == (True, ACME, "member")
    (row,) = table(mei, EXPLAIN, member_id(cast, MEI.email), "node.manage", "acme.claims")
    assert (row["allowed"], row["missing"]) == (False, "no_permission")


SET_ROLE = "UPDATE govdesk.member_grant SET role_key = %s WHERE id = %s"
ACTORS = (OLGA.email, ADA.email, OTIS.email, MEI.email, "scoped@acme.example")


@pytest.mark.parametrize("actor", ACTORS)
def test_the_editor_offers_exactly_what_the_database_then_accepts(cast: Cast, actor: str) -> None:
    join(cast, "scoped@acme.example", "admin", "acme.claims")
    for name, role in (("own", "owner"), ("adm", "admin"), ("ope", "operator"), ("mem", "member")):
        join(cast, f"{name}@acme.example", role, "acme.claims")
    session = seat(cast, actor)
    for name in ("own", "adm", "ope", "mem"):
        email = f"{name}@acme.example"
        target, grant = member_id(cast, email), grant_id(cast, email, "acme.claims")
        offers = may_grant(session, target, "acme.claims")
        for role, allowed, why in offers:
            assert accepts(session, SET_ROLE, role, grant) == allowed, (email, role, why)
            assert allowed or why


def may_grant(session: Session, target: str, node: str) -> list[tuple[str, bool, str]]:
    rows = table(session, "SELECT * FROM govdesk_api.may_grant(%s, %s::ltree)", target, node)
    return [(r["role_key"], r["allowed"], r["why"]) for r in rows]


def accepts(session: Session, statement: str, *parameters: object) -> bool:
    """Whether the statement changes a row; undone."""
    try:
        with raw(session) as connection:
            changed = connection.execute(statement, parameters).rowcount  # type: ignore[arg-type]
            raise psycopg.Rollback
    except psycopg.Error:
        return False
    return bool(changed == 1)


@pytest.mark.parametrize("actor", ACTORS)
def test_remove_is_offered_exactly_where_the_database_then_accepts_it(
    cast: Cast, actor: str
) -> None:
    join(cast, "scoped@acme.example", "admin", "acme.claims")
    session = seat(cast, actor)
    people: list[Row] = table(session, "SELECT id, email FROM govdesk.member")
    for person in people:
        (row,) = table(
            session, "SELECT * FROM govdesk_api.may_change_member(%s)", str(person["id"])
        )
        statement = "UPDATE govdesk.member SET status = 'removed' WHERE id = %s"
        assert accepts(session, statement, person["id"]) == row["allowed"], person["email"]
        assert row["allowed"] or row["why"]
        assert row["decision"] is None
