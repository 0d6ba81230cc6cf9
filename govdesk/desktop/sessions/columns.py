"""Columns of the sessions, and what a screen reader says of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

from govdesk.desktop.tables.columns import Column
from govdesk.services.sessions import Seat

_TIME: Final = "2026-12-30 23:59"
_KINDS: Final = {
    "this": ("this one", "badge-check", "state_ok"),
    "staff": ("GovDesk staff", "user-cog", "state_attention"),
    "half": ("no second factor yet", "state_attention", "state_attention"),
    "": ("signed in", "user", ""),
}


def when(at: datetime, zone: tzinfo) -> str:
    """Return a time in the zone shown, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def kind_of(seat: Seat) -> str:
    """What a session is, in words."""
    return _KINDS[_kind(seat)][0]


def _kind(seat: Seat) -> str:
    if seat.current:
        return "this"
    if seat.kind == "staff":
        return "staff"
    return "" if seat.mfa else "half"


def columns(zone: tzinfo) -> tuple[Column, ...]:
    """Columns for a time zone."""
    return (
        Column("person", "Person", lambda s: s.email, 30, stretch=True),
        Column(
            "kind",
            "Session",
            kind_of,
            sample="no second factor yet",
            icon=lambda s: _KINDS[_kind(s)][1:],
        ),
        Column("since", "Since", lambda s: when(s.created_at, zone), sample=_TIME),
        Column("seen", "Last seen", lambda s: when(s.seen_at, zone), sample=_TIME),
        Column("address", "Address", lambda s: s.ip or "", sample="2001:db8:85a3::8a2e:7334"),
        Column("until", "Until", lambda s: when(s.expires_at, zone), sample=_TIME),
    )


def said(zone: tzinfo) -> Callable[[Seat], str]:
    """What a screen reader says of a row."""

    def sentence(seat: Seat) -> str:
        place = f" from {seat.ip}" if seat.ip else ""
        return (
            f"{seat.email}, {kind_of(seat)}{place}, since {when(seat.created_at, zone)}, last seen"
            f" {when(seat.seen_at, zone)}, until {when(seat.expires_at, zone)}."
        )

    return sentence


def words(seat: Seat) -> Iterator[str]:
    """What finding looks through."""
    yield from (seat.email, kind_of(seat), seat.ip or "")


def order(seat: Seat) -> str:
    """One's own session stands first, then by address."""
    return "" if seat.current else seat.email


def value(seat: Seat, key: str) -> Any:
    """What sessions are sorted by."""
    found = {"since": seat.created_at, "seen": seat.seen_at, "until": seat.expires_at}
    return found.get(key) or {"kind": kind_of(seat), "address": seat.ip or ""}[key]
