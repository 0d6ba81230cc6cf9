"""Endpoints and attempts made by hand, for tests of what is said about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from govdesk.services.deliveries import Attempt
from govdesk.services.webhook_drafts import Draft
from govdesk.services.webhooks import Health, Webhook

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WEBHOOK_ID = "6f3a0a52-6f2e-4c6b-9d64-0d2f3f2f0a01"
DELIVERY_ID = "0b1c8a52-6f2e-4c6b-9d64-0d2f3f2f0a02"

GOOD = Draft(
    None, "webhook", "Security team", "https://siem.example.com/hooks/govdesk",
    ("member.*", "api_key.revoked"), settings={"server_name": "siem.example.com"},
    secret_refs={"token": "env://SIEM_TOKEN"}, headers={"X-Environment": "staging"},
)  # fmt: skip

_WEBHOOK = Webhook(
    WEBHOOK_ID, "acme", None, None, "webhook", "Security team",
    "https://siem.example.com/hooks/govdesk", ("member.*",), False, False, "govdesk", "full", {},
    {}, {}, (), None, "active", None, None, AT, "user:olga@acme.example", 3,
    Health(has_secret=True, last_success_at=AT),
)  # fmt: skip

_ATTEMPT = Attempt(
    DELIVERY_ID, 1, "acme", WEBHOOK_ID, "Security team", 7, "member.invited", "test", AT,
    "worker-1", "delivered", 204, None, None, "203.0.113.7:443", "TLSv1.3", 1.5, 2.5, 9.0, 20.0,
    21.0, None, "thanks",
    {"method": "POST", "url": "https://siem.example.com/hooks/govdesk",
     "headers": [["webhook-id", "msg_1"], ["webhook-signature", "v1,abc"]], "body": '{"a":1}'},
)  # fmt: skip


def endpoint(health: dict[str, Any] | None = None, **changed: Any) -> Webhook:
    """A webhook that fares well, with what is named being different."""
    one = replace(_WEBHOOK, **changed)
    return replace(one, health=replace(one.health, **health)) if health else one


def attempt(**changed: Any) -> Attempt:
    """A test that was accepted, with what is named being different."""
    return replace(_ATTEMPT, **changed)
