"""Proofs from tiles: their time and size in a long log, and verifying only what is new."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator

import psycopg

from govdesk.database import rows
from govdesk.database.connection import Session
from govdesk.database.tree import MOST_LEAVES, SessionHashes
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.judging import state_at
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import KeyPair, sign
from govdesk.evidence.tlog import InclusionProof
from govdesk.evidence.verification import Verifier
from tests.benchmarks import proof_sides
from tests.benchmarks.measuring import Figure, ratio, seconds
from tests.benchmarks.scene import LOG, Scene

_PROOFS = 400
_TARGET_MS, _LARGEST_FILE = 2.0, 2048
_NEW = 1000


def figures(scene: Scene) -> Iterator[Figure]:
    """The log is the filled one; its tiles are made first, as a worker makes them."""
    session, size = scene.session(), scene.length()
    _grow(scene)
    hashes = SessionHashes(session)
    tree = Tree(size, proofs.root(hashes, size))
    rng = random.Random(3)
    chosen = [rng.randrange(size) for _ in range(_PROOFS)]
    yield from _against_target(session, tree, chosen)
    yield _against_reading_all(session, tree)
    yield from proof_sides.figures(scene, session, tree)
    yield _file(hashes, tree, chosen)
    yield _only_new(session, size)


def _grow(scene: Scene) -> None:
    url = str(scene.running.facts["worker_url"])
    with psycopg.connect(url, autocommit=True) as worker:
        made = 4096
        while made == 4096:
            (made,) = worker.execute(
                "SELECT govdesk_api.grow_tiles(%s, 'bench', 4096)", (LOG,)
            ).fetchone() or (0,)
    with scene.admin() as admin:
        admin.execute("VACUUM ANALYZE govdesk.audit_tile")


def _prove(
    prover: proofs.Prover,
    leaf: bytes,
    tree: Tree,
    index: int,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Milliseconds for one proof, checked."""
    begun = clock()
    proofs.verify_inclusion(leaf, index, tree, prover.inclusion(index))
    return (clock() - begun) * 1000


def _against_target(session: Session, tree: Tree, chosen: list[int]) -> Iterator[Figure]:
    hashes = SessionHashes(session)
    leaves = {index: hashes.leaves(index, 1) for index in chosen}
    cold = [
        _prove(proofs.Prover(SessionHashes(session), tree.size), leaves[index], tree, index)
        for index in chosen
    ]
    kept = proofs.Prover(SessionHashes(session), tree.size)
    kept.inclusion(0)
    many = [_prove(kept, leaves[index], tree, index) for index in chosen]
    again = [_prove(kept, leaves[i], tree, i, time.thread_time) for i in chosen[-50:]]
    for name, times, bound in (
        ("a proof by itself, from the server", cold, None),
        ("one of many, a tile from the server", many, None),
        ("tiles at hand, processor time", again, 1.0),
    ):
        yield ratio(f"proof, p95: {name}", _p95(times), _TARGET_MS, unit="ms", bound=bound,
                    note=f"{len(times)} proofs with their checks in {tree.size} rows;"
                    f" median {statistics.median(times):.2f}")  # fmt: skip


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _against_reading_all(session: Session, tree: Tree) -> Figure:
    hashes, rng = SessionHashes(session), random.Random(4)
    chosen = [rng.randrange(tree.size) for _ in range(50)]
    leaves = {index: hashes.leaves(index, 1) for index in chosen}
    ours = statistics.median(
        _prove(proofs.Prover(SessionHashes(session), tree.size), leaves[index], tree, index)
        for index in chosen
    )
    everything = 1000 * statistics.median(
        seconds(lambda: _by_reading_all(session, tree)) for _ in range(3)
    )
    return ratio("proof: reading and hashing every leaf against tiles", everything, ours, unit="ms",
                 bound=100 if tree.size >= 1_000_000 else None, better="at least",
                 note=f"{tree.size} rows")  # fmt: skip


def _by_reading_all(session: Session, tree: Tree) -> None:
    """What a log without tiles has to do for one proof: as many hashes as there are rows."""
    hashes, frontier = SessionHashes(session), Frontier()
    for low in range(0, tree.size, MOST_LEAVES):
        read = hashes.leaves(low, min(MOST_LEAVES, tree.size - low))
        for at in range(0, len(read), 32):
            frontier.push(read[at : at + 32])
    if frontier.root() != tree.root:
        raise RuntimeError("the tiles and the log have different roots")


def _file(hashes: SessionHashes, tree: Tree, chosen: list[int]) -> Figure:
    pair, log = KeyPair.generate(), origin(LOG)
    checkpoint = SignedCheckpoint.parse(sign(body(log, tree), log, [pair]))
    largest = max(
        len(
            InclusionProof(index, tuple(proofs.inclusion(hashes, index, tree.size)), checkpoint)
            .text.encode()
        )
        for index in [*chosen[:50], tree.size - 1]
    )  # fmt: skip
    return ratio("proof: largest file", largest, _LARGEST_FILE, unit="bytes", bound=1.0)


def _only_new(session: Session, size: int) -> Figure:
    """A thousand rows after a believed checkpoint, and every row."""
    hashes = SessionHashes(session)
    known = Tree(size - _NEW, proofs.root(hashes, size - _NEW))

    def new() -> None:
        verifier = Verifier(state_at(SessionHashes(session), known))
        verifier.feed(rows.stream(session, known.size + 1, size))
        _expect(verifier, _NEW)

    def everything() -> None:
        verifier = Verifier()
        verifier.feed(rows.stream(session, 1, size))
        _expect(verifier, size)

    parts = [seconds(new) for _ in range(5)]
    return ratio(f"verify: {_NEW} new rows against all", statistics.median(parts),
                 seconds(everything), unit="s", bound=0.01, note=f"{size} rows")  # fmt: skip


def _expect(verifier: Verifier, count: int) -> None:
    report = verifier.finish()
    if report.faults or report.rows != count:
        raise RuntimeError(f"{report.rows} rows, faults {report.faults[:3]}")
