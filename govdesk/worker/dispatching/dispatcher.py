"""The dispatcher of one worker, from its start to its drain."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from govdesk.database.connection import Connection
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.sinks import Sink, open_sink
from govdesk.worker.attendant import Attendant
from govdesk.worker.dispatching.board import Board
from govdesk.worker.dispatching.claimer import Claimer
from govdesk.worker.dispatching.endpoints import Endpoints, Opener
from govdesk.worker.dispatching.fanner import Fanner
from govdesk.worker.dispatching.finisher import Finisher
from govdesk.worker.dispatching.limits import Limits
from govdesk.worker.dispatching.outbox import Outbox
from govdesk.worker.dispatching.senders import Senders
from govdesk.worker.dispatching.warden import Warden
from govdesk.worker.listener import Listener
from govdesk.worker.nudge import Nudge

logger = logging.getLogger(__name__)

DRAIN_SECONDS: Final = 4.0
"""From the end's beginning until what is still being sent is left to its lease."""
_LAST_SECONDS: Final = 0.3
"""For the last results to reach the database, after that."""


class Dispatcher(threading.Thread):
    """Sends what is due until `ending`, then finishes what is in hand and gives back the rest.

    `open_sink` and `opener` say how; `key_round` is run when an endpoint lacks a key. A fault of
    ours in any of its threads sets `has_failed` and calls `on_fault`.
    """

    def __init__(
        self,
        url: str,
        host: str,
        limits: Limits,
        ending: threading.Event,
        on_fault: Callable[[], object],
        *,
        opener: Opener,
        open_sink: Callable[[Endpoint], Sink] = open_sink,
        key_round: Callable[[Connection, str], object] = lambda connection, host: 0,
    ):
        super().__init__(name="dispatcher", daemon=True)
        self._ending, self._closing = ending, threading.Event()
        self._outbox, self._more = Outbox(), Nudge()
        self._endpoints = Endpoints(opener, open_sink)
        self._board = Board(limits, self._more.give, self._outbox.give_back)
        self._warden = Warden(url, host, ending, on_fault, key_round)
        self._fanner = Fanner(url, host, ending, on_fault, self._more)
        self._claimer = Claimer(url, host, ending, on_fault, self._more, self._warden.need_keys)
        self._claimer.serve(self._board, self._endpoints, self._outbox)
        self._listener = Listener(url, ending, on_fault, self.look)
        self._finisher = Finisher(
            url,
            host,
            self._closing,
            on_fault,
            self._outbox,
            self._warden.nudge.give,
            self._claimer.caught_up,
        )
        self._senders = Senders(limits, self._board, self._endpoints, self._outbox, on_fault)

    @property
    def has_failed(self) -> bool:
        """Whether a fault of ours ended one of its threads."""
        attendants = (*self._attendants, self._finisher)
        return self._senders.has_failed or any(one.has_failed for one in attendants)

    @property
    def finished(self) -> int:
        """How many tries of this worker stand in the database's log."""
        return self._finisher.finished

    @property
    def _attendants(self) -> tuple[Attendant, ...]:
        return self._fanner, self._claimer, self._warden, self._listener

    def look(self) -> None:
        """There may be something to do: a log has grown, or somebody wants a test."""
        self._fanner.nudge.give()
        self._more.give()

    def run(self) -> None:
        """Work until the end, and drain."""
        self._senders.start()
        for one in (self._finisher, *self._attendants):
            one.start()
        self._ending.wait()
        self._drain(time.monotonic() + DRAIN_SECONDS)

    def _drain(self, until: float) -> None:
        self._board.close()
        self.look()
        self._board.send_home()
        if not self._board.wait_until_still(_left(until)):
            logger.warning("what is still being sent is left to its lease")
        self._claimer.join(_left(until))
        self._outbox.close()
        if not self._outbox.wait_until_empty(max(_left(until), _LAST_SECONDS)):
            logger.warning("the database did not take every result; their leases bring them back")
        self._closing.set()
        for one in (self._finisher, *self._attendants):
            one.join(max(_left(until), _LAST_SECONDS))
        self._senders.join(_left(until))
        self._endpoints.close()


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.0)
