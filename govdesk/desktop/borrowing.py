"""A session for the length of one job, given back when it is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govdesk.jobs import Task
from govdesk.services.link import Link, Session


@contextmanager
def borrowed(link: Link, lane: str, task: Task) -> Iterator[Session]:
    """Lend the lane's session; a cancellation also stops what the server is doing for it."""
    with link.session(lane) as session, task.interruptible(lambda: link.cancel(lane)):
        yield session
