"""One endpoint as a worker sees it: what waits for it, who is sending to it, how fast it takes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from govdesk.database.deliveries import LANES, Claimed, Lane
from govdesk.worker.dispatching.limits import AHEAD_SECONDS, BATCH, EACH

_MEASURE_SECONDS: Final = 0.05
_FORGET_SECONDS: Final = 60.0
OUR_PAUSE_SECONDS: Final = 30.0
"""How long an endpoint is left alone after a fault of ours, such as a secret that does not open."""


@dataclass(slots=True, eq=False)
class Job:
    """A claimed delivery; its try must begin before `latest`, of the monotonic clock."""

    claimed: Claimed
    latest: float


class Pace:
    """Tries finished a second, as it was in the last moments."""

    __slots__ = ("_done", "_since", "per_second")

    def __init__(self, now: float):
        self.per_second = 0.0
        self._done, self._since = 0, now

    def note(self) -> None:
        """One more is finished."""
        self._done += 1

    def measure(self, now: float) -> None:
        """Let what was finished since the last time count for half."""
        passed = now - self._since
        if passed >= _MEASURE_SECONDS:
            self.per_second = (self.per_second + self._done / passed) / 2
            self._done, self._since = 0, now

    def ahead(self, least: int) -> int:
        """How many are enough for the next quarter of a second; never fewer than `least`."""
        return min(BATCH, max(least, int(self.per_second * AHEAD_SECONDS)))


class Station:
    """What a worker holds for one endpoint. Not safe by itself: the board locks."""

    __slots__ = (
        "coming", "has_more", "held", "is_failing", "pace", "paused_until", "running",
        "tenant", "throttle_seconds", "used_at", "waiting",
    )  # fmt: skip

    def __init__(self, now: float):
        self.tenant = ""
        self.waiting: dict[Lane, deque[Job]] = {lane: deque() for lane in LANES}
        self.held: dict[Lane, int] = dict.fromkeys(LANES, 0)
        self.running: dict[Lane, int] = dict.fromkeys(LANES, 0)
        self.coming: dict[Lane, int] = dict.fromkeys(LANES, 0)
        self.has_more: dict[Lane, bool] = dict.fromkeys(LANES, False)
        self.is_failing = False
        self.paused_until = now
        self.pace = Pace(now)
        self.throttle_seconds = 0.0
        self.used_at = now

    def free(self, lane: Lane, now: float) -> int:
        """How many more may be claimed for this lane."""
        if lane == "test":
            return EACH - self.held["test"]
        if now < self.paused_until:
            return 0
        if self.is_failing:
            # The database knows how often it failed, and gives one or a few.
            return 0 if self.held["first"] or self.held["retry"] else EACH
        return self.pace.ahead(EACH) - self.held[lane]

    def is_low(self, lane: Lane, now: float) -> bool:
        """Whether the queue of the database has more for it and half of what may be is gone."""
        return self.has_more[lane] and self.free(lane, now) >= max(1, self.held[lane])

    def may_run(self, lane: Lane) -> bool:
        """Whether one more sender may begin; first tries leave a place for a retry that waits."""
        if self.coming[lane] >= len(self.waiting[lane]) or self.running[lane] >= EACH:
            return False
        if lane == "test":
            return True
        running = self.running["first"] + self.running["retry"]
        if self.is_failing:
            return running < 1
        return running < EACH - (lane == "first" and self.is_retry_left_out())

    def is_retry_left_out(self) -> bool:
        """Whether a retry waits and nobody sends one."""
        return bool(self.waiting["retry"]) and not self.running["retry"]

    def begin(self, lane: Lane) -> None:
        """One more sender is on its way."""
        self.running[lane] += 1
        self.coming[lane] += 1

    def is_crowded(self, lane: Lane) -> bool:
        """Whether a sender should step back: it began to fail, or a retry finds no place."""
        running = self.running["first"] + self.running["retry"]
        if lane == "first" and running >= EACH and self.is_retry_left_out():
            return True
        return self.is_failing and lane != "test" and running > 1

    def late(self, lane: Lane, now: float) -> list[Claimed]:
        """Take out what has waited for too long to be tried within its lease."""
        waiting, found = self.waiting[lane], []
        while waiting and waiting[0].latest < now:
            found.append(waiting.popleft().claimed)
        return found

    def is_forgotten(self, now: float) -> bool:
        """Whether nothing is held for it, and nothing was for a while."""
        return not any(self.held.values()) and now - self.used_at > _FORGET_SECONDS
