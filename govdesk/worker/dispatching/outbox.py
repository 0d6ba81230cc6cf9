"""Results on their way into the database: held in memory until it has taken them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final, TypeVar

from govdesk.database.deliveries import Claimed, Result

ENOUGH: Final = 200
"""Results that go at once, without waiting for company."""
FULL: Final = 1500
"""Results that wait, from which on nothing more is claimed: their leases run meanwhile."""
_T = TypeVar("_T")


class Outbox:
    """Results of tries, and claims to be given back untried; safe to use from every thread."""

    def __init__(self) -> None:
        self._results: deque[Result] = deque()
        self._untried: deque[Claimed] = deque()
        self._in_hand = 0
        self._news = threading.Condition()
        self._is_over = False

    def put(self, result: Result) -> None:
        """One more result; it is kept until `settle`."""
        with self._news:
            self._results.append(result)
            # Nobody needs to wake up for those between.
            if len(self._results) in (1, ENOUGH):
                self._news.notify_all()

    def give_back(self, untried: Sequence[Claimed]) -> None:
        """Claims that will not be tried here."""
        with self._news:
            self._untried.extend(untried)
            self._news.notify_all()

    def take(self, seconds: float, linger: float, most: int) -> tuple[list[Result], list[Claimed]]:
        """Wait for something, a moment longer for company, and take up to `most` of each kind."""
        with self._news:
            if self._news.wait_for(self._has_some, seconds):
                self._news.wait_for(lambda: self._is_over or len(self._results) >= ENOUGH, linger)
            results = _first(self._results, most)
            untried = _first(self._untried, most)
            self._in_hand += len(results) + len(untried)
        return results, untried

    def _has_some(self) -> bool:
        return bool(self._results or self._untried or self._is_over)

    def settle(self, count: int) -> None:
        """What was taken is in the database, or past help."""
        with self._news:
            self._in_hand -= count
            self._news.notify_all()

    def has_results(self) -> bool:
        """Whether results wait to be taken."""
        return bool(self._results)

    def is_full(self) -> bool:
        """Whether the database is so far behind that nothing more should be sent."""
        return len(self._results) >= FULL

    def is_empty(self) -> bool:
        """Whether the database has everything."""
        return not (self._results or self._untried or self._in_hand)

    def wait_until_empty(self, seconds: float) -> bool:
        """Wait until the database has everything; False when it has not."""
        with self._news:
            return self._news.wait_for(self.is_empty, seconds)

    def close(self) -> None:
        """Nobody waits for company any more."""
        with self._news:
            self._is_over = True
            self._news.notify_all()


def _first(queue: deque[_T], most: int) -> list[_T]:
    return [queue.popleft() for _ in range(min(most, len(queue)))]
