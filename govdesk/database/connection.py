"""Connections of the console and the command line: settings of our own, errors with sentences."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus

from govdesk.database.errors import DatabaseProblem, SessionEnded, explain
from govdesk.diagnostics import main_thread

if TYPE_CHECKING:
    # Cryptography takes a while to load, and most sessions open nothing that is sealed.
    from govdesk.database.unlocked import Unlocked

Connection = psycopg.Connection[Any]
CONNECT_SECONDS = 10
SILENT_SECONDS = 30
"""A server that is silent so long below TCP is gone; without this a lane waits a quarter hour."""

_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "search_path": "pg_catalog,public",
        "default_transaction_isolation": "read\\ committed",
        "default_transaction_read_only": "off",
        "row_security": "on",
        "timezone": "UTC",
        # Compiling a query of ours takes a hundred times as long as running it.
        "jit": "off",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
        # Claims are made for a transaction; none may be attached to the login.
        "app.session_token": "",
        "app.current_tenant_path": "",
        "app.request_id": "",
        "app.reason": "",
    }.items()
)


def connect(url: str) -> psycopg.Connection[Any]:
    """Open an autocommit connection; raises `DatabaseProblem` with a sentence and a remedy."""
    main_thread.check("connecting to the database")
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            options=_OPTIONS,
            connect_timeout=CONNECT_SECONDS,
            keepalives_idle=SILENT_SECONDS // 3,
            keepalives_interval=SILENT_SECONDS // 6,
            keepalives_count=4,
            tcp_user_timeout=SILENT_SECONDS * 1000,
            application_name="govdesk",
        )
    except psycopg.Error as error:
        raise explain(error) from error


@contextmanager
def explained() -> Iterator[None]:
    """Turn psycopg's errors into `DatabaseProblem`s."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(error) from error


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """One transaction, committed at the end of the block or rolled back; raises psycopg's errors.

    A connection on which neither could be done is closed: a cancellation may meet the ROLLBACK as
    well as the question, and what it leaves open and failed would fail every later question too.
    Inside another one it is a savepoint, undone alone.
    """
    if not is_at_rest(connection) and not connection.closed:
        with _savepoint(connection):
            yield connection
        return
    try:
        connection.execute("BEGIN", prepare=False)
        yield connection
        connection.commit()
    except BaseException:
        with _closed_if_it_fails(connection):
            connection.rollback()
        raise


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    # One that was cancelled here is not there: what is around it is rolled back.
    connection.execute("SAVEPOINT inner_one", prepare=False)
    try:
        yield
        connection.execute("RELEASE inner_one", prepare=False)
    except BaseException:
        with _closed_if_it_fails(connection):
            connection.execute("ROLLBACK TO inner_one; RELEASE inner_one", prepare=False)
        raise


@contextmanager
def _closed_if_it_fails(connection: Connection) -> Iterator[None]:
    """What went wrong before is raised and told; that this fails as well adds nothing to it."""
    try:
        yield
    except psycopg.Error:
        connection.close()


def _line(descriptor: int) -> socket.socket:
    """A second handle of a socket, of whatever family: `shutdown` does not ask for it."""
    return socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)


def is_at_rest(connection: Connection) -> bool:
    """Whether a connection is open and in no transaction, so that one can begin."""
    return connection.info.transaction_status == TransactionStatus.IDLE


class Session:
    """A signed-in session over one connection; every transaction binds anew.

    `request_id` (up to 128 plain ASCII characters) stands in every row that it causes. `unlocked`
    holds the person's key to the vault, where the password was given in this process.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        token: str,
        tenant_path: str,
        request_id: str = "",
    ):
        self.connection = connection
        self.token = token
        self.tenant_path = tenant_path
        self.request_id = request_id
        self.unlocked: Unlocked | None = None
        self._tenant_id: UUID | None = None

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """One bound transaction; raises `SessionEnded` if the token no longer answers."""
        main_thread.check("a transaction")
        with explained(), transaction(self.connection):
            self.connection.execute(
                "SELECT govdesk_api.bind(%s, %s), set_config('app.request_id', %s, true)",
                (self.token, self.tenant_path, self.request_id),
            )
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A transaction whose answers are whole, or `SessionEnded`.

        A session that ends between the binding and a query makes the policies let nothing
        through, without an error. What ended does not come back, so a session that still answers
        after the last query was alive during all of them.
        """
        # A session that is renewed meanwhile says nothing about the one that was asked.
        token = self.token
        with self.transaction() as connection:
            yield connection
            connection.execute("SELECT govdesk_api.bind(%s, %s)", (token, self.tenant_path))

    @property
    def tenant_id(self) -> UUID:
        """Id of the session's organisation, asked once; the policies check it each time."""
        if self._tenant_id is None:
            with self.transaction() as connection:
                row = connection.execute("SELECT tenant_id FROM govdesk_api.whoami()").fetchone()
            if row is None:
                raise SessionEnded
            self._tenant_id = row[0]
        return self._tenant_id

    @property
    def is_at_rest(self) -> bool:
        """Whether its connection is open and in no transaction, so that one can begin."""
        return is_at_rest(self.connection)

    def touch(self) -> None:
        """Keep the session from idling out; at most one write a minute."""
        with self.transaction() as connection:
            connection.execute("SELECT govdesk_api.touch()")

    def hang_up(self) -> None:
        """End, from any thread, what another thread does with the connection; waits for nothing.

        That thread meets a connection that broke, and closes it: closed from here, its file
        descriptor would be gone from under a wait, or already be another one's.
        """
        with suppress(psycopg.Error, OSError), _line(self.connection.fileno()) as line:
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; the session itself lives on until it ends."""
        self.connection.close()


__all__ = ["Connection", "DatabaseProblem", "Session", "connect", "explained", "transaction"]
