"""A database for signing that is only in memory, and does what somebody tells it, lies included."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from govdesk.database.checkpointing import Desk, Due, KnownKey
from govdesk.database.errors import DatabaseProblem
from govdesk.database.tree import Restore, Stored, StoredHashes
from govdesk.evidence import proofs
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, origin
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.proofs import MemoryHashes
from govdesk.worker.signing.signer import Look, SigningSettings

_numbers = count(1)


def fresh_leaf() -> bytes:
    """A leaf hash that no other is."""
    return hashlib.sha256(next(_numbers).to_bytes(8, "big")).digest()


@dataclass
class FakeLog:
    """One organization's log; `tiles` are what was made of it before."""

    leaves: list[bytes] = field(default_factory=list)
    tiles: int = 0
    stored: list[Stored] = field(default_factory=list)
    restores: list[Restore] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    news: int = 0
    trouble: DatabaseProblem | None = None
    tiled: list[bytes] = field(default_factory=list)

    def append(self, number: int = 1) -> None:
        """Seal events."""
        self.leaves += [fresh_leaf() for _ in range(number)]
        self.news += number

    def rewrite(self, seq: int) -> None:
        """Change an event and chain everything behind it anew."""
        behind = len(self.leaves) - seq + 1
        self.leaves[seq - 1 :] = [fresh_leaf() for _ in range(behind)]
        self.news += 1

    def cut(self, size: int) -> None:
        """What a dump of that moment brings back."""
        self.leaves = self.leaves[:size]
        self.stored = [one for one in self.stored if one.tree.size <= size]
        self.faults, self.news, self.tiled = [], 1, []

    def tree(self, size: int | None = None) -> Tree:
        """The tree as it is, or as it was."""
        wanted = len(self.leaves) if size is None else size
        return Tree(wanted, proofs.root(MemoryHashes(self.leaves), wanted))

    def declare(self, known: Tree, found: Tree) -> None:
        """Declare a restore."""
        self.restores.append(Restore(known, found, datetime.now(UTC)))


@dataclass(frozen=True)
class _Door:
    log: FakeLog

    def leaves(self, first: int, count: int) -> bytes:
        return b"".join(self.log.leaves[first : first + count])

    def tiles(self, level: int, first: int, last: int) -> Sequence[tuple[int, bytes]]:
        made = MemoryHashes(self.log.tiled)
        found = ((number, made.tile(level, number)) for number in range(first, last + 1))
        return [(number, tile) for number, tile in found if tile is not None]

    def together(
        self, tiles: Sequence[tuple[int, int]], first: int, count: int
    ) -> Sequence[tuple[int, int, bytes]]:
        found = [(level, *one) for level, at in tiles for one in self.tiles(level, at, at)]
        return [*found, (-1, 0, self.leaves(first, count))] if count else found


class FakeDesk:
    """What a signer asks, answered from memory."""

    def __init__(self, **logs: FakeLog):
        self.host = "tests"
        self.logs = {name.replace("_", "."): log for name, log in logs.items()}
        self.keys: list[KnownKey] = []

    def due(self, seconds: int) -> list[Due]:
        return [Due(path, len(log.leaves)) for path, log in self.logs.items() if log.news]

    def grow(self, tenant_path: str, limit: int) -> int:
        log = self._log(tenant_path)
        full = min(len(log.leaves) // 256 * 256, len(log.tiled) + 256 * limit)
        made = max(0, full - len(log.tiled)) // 256
        log.tiled += log.leaves[len(log.tiled) : full]
        return made

    def hashes(self, tenant_path: str) -> StoredHashes:
        return StoredHashes(_Door(self._log(tenant_path)))

    def newest(self, tenant_path: str) -> Stored | None:
        stored = self._log(tenant_path).stored
        return max(stored, key=lambda one: one.tree.size) if stored else None

    def restores(self, tenant_path: str) -> list[Restore]:
        return list(self._log(tenant_path).restores)

    def put(self, tenant_path: str, tree: Tree, note: str) -> bool:
        log = self._log(tenant_path)
        if any(one.tree.size == tree.size for one in log.stored):
            return False
        assert tree == log.tree(tree.size)
        log.stored.append(Stored(tree, note, datetime.now(UTC)))
        log.leaves.append(fresh_leaf())
        log.news = 0
        return True

    def known_keys(self) -> list[KnownKey]:
        return list(self.keys)

    def announce(self, tenant_path: str, key: VerifierKey) -> bool:
        self._log(tenant_path)
        self.keys.append(KnownKey(tenant_path, key.public, datetime.now(UTC), None))
        return True

    def retire(self, tenant_path: str, public: bytes) -> bool:
        self.keys = [
            KnownKey(one.tenant_path, one.public, one.created_at, datetime.now(UTC))
            if (one.tenant_path, one.public) == (tenant_path, public)
            else one
            for one in self.keys
        ]
        return True

    def fault(self, tenant_path: str, facts: dict[str, Any]) -> bool:
        log = self._log(tenant_path)
        if facts in log.faults:
            return False
        log.faults.append(facts)
        log.leaves.append(fresh_leaf())
        return True

    def _log(self, tenant_path: str) -> FakeLog:
        log = self.logs[tenant_path]
        if log.trouble is not None:
            raise log.trouble
        return log


class Bench:
    """A worker that signs, with files of its own; `again` is the same worker after its end."""

    def __init__(self, desk: FakeDesk, home: Path, copies: Path | None = None, reference: str = ""):
        self.desk, self.home, self.copies, self.reference = desk, home, copies, reference
        self.key = home / "checkpoint-key"
        self.again()

    def again(self) -> None:
        """Begin anew with what is on the disk."""
        settings = SigningSettings(self.key, self.copies, 1, self.reference)
        self._look = Look(settings, self.key, "tests")

    def look(self) -> bool:
        """Look once; a log that was refused before is looked at, too."""
        self._look._resting.clear()
        return self._look(cast(Desk, self.desk))

    def key_of(self, tenant_path: str) -> VerifierKey:
        """The key that an auditor has of this worker."""
        return KeyPair.from_text(self.key.read_text()).vkey(origin(tenant_path))

    def newest(self, tenant_path: str) -> SignedCheckpoint:
        """The newest checkpoint, verified with this worker's key."""
        stored = self.desk.newest(tenant_path)
        assert stored is not None
        found = stored.signed(tenant_path)
        assert found.verified_by([self.key_of(tenant_path)])
        return found
