"""Counting how often keys are used: in memory, and written down at most once a minute."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from govdesk.database import key_doors
from govdesk.database.errors import DatabaseProblem, Unreachable
from govdesk.database.key_doors import Use
from govdesk.database.web_pool import Busy, Pool

SECONDS: Final = 60.0
_LOG: Final = logging.getLogger("govdesk.web")


def _now() -> datetime:
    return datetime.now(UTC)


class Uses:
    """Adds up uses by key and day (UTC), for several threads.

    A process that is killed loses the count of its last minute; the events themselves are sealed.
    """

    def __init__(self, pool: Pool, *, seconds: float = SECONDS, now: Callable[[], datetime] = _now):
        self._pool, self._seconds, self._now = pool, seconds, now
        self._counted: dict[tuple[UUID, date], Use] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, key_id: UUID, address: str | None) -> None:
        """Count one use, now."""
        now = self._now()
        with self._lock:
            self._add(Use(key_id, now.date(), 1, now, address))
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._run, name="uses", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write down what was counted; without a database it is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            with self._pool.lend() as connection:
                key_doors.record_uses(connection, list(counted.values()))
        except DatabaseProblem as problem:
            _LOG.warning("uses of keys are not written down: %s", problem.key or "refused")
            if isinstance(problem, Unreachable | Busy):
                self._keep(counted)

    def close(self) -> None:
        """Write down the rest and stop."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            self.flush()

    def _keep(self, counted: dict[tuple[UUID, date], Use]) -> None:
        with self._lock:
            for use in counted.values():
                self._add(use)

    def _add(self, use: Use) -> None:
        place = (use.key_id, use.day)
        there = self._counted.get(place)
        if there is None:
            self._counted[place] = use
            return
        last = use if use.last_used_at >= there.last_used_at else there
        self._counted[place] = replace(last, uses=there.uses + use.uses)
