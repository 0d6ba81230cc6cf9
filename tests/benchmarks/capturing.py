"""What capture and seal cost: an audited UPDATE against the same one without its trigger."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from govdesk.database.connection import Session
from tests.benchmarks.measuring import Figure, interleaved, ratio
from tests.benchmarks.scene import Scene

_FEW, _MANY = 10_000, 100_000
_ROUNDS, _SINGLE_ROUNDS = 5, 200
_TRIGGER = "TRIGGER _900_capture_update"


@dataclass(frozen=True, slots=True)
class _Times:
    statement: float
    seal: float
    commit: float

    @property
    def total(self) -> float:
        return self.statement + self.seal + self.commit


def _change(session: Session, where: str, value: int) -> _Times:
    """Rename the nodes in one bound transaction; the boundary is where the seal is called."""
    clock = time.perf_counter
    with session.transaction() as connection:
        begun = clock()
        connection.execute(
            f"UPDATE govdesk.node SET name = 'System {value} ' || node_path::text WHERE {where}"
        )
        changed = clock()
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sealed = clock()
    return _Times(changed - begun, sealed - changed, clock() - sealed)


class _Bulk:
    """Audited and bare changes of all systems of a tenant, each on a vacuumed table."""

    def __init__(self, scene: Scene):
        self.admin = scene.admin()
        self.times: dict[tuple[str, bool], list[_Times]] = {}
        self._value = 0

    def run(self, session: Session, *, audited: bool) -> float:
        self.admin.execute("VACUUM govdesk.node")
        self.admin.execute("VACUUM govdesk_private.pending")
        if not audited:
            self.admin.execute(f"ALTER TABLE govdesk.node DISABLE {_TRIGGER}")
        self.admin.execute("CHECKPOINT")
        self._value += 1
        try:
            times = _change(session, "kind = 'system'", self._value)
        finally:
            if not audited:
                self.admin.execute(f"ALTER TABLE govdesk.node ENABLE ALWAYS {_TRIGGER}")
        self.times.setdefault((session.tenant_path, audited), []).append(times)
        return times.total

    def median(self, path: str, audited: bool, part: str) -> float:
        """The median without the first round, which warms up."""
        return float(statistics.median(getattr(t, part) for t in self.times[path, audited][1:]))


def figures(scene: Scene) -> Iterator[Figure]:
    """Linear in rows; bulk and single statements against bare ones; capture and seal apart."""
    yield from _bulk(scene)
    yield from _single(scene)


def _bulk(scene: Scene) -> Iterator[Figure]:
    scene.tenant("bulkfew", _FEW)
    scene.tenant("bulkmany", _MANY)
    few, many = scene.session("bulkfew"), scene.session("bulkmany")
    bulk = _Bulk(scene)
    try:
        interleaved(
            [
                lambda: bulk.run(few, audited=True),
                lambda: bulk.run(many, audited=True),
                lambda: bulk.run(many, audited=False),
            ],
            _ROUNDS,
        )
    finally:
        bulk.admin.close()
    per_few = 1e6 * bulk.median("bulkfew", True, "total") / _FEW
    per_many = 1e6 * bulk.median("bulkmany", True, "total") / _MANY
    yield ratio("capture: µs a row at 100k against 10k", per_many, per_few, unit="µs", bound=1.3)
    bare = bulk.median("bulkmany", False, "total")
    for part, bound in (("total", 12.0), ("statement", None), ("seal", None), ("commit", None)):
        yield ratio(
            f"capture: UPDATE of 100k, {part}",
            bulk.median("bulkmany", True, part),
            bare,
            unit="s",
            bound=bound,
            note="other: the whole bare statement and commit",
        )


def _single(scene: Scene) -> Iterator[Figure]:
    """Turns of 20; the first of each is not counted, for switching the trigger empties caches."""
    scene.tenant("bulkfew", _FEW)
    session = scene.session("bulkfew")
    admin = scene.admin()
    value = iter(range(10_000_000))

    def one(toggle: str | None) -> float:
        if toggle:
            admin.execute(f"ALTER TABLE govdesk.node {toggle} {_TRIGGER}")
            _rename(session, next(value))
        return _rename(session, next(value))

    def block(toggle: str) -> float:
        one(toggle)
        return statistics.median(one(None) for _ in range(20))

    try:
        audited, bare = interleaved(
            [lambda: block("ENABLE ALWAYS"), lambda: block("DISABLE")], _SINGLE_ROUNDS // 20
        )
    finally:
        admin.execute(f"ALTER TABLE govdesk.node ENABLE ALWAYS {_TRIGGER}")
        admin.close()
    yield ratio(
        "capture: one bound UPDATE and COMMIT",
        1e3 * statistics.median(audited),
        1e3 * statistics.median(bare),
        unit="ms",
        bound=4.0,
        note=f"{_SINGLE_ROUNDS} of each in turns of 20",
    )


def _rename(session: Session, value: int) -> float:
    begun = time.perf_counter()
    with session.transaction() as connection:
        connection.execute(
            "UPDATE govdesk.node SET name = %s WHERE node_path = 'bulkfew.n7'", (f"One {value}",)
        )
    return time.perf_counter() - begun
