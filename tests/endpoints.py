"""Webhooks in tests, by plain SQL: endpoints, secrets, rounds of a worker without a network."""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import UUID, uuid4

from govdesk.database.connection import Session
from tests.doors import Connection, ask, raw, rows_of, worker
from tests.people import ACME, Cast, Row

URL = "https://siem.example.com/hook"
CLAIM = "SELECT * FROM govdesk_api.claim_deliveries('w1', %s, %s, %s, %s, %s)"


def recipient(cast: Cast) -> bytes:
    """The workers' public key, named if there is none; 32 bytes that open nothing will do."""
    cast.admin.execute(
        "UPDATE govdesk_private.installation SET worker_public_key = %s"
        " WHERE worker_public_key IS NULL",
        (os.urandom(32),),
    )
    return bytes(cast.one("SELECT worker_public_key FROM govdesk_private.installation"))


def endpoint(session: Session, node: str = ACME, **columns: object) -> UUID:
    """A webhook, written by plain SQL."""
    row = {"url": URL, "description": "SIEM", "events": ["audit.row"], **columns}
    made = uuid4()
    names = ", ".join(row)
    with raw(session) as connection:
        connection.execute(
            f"INSERT INTO govdesk.webhook (id, tenant_id, tenant_path, node_path, system_id, {names})"  # noqa: E501
            " SELECT %s, n.tenant_id, n.tenant_path, n.node_path,"
            " CASE n.kind WHEN 'system' THEN n.id END,"
            f" {', '.join(['%s'] * len(row))} FROM govdesk.node n WHERE n.node_path = %s::ltree",
            (made, *(json.dumps(v) if isinstance(v, dict) else v for v in row.values()), node),
        )
    return made


def secret(cast: Cast, session: Session, webhook: UUID, grace_hours: int = 24) -> int:
    """Give it a secret that nobody can open; its version."""
    recipient(cast)
    return int(
        ask(
            session,
            "SELECT govdesk_api.put_webhook_secret(%s, %s, %s, %s)",
            webhook, uuid4(), os.urandom(80), grace_hours,
        )
    )  # fmt: skip


def ready(cast: Cast, session: Session, node: str = ACME, **columns: object) -> UUID:
    """A webhook with a secret, past the rows that its own making sealed."""
    made = endpoint(session, node, **columns)
    secret(cast, session, made)
    fan_out(cast)
    cast.admin.execute("DELETE FROM govdesk.delivery WHERE webhook_id = %s", (made,))
    return made


def fan_out(cast: Cast, rows: int = 5000) -> int:
    """Make deliveries until there is nothing new; how many."""
    made = 0
    while True:
        (row,) = rows_of(worker(cast), "SELECT * FROM govdesk_api.fan_out('w1', %s)", rows)
        made += row["made"]
        if not row["is_more"]:
            return made


def claim(
    cast: Cast, lane: str = "first", limit: int = 100, each: int = 100, lease: int = 60,
    busy: dict[str, int] | None = None, door: Connection | None = None,
) -> list[Row]:  # fmt: skip
    """Lease what is due in a lane."""
    return rows_of(door or worker(cast), CLAIM, lane, limit, each, json.dumps(busy or {}), lease)


def result(row: Row, state: str = "delivered", **facts: Any) -> dict[str, Any]:
    """What a worker reports of one try."""
    usual = {
        "delivered": {"outcome": "delivered", "status": 200},
        "pending": {"outcome": "http", "status": 500, "next_seconds": 5, "blame": "endpoint"},
        "failed": {"outcome": "http", "status": 500, "blame": "endpoint"},
    }[state]
    base = {"id": str(row["id"]), "lease": str(row["lease"]), "number": row["number"]}
    return base | {"at": "2026-11-21T10:00:00Z", "state": state, "total_ms": 12.5} | usual | facts


def told(cast: Cast, query: str, *parameters: object) -> Any:
    """What a function of the worker's answers."""
    (row,) = rows_of(worker(cast), query, *parameters)
    (value,) = row.values()
    return value


def finish(cast: Cast, *results: dict[str, Any]) -> int:
    """Report tries; how many were taken."""
    return int(told(cast, "SELECT govdesk_api.finish_deliveries('w1', %s)", json.dumps(results)))


def change(session: Session, name: str = "Portal") -> None:
    """One audited change of the organisation."""
    with raw(session) as connection:
        connection.execute(
            "UPDATE govdesk.node SET name = %s WHERE node_path = 'acme.claims'", (name,)
        )
