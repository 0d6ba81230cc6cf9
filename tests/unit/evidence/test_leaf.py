"""Claims: a leaf is built from what may stand in it only, and read back only if it is one."""

from __future__ import annotations

import json

import pytest

from govdesk.evidence import leaf
from tests.unit.evidence import logs

(LINE,) = logs.log(1, seed=2)
CLEAR = {n: LINE[n] for n in leaf.MEMBERS if n not in ("commitments", "prev", "v")}
COMMITMENTS = json.loads(LINE["leaf"])["commitments"]


def test_a_leaf_is_built_and_read_back() -> None:
    built = leaf.build(CLEAR, COMMITMENTS, leaf.GENESIS)
    assert built.decode() == LINE["leaf"]
    members = leaf.parse(LINE["leaf"])
    assert members == {**CLEAR, "commitments": COMMITMENTS, "prev": leaf.GENESIS, "v": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"action": ""},
        {"action": "x" * 129},
        {"action": 'a"b'},
        {"action": "a\\b"},
        {"entity_id": "é"},
        {"severity": None},
        {"at": "2026-01-01T00:00:00Z"},
        {"at": None},
        {"occurred_at": "yesterday"},
        {"seq": 2**53},
        {"colour": "red"},
    ],
)
def test_what_may_not_stand_in_a_leaf_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"leaf|2\^53"):
        leaf.build({**CLEAR, **change}, COMMITMENTS, leaf.GENESIS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[" * 100_000,
        LINE["leaf"].replace('"v":1', '"v":2'),
        LINE["leaf"].replace('"v":1', '"v":1,"w":1'),
        LINE["leaf"].replace('"seq":1', '"seq":true'),
        LINE["leaf"].replace('"seq":1', '"seq":1.0'),
        LINE["leaf"].replace('","at"', '", "at"'),
        LINE["leaf"].replace('"actor":', '"actors":'),
        LINE["leaf"].replace('"action":"', '"action":"\ud800'),
    ],
)
def test_what_is_no_leaf_is_not_read_as_one(text: str) -> None:
    assert leaf.parse(text) is None
