"""Counts down to the next code while a person needs to know."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from govdesk.desktop.entrance.dressing import Help
from govdesk.domain.codes import seconds_left

_TICK_MS: Final = 500


class CodeClock(QObject):
    """Keeps a field's help saying how long the present code lasts."""

    def __init__(self, help_line: Help, parent: QObject):
        super().__init__(parent)
        self._help, self._calm, self._before, self._until = help_line, "", "", 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self, before: str) -> None:
        """Say `before` and the seconds left, live, until the next code has come."""
        self._before = before
        now = time.time()
        self._until = now + seconds_left(now)
        self._timer.start()
        self._tick()

    @Slot()
    def stop(self) -> None:
        """Bring the help back."""
        self._timer.stop()
        self._help.fault("")

    @Slot()
    def _tick(self) -> None:
        left = int(self._until - time.time() + 0.999)
        if left <= 0:
            self._timer.stop()
            self._help.fault(f"{self._before} The next code is here now.".strip())
        else:
            self._help.fault(f"{self._before} The next code comes in {left} s.".strip())
