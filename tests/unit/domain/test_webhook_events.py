"""Claims: an endpoint gets exactly what it asked for, and a typo is told what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.domain.events import BY_NAME
from govdesk.domain.webhook_events import (
    ALWAYS,
    LONGEST_PATTERN,
    MOST_PATTERNS,
    NAMES,
    NOUNS,
    PATTERNS,
    check,
    check_patterns,
    is_pattern,
    matches,
    suggest,
    tidied,
)

ACTIONS = st.sampled_from([*BY_NAME, "x.door.opened", "x.a", "x.a.b.c", "nothing.known", ""])
ASKED = st.lists(
    st.sampled_from([*NAMES, *(f"{noun}.*" for noun in NOUNS), "x.*", "x.door.*", "x.door.opened"]),
    max_size=8,
)


@pytest.mark.parametrize(
    ("patterns", "alerts", "blocks", "action", "wanted"),
    [
        ((), False, False, "member.invited", None),
        (("member.invited",), False, False, "member.invited", "member.invited"),
        (("member.invited",), False, False, "member.removed", None),
        (("member.*",), False, False, "member.removed", "member.removed"),
        (("member.*",), False, False, "members.removed", None),
        (("member.*",), False, False, "member", None),
        (("audit.row",), False, False, "member.removed", "audit.row"),
        (("audit.row", "member.*"), False, False, "member.removed", "member.removed"),
        (("audit.row", "member.*"), False, False, "node.created", "audit.row"),
        (("audit.*",), False, False, "audit.exported", "audit.exported"),
        (("audit.*",), False, False, "member.removed", None),
        (("x.*",), False, False, "x.door.opened", "x.door.opened"),
        (("x.door.*",), False, False, "x.door.opened.late", "x.door.opened.late"),
        (("x.door.*",), False, False, "x.doors.opened", None),
        (("x.*",), False, False, "xy.opened", None),
        ((), True, False, "system.alert", "system.alert"),
        ((), True, False, "system.block", None),
        ((), False, True, "system.block", "system.block"),
        (("audit.row",), True, False, "system.alert", "system.alert"),
        (("audit.row",), False, False, "system.alert", "audit.row"),
        (("webhook.tested",), False, False, "webhook.tested", "webhook.tested"),
    ],
)
def test_what_is_sent_and_under_which_type(
    patterns: tuple[str, ...], alerts: bool, blocks: bool, action: str, wanted: str | None
) -> None:
    assert matches(patterns, alerts, blocks, action) == wanted


@given(ASKED, st.booleans(), st.booleans(), ACTIONS)
def test_matching_is_total_and_knows_no_order(
    patterns: list[str], alerts: bool, blocks: bool, action: str
) -> None:
    found = matches(patterns, alerts, blocks, action)
    assert found in (None, action, "audit.row")
    assert matches(patterns[::-1] * 2, alerts, blocks, action) == found
    assert matches([*patterns, "audit.row"], alerts, blocks, action) is not None


def test_every_offered_pattern_is_valid_and_every_event_is_offered() -> None:
    offered = [one for group in PATTERNS for one in group.patterns]
    assert len(offered) == len(set(offered))
    assert [check(one) for one in offered] == [None] * len(offered)
    assert set(BY_NAME) | set(ALWAYS) <= set(offered)
    for group in PATTERNS:
        assert group.title
        if group.noun not in ("", "x"):
            covered = [name for name in NAMES if matches(group.patterns[:1], False, False, name)]
            assert group.count == len([name for name in covered if name != "audit.row"])


@pytest.mark.parametrize("name", ["discovery.completed", "verdict.changed", "audit.row"])
def test_the_fixed_vocabulary_is_always_valid(name: str) -> None:
    assert is_pattern(name)
    assert name in ALWAYS


@pytest.mark.parametrize("name", ["x.a", "x.door.opened", "x.*", "x.door.*", "x.a_1.b2.*"])
def test_names_of_ones_own_are_valid_before_anything_was_sent(name: str) -> None:
    assert check(name) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("member.invted", "member.invited"),
        ("Member.Invited", "member.invited"),
        (" member.invited ", "member.invited"),
        ("member:invited", "member.invited"),
        ("member invited", "member.invited"),
        ("member", "member.*"),
        ("members.*", "member.*"),
        ("discovery.complete", "discovery.completed"),
        ("verdict.chnged", "verdict.changed"),
        ("audit.rows", "audit.row"),
        ("*", "audit.row"),
        ("x", "x.*"),
        ("x..door", "x.door"),
    ],
)
def test_a_typo_is_told_what_was_meant(typed: str, meant: str) -> None:
    assert suggest(typed) == meant
    assert meant in (check(typed) or "")


@pytest.mark.parametrize("typed", ["qqqq", "x.ü", "", "  ", "a\x00b", "a" * 200, "x." + "a" * 200])
def test_where_nothing_is_near_nothing_is_suggested(typed: str) -> None:
    assert suggest(typed) is None
    assert (check(typed) or "").endswith(".")


@pytest.mark.parametrize(
    "typed", ["*", "*.*", "member.in*", "member*", "nosuch.*", "x.A", "x.", ".*"]
)
def test_what_the_database_refuses_is_refused_here(typed: str) -> None:
    assert check(typed) is not None


@given(st.text(max_size=LONGEST_PATTERN + 20))
def test_no_text_breaks_the_check_and_its_suggestion_is_good(text: str) -> None:
    fault, meant = check(text), suggest(text)
    assert (fault is None) == is_pattern(text)
    assert meant is None or (is_pattern(meant) and fault is not None)
    assert fault is None or fault.isprintable()


def test_a_subscription_asks_for_something_and_not_for_too_much() -> None:
    assert "at least one" in (check_patterns([], False, False) or "")
    assert check_patterns([], True, False) is None
    assert check_patterns([], False, True) is None
    assert check_patterns(["member.*"], False, False) is None
    assert "member.invited" in (check_patterns(["audit.row", "member.invted"], True, True) or "")
    assert "100" in (check_patterns(["x.a"] * (MOST_PATTERNS + 1), False, False) or "")
    assert tidied([" b.* ", "a.*", "", "a.*"]) == ["a.*", "b.*"]
