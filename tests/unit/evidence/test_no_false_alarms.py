"""Claims: an honest log is whole however it is read, and what was saved can be taken up again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.report import Checkpoint
from govdesk.evidence.state import BadState, State
from govdesk.evidence.verification import Verifier, verify
from tests.unit.evidence import logs

LOG = logs.log(200, seed=3)


@given(st.integers(0, 2**32), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_an_honest_log_has_no_fault(seed: int, size: int) -> None:
    report = verify(logs.rows(logs.log(size, seed)))
    assert (report.ok, report.complete, report.rows) == (True, True, size)
    assert (report.first_seq, report.last_seq, report.faults) == (1, size, [])


@given(st.lists(st.integers(0, 200), max_size=4))
@settings(max_examples=50, deadline=None)
def test_a_verification_taken_up_from_a_saved_state_ends_as_one_in_one_go(cuts: list[int]) -> None:
    rows, state = logs.rows(LOG), State()
    for low, high in zip([0, *sorted(cuts)], [*sorted(cuts), 200], strict=True):
        verifier = Verifier(state)
        verifier.feed(rows[low:high])
        report = verifier.finish()
        assert not report.faults
        state = State.from_json(json.loads(json.dumps(state.as_json())))
    whole = Verifier()
    whole.feed(rows)
    assert state == whole.state
    assert state.tree.root().hex() == whole.finish().root


def test_a_log_rewritten_since_the_saved_state_is_rechained() -> None:
    state = State()
    first = Verifier(state)
    first.feed(logs.rows(LOG[:150]))
    first.finish()
    rewritten = logs.seal([dict(line, reason="rewritten") for line in LOG], random.Random(9))
    faults = verify(logs.rows(rewritten[150:]), state).faults
    assert [(f.kind, f.first, f.last) for f in faults] == [("rechained", 1, 150)]


@pytest.mark.parametrize("change", [{"v": 2}, {"edge": []}, {"prev": "x"}, {"pending": [1]}])
def test_a_damaged_state_is_refused(change: dict[str, object]) -> None:
    verifier = Verifier()
    verifier.feed(logs.rows(LOG[:5]))
    with pytest.raises(BadState, match="saved state"):
        State.from_json({**verifier.state.as_json(), **change})


@given(st.sets(st.integers(0, 199), min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_selection_of_an_honest_log_has_no_fault(chosen: set[int]) -> None:
    lines = [LOG[index] for index in sorted(chosen)]
    verifier = Verifier(State(prev=None), contiguous=False)
    verifier.feed(logs.rows(lines))
    report = verifier.finish()
    assert (report.ok, report.complete, report.faults) == (True, None, [])
    assert any("left out by design" in text for text in report.not_judged)


@given(st.integers(1, 200), st.integers(0, 199))
@settings(max_examples=50, deadline=None)
def test_any_range_of_an_honest_log_has_no_fault(first: int, more: int) -> None:
    lines = LOG[first - 1 : first + more]
    verifier = Verifier(State(first - 1, None) if first > 1 else State())
    verifier.feed(logs.rows(lines))
    report = verifier.finish()
    assert (report.ok, report.faults) == (True, [])
    assert report.complete is (True if first == 1 else None)


@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_an_honest_file_is_whole_and_complete(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int
) -> None:
    lines = logs.log(size, seed)
    folder = tmp_path_factory.mktemp("export")
    report = verify_jsonl(logs.exported(folder, lines, logs.manifest(lines)))
    assert (report.ok, report.complete, report.faults) == (True, True, [])


def test_no_rows_cannot_be_judged(tmp_path: Path) -> None:
    assert verify([]).ok is None
    assert verify([]).complete is None
    assert verify_jsonl(logs.exported(tmp_path, [])).ok is None


def test_without_a_checkpoint_the_end_and_a_rewrite_are_not_judged() -> None:
    text = " ".join(verify(logs.rows(LOG)).not_judged)
    assert "end of the log" in text
    assert "rewrote the log" in text


def _with_checkpoint(lines: list[logs.Line], size: int, root: str) -> Verifier:
    verifier = Verifier(checkpoint=Checkpoint(size, root, "key"))
    verifier.feed(logs.rows(lines))
    return verifier


def test_with_a_checkpoint_a_cut_end_is_found() -> None:
    root = verify(logs.rows(LOG)).root or ""
    report = _with_checkpoint(LOG[:190], 200, root).finish()
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("cut", 191, 200)]


def test_with_a_checkpoint_a_rewrite_by_the_owner_is_rechained() -> None:
    root = verify(logs.rows(LOG)).root or ""
    rewritten = logs.seal([dict(line, reason="rewritten") for line in LOG], random.Random(9))
    assert verify(logs.rows(rewritten)).ok is True
    report = _with_checkpoint(rewritten, 200, root).finish()
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("rechained", 1, 200)]


def test_with_a_checkpoint_only_what_follows_it_is_not_judged() -> None:
    root = verify(logs.rows(LOG[:64])).root or ""
    report = _with_checkpoint(LOG, 64, root).finish()
    assert report.ok is True
    assert report.as_json()["checkpoint"] == {"size": 64, "root": root, "signed_by": "key"}
    assert report.not_judged == ["events after 64: no checkpoint covers them"]
