"""The log of attempts as a person reads it: keyset pages that read one index, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from govdesk.database.connection import Connection

Row = tuple[Any, ...]
Start = tuple[datetime, str]

MOST_CAUSED: Final = 1000
"""Rows of the log that one request id is looked up to."""
_GOOD: Final = "('delivered', 'sent')"
_LISTED: Final = (
    "a.delivery_id::text, a.number, a.node_path::text, a.webhook_id::text,"
    " coalesce(w.description, ''), a.seq, a.event, a.origin, a.at, a.host, a.outcome, a.status,"
    " a.error, a.remedy, a.address, a.tls, a.dns_ms, a.tcp_ms, a.tls_ms, a.first_byte_ms,"
    " a.total_ms, a.next_at"
)
_WEBHOOK: Final = "LEFT JOIN govdesk.webhook w ON w.id = {of}.webhook_id"
_DELIVERY: Final = f"""
SELECT d.id::text, d.webhook_id::text, coalesce(w.description, ''), d.seq, d.event, d.origin,
       d.message_id, d.stream_seq, d.prev_id, d.status, d.attempts, d.due_at, d.created_at,
       d.done_at, d.last_outcome, d.last_status
  FROM govdesk.delivery d {_WEBHOOK.format(of="d")}
"""


def page(
    connection: Connection, chosen: Mapping[str, Any], start: Start | None, limit: int
) -> list[Row]:
    """Return up to `limit` attempts after `start`, in the order of the log.

    `chosen` has the fields of `govdesk.services.deliveries.Filter`.
    """
    values = dict(chosen, limit=limit, at=start and start[0], after=start and start[1])
    values["tenant"] = _tenant(connection)
    endpoints = _endpoints(connection, chosen)
    deliveries = _deliveries(connection, chosen, endpoints)
    if deliveries is not None:
        source = _each("delivery_id", "deliveries")
        values["deliveries"] = deliveries
    elif endpoints is not None:
        source = _each("webhook_id", "endpoints")
        values["endpoints"] = endpoints
    else:
        source = f"(SELECT t.* FROM govdesk.delivery_attempt t WHERE {{where}} {_ORDER})"
    query = source.format(where=" AND ".join(_terms(chosen, start)))
    return connection.execute(
        f"SELECT {_LISTED} FROM {query} a {_WEBHOOK.format(of='a')}"
        " ORDER BY a.at DESC, a.delivery_id DESC LIMIT %(limit)s",
        values,
    ).fetchall()


_ORDER: Final = "ORDER BY t.at DESC, t.delivery_id DESC LIMIT %(limit)s"


def _each(column: str, name: str) -> str:
    """The newest of each: as many short scans of one index as there are ids."""
    return (
        f"(SELECT x.* FROM unnest(%({name})s::uuid[]) i(id) CROSS JOIN LATERAL (SELECT t.*"
        f" FROM govdesk.delivery_attempt t WHERE t.{column} = i.id AND {{where}} {_ORDER}) x)"
    )


def _terms(chosen: Mapping[str, Any], start: Start | None) -> list[str]:
    terms = ["t.tenant_id = %(tenant)s", *_outcome(chosen["outcome"])]
    if start is not None:
        terms.append("(t.at, t.delivery_id) < (%(at)s::timestamptz, %(after)s::uuid)")
    if chosen["since"] is not None:
        terms.append("t.at >= %(since)s")
    if chosen["until"] is not None:
        terms.append("t.at < %(until)s")
    if event := chosen["event"]:
        prefix = event.endswith("*")
        terms.append("starts_with(t.event, rtrim(%(event)s, '*'))" if prefix else
                     "t.event = %(event)s")  # fmt: skip
    if chosen["text"]:
        terms.append(
            "strpos(lower(concat_ws(' ', t.error, t.event, t.address, t.host)),"
            " lower(%(text)s)) > 0"
        )
    return terms


def _outcome(name: str) -> list[str]:
    """The groups stand there as the partial indexes say them."""
    if name == "any":
        return []
    if name == "waiting":
        return [
            f"t.outcome NOT IN {_GOOD} AND t.next_at IS NOT NULL AND EXISTS (SELECT 1 FROM"
            " govdesk.delivery d WHERE d.id = t.delivery_id AND d.status = 'pending'"
            " AND d.attempts = t.number)"
        ]
    if name in ("ok", "failed"):
        return [f"t.outcome {'NOT ' if name == 'failed' else ''}IN {_GOOD}"]
    narrower = [] if name in ("delivered", "sent") else [f"t.outcome NOT IN {_GOOD}"]
    return [*narrower, "t.outcome = %(outcome)s"]


def _tenant(connection: Connection) -> UUID:
    row = connection.execute("SELECT tenant_id FROM govdesk_api.whoami()").fetchone()
    return row[0] if row else UUID(int=0)


def _endpoints(connection: Connection, chosen: Mapping[str, Any]) -> list[str] | None:
    """The endpoints to look at one by one, deleted ones as well; None for the log as a whole.

    Whoever sees some endpoints only would otherwise have the tries of all others read and left
    out; so would a filter for an endpoint that this reader does not see.
    """
    names = {"webhook_id": chosen["webhook_id"], "system_id": chosen["system_id"]}
    if names == {"webhook_id": None, "system_id": None} and _sees_all(connection):
        return None
    found = connection.execute(
        "SELECT w.id::text FROM govdesk.webhook w"
        " WHERE (%(webhook_id)s::uuid IS NULL OR w.id = %(webhook_id)s::uuid)"
        " AND (%(system_id)s::uuid IS NULL OR w.node_path <@ ("
        " SELECT n.node_path FROM govdesk.node n WHERE n.id = %(system_id)s::uuid))",
        names,
    ).fetchall()
    return [which for (which,) in found]


def _sees_all(connection: Connection) -> bool:
    row = connection.execute(
        "SELECT w.tenant_path = ANY (govdesk_api.granted('webhook.read'))"
        " FROM govdesk_api.whoami() w"
    ).fetchone()
    return bool(row and row[0])


def _deliveries(
    connection: Connection, chosen: Mapping[str, Any], endpoints: list[str] | None
) -> list[str] | None:
    """The deliveries of a row of the log, or of what one request caused; None if not asked for."""
    if chosen["seq"] is None and not chosen["request_id"]:
        return None
    found = connection.execute(
        "SELECT d.id::text FROM govdesk.delivery d WHERE d.tenant_id = %(tenant)s"
        " AND d.seq = ANY (%(seqs)s)"
        " AND d.webhook_id = ANY (coalesce(%(endpoints)s::uuid[],"
        " ARRAY (SELECT w.id FROM govdesk.webhook w)))",
        {
            "tenant": _tenant(connection),
            "seqs": _seqs(connection, chosen),
            "endpoints": endpoints,
        },
    ).fetchall()
    return [which for (which,) in found]


def _seqs(connection: Connection, chosen: Mapping[str, Any]) -> list[int]:
    if not chosen["request_id"]:
        return [chosen["seq"]]
    found = connection.execute(
        "SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = %s AND l.request_id = %s"
        " ORDER BY l.seq DESC LIMIT %s",
        (_tenant(connection), chosen["request_id"], MOST_CAUSED),
    ).fetchall()
    return [seq for (seq,) in found if chosen["seq"] in (None, seq)]


def attempts_of(connection: Connection, delivery_id: str) -> list[Row]:
    """Return each try of a delivery, whole, the first one first."""
    return connection.execute(
        f"SELECT {_LISTED}, a.response, a.request FROM govdesk.delivery_attempt a"
        f" {_WEBHOOK.format(of='a')} WHERE a.delivery_id = %s::uuid ORDER BY a.number",
        (delivery_id,),
    ).fetchall()


def delivery(connection: Connection, delivery_id: str) -> Row | None:
    """Return one delivery."""
    return connection.execute(f"{_DELIVERY} WHERE d.id::text = %s", (delivery_id,)).fetchone()


def of_event(connection: Connection, seq: int) -> list[Row]:
    """Return the deliveries of one row of the log."""
    return connection.execute(
        f"{_DELIVERY} WHERE d.tenant_id = %s AND d.seq = %s ORDER BY lower(w.description), d.id",
        (_tenant(connection), seq),
    ).fetchall()


def sealed_row(connection: Connection, seq: int) -> tuple[str, str | None, str | None] | None:
    """Return a row of the log as JSON without diff, its diff as it was sealed, its system."""
    row = connection.execute(
        "SELECT (to_jsonb(l) - '{diff,leaf,salts}'::text[])::text, l.diff::text, n.name"
        " FROM govdesk.audit_log l"
        " LEFT JOIN govdesk.node n ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
        " WHERE l.tenant_id = %s AND l.seq = %s",
        (_tenant(connection), seq),
    ).fetchone()
    return None if row is None else (row[0], row[1], row[2])
