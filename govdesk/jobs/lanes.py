"""Lanes: one thread each, so that an export never keeps a page waiting."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

LANES: Final[dict[str, str]] = {
    "interactive": "reads for what is on the screen; the newest question first",
    "background": "reads that may wait: counts, histograms, the live tail",
    "writes": "changes, one after the other",
    "network": "signing in, tests of connections",
    "watch": "who of GovDesk's staff is inside: within seconds, whatever else is being read",
    "export": "files",
    "verify": "verification of the log",
    "files": "verification of a file that somebody chose",
    "witness": "whether the log is still the one that was signed before",
    "cancel": "asking a server to stop",
}

Work = Callable[[], None]


class Lane:
    """A thread that starts with its first work and ends with `close`."""

    def __init__(self, name: str):
        self.name = name
        self._newest_first = name == "interactive"
        self._waiting: deque[Work] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    def put(self, work: Work) -> None:
        """Add work, which must not raise."""
        with self._changed:
            self._waiting.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"lane {self.name}")
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Drop what waits and end the thread once its present work is through."""
        with self._changed:
            self._closing = True
            self._waiting.clear()
            self._changed.notify()

    def join(self) -> None:
        """Wait for the thread's end."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            work()

    def _next(self) -> Work | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting)
            if self._closing:
                return None
            return self._waiting.pop() if self._newest_first else self._waiting.popleft()
