"""Gathering: what comes while a key's transaction runs goes into its next one together.

Sealing holds the tenant's log until COMMIT, so requests of one key wait for each other anyway.
Nobody is kept waiting for company: the first goes at once, and takes along who waits when it is
its turn. A second transaction starts only when enough waits to be prepared beside the first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

MOST_EVENTS: Final = 300
"""In one transaction, beyond its first request: more would only keep those waiting longer."""
MOST_REQUESTS: Final = 200
MOST_AT_ONCE: Final = 2
ENOUGH: Final = 50
"""Events that are worth a transaction of their own beside one that is under way."""
_Order = TypeVar("_Order")
_Answer = TypeVar("_Answer")
Write = Callable[[Hashable, Sequence[_Order]], Awaitable[Sequence[_Answer | Exception]]]


class _Queue(Generic[_Order, _Answer]):
    """What one sender waits for, and how many transactions are under way for it."""

    def __init__(self, size: Callable[[_Order], int]):
        self._size = size
        self._waiting: deque[tuple[_Order, asyncio.Future[_Answer]]] = deque()
        self._events = 0
        self.leaders = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, order: _Order, answer: asyncio.Future[_Answer]) -> None:
        self._waiting.append((order, answer))
        self._events += self._size(order)

    def needs_leader(self) -> bool:
        """Nobody leads, or enough waits for one more."""
        return not self.leaders or (self.leaders < MOST_AT_ONCE and self._events >= ENOUGH)

    def next(self) -> list[tuple[_Order, asyncio.Future[_Answer]]]:
        """The next ones in turn, at least one, within both bounds."""
        batch, events = list[tuple[_Order, asyncio.Future[_Answer]]](), 0
        while self._waiting and len(batch) < MOST_REQUESTS:
            events += self._size(self._waiting[0][0])
            if batch and events > MOST_EVENTS:
                break
            batch.append(self._waiting.popleft())
            self._events -= self._size(batch[-1][0])
        return batch


class Gathering(Generic[_Order, _Answer]):
    """Hands the orders of each sender to `write`, at most two calls at a time and sender.

    `write` answers every order, with an exception for one that failed alone; what it raises
    fails all of that call. `size` is how many events an order brings. For one event loop.
    """

    def __init__(self, write: Write[_Order, _Answer], size: Callable[[_Order], int]):
        self._write, self._size = write, size
        self._queues: dict[Hashable, _Queue[_Order, _Answer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, sender: Hashable, order: _Order) -> _Answer:
        """Return the order's answer once it is written, or raise what it failed with."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(sender, _Queue(self._size))
        queue.add(order, answer)
        if queue.needs_leader():
            queue.leaders += 1
            task = asyncio.create_task(self._lead(sender, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _lead(self, sender: Hashable, queue: _Queue[_Order, _Answer]) -> None:
        while queue:
            batch = queue.next()
            try:
                answers = await self._write(sender, [order for order, _ in batch])
            except Exception as error:  # noqa: BLE001 (it is raised where each one waits)
                answers = [error] * len(batch)
            for (_, future), answer in zip(batch, answers, strict=True):
                _settle(future, answer)
        queue.leaders -= 1
        if not queue.leaders:
            del self._queues[sender]


def _settle(future: asyncio.Future[_Answer], answer: _Answer | Exception) -> None:
    # Who does not wait any more (a broken connection) has been written all the same.
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
