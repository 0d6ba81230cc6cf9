"""Events as the timeline reads them, sealed here so that their proof holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from govdesk.evidence import leaf as leaves
from govdesk.evidence.leaf import COMMITTED
from govdesk.services.proof import instant
from govdesk.services.timeline import Detail, Event

EVENT = Event(
    seq=48_213,
    at=datetime(2026, 3, 2, 9, 14, 7, 482913, tzinfo=UTC),
    occurred_at=None,
    severity="high",
    action="member.role_changed",
    actor="user:ada@meridian.example",
    on_behalf_of=None,
    entity_type="member",
    entity_id="0d9c6a1e-1c3f-4a53-8a9e-2f6f0c1b7d44",
    system="Claims triage",
    system_id="7c0e4f5a-7d1c-4f4e-9a36-6c3e0f9d2b11",
    summary="Ada Obi changed the role of Bo Lindqvist from member to admin",
    ip="192.0.2.17",
    request_id="req-4f1c",
    session_id="b3f5c9a2-7d0e-4a8b-9c66-11e2d3f4a5b6",
    reason="Covers for Cy in March",
    leaf_hash="",
)
ROLE = {"role": {"new": "admin", "old": "member"}}


def sealed(
    diff: dict[str, Any] | None = ROLE, absent: tuple[str, ...] = (), **other: Any
) -> Detail:
    """An event with another diff or other columns; `absent` fields lose value and salt."""
    event = replace(EVENT, **other)
    salts = {name: hashlib.sha256(name.encode()).hexdigest()[:32] for name in COMMITTED}
    values = {name: getattr(event, name, None) for name in COMMITTED} | {"diff": diff}
    commitments = {
        name: leaves.commitment(bytes.fromhex(salts[name]), values[name]) for name in COMMITTED
    }
    clear = {
        "action": event.action,
        "at": instant(event.at),
        "entity_id": event.entity_id,
        "entity_type": event.entity_type,
        "occurred_at": instant(event.occurred_at) if event.occurred_at else None,
        "request_id": event.request_id,
        "seq": event.seq,
        "severity": event.severity,
        "system_id": event.system_id,
        "tenant_path": "meridian_bank",
    }
    text = leaves.build(clear, commitments, hashlib.sha256(b"before").hexdigest())
    event = replace(event, leaf_hash=leaves.leaf_hash(text).hex())
    for name in absent:
        del salts[name]
        if name == "diff":
            diff = None
        else:
            event = replace(event, **{name: None})
    return Detail(event, diff, salts, text.decode(), frozenset(absent))
