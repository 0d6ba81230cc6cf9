"""Proofs of ours at all rows and of auditchain at a thousand, in turn: what both take and use."""

from __future__ import annotations

import importlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from govdesk.database.connection import Session
from govdesk.database.tree import SessionHashes
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.notes import KeyPair, sign
from govdesk.services import checkpoints
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene

_PEER_ROWS = 1000
_ROUNDS = 300
_BLOCK = 15
_FIRST = 20


@dataclass
class Side:
    """One way to a proof; `server` is the process that works for it elsewhere."""

    act: Callable[[], object]
    server: int | None = None
    milliseconds: list[float] = field(default_factory=list)
    processor: float = 0.0

    def turn(self) -> None:
        """One proof, timed."""
        used, begun = self._used(), time.perf_counter()
        self.act()
        self.milliseconds.append(1000 * (time.perf_counter() - begun))
        self.processor += self._used() - used

    def _used(self) -> float:
        """Processor milliseconds of this process and of the server's, where the system tells it."""
        ours, told = 1000 * time.process_time(), Path(f"/proc/{self.server}/schedstat")
        if self.server is None or not told.exists():
            return ours
        return ours + int(told.read_text().split()[0]) / 1e6

    @property
    def median(self) -> float:
        """Median of the milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Their 95th percentile."""
        return statistics.quantiles(self.milliseconds, n=20)[-1]

    @property
    def mean_processor(self) -> float:
        """Processor milliseconds a proof."""
        return self.processor / len(self.milliseconds)


_KINDS: dict[str, Callable[[Side], float]] = {
    "median": lambda side: side.median,
    "p95": lambda side: side.p95,
    "processor, server's too": lambda side: side.mean_processor,
}


def figures(scene: Scene, session: Session, tree: Tree) -> Iterator[Figure]:
    """Both sides have their rows in a database, an open connection, and prove other rows each time.

    What theirs gives, the path, ours gives in two ways: by an object that stays open as theirs
    does, and keeps the upper tiles; and with nothing kept from before. The service does more: it
    reads the newest checkpoint and the event's own hash, checks the proof, and makes the file.
    """
    _checkpoint(scene, tree)
    rng, pid = random.Random(4), session.connection.info.backend_pid
    kept = proofs.Prover(SessionHashes(session), tree.size)
    ours = {
        "kept open": Side(lambda: kept.inclusion(rng.randrange(tree.size)), pid),
        "nothing kept": Side(lambda: _alone(session, rng.randrange(tree.size), tree.size), pid),
        "the service": Side(lambda: checkpoints.proof(session, rng.randrange(tree.size) + 1), pid),
    }
    with tempfile.TemporaryDirectory() as folder:
        theirs = _peer(Path(folder) / "peer.db")
        _in_turn([*ours.values(), *([theirs] if theirs else [])])
    for name, side in ours.items():
        note = f"of {_ROUNDS}; theirs reads its own SQLite file; {tree.size} rows"
        yield from _compared(name, side, theirs, note, 10 if name == "kept open" else None)
    first = Side(lambda: None)
    for _ in range(_FIRST):
        _first(scene, first, rng.randrange(tree.size) + 1)
    yield Figure("proof: the service, first of a connection", first.median, None, "ms", None,
                 note=f"p95 {first.p95:.2f}; sign-in not counted")  # fmt: skip


def _compared(
    name: str, ours: Side, theirs: Side | None, note: str, bound: float | None
) -> Iterator[Figure]:
    for kind, of in _KINDS.items():
        kept = bound if kind == "median" else None
        title = f"proof: auditchain at {_PEER_ROWS} rows against ours, {name}: {kind}"
        if theirs is None:
            yield Figure(title, of(ours), None, "ms", None, note="auditchain is not installed")
        else:
            yield ratio(title, of(theirs), of(ours), unit="ms", bound=kept, better="at least",
                        note=note)  # fmt: skip


def _in_turn(sides: list[Side]) -> None:
    """Some proofs of each side, then of the next: after another's work the caches are cold."""
    for _ in range(_ROUNDS // _BLOCK):
        for side in sides:
            side.act()
            for _ in range(_BLOCK):
                side.turn()


def _alone(session: Session, index: int, size: int) -> list[bytes]:
    return proofs.Prover(SessionHashes(session), size).inclusion(index)


def _first(scene: Scene, side: Side, seq: int) -> None:
    """A session of its own, whose server process has planned and cached nothing yet."""
    session = scene.session()
    side.act = lambda: checkpoints.proof(session, seq)
    side.turn()
    session.close()


def _checkpoint(scene: Scene, tree: Tree) -> None:
    """Sign the log as it was when its tiles were made, as a worker does."""
    log = origin(LOG)
    note = sign(body(log, tree), log, [KeyPair.generate()])
    with psycopg.connect(str(scene.running.facts["worker_url"]), autocommit=True) as worker:
        worker.execute(
            "SELECT govdesk_api.put_checkpoint(%s, 'bench', %s, %s, %s)",
            (LOG, tree.size, tree.root, note),
        )


def _peer(path: Path) -> Side | None:
    """A log of auditchain, which is not among this project's dependencies."""
    if find_spec("auditchain") is None:
        return None
    package: Any = importlib.import_module("auditchain")
    log = package.SyncAuditLog(package.SqliteBackend(str(path)))
    for number in range(_PEER_ROWS):
        log.append("user:ada@bench.example", "member.role_changed", f"member {number}")
    rng = random.Random(5)
    return Side(lambda: log.inclusion_proof(rng.randrange(_PEER_ROWS)))
