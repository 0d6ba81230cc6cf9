"""Claims: rows may be gone only if a later sealed event names their range and root; a held row
must be the one whose hash was kept; everything else is named."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence import prunings
from govdesk.evidence.leaf import Row, Stub
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.parallel import verify_in_parallel
from govdesk.evidence.prunings import Range, Span
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.standing import Standing
from govdesk.evidence.state import BadState, State
from govdesk.evidence.verification import Verifier, verify
from tests.unit.evidence import logs
from tests.unit.evidence.stored import Stored

FIRST, LAST = 11, 30
LOG = logs.pruned(logs.log(60, seed=21), FIRST, LAST)
HELD = (11, 15, 16, 30)
ROOT = verify(logs.rows(LOG)).root

Item = Row | Stub


def check(
    items: Sequence[Item],
    ranges: list[Range] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Report:
    pruned = [(FIRST, LAST)] if ranges is None else ranges
    verifier = Verifier(pruned=pruned, checkpoint=checkpoint)
    verifier.feed(items)
    return verifier.finish()


def faults(report: Report) -> list[tuple[str, int, int]]:
    return [(fault.kind, fault.first, fault.last) for fault in report.faults]


# ---------------------------------------------------------------- lawful


@pytest.mark.parametrize("held", [(), HELD, range(11, 31), (20,)])
def test_a_pruned_log_is_whole_has_the_same_root_and_says_what_is_gone(held: range) -> None:
    items = logs.without(LOG, FIRST, LAST, held)
    report = check(items, checkpoint=Checkpoint(61, ROOT or "", "key"))
    assert (report.ok, report.complete, report.faults) == (True, True, [])
    assert (report.root, report.last_seq, report.rows) == (ROOT, 61, 41 + len(held))
    assert report.pruned == 20 - len(held)
    said = "pruned events said: of them only the hashes are left"
    assert any(said in text for text in report.not_judged) is (len(held) < 20)


def test_a_log_whose_first_months_are_gone_is_whole() -> None:
    lines = logs.pruned(logs.pruned(logs.log(60, seed=3), 1, 20), 21, 40)
    items = [*logs.without(lines[:20], 1, 20), *logs.without(lines[20:40], 21, 40, (21, 33))]
    report = check([*items, *logs.rows(lines[40:])], [(1, 20), (21, 40)])
    assert (report.ok, report.complete, report.pruned, report.first_seq) == (True, True, 38, 1)


def test_several_ranges_may_be_pruned_in_any_order_with_one_in_between_kept() -> None:
    lines = logs.pruned(logs.pruned(logs.log(60, seed=3), 31, 40), 1, 10)
    items = [
        *logs.without(lines[:10], 1, 10),
        *logs.rows(lines[10:30]),
        *logs.without(lines[30:], 31, 40),
    ]
    report = check(items, [(31, 40), (1, 10)])
    assert (report.ok, report.pruned) == (True, 20)


def test_a_held_row_may_lack_what_was_erased_before_it_was_held() -> None:
    lines = logs.pruned(logs.erased(logs.log(60, seed=21), 15, "actor", "ip"), FIRST, LAST)
    report = check(logs.without(lines, FIRST, LAST, (15,)))
    assert (report.ok, report.erased, report.pruned) == (True, 2, 19)


def test_a_held_erasure_inside_a_pruned_range_still_accounts() -> None:
    lines = logs.erased(logs.log(20, seed=21), 5, "actor")
    more = logs.seal([dict(line, at=lines[-1]["at"]) for line in lines[6:15]], _rng(), lines[-1])
    lines = logs.pruned([*lines, *more], 11, 25)
    report = check(logs.without(lines, 11, 25, (21,)), [(11, 25)])
    assert (report.ok, report.erased, report.pruned) == (True, 1, 14)


def _rng() -> random.Random:
    return random.Random(4)


def test_a_range_that_is_said_to_be_pruned_and_is_still_there_is_no_fault() -> None:
    report = check(logs.rows(LOG))
    assert (report.ok, report.pruned, report.root) == (True, 0, ROOT)


# ---------------------------------------------------------------- unlawful


def test_rows_that_no_event_accounts_for_are_deleted() -> None:
    report = check(logs.without(LOG[:60], FIRST, LAST))
    assert faults(report) == [("deleted", FIRST, LAST)]
    assert (report.ok, report.complete) == (False, False)


@pytest.mark.parametrize(
    "named",
    [
        f"{FIRST}-{LAST}:{'0' * 64}",
        f"{FIRST}-{LAST - 1}:ROOT",
        f"{FIRST + 1}-{LAST}:ROOT",
        "1-61:ROOT",
        f"0{FIRST}-{LAST}:ROOT",
        f"{FIRST}-{LAST}:root",
        f"{LAST}-{FIRST}:ROOT",
        "",
    ],
)
def test_an_event_that_names_another_range_or_root_accounts_for_nothing(named: str) -> None:
    root = LOG[-1]["entity_id"].partition(":")[2]
    lines = logs.noted(
        LOG[:60], "audit.pruned", "audit_segment", named.replace("ROOT", root) or "x"
    )
    report = check(logs.without(lines, FIRST, LAST))
    assert faults(report) == [("deleted", FIRST, LAST)]


@pytest.mark.parametrize(
    ("action", "entity_type"), [("audit.erased", "audit_segment"), ("audit.pruned", "audit_event")]
)
def test_another_kind_of_event_accounts_for_nothing(action: str, entity_type: str) -> None:
    lines = logs.noted(LOG[:60], action, entity_type, LOG[-1]["entity_id"])
    assert faults(check(logs.without(lines, FIRST, LAST))) == [("deleted", FIRST, LAST)]


def test_an_event_that_was_not_sealed_accounts_for_nothing() -> None:
    items = logs.without(LOG, FIRST, LAST)
    items[-1] = items[-1]._replace(actor="user:mallory")  # type: ignore[call-arg]
    assert faults(check(items)) == [("deleted", FIRST, LAST), ("altered", 61, 61)]


def test_an_event_sealed_before_the_end_of_its_range_accounts_for_nothing() -> None:
    """The root is that of leaves which come later: nobody can seal it, but one may claim it."""
    tracker = prunings.Prunings(((2, 4),))
    row = logs.row(LOG[-1])
    for seq in (2, 3, 4):
        tracker.note(seq, hashlib.sha256(bytes([seq])).digest())
    root = tracker.spans[2, 4].root().hex()
    tracker.account(row._replace(seq=3, entity_id=f"2-4:{root}"))
    assert tracker.pruned == 0
    tracker.account(row._replace(seq=5, entity_id=f"2-4:{root}"))
    assert tracker.pruned == 3


def test_stubs_outside_of_what_is_said_to_be_pruned_are_deletions() -> None:
    items = logs.without(LOG, FIRST, LAST)
    assert faults(check(items, [])) == [("deleted", FIRST, LAST)]
    assert faults(check(items, [(FIRST, LAST - 1)])) == [("deleted", FIRST, LAST)]
    assert faults(check(items, [(1, LAST)])) == [("deleted", 1, LAST)]
    assert faults(check(items, [(FIRST, 40)])) == [("deleted", FIRST, 40)]


@pytest.mark.parametrize("gone", [11, 20, 30])
def test_a_number_without_row_and_hash_inside_a_pruned_range_is_a_deletion(gone: int) -> None:
    items = [item for item in logs.without(LOG, FIRST, LAST) if item.seq != gone]
    assert ("deleted", gone, gone) in _spread(check(items))


def _spread(report: Report) -> set[tuple[str, int, int]]:
    return {(f.kind, seq, seq) for f in report.faults for seq in range(f.first, f.last + 1)}


@pytest.mark.parametrize("at", [11, 12, 20, 29, 30])
def test_another_hash_in_a_tile_is_found(at: int) -> None:
    items = logs.without(LOG, FIRST, LAST)
    items[at - 1] = Stub(at, "ab" * 32)
    report = check(items, checkpoint=Checkpoint(61, ROOT or ""))
    assert report.ok is False
    assert ("deleted", FIRST, LAST) in faults(report)
    if at == LAST:
        assert ("altered", at, at) in faults(report)


def test_a_hash_that_is_none_is_a_fault_and_no_error() -> None:
    for text in ("", "AB" * 32, "zz" * 32, "00", "\ud800"):
        items = logs.without(LOG, FIRST, LAST)
        items[19] = Stub(20, text)
        assert ("altered", 20, 20) in _spread(check(items))


def test_a_row_that_was_deleted_before_a_pruned_range_is_named() -> None:
    items = [item for item in logs.without(LOG, FIRST, LAST) if item.seq != 5]
    assert faults(check(items)) == [("deleted", 5, 5)]
    items = [item for item in logs.without(LOG, FIRST, LAST) if item.seq not in (9, 10)]
    assert faults(check(items)) == [("deleted", 9, 10)]
    items = [item for item in logs.without(LOG, FIRST, LAST) if item.seq != 31]
    assert faults(check(items)) == [("deleted", 31, 31)]


@pytest.mark.parametrize("seq", [10, 31, 32, 5, 60])
def test_an_altered_row_beside_a_pruned_range_is_named_alone(seq: int) -> None:
    lines = [dict(line) for line in LOG]
    lines[seq - 1]["summary"] = "Nothing happened"
    assert faults(check(logs.without(lines, FIRST, LAST))) == [("altered", seq, seq)]


@pytest.mark.parametrize("seq", [9, 10, 31, 32])
def test_a_row_replaced_by_one_that_fits_in_itself_is_found_beside_a_pruned_range(seq: int) -> None:
    lines = [dict(line) for line in LOG]
    prev = json.loads(lines[seq - 1]["leaf"])["prev"]
    lines[seq - 1] = logs.reseal({**lines[seq - 1], "reason": "another"}, prev)
    report = check(logs.without(lines, FIRST, LAST), checkpoint=Checkpoint(61, ROOT or ""))
    assert report.ok is False
    if seq > LAST:
        assert faults(report) == [("altered", seq, seq)]


def test_the_row_before_a_pruned_range_is_bound_by_the_checkpoint_alone() -> None:
    """No leaf that is left names it; the tree does."""
    lines = [dict(line) for line in LOG]
    prev = json.loads(lines[9]["leaf"])["prev"]
    lines[9] = logs.reseal({**lines[9], "reason": "another"}, prev)
    report = check(logs.without(lines, FIRST, LAST), checkpoint=Checkpoint(61, ROOT or ""))
    assert faults(report) == [("rechained", 1, 61)]


# ---------------------------------------------------------------- held rows


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("column", ["summary", "reason", "action", "salts", "leaf", "leaf_hash"])
def test_a_held_row_that_was_altered_is_named(held: int, column: str) -> None:
    items = logs.without(LOG, FIRST, LAST, HELD)
    at = next(i for i, item in enumerate(items) if isinstance(item, Row) and item.seq == held)
    items[at] = items[at]._replace(**{column: "{}"})  # type: ignore[arg-type]
    report = check(items)
    assert faults(report) == [("altered", held, held)]
    assert column == "salts" or column in report.faults[0].detail


@pytest.mark.parametrize("held", HELD)
def test_a_held_row_replaced_by_one_that_fits_in_itself_is_named(held: int) -> None:
    lines = [dict(line) for line in LOG]
    prev = json.loads(lines[held - 1]["leaf"])["prev"]
    forged = logs.reseal({**lines[held - 1], "reason": "another"}, prev)
    items = logs.without(LOG, FIRST, LAST, HELD)
    at = next(i for i, item in enumerate(items) if isinstance(item, Row) and item.seq == held)
    items[at] = logs.row(forged)
    report = check(items)
    assert faults(report) == [("altered", held, held)]
    assert "the tree names another hash" in report.faults[0].detail


def test_a_second_row_of_a_held_event_is_inserted() -> None:
    items = logs.without(LOG, FIRST, LAST, HELD)
    at = next(i for i, item in enumerate(items) if isinstance(item, Row) and item.seq == 15)
    items.insert(at, items[at])
    assert faults(check(items)) == [("inserted", 15, 15)]


def test_the_row_of_another_tenant_or_time_is_not_the_held_one() -> None:
    lines = logs.log(60, seed=21)
    events = [dict(line) for line in lines]
    events[14]["tenant_path"] = "another_bank"
    strange = logs.pruned(logs.seal(events, _rng()), FIRST, LAST)
    assert faults(check(logs.without(strange, FIRST, LAST, (15,)))) == [("altered", 15, 15)]
    events = [dict(line) for line in lines]
    events[14]["at"] = "2025-01-01T00:00:00.000000Z"
    early = logs.pruned(logs.seal(events, _rng()), FIRST, LAST)
    assert faults(check(logs.without(early, FIRST, LAST, (15,)))) == [("altered", 15, 15)]


def test_an_unaccounted_absence_in_a_held_row_is_altered() -> None:
    lines = [dict(line, salts=dict(line["salts"])) for line in LOG]
    del lines[14]["actor"], lines[14]["salts"]["actor"]
    assert faults(check(logs.without(lines, FIRST, LAST, (15,)))) == [("altered", 15, 15)]


def test_only_stubs_cannot_be_judged() -> None:
    report = check(logs.without(LOG[:30], 1, 30), [(1, 30)])
    assert report.ok is not True


# ---------------------------------------------------------------- which rows were kept


def kept(*seqs: int) -> list[logs.Line]:
    """The log, whose event says that these rows were kept."""
    return logs.pruned(LOG[:60], FIRST, LAST, seqs)


@pytest.mark.parametrize("held", [(), HELD, tuple(range(FIRST, LAST + 1))])
def test_the_rows_that_were_kept_are_all_that_is_left(held: tuple[int, ...]) -> None:
    report = check(logs.without(kept(*held), FIRST, LAST, held))
    assert (report.ok, report.pruned) == (True, 20 - len(held))
    assert not any("which were kept" in text for text in report.not_judged)


@pytest.mark.parametrize("left", [(), HELD[1:], HELD[:-1], (11, 15, 17, 30), (*HELD, 20)])
def test_a_held_row_that_was_deleted_or_exchanged_later_is_found(left: tuple[int, ...]) -> None:
    report = check(logs.without(kept(*HELD), FIRST, LAST, left))
    assert faults(report) == [("deleted", FIRST, LAST)]
    assert "not those that were kept" in report.faults[0].detail


def test_where_no_event_says_which_rows_were_kept_that_is_not_judged() -> None:
    report = check(logs.without(LOG, FIRST, LAST, HELD))
    assert report.ok is True
    assert any("which were kept" in text for text in report.not_judged)


@pytest.mark.parametrize("diff", [{}, {"data": {"new": []}}, {"data": {"new": {"kept_root": 5}}}])
def test_a_diff_of_another_form_says_nothing(diff: dict[str, object]) -> None:
    named = str(LOG[-1]["entity_id"])
    lines = logs.noted(LOG[:60], "audit.pruned", "audit_segment", named, diff=diff)
    report = check(logs.without(lines, FIRST, LAST, HELD))
    assert report.ok is True
    assert any("which were kept" in text for text in report.not_judged)


@pytest.mark.parametrize("left", [HELD, HELD[1:]])
@pytest.mark.parametrize("every", [1, 3, 7, 13])
def test_a_pause_changes_nothing_about_held_rows(left: tuple[int, ...], every: int) -> None:
    items = logs.without(kept(*HELD), FIRST, LAST, left)
    assert paused(items, every).as_json() == check(items).as_json()
    assert check(items).ok is (left == HELD)


@pytest.mark.parametrize("left", [(60, 61, 64, 65, 96, 97, 100), (60, 61, 64, 65, 97, 100)])
def test_two_processes_find_a_held_row_that_is_gone(left: tuple[int, ...]) -> None:
    lines = logs.pruned(logs.log(150, seed=6), 60, 100, (60, 61, 64, 65, 96, 97, 100))
    items = logs.without(lines, 60, 100, left)
    report = verify_in_parallel(Stored(items), len(lines), 2, level=5, pruned=[(60, 100)])
    assert report.as_json() == check(items, [(60, 100)]).as_json()
    assert report.ok is (len(left) == 7)


# ---------------------------------------------------------------- pauses and processes


def paused(items: list[Item], every: int) -> Report:
    verifier = Verifier(pruned=[(FIRST, LAST)])
    for at in range(0, len(items), every):
        verifier.feed(items[at : at + every])
        standing = verifier.standing()
        if standing is None or at + every >= len(items):
            continue
        again = Standing.from_json(json.loads(json.dumps(standing.as_json())))
        assert again == standing
        verifier = Verifier.resume(again, verifier.last, pruned=[(FIRST, LAST)])
        assert verifier.lacks is None
    return verifier.finish()


@pytest.mark.parametrize("every", [1, 2, 3, 7, 13, 40])
@pytest.mark.parametrize("held", [(), HELD])
def test_a_pause_anywhere_changes_nothing(every: int, held: tuple[int, ...]) -> None:
    items = logs.without(LOG, FIRST, LAST, held)
    assert paused(items, every).as_json() == check(items).as_json()
    unaccounted = items[:-1]
    assert paused(unaccounted, every).as_json() == check(unaccounted).as_json()


@pytest.mark.parametrize("seen", [10, 11, 20, 29, 30, 45, 60])
def test_a_range_pruned_since_a_pause_is_accounted_for_with_the_hashes_it_lacks(seen: int) -> None:
    first = Verifier()
    first.feed(logs.rows(LOG[:seen]))
    standing = first.standing()
    assert standing is not None
    verifier = Verifier.resume(standing, first.last, pruned=[(FIRST, LAST)])
    lacks = verifier.lacks
    assert lacks == ((FIRST, seen) if FIRST <= seen < LAST else None)
    if lacks is not None:
        verifier.lead_in(
            b"".join(bytes.fromhex(line["leaf_hash"]) for line in LOG[FIRST - 1 : seen])
        )
        assert verifier.lacks is None
    lines = logs.pruned(LOG[:60], FIRST, LAST, HELD)
    verifier.feed(item for item in logs.without(lines, FIRST, LAST, HELD) if item.seq > seen)
    report = verifier.finish()
    assert (report.ok, report.faults, report.rows) == (True, [], seen + len(_after(lines, seen)))
    said = any("which were kept" in text for text in report.not_judged)
    assert said is (FIRST <= seen < LAST)


def _after(lines: list[logs.Line], seen: int) -> list[Item]:
    items = logs.without(lines, FIRST, LAST, HELD)
    return [item for item in items if isinstance(item, Row) and item.seq > seen]


@pytest.mark.parametrize(
    "change",
    [
        {"prunings": 5},
        {"prunings": {"spans": [[1]], "sealed": [], "refused": [], "gone": 0, "pruned": 0}},
        {"stub": "x"},
        {"before": "short"},
    ],
)
def test_a_damaged_state_of_prunings_is_refused(change: dict[str, object]) -> None:
    verifier = Verifier(pruned=[(FIRST, LAST)])
    verifier.feed(logs.without(LOG, FIRST, LAST)[:20])
    with pytest.raises(BadState):
        State.from_json({**verifier.state.as_json(), **change})


def test_a_state_saved_by_the_release_before_is_read() -> None:
    verifier = Verifier()
    verifier.feed(logs.rows(LOG[:5]))
    saved = verifier.state.as_json()
    for name in ("prunings", "stub", "before"):
        del saved[name]
    assert State.from_json(saved) == verifier.state


LONG = logs.pruned(logs.pruned(logs.log(150, seed=6), 1, 40), 60, 100)


@pytest.mark.parametrize("held", [(), (1, 32, 33, 64, 65, 96, 97, 100)])
@pytest.mark.parametrize("change", ["nothing", "unaccounted", "altered", "another hash"])
def test_two_processes_report_what_one_reports(held: tuple[int, ...], change: str) -> None:
    lines = LONG[:151] if change == "unaccounted" else LONG
    items = logs.without(lines[:50], 1, 40, held) + logs.without(lines[50:], 60, 100, held)
    if change == "altered":
        items[-20] = items[-20]._replace(reason="x")  # type: ignore[call-arg]
    if change == "another hash":
        at = next(i for i, item in enumerate(items) if item.seq == 80)
        items[at] = Stub(80, "cd" * 32)
    ranges, mark = [(1, 40), (60, 100)], Checkpoint(100, verify(logs.rows(LONG[:100])).root or "")
    serial = check(items, ranges, mark)
    report = verify_in_parallel(
        Stored(items), len(lines), 2, level=5, pruned=ranges, checkpoint=mark
    )
    assert report.as_json() == serial.as_json()
    assert report.pruned == serial.pruned
    assert report.ok is (change == "nothing")


@pytest.mark.parametrize("size", [1, 31, 32, 33, 100, 152])
@pytest.mark.parametrize("right", [True, False])
def test_two_processes_compare_with_a_checkpoint_anywhere(size: int, right: bool) -> None:
    rows = logs.rows(LONG)
    root = verify(rows[:size]).root if right else "0" * 64
    mark = Checkpoint(size, root or "")
    report = verify_in_parallel(Stored([*rows]), len(rows), 2, level=5, checkpoint=mark)
    assert report.as_json() == check([*rows], [], mark).as_json()
    assert report.ok is right


# ---------------------------------------------------------------- anything honest, anything not


@st.composite
def pruned_logs(draw: st.DrawFn) -> tuple[list[Item], list[Range], Checkpoint]:
    """An honest log with erased fields, pruned ranges and held rows, as a reader gives it."""
    size = draw(st.integers(4, 40))
    lines = logs.log(size, draw(st.integers(0, 2**16)))
    erased = draw(st.lists(st.integers(1, size), unique=True, max_size=3))
    for seq in erased:
        lines = logs.erased(lines, seq, *draw(st.sampled_from((["actor"], ["ip", "summary"]))))
    cuts = sorted(draw(st.sets(st.integers(0, size), max_size=5)))
    ranges = [(low + 1, high) for low, high in pairwise(cuts) if draw(st.booleans())]
    held = draw(st.sets(st.integers(1, size)))
    for first, last in draw(st.permutations(ranges)):
        lines = logs.pruned(lines, first, last, {n for n in held if first <= n <= last})
    items: list[Item] = []
    for line in lines:
        is_pruned = any(first <= line["seq"] <= last for first, last in ranges)
        if is_pruned:
            items.append(Stub(line["seq"], line["leaf_hash"]))
        if not is_pruned or line["seq"] in held:
            items.append(logs.row(line))
    tree = Frontier()
    for line in lines:
        tree.push(bytes.fromhex(line["leaf_hash"]))
    return items, ranges, Checkpoint(len(lines), tree.root().hex())


def _judge(
    items: list[Item], ranges: list[Range], mark: Checkpoint, pauses: Sequence[int]
) -> Report:
    verifier, at = Verifier(pruned=ranges, checkpoint=mark), 0
    for pause in [*sorted(pauses), len(items)]:
        verifier.feed(items[at:pause])
        at = max(at, pause)
        standing = verifier.standing()
        if standing is None or pause >= len(items):
            continue
        again = Standing.from_json(json.loads(json.dumps(standing.as_json())))
        verifier = Verifier.resume(again, verifier.last, pruned=ranges, checkpoint=mark)
    return verifier.finish()


@given(pruned_logs(), st.lists(st.integers(0, 90), max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_honest_log_is_whole_with_any_pauses(
    made: tuple[list[Item], list[Range], Checkpoint], pauses: list[int]
) -> None:
    items, ranges, mark = made
    report = _judge(items, ranges, mark, pauses)
    assert (report.ok, report.faults, report.root) == (True, [], mark.root)
    gone = len({i.seq for i in items}) - sum(isinstance(i, Row) for i in items)
    assert report.pruned == gone


def _all_is_there(items: list[Item], changed: list[Item]) -> bool:
    """Only hashes lack, of events whose rows are there: of the log nothing does."""
    rows = [item for item in items if isinstance(item, Row)]
    there = [item for item in changed if isinstance(item, Row)]
    lacking = [item for item in items if item not in changed]
    return rows == there and {item.seq for item in lacking} <= {row.seq for row in rows}


_OTHER_VALUES = {"severity": "warning", "at": "2026-01-31T00:00:00.000001Z", "leaf_hash": "ab" * 32}


@given(pruned_logs(), st.data())
@settings(max_examples=300, deadline=None)
def test_any_single_change_of_such_a_log_is_found(
    made: tuple[list[Item], list[Range], Checkpoint], data: st.DataObject
) -> None:
    items, ranges, mark = made
    at = data.draw(st.integers(0, len(items) - 1))
    item = items[at]
    change = data.draw(st.sampled_from(("drop", "double", "swap", "edit", "cut")))
    changed = list(items)
    if change == "drop":
        del changed[at]
    elif change == "double":
        changed.insert(at, item)
    elif change == "swap":
        other = data.draw(st.integers(0, len(items) - 1))
        changed[at], changed[other] = changed[other], changed[at]
    elif change == "cut":
        changed = changed[:at]
    elif isinstance(item, Stub):
        changed[at] = Stub(item.seq, "cd" * 32)
    else:
        column = data.draw(st.sampled_from(sorted({*Row._fields} - {"seq"})))
        value = _OTHER_VALUES.get(column, "changed")
        changed[at] = item._replace(**{column: value})  # type: ignore[arg-type]
    if changed == items or not changed or (change == "drop" and _all_is_there(items, changed)):
        return
    assert _judge(changed, ranges, mark, ()).ok is not True


# ---------------------------------------------------------------- spans


@given(st.integers(1, 200), st.lists(st.integers(0, 200), max_size=4))
@settings(max_examples=200, deadline=None)
def test_parts_of_a_range_join_to_its_tree_wherever_they_were_cut(
    size: int, cuts: list[int]
) -> None:
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(size)]
    tree = Frontier()
    for leaf in leaves:
        tree.push(leaf)
    places = [0, *sorted(min(cut, size) for cut in cuts), size]
    whole = Span(0, 0)
    for low, high in pairwise(places):
        part = Span(low, low)
        for leaf in leaves[low:high]:
            part.push(leaf)
        whole.join(part)
    assert (whole.root(), whole.end) == (tree.root(), size)
    assert len(whole.nodes) == size.bit_count()


def test_what_a_pruned_range_is_called_is_read_again() -> None:
    root = hashlib.sha256().digest()
    assert prunings.parse_entity_id(prunings.entity_id(3, 9, root)) == (3, 9, root.hex())
    assert len(prunings.entity_id(2**62, 2**63 - 1, root)) <= 128
