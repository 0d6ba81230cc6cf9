"""Decisions by a second human: asking for one, deciding, the policy and its reviewers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.services import changes, timeline
from govdesk.services.access import Change
from govdesk.services.changes import sealed, writing

Verdict = Literal["approve", "reject"]
Payload = Mapping[str, object]

OPEN: Final = frozenset({"pending", "approved"})
"""States from which something still follows."""

_NEEDED: Final = "decision_needed"
_COLUMNS: Final = (
    "d.id, d.action, coalesce(k.title, d.action), coalesce(k.sentence, ''), d.summary,"
    " d.entity_type, d.entity_id, d.payload, d.digest, d.before, d.reason,"
    " d.requested_by, d.requester, d.subject_email, d.status, d.created_at, d.expires_at,"
    " d.decided_at, d.decided_by, d.decision_reason, d.outcome, d.blast,"
    " CASE d.action WHEN 'member.demote' THEN (SELECT g.node_path::text FROM govdesk.member_grant g"
    " WHERE g.id = (d.payload::jsonb ->> 'grant_id')::uuid) END"
)
_FROM: Final = "govdesk.decision d LEFT JOIN govdesk.decision_kind k ON k.action = d.action"


@dataclass(frozen=True, slots=True)
class Decision:
    """One request and what became of it; times in UTC, `digest` in hex.

    `payload` is the change as it will be made, `before` what it replaces, `blast` what it changes
    in what its subject may do, as it was worked out when it was asked for; `grant_path` is where
    the grant lies that is taken away.
    """

    id: UUID
    action: str
    title: str
    sentence: str
    summary: str
    entity_type: str | None
    entity_id: str | None
    payload: dict[str, Any]
    digest: str
    before: dict[str, Any]
    reason: str | None
    requested_by: UUID | None
    requester: str
    subject_email: str | None
    status: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    outcome: str | None
    blast: tuple[Change, ...] = ()
    grant_path: str | None = None
    waits_for_me: bool = False
    is_mine: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided."""
        return self.status == "pending"


@dataclass(frozen=True, slots=True)
class Kind:
    """One action that may need a second human, and what the policy says of it."""

    action: str
    title: str
    sentence: str
    permission: str
    always: bool
    enabled: bool
    expires_hours: int

    @property
    def is_fixed(self) -> bool:
        """Whether nobody switches it: always, or by itself as soon as anything else is."""
        return self.always or self.action == "policy.change"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who may decide: a member, or an outside address (`member_id` None)."""

    id: UUID
    email: str
    display_name: str
    member_id: UUID | None
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What followed from a verdict: the state after it, in words what happened, its last row."""

    status: str
    outcome: str | None
    seq: int | None


def needed(error: Exception) -> str | None:
    """Return the action for which a write was refused because it needs a decision, else None."""
    if getattr(error, "key", "") != _NEEDED:
        return None
    return str(getattr(error, "detail", ""))


def is_needed(session: Session, action: str) -> bool:
    """Whether the policy asks for a second human for this action now."""
    with session.reading() as connection:
        row = connection.execute("SELECT govdesk_api.needs_decision(%s)", (action,)).fetchone()
    return bool(row and row[0])


# Asking


def request(session: Session, action: str, payload: Payload, reason: str) -> UUID:
    """Ask a second human for a change and return the id of the decision.

    `payload` holds what the action takes, as `govdesk.domain.decisions` describes it.
    """
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.request_decision(%s, %s::jsonb, %s)",
            (action, json.dumps(dict(payload), default=_plain), reason),
        ).fetchone()
    return _uuid(row)


def cancel(session: Session, decision: UUID) -> changes.Change:
    """Take one's own request back."""
    with writing(session) as connection:
        connection.execute("SELECT govdesk_api.cancel_decision(%s)", (decision,))
    return sealed(session, decision)


# Deciding


def decide(session: Session, decision: UUID, verdict: Verdict, reason: str) -> Decided:
    """Approve or reject, in two transactions, so that nothing is known before it is certain.

    Raises what `decide_reveal` refuses: `step_up_needed` when the session was not confirmed in
    the last five minutes; the verdict is then not given, and may be given again afterwards.
    """
    with writing(session) as connection:
        row = connection.execute(
            "SELECT govdesk_api.decide_submit(%s, %s, %s)", (decision, verdict, reason)
        ).fetchone()
    attempt = _uuid(row)
    with writing(session) as connection:
        answer = connection.execute(
            "SELECT status, outcome FROM govdesk_api.decide_reveal(%s)", (attempt,)
        ).fetchone()
    if answer is None:
        raise DatabaseProblem("The server did not say what became of it.", "Refresh the list.")
    return Decided(answer[0], answer[1], sealed(session, decision).seq)


