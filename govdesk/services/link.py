"""One signed-in session as several threads use it: a connection for each, remade when broken."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from govdesk.database.connection import Session, connect, explained
from govdesk.database.errors import SessionEnded, Unreachable


class Link:
    """Opens connections to `url` with one session's token.

    A connection belongs to one lane, so no two threads meet on it. Raises `Unreachable` while the
    server is away (the next call tries anew) and `SessionEnded` once the session is over, until
    `renew` gives it another token.
    """

    def __init__(
        self,
        url: str,
        token: str,
        tenant_path: str,
        *,
        email: str = "",
        expires_at: datetime | None = None,
    ):
        self.url, self.token, self.tenant_path = url, token, tenant_path
        self.email, self.expires_at = email, expires_at
        self._sessions: dict[str, Session] = {}
        self._stale: set[str] = set()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def session(self, lane: str) -> Iterator[Session]:
        """Lend the lane's session for one use case; a broken connection is dropped afterwards."""
        session = self._session(lane)
        try:
            yield session
        except Unreachable:
            # The other lanes' connections are as dead: each drops its own at its next use, instead
            # of finding out by itself and telling of one loss after the other.
            with self._lock:
                self._stale = set(self._sessions)
            self._drop(lane)
            raise
        except BaseException:
            # A transaction cut short by a cancellation leaves a connection nobody should meet.
            if session.connection.closed:
                self._drop(lane)
            raise

    def renew(self, token: str, expires_at: datetime | None) -> None:
        """Go on with another session of the same person in the same organisation."""
        with self._lock:
            self.token, self.expires_at = token, expires_at
            for session in self._sessions.values():
                session.token = token

    def cancel(self, lane: str) -> None:
        """Ask the server to stop what the lane is waiting for; harmless when it waits for none.

        Raises `Unreachable` if the server does not take the question within two seconds.
        """
        with self._lock:
            session = self._sessions.get(lane)
        if session is not None:
            with explained():
                session.connection.cancel_safe(timeout=2)

    def close(self) -> None:
        """Close every connection; the session itself lives on until it ends."""
        with self._lock:
            self._closed = True
            sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.close()

    def _session(self, lane: str) -> Session:
        with self._lock:
            session = self._sessions.get(lane)
            is_stale = lane in self._stale
            self._stale.discard(lane)
        if session is not None and not is_stale and not session.connection.closed:
            return session
        self._drop(lane)
        connection = connect(self.url)
        with self._lock:
            if self._closed:
                connection.close()
                raise SessionEnded
            # Made where the token cannot be renewed in between.
            name = f"console-{secrets.token_hex(8)}"
            fresh = self._sessions[lane] = Session(connection, self.token, self.tenant_path, name)
        return fresh

    def _drop(self, lane: str) -> None:
        with self._lock:
            session = self._sessions.pop(lane, None)
        if session is not None:
            session.close()


__all__ = ["Link", "Session", "SessionEnded", "Unreachable"]
