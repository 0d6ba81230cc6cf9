"""What the page says of the versions that hold and come, and of a decision that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from govdesk.desktop.organization.history import day_text
from govdesk.desktop.timeline.columns import time_text
from govdesk.services.decisions import Decision
from govdesk.services.metadata import WHY, Metadata


def standing_words(found: Metadata, zone: tzinfo, may_write: bool) -> str:
    """Say which version is in force and which are coming, with their days."""
    words, current = [], found.in_force
    if current is not None:
        day = day_text(current, zone)
        words.append(f"In force since {day}: version {current.version}, {current.legal_entity}.")
    coming = [one for one in reversed(found.versions) if found.standing(one) == "coming"]
    words += [
        f"From {day_text(one, zone)}: version {one.version}, {one.legal_entity}." for one in coming
    ]
    if coming and may_write:
        words.append("A version that is saved now takes the place of those to come.")
    if found.needs_decision and may_write:
        words.append(f"{WHY} Saving asks a second human.")
    return " ".join(words) or "Nothing is recorded yet."


def waiting_words(waiting: Sequence[Decision], zone: tzinfo) -> str:
    """Say what a second human decides, for whom, and until when."""
    first, *others = waiting
    more = f" {len(others)} more wait." if others else ""
    return (
        f"A second human decides: {first.summary}. Asked for by"
        f" {first.requester.removeprefix('user:')}. Nothing changes until then; it expires at"
        f" {time_text(first.expires_at, zone)}.{more}"
    )
