"""Claims: a decision and its blast radius are said in words that need no colour and no guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from govdesk.domain.permissions import PERMISSIONS, held_by
from govdesk.services import access_answers, access_words, decision_words, decisions
from govdesk.services.access import Change, Explanation, Holder, Path
from govdesk.services.decisions import Decision

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def change(permission: str, what: str = "gained", node: str = "acme.claims", **more: int) -> Change:
    counts = {"systems": 1, "members": 12, "events": 4200} | more
    capped = bool(counts.pop("capped", 0))
    return Change(permission, node, node.title(), what, **counts, events_capped=capped)  # type: ignore[arg-type]


def decision(**changes: object) -> Decision:
    made = Decision(
        id=ONE,
        action="member.demote",
        title="Lowering a role",
        sentence="",
        summary="Make Ada Admin a Member of Acme Ltd",
        entity_type="member",
        entity_id=str(TWO),
        payload={"grant_id": str(TWO), "role_key": "member"},
        digest="00",
        before={
            "member": "ada@acme.example",
            "status": "active",
            "grants": [{"node_path": "acme", "role_key": "admin"}],
        },
        grant_path="acme",
        reason="She changes teams.",
        requested_by=TWO,
        requester="user:olga@acme.example",
        subject_email="ada@acme.example",
        status="pending",
        created_at=NOW - timedelta(hours=3),
        expires_at=NOW + timedelta(hours=69),
        decided_at=None,
        decided_by=None,
        decision_reason=None,
        outcome=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


# Blast radius


def test_reading_everything_is_one_line_with_what_lies_there() -> None:
    (line,) = access_words.lines([change(name) for name in held_by("member")])
    assert line.sentence == "reads everything on Acme.Claims: 1 system, 12 members, 4,200 events"


def test_everything_there_is_is_one_line() -> None:
    (line,) = access_words.lines([change(p.name, events=10_000, capped=1) for p in PERMISSIONS])
    assert line.sentence.startswith("may do everything on Acme.Claims: ")
    assert line.sentence.endswith("10,000+ events")


def test_one_event_is_not_called_events_and_nothing_is_not_counted() -> None:
    (line,) = access_words.lines([change("audit.read", systems=0, members=0, events=1)])
    assert line.sentence == "reads audit log on Acme.Claims: 1 event"


def test_what_is_done_stands_apart_from_what_is_read_and_says_every_sentence() -> None:
    reads, acts = access_words.lines([change(name) for name in held_by("operator")])
    assert reads.words == "reads everything on Acme.Claims"
    for row in PERMISSIONS:
        if "operator" in row.bases and not row.name.endswith(".read"):
            assert row.sentence in acts.sentence
    assert acts.counts == ""


def test_gains_come_before_losses_and_both_are_words() -> None:
    text = access_words.as_text(
        [change("key.manage", "lost", "acme"), change("key.read"), change("key.manage")]
    )
    assert text.index("Gains") < text.index("Loses")
    assert "Loses\n  may, on Acme: generate, rotate and revoke keys (1 system" in text


def test_a_permission_of_another_release_is_not_swallowed() -> None:
    (line,) = access_words.lines([change("rocket.launch")])
    assert "rocket.launch" in line.sentence


def test_no_change_is_said() -> None:
    assert access_words.as_text([]) == "Nothing changes in what this person may do."


# Decisions


@pytest.mark.parametrize(
    ("hours", "words"),
    [(69, "in 2 days"), (47, "in 47 hours"), (1.5, "in 90 minutes"), (0.005, "in less than a")],
)
def test_the_countdown_is_in_the_largest_unit_that_says_enough(hours: float, words: str) -> None:
    shown = decision_words.countdown(decision(expires_at=NOW + timedelta(hours=hours)), NOW)
    assert shown.startswith(f"expires {words}")


def test_a_request_whose_time_is_over_is_expired_before_anybody_swept_it() -> None:
    late = decision(expires_at=NOW)
    assert decision_words.state(late, NOW)[1] == "Expired"
    assert decision_words.countdown(late, NOW) == "expired"


def test_every_state_that_can_be_has_a_word_and_an_end_says_whether_anything_changed() -> None:
    for status in ("approved", "executed", "rejected", "expired", "voided", "cancelled"):
        ended = decision(status=status, decided_by="reviewer:nina@firm.example")
        assert decision_words.state(ended, NOW)[1] != status
        assert decision_words.ended(ended)
    assert decision_words.ended(decision()) == ""


def test_void_says_because_of_what() -> None:
    void = decision(status="voided", outcome="The role was changed meanwhile.")
    assert decision_words.ended(void).startswith(
        "Void because the role was changed meanwhile. Nothing was changed."
    )


def test_a_role_is_compared_with_the_one_held_there() -> None:
    assert decision_words.difference(decision()) == {
        "Role on acme": {"old": "admin", "new": "member"}
    }
    new = decision(action="owner.promote", payload={"node_path": "acme.x", "role_key": "owner"})
    assert decision_words.difference(new) == {"Role on acme.x": {"new": "owner"}}


def test_a_removal_ends_the_membership_and_every_role() -> None:
    gone = decision(action="member.remove", payload={"member_id": str(TWO)})
    assert decision_words.difference(gone) == {
        "Membership": {"old": "active", "new": "removed"},
        "Role on acme": {"old": "admin"},
    }


def test_the_difference_leaves_out_ids_and_what_stays() -> None:
    legal = decision(
        action="organization.legal_entity",
        payload={"legal_entity": "Acme Pty Ltd", "country": "AU", "abn": None},
        before={"version": 3, "legal_entity": "Acme Ltd", "country": "AU", "abn": None},
    )
    assert decision_words.difference(legal) == {
        "Legal entity": {"old": "Acme Ltd", "new": "Acme Pty Ltd"}
    }


def test_an_invitation_inside_a_request_is_shown_field_by_field() -> None:
    asked = decision(payload={"invite": {"email": "x@y.example", "days": 7}}, before={})
    assert decision_words.difference(asked) == {
        "E-mail address": {"new": "x@y.example"},
        "Days": {"new": 7},
    }


def test_nobody_reads_that_nothing_is_gained_where_somebody_gains() -> None:
    wider = {"permissions": ["audit.read", "key.manage"]}
    for action, payload in (
        ("owner.promote", {"invite": {"email": "x@y.example", "role_key": "owner"}}),
        ("role.change", wider),
        ("role.change", {"permissions": ["audit.read"], "status": "deleted"}),
    ):
        said = decision_words.effect(action, payload, {"permissions": ["audit.read"]})
        assert "No member gains" not in said
    renamed = {"permissions": ["audit.read"], "title": "Readers", "status": "active"}
    assert "No member gains" in decision_words.effect(
        "role.change", renamed, {"permissions": ["audit.read"], "title": "Viewers"}
    )


def test_a_verdict_is_ones_own_only_with_ones_own_name_and_the_state_it_leads_to() -> None:
    mine = decision(status="executed", decided_by="user:Ada@acme.example")
    assert decision_words.is_by(mine, "approve", "ada@acme.example")
    assert not decision_words.is_by(mine, "reject", "ada@acme.example")
    assert not decision_words.is_by(mine, "approve", "olga@acme.example")


# What a refused write asks for


class _Refused(Exception):
    key = "decision_needed"
    detail = "member.remove"


def test_a_write_that_needs_a_decision_names_its_action() -> None:
    assert decisions.needed(_Refused()) == "member.remove"
    assert decisions.needed(ValueError("member.remove")) is None


# Access


def test_yes_names_the_role_and_whether_it_lies_above() -> None:
    above = Path(ONE, "acme", "Acme Ltd", "admin", "Admin")
    there = Path(TWO, "acme.claims", "Claims", "operator", "Operator")
    words = [access_answers.because(p, "Ada", "acme.claims", "Claims") for p in (above, there)]
    assert words == [
        "because Ada holds Admin on Acme Ltd, and Claims lies below it",
        "because Ada holds Operator on Claims itself",
    ]


def test_every_way_to_say_no_has_a_sentence_that_names_who() -> None:
    for missing in ("suspended", "removed", "no_mfa", "no_permission", "out_of_scope",
                    "role_deleted", "node_retired", "no_grant"):  # fmt: skip
        words = access_answers.missing(Explanation(False, (), missing), "Ada", "Claims")
        assert "The server names" not in words
        assert "Ada" in words or "Claims" in words


def test_copied_people_cannot_become_formulas() -> None:
    holder = Holder(ONE, "a@b.example", "=HYPERLINK(1)", ())
    assert access_answers.as_tsv([holder]).splitlines()[1].startswith("'=HYPERLINK")
