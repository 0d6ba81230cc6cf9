"""Takes results into the database; one that it cannot take now is kept until it can."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.database.deliveries import Claimed, Indigestible, Result
from govdesk.worker.attendant import Attendant
from govdesk.worker.dispatching.limits import BATCH
from govdesk.worker.dispatching.outbox import Outbox

logger = logging.getLogger(__name__)

_LINGER_SECONDS: Final = 0.005
_AGAIN_SECONDS: Final = 0.5
_ROUNDS: Final = 4
"""When, and how often, results that were not taken are tried again."""
_PAUSE_SECONDS: Final = 0.05
MOST_DOUBTFUL: Final = 10 * BATCH
"""Results kept to be offered again; what is missing of older ones comes back by its lease."""


@dataclass(slots=True)
class _Doubtful:
    """Results of which the database did not take all, and when to offer them again."""

    results: list[Result]
    missing: int
    again_at: float
    rounds: int = _ROUNDS


class Finisher(Attendant):
    """Takes results into the database, as long as it takes."""

    look_seconds = 0.2
    trouble = "results wait in memory"
    longest_wait = 2.0

    def __init__(
        self,
        url: str,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
        outbox: Outbox,
        on_final: Callable[[], object],
        on_flushed: Callable[[], object],
    ):
        super().__init__("finisher", url, ending, on_fault)
        self._host, self._outbox = host, outbox
        self._on_final, self._on_flushed = on_final, on_flushed
        self._results: list[Result] = []
        self._untried: list[Claimed] = []
        self._doubtful: deque[_Doubtful] = deque()
        self.finished = 0

    def work(self, connection: Connection) -> bool:
        """Take what there is, or what an earlier time could not; raises `Problem` and keeps it."""
        if not (self._results or self._untried):
            seconds = 0.0 if self._doubtful else 1.0
            self._results, self._untried = self._outbox.take(seconds, _LINGER_SECONDS, BATCH)
        if self._results:
            self._finish(connection)
        if self._untried:
            deliveries.release(connection, self._host, self._untried)
            self._outbox.settle(len(self._untried))
            self._untried = []
        if self._doubtful:
            self._finish_again(connection)
        self._on_flushed()
        return False

    def _finish(self, connection: Connection) -> None:
        results = self._results
        taken = self._taken(connection, results)
        self._results = []
        if taken < len(results):
            # A transaction of a person may hold a row just now; what was taken is ignored then.
            missing = len(results) - taken
            self._doubtful.append(_Doubtful(results, missing, time.monotonic() + _AGAIN_SECONDS))
            self._keep_few()
        else:
            self._outbox.settle(len(results))
        if any(one["state"] == "failed" for one in results):
            self._on_final()

    def _finish_again(self, connection: Connection) -> None:
        """One lot, if it is its time; the others come at the next rounds of work."""
        one = self._doubtful[0]
        if time.monotonic() < one.again_at:
            if not self._outbox.has_results():
                self._ending.wait(_PAUSE_SECONDS)
            return
        one.missing -= self._taken(connection, one.results)
        one.again_at, one.rounds = time.monotonic() + _AGAIN_SECONDS, one.rounds - 1
        self._doubtful.popleft()
        if one.missing > 0 and one.rounds > 0:
            self._doubtful.append(one)
        else:
            self._settle(one)

    def _keep_few(self) -> None:
        """Whoever holds a busy endpoint's row for a minute must not fill this worker's memory."""
        while sum(len(one.results) for one in self._doubtful) > MOST_DOUBTFUL:
            self._settle(self._doubtful.popleft())

    def _settle(self, one: _Doubtful) -> None:
        if one.missing > 0:
            logger.warning("%d results were known already, or came after a lease", one.missing)
        self._outbox.settle(len(one.results))

    def _taken(self, connection: Connection, results: Sequence[Result]) -> int:
        try:
            taken = deliveries.finish(connection, self._host, results)
        except Indigestible:
            taken = self._one_by_one(connection, results)
        self.finished += taken
        return taken

    def _one_by_one(self, connection: Connection, results: Sequence[Result]) -> int:
        """One that the database cannot read must not keep the others from it."""
        return sum(self._bared(connection, one) for one in results)

    def _bared(self, connection: Connection, result: Result) -> int:
        for one in (result, _bare(result)):
            try:
                return deliveries.finish(connection, self._host, [one])
            except Indigestible as problem:
                logger.warning("the result of delivery %s: %s", result["id"], problem)
        return 0


def _bare(result: Result) -> Result:
    """A result without whatever came from outside."""
    bare = result.copy()
    for name in ("error", "remedy", "response", "address", "tls", "request"):
        bare.pop(name, None)  # type: ignore[misc]
    return bare
