"""Random worlds for the tests of scopes, loaded in one statement and never committed."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.oracles.role_policy import MATRIX, built_in
from tests.oracles.scopes import Defined, Held, Member, Node, World
from tests.people import Cast

WORLDS: Final = int(os.environ.get("GOVDESK_TEST_WORLDS", "300"))
"""How many worlds a property is tried on; the thorough number is 10,000."""

many_worlds = settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TABLES: Final = [
    "govdesk.tenant",
    "govdesk.node",
    "govdesk.role",
    "govdesk.member",
    "govdesk.member_grant",
    "govdesk_private.session",
]
BASES: Final = ("owner", "admin", "operator", "member")
PERMISSIONS: Final = sorted(MATRIX)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A tree of up to nine nodes with roles, people and grants; the first member owns it all."""
    world = World()
    paths = ["w"]
    for number in range(draw(st.integers(0, 8))):
        paths.append(f"{draw(st.sampled_from(paths))}.n{number}")
    rarely = st.sampled_from([True, True, True, False])
    world.nodes = {p: Node(p, p == "w" or draw(rarely)) for p in paths}
    for base in BASES:
        world.roles[base] = Defined(base, base, built_in(base).permissions)
    for number in range(draw(st.integers(0, 2))):
        base = draw(st.sampled_from(BASES))
        held = draw(st.sets(st.sampled_from(sorted(built_in(base).permissions)), max_size=6))
        world.roles[f"r{number}"] = Defined(f"r{number}", base, frozenset(held), draw(rarely))
    world.members["m0"] = Member("m0")
    for number in range(1, draw(st.integers(1, 5))):
        status = draw(st.sampled_from(["active", "active", "active", "suspended", "removed"]))
        world.members[f"m{number}"] = Member(f"m{number}", status, draw(rarely))
    world.grants.append(Held(str(uuid.UUID(int=1)), "m0", "w", "owner"))
    places = st.tuples(st.sampled_from(sorted(world.members)), st.sampled_from(paths))
    for member, node in draw(st.lists(places, max_size=8)):
        taken = any((g.member, g.node) == (member, node) and g.active for g in world.grants)
        role = draw(st.sampled_from(sorted(world.roles)))
        identity = str(uuid.UUID(int=len(world.grants) + 1))
        world.grants.append(Held(identity, member, node, role, not taken and draw(rarely)))
    return world


LOAD = """
WITH t AS (SELECT '00000000-0000-4000-8000-000000000000'::uuid AS id, %(root)s::ltree AS path),
a AS (INSERT INTO govdesk.tenant (tenant_id, tenant_path, name) SELECT id, path, 'World' FROM t),
b AS (INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name, status)
      SELECT t.id, t.path, x.path::ltree, x.kind, x.path, x.status
        FROM t, jsonb_to_recordset(%(nodes)s) x(path text, kind text, status text)),
c AS (INSERT INTO govdesk.role
             (tenant_id, tenant_path, key, title, base, permissions, builtin, status)
      SELECT t.id, t.path, x.key, x.key, x.base, x.permissions, x.key = x.base, x.status
        FROM t, jsonb_to_recordset(%(roles)s)
                x(key text, base text, permissions text[], status text)),
d AS (INSERT INTO govdesk.member
             (id, tenant_id, tenant_path, person_id, email, display_name, status, mfa_at)
      SELECT x.id, t.id, t.path, x.id, x.name, x.name, x.status,
             CASE WHEN x.mfa THEN now() END
        FROM t, jsonb_to_recordset(%(members)s) x(id uuid, name text, status text, mfa bool)),
e AS (INSERT INTO govdesk_private.session
             (tenant_id, tenant_path, member_id, person_id, token_hash, mfa, expires_at)
      SELECT t.id, t.path::text, x.id, x.id, sha256(x.name::bytea), true,
             now() + interval '1 hour'
        FROM t, jsonb_to_recordset(%(members)s) x(id uuid, name text))
INSERT INTO govdesk.member_grant
       (id, tenant_id, tenant_path, member_id, node_path, role_key, status)
SELECT x.id, t.id, t.path, x.member, x.node::ltree, x.role, x.status
  FROM t, jsonb_to_recordset(%(grants)s) x(id uuid, member uuid, node text, role text, status text)
"""


def identity(member: str) -> str:
    """The id of a member of a world."""
    return str(uuid.UUID(int=1000 + int(member[1:])))


def status(active: bool, otherwise: str) -> str:
    return "active" if active else otherwise


def load(connection: psycopg.Connection[Any], world: World) -> None:
    """Put a world where only this transaction sees it."""
    connection.execute(
        LOAD,
        {
            "root": world.root,
            "nodes": Jsonb(
                [
                    {"path": n.path, "kind": n.kind, "status": status(n.active, "retired")}
                    for n in world.nodes.values()
                ]
            ),
            "roles": Jsonb(
                [
                    {
                        "key": r.key,
                        "base": r.base,
                        "permissions": sorted(r.permissions),
                        "status": status(r.active, "deleted"),
                    }
                    for r in world.roles.values()
                ]
            ),
            "members": Jsonb(
                [
                    {"id": identity(m.name), "name": m.name, "status": m.status, "mfa": m.mfa}
                    for m in world.members.values()
                ]
            ),
            "grants": Jsonb(
                [
                    {
                        "id": g.id,
                        "member": identity(g.member),
                        "node": g.node,
                        "role": g.role,
                        "status": status(g.active, "removed"),
                    }
                    for g in world.grants
                ]
            ),
        },
    )


@contextmanager
def inhabited(cast: Cast, world: World) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's transaction in which the world is there; it never was, afterwards."""
    with cast.admin.transaction(force_rollback=True):
        load(cast.admin, world)
        cast.admin.execute("SET LOCAL ROLE govdesk_app")
        yield cast.admin


def speak(connection: psycopg.Connection[Any], member: str, root: str) -> None:
    """Go on as this member's session."""
    connection.execute(
        "SELECT set_config('app.session_token', %s, true),"
        " set_config('app.current_tenant_path', %s, true)",
        (member, root),
    )


def without_triggers(cast: Cast) -> None:
    """Let this module's database be filled without evidence and without foreign keys."""
    for name in TABLES:
        cast.admin.execute(f"ALTER TABLE {name} DISABLE TRIGGER ALL")  # type: ignore[arg-type]
