"""The demo's keys with the past they would have: made days ago, used since. Demo only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import psycopg

from govdesk.database.migrate import claim_setup


@dataclass(frozen=True, slots=True)
class Issued:
    """One key as its row says; `inner_hash` is SHA-256 of the raw key, which waits for a pepper."""

    key_id: str
    environment: str
    node_path: str
    owner_label: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    last_ip: str
    inner_hash: bytes = field(repr=False)
    uses: Sequence[tuple[date, int]] = ()


_KEY = """
INSERT INTO govdesk.api_key (id, tenant_id, tenant_path, node_path, system_id, key_id, environment,
                             owner_label, scopes, family, created_by, created_at, expires_at,
                             first_used_at)
SELECT i.id, n.tenant_id, n.tenant_path, n.node_path, n.id, %(key_id)s, %(environment)s,
       %(owner_label)s, %(scopes)s, i.id, %(created_by)s, %(created_at)s, %(expires_at)s,
       %(created_at)s + interval '20 minutes'
  FROM govdesk.node n, gen_random_uuid() i(id) WHERE n.node_path = %(node_path)s::ltree
RETURNING id, tenant_id
"""
_SEEN = """
INSERT INTO govdesk.api_key_seen (id, tenant_id, tenant_path, last_used_at, last_ip)
SELECT id, tenant_id, tenant_path, %s, %s FROM govdesk.api_key WHERE id = %s
"""
_USE = """
INSERT INTO govdesk.api_key_use (tenant_id, tenant_path, api_key_id, day, uses)
SELECT tenant_id, tenant_path, id, %s, %s FROM govdesk.api_key WHERE id = %s
"""


def issue(admin_url: str, path: str, keys: Sequence[Issued]) -> int:
    """Put keys that are not there yet into a tenant, all or none; returns how many it put."""
    with psycopg.connect(admin_url, autocommit=True) as connection, connection.transaction():
        claim_setup(connection, path)
        there = connection.execute("SELECT key_id FROM govdesk.api_key").fetchall()
        missing = [key for key in keys if (key.key_id,) not in there]
        for key in missing:
            _put(connection, key)
    return len(missing)


def _put(connection: psycopg.Connection[tuple[object, ...]], key: Issued) -> None:
    facts = {name: getattr(key, name) for name in key.__slots__}
    row = connection.execute(_KEY, facts | {"scopes": list(key.scopes)}).fetchone()
    assert row is not None
    connection.execute(
        "INSERT INTO govdesk_private.api_key_mac (id, tenant_id, pepper_version, mac)"
        " VALUES (%s, %s, 0, %s)",
        (*row, key.inner_hash),
    )
    connection.execute(_SEEN, (key.last_used_at, key.last_ip, row[0]))
    with connection.cursor() as cursor:
        cursor.executemany(_USE, [(day, number, row[0]) for day, number in key.uses])
