"""Looks into the outbox once a second and sends what is there.

Looking costs one question that finds nothing; so a mail leaves within about a second of the commit
that wants it, and nothing depends on a notification.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from govdesk.database.connection import Connection
from govdesk.services.mail import Post, Tried
from govdesk.worker.attendant import Attendant

logger = logging.getLogger(__name__)

_SAY_SECONDS: Final = 240.0
"""The lease of a mail is five minutes; after that another worker may be sending it."""


class Postman(Attendant):
    """Sends mails, one after the other.

    What came of a mail is kept until the database has it, or until its lease is nearly over.
    """

    trouble = "mails wait"

    def __init__(
        self, url: str, post: Post, ending: threading.Event, on_fault: Callable[[], object]
    ):
        super().__init__("postman", url, ending, on_fault)
        self._post = post
        self._unsaid: tuple[Tried, float] | None = None

    def work(self, connection: Connection) -> bool:
        """Send the next mail; True when none is due."""
        self._say(connection)
        tried = self._post.try_next(connection)
        if tried is None:
            return True
        self._unsaid = tried, time.monotonic() + _SAY_SECONDS
        self._say(connection)
        return False

    def _say(self, connection: Connection) -> None:
        if self._unsaid is None:
            return
        tried, until = self._unsaid
        if time.monotonic() < until:
            self._post.note(connection, tried)
        else:
            logger.warning("mail %s %s, but that was not said in time", tried.mail, tried.outcome)
        self._unsaid = None
