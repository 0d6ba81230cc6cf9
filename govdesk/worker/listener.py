"""Hears that something was committed; a hint that shortens waiting, and nothing depends on it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.worker.attendant import Attendant

logger = logging.getLogger(__name__)

_WAIT_SECONDS: Final = 0.25
_CHECK_SECONDS: Final = 5.0


class Listener(Attendant):
    """Calls `on_notice` for each notice, and after every cut, for one may have been missed.

    A connection that was cut is replaced within seconds; the server is asked every few seconds
    whether it still knows this listener.
    """

    trouble = "notices are not heard, so what is committed waits up to a second"
    longest_wait = 4.0

    def __init__(
        self,
        url: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
        on_notice: Callable[[], object],
    ):
        super().__init__("listener", url, ending, on_fault)
        self._on_notice = on_notice
        self._heard: Connection | None = None
        self._checked = 0.0

    def work(self, connection: Connection) -> bool:
        """Listen for a while; never done."""
        if connection is not self._heard or self._is_deaf(connection):
            deliveries.listen(connection)
            self._heard, self._checked = connection, time.monotonic()
            self._on_notice()
            logger.debug("listening")
        if deliveries.wait_for_notice(connection, _WAIT_SECONDS):
            self._on_notice()
        return False

    def _is_deaf(self, connection: Connection) -> bool:
        now = time.monotonic()
        if now - self._checked < _CHECK_SECONDS:
            return False
        self._checked = now
        return not deliveries.is_listening(connection)
