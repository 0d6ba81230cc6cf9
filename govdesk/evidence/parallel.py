"""Verification by several processes: aligned chunks, each a full subtree of the Merkle tree.

A whole log is verified chunk by chunk and joined; the result equals a serial run. If any chunk or
seam is not whole, the log is read again serially, so that faults are named the one way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from govdesk.evidence.leaf import GENESIS, Row
from govdesk.evidence.report import Report
from govdesk.evidence.verification import State, Verifier

LEVEL = 16
CHUNK = 1 << LEVEL

Source = Callable[[int, int], Iterable[Row]]
"""Reads rows `first` to `last`; it and its results cross a process boundary."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    whole: bool
    rows: int
    first_prev: str | None
    first_at: str
    state: State
    tenant: str | None


def verify_in_parallel(source: Source, last: int, processes: int) -> Report:
    """Verify events 1 to `last` with up to `processes` processes; same report as one gives."""
    spans = [(low, min(low + CHUNK - 1, last)) for low in range(1, last + 1, CHUNK)]
    if len(spans) < 2:
        return _serial(source, last)
    context = get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(spans)), mp_context=context) as pool:
        chunks = list(pool.map(_verify_chunk, [source] * len(spans), *zip(*spans, strict=True)))
    joined = _join(chunks)
    if joined is None:
        return _serial(source, last)
    verifier = Verifier()
    verifier.adopt(joined, sum(chunk.rows for chunk in chunks))
    return verifier.finish()


def _serial(source: Source, last: int) -> Report:
    verifier = Verifier()
    verifier.feed(source(1, last))
    return verifier.finish()


def _verify_chunk(source: Source, first: int, last: int) -> _Chunk:
    verifier = Verifier(State(seq=first - 1, prev=GENESIS if first == 1 else None))
    verifier.feed(source(first, last))
    report = verifier.finish()
    whole = not report.faults and report.rows == last - first + 1 and report.first_seq == first
    return _Chunk(
        whole and not verifier.saw_absence,
        report.rows,
        verifier.first_prev,
        verifier.first_at,
        verifier.state,
        verifier.tenant,
    )


def _join(chunks: list[_Chunk]) -> State | None:
    """Return the state at the end, or None where anything is not whole."""
    state = State()
    tenant = chunks[0].tenant
    for chunk in chunks:
        if not chunk.whole or chunk.tenant != tenant or chunk.first_prev != state.prev:
            return None
        if chunk.first_at < state.at:
            return None
        if chunk.rows == CHUNK:
            state.tree.push_subtree(chunk.state.tree.root(), LEVEL)
        else:
            _append(state, chunk.state)
        state.seq, state.prev, state.at = chunk.state.seq, chunk.state.prev, chunk.state.at
    return state


def _append(state: State, tail: State) -> None:
    """Append the last, partial chunk: its full subtrees, largest first."""
    left = tail.tree.size
    for root in tail.tree.edge:
        level = left.bit_length() - 1
        state.tree.push_subtree(root, level)
        left -= 1 << level
