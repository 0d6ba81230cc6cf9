"""Collects cycles on the main thread only, a little at a time.

Python collects on whatever thread happens to allocate; on a lane that would destroy widgets off
the main thread, which Qt does not allow.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS: Final = 1000
_OLDEST_EVERY: Final = 60


class Garbage(QObject):
    """Takes collection over from Python between `begin` and `end`.

    Young objects are collected every second if there are enough of them, all of them every
    minute. What is there at the beginning lives as long as the program and is never looked at.
    """

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """From now on nothing is collected elsewhere."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start()

    def end(self) -> None:
        """Give collection back to Python."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def look(self) -> None:
        """Collect what has become old enough."""
        self._looks += 1
        young, middle, _ = gc.get_count()
        if self._looks % _OLDEST_EVERY == 0:
            gc.collect()
        elif middle > self._thresholds[1]:
            gc.collect(1)
        elif young > self._thresholds[0]:
            gc.collect(0)
