"""The proof of one event, recomputed here: leaf, hash and commitments against what is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from govdesk.evidence.canonical import NotCanonical, canonical
from govdesk.evidence.leaf import COMMITTED, Row
from govdesk.evidence.rows import Judgement, judge
from govdesk.services.timeline import Detail


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the leaf commits to for one field, and whether value and salt still give it."""

    field: str
    hash: str
    state: Literal["matches", "differs", "absent"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of one row by itself.

    `wrong` names the columns that are not what was sealed. The links to its neighbours are not
    judged here: that is what its seal says.
    """

    leaf: str
    leaf_hash: str
    computed_hash: str
    prev: str
    commitments: tuple[Commitment, ...]
    wrong: tuple[str, ...]

    @property
    def matches(self) -> bool:
        """Whether every column fits the leaf, and the leaf its hash."""
        return not self.wrong


def prove(detail: Detail, tenant_path: str | None = None) -> Proof:
    """Recompute everything that one row can show about itself.

    Without `tenant_path` the leaf's own is believed. Values come as the server's JSON types, so a
    `diff` whose text alone is not canonical is left to the verification of the log.
    """
    row = _row(detail, tenant_path or _tenant_path(detail.leaf))
    judged = judge(row)
    wrong = list(dict.fromkeys(judged.wrong))
    if judged.seq is not None and not judged.placed:
        wrong.append("seq")
    return Proof(
        detail.leaf,
        detail.event.leaf_hash,
        judged.hash,
        judged.prev or "",
        _commitments(detail.leaf, judged),
        tuple(wrong),
    )


def as_json(detail: Detail) -> dict[str, Any]:
    """Return the event with everything, named as on a JSONL line; absent fields have no key.

    `tenant_id` is not known here, and in no leaf. `system`, the name, is added for reading.
    """
    event = detail.event
    row = _row(detail, _tenant_path(detail.leaf))
    members: dict[str, Any] = {**row._asdict(), "diff": detail.diff, "salts": detail.salts}
    for name in detail.absent:
        members.pop(name, None)
    return {**members, "system": event.system}


def _row(detail: Detail, tenant_path: str) -> Row:
    event = detail.event
    return Row(
        seq=event.seq,
        at=instant(event.at),
        occurred_at=None if event.occurred_at is None else instant(event.occurred_at),
        severity=event.severity,
        action=event.action,
        actor=event.actor,
        on_behalf_of=event.on_behalf_of,
        entity_type=event.entity_type,
        entity_id=event.entity_id,
        system_id=event.system_id,
        summary=event.summary,
        diff=_diff(detail.diff),
        reason=event.reason,
        request_id=event.request_id,
        session_id=event.session_id,
        ip=event.ip,
        tenant_path=tenant_path,
        salts=json.dumps(detail.salts),
        leaf=detail.leaf,
        leaf_hash=event.leaf_hash,
    )


def instant(at: datetime) -> str:
    """Return a time as a leaf writes it: UTC, six digits, Z."""
    plain = at.astimezone(UTC).replace(tzinfo=None)
    return f"{plain.isoformat(timespec='microseconds')}Z"


def _diff(diff: dict[str, Any] | None) -> str | None:
    if diff is None:
        return None
    try:
        return canonical(diff).decode()
    except (NotCanonical, RecursionError):
        return json.dumps(diff)


def _tenant_path(leaf: str) -> str:
    members = _members(leaf)
    return str(members.get("tenant_path", ""))


def _members(leaf: str) -> dict[str, Any]:
    try:
        members = json.loads(leaf)
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def _commitments(leaf: str, judged: Judgement) -> tuple[Commitment, ...]:
    named = _members(leaf).get("commitments")
    if not isinstance(named, dict):
        return ()
    states: dict[str, Literal["differs", "absent"]] = dict.fromkeys(judged.absent, "absent")
    states.update(dict.fromkeys(judged.wrong, "differs"))
    if "salts" in judged.wrong:
        states.update(dict.fromkeys(COMMITTED, "differs"))
    return tuple(
        Commitment(name, str(named[name]), states.get(name, "matches"))
        for name in COMMITTED
        if name in named
    )
