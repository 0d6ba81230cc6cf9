"""What Home shows: what needs somebody, and what happened lately that was not ordinary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from govdesk.database.connection import Session
from govdesk.domain.filter_language import parse
from govdesk.services import timeline
from govdesk.services.timeline import Event

RECENT: Final = 8
"""Most security events that Home shows."""
UNUSUAL: Final = "severity:warning.."
"""The filter they pass, in the filter language."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs somebody: a sentence, what it is about, since or until when (UTC)."""

    kind: str
    entity_id: str | None
    sentence: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """Everything Home asks the server for; `events` is None without the permission to read them."""

    needs: tuple[Need, ...]
    events: tuple[Event, ...] | None


def needs(session: Session) -> list[Need]:
    """Return what needs this person or her organisation, as far as she may see it."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT kind, entity_id::text, sentence, at FROM govdesk_api.attention()"
        ).fetchall()
    return [Need(*row) for row in found]


def unusual(session: Session, limit: int = RECENT) -> list[Event]:
    """Return the newest events of severity warning or high."""
    return timeline.page(session, parse(UNUSUAL, zone=UTC).to_terms(), limit=limit)


def home(session: Session, *, with_events: bool) -> Home:
    """Return what Home shows. Reading does not keep the session from idling out."""
    return Home(tuple(needs(session)), tuple(unusual(session)) if with_events else None)
