"""Telling the workers that something was sealed, right after its commit.

A hint and nothing more: workers look every second whatever happens. It is a statement of its own,
because a notification inside the writer's transaction would hold a lock of the whole server until
its commit is on the disk.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus

from govdesk.database.connection import Connection

CHANNEL: Final = "govdesk_delivery"
WAIT_MS: Final = 100
"""The longest that anybody waits for others who notify at the same moment."""
_NUDGE: Final = (
    f"BEGIN; SET LOCAL lock_timeout = {WAIT_MS}; NOTIFY {CHANNEL}; COMMIT"  # one round trip
)


def nudge(connection: Connection) -> None:
    """Wake the workers; does nothing inside a transaction or on a broken connection.

    Never raises for what the server says: the change before it is committed.
    """
    if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
        return
    try:
        connection.execute(_NUDGE, prepare=False)
    except psycopg.Error:
        _leave(connection)


def _leave(connection: Connection) -> None:
    """A connection that is gone says so to whoever uses it next."""
    if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
        with suppress(psycopg.Error):
            connection.rollback()
