"""When a delivery is tried again: the schedule, with jitter that only ever waits longer.

Counted from the try before. Standard Webhooks 1.0.0 names the schedule and Retry-After.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

SECOND: Final = 1.0
MINUTE: Final = 60.0
HOUR: Final = 3600.0

SCHEDULE: Final[tuple[float, ...]] = (
    0.0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR,
    24 * HOUR,
)  # fmt: skip
"""Seconds before each try, from the first; after the last the delivery has failed."""

TRIES: Final = len(SCHEDULE)
JITTER: Final = 0.1
"""A wait becomes longer by up to this part of itself, never shorter."""

LONGEST_RETRY_AFTER: Final = 24 * HOUR
OURS: Final = (30.0, 60.0)
"""Seconds until a fault of ours is looked at again; it uses up no try."""

OURS_AT_MOST: Final = 24 * HOUR
_LEAST_LOOKS: Final = 10


def next_delay(tries: int, retry_after: float | None, random: Callable[[], float]) -> float | None:
    """Seconds until the next try after `tries` failed ones; None if that was the last.

    `retry_after` is what the receiver asked for in seconds, honoured if longer and up to a day;
    `random` gives numbers from 0 up to but without 1, like `random.random`. Raises ValueError for
    less than one try.
    """
    if tries < 1:
        raise ValueError("the first try waits for nothing")
    if tries >= TRIES:
        return None
    asked = min(max(retry_after or 0.0, 0.0), LONGEST_RETRY_AFTER)
    wait = max(SCHEDULE[tries], asked)
    return wait + wait * JITTER * random()


def delay_of_ours(random: Callable[[], float]) -> float:
    """Seconds until a delivery that failed through a fault of ours is looked at again."""
    first, last = OURS
    return first + (last - first) * random()


def is_theirs_by_now(age: float, looks: int) -> bool:
    """Whether what may be either side's fault counts as the receiver's from now on.

    A name whose own name servers fail looks as it does when ours fail, so it is held against nobody
    at first; but not for ever. `age` is the delivery's in seconds, `looks` how many of its tries
    were not counted: a worker that was off for a day has not looked yet.
    """
    return age > OURS_AT_MOST and looks >= _LEAST_LOOKS


def read_retry_after(text: str, now: float) -> float | None:
    """Seconds from a Retry-After header (RFC 9110 §10.2.3); None if it cannot be read.

    Takes seconds and dates in each of HTTP's three forms (§5.6.7); `now` in seconds since 1970.
    What is past is 0, and nothing is more than a day.
    """
    plain = text.strip()
    if plain.isascii() and plain.isdigit():
        return min(float(plain), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(plain)
        # The oldest form names no zone: it is GMT, whatever zone this machine keeps.
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
