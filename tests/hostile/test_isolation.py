"""Random placements of tenants, nodes, grants and sessions against an oracle in Python."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from govdesk.domain.permissions import BaseRole, held_by
from tests.database.conftest import Cast

PLACEMENTS = 100
"""Claims tried in one example; 100 examples make 10,000."""

ROLES: tuple[BaseRole, ...] = ("owner", "admin", "operator", "member")


@dataclass
class Person:
    token: str
    tenant: str
    alive: bool
    grants: list[tuple[str, BaseRole]]

    def nodes(self, claimed: str, world: World) -> set[str]:
        """Nodes the claims (token, path) should show."""
        if not self.alive or claimed != self.tenant:
            return set()
        reading = [path for path, role in self.grants if "node.read" in held_by(role)]
        return {n for n in world.nodes[self.tenant] if any(covers(g, n) for g in reading)}


@dataclass
class World:
    nodes: dict[str, list[str]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)


def covers(above: str, below: str) -> bool:
    return below == above or below.startswith(above + ".")


def found(cast: Cast, chance: random.Random, world: World, number: int) -> None:
    """One tenant, below another as often as not, with systems, customers and people."""
    admin = cast.admin
    parents = list(world.nodes)
    label = f"t{number}_{secrets.token_hex(3)}"
    path = f"{chance.choice(parents)}.{label}" if parents and chance.random() < 0.5 else label
    with admin.transaction():
        admin.execute(
            "SELECT govdesk_private.create_tenant(%s, %s, 'dev', %s, 'Owner', 'test', NULL, %s)",
            (path, label, f"owner@{label}.example", ROLE_ROWS),
        )
        nodes = [path]
        for system in range(chance.randrange(1, 4)):
            nodes.append(f"{path}.s{system}")
            if chance.random() < 0.6:
                nodes.append(f"{path}.s{system}.c")
        for node in nodes[1:]:
            admin.execute(
                "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                " SELECT tenant_id, tenant_path, %s::ltree, %s, %s FROM govdesk.tenant"
                " WHERE tenant_path = %s::ltree",
                (node, "customer" if node.endswith(".c") else "system", node[-60:], path),
            )
        world.nodes[path] = nodes
        for _ in range(4):
            world.people.append(join(admin, chance, path, nodes, label))


def join(
    admin: psycopg.Connection[Any],
    chance: random.Random,
    path: str,
    nodes: list[str],
    label: str,
) -> Person:
    grants = {chance.choice(nodes): chance.choice(ROLES) for _ in range(chance.randrange(1, 3))}
    email, token = f"{secrets.token_hex(4)}@{label}.example", secrets.token_hex(32)
    first, *others = grants.items()
    add = (
        "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, 'P', '', %s, %s::ltree)"
        " FROM govdesk.tenant WHERE tenant_path = %s::ltree"
    )
    admin.execute(add, (email, first[1], first[0], path))
    for node, role in others:
        admin.execute(
            "INSERT INTO govdesk.member_grant"
            " (tenant_id, tenant_path, member_id, node_path, role_key)"
            " SELECT tenant_id, tenant_path, id, %s::ltree, %s FROM govdesk.member"
            " WHERE email = %s",
            (node, role, email),
        )
    alive = chance.random() < 0.8
    admin.execute(
        "INSERT INTO govdesk_private.session (tenant_id, tenant_path, member_id, person_id,"
        " token_hash, mfa, expires_at, seen_at) SELECT tenant_id, tenant_path::text, id,"
        " person_id, sha256(convert_to(%s, 'UTF8')), %s, now() + interval '1 hour', now()"
        " FROM govdesk.member WHERE email = %s",
        (token, alive, email),
    )
    return Person(token, path, alive, list(grants.items()))


ROLE_ROWS = Jsonb(
    [{"key": r, "title": r, "base": r, "permissions": list(held_by(r))} for r in ROLES]
)


_WORLDS: dict[str, World] = {}


@pytest.fixture
def world(module_cast: Cast) -> World:
    """The tenants of this module's database, made once."""
    name = module_cast.database.name
    if name not in _WORLDS:
        built, chance = World(), random.Random(7)
        for number in range(14):
            found(module_cast, chance, built, number)
        _WORLDS[name] = built
    return _WORLDS[name]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chance=st.randoms(use_true_random=False))
def test_no_placement_shows_a_row_that_the_oracle_hides(
    module_cast: Cast, world: World, chance: random.Random
) -> None:
    door = module_cast.open(module_cast.database.app_url)
    paths = list(world.nodes)
    for _ in range(PLACEMENTS):
        person = chance.choice(world.people)
        claimed = person.tenant if chance.random() < 0.6 else chance.choice(paths)
        with door.transaction():
            door.execute(
                "SELECT set_config('app.session_token', %s, true),"
                " set_config('app.current_tenant_path', %s, true)",
                (person.token, claimed),
            )
            seen = door.execute(
                "SELECT (SELECT array_agg(node_path::text) FROM govdesk.node),"
                " (SELECT count(*) FROM govdesk.audit_log WHERE tenant_path <> %s::ltree),"
                " (SELECT count(*) FROM govdesk.member WHERE tenant_path <> %s::ltree)",
                (person.tenant, person.tenant),
            ).fetchone()
        assert seen is not None
        assert set(seen[0] or ()) == person.nodes(claimed, world)
        assert seen[1:] == (0, 0)
    door.close()
