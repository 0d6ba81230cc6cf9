"""Months of the log: archived as a bundle of everything in them, and pruned once two agreed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.services import decisions
from govdesk.services.changes import Change, sealed, writing

ACTION: Final = "audit.prune"
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the log (UTC): its events, how many of them a hold keeps, and where it stands.

    `state`: open (not over, or the last one), whole, archived, pruned.
    """

    month: date
    first: int
    last: int
    rows: int
    held: int
    state: Literal["open", "whole", "archived", "pruned"]
    archive_sha256: str | None
    archived_at: datetime | None
    pruned_at: datetime | None

    @property
    def name(self) -> str:
        """As it is written: ``2026-05``."""
        return f"{self.month:%Y-%m}"


def months(session: Session) -> list[Month]:
    """Return the months of the log, oldest first; empty for who does not read all of it."""
    with session.reading() as connection:
        rows = connection.execute(
            "SELECT s.month, s.first, s.last, s.rows, s.held, s.state, s.archive_sha256,"
            " s.archived_at, s.pruned_at FROM govdesk_api.segments() s"
        ).fetchall()
    return [Month(*row) for row in rows]


def find(session: Session, name: str) -> Month:
    """Return the month written as ``2026-05``; raises `Problem` if the log has none."""
    if not _MONTH.fullmatch(name):
        raise Problem(f"{name} is no month.", "Write it like 2026-05.", exit_code=2)
    found = next((month for month in months(session) if month.name == name), None)
    if found is None:
        raise Problem(f"The log has no events of {name}.", "See govdesk audit months.", exit_code=2)
    return found


def archive(session: Session, month: date, export: str) -> Change:
    """Record that the bundle which was sealed under the id `export` keeps this month.

    Raises `segment_not_ready` when the month is not over, the bundle does not hold all of it, or
    no checkpoint covers it.
    """
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.archive_segment(%s, %s)", (month, export)
        ).fetchone()
    return sealed(session, row[0] if row else None)


def request_pruning(session: Session, month: date, reason: str) -> UUID:
    """Ask a second person to let the rows of an archived month go; returns the decision's id."""
    return decisions.request(session, ACTION, {"month": f"{month:%Y-%m-%d}"}, reason)
