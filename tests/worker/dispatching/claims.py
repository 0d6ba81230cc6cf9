"""Claimed deliveries as a worker holds them, without a database."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from govdesk.database.deliveries import Claimed

_numbers = itertools.count(1)
ROW = '{"action": "node.renamed", "seq": 7, "severity": "info"}'


def claimed(webhook: str = "siem", **changed: Any) -> Claimed:
    """One delivery's first try; every other value can be named."""
    number = next(_numbers)
    plain = Claimed(
        id=f"delivery-{number}", lease=f"lease-{number}", webhook_id=webhook, webhook_version=1,
        tenant_path="acme", number=1, tries=1, seq=number, event="node.renamed", origin="event",
        message_id=f"msg_{number}", stream_seq=number, prev_id=None,
        created_at=datetime(2026, 3, 2, 9, 14, tzinfo=UTC), row=ROW, diff=None, system=None,
    )  # fmt: skip
    return plain._replace(**changed)


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self, now: float = 1000.0):
        self.now = now

    def __call__(self) -> float:
        return self.now
