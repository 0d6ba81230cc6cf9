"""Claims: several processes find what one finds, on whole and on tampered logs."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from govdesk.evidence import parallel
from govdesk.evidence.leaf import Row, Stub
from govdesk.evidence.parallel import verify_in_parallel
from govdesk.evidence.verification import verify
from tests.unit.evidence import logs
from tests.unit.evidence.stored import Stored

LEVEL = 5
LOG = logs.log(150, seed=6)


class Lost(Exception):
    """The connection is gone."""


def lost(first: int, last: int) -> list[Row | Stub]:
    """A source that fails in its second chunk."""
    if first > 1:
        raise Lost("connection lost")
    return Stored(logs.rows(LOG))(first, last)


def _nothing(lines: list[logs.Line]) -> None:
    pass


def _altered_in_the_first_chunk(lines: list[logs.Line]) -> None:
    lines[3]["summary"] = "Nothing happened"


def _deleted_at_a_seam(lines: list[logs.Line]) -> None:
    del lines[63]


def _exchanged_over_a_seam(lines: list[logs.Line]) -> None:
    lines[63]["seq"], lines[64]["seq"] = 65, 64


def _rewritten_chunk(lines: list[logs.Line]) -> None:
    prev = lines[31]["leaf_hash"]
    for index in range(32, 64):
        lines[index] = logs.reseal({**lines[index], "reason": "rewritten"}, prev)
        prev = lines[index]["leaf_hash"]


def _time_goes_back_at_a_seam(lines: list[logs.Line]) -> None:
    events = [dict(line, at=logs.instant(index)) for index, line in enumerate(lines)]
    events[64]["at"] = logs.instant(0)
    lines[:] = logs.seal(events, random.Random(2))


def _erased_over_seams(lines: list[logs.Line]) -> None:
    lines[:] = logs.erased(lines, 20, "actor")


def _absent(lines: list[logs.Line]) -> None:
    del lines[19]["ip"], lines[19]["salts"]["ip"]


def _cut_short(lines: list[logs.Line]) -> None:
    del lines[140:]


@pytest.mark.parametrize(
    "change",
    [
        _nothing,
        _altered_in_the_first_chunk,
        _deleted_at_a_seam,
        _exchanged_over_a_seam,
        _rewritten_chunk,
        _time_goes_back_at_a_seam,
        _erased_over_seams,
        _absent,
        _cut_short,
    ],
)
def test_two_processes_report_what_one_reports(
    change: Callable[[list[logs.Line]], None],
) -> None:
    lines = logs.log(150, seed=6)
    change(lines)
    rows = logs.by_seq(lines)
    report = verify_in_parallel(Stored(rows), max(150, len(lines)), 2, level=LEVEL)
    assert report.as_json() == verify(rows).as_json()
    assert report.ok is (change in (_nothing, _erased_over_seams, _cut_short))


def test_progress_reaches_the_end_and_never_goes_back() -> None:
    told: list[tuple[int, int]] = []
    source = Stored(logs.rows(LOG))
    verify_in_parallel(source, 150, 2, lambda done, of: told.append((done, of)), level=LEVEL)
    assert told == [(32, 150), (64, 150), (96, 150), (128, 150), (150, 150)]


def test_an_error_of_the_source_is_raised_here() -> None:
    with pytest.raises(Lost, match="connection lost"):
        verify_in_parallel(lost, 150, 2, level=LEVEL)


@pytest.mark.parametrize(
    ("last", "processes", "level"),
    [(10, 2, 13), (100_000, 2, 13), (200_000, 2, 14), (1_000_000, 2, 16), (10**8, 8, 16)],
)
def test_chunks_are_many_enough_to_share_and_large_enough_to_pay(
    last: int, processes: int, level: int
) -> None:
    assert parallel._level(last, processes) == level
