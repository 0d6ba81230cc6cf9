"""Words for what became of a try, a delivery and an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

OutcomeName = Literal[
    "delivered", "sent", "http", "redirect", "gone", "timeout", "refused", "dns", "tcp", "tls",
    "protocol", "ack", "too_long", "ours", "lost",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended: a title for a table, and a sentence that says what it means.

    `tone`: ``good``, ``bad`` (the receiver's), or ``ours`` (nothing is held against the receiver).
    """

    name: OutcomeName
    title: str
    sentence: str
    tone: Literal["good", "bad", "ours"] = "bad"


OUTCOMES: Final[tuple[Outcome, ...]] = (
    Outcome("delivered", "Delivered", "The receiver confirmed it.", "good"),
    Outcome(
        "sent", "Sent", "It went out encrypted; this kind of receiver confirms nothing.", "good"
    ),
    Outcome("http", "Refused by the receiver", "The receiver answered that it did not take it."),
    Outcome(
        "redirect",
        "Redirected",
        "The receiver named another address. Redirects are not followed; enter the new address.",
    ),
    Outcome(
        "gone",
        "Gone",
        "The receiver answered 410: it wants no more deliveries. The webhook was disabled.",
    ),
    Outcome("timeout", "Too slow", "The receiver did not answer in time."),
    Outcome(
        "refused",
        "Not allowed",
        "The address is private or closed, or a setting cannot be sent; nothing was contacted.",
    ),
    Outcome("dns", "Name not found", "The name servers do not know the receiver's name."),
    Outcome("tcp", "Not reachable", "No connection could be made to the receiver."),
    Outcome(
        "tls",
        "Not trusted",
        "The encrypted connection failed, mostly because of the receiver's certificate.",
    ),
    Outcome(
        "protocol", "Not understood", "What came back is not an answer in the expected language."
    ),
    Outcome(
        "ack",
        "Not confirmed",
        "The receiver took it, but did not confirm in time that it is stored.",
    ),
    Outcome("too_long", "Answer too long", "The receiver's answer was longer than is read."),
    Outcome(
        "ours",
        "Fault on our side",
        "Something of ours failed before it went out. It is tried again soon and not held against"
        " the receiver.",
        "ours",
    ),
    Outcome(
        "lost",
        "Try interrupted",
        "The worker ended while sending, so nobody knows whether it arrived. It is sent again with"
        " the same id.",
        "ours",
    ),
)
OUTCOME_BY_NAME: Final[dict[str, Outcome]] = {one.name: one for one in OUTCOMES}

STATUS_WORDS: Final[dict[str, str]] = {
    "pending": "Waiting",
    "delivered": "Delivered",
    "sent": "Sent",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
"""The states of a delivery."""

ENDPOINT_STATUS_WORDS: Final[dict[str, str]] = {
    "active": "Active",
    "disabled": "Disabled",
    "deleted": "Deleted",
}

DISABLED_WORDS: Final[dict[str, str]] = {
    "person": "Somebody disabled it.",
    "gone": "The receiver answered 410: it wants no more deliveries.",
    "failing": "Deliveries failed for five days.",
    "retired": "Its system was retired.",
}

ORIGIN_WORDS: Final[dict[str, str]] = {
    "event": "Event",
    "test": "Test",
    "new": "Check: newest secret only",
    "forged": "Check: wrong signature",
}
