"""How one thread tells another that there may be something to do."""

from __future__ import annotations

import threading


class Nudge:
    """A hint that is kept until somebody takes it; many of them are one."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def give(self) -> None:
        """Say that there may be something to do."""
        if not self._event.is_set():
            self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a hint and take it; False when none came in time."""
        came = self._event.wait(seconds)
        self._event.clear()
        return came
