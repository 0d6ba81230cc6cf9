"""Which sealed exports name a digest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govdesk.database.connection import Session


@dataclass(frozen=True, slots=True)
class SealedExport:
    """An event of the log that tells of an export, and what it says."""

    seq: int
    at: datetime
    action: str
    actor: str
    facts: dict[str, Any] = field(default_factory=dict)


def find_exports(session: Session, sha256: str) -> list[SealedExport]:
    """Return the events whose facts name a SHA-256 (hex), the oldest first.

    Only who reads the whole organization's log gets any.
    """
    with session.reading() as connection:
        found = connection.execute(
            "SELECT seq, at, action, coalesce(actor, ''), coalesce(facts, '{}')"
            " FROM govdesk_api.find_exports(%s)",
            (sha256,),
        ).fetchall()
    return [SealedExport(*row) for row in found]
