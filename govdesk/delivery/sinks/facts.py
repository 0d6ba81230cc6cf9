"""What a sink says of an event beside the body: when, how grave, in which words."""

from __future__ import annotations

from datetime import UTC, datetime

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.payload import TEST_TYPE, TEST_WORDS


def kind(event: Event) -> str:
    """The event's name as it is sent."""
    return TEST_TYPE if event.row is None else event.type


def severity(event: Event) -> str:
    """``info``, ``notice``, ``warning`` or ``high``."""
    return value(event, "severity") or "info"


def moment(event: Event) -> datetime:
    """When it happened, in UTC."""
    found = (event.row or {}).get("at") or event.at
    at = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def value(event: Event, name: str) -> str:
    """A column of the row as text; empty where there is none."""
    found = (event.row or {}).get(name)
    return "" if found is None else str(found)


def words(endpoint: Endpoint, event: Event) -> str:
    """The sentence of it, or only its name and number where no personal data may be shown."""
    if event.row is None:
        return TEST_WORDS
    sentence = "" if endpoint.detail == "thin" else value(event, "summary")
    return sentence or f"{value(event, 'action') or event.type}, number {value(event, 'seq')}"
