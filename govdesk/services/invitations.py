"""Invitations: who was asked to join, where the mail is, and links to hand over oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from govdesk.database.connection import Session
from govdesk.domain.addresses import BadAddress, address, one_line
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.mail_state import QUEUED, MailState

DAYS = 7
"""How long an invitation lasts unless one says otherwise."""
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation; `invited_by` is a name, `sent` how often it was mailed or resent."""

    id: str
    email: str
    display_name: str
    role_key: str
    role_title: str
    node_path: str
    node_name: str
    message: str
    status: str
    invited_by: str
    sent: int
    expires_at: datetime
    created_at: datetime
    accepted_at: datetime | None
    member_id: str | None
    mail: MailState = QUEUED

    @property
    def is_open(self) -> bool:
        """Whether it waits; past its time it can be resent, not accepted."""
        return self.status == "pending"

    def is_over_at(self, now: datetime) -> bool:
        """Whether its time is over, though nobody has said so yet."""
        return self.is_open and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invitation says; `email` in the form of `govdesk.domain.addresses.address`."""

    email: str
    display_name: str
    role_key: str
    node_path: str
    message: str = ""
    days: int = DAYS

    def as_decision(self) -> dict[str, object]:
        """The payload of the decision that inviting an owner may need."""
        return {"invite": asdict(self)}


_LIST = """
SELECT i.id::text, i.email, i.display_name, i.role_key, coalesce(r.title, i.role_key),
       i.node_path::text, coalesce(n.name, i.node_path::text), i.message, i.status,
       coalesce(nullif(m.display_name, ''), m.email, ''), i.sent, i.expires_at, i.created_at,
       i.accepted_at, i.member_id::text, s.status, s.at, s.attempts, s.error
  FROM govdesk.invitation i
  LEFT JOIN govdesk.role r ON r.tenant_id = i.tenant_id AND r.key = i.role_key
  LEFT JOIN govdesk.node n ON n.tenant_id = i.tenant_id AND n.node_path = i.node_path
  LEFT JOIN govdesk.member m ON m.tenant_id = i.tenant_id AND m.id = i.invited_by
  LEFT JOIN LATERAL govdesk_api.mail_state(i.id) s ON i.status = 'pending'
"""


def invitations(session: Session) -> list[Invitation]:
    """Return every invitation, the newest first."""
    with session.reading() as connection:
        found = connection.execute(f"{_LIST} ORDER BY i.created_at DESC, i.id").fetchall()
    return [_invitation(row) for row in found]


def _invitation(row: Sequence[Any]) -> Invitation:
    status, at, attempts, error = row[15:]
    state = MailState(status or "queued", at, attempts or 0, error or "")
    return Invitation(*row[:15], state)  # type: ignore[call-arg]


def find(session: Session, which: str) -> Invitation:
    """Return the newest invitation with this id or address; raises `Problem` without one."""
    wanted = which.strip().casefold()
    for one in invitations(session):
        if wanted in (one.id, one.email.casefold()):
            return one
    raise Problem(
        f"No invitation has the id or address {which}.",
        "See govdesk members invitations list.",
        exit_code=2,
    )


def checked(text: str) -> str:
    """Return an address in the form it is kept in; raises `Problem` (exit code 2)."""
    try:
        return address(text)
    except BadAddress as error:
        raise Problem(f"{text.strip()[:80]!r} is no address.", str(error), exit_code=2) from None


def invite(session: Session, what: Invite) -> Change:
    """Invite somebody and queue the mail.

    Raises `Refused` (already_member, already_invited, role_ceiling, decision_needed, …).
    """
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.invite(%s, %s, %s, %s::ltree, %s, %s)::text",
            (
                what.email,
                one_line(what.display_name),
                what.role_key,
                what.node_path,
                what.message,
                what.days,
            ),
        ).fetchone()
    return sealed(session, str(row[0]) if row else "")


def resend(session: Session, invitation_id: str) -> Change:
    """Mail a new link; earlier ones die, and the time begins anew."""
    with writing(session) as connection:
        connection.execute("SELECT govdesk_api.resend_invitation(%s::uuid)", (invitation_id,))
    return sealed(session, invitation_id)


def revoke(session: Session, invitation_id: str) -> Change:
    """End an invitation: its links are dead from now on."""
    with writing(session) as connection:
        connection.execute("SELECT govdesk_api.revoke_invitation(%s::uuid)", (invitation_id,))
    return sealed(session, invitation_id)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that lets whoever has it join; never put it into a log."""

    id: str
    link: str = field(repr=False)
    seq: int | None


def link(session: Session, invitation_id: str, web_url: str) -> Link:
    """Make a further live link; the log notes that it was copied, never the link itself."""
    base = checked_web_url(web_url)
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.copy_invitation_link(%s::uuid)", (invitation_id,)
        ).fetchone()
    return Link(
        invitation_id,
        f"{base}/invitation/{row[0] if row else ''}",
        sealed(session, invitation_id).seq,
    )


def checked_web_url(text: str) -> str:
    """Return the address of the web pages without a slash at its end; raises `Problem`."""
    base = text.strip().rstrip("/")
    scheme, found, rest = base.partition("://")
    if not found or scheme not in ("https", "http") or not rest or any(s.isspace() for s in base):
        raise Problem(
            "The address of the web pages is missing or is none.",
            "It begins with https:// – ask whoever runs govdesk web.",
            exit_code=2,
        )
    return base
