"""The queue of deliveries, as a worker's login works at it; no call holds a transaction open.

A delivery is claimed under a lease, sent, and finished with its lease token: what comes after the
lease is ignored, so that nothing is noted twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, LiteralString, NamedTuple, NotRequired, TypedDict
from uuid import UUID

import psycopg

from govdesk.database.connection import Connection, explained
from govdesk.database.errors import DatabaseProblem
from govdesk.database.nudging import CHANNEL

__all__ = [
    "LANES",
    "LISTENER",
    "Claimed",
    "Indigestible",
    "Lane",
    "Order",
    "Result",
    "claim",
    "disable_due",
    "documents",
    "fan_out",
    "finish",
    "is_listening",
    "listen",
    "release",
    "wait_for_notice",
]

LISTENER: Final = "govdesk listener"

Lane = Literal["test", "first", "retry"]
LANES: Final[tuple[Lane, ...]] = ("test", "first", "retry")

State = Literal["delivered", "sent", "failed", "pending"]


class Indigestible(DatabaseProblem):
    """The database cannot read one of the results; it says the same of it next time."""


@dataclass(frozen=True, slots=True)
class Order:
    """How much a worker wants of a lane: `limit` in all, `each` of an endpoint less its `busy`.

    `busy` may be below zero, for an endpoint that takes more than `each` at once. The lease is in
    seconds from the claim.
    """

    lane: Lane
    limit: int
    each: int
    busy: Mapping[str, int]
    lease_seconds: int


class Claimed(NamedTuple):
    """A delivery in a worker's hand; `number` counts its tries, `tries` those of this round.

    `row` is the audit row as JSON without its diff, `diff` canonical JSON; a test has neither.
    """

    id: str
    lease: str
    webhook_id: str
    webhook_version: int
    tenant_path: str
    number: int
    tries: int
    seq: int | None
    event: str
    origin: str
    message_id: str
    stream_seq: int | None
    prev_id: str | None
    created_at: datetime
    row: str | None
    diff: str | None
    system: str | None

    def __repr__(self) -> str:
        """Which it is, without what it carries."""
        return f"Claimed(id={self.id}, webhook_id={self.webhook_id}, number={self.number})"


class Result(TypedDict):
    """What became of one try; `next_seconds` belongs to the state pending."""

    id: str
    lease: str
    webhook: NotRequired[str]
    number: int
    at: str
    outcome: str
    state: State
    slow_down: bool
    status: NotRequired[int]
    error: NotRequired[str]
    remedy: NotRequired[str]
    response: NotRequired[str]
    address: NotRequired[str]
    tls: NotRequired[str]
    dns_ms: NotRequired[float]
    tcp_ms: NotRequired[float]
    tls_ms: NotRequired[float]
    first_byte_ms: NotRequired[float]
    total_ms: NotRequired[float]
    request: NotRequired[Mapping[str, Any]]
    next_seconds: NotRequired[float]
    blame: NotRequired[Literal["endpoint", "ours"]]


def fan_out(connection: Connection, host: str, rows: int) -> tuple[int, bool]:
    """Make deliveries of up to `rows` sealed rows: how many, and whether more rows wait."""
    with explained():
        made, is_more = _one(connection, "SELECT * FROM govdesk_api.fan_out(%s, %s)", host, rows)
    return int(made), bool(is_more)


_CLAIM: Final[LiteralString] = (
    "SELECT o.place, c.id::text, c.lease::text, c.webhook_id::text, c.webhook_version,"
    " c.tenant_path::text, c.number, c.tries, c.seq, c.event, c.origin, c.message_id, c.stream_seq,"
    ' c.prev_id, c.created_at, c."row", c.diff, c.system'
    " FROM ROWS FROM (jsonb_to_recordset(%s::jsonb)"
    " AS (lane text, most int, each int, busy jsonb, seconds int)) WITH ORDINALITY"
    " AS o(lane, most, each, busy, seconds, place)"
    " CROSS JOIN LATERAL govdesk_api.claim_deliveries("
    "%s, o.lane, o.most, o.each, o.busy, o.seconds) c"
)


def claim(connection: Connection, host: str, orders: Sequence[Order]) -> list[list[Claimed]]:
    """What each order gets, in one exchange with the server; raises `DatabaseProblem`."""
    found: list[list[Claimed]] = [[] for _ in orders]
    if not orders:
        return found
    given = [
        {"lane": o.lane, "most": o.limit, "each": o.each, "busy": dict(o.busy),
         "seconds": o.lease_seconds} for o in orders
    ]  # fmt: skip
    with explained():
        for place, *row in connection.execute(_CLAIM, (_json(given), host), prepare=True):
            found[place - 1].append(Claimed._make(row))
    return found


def finish(connection: Connection, host: str, results: Sequence[Result]) -> int:
    """Note what became of tries; returns how many were taken, without those past their lease.

    Raises `Indigestible` if one of them can never be taken, and `DatabaseProblem`.
    """
    query: LiteralString = "SELECT govdesk_api.finish_deliveries(%s, %s::jsonb)"
    with explained():
        try:
            return int(_one(connection, query, host, _json(results))[0])
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise Indigestible(f"The database refuses a result: {_said(error)}") from error


def release(connection: Connection, host: str, claimed: Iterable[Claimed]) -> int:
    """Give back what was not tried; returns how many were still ours."""
    leased = _json([{"id": one.id, "lease": one.lease} for one in claimed])
    with explained():
        query: LiteralString = "SELECT govdesk_api.release_deliveries(%s, %s::jsonb)"
        return int(_one(connection, query, host, leased)[0])


def documents(connection: Connection, webhooks: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """What a worker must know about endpoints, secrets sealed; None for one that is gone."""
    if not webhooks:
        return {}
    query: LiteralString = (
        "SELECT w::text, govdesk_api.delivery_endpoint(w) FROM unnest(%s::uuid[]) AS w"
    )
    with explained():
        return dict(connection.execute(query, (list(webhooks),), prepare=True).fetchall())


def disable_due(connection: Connection, host: str) -> UUID | None:
    """Disable one endpoint that is gone or failed too long, and tell its people; None: none is."""
    with explained():
        found = _one(connection, "SELECT govdesk_api.disable_due(%s)", host)[0]
    return None if found is None else UUID(str(found))


def listen(connection: Connection) -> None:
    """Ask to be told on this connection when there may be something to send.

    The server shows it under a name of its own.
    """
    with explained():
        connection.execute("SELECT set_config('application_name', %s, false)", (LISTENER,))
        connection.execute(f"LISTEN {CHANNEL}")


def wait_for_notice(connection: Connection, seconds: float) -> bool:
    """Wait for a notice; False when none came in time. Raises `DatabaseProblem`."""
    with explained():
        return any(True for _ in connection.notifies(timeout=seconds, stop_after=1))


def is_listening(connection: Connection) -> bool:
    """Ask the server itself whether it still takes us for a listener."""
    query: LiteralString = "SELECT %s IN (SELECT * FROM pg_listening_channels())"
    with explained():
        return bool(_one(connection, query, CHANNEL)[0])


def _one(connection: Connection, query: LiteralString, *given: object) -> tuple[Any, ...]:
    row = connection.execute(query, given, prepare=True).fetchone()
    if row is None:
        raise DatabaseProblem("The database did not answer a question.")
    return tuple(row)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _said(error: psycopg.Error) -> str:
    return (error.diag.message_primary or "no reason given").rstrip(".") + "."
