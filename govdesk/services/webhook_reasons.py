"""Why an event was not sent to an endpoint, in a sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.database import webhooks as stored
from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import DISABLED_WORDS, OUTCOME_BY_NAME
from govdesk.services import webhooks
from govdesk.services.webhooks import Webhook

_REDELIVER: Final = "Redeliver it, once the receiver is well."
_MISSED: Final = "Redeliver what was missed, if it should be sent after all."


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one event for one endpoint: a verdict for programs, a sentence, a remedy.

    `was_sent` is None while it is on its way. `facts` are those of the database.
    """

    verdict: str
    sentence: str
    remedy: str
    was_sent: bool | None = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def delivery_id(self) -> str | None:
        """The delivery that was made of it, if one was."""
        found = self.facts.get("delivery_id")
        return None if found is None else str(found)


def why_not_sent(session: Session, webhook_id: str, seq: int) -> Explanation:
    """Return what became of row `seq` of the log for an endpoint."""
    one = next((w for w in webhooks.list_webhooks(session) if w.id == webhook_id), None)
    if one is None:
        raise webhooks.unknown()
    if seq < 1:
        raise Problem(f"{seq} is no number of the log.", "Numbers begin at 1.", exit_code=2)
    with session.reading() as connection:
        facts = stored.why_not_sent(connection, webhook_id, seq)
    return explained(one, seq, facts)


def explained(one: Webhook, seq: int, facts: Mapping[str, Any]) -> Explanation:
    """Put the database's verdict into words."""
    verdict = str(facts.get("verdict", ""))
    words = _never_made(one, seq, facts).get(verdict) or _made(seq, facts).get(verdict)
    sentence, remedy = words or (f"The database says “{verdict}” about event {seq:,}.", "")
    was_sent = {"delivered": True, "sent": True, "pending": None, "behind": None}
    return Explanation(verdict, sentence, remedy, was_sent.get(verdict, False), dict(facts))


def _never_made(one: Webhook, seq: int, facts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    what = f"Event {seq:,}" + (f" ({facts['action']})" if facts.get("action") else "")
    return {
        "no_row": (
            f"The log has no event {seq:,} yet.",
            "Look for its number in the audit log.",
        ),
        "not_readable": (
            f"You may not see event {seq:,}, so nothing is said about it.",
            "Ask somebody who sees the whole organization.",
        ),
        "itself": (
            f"{what} is about this webhook itself; such events are never sent to it.",
            "Another webhook can hear of it.",
        ),
        "other_system": (
            f"{what} belongs to another part of the organization than this webhook.",
            "Add a webhook for the whole organization, or for that system.",
        ),
        "not_subscribed": (
            f"{what} is not among what this webhook subscribes to.",
            "Subscribe to it, if it should be sent.",
        ),
        "not_subscribed_then": (
            f"{what} was looked at when this webhook subscribed to something else.",
            "It will be sent such events from now on, if it subscribes to them now.",
        ),
        "before": (
            f"{what} is older than this webhook{_moment(facts, 'created_at', ', added ')}.",
            "A webhook hears what happens after it was added; export older events instead.",
        ),
        "skipped": (
            f"{what} happened while this webhook was disabled{_span(facts)}, and what it missed"
            " was skipped when it was resumed.",
            _MISSED,
        ),
        "behind": (f"{what} is still to be looked at by a worker.", _worker_words(one)),
        "no_secret": (
            "This webhook has no secret that a worker could open, so nothing is sent.",
            "Rotate its secret, and give the new one to the receiver.",
        ),
        "disabled": (
            f"This webhook is disabled. {_why_disabled(one, facts)}".strip(),
            "Resume it, and choose to send what it missed.",
        ),
    }


def _made(seq: int, facts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    tries = facts.get("attempts") or 0
    counted = {0: "It was not tried yet", 1: "It was tried once"}.get(
        tries, f"It was tried {tries} times"
    )
    outcome = OUTCOME_BY_NAME.get(str(facts.get("last_outcome")))
    last = f", last with the outcome “{outcome.title}”" if outcome else ""
    due = _moment(facts, "due_at", " The next try is due ", "%Y-%m-%d %H:%M:%S")
    due = (
        _moment(facts, "breaker_until", " The webhook rests after failures in a row until ") or due
    )
    return {
        "pending": (
            f"Event {seq:,} is on its way. {counted}{last}.{due}{'.' if due else ''}",
            "The delivery log says what each try met." if tries else "",
        ),
        "delivered": (f"Event {seq:,} was delivered: the receiver accepted it.", ""),
        "sent": (
            f"Event {seq:,} was sent. With syslog nobody acknowledges, so more is not known.",
            "Look in the collector.",
        ),
        "failed": (f"Event {seq:,} was given up. {counted}{last}.", _REDELIVER),
        "cancelled": (
            f"Event {seq:,} was called off before it was delivered"
            f"{_moment(facts, 'reason', ': ')}.",
            _REDELIVER,
        ),
    }


def _why_disabled(one: Webhook, facts: Mapping[str, Any]) -> str:
    reason = str(facts.get("reason") or one.disabled_reason or "")
    return DISABLED_WORDS.get(reason, "")


def _worker_words(one: Webhook) -> str:
    if one.health.behind > 1:
        return f"{one.health.behind:,} events wait; see that a worker runs (govdesk doctor)."
    return "See that a worker runs, if this lasts more than a few seconds (govdesk doctor)."


def _span(facts: Mapping[str, Any]) -> str:
    first, last = facts.get("from"), facts.get("to")
    return f" (events {first} to {last})" if first is not None and last is not None else ""


def _moment(facts: Mapping[str, Any], name: str, before: str, form: str = "%Y-%m-%d %H:%M") -> str:
    value = facts.get(name)
    if value is None:
        return ""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return f"{before}{value}"
    return f"{before}{at.astimezone(UTC).strftime(form)} UTC"
