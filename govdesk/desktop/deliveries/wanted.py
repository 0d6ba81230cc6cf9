"""What of the delivery log somebody wants to see, as it is chosen and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal
from uuid import UUID

from govdesk.domain.filter_language.period import (
    NotAPeriod,
    end_instant,
    first_instant,
    read_period,
)
from govdesk.services.deliveries import Filter

Outcomes = Literal["any", "ok", "failed", "waiting"]
OUTCOMES: Final[dict[Outcomes, tuple[str, str]]] = {
    "any": ("All outcomes", ""),
    "ok": ("Delivered", "state_ok"),
    "failed": ("Failed", "state_failed"),
    "waiting": ("Waiting for another try", "clock"),
}
PERIODS: Final = {
    "Any time": None,
    "Last hour": timedelta(hours=1),
    "Last 24 hours": timedelta(days=1),
    "Last 7 days": timedelta(days=7),
    "Last 30 days": timedelta(days=30),
}
ANY_TIME: Final = "Any time"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the log; what is None or empty lets everything through."""

    webhook: str | None = None
    system: str | None = None
    outcome: Outcomes = "any"
    event: str = ""
    seq: int | None = None
    request: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether something is left out of the endpoint, or the system, that is looked at."""
        return self != Wanted(webhook=self.webhook, system=self.system)

    def filter(self) -> Filter:
        """The same as the service is asked."""
        return Filter(
            webhook_id=self.webhook,
            system_id=self.system,
            outcome=self.outcome,
            event=self.event,
            seq=self.seq,
            since=self.since,
            until=self.until,
            request_id=self.request,
            text=self.text,
        )


def read_place(text: str) -> tuple[int | None, str, str]:
    """Read `4,711` as the number of an event, an id as that of a request, the rest as text."""
    plain = text.strip()
    number = plain.lstrip("#").replace(",", "")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return int(number), "", ""
    try:
        return None, str(UUID(plain)), ""
    except ValueError:
        return None, "", plain


def read_span(text: str, zone: tzinfo, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Read a period: one of `PERIODS`, a day or month, or two with .. between them.

    Raises ValueError with a sentence.
    """
    plain = text.strip()
    for title, length in PERIODS.items():
        if plain.casefold() == title.casefold() or not plain:
            return (None, None) if length is None else (now.astimezone(UTC) - length, None)
    first, dots, last = plain.partition("..")
    try:
        low = first_instant(read_period(_joined(first), zone)) if first.strip() else None
        final = last if dots else first
        high = end_instant(read_period(_joined(final), zone)) if final.strip() else None
    except NotAPeriod:
        raise ValueError("This is not a period. Write 2026-05-03, or 2026-05..2026-06.") from None
    if low is not None and high is not None and low >= high:
        raise ValueError("This period ends before it begins.")
    return low, high


def _joined(text: str) -> str:
    return text.strip().replace(" ", "T")
