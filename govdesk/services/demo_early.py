"""The demo's server comes up while the program still loads its windows."""

from __future__ import annotations

import threading
from pathlib import Path

from govdesk.services import demo
from govdesk.services.demo import Demo, Progress

_LOOK_SECONDS = 0.1


class EarlyStart:
    """Starts the demo of `home` on a thread of its own, at once."""

    def __init__(self, home: Path, events: int, *, reset: bool):
        self._done, self._total = 0, 0
        self._demo: Demo | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._start, args=(home, events, reset), name="early demo"
        )
        self._thread.start()

    def wait(self, progress: Progress) -> Demo:
        """Return the demo once it is up; raises what prevented it."""
        while self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS)
            if self._total:
                progress(self._done, self._total)
        if self._error is not None:
            raise self._error
        assert self._demo is not None
        return self._demo

    def _start(self, home: Path, events: int, reset: bool) -> None:
        try:
            self._demo = demo.start(home, events, reset=reset, progress=self._note)
        except BaseException as error:  # noqa: BLE001 (raised to whoever waits)
            self._error = error

    def _note(self, done: int, total: int) -> None:
        self._done, self._total = done, total
