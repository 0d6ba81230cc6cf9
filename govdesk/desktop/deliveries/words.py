"""What the log says of an attempt: a word and a meaning for its outcome, times, what comes."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from govdesk.desktop.timeline.columns import time_text
from govdesk.domain.webhook_words import OUTCOME_BY_NAME, STATUS_WORDS
from govdesk.services.deliveries import Attempt

_TONES: Final = {"good": "state_ok", "bad": "state_failed", "ours": "state_attention"}
_STATES: Final = {
    "pending": "state_attention",
    "delivered": "state_ok",
    "sent": "state_ok",
    "failed": "state_failed",
    "cancelled": "state_neutral",
}

NOT_MANAGED: Final = (
    "To redeliver you need the permission webhook.manage, which an owner or an admin can grant."
)
NO_WEBHOOK: Final = "There is no webhook yet that anything could be sent to."
NO_EVENT: Final = "Tests and checks are not redelivered; run another one instead."
NOTHING_TRIED: Final = "A verifier kit holds a try, and none was made yet."
KIT: Final = (
    "A zip with the delivery, its headers, the public key and a short program that checks the"
    " signature without GovDesk"
)


def look(outcome: str) -> tuple[str, str]:
    """Meaning of the theme and word; an outcome that this console does not know keeps its own."""
    known = OUTCOME_BY_NAME.get(outcome)
    return ("state_neutral", outcome) if known is None else (_TONES[known.tone], known.title)


def meaning_of(outcome: str) -> str:
    """What an outcome means, in a sentence."""
    known = OUTCOME_BY_NAME.get(outcome)
    return "" if known is None else known.sentence


def state(status: str) -> tuple[str, str]:
    """Meaning and word of the state of a delivery."""
    return _STATES.get(status, "state_neutral"), STATUS_WORDS.get(status, status)


def milliseconds(value: float | None) -> str:
    """A duration as one reads it: 0.4 ms, 84 ms, 1,250 ms, 15.0 s; empty if it is unknown."""
    if value is None:
        return ""
    if value >= 10_000:
        return f"{value / 1000:,.1f} s"
    return f"{value:,.0f} ms" if value >= 1 else f"{value:.1f} ms"


def lasting(seconds: float) -> str:
    """A stretch of time in words: 40 seconds, 5 minutes, 2 hours, 3 days."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length or (unit == "minute" and seconds >= length):
            count = round(seconds / length)
            return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"
    count = max(round(seconds), 1)
    return "1 second" if count == 1 else f"{count} seconds"


def next_try(attempt: Attempt, zone: tzinfo) -> str:
    """When it is tried again; empty if it is not."""
    return "" if attempt.next_at is None else time_text(attempt.next_at, zone)


def sentence_of(attempt: Attempt, zone: tzinfo) -> str:
    """What a screen reader says of a row."""
    _, word = look(attempt.outcome)
    answered = f", status {attempt.status}" if attempt.status else ""
    took = f" in {milliseconds(attempt.total_ms)}" if attempt.total_ms is not None else ""
    again = f"; tried again {time_text(attempt.next_at, zone)}" if attempt.next_at else ""
    what = f"{attempt.event} to {attempt.webhook}, try {attempt.number}"
    return f"{time_text(attempt.at, zone)}, {what}: {word}{answered}{took}{again}."
