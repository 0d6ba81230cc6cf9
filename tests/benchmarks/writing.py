"""Many writers: on tenants of their own, and all on one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

from govdesk.database.connection import Session, connect
from govdesk.services import audit
from tests.benchmarks.measuring import Figure, interleaved, ratio
from tests.benchmarks.scene import Scene

_CHANGES = 400
_ROUNDS = 3
_CROWD, _CROWD_CHANGES = 16, 500


def change_often(
    url: str, token: str, path: str, node: int, changes: int, gate: Any, done: Any
) -> None:
    """Rename one node `changes` times, a transaction each; runs in a process of its own."""
    session = Session(connect(url), token, path)
    try:
        gate.wait()
        begun = time.monotonic()
        for number in range(changes):
            with session.transaction() as connection:
                connection.execute(
                    "UPDATE govdesk.node SET name = %s WHERE node_path = %s::ltree",
                    (f"By {node}, {number}, {begun}", f"{path}.n{node}"),
                )
        done.put((begun, time.monotonic(), ""))
    except Exception as error:
        done.put((0.0, 0.0, repr(error)))
        raise
    finally:
        session.close()


def _together(scene: Scene, jobs: list[tuple[str, int]], changes: int) -> float:
    """Run one process a job at once; return changes a second over all. Raises on any error."""
    context = get_context("spawn")
    gate, done = context.Barrier(len(jobs)), context.Queue()
    processes = [
        context.Process(
            target=change_often,
            args=(scene.app_url, scene.token(path), path, node, changes, gate, done),
        )
        for path, node in jobs
    ]
    for process in processes:
        process.start()
    results = [done.get(timeout=600) for _ in processes]
    for process in processes:
        process.join()
    failed = [error for _, _, error in results if error]
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(jobs)} writers failed: {failed[0]}")
    taken: float = max(r[1] for r in results) - min(r[0] for r in results)
    return len(jobs) * changes / taken


def figures(scene: Scene) -> Iterator[Figure]:
    """Eight tenants against one; sixteen writers on one, and the log is whole afterwards."""
    paths = [f"writer{i}" for i in range(8)]
    for path in paths:
        scene.tenant(path, 20)
    alone, together = interleaved(
        [
            lambda: _together(scene, [(paths[0], 1)], _CHANGES),
            lambda: _together(scene, [(path, 1) for path in paths], _CHANGES),
        ],
        _ROUNDS,
    )
    yield ratio("writers: 8 on 8 tenants against 1", sorted(together)[1], sorted(alone)[1],
                unit="tx/s", bound=1.5, better="at least")  # fmt: skip
    yield _crowd(scene, paths[0])


def _crowd(scene: Scene, path: str) -> Figure:
    before = scene.length(path)
    rate = _together(scene, [(path, i + 1) for i in range(_CROWD)], _CROWD_CHANGES)
    added = scene.length(path) - before
    session = scene.session(path)
    report = audit.verify(session, scene.app_url)
    expected = _CROWD * _CROWD_CHANGES
    # Starting the writers' sessions is sealed as well.
    whole = report.ok is not False and not report.faults and 0 <= added - expected <= _CROWD
    return Figure(
        "writers: 16 x 500 on one tenant, faults",
        rate,
        None,
        "tx/s",
        float(not whole),
        0.0,
        note=f"{added} rows more, {len(report.faults)} faults, no deadlock; ratio: 0 is whole",
    )
