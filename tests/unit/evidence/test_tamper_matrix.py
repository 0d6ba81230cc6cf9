"""Claims: every single change of a sealed log is found, and its class and place are right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.evidence import leaf
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.report import Report
from govdesk.evidence.verification import verify
from tests.unit.evidence import logs, tampering
from tests.unit.evidence.logs import COLUMNS, Line
from tests.unit.evidence.tampering import Tampering

SIZE = 60
PLACES = ((1, 2), (2, 40), (30, 31), (30, 33), (57, 20), (59, 5), (60, 1))
LOG = logs.log(SIZE, seed=1)
BEFORE_THE_FILE = ("row_removed at 1", "three_rows_removed at 1")
RIGHT_CLASS = 0.95


def _every_change(log: list[Line]) -> Iterator[Tampering]:
    for seq, other in PLACES:
        yield from tampering.columns(log, seq, other)
        if seq < SIZE - 3:
            yield from tampering.whole_rows(log, seq)


def _named(report: Report) -> tuple[set[str], set[int]]:
    kinds: set[str] = {fault.kind for fault in report.faults}
    seqs = {seq for f in report.faults for seq in range(f.first, min(f.last, f.first + 99) + 1)}
    return kinds, seqs


def _judge(change: Tampering, report: Report) -> str:
    assert report.ok is False, f"not found: {change.name}"
    right = _named(report) == ({change.kind}, set(change.seqs))
    return "" if right else f"{change.name}: {report.faults}"


def test_every_change_of_the_stored_log_is_found_with_its_class_and_place() -> None:
    wrong, total = [], 0
    for change in _every_change(LOG):
        total += 1
        if verdict := _judge(change, verify(logs.by_seq(change.lines))):
            wrong.append(verdict)
    assert total > 450
    assert len(wrong) <= (1 - RIGHT_CLASS) * total, wrong


def test_the_matrix_covers_every_column() -> None:
    assert set(LOG[0]) == set(COLUMNS)
    names = Counter(change.name.split()[1] for change in _every_change(LOG))
    assert set(names) >= set(COLUMNS) - {"tenant_id", "seq"}


@pytest.mark.parametrize("with_manifest", [True, False], ids=["manifest", "no manifest"])
def test_every_change_of_an_exported_file_is_found(tmp_path: Path, with_manifest: bool) -> None:
    said = logs.manifest(LOG) if with_manifest else None
    wrong, total = [], 0
    for change in _every_change(LOG):
        total += 1
        path = logs.exported(tmp_path, change.lines, said)
        report = verify_jsonl(path)
        if not with_manifest and change.name.startswith("erase"):
            assert report.ok is None, f"without a manifest nothing can tell: {change.name}"
            continue
        if not with_manifest and change.name in BEFORE_THE_FILE:
            assert any("events before" in text for text in report.not_judged)
            continue
        if verdict := _judge(change, report):
            wrong.append(verdict)
    assert len(wrong) <= (1 - RIGHT_CLASS) * total, wrong


@pytest.mark.parametrize("seq", [1, 2, 30, 59, 60])
def test_another_tenant_id_on_a_line_is_an_alteration_there(tmp_path: Path, seq: int) -> None:
    lines = logs.log(SIZE, seed=1)
    lines[seq - 1]["tenant_id"] = "00000000-0000-4000-8000-000000000000"
    report = verify_jsonl(logs.exported(tmp_path, lines, logs.manifest(LOG)))
    assert _named(report) == ({"altered"}, {seq})


@pytest.mark.parametrize("seq", [1, 2, 30, 59])
@pytest.mark.parametrize("to", [45, 61, 5000, 2**62])
def test_another_seq_is_an_alteration_of_that_event(seq: int, to: int) -> None:
    lines = logs.log(SIZE, seed=1)
    lines[seq - 1]["seq"] = to
    report = verify(logs.by_seq(lines))
    assert _named(report) == ({"altered"}, {seq})


def test_lines_out_of_turn_are_reordered(tmp_path: Path) -> None:
    lines = logs.log(SIZE, seed=1)
    lines[9], lines[29] = lines[29], lines[9]
    report = verify_jsonl(logs.exported(tmp_path, lines, logs.manifest(LOG)))
    assert _named(report) == ({"reordered"}, {10, 30})


@pytest.mark.parametrize("distance", [3, 1000, 1500, 2600])
def test_rows_exchanged_over_any_distance_are_reordered(distance: int) -> None:
    lines = logs.log(3000, seed=5)
    one, two = lines[199], lines[199 + distance]
    one["seq"], two["seq"] = two["seq"], one["seq"]
    assert _named(verify(logs.by_seq(lines))) == ({"reordered"}, {200, 200 + distance})


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 1400), (700, 2999), (1, 3000)])
def test_a_long_altered_stretch_is_one_fault(first: int, last: int) -> None:
    lines = logs.log(3000, seed=5)
    for line in lines[first - 1 : last]:
        line["summary"] = "Nothing happened"
    faults = verify(logs.by_seq(lines)).faults
    assert [(f.kind, f.first, f.last) for f in faults] == [("altered", first, last)]


def test_a_long_deleted_stretch_is_one_fault() -> None:
    lines = logs.log(3000, seed=5)
    faults = verify(logs.by_seq(lines[:9] + lines[2500:])).faults
    assert [(f.kind, f.first, f.last) for f in faults] == [("deleted", 10, 2500)]


def test_a_stretch_without_any_readable_leaf_is_altered_and_judged_in_good_time() -> None:
    lines = logs.log(3000, seed=5)
    for line in lines[500:2800]:
        line["leaf"] = line["leaf_hash"] = ""
    faults = verify(logs.by_seq(lines)).faults
    assert {f.kind for f in faults} == {"altered"}
    assert sum(f.last - f.first + 1 for f in faults) == 2300


def test_several_changes_at_once_are_all_found() -> None:
    rng = random.Random(7)
    for _ in range(300):
        lines, touched = logs.log(SIZE, seed=1), set()
        for seq in rng.sample(range(4, 55, 5), 3):
            column = rng.choice([c for c in COLUMNS if c not in ("tenant_id", "seq")])
            if tampering._edit(lines[seq - 1], column):
                touched.add(seq)
        assert _named(verify(logs.by_seq(lines))) == ({"altered"} if touched else set(), touched)


@pytest.mark.parametrize("seq", [2, 30, 60])
def test_time_that_goes_back_is_an_alteration_though_sealed(seq: int) -> None:
    events = [dict(line, at=logs.instant(index + 9)) for index, line in enumerate(LOG)]
    events[seq - 1]["at"] = logs.instant(0)
    report = verify(logs.rows(logs.seal(events, random.Random(2))))
    assert _named(report) == ({"altered"}, {seq})
    assert report.faults[0].detail.endswith(": at")


def test_a_diff_with_the_same_value_but_other_bytes_is_altered() -> None:
    rows = logs.rows(LOG)
    index = next(i for i, row in enumerate(rows) if row.diff and len(row.diff) > 2)
    rows[index] = rows[index]._replace(diff=(rows[index].diff or "").replace(":", ": "))
    report = verify(rows)
    assert _named(report) == ({"altered"}, {index + 1})


def test_a_leaf_that_is_not_canonical_is_altered_though_its_hash_fits() -> None:
    lines = logs.log(3, seed=1)
    text = lines[2]["leaf"].replace('","at"', '", "at"')
    lines[2] |= {"leaf": text, "leaf_hash": leaf.leaf_hash(text.encode()).hex()}
    report = verify(logs.rows(lines))
    assert _named(report) == ({"altered"}, {3})
    assert report.faults[0].detail.endswith(": leaf")
