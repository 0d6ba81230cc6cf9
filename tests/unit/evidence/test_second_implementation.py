"""Claim: an implementation that shares no code with ours makes the same bytes."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence.verification import verify
from tests.unit.evidence import logs, second_implementation

LOGS = 10_000


def _agrees(seed: int, size: int) -> None:
    log = logs.log(size, seed)
    theirs = second_implementation.chain(log)
    assert theirs == [(line["leaf"].encode(), line["leaf_hash"]) for line in log], f"seed {seed}"
    report = verify(logs.by_seq(log))
    assert report.ok is True, f"seed {seed}: {report.faults}"
    assert report.root == second_implementation.root([leaf for leaf, _ in theirs]), f"seed {seed}"


def test_ten_thousand_random_logs_are_byte_identical() -> None:
    rng = random.Random(20260101)
    for seed in range(LOGS):
        _agrees(seed, rng.choice((1, 1, 2, 3, 4, 5, 7)))


@given(st.integers(0, 2**32), st.integers(1, 70))
@settings(max_examples=100, deadline=None)
def test_logs_of_any_size_are_byte_identical(seed: int, size: int) -> None:
    _agrees(seed, size)
