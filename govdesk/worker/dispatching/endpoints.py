"""The endpoints a worker sends to: what the database said last, opened, with a sink each.

The claimer asks the database and tells; the senders open. So no sender ever waits for the
database, and what is sent goes to the newest address that is known when it is sent.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from govdesk.database.deliveries import Claimed, Lane
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.sinks import Sink
from govdesk.domain.problem import Problem
from govdesk.services.webhook_keys import CACHED_SECONDS

NEVER: Final = float("-inf")
FRESH_SECONDS: Final = 15.0
"""How long a document of an endpoint is believed: the end of a secret changes no version."""
OPEN_SECONDS: Final = CACHED_SECONDS
"""How long what a reference led to is used."""
_IDLE_SECONDS: Final = 90.0
_LINGER_SECONDS: Final = 20.0
"""How long a sink that was replaced stays open for those who are still sending through it."""

Document = Mapping[str, Any]


class Opener(Protocol):
    """Makes an endpoint of a document; raises `Problem` for what is a fault of ours."""

    def open(self, document: Document) -> Endpoint:
        """Open the secrets and follow the references."""
        ...


class Gone(Problem):
    """The endpoint was disabled or deleted after the claim: what is in hand is not sent."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """An endpoint that can be sent to."""

    endpoint: Endpoint
    sink: Sink


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.document: Document | None = None
        self.checked_at = self.used_at = self.opened_at = NEVER
        self.opened: Document | None = None
        self.ready: Ready | None = None


class Endpoints:
    """Safe to use from the claimer and every sender."""

    def __init__(
        self,
        opener: Opener,
        open_sink: Callable[[Endpoint], Sink],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._opener, self._open_sink, self._clock = opener, open_sink, clock
        self._entries: dict[str, _Entry] = {}
        self._replaced: list[tuple[float, Sink]] = []
        self._lock = threading.Lock()

    def unknown(self, lane: Lane, claimed: Iterable[Claimed]) -> set[str]:
        """Those whose document is missing, old, or of another version; for a test always."""
        oldest = self._clock() - FRESH_SECONDS
        found = set[str]()
        for one in claimed:
            if one.webhook_id not in found and (
                lane == "test" or not self._is_known(one.webhook_id, one.webhook_version, oldest)
            ):
                found.add(one.webhook_id)
        return found

    def _is_known(self, webhook: str, version: int, oldest: float) -> bool:
        entry = self._entries.get(webhook)
        return (
            entry is not None
            and entry.document is not None
            and entry.checked_at > oldest
            and int(entry.document["version"]) >= version
        )

    def learn(self, webhook: str, document: Document | None) -> None:
        """Keep what the database says of an endpoint now; None: it is gone."""
        with self._lock:
            entry = self._entries.setdefault(webhook, _Entry())
            entry.used_at = self._clock()
        # Counts of failures change with every try and open nothing.
        told = document and {k: v for k, v in document.items() if k != "failures"}
        if told != entry.document:
            entry.document = told
        entry.checked_at = self._clock()

    def doubt(self, webhook: str) -> None:
        """Ask again at the next claim."""
        if (entry := self._entries.get(webhook)) is not None:
            entry.checked_at = NEVER

    def ready(self, webhook: str, *, is_test: bool = False) -> Ready:
        """The endpoint as it was last known, with a sink; a test gets a sink of its own to close.

        Raises `Gone`, and `Problem` when something of ours keeps it from being opened.
        """
        entry = self._entries.get(webhook)
        if entry is None or entry.document is None:
            raise Gone("This webhook is not there any more.")
        if is_test:
            endpoint = self._opener.open(entry.document)
            return Ready(endpoint, self._open_sink(endpoint))
        if entry.document["status"] != "active":
            raise Gone("This webhook was disabled meanwhile.")
        entry.used_at = now = self._clock()
        ready = entry.ready
        if ready is None or entry.opened is not entry.document or self._is_old(entry, now):
            with entry.lock:
                ready = self._reopened(entry, now)
        return ready

    def _is_old(self, entry: _Entry, now: float) -> bool:
        return now - entry.opened_at > OPEN_SECONDS

    def _reopened(self, entry: _Entry, now: float) -> Ready:
        document, ready = entry.document, entry.ready
        assert document is not None
        if ready is not None and entry.opened is document and not self._is_old(entry, now):
            return ready
        endpoint = self._opener.open(document)
        if ready is None or not _is_same(ready.endpoint, endpoint):
            if ready is not None:
                self._replace(ready.sink)
            ready = entry.ready = Ready(endpoint, self._open_sink(endpoint))
        entry.opened, entry.opened_at = document, now
        return ready

    def _replace(self, sink: Sink) -> None:
        with self._lock:
            self._replaced.append((self._clock() + _LINGER_SECONDS, sink))

    def sweep(self) -> None:
        """Close sinks that were replaced or are idle, and connections that are too old."""
        now = self._clock()
        with self._lock:
            idle = [k for k, e in self._entries.items() if now - e.used_at > _IDLE_SECONDS]
            entries = [self._entries.pop(key) for key in idle]
            over = [sink for at, sink in self._replaced if at <= now]
            self._replaced = [(at, sink) for at, sink in self._replaced if at > now]
            kept = [entry.ready.sink for entry in self._entries.values() if entry.ready]
        for sink in [*over, *(entry.ready.sink for entry in entries if entry.ready)]:
            sink.close()
        for sink in kept:
            sink.tidy()

    def close(self) -> None:
        """Close every sink."""
        with self._lock:
            sinks = [e.ready.sink for e in self._entries.values() if e.ready]
            sinks += [sink for _, sink in self._replaced]
            self._entries, self._replaced = {}, []
        for sink in sinks:
            sink.close()


def _is_same(one: Endpoint, other: Endpoint) -> bool:
    """Whether a kept connection serves both; keys hide themselves from comparison."""
    keys = [[(key.kid, key.seed) for key in each.signing_keys] for each in (one, other)]
    plain = [dataclasses.replace(each, signing_keys=()) for each in (one, other)]
    return keys[0] == keys[1] and plain[0] == plain[1]
