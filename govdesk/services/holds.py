"""Legal holds: what a filter finds is neither erased nor pruned as long as the hold stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from govdesk.database.connection import Session
from govdesk.domain.filter_language import parse
from govdesk.domain.problem import Problem
from govdesk.services.changes import Change, sealed, writing

_READ: Final = (
    "SELECT h.id::text, h.name, h.query, h.reason, h.status, h.placed_at, h.placed_by, h.lifted_at,"
    " h.lifted_by, h.lift_reason FROM govdesk.audit_hold h WHERE h.tenant_id = %s"
    " ORDER BY h.status, h.placed_at DESC"
)


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold; `query` is its filter as it was written, `status` active or lifted."""

    id: str
    name: str
    query: str
    reason: str
    status: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None

    @property
    def is_active(self) -> bool:
        """Whether it still protects anything."""
        return self.status == "active"


def list_holds(session: Session) -> list[Hold]:
    """Return every hold, those in force first; empty for who does not read the whole log."""
    with session.reading() as connection:
        return [Hold(*row) for row in connection.execute(_READ, (session.tenant_id,)).fetchall()]


def place(session: Session, name: str, query: str, reason: str, zone: tzinfo = UTC) -> Change:
    """Protect what `query` finds; an empty one protects the whole log.

    Raises `FilterError` for what is no filter, `Problem` for a name or reason that is missing, and
    what the database refuses: it needs policy.manage and a confirmation of the last minutes.
    """
    if not name.strip():
        raise Problem(
            "A hold needs a name.", "Name the case or request, such as Case 7.", exit_code=2
        )
    _need_reason(reason)
    terms = parse(query, zone=zone).to_terms() if query.strip() else []
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.place_hold(%s, %s, %s::jsonb, %s)",
            (name.strip(), query.strip(), json.dumps(terms), reason),
        ).fetchone()
    return sealed(session, row[0] if row else None)


def lift(session: Session, hold: str, reason: str) -> Change:
    """End a hold; from then on what it protected may be erased and pruned."""
    _need_reason(reason)
    with writing(session) as connection:
        connection.execute("SELECT govdesk_api.lift_hold(%s, %s)", (hold, reason))
    return sealed(session, hold)


def find(session: Session, which: str) -> Hold:
    """Return the hold with this id, or the one in force with this name; raises `Problem`."""
    found = [h for h in list_holds(session) if h.id == which or (h.is_active and h.name == which)]
    if len(found) != 1:
        raise Problem(
            f"There is no hold {which}." if not found else f"Several holds are named {which}.",
            "Take its id from govdesk audit hold list.",
            exit_code=2,
        )
    return found[0]


def _need_reason(reason: str) -> None:
    if len(reason.strip()) < 3:
        raise Problem(
            "A reason is needed.", "Say why in three characters or more; it is sealed.", exit_code=2
        )
