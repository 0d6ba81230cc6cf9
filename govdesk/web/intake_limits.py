"""How much one sender may ask of this process: buckets that fill again."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from govdesk.domain.problem import Problem

MOST_NAMES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` on average, `burst` at once."""

    per_second: float
    burst: float

    def __post_init__(self) -> None:
        if not (0 < self.per_second < math.inf and 1 <= self.burst < math.inf):
            raise Problem(
                "A limit of the intake is not a number above zero.",
                "Such as 100 requests a second and 1000 at once.",
                exit_code=2,
            )


PER_KEY: Final = Rate(100, 1000)
"""Requests of one key, when nothing else is said."""
FAILED: Final = Rate(1, 100)
"""Keys that were refused, by visitor: guessing one is hopeless, asking for each costs a look-up."""


class Buckets:
    """A bucket for each name; the longest silent are forgotten. For one thread.

    `clock` is in seconds.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self._rate, self._clock = rate, clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, name: Hashable) -> int:
        """Take one; 0 if there was one, else in how many whole seconds there will be."""
        left, now = self._level(name)
        self._left.pop(name, None)
        self._left[name] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_NAMES:
            self._left.popitem(last=False)
        return self._wait(left)

    def look(self, name: Hashable) -> int:
        """As `take`, without taking."""
        return self._wait(self._level(name)[0])

    def _level(self, name: Hashable) -> tuple[float, float]:
        now = self._clock()
        left, since = self._left.get(name, (self._rate.burst, now))
        return min(self._rate.burst, left + (now - since) * self._rate.per_second), now

    def _wait(self, left: float) -> int:
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / self._rate.per_second))
