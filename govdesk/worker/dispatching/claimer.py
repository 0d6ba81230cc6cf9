"""Claims what senders are free for, and keeps what is known of the endpoints fresh."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.database.deliveries import Claimed, Order
from govdesk.domain.problem import Problem
from govdesk.services.webhook_keys import Document, needs_round
from govdesk.worker.attendant import Attendant
from govdesk.worker.dispatching.board import Board
from govdesk.worker.dispatching.endpoints import Endpoints
from govdesk.worker.dispatching.outbox import Outbox
from govdesk.worker.nudge import Nudge

logger = logging.getLogger(__name__)

_SWEEP_SECONDS: Final = 5.0
_KEY_SECONDS: Final = 60.0
"""How long an organization's first signing key is waited for, before a try says it is missing."""


class Claimer(Attendant):
    """Asks for every lane at once, when a notice came, a sender is free, or a second is over."""

    trouble = "deliveries wait"
    longest_wait = 3.0

    def __init__(
        self,
        url: str,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
        nudge: Nudge,
        need_keys: Nudge,
    ):
        super().__init__("claimer", url, ending, on_fault)
        self._host, self._nudge, self._need_keys = host, nudge, need_keys
        self._swept = time.monotonic()
        self._keyless: dict[str, float] = {}

    def serve(self, board: Board, endpoints: Endpoints, outbox: Outbox) -> None:
        """Whom to claim for; before the start."""
        self._board, self._endpoints, self._outbox = board, endpoints, outbox
        self._is_held_up = False

    def caught_up(self) -> None:
        """Results were taken; there may be room for more."""
        if self._is_held_up and not self._outbox.is_full():
            self._nudge.give()

    def work(self, connection: Connection) -> bool:
        """Claim for every lane once; always True, for whoever is free again says so."""
        # The finisher nudges once it has caught up.
        self._is_held_up = self._outbox.is_full()
        orders = [] if self._is_held_up else self._board.orders()
        found = deliveries.claim(connection, self._host, orders)
        try:
            self._learn(connection, orders, found)
        except Problem:
            for claimed in found:
                self._board.give_back(claimed)
            raise
        for order, claimed in zip(orders, found, strict=True):
            self._board.take_in(order, self._with_keys(claimed))
        self._sweep()
        return True

    def _learn(
        self, connection: Connection, orders: Iterable[Order], found: Iterable[Iterable[Claimed]]
    ) -> None:
        asked = set[str]()
        for order, claimed in zip(orders, found, strict=True):
            asked |= self._endpoints.unknown(order.lane, claimed)
        for webhook, document in deliveries.documents(connection, sorted(asked)).items():
            self._endpoints.learn(webhook, document)
            if document is not None:
                self._note(webhook, document)

    def _note(self, webhook: str, document: Document) -> None:
        is_failing, throttle = bool(document.get("failures")), document.get("throttle")
        self._board.note_endpoint(webhook, is_failing=is_failing, throttle=throttle)
        if needs_round(document):
            self._need_keys.give()
        if document["kind"] == "webhook" and not document.get("signing_keys"):
            self._keyless.setdefault(webhook, time.monotonic())
        else:
            self._keyless.pop(webhook, None)

    def _with_keys(self, claimed: Sequence[Claimed]) -> Sequence[Claimed]:
        """Without those whose organization is just getting its first key to sign with."""
        oldest = time.monotonic() - _KEY_SECONDS
        waits = {webhook for webhook, since in self._keyless.items() if since > oldest}
        if not waits:
            return claimed
        for webhook in waits:
            self._endpoints.doubt(webhook)
            self._board.rest(webhook, self.look_seconds)
        self._board.give_back([one for one in claimed if one.webhook_id in waits])
        return [one for one in claimed if one.webhook_id not in waits]

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > _SWEEP_SECONDS:
            self._board.sweep()
            self._endpoints.sweep()
            self._swept = time.monotonic()

    def pause(self, seconds: float) -> None:
        """Until a notice comes or a sender is free, or the queue has waited for long enough."""
        self._nudge.wait(self._board.look_again_seconds(seconds))
