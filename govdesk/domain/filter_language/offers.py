"""What completion offers under each key, with a few words on what it means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

from govdesk.domain.events import EVENTS, Event
from govdesk.domain.filter_language.model import Key
from govdesk.domain.filter_language.period import end_instant, first_instant, read_period
from govdesk.domain.filter_language.writing import day_words, period_text, period_words

Kind = Literal["key", "action", "severity", "state", "period", "value"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to write: `written` for the key, shown as `label`, found by `also` as well."""

    key: Key
    written: str
    label: str
    explanation: str
    kind: Kind
    also: tuple[str, ...] = ()


def _key(key: Key, explanation: str, *also: str) -> Offer:
    return Offer(key, f"{key}:", f"{key}:", explanation, "key", also)


KEY_OFFERS: Final = (
    _key("actor", "Who did it: a person, an API key or a worker", "user", "who", "person"),
    _key("action", "What was done, by the name of the event", "event", "what"),
    _key("severity", "How grave it is: info, notice, warning, high", "level"),
    _key("at", "When: a year, month, day, time, or a range of them", "date", "time", "when"),
    _key("entity", "What it was done to, by type or id", "object", "target", "entity_type"),
    _key("system", "The system it concerns, by name or id", "system_id"),
    _key("is", "A state: denied, high, sealed, redacted, erased", "state"),
    _key("for", "On whose behalf it was done", "behalf", "on_behalf_of"),
    _key("ip", "The address it came from, or a network", "address", "network"),
    _key("request", "The id of the request that caused it", "request_id"),
    _key("session", "The id of the session it happened in", "session_id", "login"),
    _key("seq", "The number of the event, or a range of numbers", "number"),
)
SEVERITY_OFFERS: Final = (
    Offer("severity", "high", "high", "Grave: look at it now", "severity"),
    Offer("severity", "warning..", "warning..", "Warning and high", "severity"),
    Offer("severity", "warning", "warning", "Needs attention", "severity"),
    Offer("severity", "notice..", "notice..", "Notice, warning and high", "severity"),
    Offer("severity", "notice", "notice", "Worth knowing", "severity"),
    Offer("severity", "info", "info", "Everyday events", "severity"),
)
STATE_OFFERS: Final = (
    Offer("is", "denied", "denied", "Something was refused", "state"),
    Offer("is", "high", "high", "Its severity is high", "state"),
    Offer("is", "sealed", "sealed", "It is part of the sealed log", "state"),
    Offer("is", "redacted", "redacted", "A field was left out of this copy", "state"),
    Offer("is", "erased", "erased", "A field was erased from the log", "state"),
)


def _sentence(event: Event) -> str:
    """Return an event's template as a sentence without a particular case."""
    words = re.sub(r"\{[^}]*\}", "…", event.template.replace("{actor}", "Somebody"))
    return re.sub(r"…( …)+", "…", words)


def _actions() -> Iterator[Offer]:
    for event in sorted(EVENTS, key=lambda event: event.name):
        yield Offer("action", event.name, event.name, _sentence(event), "action")


def _groups() -> Iterator[Offer]:
    """Offer ``member.*`` and the like for every noun with more than one event."""
    nouns = Counter(event.name.partition(".")[0] for event in EVENTS)
    for noun in sorted(noun for noun, count in nouns.items() if count > 1):
        said = f"All {nouns[noun]} kinds of {noun.replace('_', ' ')} events"
        yield Offer("action", f"{noun}.*", f"{noun}.*", said, "action")


ACTIONS: Final = tuple(_actions())
GROUPS: Final = tuple(_groups())


def entity_offers() -> Iterator[Offer]:
    """Offer the types of entities that events are about."""
    for name in sorted({event.entity_type for event in EVENTS}):
        yield Offer("entity", name, name, "A type of entity", "value")


def periods(now: datetime, zone: tzinfo) -> Iterator[Offer]:
    """Offer today, last month and the like, as they are written on the clock `zone` at `now`."""
    today = now.astimezone(zone).date()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    yield _whole("today", today.isoformat(), zone)
    yield _whole("yesterday", (today - timedelta(days=1)).isoformat(), zone)
    yield _since("last hour", now - timedelta(hours=1), zone)
    yield _since("last 24 hours", now - timedelta(hours=24), zone)
    for days in (7, 30):
        yield _days(f"last {days} days", (today - timedelta(days=days - 1)).isoformat(), zone)
    yield _whole("this month", month.isoformat()[:7], zone)
    yield _whole("last month", before.isoformat()[:7], zone)
    yield _whole("this year", month.isoformat()[:4], zone)
    yield _whole("last year", f"{today.year - 1:04}", zone)


def _whole(label: str, written: str, zone: tzinfo) -> Offer:
    period = read_period(written, zone)
    said = period_words(first_instant(period), end_instant(period), zone)
    return Offer("at", written, label, said, "period")


def _days(label: str, first: str, zone: tzinfo) -> Offer:
    period = read_period(first, zone)
    said = period_words(first_instant(period), end_instant(period), zone)
    return Offer("at", f"{first}..", label, f"From {said} on", "period")


def _since(label: str, instant: datetime, zone: tzinfo) -> Offer:
    minute = instant.replace(second=0, microsecond=0)
    written = period_text(minute, None, zone)
    local = minute.astimezone(zone)
    said = f"From {day_words(local)}, {local:%H:%M} on"
    return Offer("at", written, label, said, "period")
