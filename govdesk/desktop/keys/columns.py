"""Columns of the keys, the words for their states, and what a screen reader says of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from govdesk.desktop.tables.columns import Column
from govdesk.services.api_keys import Key

_TIME: Final = "2026-12-30 23:59"
_DAY: Final = "2026-12-30"
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)

STATUS: Final = {
    "active": ("active", "state_ok", "state_ok"),
    "expiring": ("expires soon", "state_attention", "calendar"),
    "stale": ("stale", "state_attention", "clock"),
    "rotated": ("rotated", "state_neutral", "refresh-cw"),
    "suspended": ("suspended", "state_failed", "lock"),
    "revoked": ("revoked", "state_neutral", "x"),
    "expired": ("expired", "state_neutral", "minus"),
}
"""Word, meaning and icon of each status."""
ENVIRONMENTS: Final = {"dev": "dev", "staging": "staging", "prod": "production"}
"""What the three environments are called in the whole console."""


def when(at: datetime | None, zone: tzinfo, otherwise: str = "never") -> str:
    """Return a time in the zone shown, to the minute."""
    return otherwise if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def day(at: datetime | date | None, zone: tzinfo, otherwise: str = "never") -> str:
    """Return the day in the zone shown."""
    if isinstance(at, datetime):
        at = at.astimezone(zone).date()
    return otherwise if at is None else at.isoformat()


def last_used(key: Key) -> datetime | None:
    """When it was used last: the first use is known at once, later ones after a minute."""
    return key.last_used_at or key.first_used_at


def status_word(key: Key) -> str:
    """What the state of a key is called."""
    return STATUS[key.status][0]


def environment_word(key: Key) -> str:
    """What a key's environment is called."""
    return ENVIRONMENTS.get(key.environment, key.environment)


def columns(zone: tzinfo) -> tuple[Column, ...]:
    """Columns for a time zone."""
    return (
        Column("prefix", "Key", lambda k: k.prefix, sample="gd_staging_0Vw7XQ", mono=True),
        Column(
            "status",
            "Status",
            status_word,
            sample="expires soon",
            icon=lambda k: (STATUS[k.status][2], STATUS[k.status][1]),
        ),
        Column("environment", "Environment", environment_word, sample="Environment"),
        Column("owner", "Owner", lambda k: k.owner_label, 18),
        Column("scopes", "Scopes", lambda k: ", ".join(k.scopes), 18),
        Column("used", "Last used", lambda k: when(last_used(k), zone), sample=_TIME),
        Column("expires", "Expires", lambda k: day(k.expires_at, zone), sample=_DAY),
        Column("created", "Created", lambda k: day(k.created_at, zone), sample=_DAY),
    )


CREATED: Final = 7
"""Place of the column by which the list is sorted at first."""


def said(zone: tzinfo) -> Callable[[Key], str]:
    """What a screen reader says of a row."""

    def sentence(key: Key) -> str:
        return (
            f"{key.prefix} of {key.owner_label}, {environment_word(key)}, {status_word(key)}."
            f" Scopes {', '.join(key.scopes)}. Last used {when(last_used(key), zone)}, expires"
            f" {day(key.expires_at, zone)}, created {day(key.created_at, zone)}"
            f"{' by staff of GovDesk' if key.is_by_staff else ''}."
        )

    return sentence


def words(key: Key) -> Iterator[str]:
    """What the filter looks through."""
    yield from (key.prefix, key.owner_label, environment_word(key), status_word(key), *key.scopes)
    if key.is_by_staff:
        yield "made by staff"


def value(key: Key, column: str) -> Any:
    """What keys are sorted by."""
    if column == "used":
        return last_used(key) or _LONG_AGO
    found = {
        "status": list(STATUS).index(key.status),
        "environment": environment_word(key),
        "owner": key.owner_label,
        "scopes": ", ".join(key.scopes),
        "expires": key.expires_at,
        "created": key.created_at,
    }
    return found[column]
