"""The one port that a timeline reads a log through, and its adapter for a server.

The other adapter, for a sealed file, is `govdesk.services.snapshot_link.SnapshotLink`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from govdesk.services import timeline
from govdesk.services.link import Link, Session
from govdesk.services.timeline import Count, Detail, Event, Extent, Terms


class Reading(Protocol):
    """A log as one thread reads it. Each method promises what its namesake in `timeline` does."""

    def extent(self) -> Extent:
        """Return how far the log goes now."""

    def page(
        self,
        terms: Terms,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 256,
        offset: int = 0,
    ) -> list[Event]:
        """Return up to `limit` events, newest first, with `after` < seq < `before`."""

    def detail(self, seq: int) -> Detail | None:
        """Return event number `seq` with everything, or None where this reader sees none."""

    def counts(self, terms: Terms, bounds: Sequence[int]) -> list[Count]:
        """Count the events between successive `bounds` (ascending numbers, at most 1,001)."""

    def numbers_at(self, times: Sequence[datetime]) -> list[int | None]:
        """Return the number of the first event at or after each of at most 1,001 times."""


class Log(Protocol):
    """Where a timeline reads; lends a `Reading` to one thread at a time for each lane."""

    def session(self, lane: str) -> AbstractContextManager[Reading]:
        """Lend the lane's reading for one use case."""

    def cancel(self, lane: str) -> None:
        """Stop what the lane waits for; harmless when it waits for nothing."""


class ServerReading:
    """The log of a server, as one session sees it."""

    def __init__(self, session: Session):
        self._session = session

    def extent(self) -> Extent:
        """See `timeline.extent`."""
        return timeline.extent(self._session)

    def page(
        self,
        terms: Terms,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 256,
        offset: int = 0,
    ) -> list[Event]:
        """See `timeline.page`."""
        return timeline.page(
            self._session, terms, before=before, after=after, limit=limit, offset=offset
        )

    def detail(self, seq: int) -> Detail | None:
        """See `timeline.detail`."""
        return timeline.detail(self._session, seq)

    def counts(self, terms: Terms, bounds: Sequence[int]) -> list[Count]:
        """See `timeline.counts`."""
        return timeline.counts(self._session, terms, bounds)

    def numbers_at(self, times: Sequence[datetime]) -> list[int | None]:
        """See `timeline.numbers_at`."""
        return timeline.numbers_at(self._session, times)


class ServerLog:
    """A server's log by way of a link, whose connections and refusals are its own."""

    def __init__(self, link: Link):
        self._link = link

    @contextmanager
    def session(self, lane: str) -> Iterator[ServerReading]:
        """Lend the lane's session; raises what `Link.session` raises."""
        with self._link.session(lane) as session:
            yield ServerReading(session)

    def cancel(self, lane: str) -> None:
        """Ask the server to stop; raises `Unreachable` as `Link.cancel` does."""
        self._link.cancel(lane)
