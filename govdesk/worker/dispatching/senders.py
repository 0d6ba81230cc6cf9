"""The threads that send: so many try at the same time, each lane with its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from govdesk.database.deliveries import LANES, Claimed, Lane
from govdesk.worker.dispatching import trying
from govdesk.worker.dispatching.board import Board, Turn
from govdesk.worker.dispatching.endpoints import Endpoints
from govdesk.worker.dispatching.limits import Limits
from govdesk.worker.dispatching.outbox import Outbox

logger = logging.getLogger(__name__)


class Senders:
    """Takes turns at the board until it sends everyone home; results go to the outbox."""

    def __init__(
        self,
        limits: Limits,
        board: Board,
        endpoints: Endpoints,
        outbox: Outbox,
        on_fault: Callable[[], object],
    ):
        self._limits, self._board = limits, board
        self._endpoints, self._outbox = endpoints, outbox
        self._on_fault = on_fault
        self.has_failed = False
        # A receiver that hangs must not hold up the end of the program.
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"sender {lane}", daemon=True)
            for lane in LANES
            for _ in range(limits.senders_of(lane))
        ]

    def start(self) -> None:
        """Begin to send."""
        for one in self._threads:
            one.start()

    def join(self, seconds: float) -> None:
        """Wait until everyone went home, but together no longer than that."""
        for one in self._threads:
            one.join(seconds)
            if one.is_alive():
                return

    def _work(self, lane: Lane) -> None:
        try:
            while (turn := self._board.next_turn(lane)) is not None:
                while (claimed := self._board.next_job(turn)) is not None:
                    self._try(turn, claimed)
        except Exception:
            logger.exception("a sender failed")
            self.has_failed = True
            self._on_fault()

    def _try(self, turn: Turn, claimed: Claimed) -> None:
        result = trying.attempt(self._endpoints, claimed, self._limits.deadline_seconds)
        # First into the outbox: when nothing is in hand any more, the outbox holds everything.
        if result is None:
            self._outbox.give_back([claimed])
            self._board.done(turn, is_bad=None)
        else:
            self._outbox.put(result)
            self._board.done(turn, is_bad=trying.verdict(result))
