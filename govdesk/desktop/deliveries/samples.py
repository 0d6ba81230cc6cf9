"""Deliveries of an organization that is not there, for the pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from govdesk.desktop.deliveries.story import Story
from govdesk.services import webhook_testing
from govdesk.services.deliveries import Attempt, Delivery
from govdesk.services.timeline import Event
from govdesk.services.webhook_testing import Conversation, Verdict
from govdesk.services.webhooks import Health, Webhook

NOW: Final = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_ID: Final = "9b2d3a52-8f6e-4c1c-9a55-0d3f6d1e{:04x}"
_KINDS: Final = (
    ("delivered", 202, "member.invited"),
    ("delivered", 200, "grant.created"),
    ("http", 503, "member.role_changed"),
    ("delivered", 204, "api_key.created"),
    ("timeout", None, "verdict.changed"),
    ("ours", None, "integration.changed"),
    ("delivered", 200, "member.invited"),
    ("tls", None, "x.claims.paid"),
    ("lost", None, "discovery.completed"),
    ("delivered", 200, "system.alert"),
)
_ERRORS: Final = {
    "http": ("The receiver answered 503, Service Unavailable.",
             "If it lasts, look at the receiver's log."),
    "timeout": ("The receiver did not answer within 15 seconds.",
                "Have it answer at once and do its work afterwards."),
    "tls": ("The receiver's certificate ended on 1 November 2026.", "Renew it there."),
    "ours": ("The name servers of the worker gave no answer.",
             "Look at the worker's network; this does not count as a try."),
    "lost": ("The worker ended while this was under way.",
             "Nothing: it is sent again with the same id."),
}  # fmt: skip


def webhook(place: int = 0) -> Webhook:
    """One of two endpoints."""
    names = ("SIEM of the security team", "Ticketing")
    hosts = ("siem.acme.example", "tickets.example.net")
    return Webhook(
        id=_ID.format(0xF0 + place), node_path="acme", system_id=None, system=None,
        kind="webhook", description=names[place], url=f"https://{hosts[place]}/hooks/govdesk",
        events=("member.*", "grant.*", "api_key.*", "verdict.changed", "x.*"), alerts=True,
        blocks=True, format="govdesk", detail="full", headers={}, settings={}, secret_refs={},
        allow=(), throttle=60, status="active", disabled_reason=None, disabled_at=None,
        created_at=NOW - timedelta(days=90), created_by="user:ada@acme.example", version=3,
        health=Health(has_secret=True),
    )  # fmt: skip


def attempt(place: int, **more: Any) -> Attempt:
    """One try; every third one used an open connection again."""
    outcome, status, event = _KINDS[place % len(_KINDS)]
    error, remedy = _ERRORS.get(outcome, (None, None))
    one = webhook(place % 2)
    is_kept, answers = place % 3 == 1, outcome in ("delivered", "http")
    at = NOW - timedelta(seconds=41 * place + place % 7)
    facts: dict[str, Any] = {
        "delivery_id": _ID.format(place), "number": 1 + (place % 4 if error else 0),
        "node_path": "acme", "webhook_id": one.id, "webhook": one.name, "seq": 998_412 - 3 * place,
        "event": event, "origin": "event", "at": at, "host": "worker-1", "outcome": outcome,
        "status": status, "error": error, "remedy": remedy,
        "address": None if outcome in ("ours", "lost") else "203.0.113.80:443",
        "tls": "TLS 1.3 · certificate valid for 61 more days" if answers else None,
        "dns_ms": None if is_kept or outcome == "lost" else 3.4,
        "tcp_ms": None if is_kept or outcome in ("ours", "lost") else 18.2,
        "tls_ms": None if is_kept or not answers else 31.7,
        "first_byte_ms": 84.0 + place if answers else None,
        "total_ms": 15_000.0 if outcome == "timeout" else 138.2 + place,
        "next_at": at + timedelta(minutes=30) if error else None,
    }  # fmt: skip
    return Attempt(**facts | more)


def attempts(count: int = 60) -> list[Attempt]:
    """The newest page of a log."""
    return [attempt(place) for place in range(count)]


_REQUEST: Final = {
    "method": "POST",
    "url": "https://siem.acme.example/hooks/govdesk",
    "headers": [
        ["content-type", "application/json"],
        ["webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4"],
        ["webhook-timestamp", "1795253400"],
        ["webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
    ],
}
_HTML: Final = (
    "<html><head><title>503</title></head>\n<body><h1>Service Unavailable</h1></body></html>"
)


def story() -> Story:
    """A delivery that failed twice and waits for its third try."""
    first = attempt(2, number=1, at=NOW - timedelta(minutes=6), response=_HTML, request=_REQUEST)
    second = attempt(4, number=2, at=NOW - timedelta(minutes=1), delivery_id=first.delivery_id,
                     dns_ms=2.9, tcp_ms=17.6, tls_ms=40.2, request=_REQUEST)  # fmt: skip
    one = webhook()
    delivery = Delivery(
        id=first.delivery_id, webhook_id=one.id, webhook=one.name, seq=first.seq,
        event="member.role_changed", origin="event",
        message_id="msg_2KWPBgLlAfxdpx2AI54pPJ85f4", stream_seq=4_711, prev_id=None,
        status="pending", attempts=2, due_at=NOW + timedelta(days=3650),
        created_at=NOW - timedelta(minutes=6), done_at=None, last_outcome="timeout",
        last_status=None,
    )  # fmt: skip
    return Story(delivery, (first, second), _cause(delivery.seq or 0), one)


def _cause(seq: int) -> Event:
    values: dict[str, Any] = dict.fromkeys(Event.__dataclass_fields__)
    values |= {
        "seq": seq, "at": NOW - timedelta(minutes=6), "severity": "notice",
        "action": "member.role_changed", "actor": "user:ada@acme.example",
        "entity_type": "member", "summary": "Otis Operator became admin of Claims triage",
        "leaf_hash": "",
    }  # fmt: skip
    return Event(**values)


def conversation(outcome: str = "delivered", **more: Any) -> Conversation:
    """A test as the worker met it."""
    place = {"delivered": 0, "http": 2, "tls": 7, "timeout": 4}[outcome]
    body = (
        '{"data":{"action":"webhook.test","occurred_at":"2026-11-21T09:30:00.000000Z"},'
        '"timestamp":"2026-11-21T09:30:00.000000Z","type":"webhook.test"}'
    )
    facts: dict[str, Any] = {
        "number": 1, "origin": "test", "next_at": None, "event": "webhook.test", "seq": None,
        "request": _REQUEST | {"body": body},
        "response": '{"accepted": true}' if outcome == "delivered" else None,
    }  # fmt: skip
    if outcome == "tls":
        facts |= {"dns_ms": 3.4, "tcp_ms": 18.2, "tls_ms": 24.0, "total_ms": 45.6, "request": {}}
    if outcome == "http":
        facts |= {"response": _HTML}
    return webhook_testing.conversation(webhook(), attempt(place, **facts | more))


def verdict(accepts_new: bool = True, rejects_forged: bool = True) -> Verdict:
    """A receiver that was checked."""
    good, bad = conversation(), conversation("http", status=401)
    bad = replace(bad, sentence="The receiver answered 401, Unauthorized.", remedy="")
    return Verdict(
        accepts_new, rejects_forged, "", "" if rejects_forged else
        "Anybody who knows its address can send it events. Turn verification on there.",
        good if accepts_new else bad, bad if rejects_forged else good,
    )  # fmt: skip
