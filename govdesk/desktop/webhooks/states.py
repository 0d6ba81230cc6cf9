"""How a webhook fares, in a word, an icon and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from govdesk.desktop.timeline.columns import offset_text
from govdesk.domain.webhooks import OUTCOME_BY_NAME
from govdesk.services.webhooks import Health, Webhook, Worker
from govdesk.services.webhooks import State as Key

_MOST_COUNTED: Final = 10_000
_REASONS: Final = {
    "person": "by a person",
    "gone": "gone",
    "failing": "failing",
    "retired": "its place is retired",
}


@dataclass(frozen=True, slots=True)
class State:
    """`meaning` is one of the theme's, `icon` empty for its own; `remedy` says what to do."""

    key: Key
    word: str
    meaning: str
    icon: str = ""
    sentence: str = ""
    remedy: str = ""


def state_of(webhook: Webhook, zone: tzinfo, now: datetime | None = None) -> State:
    """Return how a webhook fares. Without `now` it is asked of this computer's clock."""
    at = now or datetime.now(UTC)
    match webhook.state:
        case "disabled":
            return _disabled(webhook, zone, at)
        case "no_secret":
            return State(
                "no_secret", "no secret", "state_failed", "key-round",
                "It has no secret, so that nothing can be signed and nothing is sent.",
                "Rotate its secret to give it one; what waits is sent then.",
            )  # fmt: skip
        case "resting":
            return _resting(webhook.health, zone, at)
        case "failing":
            return _failing(webhook.health, zone, at)
        case "new" | "healthy" if webhook.health.pending and webhook.health.last_outcome == "ours":
            return State(
                webhook.state, "held up on our side", "state_attention", "",
                "Deliveries wait for a fault on our side; nothing is held against the receiver.",
                "The delivery log says what it is. They are tried again each minute.",
            )  # fmt: skip
        case "new":
            sentence = "Nothing has been sent to it yet. Test webhook shows whether it answers."
            return State("new", "new", "state_neutral", "", sentence)
        case _:
            return State("healthy", "healthy", "state_ok")


def _disabled(webhook: Webhook, zone: tzinfo, now: datetime) -> State:
    reason = webhook.disabled_reason or "person"
    since = f" since {moment(webhook.disabled_at, zone, now)}" if webhook.disabled_at else ""
    sentences = {
        "person": f"Disabled by a person{since}. Nothing is sent to it.",
        "gone": f"The receiver answered 410 Gone{since}: it wants no more deliveries.",
        "failing": f"It failed for five days and is disabled{since}.",
        "retired": f"The place that it is about is retired{since}.",
    }
    meaning = "state_failed" if reason in ("gone", "failing") else "state_neutral"
    remedy = "" if reason == "retired" else "Resume it once its receiver answers again."
    return State(
        "disabled", f"disabled: {_REASONS.get(reason, reason)}", meaning, "ban",
        sentences.get(reason, f"Disabled{since}."), remedy,
    )  # fmt: skip


def _resting(health: Health, zone: tzinfo, now: datetime) -> State:
    is_over = health.breaker_until is None or health.breaker_until <= now
    until = "its probe" if is_over else moment(health.breaker_until, zone, now)
    return State(
        "resting", f"resting until {until}", "state_attention", "circle-pause",
        f"{_tries(health)} failed in a row, so that it is left alone until {until}. No try is used"
        " up meanwhile.",
        "Then one delivery goes out as a probe. Test webhook shows what the receiver answers now.",
    )  # fmt: skip


def _failing(health: Health, zone: tzinfo, now: datetime) -> State:
    at = health.failing_since or health.last_failure_at
    since = moment(at, zone, now)
    return State(
        "failing", f"failing since {since}", "state_attention", "",
        f"{_tries(health)} failed since {since}.{_last(health)}",
        "Deliveries are tried again for three days. After five days of failure it is disabled.",
    )  # fmt: skip


def _last(health: Health) -> str:
    """How the last try ended, in the log's words; empty if that is not known."""
    if not health.last_outcome:
        return ""
    known = OUTCOME_BY_NAME.get(health.last_outcome)
    status = f", status {health.last_status}" if health.last_status else ""
    return f" The last one: {known.title if known else health.last_outcome}{status}."


def _tries(health: Health) -> str:
    return "1 try" if health.failures == 1 else f"{health.failures:,} tries"


def moment(at: datetime | None, zone: tzinfo, now: datetime | None = None) -> str:
    """Time of day for today, else the date with it, in the zone named; a dash for never."""
    if at is None:
        return "–"
    local, today = at.astimezone(zone), (now or datetime.now(UTC)).astimezone(zone)
    day = "" if local.date() == today.date() else f"{local:%Y-%m-%d} "
    return f"{day}{local:%H:%M} {offset_text(local)}"


def success(health: Health) -> str:
    """Deliveries of the last 24 hours that arrived, of how many."""
    whole = health.ok_24h + health.failed_24h
    return f"{health.ok_24h:,} of {whole:,}" if whole else "–"


def waiting(health: Health) -> str:
    """How many deliveries wait; more than ten thousand are not counted."""
    most = f"over {_MOST_COUNTED:,}"
    return most if health.pending > _MOST_COUNTED else f"{health.pending:,}"


def silence(workers: Sequence[Worker], zone: tzinfo, now: datetime | None = None) -> str:
    """What a banner says when no worker is at work; empty while one is."""
    at = now or datetime.now(UTC)
    newest = max((one.seen_at for one in workers), default=None)
    if any(one.is_alive for one in workers):
        return ""
    if newest is None:
        return (
            "No worker has ever been heard of: deliveries wait. Start one with govdesk worker on a"
            " machine that reaches the receivers."
        )
    return (
        f"No worker has been heard of since {moment(newest, zone, at)}: deliveries wait. Start one"
        " with govdesk worker; nothing is lost meanwhile."
    )
