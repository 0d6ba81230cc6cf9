"""Makes deliveries of what the logs have sealed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.worker.attendant import Attendant
from govdesk.worker.nudge import Nudge

_ROWS: Final = 1000


class Fanner(Attendant):
    """Makes deliveries of what the logs have sealed, and wakes the claimer."""

    trouble = "new events wait"
    longest_wait = 3.0

    def __init__(
        self,
        url: str,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
        claimer: Nudge,
    ):
        super().__init__("fanner", url, ending, on_fault)
        self._host, self._claimer = host, claimer
        self.nudge = Nudge()

    def work(self, connection: Connection) -> bool:
        """Look at every log once; True when none has more."""
        made, is_more = deliveries.fan_out(connection, self._host, _ROWS)
        if made:
            self._claimer.give()
        return not is_more

    def pause(self, seconds: float) -> None:
        """Until a notice comes."""
        self.nudge.wait(seconds)
