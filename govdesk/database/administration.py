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
    reviewer: str | None = None,
) -> None:
    """Found a tenant with its first owner, who sets a password with `code`."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "SELECT govdesk_private.create_tenant(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (path, name, environment, owner_email, owner_name, release, code, roles, reviewer),
        )


def add_staff(
    admin_url: str, *, path: str, email: str, name: str, release: str, code: str, roles: str
) -> None:
    """Give somebody of GovDesk an account, who sets a password with `code`.

    The first one founds the organisation of staff, `path`, and owns it.
    """
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM govdesk.tenant WHERE kind = 'platform'").fetchone()
        if found is not None:
            connection.execute(
                "SELECT govdesk_private.add_staff(%s, %s, %s, %s)", (email, name, release, code)
            )
            return
        connection.execute(
            "SELECT govdesk_private.create_tenant(%s, 'GovDesk staff', 'production', %s, %s, %s,"
            " %s, %s, p_kind => 'platform')",
            (path, email, name, release, code, roles),
        )


def recover_owner(
    admin_url: str, *, path: str, email: str, release: str, reason: str, code: str
) -> None:
    """Void an owner's password and factor, sealed with the reason; `code` sets them anew."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "SELECT govdesk_private.recover_owner(%s, %s, %s, %s, %s)",
            (path, email, release, reason, code),
        )


def owned_by(admin_url: str, email: str) -> list[str]:
    """Return the paths of the organisations in which an address is an active owner."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT DISTINCT m.tenant_path::text FROM govdesk.member m"
            " JOIN govdesk.member_grant g ON g.tenant_id = m.tenant_id AND g.member_id = m.id"
            " JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key"
            " WHERE m.email = lower(%s) AND m.status = 'active' AND g.status = 'active'"
            " AND r.base = 'owner' AND g.node_path = m.tenant_path ORDER BY 1",
            (email.strip(),),
        ).fetchall()
    return [row[0] for row in found]


def replace_worker_key(admin_url: str, public_key: bytes, release: str, reason: str) -> list[str]:
    """Name the workers' new key pair, sealed with the reason in every organisation's log.

    Returns their paths. One transaction each: a second call does what a first one left.
    """
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT tenant_path::text FROM govdesk.tenant ORDER BY 1"
        ).fetchall()
        for (path,) in rows:
            connection.execute(
                "SELECT govdesk_private.replace_worker_key(%s, %s, %s, %s)",
                (public_key, path, release, reason),
            )
    return [row[0] for row in rows]


def is_tenant(admin_url: str, path: str) -> bool:
    """Whether an organization with this path is there."""
    with explained(), psycopg.connect(admin_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT 1 FROM govdesk.tenant WHERE tenant_path::text = %s", (path,)
        ).fetchone()
    return row is not None


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
