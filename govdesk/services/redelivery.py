"""Sending again what failed or was never sent: first how many and how long, then doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from govdesk.database import webhooks as stored
from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.services import deliveries
from govdesk.services.changes import Change, sealed, writing

What = Literal["one", "failed", "missed"]
WHATS: Final[tuple[What, ...]] = ("one", "failed", "missed")
"""One delivery; those that failed since a time; what was called off, or never made one."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a redelivery would be; `seconds` at the endpoint's throttle and its average speed.

    Times are UTC, None without deliveries.
    """

    deliveries: int
    oldest: datetime | None
    newest: datetime | None
    seconds: int

    @property
    def sentence(self) -> str:
        """How many and how long, in words."""
        if not self.deliveries:
            return "There is nothing to send again."
        count = "1 delivery" if self.deliveries == 1 else f"{self.deliveries:,} deliveries"
        return f"{count} would be sent, in about {duration(self.seconds)}."


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What was queued; the change's `seq` is the sealed row that says so."""

    change: Change
    deliveries: int


def rehearse(
    session: Session,
    webhook_id: str,
    what: What | Literal["resume"],
    since: datetime | None = None,
) -> Rehearsal:
    """Return what `redeliver` would send now, or a resume with what was missed; writes nothing."""
    if what == "one":
        return Rehearsal(1, None, None, 1)
    _require_since(what, since)
    with session.reading() as connection:
        return Rehearsal(*stored.rehearse(connection, webhook_id, what, since))


def redeliver(
    session: Session,
    webhook_id: str,
    what: What,
    *,
    delivery_id: str | None = None,
    since: datetime | None = None,
) -> Redelivered:
    """Queue deliveries once more, with the message ids and the bytes they had.

    What is on its way is left alone, so that no live retry is raced: then nothing changes.
    """
    _require_since(what, since)
    if what == "one" and not _is_over(session, webhook_id, delivery_id):
        return Redelivered(Change(webhook_id, False), 0)
    with writing(session) as connection:
        count = stored.redeliver(connection, webhook_id, what, delivery_id, since)
    return Redelivered(sealed(session, webhook_id, changed=count > 0), count)


def _is_over(session: Session, webhook_id: str, delivery_id: str | None) -> bool:
    """Whether one delivery can be sent again now; raises `Problem` where it never can."""
    if delivery_id is None:
        raise Problem("The delivery is missing.", "Name one of the log.", exit_code=2)
    found = deliveries.find(session, delivery_id)
    if found.webhook_id != webhook_id:
        raise Problem(
            f"This delivery is one of “{found.webhook}”.", "Name that webhook.", exit_code=2
        )
    if found.origin != "event":
        raise Problem("A test is not sent again.", "Test the webhook once more.", exit_code=2)
    return not found.is_open


def _require_since(what: str, since: datetime | None) -> None:
    if what == "failed" and since is None:
        raise Problem(
            "Since when is missing.", "Name a time; older failures are left alone.", exit_code=2
        )


def duration(seconds: int) -> str:
    """A length of time in words, to one unit."""
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"1 {name}" if count == 1 else f"{count:,} {name}s"
    return "1 second" if seconds <= 1 else f"{seconds} seconds"
