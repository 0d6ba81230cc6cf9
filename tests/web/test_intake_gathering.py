"""Requests that come together are written together, and none waits or fails for another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from govdesk.domain.problem import Problem
from govdesk.web.intake_gathering import ENOUGH, MOST_AT_ONCE, MOST_EVENTS, MOST_REQUESTS, Gathering
from govdesk.web.intake_limits import MOST_NAMES, Buckets, Rate


@dataclass
class _Writer:
    """Writes when it is told to; keeps what it was given, call by call."""

    calls: list[tuple[Hashable, list[int]]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: dict[Hashable, int] = field(default_factory=dict)
    most: int = 0

    async def write(self, sender: Hashable, orders: Sequence[int]) -> Sequence[str | Exception]:
        self.calls.append((sender, list(orders)))
        self.at_once[sender] = self.at_once.get(sender, 0) + 1
        self.most = max(self.most, self.at_once[sender])
        await self.gate.wait()
        self.at_once[sender] -= 1
        if 666 in orders:
            raise Problem("The whole call fails.")
        return [ValueError("alone") if order == 13 else f"{sender}:{order}" for order in orders]


def _run(act: Callable[[_Writer, Gathering[int, str]], Coroutine[Any, Any, None]]) -> _Writer:
    async def main() -> _Writer:
        writer = _Writer()
        await act(writer, Gathering(writer.write, lambda order: max(1, order // 1000)))
        return writer

    return asyncio.run(main())


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_first_goes_at_once_and_the_rest_together() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        asked = [asyncio.create_task(gathering.submit("a", n)) for n in range(1, 10)]
        await _settled()
        assert writer.calls == [("a", [1])] or writer.calls[0][1][0] == 1
        writer.gate.set()
        assert await asyncio.gather(*asked) == [f"a:{n}" for n in range(1, 10)]

    calls = _run(act).calls
    assert len(calls) <= 2
    assert [order for _, orders in calls for order in orders] == list(range(1, 10))


def test_senders_do_not_wait_for_each_other() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        asked = [asyncio.create_task(gathering.submit(name, 1)) for name in "abc"]
        await _settled()
        assert sorted(str(sender) for sender, _ in writer.calls) == ["a", "b", "c"]
        writer.gate.set()
        assert await asyncio.gather(*asked) == ["a:1", "b:1", "c:1"]

    _run(act)


def test_one_that_fails_alone_fails_no_other() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        writer.gate.set()
        asked = [asyncio.create_task(gathering.submit("a", n)) for n in (1, 13, 2)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert found[0] == "a:1"
        assert isinstance(found[1], ValueError)
        assert found[2] == "a:2"

    _run(act)


def test_a_call_that_fails_fails_those_of_that_call_and_the_next_goes_on() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        writer.gate.set()
        with pytest.raises(Problem):
            await gathering.submit("a", 666)
        assert await gathering.submit("a", 7) == "a:7"

    _run(act)


def test_who_goes_away_is_written_and_hinders_nobody() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        asked = [asyncio.create_task(gathering.submit("a", n)) for n in (1, 2, 3)]
        await _settled()
        asked[1].cancel()
        await _settled()
        writer.gate.set()
        assert await asked[0] == "a:1"
        assert await asked[2] == "a:3"

    written = [order for _, orders in _run(act).calls for order in orders]
    assert written == [1, 2, 3]


def test_a_transaction_has_bounds_and_there_are_two_at_a_time() -> None:
    many = 5 * MOST_REQUESTS

    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        asked = [asyncio.create_task(gathering.submit("a", 1)) for _ in range(many)]
        await _settled()
        assert len(writer.calls) == MOST_AT_ONCE
        writer.gate.set()
        await asyncio.gather(*asked)

    writer = _run(act)
    assert max(len(orders) for _, orders in writer.calls) <= MOST_REQUESTS
    assert sum(len(orders) for _, orders in writer.calls) == many
    assert writer.most == MOST_AT_ONCE


def test_a_few_that_wait_start_no_second_transaction() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        first = asyncio.create_task(gathering.submit("a", 1))
        await _settled()
        rest = [asyncio.create_task(gathering.submit("a", 2)) for _ in range(ENOUGH - 1)]
        await _settled()
        assert len(writer.calls) == 1
        writer.gate.set()
        await asyncio.gather(first, *rest)

    assert len(_run(act).calls) == 2


def test_a_large_request_goes_alone_and_events_count() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        writer.gate.set()
        sizes = [1_000_000, MOST_EVENTS * 1000, 2000, 1_000_000, 3000]
        await asyncio.gather(*(gathering.submit("a", size) for size in sizes))

    calls = [orders for _, orders in _run(act).calls]
    assert all(len(o) == 1 or sum(max(1, n // 1000) for n in o) <= MOST_EVENTS for o in calls)
    assert sum(len(orders) for orders in calls) == 5


def test_nothing_is_kept_of_who_is_done() -> None:
    async def act(writer: _Writer, gathering: Gathering[int, str]) -> None:
        writer.gate.set()
        await asyncio.gather(*(gathering.submit(name, 1) for name in range(100)))
        await _settled()
        assert not gathering._queues
        assert not gathering._tasks

    _run(act)


# Limits


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_says_when_it_has_one_again() -> None:
    clock = _Clock()
    buckets = Buckets(Rate(0.5, 3), clock)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == 2
    assert buckets.take("b") == 0
    clock.now += 1
    assert buckets.take("a") == 1
    clock.now += 1
    assert buckets.look("a") == 0
    assert buckets.take("a") == 0
    clock.now += 1_000_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_looking_takes_nothing() -> None:
    buckets = Buckets(Rate(1, 1), _Clock())
    assert [buckets.look("a") for _ in range(5)] == [0] * 5
    assert buckets.take("a") == 0
    assert buckets.look("a") == 1


def test_buckets_are_bounded() -> None:
    buckets = Buckets(Rate(1, 1), _Clock())
    for name in range(MOST_NAMES + 10):
        buckets.take(name)
    assert len(buckets._left) == MOST_NAMES


@pytest.mark.parametrize(
    ("rate", "burst"), [(0, 1), (-1, 5), (1, 0), (float("nan"), 1), (1, float("inf"))]
)
def test_a_limit_that_is_none_is_refused(rate: float, burst: float) -> None:
    with pytest.raises(Problem):
        Rate(rate, burst)
