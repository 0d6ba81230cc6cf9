"""Ends endpoints that are gone or fail too long, and says that this worker lives."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.database.errors import Unreachable
from govdesk.domain.problem import Problem
from govdesk.services.ticking import sign_of_life
from govdesk.worker.attendant import Attendant
from govdesk.worker.nudge import Nudge

logger = logging.getLogger(__name__)

_LIFE_SECONDS: Final = 20.0
_DISABLE_SECONDS: Final = 15.0
_KEY_SECONDS: Final = 3.0


class Warden(Attendant):
    """Disables endpoints that are gone or fail too long, and says that this worker lives."""

    trouble = "disabling waits"
    longest_wait = 5.0

    def __init__(
        self,
        url: str,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
        key_round: Callable[[Connection, str], object],
    ):
        super().__init__("warden", url, ending, on_fault)
        self._host, self._key_round = host, key_round
        self.nudge, self.need_keys = Nudge(), Nudge()
        self._looked = self._lived = self._keyed = time.monotonic() - _LIFE_SECONDS

    def work(self, connection: Connection) -> bool:
        """Whatever is due."""
        now = time.monotonic()
        if now - self._lived >= _LIFE_SECONDS:
            sign_of_life(connection, self._host)
            self._lived = now
        if self.nudge.wait(0) or now - self._looked >= _DISABLE_SECONDS:
            self._disable(connection)
            self._looked = now
        if now - self._keyed >= _KEY_SECONDS and self.need_keys.wait(0):
            self._keyed = now
            self._make_keys(connection)
        return True

    def _make_keys(self, connection: Connection) -> None:
        try:
            self._key_round(connection, self._host)
        except Unreachable:
            raise
        except Problem as problem:
            logger.warning("secrets and signing keys wait: %s", problem)

    def _disable(self, connection: Connection) -> None:
        while (webhook := deliveries.disable_due(connection, self._host)) is not None:
            logger.warning("webhook %s is disabled", webhook)
            if self._ending.is_set():
                return
