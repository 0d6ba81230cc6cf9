"""The organisation and the person of a session, as the window shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govdesk.config.profiles import ENVIRONMENTS
from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.nodes import checked_name


@dataclass(frozen=True, slots=True)
class Here:
    """Who is signed in where; `permissions` maps each one held to the paths it holds on."""

    tenant_name: str
    tenant_path: str
    environment: str
    email: str
    display_name: str
    actor: str
    permissions: dict[str, list[str]]

    @property
    def is_staff(self) -> bool:
        """Whether it is somebody of GovDesk who is inside for a while."""
        return self.actor.startswith("staff:")

    def everywhere(self, permission: str) -> bool:
        """Whether the permission holds for the whole organisation."""
        return self.tenant_path in self.permissions.get(permission, [])


def here(session: Session) -> Here:
    """Return who is signed in and where."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT t.name, t.tenant_path::text, t.environment,"
            " coalesce(m.email, split_part(w.actor, ':', 2)),"
            " coalesce(m.display_name, split_part(w.actor, ':', 2)), w.actor,"
            " w.permissions FROM govdesk_api.whoami() w"
            " JOIN govdesk.tenant t ON t.tenant_id = w.tenant_id"
            " LEFT JOIN govdesk.member m ON m.tenant_id = w.tenant_id AND m.id = w.member_id"
        ).fetchone()
    if row is None:
        raise SessionEnded
    return Here(*row)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the organisation is called and what its data are for."""

    name: str
    environment: str
    tenant_path: str
    created_at: datetime


def profile(session: Session) -> Profile:
    """Return the organisation as its page shows it."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT name, environment, tenant_path::text, created_at FROM govdesk.tenant"
            " WHERE tenant_path = %s::ltree",
            (session.tenant_path,),
        ).fetchone()
    if row is None:
        raise SessionEnded
    return Profile(*row)


def set_environment(session: Session, environment: str) -> Change:
    """Say what the organization's data are for: dev, staging or production."""
    if environment not in ENVIRONMENTS:
        raise Problem("The environment is dev, staging or production.", exit_code=2)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.tenant SET environment = %s"
            " WHERE tenant_path = %s::ltree AND environment <> %s",
            (environment, session.tenant_path, environment),
        )
    if done.rowcount == 0:
        return Change(session.tenant_path, False)
    return sealed(session, session.tenant_path)


def rename(session: Session, name: str, before: str) -> Change:
    """Give the organisation another name.

    Raises `ChangedMeanwhile` if it is no longer called `before`.
    """
    kept = checked_name(name)
    if kept == before:
        return Change(session.tenant_path, False)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.tenant SET name = %s WHERE tenant_path = %s::ltree AND name = %s",
            (kept, session.tenant_path, before),
        )
        if done.rowcount == 0:
            row = connection.execute(
                "SELECT name FROM govdesk.tenant WHERE tenant_path = %s::ltree",
                (session.tenant_path,),
            ).fetchone()
            theirs = row[0] if row is not None else ""
            raise ChangedMeanwhile(
                "The name of the organization",
                theirs=f"“{theirs}”",
                yours=f"“{kept}”",
                fresh=theirs,
            )
    return sealed(session, session.tenant_path)
