"""The whole way of one delivery, read at once: cause, event, why it was asked for, every try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from govdesk.desktop.deliveries.words import lasting, look
from govdesk.desktop.timeline.columns import time_text
from govdesk.domain import webhook_events
from govdesk.domain.problem import Problem
from govdesk.services import deliveries, timeline, webhook_testing, webhooks
from govdesk.services.deliveries import Attempt, Delivery
from govdesk.services.link import Session, SessionEnded, Unreachable
from govdesk.services.timeline import Event
from govdesk.services.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class Story:
    """A delivery, its tries (the first one first), the row that caused it, and the endpoint.

    `cause` is None for a test, and where this person may not see the row; `webhook` once it is
    deleted.
    """

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    cause: Event | None
    webhook: Webhook | None


def read(session: Session, delivery_id: str) -> Story:
    """Read all of it; raises `Problem` for a delivery that this person does not see."""
    delivery = deliveries.find(session, delivery_id)
    attempts = tuple(deliveries.attempts_of(session, delivery_id))
    every = webhooks.list_webhooks(session)
    one = next((one for one in every if one.id == delivery.webhook_id), None)
    return Story(delivery, attempts, _cause(session, delivery.seq), one)


def _cause(session: Session, seq: int | None) -> Event | None:
    if seq is None:
        return None
    try:
        found = timeline.detail(session, seq)
    except (SessionEnded, Unreachable):
        raise
    except Problem:
        # Who may read deliveries may not read every row of the log.
        return None
    return None if found is None else found.event


def request_of(story: Story, attempt: Attempt) -> tuple[str, ...]:
    """Lines of what was sent, where that was kept."""
    if story.webhook is None or not attempt.request:
        return ()
    return webhook_testing.conversation(story.webhook, attempt).request


def cause_words(story: Story) -> str:
    """What began it."""
    delivery, cause = story.delivery, story.cause
    if delivery.origin == "test":
        return "Somebody pressed Test webhook."
    if delivery.origin in ("new", "forged"):
        return "Somebody pressed Check receiver."
    if cause is None:
        return f"Event {delivery.seq or 0:,} of the log, which you may not see."
    who = f"{cause.actor}: " if cause.actor else ""
    return f"{who}{cause.summary or cause.action}"


def verdict_words(story: Story) -> str:
    """Why the endpoint was sent this event."""
    delivery, one = story.delivery, story.webhook
    if delivery.origin != "event":
        return "A test goes to its webhook whatever that asks for."
    if one is None:
        return "The webhook was deleted since."
    action = story.cause.action if story.cause is not None else delivery.event
    if webhook_events.matches(one.events, one.alerts, one.blocks, action) is None:
        return "The webhook asked for it then; it does not any more."
    return f"The webhook asks for {_fitting(one, action)}, so it was sent."


def _fitting(one: Webhook, action: str) -> str:
    for pattern in one.events:
        if webhook_events.matches((pattern,), False, False, action) is not None:
            return "every event" if pattern == webhook_events.EVERYTHING else pattern
    return "alerts" if action == webhook_events.ALERT else "blocks"


def next_words(story: Story, zone: tzinfo, now: datetime | None = None) -> str:
    """What comes next, and why."""
    delivery = story.delivery
    last = story.attempts[-1] if story.attempts else None
    if delivery.status in ("delivered", "sent"):
        return "Nothing is left to do."
    if delivery.status == "cancelled":
        return "It was called off and is not sent any more."
    if delivery.status == "failed":
        count = len(story.attempts)
        tries = "1 try" if count == 1 else f"{count:,} tries"
        return f"It was given up after {tries}. Redeliver sends it once more."
    if delivery.due_at is None:
        return "It waits for a worker."
    wait = (delivery.due_at - (now or datetime.now(UTC))).total_seconds()
    when = f"in {lasting(wait)}, on {time_text(delivery.due_at, zone)}" if wait > 0 else "now"
    return f"It is tried {'again ' if last else ''}{when}{_reason(last)}."


def _reason(last: Attempt | None) -> str:
    if last is None:
        return ""
    if last.outcome == "ours":
        return ": the fault was ours and does not count as a try"
    if last.outcome == "lost":
        return ": nobody knows whether the last try arrived; the receiver knows it by its id"
    return f": the last try ended with “{look(last.outcome)[1]}”"
