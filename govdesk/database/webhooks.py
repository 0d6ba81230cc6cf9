"""Webhooks as a person reads and changes them: the SQL of the bound session."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from govdesk.database.connection import Connection

Row = tuple[Any, ...]

_COLUMNS: Final = (
    "w.id::text", "w.node_path::text", "w.system_id::text", "n.name", "w.kind", "w.description",
    "w.url", "w.events", "w.alerts", "w.blocks", "w.format", "w.detail", "w.headers", "w.settings",
    "w.secret_refs", "w.allow", "w.throttle", "w.status", "w.disabled_reason", "w.disabled_at",
    "w.created_at", "w.created_by", "w.version",
)  # fmt: skip
_HEALTH: Final = (
    "h.pending", "h.behind", "h.ok_24h", "h.failed_24h", "h.last_success_at", "h.last_failure_at",
    "h.last_outcome", "h.last_status", "h.failing_since", "h.failures", "h.breaker",
    "h.breaker_until", "h.has_secret", "h.average_ms",
)  # fmt: skip
COLUMN_COUNT: Final = len(_COLUMNS)
LISTS: Final = tuple(_COLUMNS.index(name) for name in ("w.events", "w.allow"))

_ROWS: Final = f"""
SELECT {", ".join(_COLUMNS + _HEALTH)}
  FROM govdesk.webhook w
  LEFT JOIN govdesk_api.webhook_health() h ON h.webhook_id = w.id
  LEFT JOIN govdesk.node n ON n.tenant_id = w.tenant_id AND n.id = w.system_id
 WHERE w.status <> 'deleted' AND (%(system)s::uuid IS NULL OR w.node_path = (
       SELECT p.node_path FROM govdesk.node p WHERE p.id = %(system)s::uuid))
 ORDER BY w.node_path, lower(w.description), w.id
"""
WRITTEN: Final = (
    "description", "url", "events", "alerts", "blocks", "format", "detail", "headers", "settings",
    "secret_refs", "allow", "throttle",
)  # fmt: skip
"""Columns that a person writes."""
_OBJECTS: Final = frozenset({"headers", "settings", "secret_refs"})


def rows(connection: Connection, system_id: str | None) -> list[Row]:
    """Return columns and health of each webhook that is not deleted."""
    return connection.execute(_ROWS, {"system": system_id}).fetchall()


def secrets(connection: Connection, webhook_id: str) -> list[Row]:
    """Return id, version, status, whether it is in the vault, made when and by whom, its end."""
    return connection.execute(
        "SELECT id::text, version, CASE WHEN ends_at <= clock_timestamp() THEN 'retired'"
        " ELSE status END, key_version IS NOT NULL, created_at, created_by, ends_at"
        " FROM govdesk.webhook_secret WHERE webhook_id = %s::uuid ORDER BY version DESC",
        (webhook_id,),
    ).fetchall()


def signing_keys(connection: Connection) -> list[Row]:
    """Return id, kid, public key, status, whether it is in the vault, made when, its end."""
    return connection.execute(
        "SELECT id::text, kid, public_key, CASE WHEN ends_at <= clock_timestamp() THEN 'retired'"
        " ELSE status END, key_version IS NOT NULL, created_at, ends_at"
        " FROM govdesk.webhook_signing_key ORDER BY created_at DESC, id"
    ).fetchall()


def workers(connection: Connection, alive_seconds: int) -> list[Row]:
    """Return host, release, when it was heard of, and whether that is `alive_seconds` ago."""
    return connection.execute(
        "SELECT host, release, seen_at,"
        " seen_at > clock_timestamp() - make_interval(secs => %s)"
        " FROM govdesk_api.workers() ORDER BY seen_at DESC, host",
        (alive_seconds,),
    ).fetchall()


def insert(
    connection: Connection,
    which: str,
    tenant: tuple[UUID, str],
    place: tuple[str, str | None, str],
    row: Mapping[str, object],
) -> None:
    """Add a webhook; `place` is node path, system or None, kind; `row` has what is `WRITTEN`."""
    names = ("id", "tenant_id", "tenant_path", "node_path", "system_id", "kind", *row)
    marks = ", ".join(["%s"] * 2 + ["%s::ltree"] * 2 + ["%s::uuid", "%s", *map(_mark, row)])
    connection.execute(
        f"INSERT INTO govdesk.webhook ({', '.join(names)}) VALUES ({marks})",
        (which, *tenant, *place, *_written(row)),
    )


def update(connection: Connection, which: str, version: int, changes: Mapping[str, object]) -> bool:
    """Write the columns of `changes`; False if another version stands there, or none."""
    pairs = ", ".join(f"{name} = {_mark(name)}" for name in changes)
    done = connection.execute(
        f"UPDATE govdesk.webhook SET {pairs} WHERE id = %s::uuid AND version = %s"
        " AND status <> 'deleted'",
        (*_written(changes), which, version),
    )
    return bool(done.rowcount)


def turn(connection: Connection, which: str, status: str) -> bool:
    """Disable or delete; False if it is so already, or not there."""
    done = connection.execute(
        "UPDATE govdesk.webhook SET status = %s WHERE id = %s::uuid"
        " AND status NOT IN (%s, 'deleted')",
        (status, which, status),
    )
    return bool(done.rowcount)


def _mark(name: str) -> str:
    return "%s::jsonb" if name in _OBJECTS else "%s"


def _written(changes: Mapping[str, object]) -> list[object]:
    """Values as the driver takes them."""
    return [
        json.dumps(value) if name in _OBJECTS else _plain(value) for name, value in changes.items()
    ]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def recipient(connection: Connection) -> bytes | None:
    """Return the workers' public key, or None before any worker was here."""
    found = _one(connection, "SELECT govdesk_api.webhook_recipient()")
    return None if found is None else bytes(found)


