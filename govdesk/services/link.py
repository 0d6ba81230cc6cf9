"""One signed-in session as several threads use it: a connection for each, remade when broken."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from govdesk.database.connection import Session, connect, explained
from govdesk.database.errors import DatabaseProblem, SessionEnded, Unreachable

if TYPE_CHECKING:
    from govdesk.database.unlocked import Unlocked

FRESH_SECONDS: Final = 270.0
"""The database asks for a confirmation of the last five minutes; half a minute is for the way."""


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
        last_code: str = "",
        unlocked: Unlocked | None = None,
    ):
        self.url, self.token, self.tenant_path = url, token, tenant_path
        self.email, self.expires_at = email, expires_at
        self.last_code = last_code
        """The newest code that was used with it, which is good only once."""
        self._unlocked = unlocked
        # A link is made of a sign-in, which is a confirmation itself.
        self._confirmed_at: float | None = time.monotonic()
        self._sessions: dict[str, Session] = {}
        self._lent: Counter[str] = Counter()
        self._stale: set[str] = set()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def session(self, lane: str) -> Iterator[Session]:
        """Lend the lane's session for one use case; a broken connection is dropped afterwards."""
        session = self._lend(lane)
        try:
            yield session
        except Unreachable:
            # The other lanes' connections are as dead: each drops its own at its next use, instead
            # of finding out by itself and telling of one loss after the other.
            with self._lock:
                self._stale = set(self._sessions)
            raise
        except BaseException as error:
            if isinstance(error, DatabaseProblem) and error.key == "step_up_needed":
                self.needs_confirmation()
            raise
        finally:
            self._take_back(lane, session)

    def renew(
        self, token: str, expires_at: datetime | None, unlocked: Unlocked | None = None
    ) -> None:
        """Go on with another session of the same person in the same organisation.

        `unlocked` is the key to the vault that the sign-in opened anew.
        """
        with self._lock:
            self.token, self.expires_at, self._unlocked = token, expires_at, unlocked
            for session in self._sessions.values():
                session.token, session.unlocked = token, unlocked
        self.confirmed()

    @property
    def is_fresh(self) -> bool:
        """Whether password and code were given lately, as far as this link remembers."""
        return self.is_fresh_within(FRESH_SECONDS)

    def is_fresh_within(self, seconds: float) -> bool:
        """Whether they were given in the last `seconds`, as far as this link remembers."""
        at = self._confirmed_at
        return at is not None and time.monotonic() - at < seconds

    def confirmed(self, code: str = "") -> None:
        """Remember that password and code were given just now."""
        self._confirmed_at = time.monotonic()
        self.last_code = code or self.last_code

    def needs_confirmation(self) -> None:
        """Forget the last confirmation: the server asks for another."""
        self._confirmed_at = None

    def cancel(self, lane: str) -> None:
        """Ask the server to stop what the lane is waiting for; harmless when it waits for none.

        Raises `Unreachable` if the server does not take the question within two seconds.
        """
        with self._lock:
            session = self._sessions.get(lane)
        if session is None:
            return
        try:
            with explained():
                session.connection.cancel_safe(timeout=2)
        except DatabaseProblem:
            # The server may yet do it, when the lane waits for something else that is wanted.
            with self._lock:
                self._stale.add(lane)
            raise

    def close(self) -> None:
        """Close every connection and forget the key to the vault; the session itself lives on.

        Waits for nothing: what a lane is reading breaks off, and the lane closes its connection.
        """
        with self._lock:
            self._closed = True
            if self._unlocked is not None:
                self._unlocked.wipe()
            resting = [lane for lane in self._sessions if not self._lent[lane]]
            closing = [self._sessions.pop(lane) for lane in resting]
            for session in self._sessions.values():
                session.hang_up()
        for session in closing:
            session.close()

    def _lend(self, lane: str) -> Session:
        with self._lock:
            session = self._sessions.get(lane)
            is_stale = lane in self._stale
            self._stale.discard(lane)
            if session is not None and not is_stale and not session.connection.closed:
                self._lent[lane] += 1
                return session
            self._sessions.pop(lane, None)
        if session is not None:
            session.close()
        connection = connect(self.url)
        with self._lock:
            if self._closed:
                connection.close()
                raise SessionEnded
            # Made where the token cannot be renewed in between.
            name = f"console-{secrets.token_hex(8)}"
            fresh = self._sessions[lane] = Session(connection, self.token, self.tenant_path, name)
            fresh.unlocked = self._unlocked
            self._lent[lane] += 1
        return fresh

    def _take_back(self, lane: str, session: Session) -> None:
        """Keep it for the lane's next use case, unless it broke or the link was closed."""
        with self._lock:
            self._lent[lane] -= 1
            is_kept = session.is_at_rest and not self._closed and lane not in self._stale
            if not is_kept and self._sessions.get(lane) is session:
                del self._sessions[lane]
        if not is_kept:
            session.close()


__all__ = ["Link", "Session", "SessionEnded", "Unreachable"]
