"""Proofs of RFC 6962 §2.1: inclusion, consistency, and the edges of a range; and their checks.

They are computed from hashes that are read through `Hashes`; many of one tree by one `Prover`. The
checks need nothing but what they are given, so that a server which lies about hashes is caught by
the root of a signed checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.merkle import Frontier, node_hash
from govdesk.evidence.proving import (
    Edges,
    Fetching,
    Hashes,
    HashesMissing,
    MemoryHashes,
    Prover,
    subtrees,
)

__all__ = [
    "BadProof",
    "Edges",
    "Fetching",
    "Hashes",
    "HashesMissing",
    "MemoryHashes",
    "Prover",
    "begin_range",
    "consistency",
    "edges",
    "end_range",
    "inclusion",
    "root",
    "verify_consistency",
    "verify_inclusion",
    "verify_range",
]

_HASH: Final = 32


class BadProof(ValueError):
    """The proof does not show what it claims; the message says why."""


def root(hashes: Hashes, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return Prover(hashes, size).root()


def inclusion(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1)."""
    return Prover(hashes, size).inclusion(index)


def consistency(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` leaves continues that of `old` (RFC 6962 §2.1.2)."""
    return Prover(hashes, new).consistency(old)


def edges(hashes: Hashes, first: int, last: int, size: int) -> Edges:
    """Return what completes the leaves `first` to `last - 1` to the root of `size` leaves."""
    return Prover(hashes, size).edges(first, last)


def verify_inclusion(leaf_hash: bytes, index: int, tree: Tree, proof: Sequence[bytes]) -> None:
    """Check an audit path against a trusted tree (RFC 9162 §2.1.3.2); raises `BadProof`."""
    if not 0 <= index < tree.size:
        raise BadProof("the tree has no leaf of that number")
    _check_hashes([leaf_hash, *proof])
    number, last, found = index, tree.size - 1, leaf_hash
    for node in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if number & 1 or number == last:
            found = node_hash(node, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, node)
        number, last = number >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    if found != tree.root:
        raise BadProof("the proof leads to another root")


def verify_consistency(old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    """Check that `new` continues `old` (RFC 9162 §2.1.4.2); raises `BadProof`.

    Every tree continues the empty one; nothing continues an `old` that is larger.
    """
    if not 0 <= old.size <= new.size:
        raise BadProof("the tree is smaller than the one it should continue")
    _check_hashes(proof)
    if old.size == 0 and old.root != Frontier().root():
        raise BadProof("this is not the root of an empty tree")
    if old.size == new.size and old.root != new.root:
        raise BadProof("two trees of one size have different roots")
    if old.size in (0, new.size):
        if proof:
            raise BadProof("the proof is too long")
        return
    _check_growth(old, new, proof)


def _check_growth(old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    nodes = list(proof) if old.size & (old.size - 1) else [old.root, *proof]
    if not nodes:
        raise BadProof("the proof is too short")
    number, last = old.size - 1, new.size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if number & 1 or number == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, node)
        number, last = number >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    if (before, after) != (old.root, new.root):
        raise BadProof("the proof leads to other roots")


def verify_range(leaves: Iterable[bytes], first: int, completed_by: Edges, tree: Tree) -> int:
    """Check that leaves stand in the tree from number `first` on, without a gap.

    Reads the leaf hashes once, in O(log n) memory, and returns how many there were. Raises
    `BadProof`.
    """
    frontier = begin_range(first, completed_by)
    push = frontier.push
    for leaf in leaves:
        push(leaf)
    count = frontier.size - first
    end_range(frontier, completed_by, tree)
    return count


def begin_range(first: int, completed_by: Edges) -> Frontier:
    """Return the tree as it stood before leaf `first`; push the range's leaves to it."""
    left = list(completed_by.left)
    if first < 0 or len(left) != first.bit_count():
        raise BadProof("the hashes before the range do not fit where it begins")
    _check_hashes([*left, *completed_by.right])
    return Frontier(first, left)


def end_range(frontier: Frontier, completed_by: Edges, tree: Tree) -> None:
    """Complete the tree after the range's last leaf and compare its root; raises `BadProof`."""
    if frontier.size > tree.size:
        raise BadProof("the range is longer than the tree")
    places = subtrees(frontier.size, tree.size)
    if len(places) != len(completed_by.right):
        raise BadProof("the hashes after the range do not fit where it ends")
    for (level, _), node in zip(places, completed_by.right, strict=True):
        frontier.push_subtree(node, level)
    if frontier.root() != tree.root:
        raise BadProof("the range leads to another root")


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(node) != _HASH for node in hashes):
        raise BadProof("a hash has 32 bytes")
