"""How fast the past is recorded, and what a second start of the demo adds."""

from __future__ import annotations

import time
from collections.abc import Iterator

from govdesk.database.embedded import EmbeddedServer
from govdesk.services import demo
from tests.benchmarks.measuring import Figure, interleaved
from tests.benchmarks.scene import Scene

_ROUNDS = 3


def fill(scene: Scene) -> Iterator[Figure]:
    """Events a second through `record_events` and the real seal, all indexes in place."""
    if scene.fill_seconds is None:
        return
    rate = scene.events / scene.fill_seconds
    yield Figure("fill: events recorded and sealed", rate, None, "events/s", None,
                 note=f"{scene.events} events in {scene.fill_seconds:.0f} s")  # fmt: skip


def second_start(scene: Scene) -> Iterator[Figure]:
    """A start of a demo that is there, against the bare server's start; stops are not counted."""
    scene.running.stop()
    home = scene.home / "demo"

    def whole() -> float:
        begun = time.perf_counter()
        running = demo.start(home, 1)
        taken = time.perf_counter() - begun
        running.stop()
        return taken

    def bare() -> float:
        begun = time.perf_counter()
        server = EmbeddedServer.start(home)
        taken = time.perf_counter() - begun
        server.stop()
        return taken

    try:
        ours, other = (sorted(side)[_ROUNDS // 2] for side in interleaved([whole, bare], _ROUNDS))
    finally:
        scene.running = demo.start(home, 0)
    yield Figure("start: second start of the demo", ours, other, "s", ours / other,
                 note="other: the bare server")  # fmt: skip
    yield Figure("start: what the demo adds", ours - other, None, "s", ours - other, 1.0,
                 note="ratio: to one second")  # fmt: skip
