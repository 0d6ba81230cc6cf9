"""Claims: for whatever row, its page and the question for it hold that row and no other."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.services.windowing import HEAD, PAGE, Dense, Fetch, Layout, Spans


def answer(log: list[int], fetch: Fetch) -> list[int]:
    """What the database answers: numbers of `log` (newest first) below and above."""
    below = [n for n in log if fetch.before is None or n < fetch.before]
    found = [n for n in below if fetch.after is None or n > fetch.after]
    return found[fetch.offset : fetch.offset + fetch.limit]


def read(layout: Layout, log: list[int], row: int) -> int:
    """The number in `row`, found as the model finds it."""
    key, place = layout.place(row)
    fetch = layout.fetch(row)
    assert fetch.key == key
    page = answer(log, fetch)
    if isinstance(layout, Spans) and page:
        layout.note(key, page[-1])
    return (page[::-1] if layout.oldest_first else page)[place]


@given(newest=st.integers(1, 2000), data=st.data())
def test_a_dense_list_is_read_by_number(newest: int, data: st.DataObject) -> None:
    layout = Dense(newest)
    log = list(range(newest, 0, -1))
    row = data.draw(st.integers(0, newest - 1))
    assert read(layout, log, row) == log[row]
    first, end = layout.span_of(row)
    assert first <= row < end
    assert layout.place(first)[0] == layout.place(end - 1)[0] == layout.place(row)[0]


@given(st.integers(1, 600), st.integers(1, 600))
def test_new_events_move_no_page_of_a_dense_list(newest: int, new: int) -> None:
    before, after = Dense(newest), Dense(newest + new)
    for row in range(newest):
        assert before.place(row) == after.place(row + new)


def counted(seed: int) -> tuple[list[int], Spans]:
    """A random part of a log, cut into random spans that are all counted."""
    chance = random.Random(seed)
    newest = chance.randint(1, 6000)
    log = sorted(chance.sample(range(1, newest + 1), chance.randint(0, newest)), reverse=True)
    cuts = sorted(chance.randint(1, newest + 1) for _ in range(chance.randint(0, 9)))
    bounds = [1, *cuts, newest + 1]
    layout = Spans(bounds, head=min(len(log), PAGE))
    counts = [sum(a <= n < b for n in log) for a, b in itertools.pairwise(bounds)]
    layout.add(counts[::-1])
    return log, layout


@pytest.mark.parametrize("seed", range(60))
def test_a_counted_list_is_read_by_span_and_offset_and_by_key_once_known(seed: int) -> None:
    log, layout = counted(seed)
    assert layout.rows == len(log)
    assert layout.exact
    rows = list(range(len(log)))[:: max(len(log) // 150, 1)]
    for row in [*rows, *rows[::-1]]:
        assert read(layout, log, row) == log[row]
        first, end = layout.span_of(row)
        assert first <= row < end


@pytest.mark.parametrize("seed", range(30))
def test_events_put_on_top_move_the_others_down(seed: int) -> None:
    log, layout = counted(seed)
    newest = layout.bounds[-1] - 1
    for row in range(0, len(log), 97):
        read(layout, log, row)
    new = list(range(newest + 3, newest, -1))
    layout.put_on_top(len(new), newest + 3)
    log = new + log
    assert layout.rows == len(log)
    for row in range(0, len(log), 53):
        assert read(layout, log, row) == log[row]


def test_rows_of_the_head_are_known_before_anything_is_counted() -> None:
    layout = Spans([1, 10_001], head=PAGE)
    assert (layout.rows, layout.exact) == (PAGE, False)
    assert layout.fetch(3).key == HEAD
    short = Spans([1, 10_001], head=PAGE - 1)
    assert short.exact
