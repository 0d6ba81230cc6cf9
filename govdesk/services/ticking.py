"""What falls due by itself: expiries, failed sign-ins, holders of a log, the sign of life."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from govdesk import __version__
from govdesk.database import ticking as steps
from govdesk.database.connection import Connection, connect, explained
from govdesk.domain.problem import Problem

Tick = Callable[[Connection, str], int]

TICKS: Final[dict[str, Tick]] = {
    "expire_due": steps.expire_due,
    "note_failed_sign_ins": steps.note_failed_sign_ins,
    "end_idle_holders": steps.end_idle_holders,
}
"""What one worker does for all."""


def sign_of_life(connection: Connection, host: str) -> int:
    """Say that this worker lives; refused to a login that is not a worker's."""
    with explained():
        return steps.worker_seen(connection, host, __version__)


class Ticker:
    """Runs ticks of one worker, each with a connection of its own and until nothing is left.

    `more` are ticks that need something of this worker's own, beside `TICKS`; `stop_more` tells
    them to begin nothing more.
    """

    def __init__(
        self,
        url: str,
        host: str,
        more: Mapping[str, Tick] | None = None,
        stop_more: Callable[[], object] = lambda: None,
    ):
        self.url, self.host = url, host
        self.ticks: dict[str, Tick] = TICKS | dict(more or {})
        self._stop_more = stop_more
        self._running: set[Connection] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def tick(self, name: str) -> int:
        """Run one of `ticks`; returns how much it did. Raises `Problem`."""
        with connect(self.url) as connection, explained():
            with self._lock:
                if self._stopped:
                    return 0
                self._running.add(connection)
            try:
                return self.ticks[name](connection, self.host)
            finally:
                with self._lock:
                    self._running.discard(connection)

    def stop(self) -> None:
        """Cut short what is running; it begins anew at the next worker. Nothing starts after."""
        self._stop_more()
        with self._lock:
            self._stopped = True
            for connection in self._running:
                # A server that cannot be asked has nothing running for us either.
                with suppress(Problem), explained():
                    connection.cancel_safe(timeout=1)
