"""An endpoint, its keys and an event, for the tests of what goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.signing import SigningKey

WEBHOOK = "0d9c6a1e-1c3f-4a53-8a9e-2f6f0c1b7d44"
NEW, OLD = bytes(range(32)), bytes(range(100, 164))
NEW_KEY = SigningKey("new", bytes(range(1, 33)))
OLD_KEY = SigningKey("old", bytes(range(2, 34)))
ROW: dict[str, object] = {
    "tenant_id": "5b0c3c1e-52a4-4c3b-9a70-7d1f1f1d2a11", "tenant_path": "meridian_bank",
    "seq": 42, "at": "2026-03-02T09:14:07.4829+00:00", "occurred_at": None, "severity": "notice",
    "action": "member.invited", "actor": "user:ada@meridian.example", "on_behalf_of": None,
    "entity_type": "invitation", "entity_id": "7a1d", "system_id": None,
    "summary": "Ada Obi invited bo@meridian.example as member — José 李",
    "reason": "Covers for Cy", "request_id": "req-4f1c",
    "session_id": "b3f5c9a2-7d0e-4a8b-9c66-11e2d3f4a5b6", "ip": "192.0.2.17/32",
    "salts": {"ip": "00"}, "leaf": "\\x7b7d", "leaf_hash": "\\x" + "ab" * 32,
}  # fmt: skip
DIFF = '{"email":{"new":"bo@meridian.example"},"role_key":{"new":"member"}}'


def endpoint(**changes: Any) -> Endpoint:
    """A webhook in the middle of a rotation of its secret and of the tenant's key."""
    return replace(
        Endpoint(
            id=WEBHOOK,
            tenant_id="5b0c3c1e-52a4-4c3b-9a70-7d1f1f1d2a11",
            tenant_path="meridian_bank",
            kind="webhook",
            url="https://siem.example.com/hooks",
            secrets=(NEW, OLD),
            signing_keys=(NEW_KEY, OLD_KEY),
            token="a-token-that-nobody-sees",
        ),
        **changes,
    )


def event(**changes: Any) -> Event:
    """The invitation of somebody, on its first try."""
    return replace(
        Event(
            type="member.invited",
            message_id="msg_4fK2mX9QeR7tYb1NcV6wZaH3sD",
            stream_seq=7,
            prev_id="msg_4fK2mX9QeR7tYb1NcV6wZaH3sC",
            number=1,
            origin="event",
            row=ROW,
            diff=DIFF,
            system="Card Fraud Scoring",
            at=datetime(2026, 3, 2, 9, 14, 8, 5, tzinfo=UTC),
        ),
        **changes,
    )


def probe(origin: str) -> Event:
    """A test, or one of the two probes of *Check receiver*."""
    return event(type="webhook.test", origin=origin, row=None, diff=None, system=None,
                 stream_seq=None, prev_id=None)  # fmt: skip
