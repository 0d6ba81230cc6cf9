"""Columns of people, invitations and roles, and what a screen reader says of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from govdesk.desktop.tables.columns import Column
from govdesk.services.invitations import Invitation
from govdesk.services.members import Member
from govdesk.services.roles import Role

_TIME: Final = "2026-12-30 23:59"
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)

STATUS: Final = {
    "active": ("active", "state_ok"),
    "suspended": ("suspended", "state_attention"),
    "removed": ("removed", "state_failed"),
    "pending": ("waits", "state_neutral"),
    "accepted": ("accepted", "state_ok"),
    "revoked": ("revoked", "state_attention"),
    "expired": ("expired", "state_attention"),
}
"""Word and meaning of each status."""


def when(at: datetime | None, zone: tzinfo, otherwise: str = "never") -> str:
    """Return a time in the zone shown, to the minute."""
    return otherwise if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def roles_of(member: Member) -> str:
    """Every role once, the highest first as the server sends them."""
    return ", ".join(dict.fromkeys(grant.role_title for grant in member.grants)) or "no role"


def scopes_of(member: Member) -> str:
    """The nodes on which a person holds a role."""
    return ", ".join(dict.fromkeys(grant.node_name for grant in member.grants))


def _mfa(member: Member) -> str:
    return "on" if member.mfa_at else "not set up"


def people(zone: tzinfo) -> tuple[Column, ...]:
    """Columns of the people."""
    return (
        Column("name", "Name", lambda m: m.name, 20),
        Column("email", "E-mail", lambda m: m.email, 24),
        Column("role", "Role", roles_of, 16),
        Column("scope", "Scope", scopes_of, 16),
        Column(
            "mfa",
            "MFA",
            _mfa,
            sample="not set up",
            icon=lambda m: ("shield-check", "state_ok") if m.mfa_at else ("state_attention", ""),
        ),
        Column("seen", "Last seen", lambda m: when(m.seen_at, zone), sample=_TIME),
        Column(
            "status",
            "Status",
            lambda m: STATUS[m.status][0],
            sample="suspended",
            icon=lambda m: (STATUS[m.status][1], ""),
        ),
    )


def person_said(zone: tzinfo) -> Callable[[Member], str]:
    """What a screen reader says of a person."""

    def said(member: Member) -> str:
        held = "; ".join(grant.words for grant in member.grants) or "no role"
        return (
            f"{member.name}, {member.email}: {held}. MFA {_mfa(member)}, last seen"
            f" {when(member.seen_at, zone)}, {STATUS[member.status][0]}."
        )

    return said


def person_words(member: Member) -> Iterator[str]:
    """What the filter looks through."""
    yield member.display_name
    yield member.email
    yield STATUS[member.status][0]
    for grant in member.grants:
        yield grant.role_title
        yield grant.node_name


def person_value(member: Member, key: str) -> Any:
    """What people are sorted by."""
    if key == "seen":
        return member.seen_at or _LONG_AGO
    if key == "mfa":
        return member.mfa_at is None
    found = {"email": member.email, "role": roles_of(member), "scope": scopes_of(member)}
    return found.get(key, member.status)


def invitations(zone: tzinfo) -> tuple[Column, ...]:
    """Columns of the invitations."""
    return (
        Column("email", "E-mail", lambda i: i.email, 24),
        Column("name", "Name", lambda i: i.display_name, 18),
        Column("role", "Role", lambda i: i.role_title, 14),
        Column("scope", "Scope", lambda i: i.node_name, 14),
        Column(
            "status",
            "Status",
            lambda i: STATUS[i.status][0],
            sample="accepted",
            icon=lambda i: (STATUS[i.status][1], ""),
        ),
        Column("mail", "Mail", mail_words, 18),
        Column("expires", "Expires", lambda i: when(i.expires_at, zone), sample=_TIME),
        Column("by", "Invited by", lambda i: i.invited_by, 16),
    )


def mail_words(invitation: Invitation) -> str:
    """Where the mail is, while it matters."""
    return invitation.mail.words if invitation.is_open else ""


def invitation_said(zone: tzinfo) -> Callable[[Invitation], str]:
    """What a screen reader says of an invitation."""

    def said(one: Invitation) -> str:
        mail = f" Mail {one.mail.words}." if one.is_open else ""
        return (
            f"{one.email} as {one.role_title} on {one.node_name}: {STATUS[one.status][0]}, expires"
            f" {when(one.expires_at, zone)}, invited by {one.invited_by}.{mail}"
        )

    return said


def invitation_words(one: Invitation) -> Iterator[str]:
    """What the filter looks through."""
    yield from (one.email, one.display_name, one.role_title, one.node_name, STATUS[one.status][0])


def invitation_value(one: Invitation, key: str) -> Any:
    """What invitations are sorted by."""
    found = {
        "name": one.display_name,
        "role": one.role_title,
        "scope": one.node_name,
        "mail": mail_words(one),
        "expires": one.expires_at,
        "by": one.invited_by,
    }
    return found.get(key, one.status)


def roles() -> tuple[Column, ...]:
    """Columns of the roles."""
    return (
        Column("title", "Role", lambda r: r.title, 24),
        Column("base", "Base", lambda r: r.base.title(), 12),
        Column("permissions", "Permissions", lambda r: str(len(r.permissions)), 12, right=True),
        Column("people", "People", lambda r: f"{r.people:,}", 10, right=True),
        Column("kind", "Kind", role_kind, sample="built in"),
    )


def role_kind(role: Role) -> str:
    """Whether it comes with GovDesk."""
    return "built in" if role.builtin else "own"


def role_said(role: Role) -> str:
    """What a screen reader says of a role."""
    people = "1 person holds" if role.people == 1 else f"{role.people:,} people hold"
    return (
        f"{role.title}, {role_kind(role)}, base {role.base}, {len(role.permissions)} permissions;"
        f" {people} it."
    )


def role_words(role: Role) -> Iterator[str]:
    """What the filter looks through."""
    yield from (role.title, role.base, role_kind(role), *role.permissions)


def role_value(role: Role, key: str) -> Any:
    """What roles are sorted by."""
    found = {"base": role.base, "permissions": len(role.permissions), "people": role.people}
    return found.get(key, role_kind(role))
