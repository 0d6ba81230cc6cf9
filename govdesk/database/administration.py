"""What an administrator's connection does: found tenants, look at an installation."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from govdesk import __version__
from govdesk.database.connection import explained
from govdesk.database.migrate import current_revision, latest_revision


@dataclass(frozen=True, slots=True)
class Status:
    """What `server status` prints."""

    server_version: str
    revision: str | None
    latest_revision: str
    release: str | None
    program: str
    demo_clock: bool
    tenants: int
    up_to_date: bool


def create_tenant(
    admin_url: str,
    *,
    path: str,
    name: str,
    environment: str,
    owner_email: str,
    owner_name: str,
    release: str,
    code: str | None,
    roles: str,
) -> None:
    """Found a tenant with its first owner, who sets a password with `code`."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "SELECT govdesk_private.create_tenant(%s, %s, %s, %s, %s, %s, %s, %s)",
            (path, name, environment, owner_email, owner_name, release, code, roles),
        )


def status(admin_url: str) -> Status:
    """Say what is there; never changes anything."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        revision = current_revision(connection)
        release, demo, tenants = None, False, 0
        if revision is not None:
            row = connection.execute(
                "SELECT (SELECT release FROM govdesk_private.installation),"
                " govdesk_private.is_demo(), (SELECT count(*) FROM govdesk.tenant)"
            ).fetchone()
            assert row is not None
            release, demo, tenants = row
        version = connection.info.parameter_status("server_version") or "?"
    latest = latest_revision()
    return Status(
        version,
        revision,
        latest,
        release,
        __version__,
        demo,
        tenants,
        revision == latest and release == __version__,
    )
