"""A few connections shared by the threads of the web surface."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psycopg

from govdesk.database.connection import Connection, connect, explained, is_at_rest
from govdesk.database.errors import DatabaseProblem, Unreachable

PATIENCE: Final = 15.0
"""Seconds that a request waits for a connection before it is told to come back."""
STATEMENT: Final = "20s"


class Busy(DatabaseProblem):
    """Every connection is at work and stayed so."""

    def __init__(self) -> None:
        super().__init__("Too many people are here at once.", "Try again in a minute.", key="busy")


class Pool:
    """Lends autocommit connections to `url`, at most `size` at a time, each to one thread.

    Opens them when they are needed. One that rested is asked whether it still answers; one that
    broke, or was left inside a transaction, is closed.
    """

    def __init__(self, url: str, *, size: int = 8, patience: float = PATIENCE):
        self._url, self._patience = url, patience
        self._places = threading.BoundedSemaphore(size)
        self._resting: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Lend a connection for one use case. Raises `Busy` or `Unreachable`."""
        if not self._places.acquire(timeout=self._patience):
            raise Busy
        try:
            connection = self._rested() or self._opened()
            try:
                yield connection
            except Unreachable:
                # The others are as dead as this one.
                self._dismiss()
                raise
            finally:
                self._take_back(connection)
        finally:
            self._places.release()

    def close(self) -> None:
        """Close what rests; what is lent closes when it comes back."""
        self._closed = True
        self._dismiss()

    def _opened(self) -> Connection:
        connection = connect(self._url)
        try:
            with explained():
                connection.execute(f"SET statement_timeout = '{STATEMENT}'")
        except BaseException:
            connection.close()
            raise
        return connection

    def _rested(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._resting:
                    return None
                connection = self._resting.pop()
            with suppress(psycopg.Error):
                connection.execute("SELECT")
                return connection
            connection.close()

    def _take_back(self, connection: Connection) -> None:
        is_clean = is_at_rest(connection)
        with self._lock:
            if is_clean and not self._closed:
                self._resting.append(connection)
                return
        connection.close()

    def _dismiss(self) -> None:
        with self._lock:
            resting, self._resting = self._resting, []
        for connection in resting:
            connection.close()
