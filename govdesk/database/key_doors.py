"""API keys as the worker's login meets them: knocking, peppers, counts.

Raw keys never come here: the doors take SHA-256 of a key, or its HMAC under a pepper. Every
function runs in the caller's transaction; on an autocommit connection that is one of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from psycopg.rows import class_row

from govdesk.database.connection import Connection, explained

Reason = Literal["ok", "unknown", "expired", "revoked", "suspended", "rotated"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a key at the door; with any reason but ok nothing else is to be relied on.

    `first_use`: nobody used this key before. `pepper_version`: what its verifier is made with, 0
    when that waits for a pepper.
    """

    key_id: UUID | None
    tenant_path: str | None
    system_id: UUID | None
    environment: str | None
    scopes: list[str] | None
    reason: Reason
    pepper_version: int | None
    first_use: bool | None


_NOBODY = Answer(None, None, None, None, None, "unknown", None, None)


@dataclass(frozen=True, slots=True)
class Use:
    """How often a key was used on a day (UTC), when last, and from where."""

    key_id: UUID
    day: date
    uses: int
    last_used_at: datetime
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A key whose verifier waits for a pepper; `inner_hash` is SHA-256 of the raw key."""

    key_id: UUID
    inner_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PepperState:
    """One version in one tenant, and how many live keys are verified with it."""

    tenant_path: str
    version: int
    status: str
    fingerprint: str | None
    keys: int


def authenticate(connection: Connection, key_id: str, candidates: Sequence[bytes]) -> Answer:
    """Knock with a key's id and its verifiers under every live version.

    With reason ok the rest of the transaction acts as the key. Commit with any other reason as
    well: the use of a key after its end is written down, and has consequences.
    """
    # Written out: an array of bytes is adapted by Python code, which took a quarter of the time.
    told = "{" + ",".join(f'"\\\\x{mac.hex()}"' for mac in candidates) + "}"
    with explained():
        row = connection.execute(
            "SELECT key_id, tenant_path::text, system_id, environment, scopes, reason,"
            " pepper_version, first_use FROM govdesk_api.authenticate_key(%s, %s::bytea[])",
            (key_id, told),
        ).fetchone()
    return Answer(*row) if row else _NOBODY


def upgrade(connection: Connection, version: int, fingerprint: str, mac: bytes) -> bool:
    """Verify the key of this transaction by the current pepper from now on."""
    return _did(
        connection, "SELECT govdesk_api.upgrade_key(%s, %s, %s)", (version, fingerprint, mac)
    )


def record_uses(connection: Connection, uses: Sequence[Use]) -> None:
    """Add up what was counted since the last call."""
    told = [
        {
            "key_id": str(use.key_id),
            "day": use.day.isoformat(),
            "uses": use.uses,
            "last_used_at": use.last_used_at.isoformat(),
            "ip": use.ip,
        }
        for use in uses
    ]
    with explained():
        connection.execute("SELECT govdesk_api.key_uses(%s::jsonb)", (json.dumps(told),))


def to_pepper(connection: Connection, limit: int) -> list[Waiting]:
    """Return keys of any tenant whose verifier waits for a pepper."""
    with explained(), connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(
            "SELECT key_id, inner_hash FROM govdesk_api.keys_to_pepper(%s)", (limit,)
        ).fetchall()


def pepper(
    connection: Connection, key_id: UUID, version: int, fingerprint: str, mac: bytes, host: str
) -> bool:
    """Give a waiting key its verifier; False if somebody else did meanwhile."""
    return _did(
        connection,
        "SELECT govdesk_api.pepper_key(%s, %s, %s, %s, %s)",
        (key_id, version, fingerprint, mac, host),
    )


def _did(connection: Connection, call: str, values: tuple[object, ...]) -> bool:
    with explained():
        row = connection.execute(call.encode(), values).fetchone()
    return bool(row and row[0])


def make_current(connection: Connection, version: int, fingerprint: str, host: str) -> list[str]:
    """Make a version current in every tenant with keys; returns those where it was not yet."""
    return _each(
        connection, "SELECT govdesk_api.pepper_rotated(%s, %s, %s)", (version, fingerprint, host)
    )


def retire(connection: Connection, version: int, host: str) -> list[str]:
    """Retire a version in every tenant; raises `Refused` (pepper_in_use) while keys need it."""
    return _each(connection, "SELECT govdesk_api.retire_pepper(%s, %s)", (version, host))


def _each(connection: Connection, call: str, values: tuple[object, ...]) -> list[str]:
    """One tenant a call and a transaction, until none is left."""
    tenants: list[str] = []
    with explained():
        while (row := connection.execute(call.encode(), values).fetchone()) and row[0]:
            tenants.append(str(row[0]))
    return tenants


def pepper_states(connection: Connection) -> list[PepperState]:
    """Return every version in every tenant that has keys."""
    with explained(), connection.cursor(row_factory=class_row(PepperState)) as cursor:
        return cursor.execute(
            "SELECT tenant_path::text, version, status, fingerprint, keys"
            " FROM govdesk_api.pepper_state()"
        ).fetchall()
