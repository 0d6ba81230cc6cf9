"""Whether a log still is what was signed of it; a log that is not is never signed.

What must lie on the log: what this worker signed last, the newest checkpoint in the database, and
the newest copy in the folder outside. A declared restore lets a log go on from where it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import randbelow
from typing import Any, Final, Literal

from govdesk.database.tree import HASH, WIDTH, Restore, StoredHashes
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.proofs import BadProof, Prover

Where = Literal["memory", "database", "folder"]
Facts = dict[str, Any]
ORDER: Final[tuple[Where, ...]] = ("memory", "database", "folder")


@dataclass(frozen=True, slots=True)
class Base:
    """A tree that was signed; `leaf` is the hash of its last leaf, where that is known."""

    where: Where
    tree: Tree
    leaf: bytes = b""


@dataclass(frozen=True, slots=True)
class Log:
    """A log as it is now: its hashes and its tree, computed from them here."""

    hashes: StoredHashes
    prover: Prover
    tree: Tree

    @classmethod
    def read(cls, hashes: StoredHashes, size: int) -> Log:
        """Compute the root of the first `size` leaves; raises `MissingHashes`, `HashesMissing`."""
        prover = Prover(hashes, size)
        return cls(hashes, prover, Tree(size, prover.root()))

    def continues(self, tree: Tree) -> bool:
        """Whether this log is that tree and what came after it (RFC 6962 §2.1.2)."""
        if tree.size > self.tree.size:
            return False
        try:
            proof = self.prover.consistency(tree.size)
            proofs.verify_consistency(tree, self.tree, proof)
        except BadProof:
            return False
        return True

    def leaf(self, seq: int) -> bytes:
        """Return the hash of event `seq`."""
        return self.hashes.leaves(seq - 1, 1) if seq else b""

    def root_at(self, size: int) -> bytes:
        """Return the root of the first leaves, or of all if there are fewer."""
        return self.tree.root if size >= self.tree.size else proofs.root(self.hashes, size)


def contradiction(log: Log, bases: Iterable[Base], restores: Sequence[Restore]) -> Facts | None:
    """Return the facts of the first base that the log contradicts; None if it continues all."""
    known = sorted(bases, key=lambda base: ORDER.index(base.where))
    lying = [base for base in known if not _stands(log, base, restores)]
    return _facts(log, lying[0], known) if lying else None


def _stands(log: Log, base: Base, restores: Sequence[Restore]) -> bool:
    if log.continues(base.tree):
        return not base.leaf or log.leaf(base.tree.size) == base.leaf
    return any(log.continues(tree) for tree in _declared(base.tree, restores))


def _declared(tree: Tree, restores: Iterable[Restore]) -> list[Tree]:
    """Return the trees from which somebody who knew `tree` is to accept that a log goes on.

    A restore counts that names the very tree, or a larger one: others had seen more of the log
    that is gone. What comes after a restore may be restored again.
    """
    accepted = [tree]
    for restore in restores:
        if any(restore.known == one or restore.known.size > one.size for one in accepted):
            accepted.append(restore.found)
    return accepted[1:]


def _facts(log: Log, base: Base, known: Sequence[Base]) -> Facts:
    size = min(base.tree.size, log.tree.size)
    return {
        "kind": _kind(log, base, known),
        "known_from": base.where,
        "known": {"size": base.tree.size, "root": base.tree.root.hex()},
        "found": {"size": size, "root": log.root_at(size).hex()},
    }


def _kind(log: Log, base: Base, known: Sequence[Base]) -> str:
    """A log is rolled back where its end, or the checkpoint that this worker stored, is gone.

    It is forked where another checkpoint of at least that size lies on it, else re-chained.
    """
    if base.tree.size > log.tree.size:
        return "rolled_back"
    if log.continues(base.tree):
        # Only the tiles are as they were: the rows are others.
        return "rechained"
    stored = next((one.tree for one in known if one.where == "database"), None)
    if base.where == "database":
        return "rechained"
    if stored is None or (stored.size < base.tree.size and log.continues(stored)):
        return "rolled_back"
    return "forked" if log.continues(stored) else "rechained"


def altered(log: Log, position: int | None = None) -> Facts | None:
    """Compare one full tile, a random one if not named, with the log itself.

    The tree is what was signed all the same; so this is told, and signing goes on.
    """
    count = log.tree.size // WIDTH
    if not count:
        return None
    chosen = randbelow(count) if position is None else position
    tile = log.hashes.tile(0, chosen)
    if tile is None or tile == log.hashes.leaves(chosen * WIDTH, WIDTH):
        return None
    first = chosen * WIDTH + 1
    return {"kind": "altered", "first": first, "last": first + len(tile) // HASH - 1}
