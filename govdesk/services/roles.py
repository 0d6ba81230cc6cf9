"""Roles of an organisation: the four built in, and those it defines itself."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from govdesk.database.connection import Session
from govdesk.domain.addresses import one_line
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile, last_change

ROLE_ACTIONS = ("role.defined", "role.changed", "role.deleted")


@dataclass(frozen=True, slots=True)
class Role:
    """One role; `people` is how many members hold it somewhere."""

    id: str
    key: str
    title: str
    base: str
    permissions: tuple[str, ...]
    builtin: bool
    people: int = 0


@dataclass(frozen=True, slots=True)
class Right:
    """A permission, as `govdesk.permission` has it; `bases` may hold it."""

    name: str
    noun: str
    sentence: str
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role somewhere."""

    member_id: str
    name: str
    node_name: str


_LIST = """
SELECT r.id::text, r.key, r.title, r.base, r.permissions, r.builtin, count(DISTINCT g.member_id)
  FROM govdesk.role r
  LEFT JOIN govdesk.member_grant g
    ON g.tenant_id = r.tenant_id AND g.role_key = r.key AND g.status = 'active'
 WHERE r.status = 'active'
 GROUP BY r.id
 ORDER BY NOT r.builtin, array_position(ARRAY['owner', 'admin', 'operator', 'member'], r.base),
          lower(r.title)
"""


def roles(session: Session) -> list[Role]:
    """Return the roles: built in first, by rank, then those of the organisation."""
    with session.reading() as connection:
        found = connection.execute(_LIST).fetchall()
    return [Role(i, k, t, b, tuple(p), builtin, n) for i, k, t, b, p, builtin, n in found]


def find(session: Session, which: str) -> Role:
    """Return the role with this key; raises `Problem` (exit code 2) without one."""
    for one in roles(session):
        if which in (one.key, one.id):
            return one
    raise Problem(f"No role has the key {which}.", "See govdesk members roles list.", exit_code=2)


def rights(session: Session) -> list[Right]:
    """Return every permission, by noun."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT name, noun, sentence, bases FROM govdesk.permission ORDER BY noun, name"
        ).fetchall()
    return [Right(name, noun, sentence, tuple(bases)) for name, noun, sentence, bases in found]


def holders(session: Session, key: str) -> list[Holder]:
    """Return who holds a role where, by name."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT m.id::text, coalesce(nullif(m.display_name, ''), m.email), n.name"
            " FROM govdesk.member_grant g"
            " JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id"
            " JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path"
            " WHERE g.role_key = %s AND g.status = 'active' AND m.status <> 'removed'"
            " ORDER BY 2, 3",
            (key,),
        ).fetchall()
    return [Holder(*row) for row in found]


def key_for(title: str, taken: Sequence[str] = ()) -> str:
    """Return a key that the title suggests; a title without Latin letters gets a made-up one."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50]
    if not key or not key[0].isalpha():
        key = f"role_{secrets.token_hex(3)}"
    return key if key not in taken else f"{key}_{secrets.token_hex(2)}"


def define(session: Session, title: str, base: str, permissions: Sequence[str]) -> Change:
    """Define a role: a title, and a part of what its base may do; returns its key as `id`."""
    with session.reading() as connection:
        taken = [row[0] for row in connection.execute("SELECT key FROM govdesk.role").fetchall()]
    key = key_for(title, taken)
    with writing(session) as connection:
        connection.execute(
            "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
            " SELECT t.tenant_id, t.tenant_path, %s, %s, %s, %s FROM govdesk.tenant t"
            " WHERE t.tenant_path = %s::ltree",
            (key, one_line(title), base, sorted(permissions), session.tenant_path),
        )
    return sealed(session, key)


def redefine(session: Session, shown: Role, title: str, permissions: Sequence[str]) -> Change:
    """Give a role another title or permissions; raises `ChangedMeanwhile` if another did."""
    title, wanted = one_line(title), sorted(permissions)
    if title == shown.title and wanted == sorted(shown.permissions):
        return Change(shown.key, False)
    with writing(session) as connection:
        changed = connection.execute(
            "UPDATE govdesk.role SET title = %s, permissions = %s WHERE id = %s::uuid"
            " AND title = %s AND permissions = %s AND status = 'active'",
            (title, wanted, shown.id, shown.title, list(shown.permissions)),
        ).rowcount
    if not changed:
        raise _conflict(session, shown, _words(title, wanted))
    return sealed(session, shown.key)


def delete(session: Session, shown: Role) -> Change:
    """Delete a role: whoever holds it loses what it gave; raises as `redefine`."""
    with writing(session) as connection:
        changed = connection.execute(
            "UPDATE govdesk.role SET status = 'deleted' WHERE id = %s::uuid"
            " AND title = %s AND permissions = %s AND status = 'active'",
            (shown.id, shown.title, list(shown.permissions)),
        ).rowcount
    if not changed:
        raise _conflict(session, shown, "deleted")
    return sealed(session, shown.key)


def payload(shown: Role, title: str, permissions: Sequence[str]) -> dict[str, object]:
    """What a second human is asked to decide of a change."""
    return {"role_id": shown.id, "title": one_line(title), "permissions": sorted(permissions)}


def payload_of_deletion(shown: Role) -> dict[str, object]:
    """What a second human is asked to decide of a deletion."""
    return {"role_id": shown.id, "status": "deleted"}


def _conflict(session: Session, shown: Role, yours: str) -> Problem:
    now = next((one for one in roles(session) if one.id == shown.id), None)
    if now is not None and (now.title, now.permissions) == (shown.title, shown.permissions):
        return Problem(
            "You may not change the roles of this organization.",
            "Ask an owner of the organization.",
            exit_code=4,
        )
    by, at = last_change(session, shown.id, ROLE_ACTIONS)
    theirs = _words(now.title, now.permissions) if now else "deleted"
    what = f"The role {shown.title}"
    return ChangedMeanwhile(what, theirs=theirs, yours=yours, fresh=now, by=by, at=at)


def _words(title: str, permissions: Sequence[str]) -> str:
    return f"“{title}” with {', '.join(sorted(permissions)) or 'no permission'}"
