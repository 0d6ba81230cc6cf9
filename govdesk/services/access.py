"""Who may do what where, and what a change of roles would change: asked of the database.

The same function that guards rows answers here, so what is explained is what is enforced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from govdesk.database.connection import Session


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a node, as a member would hold it."""

    node_path: str
    role_key: str


@dataclass(frozen=True, slots=True)
class Change:
    """One permission that is gained or lost on one node, and how much lies at and below it.

    `events_capped` says that there are `events` or more.
    """

    permission: str
    node_path: str
    node_name: str
    change: Literal["gained", "lost"]
    systems: int
    members: int
    events: int
    events_capped: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends when a node is retired: a grant, a node below it, a key, a webhook."""

    kind: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A role as the editor offers it; `why` it does not, when `allowed` is False."""

    role_key: str
    title: str
    allowed: bool
    why: str


@dataclass(frozen=True, slots=True)
class MayChange:
    """Whether a member may be removed or suspended by this person.

    `why` not, when `allowed` is False; `decision` is the action that a second human decides.
    """

    allowed: bool
    why: str
    decision: str | None


@dataclass(frozen=True, slots=True)
class Path:
    """A grant that alone suffices: this role on this node, which is the node asked or above."""

    grant_id: UUID
    node_path: str
    node_name: str
    role_key: str
    role_title: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody may (`paths`, at least one) or what is `missing`."""

    allowed: bool
    paths: tuple[Path, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a permission on a node, and each grant that alone gives it."""

    member_id: UUID
    email: str
    display_name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A member to choose from."""

    id: UUID
    email: str
    display_name: str
    status: str


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation, system or customer to choose from."""

    path: str
    name: str
    kind: str
    status: str


# Before a change


def blast_radius(session: Session, member_id: UUID | None, grants: Iterable[Grant]) -> list[Change]:
    """Return what a member gains and loses if `grants` were all that he holds afterwards.

    No grants at all is what a removal leaves.
    """
    after = json.dumps([{"node_path": g.node_path, "role_key": g.role_key} for g in grants])
    with session.reading() as connection:
        found = connection.execute(
            "SELECT permission, node_path::text, node_name, change, systems, members, events,"
            " events_capped FROM govdesk_api.blast_radius(%s, %s::jsonb)",
            (member_id, after),
        ).fetchall()
    return [Change(*row) for row in found]


def blast_radius_of_node(session: Session, node_path: str) -> list[Ending]:
    """Return what ends when a node is retired."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT kind, name, coalesce(detail, '')"
            " FROM govdesk_api.blast_radius_of_node(%s::ltree)",
            (node_path,),
        ).fetchall()
    return [Ending(*row) for row in found]


def grants_of(session: Session, member_id: UUID) -> dict[UUID, Grant]:
    """Return what a member holds now, by the id of the grant."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT id, node_path::text, role_key FROM govdesk.member_grant"
            " WHERE member_id = %s AND status = 'active' ORDER BY node_path",
            (member_id,),
        ).fetchall()
    return {row[0]: Grant(row[1], row[2]) for row in found}


def may_grant(session: Session, member_id: UUID | None, node_path: str) -> list[Offer]:
    """Return every role with whether this person may give it there; None for somebody new."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT role_key, title, allowed, coalesce(why, '')"
            " FROM govdesk_api.may_grant(%s, %s::ltree)",
            (member_id, node_path),
        ).fetchall()
    return [Offer(*row) for row in found]


def may_change_member(session: Session, member_id: UUID) -> MayChange:
    """Whether this person may remove or suspend a member, and whether a second one decides."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT allowed, coalesce(why, ''), decision FROM govdesk_api.may_change_member(%s)",
            (member_id,),
        ).fetchone()
    return MayChange(*row) if row else MayChange(False, "This member is not there any more.", None)


# Questions


def explain(session: Session, member_id: UUID, permission: str, node_path: str) -> Explanation:
    """Say why a member may do something on a node, or what is missing."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT allowed, grant_id, node_path::text, node_name, role_key, role_title, missing"
            " FROM govdesk_api.explain_access(%s, %s, %s::ltree)",
            (member_id, permission, node_path),
        ).fetchall()
    paths = tuple(Path(*row[1:6]) for row in found if row[0])
    missing = next((row[6] for row in found if row[6]), "" if paths else "no_grant")
    return Explanation(bool(paths), paths, "" if paths else missing)


def who_can(session: Session, permission: str, node_path: str) -> list[Holder]:
    """Return everybody who holds a permission on a node, by name, with the paths."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT w.member_id, w.email, w.display_name, w.grant_id, w.node_path::text,"
            " coalesce(n.name, w.node_path::text), w.role_key, w.role_title"
            " FROM govdesk_api.who_can(%s, %s::ltree) w"
            " LEFT JOIN govdesk.node n ON n.node_path = w.node_path"
            " ORDER BY lower(w.display_name), w.email, w.member_id, w.node_path",
            (permission, node_path),
        ).fetchall()
    return [_holder(list(rows)) for _, rows in groupby(found, key=lambda row: row[0])]


def _holder(rows: list[Any]) -> Holder:
    member_id, email, display_name = rows[0][:3]
    return Holder(member_id, email, display_name, tuple(Path(*row[3:]) for row in rows))


# What to choose from


def people(session: Session) -> list[Person]:
    """Return the members this person sees, by name; those who were removed last."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT id, email, display_name, status FROM govdesk.member"
            " ORDER BY status = 'removed', lower(display_name), email"
        ).fetchall()
    return [Person(*row) for row in found]


def nodes(session: Session) -> list[Node]:
    """Return the nodes this person sees, from the top."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT node_path::text, name, kind, status FROM govdesk.node ORDER BY node_path"
        ).fetchall()
    return [Node(*row) for row in found]
