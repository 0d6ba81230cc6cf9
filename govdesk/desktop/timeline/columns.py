"""Columns of the timeline, in the contract's order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from govdesk.desktop.tables.columns import Column
from govdesk.services.timeline import Event

Seal = Callable[[int], str]
"""Names the state of an event's seal: verified, not_yet or broken."""
SEAL_ICONS = {
    "verified": ("badge-check", "state_ok"),
    "not_yet": ("circle-dashed", "state_neutral"),
    "broken": ("shield-alert", "state_failed"),
}


_TIME = "2026-12-30 23:59:59 +10:00"


def time_text(at: datetime, zone: tzinfo) -> str:
    """Return a time in the zone shown, to the second, with its offset."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {offset_text(local)}"


def offset_text(local: datetime) -> str:
    """Return the offset from UTC as +10:00; UTC itself by name."""
    offset = f"{local:%z}"
    return "UTC" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}"


def columns(zone: tzinfo, seal: Seal) -> tuple[Column, ...]:
    """Return the columns for a time zone; `seal` names the state of an event's seal."""
    return (
        Column(
            "seq",
            "Seq",
            lambda e: f"{e.seq:,}",
            sample="1,000,000",
            right=True,
            icon=lambda e: SEAL_ICONS[seal(e.seq)],
        ),
        # All of one length, so at the left their figures stand below one another too.
        Column("at", "Time", lambda e: time_text(e.at, zone), sample=_TIME),
        Column(
            "severity",
            "Severity",
            lambda e: e.severity,
            sample="warning",
            icon=lambda e: (f"severity_{e.severity}", ""),
        ),
        Column("action", "Action", lambda e: e.action, sample="member.role_changed"),
        Column("actor", "Actor", lambda e: e.actor or "", 22),
        Column("on_behalf_of", "On behalf of", lambda e: e.on_behalf_of or "", 22, visible=False),
        Column("entity_type", "Entity type", lambda e: e.entity_type, 14, visible=False),
        Column("entity_id", "Entity id", lambda e: e.entity_id or "", 20, mono=True, visible=False),
        Column("system", "System", lambda e: e.system or "", 14),
        Column("summary", "Summary", lambda e: e.summary or "", 44, stretch=True),
        Column("ip", "IP address", lambda e: e.ip or "", 16, visible=False),
        Column(
            "request_id", "Request id", lambda e: e.request_id or "", 20, mono=True, visible=False
        ),
        Column("leaf_hash", "Leaf hash", lambda e: e.leaf_hash, 20, mono=True, visible=False),
    )


def sentence(zone: tzinfo, seal: Seal) -> Callable[[Event], str]:
    """Return what a screen reader says of a row."""
    words = {"verified": "verified", "not_yet": "not yet verified", "broken": "seal broken"}

    def said(event: Event) -> str:
        who = f" by {event.actor}" if event.actor else ""
        return (
            f"Event {event.seq:,}, {time_text(event.at, zone)}, {event.severity},"
            f" {event.action}{who}: {event.summary or 'no summary'}; {words[seal(event.seq)]}."
        )

    return said
