"""Claims: a second human sees in words what a decision does to the log itself, roots in full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import Tree
from govdesk.services import decision_words, restores
from govdesk.services.decisions import Decision
from govdesk.services.witness_verdict import Found, Verdict

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KNOWN, FOUND = Tree(412_933, bytes(range(32))), Tree(409_200, bytes(32))


def decision(action: str, payload: dict[str, Any], before: dict[str, Any]) -> Decision:
    return Decision(
        id=UUID(int=1),
        action=action,
        title="",
        sentence="",
        summary="",
        entity_type="audit_log",
        entity_id=None,
        payload=payload,
        digest="00",
        before=before,
        reason="It is time",
        requested_by=UUID(int=2),
        requester="user:olga@acme.example",
        subject_email=None,
        status="pending",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=72),
        decided_at=None,
        decided_by=None,
        decision_reason=None,
        outcome=None,
    )


def test_a_restore_names_both_checkpoints_in_full() -> None:
    payload = restores.payload_of(KNOWN, FOUND)
    shown = decision_words.difference(decision("audit.restore", payload, {}))
    assert shown == {
        "Known before": {"old": f"412,933 events, root {KNOWN.root.hex()}"},
        "Goes on from": {"new": f"409,200 events, root {FOUND.root.hex()}"},
    }
    said = decision_words.effect("audit.restore", payload, {})
    assert "gone for good" in said
    assert restores.sentence(payload) == (
        "Declare a restore: the log known with 412,933 events goes on from 409,200."
    )


def test_a_pruning_names_month_range_and_archive() -> None:
    before = {"first": 1, "last": 9_000, "root": "00", "archive_sha256": "ab" * 32}
    shown = decision_words.difference(decision("audit.prune", {"month": "2026-03-01"}, before))
    assert shown["Rows of 2026-03"]["old"] == "events 1 to 9,000"
    assert shown["SHA-256 of the archive"] == {"new": "ab" * 32}
    assert "archive" in decision_words.effect("audit.prune", {}, {})


def test_an_erasure_names_events_and_fields_but_no_person() -> None:
    fields = [{"seq": 1_000 + n, "fields": ["ip", "reason"]} for n in range(23)]
    shown = decision_words.difference(decision("audit.erase", {"fields": fields}, {}))
    assert shown["Event 1,000"] == {"old": "ip, reason"}
    assert list(shown)[-1] == "and 3 more events"
    person = decision("audit.erase", {"member_id": str(UUID(int=3))}, {})
    assert str(decision_words.difference(person)).count("-") == 0
    assert "gone for good" in decision_words.effect("audit.erase", {}, {})


@pytest.mark.parametrize("payload", [{}, {"known": 1}, {"fields": "x"}, {"fields": [1, {}]}])
def test_a_payload_of_another_shape_is_no_crash(payload: dict[str, Any]) -> None:
    for action in ("audit.restore", "audit.erase", "audit.prune"):
        decision_words.difference(decision(action, payload, {}))


def test_nothing_is_composed_where_no_roll_back_was_seen() -> None:
    for verdict in (
        Verdict("consistent", "acme"),
        Verdict("bad_signature", "acme", None, Found(KNOWN)),
    ):
        with pytest.raises(Problem, match="nothing to declare"):
            restores.composed(verdict)
