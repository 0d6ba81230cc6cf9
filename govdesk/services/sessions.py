"""Who is signed in here, and ending that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing


@dataclass(frozen=True, slots=True)
class Seat:
    """One running session. `current` is the asking one; `kind` staff is somebody of GovDesk.

    Without `mfa` it is good for enrolling a second factor, and for nothing else.
    """

    id: str
    member_id: str | None
    email: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ip: str | None
    mfa: bool
    current: bool
    kind: Literal["member", "staff"]


def running(session: Session) -> list[Seat]:
    """Return one's own sessions, everyone's with session.manage; the newest first."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT id::text, member_id::text, email, created_at, seen_at, expires_at, ip, mfa,"
            " current, kind FROM govdesk_api.sessions()"
        ).fetchall()
    return [Seat(*row) for row in found]


def revoke(session: Session, identity: str) -> Change:
    """End one session, also the asking one; `changed` is False if it was over already."""
    _, change = _end(session, "SELECT govdesk_api.revoke_session(%s::uuid)::int", identity)
    return change


def revoke_all_of(session: Session, member_id: str | None) -> tuple[int, Change]:
    """End every session of a member; None: all one's own but the asking one.

    Returns how many ended, too.
    """
    return _end(session, "SELECT govdesk_api.revoke_sessions_of(%s::uuid)", member_id)


def _end(session: Session, call: str, whom: str | None) -> tuple[int, Change]:
    with writing(session) as connection:
        row = connection.execute(call, (whom,)).fetchone()
    count = int(row[0]) if row else 0
    return count, sealed(session, whom, changed=count > 0)


def member_of(session: Session, email: str) -> str:
    """Return the member with an address; raises `Problem` if nobody here has it."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT id::text FROM govdesk.member WHERE email = %s", (email.strip().lower(),)
        ).fetchone()
    if row is None:
        raise Problem(f"Nobody here has the address {email}.", "Check it.", exit_code=2)
    return str(row[0])
