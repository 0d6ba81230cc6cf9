"""Staff of GovDesk: their accounts, going into an organisation with a reason, and leaving it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from govdesk import __version__
from govdesk.database import administration
from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.services import accounts
from govdesk.services.changes import writing

TENANT: Final = "platform"
"""Staff are members of this organisation, which has a log of its own."""
ALONE_MINUTES: Final = 60
"""Up to here an entry needs nobody else; beyond it the organisation decides."""
MOST_MINUTES: Final = 480
SHORTEST_REASON: Final = 3


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation as staff see it from outside: its path and its name."""

    tenant_path: str
    name: str

    @property
    def id(self) -> str:
        """What lists know it by."""
        return self.tenant_path


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit that has begun, or the decision that it waits for; then there is no token."""

    token: str | None = field(repr=False)
    expires_at: datetime | None
    tenant_path: str
    decision: UUID | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody of GovDesk who is inside now."""

    session_id: UUID
    email: str
    reason: str
    entered_at: datetime
    expires_at: datetime


def tenants(session: Session) -> list[Tenant]:
    """Return paths and names of every organisation; raises `Problem` for who is not staff."""
    if session.tenant_path != TENANT:
        raise Problem(
            "Only staff of GovDesk see which organizations there are.",
            "Sign in with a staff account.",
            exit_code=4,
        )
    with session.reading() as connection:
        found = connection.execute(
            "SELECT tenant_path::text, name FROM govdesk_api.platform_tenants() ORDER BY name, 1"
        ).fetchall()
    return [Tenant(*row) for row in found]


def enter(session: Session, tenant_path: str, reason: str, minutes: int) -> Entry:
    """Enter an organisation in two transactions: the first is sealed there before the second.

    Needs a confirmation of the last five minutes. Raises `Problem` for an empty reason or a time
    that is not 1 to 480 minutes.
    """
    why = " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise Problem("The reason is missing.", "It stands in their log; say why.", exit_code=2)
    if not 1 <= minutes <= MOST_MINUTES:
        raise Problem(f"A visit has 1 to {MOST_MINUTES} minutes.", exit_code=2)
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.platform_enter_submit(%s, %s, %s)", (tenant_path, why, minutes)
        ).fetchone()
    assert row is not None
    with writing(session) as connection:
        revealed = connection.execute(
            "SELECT token, expires_at, tenant_path::text, decision"
            " FROM govdesk_api.platform_enter_reveal(%s)",
            (row[0],),
        ).fetchone()
    assert revealed is not None
    return Entry(*revealed)


def inside(session: Session) -> list[Visit]:
    """Return who of GovDesk is inside this organisation now; does not keep the session alive."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT session_id, email, reason, entered_at, expires_at"
            " FROM govdesk_api.staff_inside() ORDER BY entered_at"
        ).fetchall()
    return [Visit(*row) for row in found]


def leave(url: str, token: str) -> bool:
    """End a visit; False if it was over already."""
    return accounts.end(url, token)


def add_staff(admin_url: str, email: str, name: str) -> str:
    """Give somebody a staff account; returns the one-time set-up code, shown once.

    The first one founds the organisation of staff and owns it.
    """
    code = secrets.token_urlsafe(20)
    administration.add_staff(
        admin_url,
        path=TENANT,
        email=email,
        name=name,
        release=__version__,
        code=code,
        roles=json.dumps(accounts.built_in_roles()),
    )
    return code


def recover_owner(admin_url: str, tenant_path: str, email: str, reason: str) -> str:
    """Let the last owner begin anew; returns the one-time set-up code, shown once.

    The organisation's log says who was recovered and why, and Home shows it for 30 days.
    """
    code = secrets.token_urlsafe(20)
    administration.recover_owner(
        admin_url, path=tenant_path, email=email, release=__version__, reason=reason, code=code
    )
    return code
