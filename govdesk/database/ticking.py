"""The steps of the worker's ticks; each call is a transaction of its own."""

from __future__ import annotations

from typing import LiteralString

from govdesk.database.connection import Connection


def expire_due(connection: Connection, host: str) -> int:
    """Expire invitations, decisions and staff entries whose time is over; returns how many."""
    return _until_none(connection, "SELECT govdesk_api.expire_due(%s)", host)


def note_failed_sign_ins(connection: Connection, host: str) -> int:
    """Seal failed sign-ins into each tenant's log; returns how many."""
    return _until_none(connection, "SELECT govdesk_api.note_failed_sign_ins(%s)", host)


def end_idle_holders(connection: Connection, host: str) -> int:
    """End transactions that idle while they hold a log; returns how many."""
    row = connection.execute("SELECT govdesk_api.end_idle_holders()").fetchone()
    return int(row[0] or 0) if row else 0


def worker_seen(connection: Connection, host: str, release: str) -> int:
    """Leave the sign of life that the consoles look for."""
    connection.execute("SELECT govdesk_api.worker_seen(%s, %s)", (host, release))
    return 1


def _until_none(connection: Connection, step: LiteralString, host: str) -> int:
    done = 0
    while row := connection.execute(step, (host,)).fetchone():
        if not row[0]:
            break
        done += int(row[0])
    return done
