"""The fast way to rebuild a leaf takes salts in the one form that the database prints."""

from __future__ import annotations

import random
import re

import pytest

from govdesk.evidence.rows import expected_leaf
from tests.unit.evidence import logs

LINE = logs.log(1, 3)[0]
ROW = logs.row(LINE)
GOOD = re.compile(
    r'\{"ip": "(S)", "diff": "(S)", "actor": "(S)", "reason": "(S)", "summary": "(S)",'
    r' "session_id": "(S)", "on_behalf_of": "(S)"\}'.replace("S", "[0-9a-f]{32}")
)
PREV = "0" * 64


def test_salts_as_the_database_prints_them_give_the_leaf() -> None:
    assert GOOD.fullmatch(ROW.salts)
    assert expected_leaf(ROW, PREV) == ROW.leaf


@pytest.mark.parametrize(
    "salts",
    [
        "",
        "{}",
        ROW.salts[:-1],
        ROW.salts + " ",
        ROW.salts + "\n",
        ROW.salts.upper(),
        ROW.salts.replace(": ", ":"),
        ROW.salts.replace("diff", "fidd"),
        ROW.salts[:8] + ROW.salts[8:40].upper().replace("1", "A") + ROW.salts[40:],
        ROW.salts[:8] + "  " + ROW.salts[10:],
        ROW.salts[:8] + " " * 32 + ROW.salts[40:],
        ROW.salts[:8] + "１" + ROW.salts[9:],
        ROW.salts[:8] + "\ud800" + ROW.salts[9:],
        ROW.salts[:8] + ROW.salts[9:],
        "x" * len(ROW.salts),
        "5" * 4_000_000,
    ],
)
def test_other_salts_are_left_to_the_closer_look(salts: str) -> None:
    assert GOOD.fullmatch(salts) is None
    assert expected_leaf(ROW._replace(salts=salts), PREV) is None


def test_any_one_character_is_judged_as_the_form_says() -> None:
    rng = random.Random(9)
    for at in range(len(ROW.salts)):
        for mark in rng.sample('0af gF"\\{},: \t', 3):
            salts = ROW.salts[:at] + mark + ROW.salts[at + 1 :]
            taken = expected_leaf(ROW._replace(salts=salts), PREV) is not None
            assert taken is (GOOD.fullmatch(salts) is not None), salts
