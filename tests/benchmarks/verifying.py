"""Verification: against a peer on the same rows, with two processes, and its memory."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from tests.benchmarks import child, peer
from tests.benchmarks.child import Measured
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene

_PART = 100_000
_ROUNDS = 3

Side = Callable[[], Measured]


def _in_turn(*sides: Side) -> list[list[Measured]]:
    kept: list[list[Measured]] = [[] for _ in sides]
    for _ in range(_ROUNDS):
        for side, measured in zip(sides, kept, strict=True):
            measured.append(side())
    return kept


def _rate(runs: list[Measured]) -> float:
    return statistics.median(run.rows / run.seconds for run in runs)


def _per_core(runs: list[Measured]) -> float:
    """Rows a second of the client's own processor time."""
    return statistics.median(run.rows / run.processor for run in runs)


def figures(scene: Scene) -> Iterator[Figure]:
    """Rates include reading from the server, which has a share of the cores as well."""
    part = min(_PART, scene.length())
    peer_url = scene.url_of(peer.DATABASE)
    peer.load(scene.admin_url, peer_url, LOG, part)
    order = {"url": scene.app_url, "token": scene.token(LOG), "path": LOG}
    ours, theirs = _in_turn(
        lambda: child.measure("verify part", last=part, **order),
        lambda: child.measure("peer", url=peer_url),
    )
    yield ratio("verify: one process against ledgerchain", _rate(ours), _rate(theirs),
                unit="rows/s", bound=1.5, better="at least",
                note=f"the same {part} rows, reading included")  # fmt: skip
    yield ratio("verify: the same by client processor time", _per_core(ours), _per_core(theirs),
                unit="rows/s", bound=None, better="at least")  # fmt: skip
    one, two = _in_turn(
        lambda: child.measure("verify", processes=1, **order),
        lambda: child.measure("verify", processes=2, **order),
    )
    yield ratio("verify: two processes against one", _rate(two), _rate(one), unit="rows/s",
                bound=1.6, better="at least", note=f"{one[0].rows} rows")  # fmt: skip
    yield ratio("verify: memory at all rows against 100k",
                max(run.memory for run in one), max(run.memory for run in ours),
                unit="MiB", bound=1.1, note=f"{one[0].rows} rows against {part}")  # fmt: skip
