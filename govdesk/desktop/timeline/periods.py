"""The period that a filter leaves of the log."""

from __future__ import annotations

from datetime import UTC, datetime

from govdesk.domain.filter_language import Filter


def period_of(filter: Filter | None) -> tuple[datetime | None, datetime | None]:
    """Return the period that a filter's own `at:` terms leave; open ends as None."""
    low: datetime | None = None
    high: datetime | None = None
    for term in filter.to_terms() if filter else []:
        if term["key"] != "at" or term.get("not"):
            continue
        first, last = (_instant(term.get(end)) for end in ("low", "high"))
        low = max((time for time in (low, first) if time), default=None)
        high = min((time for time in (high, last) if time), default=None)
    return low, high


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None
