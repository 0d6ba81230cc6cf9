"""Columns of the delivery log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from govdesk.desktop.deliveries import words
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.timeline.columns import time_text
from govdesk.services.deliveries import Attempt

_TIME = "2026-12-30 23:59:59 +10:00"


def columns(zone: tzinfo) -> tuple[Column, ...]:
    """Return the columns for a time zone."""
    return (
        Column("at", "Time", lambda a: time_text(a.at, zone), sample=_TIME),
        Column("event", "Event", lambda a: a.event, sample="member.role_changed"),
        Column(
            "outcome",
            "Outcome",
            lambda a: words.look(a.outcome)[1],
            sample="Refused by the receiver",
            icon=lambda a: (words.look(a.outcome)[0], ""),
        ),
        Column("webhook", "Webhook", lambda a: a.webhook, 18),
        Column("status", "Status", lambda a: str(a.status or ""), sample="Status", right=True),
        Column(
            "duration", "Duration", lambda a: words.milliseconds(a.total_ms),
            sample="Duration", right=True,
        ),
        Column("number", "Try", lambda a: f"{a.number:,}", sample="Try 0", right=True),
        Column(
            "next", "Next try", lambda a: words.next_try(a, zone),
            sample=_TIME,
        ),
        Column("seq", "Seq", lambda a: f"{a.seq:,}" if a.seq else "", sample="1,000,000",
               right=True, visible=False),
        Column("host", "Worker", lambda a: a.host, 16, visible=False),
        Column("delivery", "Delivery id", lambda a: a.delivery_id, 20, mono=True, visible=False),
    )  # fmt: skip


def sentence(zone: tzinfo) -> Callable[[Attempt], str]:
    """Return what a screen reader says of a row."""
    return lambda attempt: words.sentence_of(attempt, zone)
