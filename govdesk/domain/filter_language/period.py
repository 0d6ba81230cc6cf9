"""Periods of a clock on a wall, as intervals of UTC: what ``at:2026-05`` means in a zone.

A period that is written coarsely is the whole of it: ``2026-05`` is that month. Where a zone's
clock is put back, a time that is shown twice reaches from the start of its first showing to the
end of its last; where it is put forward, a time that is never shown is no period at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

_MICROSECOND: Final = timedelta(microseconds=1)
_FORM: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(T(?P<hour>\d\d)(:(?P<minute>\d\d)"
    r"(:(?P<second>\d\d)(\.(?P<fraction>\d{1,6}))?)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


class NotAPeriod(ValueError):
    """What was written names no period; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Period:
    """Wall-clock times from `start` up to but without `end` (both naive), on the clock `zone`."""

    start: datetime
    end: datetime
    zone: tzinfo


def read_period(text: str, zone: tzinfo) -> Period:
    """Read ``2026`` … ``2026-05-03T14:05:06.123456+10:00``; `zone` holds unless the text names one.

    Raises `NotAPeriod`.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise NotAPeriod("This is not a date or time.")
    given = {name: int(found[name]) for name in _UNITS if found[name] is not None}
    fraction = found["fraction"]
    try:
        start = datetime(
            given["year"],
            given.get("month", 1),
            given.get("day", 1),
            given.get("hour", 0),
            given.get("minute", 0),
            given.get("second", 0),
            int(fraction.ljust(6, "0")) if fraction else 0,
        )
        return Period(start, _end(start, given, fraction), _clock(found["zone"], zone))
    except (ValueError, OverflowError) as problem:
        raise NotAPeriod("There is no such date or time in the years 1 to 9999.") from problem


_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")


def _end(start: datetime, given: dict[str, int], fraction: str | None) -> datetime:
    finest = _UNITS[len(given) - 1]
    if fraction:
        return start + timedelta(microseconds=10 ** (6 - len(fraction)))
    if finest == "year":
        return start.replace(year=start.year + 1)
    if finest == "month":
        years, month = divmod(start.month, 12)
        return start.replace(year=start.year + years, month=month + 1)
    return start + timedelta(**{finest + "s": 1})


def _clock(written: str | None, zone: tzinfo) -> tzinfo:
    if written is None:
        return zone
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("not an offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def first_instant(period: Period) -> datetime:
    """Return the UTC instant at which `period` begins. Raises `NotAPeriod` near year 1 and 9999."""
    try:
        early, late = _showings(period.start, period.zone)
        return early if early <= late else _first_shown(period.start, period.zone, late, early)
    except (ValueError, OverflowError) as problem:
        raise NotAPeriod("This is outside of the years 1 to 9999.") from problem


def end_instant(period: Period) -> datetime:
    """Return the UTC instant just after `period`. Raises `NotAPeriod` near year 1 and 9999."""
    try:
        # The last microsecond, not the end itself: the end may be shown twice where the period
        # is not (01:00 to 02:00, on a clock that is put back from 03:00 to 02:00).
        last = period.end - _MICROSECOND
        early, late = _showings(last, period.zone)
        if early > late:
            return _first_shown(last, period.zone, late, early)
        return late + _MICROSECOND
    except (ValueError, OverflowError) as problem:
        raise NotAPeriod("This is outside of the years 1 to 9999.") from problem


def utc_text(instant: datetime) -> str:
    """Return `instant` in the form that leaves use: UTC, six digits, ``Z``."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _showings(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return both readings of `wall` (PEP 495); the first is the later one if it is never shown."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return first, wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _first_shown(wall: datetime, zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Return the first instant in (`before`, `after`] at which the clock shows `wall` or later."""
    while after - before > _MICROSECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            after = middle
        else:
            before = middle
    return after
