"""A session for the length of one job, given back when it is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

from govdesk.jobs import Task

T = TypeVar("T")
Lent = TypeVar("Lent", covariant=True)


class Lender(Protocol[Lent]):
    """A link to a server, or a log: has something of its own for each lane."""

    def session(self, lane: str) -> AbstractContextManager[Lent]:
        """Lend the lane's."""

    def cancel(self, lane: str) -> None:
        """Stop what the lane waits for."""


@contextmanager
def borrowed(lender: Lender[T], lane: str, task: Task) -> Iterator[T]:
    """Lend the lane's session; a cancellation also stops what is waited for with it."""
    with lender.session(lane) as session, task.interruptible(lambda: lender.cancel(lane)):
        yield session