def put_secret(
    connection: Connection, webhook_id: str, row_id: UUID, inbox: bytes, grace_hours: int
) -> int:
    """Hand over a secret, the first or the next one; returns its version."""
    return int(
        _one(
            connection,
            "SELECT govdesk_api.put_webhook_secret(%s::uuid, %s, %s, %s)",
            (webhook_id, row_id, inbox, grace_hours),
        )
    )


def retire_secret(connection: Connection, webhook_id: str) -> bool:
    """End the previous secret now; False without one."""
    return bool(_one(connection, "SELECT govdesk_api.retire_webhook_secret(%s::uuid)",
                     (webhook_id,)))  # fmt: skip


def resume(connection: Connection, webhook_id: str, missed: str) -> int:
    """Make it active again; returns how many rows of the log will be looked at again."""
    return int(_one(connection, "SELECT govdesk_api.resume_webhook(%s::uuid, %s)",
                    (webhook_id, missed)))  # fmt: skip


def test(connection: Connection, webhook_id: str, probe: str) -> str:
    """Put a delivery of a test or probe into the queue; returns its id."""
    return str(_one(connection, "SELECT govdesk_api.test_webhook(%s::uuid, %s)::text",
                    (webhook_id, probe)))  # fmt: skip


def redeliver(
    connection: Connection, webhook_id: str, what: str, delivery: str | None, since: datetime | None
) -> int:
    """Queue what was, or was never, sent; returns how many deliveries."""
    return int(
        _one(
            connection,
            "SELECT govdesk_api.redeliver(%s::uuid, %s, %s::uuid, %s)",
            (webhook_id, what, delivery, since),
        )
    )


def rehearse(connection: Connection, webhook_id: str, what: str, since: datetime | None) -> Row:
    """Return how many deliveries that would be, the oldest, the newest, and how many seconds."""
    row = connection.execute(
        "SELECT deliveries, oldest, newest, seconds FROM govdesk_api.rehearse(%s::uuid, %s, %s)",
        (webhook_id, what, since),
    ).fetchone()
    return tuple(row) if row else (0, None, None, 0)


def why_not_sent(connection: Connection, webhook_id: str, seq: int) -> dict[str, Any]:
    """Return the verdict and its facts."""
    found = _one(connection, "SELECT govdesk_api.why_not_sent(%s::uuid, %s)", (webhook_id, seq))
    return dict(found or {})


def _one(connection: Connection, query: str, values: Sequence[object] = ()) -> Any:
    row = connection.execute(query, tuple(values)).fetchone()
    return None if row is None else row[0]
