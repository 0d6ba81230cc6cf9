"""A sealed file as a timeline reads it: what `ServerLog` is to a server, without any network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from govdesk.database.snapshot_format import (
    SUFFIX,
    SnapshotKey,
    SnapshotProblem,
    WrongPassphrase,
)
from govdesk.database.snapshot_opening import fingerprint, salt_of
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.domain.problem import Problem
from govdesk.services import snapshot_facts
from govdesk.services.snapshot_facts import SnapshotFacts
from govdesk.services.timeline import Count, Detail, Event, Extent, Terms


class SnapshotClosed(Problem):
    """The window of a sealed file was closed while something was still being read."""

    def __init__(self) -> None:
        super().__init__("The snapshot is closed.")


class SnapshotLocked(Problem):
    """Something was to be read of a sealed file whose passphrase is asked for again."""

    def __init__(self) -> None:
        super().__init__("The snapshot is locked.", "Type its passphrase to go on.")


class SnapshotReading:
    """The log of a sealed file, as one thread reads it.

    Raises `Problem` where the file is gone, cannot be read, or holds what cannot be.
    """

    def __init__(self, log: SnapshotLog):
        self.log = log

    def extent(self) -> Extent:
        """Return how far the file goes; its numbers are never taken to be dense."""
        newest, first_at, last_at, _ = self.log.extent()
        return Extent(newest, first_at, last_at, whole=False)

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
        found = self.log.page(terms, before=before, after=after, limit=limit, offset=offset)
        return [Event(*row) for row in found]

    def detail(self, seq: int) -> Detail | None:
        """Return event number `seq` with everything, or None where the file has none."""
        found = self.log.detail(seq)
        if found is None:
            return None
        event, diff, salts, leaf = found
        return Detail(Event(*event), diff, salts, leaf, _absent(leaf, salts))

    def counts(self, terms: Terms, bounds: Sequence[int]) -> list[Count]:
        """Count the events between successive `bounds`."""
        return [Count(*found) for found in self.log.counts(terms, bounds)]

    def numbers_at(self, times: Sequence[datetime]) -> list[int | None]:
        """Return the number of the first event at or after each time."""
        return list(self.log.numbers_at(times))


class SnapshotLink:
    """Opens a sealed file once for each lane, so no two threads meet on a connection.

    Raises `SnapshotProblem` where it cannot be opened. The passphrase is forgotten once the first
    lane is open; the others use the key that was derived from it, until `lock` forgets that, too.
    """

    def __init__(self, path: Path, passphrase: str):
        self.path = path
        first = SnapshotLog.open(path, passphrase)
        try:
            self.facts: SnapshotFacts = snapshot_facts.read(first.facts)
            self._key: SnapshotKey | None = first.key
            self._as_opened = fingerprint(path)
            self._salt = salt_of(path)
            self._known = _digest(first.key)
        except BaseException:
            first.close()
            raise
        self._free: SnapshotLog | None = first
        self._logs: dict[str, SnapshotLog] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def key(self) -> SnapshotKey:
        """What opens the file; raises `SnapshotLocked` while that is forgotten."""
        key = self._key
        if key is None:
            raise SnapshotLocked
        return key

    def lock(self) -> None:
        """Forget the key and close every handle of the file; `unlock` brings both back.

        For when nothing reads: whoever does is interrupted.
        """
        with self._lock:
            self._key = None
            logs = self._taken()
        for log in logs:
            log.close()

    def unlock(self, passphrase: str) -> None:
        """Let whoever opened the file go on; raises `SnapshotProblem` for another passphrase.

        Compared is what it yields, not whether it opens what stands there now: that may be a file
        with a passphrase of somebody else's. A tenth of a second.
        """
        key = SnapshotKey.derive(passphrase, self._salt)
        if not hmac.compare_digest(_digest(key), self._known):
            raise WrongPassphrase(self.path.name)
        with self._lock:
            self._key = key

    @contextmanager
    def session(self, lane: str) -> Iterator[SnapshotReading]:
        """Lend the lane's reading; one that failed is opened anew the next time."""
        log = self._log(lane)
        try:
            yield SnapshotReading(log)
        except SnapshotProblem:
            self._drop(lane)
            raise

    def check_same(self) -> None:
        """Raise `SnapshotProblem` where the file is gone, or another one stands in its place.

        Each lane, and the verification, opens it by its name: they must all have read one file.
        """
        try:
            is_same = fingerprint(self.path) == self._as_opened
        except OSError:
            raise SnapshotProblem(
                "missing",
                f"{self.path.name} is not there any more.",
                "Look whether its disk or network share is still connected.",
                exit_code=2,
            ) from None
        if not is_same:
            raise SnapshotProblem(
                "altered",
                f"{self.path.name} was changed or replaced while it was open.",
                "Close it and open it anew.",
            )

    def cancel(self, lane: str) -> None:
        """Stop what the lane reads now; harmless when it reads nothing."""
        with self._lock:
            log = self._logs.get(lane)
        if log is not None:
            log.interrupt()

    def close(self) -> None:
        """Close every handle of the file; whoever still reads is interrupted before."""
        with self._lock:
            self._closed = True
            logs = self._taken()
        for log in logs:
            log.close()

    def _taken(self) -> list[SnapshotLog]:
        """Every handle there is, for whoever closes them."""
        logs = [*self._logs.values(), *([self._free] if self._free else [])]
        self._logs, self._free = {}, None
        return logs

    def _log(self, lane: str) -> SnapshotLog:
        with self._lock:
            if self._closed:
                raise SnapshotClosed
            log = self._logs.get(lane)
            if log is None and self._free is not None:
                log = self._logs[lane] = self._free
                self._free = None
        return log or self._opened(lane)

    def _opened(self, lane: str) -> SnapshotLog:
        self.check_same()
        fresh = SnapshotLog.open(self.path, self.key)
        with self._lock:
            if not self._closed and self._key is not None:
                self._logs[lane] = fresh
                return fresh
        fresh.close()
        raise SnapshotClosed if self._closed else SnapshotLocked

    def _drop(self, lane: str) -> None:
        with self._lock:
            log = self._logs.pop(lane, None)
        if log is not None:
            log.close()


def _digest(key: SnapshotKey) -> bytes:
    """What tells a key again and yields nothing of it."""
    return hashlib.sha256(key.page_key).digest()


def _absent(leaf: str, salts: dict[str, str]) -> frozenset[str]:
    """Fields that the leaf commits to and that have no salt here: redacted, or erased."""
    try:
        committed: Any = json.loads(leaf)["commitments"]
    except (ValueError, KeyError, TypeError, RecursionError):
        # No leaf of ours: the proof of this row says so.
        return frozenset()
    return frozenset(committed) - frozenset(salts) if isinstance(committed, dict) else frozenset()


def look(path: Path) -> None:
    """Raise `SnapshotProblem` for what is plainly no snapshot; the passphrase decides the rest."""
    salt_of(path)


__all__ = [
    "SUFFIX",
    "SnapshotClosed",
    "SnapshotKey",
    "SnapshotLink",
    "SnapshotLocked",
    "SnapshotProblem",
    "SnapshotReading",
    "look",
]
