"""The time axis of the histogram: as many labels as there is room for, never two in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from govdesk.desktop.timeline.histogram_buckets import STEPS, Step, boundaries
from govdesk.domain.filter_language.writing import MONTHS

_MOST_LABELS: Final = 40
_ENOUGH: Final = 0.75
"""The share of a step's labels that must fit for it to be used."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a time, `x` pixels from the left end of the axis."""

    x: float
    text: str
    at: datetime


def axis_labels(
    first: datetime,
    last: datetime,
    width: float,
    zone: tzinfo,
    *,
    measured: Callable[[str], float],
    gap: float,
) -> list[Label]:
    """Return labels of the finest step that fits, `gap` pixels apart at least.

    `measured` is the width of a text. Labels stand to the right of their time and end within
    `width`.
    """
    for step in STEPS:
        if (last - first).total_seconds() / step.about > _MOST_LABELS:
            continue
        wanted = _labels(first, last, width, zone, step)
        found = _fitting(wanted, width, measured, gap)
        if found and len(found) >= len(wanted) * _ENOUGH:
            return found
    return []


def _fitting(
    wanted: list[Label], width: float, measured: Callable[[str], float], gap: float
) -> list[Label]:
    """Leave out what would run into its neighbour, such as the one after a label with a year."""
    found: list[Label] = []
    free = 0.0
    for label in wanted:
        end = label.x + measured(label.text)
        if label.x >= free and end <= width:
            found.append(label)
            free = end + gap
    return found


def _labels(first: datetime, last: datetime, width: float, zone: tzinfo, step: Step) -> list[Label]:
    length = (last - first).total_seconds()
    times = [at for at in boundaries(first, last, step, zone) if first <= at < last]
    found: list[Label] = []
    before: datetime | None = None
    for at in times:
        local = at.astimezone(zone)
        x = (at - first).total_seconds() / length * width
        found.append(Label(x, _text(local, before, step), at))
        before = local
    return found


def _text(local: datetime, before: datetime | None, step: Step) -> str:
    """Return a time in the words of its step, with the day or year wherever that is a new one."""
    month = MONTHS[local.month - 1][:3]
    if step.months >= 12:
        return f"{local.year}"
    new_year = before is None or before.year != local.year
    if step.months:
        return f"{month} {local.year}" if new_year else month
    day = f"{local.day} {month}"
    if step.days:
        return f"{day} {local.year}" if new_year else day
    clock = f"{local:%H:%M:%S}" if step.seconds < 60 else f"{local:%H:%M}"
    if before is None:
        return f"{day} {local.year}, {clock}"
    return f"{day}, {clock}" if before.date() != local.date() else clock
