"""Claims: a verification that pauses and goes on elsewhere finds what one without a pause finds."""

from __future__ import annotations

import json

import pytest

from govdesk.evidence.leaf import Row
from govdesk.evidence.report import Report
from govdesk.evidence.standing import Standing
from govdesk.evidence.state import BadState
from govdesk.evidence.verification import Verifier, verify
from tests.unit.evidence import logs, tampering

LOG = logs.log(48, seed=11)


def paused(rows: list[Row], every: int) -> Report:
    """Verify in rounds of `every` rows, through JSON, each round with another verifier."""
    verifier, at = Verifier(), 0
    while at < len(rows):
        verifier.feed(rows[at : at + every])
        at += every
        standing = verifier.standing()
        if standing is None or at >= len(rows):
            continue
        again = Standing.from_json(json.loads(json.dumps(standing.as_json())))
        last = rows[at - 1]
        is_last = (last.seq, last.leaf_hash) == (again.seq, again.state.prev)
        verifier = Verifier.resume(again, last if is_last else None)
    return verifier.finish()


def accused(report: Report) -> set[int]:
    return {seq for f in report.faults for seq in range(f.first, f.last + 1)}


@pytest.mark.parametrize("every", [1, 2, 5, 16, 47, 48, 100])
def test_a_whole_log_gives_the_same_report(every: int) -> None:
    rows = logs.rows(LOG)
    assert paused(rows, every).as_json() == verify(rows).as_json()


@pytest.mark.parametrize("every", [1, 3, 10])
def test_what_is_accused_without_a_pause_is_accused_with_pauses(every: int) -> None:
    different = []
    changes = [
        *tampering.columns(LOG, 20, 21),
        *tampering.columns(LOG, 31, 44),
        *tampering.whole_rows(LOG, 20),
        *tampering.whole_rows(LOG, 30, seed=1),
    ]
    for change in changes:
        rows = logs.by_seq(change.lines)
        one, other = verify(rows), paused(rows, every)
        if accused(one) != accused(other):
            different.append((change.name, one.faults, other.faults))
        assert other.ok is False
    assert different == []


def test_an_erasure_after_a_pause_accounts_for_the_absence_before_it() -> None:
    rows = logs.rows(logs.erased(LOG, 5, "actor"))
    assert paused(rows, 10).as_json() == verify(rows).as_json()
    assert paused(rows, 10).erased == 1


def test_a_log_whose_numbers_were_shifted_says_since_where() -> None:
    lines = [line for line in logs.log(60) if line["seq"] != 10]
    for line in lines[9:]:
        line["seq"] -= 1
    verifier = Verifier()
    verifier.feed(logs.rows(lines))
    verifier.finish()
    assert verifier.shifted_from is not None
    assert verifier.shifted_from <= 10


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"rows": None},
        {"faults": [[1, 2, "unheard", ""]]},
        {"faults": [[1]]},
        {"early": [1]},
        {"moved": [[1]]},
        {"state": {}},
        {"state": None},
        {"shifted_from": "x"},
    ],
)
def test_a_standing_that_this_release_did_not_write_is_refused(change: dict[str, object]) -> None:
    verifier = Verifier()
    verifier.feed(logs.rows(LOG))
    standing = verifier.standing()
    assert standing is not None
    with pytest.raises(BadState):
        Standing.from_json({**standing.as_json(), **change})


def test_nothing_can_be_taken_up_before_a_row_was_read() -> None:
    assert Verifier().standing() is None


def test_a_standing_is_not_changed_by_what_is_read_later() -> None:
    rows = logs.rows(LOG)
    verifier = Verifier()
    verifier.feed(rows[:10])
    standing = verifier.standing()
    assert standing is not None
    before = json.dumps(standing.as_json())
    verifier.feed(rows[10:])
    Verifier.resume(standing, rows[9]).feed(rows[10:20])
    assert json.dumps(standing.as_json()) == before
