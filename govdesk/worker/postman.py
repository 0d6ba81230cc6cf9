"""Looks into the outbox once a second and sends what is there.

Looking costs one question that finds nothing; so a mail leaves within about a second of the commit
that wants it, and nothing depends on a notification.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from govdesk.database.connection import Connection
from govdesk.services.mail import Post
from govdesk.worker.attendant import Attendant


class Postman(Attendant):
    """Sends mails, one after the other."""

    trouble = "mails wait"

    def __init__(
        self, url: str, post: Post, ending: threading.Event, on_fault: Callable[[], object]
    ):
        super().__init__("postman", url, ending, on_fault)
        self._post = post

    def work(self, connection: Connection) -> bool:
        """Send the next mail; True when none is due."""
        return self._post.deliver_next(connection) is None
