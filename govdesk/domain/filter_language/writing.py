"""Periods written down: in the syntax of ``at:``, and in words for people.

Both take half-open intervals of instants and the zone shown, and choose the coarsest unit of the
calendar in which the interval is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from govdesk.domain.filter_language.model import Span, Term
from govdesk.domain.filter_language.period import (
    NotAPeriod,
    end_instant,
    first_instant,
    read_period,
)

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_MICROSECOND: Final = timedelta(microseconds=1)
_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND, _FINEST = 4, 7, 10, 13, 16, 19, 26
_UNITS: Final = (_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND, _FINEST)
"""How many characters of an ISO time each unit keeps."""


@dataclass(frozen=True, slots=True)
class _Written:
    unit: int
    first: str
    last: str


def period_text(low: datetime | None, high: datetime | None, zone: tzinfo) -> str:
    """Return the value of ``at:`` that means `low` <= at < `high` on the clock `zone`.

    None is open; one end at least is given. Whole years, months and days are written as such; an
    hour that the clock shows twice gets its offset.
    """
    written = _exact(low, high, zone)
    if written is None:
        return str(Term("at", Span(low, high))).removeprefix("at:")
    if written.first == written.last:
        return written.first
    return f"{written.first}..{written.last}"


def period_words(low: datetime, high: datetime, zone: tzinfo) -> str:
    """Return `low` up to `high` for people: ``3–9 May 2026``, ``3 May 2026, 14:00–15:00 UTC``."""
    written = _exact(low, high, zone)
    if written is None or written.unit > _DAY:
        return _times(low.astimezone(zone), high.astimezone(zone), written)
    return _dates(_named(written.first), _named(written.last))


def offset_words(local: datetime) -> str:
    """Return the offset of a local time as ``+10:00``; no offset at all is ``UTC``."""
    offset = local.strftime("%z")
    return "UTC" if not offset.strip("+-0:") else f"{offset[:3]}:{offset[3:5]}"


def day_words(local: datetime) -> str:
    """Return the date of a local time as ``3 May 2026``."""
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def _exact(low: datetime | None, high: datetime | None, zone: tzinfo) -> _Written | None:
    for unit in _UNITS:
        for offset in (False, True) if unit >= _HOUR else (False,):
            first = "" if low is None else _start(low, unit, zone, offset)
            last = "" if high is None else _end(high, unit, zone, offset)
            if first is not None and last is not None:
                return _Written(unit, first, last)
    return None


def _start(instant: datetime, unit: int, zone: tzinfo, offset: bool) -> str | None:
    try:
        text = _form(instant.astimezone(zone), unit, offset)
        return text if first_instant(read_period(text, zone)) == instant else None
    except (NotAPeriod, OverflowError):
        return None


def _end(instant: datetime, unit: int, zone: tzinfo, offset: bool) -> str | None:
    try:
        text = _form((instant - _MICROSECOND).astimezone(zone), unit, offset)
        return text if end_instant(read_period(text, zone)) == instant else None
    except (NotAPeriod, OverflowError):
        return None


def _form(local: datetime, unit: int, offset: bool) -> str:
    text = local.replace(tzinfo=None).isoformat(timespec="microseconds")[:unit]
    shift = local.strftime("%z")
    return f"{text}{shift[:3]}:{shift[3:]}" if offset else text


def _named(text: str) -> list[str]:
    """Return a date's parts from the smallest to the year, as words."""
    parts = [str(int(part)) for part in text.split("-")]
    if len(parts) > 1:
        parts[1] = MONTHS[int(parts[1]) - 1]
    return parts[::-1]


def _dates(first: list[str], last: list[str]) -> str:
    if first == last:
        return " ".join(last)
    if len(first) == 1:
        return f"{first[0]}–{last[0]}"
    same = 0
    while first[-1 - same] == last[-1 - same]:
        same += 1
    begins = first[: len(first) - same]
    dash = "–" if len(begins) == 1 else " – "
    return " ".join(begins) + dash + " ".join(last)


def _times(low: datetime, high: datetime, written: _Written | None) -> str:
    unit = _FINEST if written is None else max(written.unit, _MINUTE)
    first, last = _clock(low, unit), _clock(high, unit)
    same_day = low.date() == high.date()
    if (high - _MICROSECOND).date() == low.date() and not same_day:
        same_day, last = True, "24" + last[2:]
    if low.utcoffset() != high.utcoffset():
        first = f"{first} {offset_words(low)}"
    dash = "–" if same_day and " " not in first else " – "
    until = last if same_day else f"{day_words(high)}, {last}"
    return f"{day_words(low)}, {first}{dash}{until} {offset_words(high)}"


def _clock(local: datetime, unit: int) -> str:
    return local.replace(tzinfo=None).isoformat(timespec="microseconds")[11:unit]
