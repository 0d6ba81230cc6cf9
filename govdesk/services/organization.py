"""The organisation and the person of a session, as the window shows them."""

from __future__ import annotations

from dataclasses import dataclass

from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded


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

    def everywhere(self, permission: str) -> bool:
        """Whether the permission holds for the whole organisation."""
        return self.tenant_path in self.permissions.get(permission, [])


def here(session: Session) -> Here:
    """Return who is signed in and where."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT t.name, t.tenant_path::text, t.environment, m.email, m.display_name, w.actor,"
            " w.permissions FROM govdesk_api.whoami() w"
            " JOIN govdesk.tenant t ON t.tenant_id = w.tenant_id"
            " LEFT JOIN govdesk.member m ON m.tenant_id = w.tenant_id AND m.id = w.member_id"
        ).fetchone()
    if row is None:
        raise SessionEnded
    return Here(*row)