# Reading


def all_of(session: Session, *, before: datetime | None = None, limit: int = 500) -> list[Decision]:
    """Return the decisions this person may see, newest first; `before` goes on from a page."""
    return _read(
        session,
        "WHERE %s::timestamptz IS NULL OR d.created_at < %s ORDER BY d.created_at DESC, d.id"
        " LIMIT %s",
        (before, before, limit),
    )


def one(session: Session, decision: UUID) -> Decision | None:
    """Return one decision, or None where this person sees none."""
    found = _read(session, "WHERE d.id = %s", (decision,))
    return found[0] if found else None


def waiting(session: Session) -> int:
    """How many decisions the person may decide now."""
    with session.reading() as connection:
        row = connection.execute("SELECT count(*) FROM govdesk_api.decisions_waiting()").fetchone()
    return int(row[0]) if row else 0


def history(session: Session, decision: UUID) -> list[timeline.Event]:
    """Return the log's rows about a decision, oldest first."""
    return timeline.page(session, _about(decision), limit=100)[::-1]


def _about(decision: UUID) -> timeline.Terms:
    return [{"key": "entity", "op": "eq", "value": str(decision)}]


def _read(session: Session, where: str, values: Sequence[object]) -> list[Decision]:
    with session.reading() as connection:
        found = connection.execute(
            f"SELECT {_COLUMNS}, d.id IN (SELECT w.id FROM govdesk_api.decisions_waiting() w),"
            " coalesce(d.requested_by = (SELECT o.member_id FROM govdesk_api.whoami() o), false)"
            f" FROM {_FROM} {where}",
            tuple(values),
        ).fetchall()
    return [_decision(row) for row in found]


def _decision(row: Sequence[Any]) -> Decision:
    values = list(row)
    for place in (7, 9):
        values[place] = _object(values[place])
    values[6] = None if values[6] is None else str(values[6])
    values[21] = _changes(values[21])
    return Decision(*values)


def _object(value: object) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}


def _changes(value: object) -> tuple[Change, ...]:
    """Read the stored rows; what another release added to them is left out."""
    found: Any = json.loads(value) if isinstance(value, str) else value
    names = [field.name for field in fields(Change)]
    return tuple(Change(**{name: row[name] for name in names}) for row in found or ())


# Policy


def policy(session: Session) -> list[Kind]:
    """Return every action that may need a second human, with what the policy says of it."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT k.action, k.title, k.sentence, k.permission, k.always,"
            " govdesk_api.needs_decision(k.action), coalesce(p.expires_hours, 72)"
            " FROM govdesk.decision_kind k"
            " LEFT JOIN govdesk.decision_policy p ON p.action = k.action"
            " ORDER BY k.always, k.action = 'policy.change', k.title"
        ).fetchall()
    return [Kind(*row) for row in found]


def set_policy(session: Session, action: str, enabled: bool, expires_hours: int) -> changes.Change:
    """Switch one action's need of a second human; asks for a fresh step-up."""
    with writing(session) as connection:
        connection.execute(
            "SELECT govdesk_api.set_decision_policy(%s, %s, %s)", (action, enabled, expires_hours)
        )
    return sealed(session, action)


def reviewers(session: Session) -> list[Reviewer]:
    """Return those who may decide, by name."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT id, email, display_name, member_id, status, created_at FROM govdesk.reviewer"
            " WHERE status = 'active' ORDER BY lower(display_name), email"
        ).fetchall()
    return [Reviewer(*row) for row in found]


def set_reviewer(session: Session, email: str, display_name: str, status: str) -> changes.Change:
    """Name a reviewer ("active"), or let one go ("removed"); asks for a fresh step-up."""
    with writing(session) as connection:
        connection.execute(
            "SELECT govdesk_api.set_reviewer(%s, %s, %s)", (email, display_name, status)
        )
    return sealed(session, email)


def _uuid(row: Sequence[Any] | None) -> UUID:
    if row is None or not isinstance(row[0], UUID):
        raise DatabaseProblem("The server did not answer.")
    return row[0]


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
