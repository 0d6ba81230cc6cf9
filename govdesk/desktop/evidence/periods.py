"""Days as people write them, and the moments that a filter is made of."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from govdesk.desktop.timeline.columns import offset_text

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_WRONG: Final = "Write a day as 2026-05-31, or a month as 2026-05."


SAMPLE: Final = "2026-12-30 23:59 +10:00"
"""A time as wide as they get."""


def when(at: datetime | None, zone: tzinfo, otherwise: str = "never") -> str:
    """Return a time to the minute with its offset: whoever copies it copies the zone, too."""
    if at is None:
        return otherwise
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {offset_text(local)}"


def first_moment(text: str, zone: tzinfo) -> datetime | None:
    """Return where a day or month begins; None for an empty text; ValueError with a sentence."""
    return _read(text, zone, after=False)


def end_moment(text: str, zone: tzinfo) -> datetime | None:
    """Return where a day or month is over; None for an empty text; ValueError with a sentence."""
    return _read(text, zone, after=True)


def _read(text: str, zone: tzinfo, *, after: bool) -> datetime | None:
    written = text.strip()
    if not written:
        return None
    found = _DAY.fullmatch(written)
    if found is None:
        raise ValueError(_WRONG)
    year, month, day = int(found[1]), int(found[2]), found[3]
    try:
        begin = datetime(year, month, int(day or 1), tzinfo=zone)
    except ValueError:
        raise ValueError(f"There is no {written}. {_WRONG}") from None
    if not after:
        return begin
    if day:
        return datetime.combine(begin.date() + timedelta(days=1), time(), zone)
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)


def first_words(at: datetime | None, zone: tzinfo) -> str:
    """Return how `first_moment` would be told of this moment."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


def end_words(at: datetime | None, zone: tzinfo) -> str:
    """Return how `end_moment` would be told of this moment: the last day that is inside."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    if local.time() == time():
        return f"{local - timedelta(days=1):%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"
