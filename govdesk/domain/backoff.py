"""A wait that doubles: whatever fails again and again is left alone for longer each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waits `first` seconds after a failure, twice as long after each further one, up to `longest`.

    For one thread. `clock` is in seconds, as `time.monotonic`.
    """

    first: float
    longest: float
    clock: Callable[[], float] = time.monotonic
    _wait: float = 0.0
    _until: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it may be tried again."""
        return not self._wait or self.clock() >= self._until

    def failed(self) -> float:
        """Wait from now on; returns for how many seconds."""
        self._wait = min(max(2 * self._wait, self.first), self.longest)
        self._until = self.clock() + self._wait
        return self._wait

    def worked(self) -> bool:
        """Forget all failures; returns whether there were any."""
        had_failed, self._wait = self._wait > 0, 0.0
        return had_failed
