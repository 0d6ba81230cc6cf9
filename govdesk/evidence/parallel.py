"""Verification by several processes: aligned chunks, each a full subtree of the Merkle tree.

A whole log is verified chunk by chunk and joined; the result equals a serial run. If any chunk or
seam is not whole, the log is read again serially, so that faults are named the one way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from govdesk.evidence.leaf import GENESIS, Row, Stub
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.prunings import Range
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.verification import State, Verifier

SMALLEST, LARGEST = 13, 16
"""A chunk is a full subtree of between 2^13 and 2^16 leaves; four or more for each process."""

Source = Callable[[int, int], Iterable[Row | Stub]]
"""Reads rows and stubs `first` to `last`; it is pickled into the processes."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Order:
    """What every process is told beside its span."""

    source: Source
    pruned: tuple[Range, ...] = ()
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk by itself; `marked` is its tree up to the checkpoint, where that lies in it."""

    whole: bool
    first_prev: str | None
    first_at: str
    state: State
    marked: Frontier | None


def verify_in_parallel(
    source: Source,
    last: int,
    processes: int,
    progress: Progress | None = None,
    *,
    level: int | None = None,
    pruned: Iterable[Range] = (),
    checkpoint: Checkpoint | None = None,
) -> Report:
    """Verify events 1 to `last` with up to `processes` processes; same report as one gives.

    `progress` is told how many rows are done, and of how many. `level` sets the size of a chunk,
    2^level. Of the ranges that are said to be `pruned` the source gives stubs. Errors of the
    source are raised.
    """
    order = _Order(source, tuple(pruned), checkpoint)
    size = 1 << (_level(last, processes) if level is None else level)
    spans = [(low, min(low + size - 1, last)) for low in range(1, last + 1, size)]
    if len(spans) < 2 or processes < 2:
        return _serial(order, last)
    joined: State | None = State()
    verifier = Verifier(checkpoint=checkpoint)
    context = get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(spans)), mp_context=context) as pool:
        for chunk in _in_order(pool, order, spans, 2 * processes):
            if joined is not None and chunk.whole and chunk.marked is not None:
                verifier.marked = _grown(joined.tree, chunk.marked)
            joined = _joined(joined, chunk)
            if joined is None:
                pool.shutdown(cancel_futures=True)
                break
            if progress is not None:
                progress(joined.seq, last)
    if joined is None:
        return _serial(order, last)
    verifier.adopt(joined, joined.tree.size - joined.prunings.gone)
    return verifier.finish()


def _level(last: int, processes: int) -> int:
    wanted = (last // (4 * max(processes, 1))).bit_length() - 1
    return min(max(wanted, SMALLEST), LARGEST)


def _in_order(
    pool: ProcessPoolExecutor, order: _Order, spans: list[tuple[int, int]], ahead: int
) -> Iterator[_Chunk]:
    """Yield chunks in order while at most `ahead` of them are under way or waiting."""
    todo = iter(spans)
    running: list[Future[_Chunk]] = [
        pool.submit(_verify_chunk, order, *span) for span in islice(todo, ahead)
    ]
    while running:
        wait(running[:1], return_when=FIRST_COMPLETED)
        chunk = running.pop(0).result()
        running.extend(pool.submit(_verify_chunk, order, *span) for span in islice(todo, 1))
        yield chunk


def _serial(order: _Order, last: int) -> Report:
    verifier = Verifier(checkpoint=order.checkpoint, pruned=order.pruned)
    verifier.feed(order.source(1, last))
    return verifier.finish()


def _verify_chunk(order: _Order, first: int, last: int) -> _Chunk:
    """Verify one chunk as if its first row followed a whole log; the seam is judged by joining."""
    start = State(seq=first - 1, prev=GENESIS if first == 1 else None)
    mark = order.checkpoint
    if mark is not None and not first <= mark.size <= last:
        mark = None
    verifier = Verifier(start, to_end=False, checkpoint=mark, pruned=order.pruned)
    verifier.feed(order.source(first, last))
    report = verifier.finish()
    count = report.rows + start.prunings.gone
    whole = not report.faults and count == last - first + 1 == start.tree.size
    return _Chunk(whole, verifier.first_prev, verifier.first_at, start, verifier.marked)


def _joined(state: State | None, chunk: _Chunk) -> State | None:
    """Return the state after the chunk, or None where anything is not whole.

    A chunk that begins with a stub names no hash before it, one of stubs only no tenant or time.
    """
    part = chunk.state
    if state is None or not chunk.whole or chunk.first_prev not in (None, state.prev):
        return None
    if chunk.first_at and chunk.first_at < state.at:
        return None
    if None not in (state.tenant_path, part.tenant_path) and state.tenant_path != part.tenant_path:
        return None
    state.tree = _grown(state.tree, part.tree)
    state.absences.join(part.absences)
    state.prunings.join(part.prunings)
    state.seq, state.prev, state.at = part.seq, part.prev, part.at or state.at
    state.tenant_path = part.tenant_path or state.tenant_path
    return state


def _grown(tree: Frontier, part: Frontier) -> Frontier:
    """Return the tree with the leaves of a chunk that begins at its end."""
    grown, left = Frontier(tree.size, list(tree.edge)), part.size
    for root in part.edge:
        height = left.bit_length() - 1
        grown.push_subtree(root, height)
        left -= 1 << height
    return grown
