"""Claims: a seal is cheap to ask for, and a broken row is never anything else."""

from __future__ import annotations

import time

from govdesk.services.seals import SealFault, SealState


def state(*faults: SealFault, shifted_from: int | None = None) -> SealState:
    return SealState.of(faults, verified_to=100, newest=120, shifted_from=shifted_from)


def test_rows_are_verified_as_far_as_it_has_come() -> None:
    assert [state().seal_of(seq) for seq in (1, 100, 101)] == ["verified", "verified", "not_yet"]


def test_a_fault_breaks_its_rows_and_no_other_also_above_what_was_verified() -> None:
    found = state(
        SealFault(110, 112, "rolled_back", "gone", remembered=True),
        SealFault(10, 20, "altered", "a"),
        SealFault(15, 30, "rechained", "b", remembered=True),
    )
    seals = {seq: found.seal_of(seq) for seq in (9, 10, 25, 30, 31, 109, 110, 112, 113)}
    assert [seq for seq, seal in seals.items() if seal == "broken"] == [10, 25, 30, 110, 112]
    assert (seals[31], seals[109]) == ("verified", "not_yet")
    assert len(found.faults_of(16)) == 2


def test_a_fault_of_no_row_breaks_none() -> None:
    found = state(SealFault(0, 0, "unsealed", "3 captured rows are not sealed"))
    assert found.seal_of(100) == "verified"
    assert found.faults[0].sentence() == "3 captured rows are not sealed."


def test_after_a_shift_of_numbers_every_row_above_is_broken() -> None:
    found = state(shifted_from=50)
    assert [found.seal_of(seq) for seq in (49, 50, 119)] == ["verified", "broken", "broken"]


def test_two_thousand_faults_cost_a_row_next_to_nothing() -> None:
    found = SealState.of(
        [SealFault(3 * n, 3 * n, "altered", "") for n in range(1, 2001)],
        verified_to=10_000,
        newest=10_000,
    )
    began = time.perf_counter()
    broken = sum(found.seal_of(seq) == "broken" for seq in range(10_000))
    assert broken == 2000
    assert time.perf_counter() - began < 0.2
