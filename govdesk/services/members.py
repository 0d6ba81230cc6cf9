"""People of an organisation: who is a member, with which roles where, and changes of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from govdesk.database.connection import Connection, Session
from govdesk.domain.problem import Problem
from govdesk.services import access
from govdesk.services.access import MayChange, Offer
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile, last_change

GRANT_ACTIONS = ("grant.added", "grant.removed", "member.role_changed")
STATUS_ACTIONS = ("member.suspended", "member.reactivated", "member.removed")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a node, which holds for everything below it."""

    id: str
    node_path: str
    node_name: str
    role_key: str
    role_title: str
    base: str = ""

    @property
    def words(self) -> str:
        """Role and place as one says them."""
        return f"{self.role_title} on {self.node_name}"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the organisation; `seen_at` is None before the first sign-in."""

    id: str
    email: str
    display_name: str
    title: str
    status: str
    mfa_at: datetime | None
    seen_at: datetime | None
    created_at: datetime
    grants: tuple[Grant, ...] = ()

    @property
    def name(self) -> str:
        """The name, or the address of somebody without one."""
        return self.display_name or self.email

    def grants_after(self, node_path: str, role_key: str | None) -> list[access.Grant]:
        """The grants as they would be with another role on a node, or without one for None."""
        kept = [
            access.Grant(one.node_path, one.role_key)
            for one in self.grants
            if one.node_path != node_path
        ]
        return kept if role_key is None else [*kept, access.Grant(node_path, role_key)]


@dataclass(frozen=True, slots=True)
class Place:
    """A node that a role can be held on."""

    node_path: str
    name: str
    kind: str

    @property
    def words(self) -> str:
        """Name and kind; the path tells two of one name apart."""
        return f"{self.name} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that waits for a second human, about this member."""

    id: str
    action: str
    summary: str
    expires_at: datetime | None
    grant_id: str = ""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One member with everything the side panel needs; `offers` by path of the node."""

    member: Member
    offers: Mapping[str, Sequence[Offer]]
    leave: MayChange
    waiting: tuple[Waiting, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody, and the names of the roles and nodes they hold."""

    members: tuple[Member, ...]
    places: tuple[Place, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


_MEMBERS = """
SELECT m.id::text, m.email, m.display_name, m.title, m.status, m.mfa_at, s.seen_at, m.created_at,
       g.grants
  FROM govdesk.member m
  LEFT JOIN govdesk.member_seen s ON s.tenant_id = m.tenant_id AND s.member_id = m.id
  LEFT JOIN (
       SELECT g.member_id, array_agg(ARRAY[g.id::text, g.node_path::text, g.role_key]
                                     ORDER BY g.node_path) AS grants
         FROM govdesk.member_grant g
        WHERE g.status = 'active' AND (%(id)s::uuid IS NULL OR g.member_id = %(id)s::uuid)
        GROUP BY g.member_id) g ON g.member_id = m.id
 WHERE m.status <> 'removed' AND (%(id)s::uuid IS NULL OR m.id = %(id)s::uuid)
 ORDER BY lower(m.display_name), m.email
"""
# Names of removed nodes and deleted roles are needed too: a grant may still stand on them.
_PLACES = "SELECT node_path::text, name, kind, status FROM govdesk.node ORDER BY node_path"
_ROLES = "SELECT key, title, base FROM govdesk.role"


def team(session: Session) -> Team:
    """Return everybody who is not removed, by name; about 10 µs a person on top of the query."""
    with session.reading() as connection:
        return _team(connection, None)


def _team(connection: Connection, member_id: str | None) -> Team:
    nodes = connection.execute(_PLACES).fetchall()
    roles = {key: (title, base) for key, title, base in connection.execute(_ROLES).fetchall()}
    names = {path: name for path, name, _, _ in nodes}
    found = connection.execute(_MEMBERS, {"id": member_id}).fetchall()
    members = tuple(
        Member(*row[:8], grants=tuple(_grant(g, names, roles) for g in row[8] or ()))  # type: ignore[misc]
        for row in found
    )
    places = tuple(
        Place(path, name, kind) for path, name, kind, status in nodes if status == "active"
    )
    return Team(members, places, {key: title for key, (title, _) in roles.items()})


def _grant(
    one: Sequence[str], names: Mapping[str, str], roles: Mapping[str, tuple[str, str]]
) -> Grant:
    grant_id, path, key = one
    title, base = roles.get(key, (key, ""))
    return Grant(grant_id, path, names.get(path, path), key, title, base)


def member(session: Session, member_id: str) -> Member:
    """Return one member; raises `Problem` when there is none, or no longer."""
    with session.reading() as connection:
        found = _team(connection, member_id).members
    if not found:
        raise _gone()
    return found[0]


def _gone() -> Problem:
    return Problem("This person is not a member, or no longer.", "Refresh the list.", exit_code=2)


def find(session: Session, who: str) -> Member:
    """Return the member with this address or id; raises `Problem` (exit code 2) without one."""
    wanted = who.strip().casefold()
    for one in team(session).members:
        if wanted in (one.id, one.email.casefold()):
            return one
    raise Problem(
        f"No member has the address or id {who}.", "See govdesk members list.", exit_code=2
    )


def portrait(session: Session, member_id: str) -> Portrait:
    """Return one member with what the policy lets this session do; raises `Problem` if gone."""
    with session.reading() as connection:
        everybody = _team(connection, member_id)
        if not everybody.members:
            raise _gone()
        shown = everybody.members[0]
        waiting = _waiting(connection, shown)
    identity = UUID(shown.id)
    offers = {
        path: access.may_grant(session, identity, path)
        for path in dict.fromkeys(grant.node_path for grant in shown.grants)
    }
    leave = access.may_change_member(session, identity)
    return Portrait(shown, offers, leave, waiting, everybody.places)


def offers(session: Session, member_id: str | None, node_path: str) -> list[Offer]:
    """Return every role with whether it may be given there; None is somebody to be invited."""
    return access.may_grant(session, UUID(member_id) if member_id else None, node_path)


def _waiting(connection: Connection, shown: Member) -> tuple[Waiting, ...]:
    found = connection.execute(
        "SELECT d.id::text, d.action, d.summary, d.expires_at,"
        " coalesce(d.payload::jsonb ->> 'grant_id', '') FROM govdesk.decision d"
        " WHERE d.status = 'pending' AND (d.payload::jsonb ->> 'member_id' = %s"
        " OR d.payload::jsonb ->> 'grant_id' = ANY (%s)) ORDER BY d.created_at",
        (shown.id, [g.id for g in shown.grants]),
    ).fetchall()
    return tuple(Waiting(*row) for row in found)


# Changes


def set_role(session: Session, shown: Member, grant: Grant, role_key: str) -> Change:
    """Give another role on the same node.

    Raises `ChangedMeanwhile` if the grant is no longer what was shown, and what the policy
    refuses.
    """
    if grant.role_key == role_key:
        return Change(grant.id, False)
    return _change_grant(session, shown, grant, {"role_key": role_key}, _title(session, role_key))


def remove_grant(session: Session, shown: Member, grant: Grant) -> Change:
    """Take a role on a node away; raises as `set_role`."""
    return _change_grant(session, shown, grant, {"status": "removed"}, "no role")


def _change_grant(
    session: Session, shown: Member, grant: Grant, to: dict[str, str], yours: str
) -> Change:
    ((column, value),) = to.items()
    with writing(session) as connection:
        changed = connection.execute(
            f"UPDATE govdesk.member_grant SET {column} = %s"  # a name of the two callers above
            " WHERE id = %s::uuid AND role_key = %s AND status = 'active'",
            (value, grant.id, grant.role_key),
        ).rowcount
    if not changed:
        raise _grant_conflict(session, shown, grant, yours)
    return sealed(session, grant.id)


def _grant_conflict(session: Session, shown: Member, grant: Grant, yours: str) -> Problem:
    with session.reading() as connection:
        now = [g for m in _team(connection, shown.id).members for g in m.grants if g.id == grant.id]
    if now and now[0].role_key == grant.role_key:
        return _out_of_reach()
    by, at = last_change(session, shown.id, GRANT_ACTIONS, grant.node_path)
    return ChangedMeanwhile(
        f"The role of {shown.name} on {grant.node_name}",
        theirs=now[0].role_title if now else "no role",
        yours=yours,
        fresh=now[0] if now else None,
        by=by,
        at=at,
    )


def _out_of_reach() -> Problem:
    return Problem(
        "You may not change this: it lies outside the nodes on which you manage members.",
        "Ask an owner or an admin of the organization.",
        exit_code=4,
    )


def _title(session: Session, role_key: str) -> str:
    with session.reading() as connection:
        row = connection.execute(
            "SELECT title FROM govdesk.role WHERE key = %s", (role_key,)
        ).fetchone()
    return str(row[0]) if row else role_key


def add_grant(session: Session, shown: Member, node_path: str, role_key: str) -> Change:
    """Give a role on another node; raises what the policy refuses."""
    with writing(session) as connection:
        row = connection.execute(
            "INSERT INTO govdesk.member_grant"
            " (tenant_id, tenant_path, member_id, node_path, role_key)"
            " SELECT m.tenant_id, m.tenant_path, m.id, %s::ltree, %s FROM govdesk.member m"
            " WHERE m.id = %s::uuid AND m.status <> 'removed' RETURNING id::text",
            (node_path, role_key, shown.id),
        ).fetchone()
    if row is None:
        raise ChangedMeanwhile(shown.name, theirs="removed", yours="a role more")
    return sealed(session, row[0])


def set_status(session: Session, shown: Member, status: str) -> Change:
    """Suspend, reactivate or remove; raises `ChangedMeanwhile` if another did meanwhile."""
    if shown.status == status:
        return Change(shown.id, False)
    with writing(session) as connection:
        changed = connection.execute(
            "UPDATE govdesk.member SET status = %s WHERE id = %s::uuid AND status = %s",
            (status, shown.id, shown.status),
        ).rowcount
    if not changed:
        raise _status_conflict(session, shown, status)
    return sealed(session, shown.id)


def _status_conflict(session: Session, shown: Member, status: str) -> Problem:
    with session.reading() as connection:
        now = _team(connection, shown.id).members
    if now and now[0].status == shown.status:
        return _out_of_reach()
    by, at = last_change(session, shown.id, STATUS_ACTIONS)
    return ChangedMeanwhile(
        shown.name,
        theirs=now[0].status if now else "removed",
        yours=status,
        fresh=now[0] if now else None,
        by=by,
        at=at,
    )
