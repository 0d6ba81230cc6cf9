"""Claims: whatever bytes a file or its manifest holds, the answer is a fault or *cannot judge*."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence import lines as reading
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Report
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import KEY
from tests.unit.evidence.test_covered import under

LOG = logs.log(12, seed=8)
DATA = logs.jsonl(LOG)
SAID = logs.manifest(LOG)
FLIPS = int(os.environ.get("GOVDESK_TEST_FLIPS", "1000"))


def _verify(folder: Path, data: bytes, said: object = SAID, *keys: VerifierKey) -> Report:
    path = folder / "log.jsonl"
    path.write_bytes(data)
    sidecar = folder / "log.jsonl.manifest"
    sidecar.unlink(missing_ok=True)
    if said is not None:
        sidecar.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
    return verify_jsonl(path, keys=keys)


def _line(number: int, change: Callable[[bytes], bytes]) -> bytes:
    lines = DATA.splitlines(keepends=True)
    lines[number - 1] = change(lines[number - 1])
    return b"".join(lines)


def _with(**changes: object) -> Callable[[bytes], bytes]:
    return lambda line: json.dumps({**json.loads(line), **changes}).encode() + b"\n"


def _lacking(key: str) -> Callable[[bytes], bytes]:
    def change(line: bytes) -> bytes:
        event = json.loads(line)
        del event[key]
        return json.dumps(event).encode() + b"\n"

    return change


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "bad UTF-8": lambda line: line.replace(b'"summary":"', b'"summary":"\xff\xfe'),
    "overlong UTF-8": lambda line: line.replace(b'"summary":"', b'"summary":"\xc0\xaf'),
    "NUL": lambda line: line.replace(b'"summary":"', b'"summary":"\x00'),
    "escaped NUL": lambda line: line.replace(b'"summary":"', b'"summary":"\\u0000'),
    "lone surrogate": lambda line: line.replace(b'"summary":"', b'"summary":"\\ud800'),
    "surrogate in a clear string": _with(action="\ud800"),
    "surrogate in the leaf": _with(leaf="\ud800"),
    "cut line": lambda line: line[: len(line) // 2] + b"\n",
    "no JSON": lambda line: b"seq,at,severity\n",
    "empty object": lambda line: b"{}\n",
    "array": lambda line: b"[]\n",
    "number": lambda line: b"7\n",
    "empty line": lambda line: b"\n",
    "deep": lambda line: b"[" * 100_000 + b"\n",
    "deep diff": lambda line: line.replace(b'"diff":', b'"diff":' + b"[" * 5000 + b"]" * 5000, 1),
    "duplicate key": lambda line: line.replace(b'"at":', b'"reason":"x","at":', 1),
    "unknown key": _with(colour="red"),
    "huge number": lambda line: line.replace(b'"seq":', b'"seq":' + b"9" * 5000, 1),
    "seq is text": _with(seq="5"),
    "seq is true": _with(seq=True),
    "seq is a fraction": _with(seq=5.0),
    "seq is 0": _with(seq=0),
    "seq is negative": _with(seq=-5),
    "salts are a list": _with(salts=[]),
    "salts are numbers": _with(salts=dict.fromkeys(LOG[0]["salts"], 1)),
    "leaf is null": _with(leaf=None),
    "leaf is an object": _with(leaf={}),
    "leaf is deep": _with(leaf="[" * 100_000),
    "leaf is a huge number": _with(leaf="9" * 5000),
    "leaf_hash is upper case": _with(leaf_hash=LOG[4]["leaf_hash"].upper()),
    "diff has a fraction": _with(diff={"a": {"new": 1.5}}),
    "diff has NaN": _with(diff={"a": {"new": float("nan")}}),
    "actor is a number": _with(actor=1),
    **{f"no {key}": _lacking(key) for key in LOG[0]},
}


@pytest.mark.parametrize("said", [SAID, None], ids=["manifest", "no manifest"])
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_line_is_a_fault_at_its_event(tmp_path: Path, how: str, said: object) -> None:
    report = _verify(tmp_path, _line(5, BROKEN[how]), said)
    assert report.ok is False
    assert report.faults
    assert all(fault.first <= 5 <= fault.last or "seq" in how for fault in report.faults), how


@pytest.mark.parametrize("how", ["bad UTF-8", "no JSON", "empty object", "no leaf", "cut line"])
def test_a_broken_line_is_one_alteration_that_says_what_is_wrong(tmp_path: Path, how: str) -> None:
    (fault,) = _verify(tmp_path, _line(5, BROKEN[how])).faults
    assert (fault.kind, fault.first, fault.last) == ("altered", 5, 5)
    assert fault.detail.startswith("line 5 ")


def test_a_thousand_flipped_bytes_are_all_found(tmp_path: Path) -> None:
    """Half of them by somebody who has the key of the checkpoint."""
    log, rng = logs.log(4, seed=8), random.Random(4)
    whole, said = logs.jsonl(log), logs.manifest(log) | under(log, 1, 4)
    assert _verify(tmp_path, whole, said, KEY).ok is True
    for number in range(FLIPS):
        place = rng.randrange(len(whole))
        data = bytearray(whole)
        data[place] ^= rng.randrange(1, 256)
        keys = (KEY,) if number % 2 else ()
        assert _verify(tmp_path, bytes(data), said, *keys).ok is False, (number, place)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_never_pass(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("file")
    assert _verify(folder, data).ok is False
    assert _verify(folder, data, None).ok is (False if data else None)
    assert _verify(folder, DATA, data).ok is False


@pytest.mark.parametrize("keep", [0, 1, 5, 11])
def test_a_cut_file_is_cut_to_the_end_of_the_range(tmp_path: Path, keep: int) -> None:
    data = b"".join(DATA.splitlines(keepends=True)[:keep])
    (fault,) = _verify(tmp_path, data).faults
    assert (fault.kind, fault.first, fault.last) == ("cut", keep + 1, 12)


def test_a_cut_last_line_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _verify(tmp_path, DATA[:-20]).faults
    assert (fault.kind, fault.first) == ("altered", 12)


def test_lines_missing_at_the_beginning_are_deleted(tmp_path: Path) -> None:
    report = _verify(tmp_path, b"".join(DATA.splitlines(keepends=True)[3:]))
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("deleted", 1, 3)]
    assert report.complete is False


def test_a_line_longer_than_any_event_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 8192)
    long = _line(5, lambda line: line.replace(b'"summary":"', b'"summary":"' + b"x" * 50_000))
    (fault,) = _verify(tmp_path, long).faults
    assert (fault.kind, fault.first) == ("altered", 5)
    assert "longer" in fault.detail


WRONG_MANIFESTS: dict[str, Any] = {
    "rows": 11,
    "sha256": "0" * 64,
    "root": "0" * 64,
    "prev": "1" * 64,
    "first_seq": 2,
    "tenant_path": "another_bank",
    "format": "other",
    "v": 2,
    "redacted": ["leaf"],
    "complete": "yes",
    "from": -1,
    "to": "12",
    "erased": ["1:leaf"],
    "filter": 1,
}


@pytest.mark.parametrize("member", WRONG_MANIFESTS)
def test_a_manifest_that_does_not_fit_is_a_fault(tmp_path: Path, member: str) -> None:
    report = _verify(tmp_path, DATA, {**SAID, member: WRONG_MANIFESTS[member]})
    assert report.ok is False
    expected = "altered" if member == "tenant_path" else "manifest"
    assert {fault.kind for fault in report.faults} == {expected}


def test_a_named_manifest_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    path = logs.exported(tmp_path, LOG)
    report = verify_jsonl(path, tmp_path / "elsewhere.manifest")
    assert [fault.kind for fault in report.faults] == ["manifest"]


def test_without_a_manifest_completeness_is_not_judged(tmp_path: Path) -> None:
    report = _verify(tmp_path, DATA, None)
    assert (report.ok, report.complete) == (True, None)
    assert "manifest" in report.not_judged[0]


def _filtered(chosen: list[logs.Line]) -> logs.Line:
    return logs.manifest(chosen, complete=False, filter="severity:high", **{"from": 1, "to": 12})


FILTERED = [LOG[index] for index in (0, 1, 4, 7, 8, 10)]


def test_a_filtered_export_is_whole_and_its_completeness_not_judged(tmp_path: Path) -> None:
    report = _verify(tmp_path, logs.jsonl(FILTERED), _filtered(FILTERED))
    assert (report.ok, report.complete, report.rows) == (True, None, 6)
    assert report.filter == "severity:high"
    assert any("left out by design" in text for text in report.not_judged)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda lines: lines.pop(2), "deleted"),
        (lambda lines: lines.pop(0), "deleted"),
        (lambda lines: lines.pop(), "cut"),
        (lambda lines: lines.insert(3, LOG[5]), "inserted"),
        (lambda lines: lines.insert(3, lines[2]), "inserted"),
        (lambda lines: lines.reverse(), "reordered"),
        (lambda lines: lines.__setitem__(2, {**lines[2], "summary": "x"}), "altered"),
        (lambda lines: lines.__setitem__(2, {**lines[2], "seq": 6}), "altered"),
        (lambda lines: lines.__setitem__(2, {**lines[2], "seq": 99}), "altered"),
        (
            lambda lines: lines.__setitem__(
                slice(2, 4), [{**lines[3], "seq": 5}, {**lines[2], "seq": 8}]
            ),
            "reordered",
        ),
    ],
)
def test_a_changed_filtered_export_is_found_with_its_class(
    tmp_path: Path, change: Callable[[list[logs.Line]], object], kind: str
) -> None:
    lines = list(FILTERED)
    change(lines)
    report = _verify(tmp_path, logs.jsonl(lines), _filtered(FILTERED))
    assert kind in {fault.kind for fault in report.faults}
    assert {fault.kind for fault in report.faults} <= {kind, "cut"}


def test_a_replaced_neighbour_in_a_filtered_export_is_altered(tmp_path: Path) -> None:
    lines = list(FILTERED)
    before = json.loads(lines[3]["leaf"])["prev"]
    lines[3] = logs.reseal({**lines[3], "reason": "replaced"}, before)
    report = _verify(tmp_path, logs.jsonl(lines), _filtered(FILTERED))
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("altered", 8, 8)]


def test_time_that_goes_back_in_a_filtered_export_is_altered(tmp_path: Path) -> None:
    events = [dict(line, at=logs.instant(20 - index)) for index, line in enumerate(LOG)]
    lines = logs.seal(events, random.Random(2))[::3]
    report = _verify(tmp_path, logs.jsonl(lines), _filtered(lines))
    assert [(f.kind, f.first) for f in report.faults] == [
        ("altered", 4),
        ("altered", 7),
        ("altered", 10),
    ]


def test_an_empty_filtered_export_cannot_be_judged(tmp_path: Path) -> None:
    said = logs.manifest(LOG, complete=False, filter="severity:high", rows=0)
    said |= {"first_seq": None, "last_seq": None}
    said |= {"sha256": hashlib.sha256().hexdigest()}
    assert _verify(tmp_path, b"", said).ok is None


def test_every_line_changed_at_random_is_found_in_a_filtered_export(tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(100):
        lines = [dict(line) for line in FILTERED]
        chosen = rng.choice(lines)
        column = rng.choice([c for c in logs.COLUMNS if isinstance(chosen[c], str)])
        chosen[column] = chosen[column][::-1] + "x"
        report = _verify(tmp_path, logs.jsonl(lines), _filtered(FILTERED))
        assert [(f.kind, f.first) for f in report.faults] == [("altered", chosen["seq"])], column
