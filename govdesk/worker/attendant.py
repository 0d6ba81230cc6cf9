"""A thread that looks at the database again and again, and waits for one that goes away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from govdesk.database.connection import Connection, connect
from govdesk.domain.backoff import Backoff
from govdesk.domain.problem import Problem
from govdesk.worker.lasting import Lasting

logger = logging.getLogger(__name__)


class Attendant(threading.Thread):
    """Does `work` on a connection of its own until `ending`, which lets it finish what it began.

    A fault of ours ends it: then `has_failed` is set, and `on_fault` called in this thread.
    """

    look_seconds = 1.0
    longest_wait = 15.0
    trouble = "work waits"

    def __init__(
        self, name: str, url: str, ending: threading.Event, on_fault: Callable[[], object]
    ):
        # Whatever hangs must not hold up the end of the program: what is in hand has a lease.
        super().__init__(name=name, daemon=True)
        self._url, self._ending, self._on_fault = url, ending, on_fault
        self.has_failed = False

    def run(self) -> None:
        """Work until the end; a database that goes away is waited for."""
        try:
            self._until_end()
        except Exception:
            logger.exception("the %s failed", self.name)
            self.has_failed = True
            self._on_fault()

    def _until_end(self) -> None:
        backoff, told = Backoff(self.look_seconds, self.longest_wait), Lasting(logger)
        while not self._ending.is_set():
            try:
                with connect(self._url) as connection:
                    while not self._ending.is_set():
                        is_done = self.work(connection)
                        if backoff.worked():
                            told.is_over(self.name)
                            logger.info("the %s goes on", self.name)
                        if is_done and not self._ending.is_set():
                            self.pause(self.look_seconds)
            except Problem as problem:
                told.warn(self.name, f"{self.trouble}: {problem}")
                self._ending.wait(backoff.failed())

    def pause(self, seconds: float) -> None:
        """Wait until there may be more to do, or the end."""
        self._ending.wait(seconds)

    def work(self, connection: Connection) -> bool:
        """Do one piece of work; True when there is no more for now. Raises `Problem`."""
        raise NotImplementedError
