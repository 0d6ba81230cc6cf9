"""Logs in memory, their signer, and servers that show them: honest ones and liars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from govdesk.database.tree import Restore, Stored
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.notes import KeyPair, VerifierKey, sign
from govdesk.evidence.proofs import Hashes, MemoryHashes, root
from govdesk.services.trust import Trust
from govdesk.services.witness import Witness

ACME = "acme"
ORIGIN = origin(ACME)
AT = datetime(2026, 6, 30, 12, tzinfo=UTC)


def leaves(count: int, salt: str = "", after: Sequence[bytes] = ()) -> list[bytes]:
    """Leaf hashes of a log of `count` events that goes on from `after`."""
    fresh = (f"{salt}{number}".encode() for number in range(len(after), count))
    return [*after, *(sha256(b"\x00" + text).digest() for text in fresh)]


def tree_of(log: Sequence[bytes], size: int | None = None) -> Tree:
    """The tree over the first `size` leaves."""
    count = len(log) if size is None else size
    return Tree(count, root(MemoryHashes(log), count))


def signed(tree: Tree, *pairs: KeyPair, log: str = ORIGIN) -> Stored:
    """A checkpoint as the database stores it."""
    return Stored(tree, sign(body(log, tree), log, pairs), AT)


@dataclass
class Shown:
    """A server that shows this log, this checkpoint and these restores."""

    log: Sequence[bytes]
    checkpoint: Stored | None
    declared: Sequence[Restore] = ()
    keys: Sequence[VerifierKey] = ()
    through: Callable[[Hashes], Hashes] = field(default=lambda hashes: hashes)

    def newest(self) -> Stored | None:
        return self.checkpoint

    def hashes(self) -> Hashes:
        return self.through(MemoryHashes(self.log))

    def restores(self) -> Sequence[Restore]:
        return self.declared

    def announced(self) -> Sequence[VerifierKey]:
        return self.keys


@dataclass
class Town:
    """A worker's key, and witnesses of its log in a folder of this test's own."""

    folder: Path
    pair: KeyPair = field(default_factory=KeyPair.generate)

    @property
    def key(self) -> VerifierKey:
        return self.pair.vkey(ORIGIN)

    @property
    def trust(self) -> Trust:
        return Trust(self.folder / "config")

    def witness(self, profile: str = "Acme", patience: float = 20.0) -> Witness:
        return Witness(self.folder / "witness", profile, ACME, trust=self.trust, patience=patience)

    def shows(self, log: Sequence[bytes], size: int | None = None, **more: object) -> Shown:
        """A server with a checkpoint over the first `size` events, signed with the worker's key."""
        shown = Shown(log, signed(tree_of(log, size), self.pair), keys=[self.key])
        return replace(shown, **more)  # type: ignore[arg-type]
