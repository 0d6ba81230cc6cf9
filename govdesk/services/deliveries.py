"""The log of attempts: every try of every delivery, page by page; and why something was not sent.

Whoever has webhook.read sees the attempts of endpoints at and below the grant. Attempts are kept
90 days. A page reads one index from its place on, so its cost does not grow with the log:
`(tenant_id, at, delivery_id)`, or `(webhook_id, at, delivery_id)` for each endpoint that is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from govdesk.database import delivery_log as stored
from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import OUTCOME_BY_NAME

Group = Literal["ok", "failed", "waiting", "any"]
GROUPS: Final[tuple[Group, ...]] = ("ok", "failed", "waiting", "any")
OUTCOMES: Final[tuple[str, ...]] = tuple(OUTCOME_BY_NAME)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as a row of the log. Times are UTC; milliseconds None where nothing was needed.

    `webhook` is the endpoint's description, `next_at` when the delivery is tried again.
    """

    delivery_id: str
    number: int
    node_path: str
    webhook_id: str
    webhook: str
    seq: int | None
    event: str
    origin: str
    at: datetime
    host: str
    outcome: str
    status: int | None
    error: str | None
    remedy: str | None
    address: str | None
    tls: str | None
    dns_ms: float | None
    tcp_ms: float | None
    tls_ms: float | None
    first_byte_ms: float | None
    total_ms: float | None
    next_at: datetime | None
    response: str | None = None
    """Up to 16 KiB, without secrets; of `attempts_of` only, None in a page."""
    request: Mapping[str, Any] | None = None
    """What was sent, without secrets: method, url, headers, and the body of a test."""

    @property
    def is_good(self) -> bool:
        """Whether nothing was left to do."""
        known = OUTCOME_BY_NAME.get(self.outcome)
        return known is not None and known.tone == "good"

    @property
    def place(self) -> Place:
        """Where a page goes on after it."""
        return Place(self.at, self.delivery_id)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the log, between two attempts."""

    at: datetime
    delivery_id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}/{self.delivery_id}"

    @classmethod
    def read(cls, text: str) -> Place:
        """Read what `str` wrote; raises `Problem` (exit code 2)."""
        at, _, which = text.partition("/")
        try:
            return cls(datetime.fromisoformat(at), str(UUID(which)))
        except ValueError:
            raise Problem(
                "This place in the log cannot be read.",
                "Give what stood under next.",
                exit_code=2,
            ) from None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which attempts; what is not given does not filter.

    `outcome` is a group (ok, failed, waiting: the last try of what is tried again, any) or one
    outcome. `event` is a name or a prefix (member.*).
    `since` and `until` (exclusive) are aware. `request_id` finds what one change caused. `text` is
    searched, whatever its case, in error, event, address and host.
    """

    webhook_id: str | None = None
    system_id: str | None = None
    outcome: str = "any"
    event: str = ""
    seq: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    request_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Attempts, the newest first; `next` is where the next page begins, None at the end."""

    rows: tuple[Attempt, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint and what became of it; times are UTC."""

    id: str
    webhook_id: str
    webhook: str
    seq: int | None
    event: str
    origin: str
    message_id: str
    stream_seq: int | None
    prev_id: str | None
    status: str
    attempts: int
    due_at: datetime | None
    created_at: datetime
    done_at: datetime | None
    last_outcome: str | None
    last_status: int | None

    @property
    def is_open(self) -> bool:
        """Whether it is tried again."""
        return self.status == "pending"


def page(session: Session, chosen: Filter, before: Place | None = None, limit: int = 200) -> Page:
    """Return up to `limit` attempts, the newest first, from `before` on."""
    if chosen.outcome not in (*GROUPS, *OUTCOMES):
        raise Problem(
            f"There is no outcome {chosen.outcome}.",
            f"Use one of {', '.join((*GROUPS, *OUTCOMES))}.",
            exit_code=2,
        )
    given = {one.name: getattr(chosen, one.name) for one in fields(chosen)}
    start = None if before is None else (before.at, before.delivery_id)
    with session.reading() as connection:
        found = [Attempt(*row) for row in stored.page(connection, given, start, limit + 1)]
    rows = tuple(found[:limit])
    return Page(rows, rows[-1].place if len(found) > limit else None)


def attempts_of(session: Session, delivery_id: str) -> list[Attempt]:
    """Return every try of a delivery with answer and request, the first one first."""
    with session.reading() as connection:
        return [Attempt(*row) for row in stored.attempts_of(connection, delivery_id)]


def find(session: Session, delivery_id: str) -> Delivery:
    """Return a delivery; raises `Problem` (exit code 2) where this person sees none."""
    with session.reading() as connection:
        row = stored.delivery(connection, delivery_id)
    if row is None:
        raise Problem(
            "There is no such delivery that you may see.",
            "See govdesk webhooks log.",
            exit_code=2,
        )
    return Delivery(*row)


def of_event(session: Session, seq: int) -> list[Delivery]:
    """Return the deliveries of one row of the log, by endpoint."""
    with session.reading() as connection:
        return [Delivery(*row) for row in stored.of_event(connection, seq)]
