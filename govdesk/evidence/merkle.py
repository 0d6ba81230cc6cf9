"""The Merkle tree of RFC 6962 §2.1 over leaf hashes, kept as its right edge only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The roots of the full subtrees of a growing tree; O(log n) memory.

    `size` counts leaves; `edge` holds the subtree roots, largest first.
    """

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def push(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        edge, size = self.edge, self.size
        while size & 1:
            leaf = node_hash(edge.pop(), leaf)
            size >>= 1
        edge.append(leaf)
        self.size += 1

    def push_subtree(self, root: bytes, level: int) -> None:
        """Append a full subtree of 2^level leaves; the size must be a multiple of that."""
        if self.size & ((1 << level) - 1):
            raise ValueError("the tree does not end at a boundary of that level")
        size = self.size >> level
        while size & 1:
            root = node_hash(self.edge.pop(), root)
            size >>= 1
        self.edge.append(root)
        self.size += 1 << level

    def root(self) -> bytes:
        """Return the root; of an empty tree SHA-256 of nothing."""
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = node_hash(left, root)
        return root
