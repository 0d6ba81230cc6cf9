"""What a witness asks a server for, within bounds: the answers may be lies, late, or none."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from govdesk.database import tree
from govdesk.database.connection import Session, explained
from govdesk.database.errors import DatabaseProblem, Unreachable
from govdesk.database.tree import Restore, Stored
from govdesk.evidence.notes import BadNote, VerifierKey
from govdesk.evidence.proofs import Hashes, HashesMissing

PATIENCE_SECONDS: Final = 20.0
MOST_READINGS: Final = 4096
"""Readings for one check; a log of ten million events with all its tiles needs about twenty."""
MOST_KEYS: Final = 64
MOST_RESTORES: Final = 1000
_GONE: Final = 1
"""Exit code of a problem that is a fault in the log, not in the way to it."""


class TooSlow(Unreachable):
    """The server answers, but not in time."""

    def __init__(self) -> None:
        super().__init__(
            "The server did not show in time that its log still holds what it signed before.",
            "Try again; if it stays so, tell whoever answers for the database.",
        )


class Source(Protocol):
    """One server's answers about one log; nothing of it is believed for itself."""

    def newest(self) -> Stored | None:
        """The newest checkpoint that the server shows."""

    def hashes(self) -> Hashes:
        """Hashes of the log's tree; raise `HashesMissing` where there is none."""

    def restores(self) -> Sequence[Restore]:
        """Declared restores, the oldest first."""

    def announced(self) -> Sequence[VerifierKey]:
        """Keys that the server names."""


class SessionSource:
    """A session's answers; at most `MOST_READINGS` hashes are asked for, until `patience` ends."""

    def __init__(self, session: Session, patience: float = PATIENCE_SECONDS):
        self._session = session
        self._until = time.monotonic() + patience

    def newest(self) -> Stored | None:
        found = tree.stored_checkpoints(self._session, limit=1)
        return found[0] if found else None

    def hashes(self) -> Hashes:
        return Bounded(tree.SessionHashes(self._session), self._until)

    def restores(self) -> Sequence[Restore]:
        return tree.restores(self._session)[-MOST_RESTORES:]

    def announced(self) -> Sequence[VerifierKey]:
        found = []
        for one in tree.announced_keys(self._session)[:MOST_KEYS]:
            with suppress(BadNote):
                found.append(VerifierKey.parse(one.vkey))
        return found


class Bounded:
    """Hashes that end: too many readings or too late raise `TooSlow`, a gap `HashesMissing`."""

    def __init__(self, hashes: Hashes, until: float, most: int = MOST_READINGS):
        self._hashes, self._until, self._left = hashes, until, most

    def leaves(self, first: int, count: int) -> bytes:
        """Return leaf hashes."""
        self._count()
        with _missing():
            return self._hashes.leaves(first, count)

    def tile(self, level: int, position: int) -> bytes | None:
        """Return a tile, or None."""
        self._count()
        with _missing():
            return self._hashes.tile(level, position)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0 or time.monotonic() > self._until:
            raise TooSlow


@contextmanager
def _missing() -> Iterator[None]:
    try:
        yield
    except Unreachable:
        raise
    except DatabaseProblem as error:
        if error.exit_code != _GONE:
            raise
        raise HashesMissing(error.sentence) from error


@contextmanager
def impatient(session: Session, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Break the session's connection if the work takes longer: a server may stay silent for ever.

    Raises `TooSlow` then.
    """
    broken = threading.Event()

    def give_up() -> None:
        broken.set()
        # A copy of the handle: closing it leaves psycopg's own to psycopg.
        with (
            suppress(OSError, ValueError, DatabaseProblem),
            explained(),
            socket.socket(fileno=_copy(session.connection.fileno())) as copy,
        ):
            copy.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, give_up)
    timer.name = "impatient"
    timer.daemon = True
    timer.start()
    try:
        yield
    except DatabaseProblem as error:
        if broken.is_set():
            raise TooSlow from error
        raise
    finally:
        timer.cancel()
        timer.join()


def _copy(handle: int) -> int:
    copy = socket.socket(fileno=handle)
    try:
        return copy.dup().detach()
    finally:
        copy.detach()
