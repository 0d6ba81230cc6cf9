"""The demo's hand in the database: its clock, its people, its past. Never used by `server init`."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import psycopg

from govdesk import __version__
from govdesk.database.migrate import claim_setup, migrations_folder, run_file
from govdesk.database.sign_in import KeyDerivation, derive_client_key, stored_key

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a demo tenant; without password nobody signs in with it."""

    email: str
    name: str
    title: str
    role: str
    password: str | None = None
    totp_seed: bytes | None = None


def install_clock(admin_url: str) -> None:
    """Replace the two functions that let an administrator's connection record a past."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        run_file(connection, migrations_folder() / "sql/demo/clock.sql")


def tenants(admin_url: str) -> list[str]:
    """Paths of the tenants that are there."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        rows = connection.execute("SELECT tenant_path::text FROM govdesk.tenant").fetchall()
    return [row[0] for row in rows]


def found(
    admin_url: str,
    *,
    path: str,
    name: str,
    environment: str = "production",
    since: str,
    roles: list[dict[str, object]],
    people: list[Person],
    systems: list[tuple[str, str, str]],
    kind: str = "customer",
) -> None:
    """Found one tenant as of `since` (RFC 3339): roles, people, systems; the first is the owner.

    `kind` is ``platform`` for the one whose members are the platform's staff.

    A second call finishes nothing and changes nothing: each tenant is one transaction.
    """
    with (
        psycopg.connect(admin_url, autocommit=True) as connection,
        connection.transaction(),
    ):
        connection.execute("SELECT set_config('app.demo_now', %s, true)", (since,))
        claim_setup(connection, path)
        owner = people[0].email, people[0].name
        connection.execute(
            "SELECT govdesk_private.create_tenant(%s, %s, %s, %s, %s, %s, NULL, %s, p_kind => %s)",
            (path, name, environment, *owner, __version__, json.dumps(roles), kind),
        )
        for node_path, kind, title in systems:
            connection.execute(
                "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
                " SELECT tenant_id, tenant_path, %s::ltree, %s, %s FROM govdesk.tenant"
                " WHERE tenant_path = %s::ltree",
                (node_path, kind, title, path),
            )
        for person in people[1:]:
            connection.execute(
                "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, %s, %s, %s,"
                " tenant_path) FROM govdesk.tenant WHERE tenant_path = %s::ltree",
                (person.email, person.name, person.title, person.role, path),
            )
        connection.execute(
            "UPDATE govdesk.member SET title = %s WHERE email = %s AND tenant_path = %s::ltree",
            (people[0].title, people[0].email, path),
        )
        for person in people:
            if person.password is not None:
                _credential(connection, path, person)


def _credential(connection: psycopg.Connection[object], path: str, person: Person) -> None:
    row = connection.execute(
        "SELECT i.kdf_memory_kib, i.kdf_iterations, i.kdf_lanes, m.person_id"
        " FROM govdesk_private.installation i, govdesk.member m"
        " WHERE m.email = %s AND m.tenant_path = %s::ltree",
        (person.email, path),
    ).fetchone()
    assert isinstance(row, tuple)
    assert person.password is not None
    kdf = KeyDerivation(secrets.token_bytes(16), *row[:3])
    key = derive_client_key(person.password, kdf)
    connection.execute(
        "INSERT INTO govdesk_private.credential (person_id, salt, stored_key) VALUES (%s, %s, %s)",
        (row[3], kdf.salt, stored_key(key)),
    )
    if person.totp_seed is not None:
        _factor(connection, path, person.totp_seed, key, str(row[3]))


def _factor(
    connection: psycopg.Connection[object], path: str, seed: bytes, key: bytes, person_id: str
) -> None:
    wrapping = hmac.digest(key, f"totp:{person_id}".encode(), "sha256")
    nonce = secrets.token_bytes(16)
    mask = hmac.digest(wrapping, b"enc" + nonce, "sha256")
    wrapped = bytes(a ^ b for a, b in zip(seed, mask, strict=False))
    tag = hmac.digest(wrapping, b"mac" + nonce + wrapped, "sha256")
    connection.execute(
        "INSERT INTO govdesk_private.factor (person_id, nonce, wrapped, tag, last_step)"
        " VALUES (%s, %s, %s, %s, 0)",
        (person_id, nonce, wrapped, tag),
    )
    connection.execute(
        "UPDATE govdesk.member SET mfa_at = now() WHERE person_id = %s AND tenant_path = %s::ltree",
        (person_id, path),
    )


def system_ids(admin_url: str, path: str) -> dict[str, str]:
    """Ids of a tenant's systems by name."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT name, id::text FROM govdesk.node WHERE kind = 'system'"
            " AND tenant_path = %s::ltree ORDER BY node_path",
            (path,),
        ).fetchall()
    return dict(rows)


def node_ids(admin_url: str, path: str) -> dict[str, str]:
    """Ids of a tenant's nodes by path."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT node_path::text, id::text FROM govdesk.node WHERE tenant_path = %s::ltree",
            (path,),
        ).fetchall()
    return dict(rows)


def record(
    admin_url: str,
    path: str,
    events: Iterable[dict[str, object]],
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Record events in order through `record_events` and the real seal; returns how many."""
    source, count = iter(events), 0
    with psycopg.connect(admin_url, autocommit=True) as connection:
        while batch := list(islice(source, BATCH)):
            with connection.transaction():
                claim_setup(connection, path)
                connection.execute(
                    "SELECT govdesk_api.record_events(%s)",
                    (json.dumps(batch, ensure_ascii=False),),
                )
            count += len(batch)
            progress(count)
    return count


def event_count(admin_url: str, path: str) -> int:
    """How many events a log holds."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT coalesce(max(l.seq), 0) FROM govdesk.audit_log l JOIN govdesk.tenant t"
            " USING (tenant_id) WHERE t.tenant_path = %s::ltree",
            (path,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def staff(admin_url: str) -> list[str]:
    """Addresses of the platform's staff."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT email FROM govdesk.member WHERE tenant_path = 'platform'"
            " AND title = 'Platform staff'"
        ).fetchall()
    return [row[0] for row in rows]


def forget_codes(admin_url: str) -> None:
    """Let the codes that the demo used itself be used once more, by its visitors."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("UPDATE govdesk_private.factor SET last_step = 0")


def mailed_code(admin_url: str, email: str) -> str:
    """Return the code of the newest mail to an address that is still to be sent."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT facts->>'code' FROM govdesk_private.mail WHERE to_address = %s"
            " AND kind = 'contact_code' ORDER BY created_at DESC LIMIT 1",
            (email,),
        ).fetchone()
    assert row is not None
    return str(row[0])


def announce_worker(worker_url: str) -> None:
    """Say that the demo's worker is there: it starts in seconds, and Home would warn until then."""
    with psycopg.connect(worker_url, autocommit=True) as connection:
        connection.execute("SELECT govdesk_api.worker_seen('demo', %s)", (__version__,))
