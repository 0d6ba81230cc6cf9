"""One signed-in session as several threads use it: a connection for each, remade when broken."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from govdesk.database.connection import Session, connect
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
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def session(self, lane: str) -> Iterator[Session]:
        """Lend the lane's session for one use case; a broken connection is dropped afterwards."""
        session = self._session(lane)
        try:
            yield session
        except Unreachable:
            self._drop(lane)
            raise
        except SessionEnded:
            raise
        except BaseException:
            # A transaction cut short by a cancellation leaves a connection nobody should meet.
            if session.connection.closed or session.connection.broken:
                self._drop(lane)
            raise

    def renew(self, token: str, expires_at: datetime | None) -> None:
        """Go on with another session of the same person in the same organisation."""
        with self._lock:
            self.token, self.expires_at = token, expires_at
            for session in self._sessions.values():
                session.token = token

    def cancel(self, lane: str) -> None:
        """Ask the server to stop what the lane is waiting for; harmless when it waits for none."""
        with self._lock:
            session = self._sessions.get(lane)
        if session is not None:
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
        if session is not None and not session.connection.closed:
            return session
        fresh = Session(
            connect(self.url), self.token, self.tenant_path, f"console-{secrets.token_hex(8)}"
        )
        with self._lock:
            if self._closed:
                fresh.close()
                raise SessionEnded
            self._sessions[lane] = fresh
        return fresh

    def _drop(self, lane: str) -> None:
        with self._lock:
            session = self._sessions.pop(lane, None)
        if session is not None:
            session.close()


__all__ = ["Link", "Session", "SessionEnded", "Unreachable"]
