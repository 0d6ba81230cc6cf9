"""Claims: nobody is tried early, waits spread, and what a receiver asks for is honoured up to a
day."""

from __future__ import annotations

import random
import time
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.domain.retrying import (
    JITTER,
    LONGEST_RETRY_AFTER,
    SCHEDULE,
    TRIES,
    delay_of_ours,
    is_theirs_by_now,
    next_delay,
    read_retry_after,
)

NOW = 1_793_300_000.0


def test_the_schedule_is_the_promised_one() -> None:
    hours = [seconds / 3600 for seconds in SCHEDULE]
    assert SCHEDULE[:4] == (0, 5, 300, 1800)
    assert hours[4:] == [2, 5, 10, 14, 20, 24]
    assert TRIES == 10


def test_of_100_000_failures_none_is_tried_early_and_waits_spread() -> None:
    source = random.Random(20261121)
    waits: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for _ in range(100_000):
        tries = source.randrange(1, TRIES)
        asked = source.choice([None, -5.0, 0.0, source.uniform(0, 3 * LONGEST_RETRY_AFTER)])
        wait = next_delay(tries, asked, source.random)
        assert wait is not None
        least = max(SCHEDULE[tries], min(asked or 0.0, LONGEST_RETRY_AFTER))
        assert least <= wait <= least * (1 + JITTER)
        assert wait <= LONGEST_RETRY_AFTER * (1 + JITTER)
        if asked is None:
            waits[tries, True].append(wait)
    for (tries, _), found in waits.items():
        spread = max(found) - min(found)
        assert spread > 0.9 * JITTER * SCHEDULE[tries] > 0, tries
        assert len(set(found)) > 0.99 * len(found)


@given(st.integers(TRIES, 100), st.none() | st.floats(0, 1e9))
def test_after_the_last_try_nothing_is_waited_for(tries: int, asked: float | None) -> None:
    assert next_delay(tries, asked, lambda: 0.5) is None


def test_before_the_first_try_there_is_no_delay_to_ask_for() -> None:
    with pytest.raises(ValueError, match="first try"):
        next_delay(0, None, lambda: 0.0)


@given(st.floats(0, 1, exclude_max=True))
def test_a_fault_of_ours_is_looked_at_again_within_a_minute(number: float) -> None:
    assert 30 <= delay_of_ours(lambda: number) <= 60


@pytest.mark.parametrize(
    ("hours", "looks", "theirs"),
    [(0, 0, False), (23.9, 2000, False), (30, 9, False), (24.1, 10, True), (75, 5000, True)],
)
def test_what_may_be_anybodys_fault_is_ours_for_a_day_and_not_for_ever(
    hours: float, looks: int, theirs: bool
) -> None:
    assert is_theirs_by_now(hours * 3600, looks) is theirs


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert read_retry_after("120", NOW) == 120
    assert read_retry_after(" 0 ", NOW) == 0
    assert read_retry_after("9" * 400, NOW) == LONGEST_RETRY_AFTER
    assert read_retry_after("0" * 20 + "7", NOW) == 7
    assert read_retry_after("Thu, 29 Oct 2026 18:54:50 GMT", NOW) == 90
    assert read_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", NOW) == 0
    assert read_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOW) == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 29 Oct 2026 18:54:50 GMT",
        "Thursday, 29-Oct-26 18:54:50 GMT",
        "Thu Oct 29 18:54:50 2026",
        "Thu, 29 Oct 2026 18:54:50 -0000",
    ],
)
def test_each_form_of_a_date_is_gmt_wherever_the_worker_stands(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        for zone in ("UTC", "America/New_York", "Pacific/Auckland"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert read_retry_after(text, NOW) == 90
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-1",
        "Sat, 99 Nov 2026 10:00:30 GMT",
        "1.5",
        "1e3",
        "٣",
        "0x10",
        "Someday, 1 GMT",
    ],
)
def test_a_retry_after_that_cannot_be_read_is_none(text: str) -> None:
    assert read_retry_after(text, NOW) is None


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_reader(text: str) -> None:
    found = read_retry_after(text, NOW)
    assert found is None or 0 <= found <= LONGEST_RETRY_AFTER
