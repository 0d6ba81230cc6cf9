"""Gives new keys their peppers, and notices when the file of peppers has a new one.

A key opens the door before that as well; a dump of the database taken meanwhile holds the SHA-256
of 256 random bits. Two seconds keep that the exception.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from govdesk.database.connection import Connection
from govdesk.services import peppers
from govdesk.vault.peppers import PepperFile
from govdesk.worker.attendant import Attendant

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class Pepperer(Attendant):
    """Looks for keys that wait; a file that is missing is said, and waited for."""

    look_seconds = LOOK_SECONDS
    trouble = "keys wait for their pepper"

    def __init__(
        self,
        url: str,
        file: PepperFile,
        host: str,
        ending: threading.Event,
        on_fault: Callable[[], object],
    ):
        super().__init__("pepperer", url, ending, on_fault)
        self._file, self._host = file, host

    def work(self, connection: Connection) -> bool:
        """Do whatever waits."""
        done = peppers.attend(connection, peppers.ready(connection, self._file), self._host)
        if done:
            logger.info("peppers: %d brought up to date (keys, and organizations)", done)
        return True
