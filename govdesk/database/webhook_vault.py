"""The secrets of webhooks as the worker's login reaches them: inboxes, envelopes, signing keys.

What is read and written is sealed already, or public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from govdesk.database.connection import Connection, explained

Due = Literal["found", "seal", "signing_key"]
"""No vault key yet; inboxes to move; a signing key to make."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A secret sealed to the workers that is not in the vault yet."""

    table: str
    row_id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key; `ends_at` is when receivers may forget it."""

    kid: str
    public: bytes
    created_at: datetime
    ends_at: datetime | None


def due(connection: Connection, host: str) -> list[tuple[str, Due]]:
    """Return which organization's secrets need what."""
    with explained():
        found = connection.execute(
            "SELECT tenant_path::text, what FROM govdesk_api.webhook_vault_due(%s)", (host,)
        ).fetchall()
    return [(str(path), what) for path, what in found]


def inboxes(connection: Connection, tenant_path: str, limit: int) -> list[Inbox]:
    """Return secrets that wait to be put into the vault."""
    with explained():
        found = connection.execute(
            "SELECT table_name, row_id::text, inbox FROM govdesk_api.webhook_inboxes(%s, %s)",
            (tenant_path, limit),
        ).fetchall()
    return [Inbox(table, row, bytes(sealed)) for table, row, sealed in found]


def put_seal(
    connection: Connection, tenant_path: str, host: str, inbox: Inbox, envelope: bytes, version: int
) -> bool:
    """Put an envelope where an inbox was; False if another worker was quicker."""
    with explained():
        row = connection.execute(
            "SELECT govdesk_api.put_webhook_seal(%s, %s, %s, %s::uuid, %s, %s)",
            (tenant_path, host, inbox.table, inbox.row_id, envelope, version),
        ).fetchone()
    return bool(row and row[0])


def put_signing_key(
    connection: Connection,
    tenant_path: str,
    host: str,
    row_id: str,
    kid: str,
    public: bytes,
    inbox: bytes,
) -> bool:
    """Keep a new signing key, the current one from now on; False if another was quicker."""
    with explained():
        row = connection.execute(
            "SELECT govdesk_api.put_signing_key(%s, %s, %s::uuid, %s, %s, %s)",
            (tenant_path, host, row_id, kid, public, inbox),
        ).fetchone()
    return bool(row and row[0])


def public_keys(connection: Connection, tenant_path: str) -> list[PublicKey]:
    """Return an organization's public keys, newest first; none for one that is not there."""
    with explained():
        found = connection.execute(
            "SELECT kid, public_key, created_at, ends_at FROM govdesk_api.jwks(%s)", (tenant_path,)
        ).fetchall()
    keys = [PublicKey(kid, bytes(public), made, ends) for kid, public, made, ends in found]
    return sorted(keys, key=lambda one: one.created_at, reverse=True)
