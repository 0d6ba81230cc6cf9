"""Buckets of time that fit a calendar: how the histogram and its axis divide a period."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from govdesk.domain.filter_language.period import NotAPeriod, Period, first_instant

FEWEST: Final = 40
MOST: Final = 200
_WIDTH_OF_ONE: Final = 5
"""Pixels that a bucket takes where there may be as many as one likes."""
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Bucket:
    """Events from `start` up to `end`; `count` is None while they are not counted yet."""

    start: datetime
    end: datetime
    count: int | None
    high: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A length of time on the calendar: `seconds`, or else whole `days` or `months`."""

    seconds: int = 0
    days: int = 0
    months: int = 0

    @property
    def about(self) -> float:
        """Its length in seconds, near enough to choose by."""
        return self.seconds + self.days * _DAY + self.months * 30.44 * _DAY


STEPS: Final = (
    *(Step(seconds=seconds) for seconds in (1, 2, 5, 15, 30)),
    *(Step(seconds=60 * minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(Step(seconds=3600 * hours) for hours in (1, 2, 3, 6, 12)),
    *(Step(days=days) for days in (1, 2, 7)),
    *(Step(months=months) for months in (1, 3, 12, 24, 60, 120, 240, 600)),
)
"""From fine to coarse; none is more than five times the one before, so that one fits
every period."""


def buckets_for(first: datetime, last: datetime, width_px: int, zone: tzinfo) -> list[datetime]:
    """Return where the buckets of `first` to `last` begin and, last of all, end, in UTC.

    They lie on the clock and calendar of `zone`, across changes of its clock too, and reach to
    both ends or beyond. There are `FEWEST` to `MOST`, after the width of the picture; a period of
    less than `FEWEST` seconds has one a second.
    """
    last = max(last, first + timedelta(seconds=1))
    length = (last - first).total_seconds()
    wanted = max(FEWEST, min(MOST, width_px // _WIDTH_OF_ONE))
    # Two to spare: the first and last bucket may lie half outside.
    fitting = [step for step in STEPS if FEWEST <= length / step.about <= MOST - 2]
    if not fitting:
        return boundaries(first, last, STEPS[0 if length < FEWEST else -1], zone)
    nearest = min(fitting, key=lambda step: abs(math.log(length / step.about / wanted)))
    return boundaries(first, last, nearest, zone)


def boundaries(first: datetime, last: datetime, step: Step, zone: tzinfo) -> list[datetime]:
    """Return instants one `step` apart on the clock of `zone`, from `first` or before to `last`."""
    found: list[datetime] = []
    for instant in _instants(first.astimezone(zone), step, zone):
        if found and instant <= found[-1]:
            continue
        if instant <= first:
            found.clear()
        found.append(instant)
        if instant >= last:
            break
    return found


def _instants(start: datetime, step: Step, zone: tzinfo) -> Iterator[datetime]:
    if 0 < step.seconds <= 3600:
        return _even(start.astimezone(UTC), step.seconds, zone)
    return _on_calendar(start.replace(tzinfo=None), step, zone)


def _even(start: datetime, seconds: int, zone: tzinfo) -> Iterator[datetime]:
    """Step evenly: an hour shown twice is two hours here, each with its own buckets."""
    instant = start - _past(start, seconds, zone)
    while True:
        yield instant
        instant += timedelta(seconds=seconds)
        instant -= _past(instant, seconds, zone)


def _past(instant: datetime, seconds: int, zone: tzinfo) -> timedelta:
    """Return how long ago the clock of `zone` last showed a multiple of `seconds`."""
    local = instant.astimezone(zone)
    of_day = local.hour * 3600 + local.minute * 60 + local.second
    return timedelta(seconds=of_day % seconds, microseconds=local.microsecond)


def _on_calendar(start: datetime, step: Step, zone: tzinfo) -> Iterator[datetime]:
    """Step by what the clock on the wall shows; `start` and the walls are naive."""
    wall = _floor(start, step)
    while True:
        try:
            yield first_instant(Period(wall, wall, zone))
            wall = _next(wall, step)
        except (NotAPeriod, ValueError, OverflowError):
            yield datetime.max.replace(tzinfo=UTC)
            return


def _floor(wall: datetime, step: Step) -> datetime:
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    if step.months:
        years, month = divmod(
            max((wall.year * 12 + wall.month - 1) // step.months * step.months, 12), 12
        )
        return midnight.replace(year=years, month=month + 1, day=1)
    if step.days:
        # Weeks begin on Monday: day 1 of year 1 was one.
        return midnight - timedelta(
            days=min((wall.toordinal() - 1) % step.days, wall.toordinal() - 1)
        )
    return midnight + (wall - midnight) // timedelta(seconds=step.seconds) * timedelta(
        seconds=step.seconds
    )


def _next(wall: datetime, step: Step) -> datetime:
    if step.months:
        years, month = divmod(wall.year * 12 + wall.month - 1 + step.months, 12)
        return wall.replace(year=years, month=month + 1)
    return wall + timedelta(days=step.days, seconds=step.seconds)
