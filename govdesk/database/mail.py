"""The outbox: mails written by the database in the transaction that wants them sent.

A mail is claimed for five minutes, so two workers never hold the same one; its link's token is
shown only to the claim, and gone once the mail is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from govdesk.database.connection import Connection, Session, explained


@dataclass(frozen=True, slots=True)
class Due:
    """A mail in a worker's hand; `attempts` counts this one, `created_at` is when it was asked."""

    id: UUID
    kind: str
    to_address: str
    to_name: str
    locale: str
    facts: dict[str, Any] = field(repr=False)
    token: str | None = field(repr=False)
    attempts: int
    created_at: datetime


def claim(connection: Connection, host: str) -> Due | None:
    """Take the mail that is due longest, if there is one; raises `DatabaseProblem`."""
    with explained():
        row = connection.execute(
            "SELECT id, kind, to_address, to_name, locale, facts, token, attempts, created_at"
            " FROM govdesk_api.mail_claim(%s, 1)",
            (host,),
        ).fetchone()
    return None if row is None else Due(*row)


def done(connection: Connection, mail: UUID) -> None:
    """Note that a mail server has taken the mail."""
    with explained():
        connection.execute("SELECT govdesk_api.mail_done(%s)", (mail,))


def failed(connection: Connection, mail: UUID, error: str, retry_seconds: int | None) -> None:
    """Note what went wrong, and in how many seconds to try again; None: never."""
    with explained():
        connection.execute(
            "SELECT govdesk_api.mail_failed(%s, %s, %s)", (mail, error, retry_seconds)
        )


def state(session: Session, entity: UUID) -> tuple[str, datetime, int, str] | None:
    """Status, time, attempts and last error of the newest mail about something; None: no mail."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT status, at, attempts, coalesce(error, '') FROM govdesk_api.mail_state(%s)",
            (entity,),
        ).fetchone()
    return None if row is None else (row[0], row[1], row[2], row[3])
