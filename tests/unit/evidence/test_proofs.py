"""Claims: a proof shows what it says or is refused, whatever a server says; and it reads little."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence import proving
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.merkle import node_hash
from govdesk.evidence.proofs import (
    BadProof,
    Edges,
    HashesMissing,
    MemoryHashes,
    Prover,
    consistency,
    edges,
    inclusion,
    root,
    verify_consistency,
    verify_inclusion,
    verify_range,
)

SIZE = 700
LEAVES = [hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(SIZE)]
HASHES = MemoryHashes(LEAVES)
EMPTY = hashlib.sha256().digest()


def tree(size: int) -> Tree:
    return Tree(size, root(HASHES, size))


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# ---------------------------------------------------------------- what is true is proved


@given(st.data(), st.integers(0, SIZE))
@settings(max_examples=200, deadline=None)
def test_what_is_true_is_proved(data: st.DataObject, size: int) -> None:
    whole = tree(size)
    first, last = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
    verify_consistency(tree(first), whole, consistency(HASHES, first, size))
    count = verify_range(LEAVES[first:last], first, edges(HASHES, first, last, size), whole)
    assert count == last - first
    if first < size:
        verify_inclusion(LEAVES[first], first, whole, inclusion(HASHES, first, size))


def test_the_empty_log_has_the_hash_of_nothing_and_every_log_continues_it() -> None:
    assert tree(0).root == EMPTY
    verify_consistency(tree(0), tree(SIZE), [])
    verify_consistency(tree(0), tree(0), [])
    assert verify_range([], 0, Edges((), ()), tree(0)) == 0


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(HASHES, index, size)
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[0], index, Tree(size, EMPTY), [])


def test_nothing_is_computed_for_ranges_that_are_none() -> None:
    with pytest.raises(ValueError, match="continue"):
        consistency(HASHES, 6, 5)
    with pytest.raises(ValueError, match="no range"):
        edges(HASHES, 3, 2, 5)


# ---------------------------------------------------------------- a lying server


@pytest.mark.parametrize(("index", "size"), [(0, 1), (4, 5), (5, 7), (300, 700), (699, 700)])
def test_every_bit_of_an_inclusion_proof_counts(index: int, size: int) -> None:
    whole, path = tree(size), inclusion(HASHES, index, size)
    lies = []
    for bit in range(256):
        lies.append((flipped(LEAVES[index], bit), index, whole, path))
        lies.append((LEAVES[index], index, Tree(size, flipped(whole.root, bit)), path))
        for at, node in enumerate(path):
            changed = [*path[:at], flipped(node, bit), *path[at + 1 :]]
            lies.append((LEAVES[index], index, whole, changed))
    for lie in lies:
        with pytest.raises(BadProof):
            verify_inclusion(*lie)
    verify_inclusion(LEAVES[index], index, whole, path)


@pytest.mark.parametrize("size", [1, 2, 5, 7, 64, 300])
def test_a_proof_is_of_its_index_and_leaf_and_of_no_other(size: int) -> None:
    whole = tree(size)
    for index in range(0, size, max(1, size // 9)):
        path = inclusion(HASHES, index, size)
        for other in {0, index - 1, index + 1, index ^ 1, size - 1, size, 2 * size} - {index}:
            with pytest.raises(BadProof):
                verify_inclusion(LEAVES[index], other, whole, path)
        for wrong in (path[:-1], [*path, EMPTY], path[1:], [EMPTY, *path]):
            if wrong != path:
                with pytest.raises(BadProof):
                    verify_inclusion(LEAVES[index], index, whole, wrong)


def test_another_size_is_refused_or_says_nothing_about_the_leaf() -> None:
    """The path binds the shape; a size of the same shape is bound by the checkpoint's signature."""
    index, size = 300, 700
    whole, path = tree(size), inclusion(HASHES, index, size)
    for bit in range(20):
        other = size ^ 1 << bit
        if len(_shape(index, other)) != len(path):
            with pytest.raises(BadProof):
                verify_inclusion(LEAVES[index], index, Tree(other, whole.root), path)
    for other in (size + 1, size - 1, size + 100):
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[index], index, Tree(other, tree(min(other, 699)).root), path)


def _shape(index: int, size: int) -> list[tuple[int, int]]:
    low, high, found = 0, size, []
    while high - low > 1 and index < high:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        found.append((low, high))
        low, high = (low, middle) if index < middle else (middle, high)
    return found


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 4), (4, 7), (6, 7), (256, 700), (431, 700)])
def test_every_bit_of_a_consistency_proof_counts(old: int, new: int) -> None:
    before, after, path = tree(old), tree(new), consistency(HASHES, old, new)
    verify_consistency(before, after, path)
    for bit in range(256):
        lies = [
            (Tree(old, flipped(before.root, bit)), after, path),
            (before, Tree(new, flipped(after.root, bit)), path),
        ]
        for at, node in enumerate(path):
            lies.append((before, after, [*path[:at], flipped(node, bit), *path[at + 1 :]]))
        for lie in lies:
            with pytest.raises(BadProof):
                verify_consistency(*lie)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 4), (4, 7), (6, 7), (256, 700), (431, 700)])
def test_a_consistency_proof_is_of_its_two_sizes(old: int, new: int) -> None:
    before, after, path = tree(old), tree(new), consistency(HASHES, old, new)
    for wrong in ([], path[:-1], path[1:], [*path, EMPTY], [EMPTY, *path]):
        if wrong != path:
            with pytest.raises(BadProof):
                verify_consistency(before, after, wrong)
    for size in {old - 1, old + 1, new} - {0}:
        with pytest.raises(BadProof):
            verify_consistency(Tree(size, before.root), after, path)
    with pytest.raises(BadProof):
        verify_consistency(after, before, path)


def test_two_roots_of_one_size_are_not_consistent_and_an_empty_tree_has_one_root() -> None:
    for old, new in ((Tree(5, EMPTY), tree(5)), (Tree(0, LEAVES[0]), tree(5))):
        with pytest.raises(BadProof):
            verify_consistency(old, new, [])
    with pytest.raises(BadProof):
        verify_consistency(tree(5), tree(5), [EMPTY])


@pytest.mark.parametrize("short", [b"", b"short", EMPTY[:-1], EMPTY + b"\0"])
def test_a_hash_of_another_length_is_no_hash(short: bytes) -> None:
    with pytest.raises(BadProof):
        verify_inclusion(short, 0, tree(2), [LEAVES[1]])
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[0], 0, tree(2), [short])
    with pytest.raises(BadProof):
        verify_consistency(tree(1), tree(2), [short])
    with pytest.raises(BadProof):
        verify_range(LEAVES[:1], 0, Edges((), (short,)), tree(2))


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    node = node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(BadProof):
        verify_inclusion(node, 0, tree(4), [node_hash(LEAVES[2], LEAVES[3])])


@pytest.mark.parametrize(("first", "last"), [(0, 700), (3, 5), (255, 513), (600, 700), (7, 7)])
def test_a_range_with_one_leaf_changed_missing_or_too_many_is_refused(
    first: int, last: int
) -> None:
    whole, leaves = tree(SIZE), LEAVES[first:last]
    around = edges(HASHES, first, last, SIZE)
    assert verify_range(iter(leaves), first, around, whole) == last - first
    lies = [leaves[:-1], [*leaves, EMPTY], leaves[1:], leaves[::-1]]
    lies += [[*leaves[:at], flipped(leaf, 7), *leaves[at + 1 :]] for at, leaf in enumerate(leaves)]
    for lie in lies[:40]:
        if lie != leaves:
            with pytest.raises(BadProof):
                verify_range(lie, first, around, whole)
    for start in {first - 1, first + 1, -1}:
        with pytest.raises(BadProof):
            verify_range(leaves, start, around, whole)
    for hashes in (around.left[1:], around.right[1:]):
        lie_edges = Edges(hashes, around.right) if around.left else Edges(around.left, hashes)
        if lie_edges != around:
            with pytest.raises(BadProof):
                verify_range(leaves, first, lie_edges, whole)


def test_a_server_that_gives_damaged_tiles_gives_no_proof() -> None:
    class Short(MemoryHashes):
        def tile(self, level: int, position: int) -> bytes | None:
            return b"short"

    class Silent(MemoryHashes):
        def leaves(self, first: int, count: int) -> bytes:
            return b""

        def tile(self, level: int, position: int) -> bytes | None:
            return None

    for lying in (Short(LEAVES), Silent(LEAVES)):
        with pytest.raises(HashesMissing):
            inclusion(lying, 3, SIZE)


def test_hashes_of_another_log_lead_to_another_root() -> None:
    other = MemoryHashes([flipped(leaf, 0) for leaf in LEAVES])
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[3], 3, tree(SIZE), inclusion(other, 3, SIZE))
    with pytest.raises(BadProof):
        verify_consistency(tree(600), tree(SIZE), consistency(other, 600, SIZE))


# ---------------------------------------------------------------- how little is read


@dataclass
class Uniform:
    """A log of any length whose leaves are all alike, so that every tile is known at once.

    It counts what is read. `growing`: tiles that are not full give what they have.
    """

    size: int
    growing: bool = True
    tiles: list[tuple[int, int]] = field(default_factory=list)
    read: int = 0

    def node(self, level: int) -> bytes:
        node = LEAVES[0]
        for _ in range(level):
            node = node_hash(node, node)
        return node

    def leaves(self, first: int, count: int) -> bytes:
        self.read += count
        return LEAVES[0] * count

    def tile(self, level: int, position: int) -> bytes | None:
        self.tiles.append((level, position))
        there = min(256, (self.size >> 8 * level) - 256 * position)
        if there < 256 and (level == 0 or not self.growing):
            return None
        return self.node(8 * level) * there


def _root(size: int) -> bytes:
    """The root of a uniform log, from the binary form of its size."""
    log, found = Uniform(size), b""
    for level in range(size.bit_length()):
        if size >> level & 1:
            found = node_hash(log.node(level), found) if found else log.node(level)
    return found


@pytest.mark.parametrize("size", [10_000_000, 1_000_000, 2**24 - 1, 2**24 + 1, 2**40 - 12345])
def test_a_proof_reads_two_tiles_a_level_and_the_leaves_of_one(size: int) -> None:
    levels = (size.bit_length() + 7) // 8
    whole = Tree(size, _root(size))
    for index in (0, size // 3, size - 1):
        log = Uniform(size)
        verify_inclusion(LEAVES[0], index, whole, inclusion(log, index, size))
        assert len(log.tiles) == len(set(log.tiles)) <= 2 * levels
        assert log.read <= 255
    for old in (1, size // 3, size - 1000):
        log = Uniform(size)
        verify_consistency(Tree(old, _root(old)), whole, consistency(log, old, size))
        assert len(log.tiles) <= 3 * levels
    log = Uniform(size)
    edges(log, size // 3, size // 2, size)
    assert len(log.tiles) <= 4 * levels


def test_a_proof_at_ten_million_leaves_hashes_few_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    size, hashed = 10_000_000, 0
    fold = proving._fold

    def counting(hashes: bytes) -> bytes:
        nonlocal hashed
        hashed += len(hashes) // 32 - 1
        return fold(hashes)

    monkeypatch.setattr(proving, "_fold", counting)
    for index in range(0, size, 999_983):
        hashed = 0
        inclusion(Uniform(size), index, size)
        assert hashed < 1000
    prover = Prover(Uniform(size), size)
    prover.inclusion(5_000_000)
    hashed = 0
    path = prover.inclusion(5_000_256)
    assert hashed < 256, "what lies above the tile of the leaf was hashed before"
    verify_inclusion(LEAVES[0], 5_000_256, Tree(size, _root(size)), path)


@dataclass
class Ahead(Uniform):
    """It reads ahead what it is told of, and counts what it was not told of."""

    told: set[tuple[int, int]] = field(default_factory=set)
    fetched: int = 0
    untold: list[object] = field(default_factory=list)
    leaves_told: tuple[int, int] = (0, 0)

    def fetch(self, tiles: Sequence[tuple[int, int]], first: int, count: int) -> None:
        self.fetched += 1
        self.told |= set(tiles)
        self.leaves_told = (first, count)

    def tile(self, level: int, position: int) -> bytes | None:
        if (level, position) not in self.told:
            self.untold.append((level, position))
        return super().tile(level, position)

    def leaves(self, first: int, count: int) -> bytes:
        if (first, count) != self.leaves_told:
            self.untold.append((first, count))
        return super().leaves(first, count)


@pytest.mark.parametrize("size", [1, 300, 65_536, 65_537, 10_000_000, 2**24 - 1])
def test_a_reader_that_can_is_told_beforehand_everything_that_is_asked_for(size: int) -> None:
    for index in {0, size // 3, size - 1}:
        log = Ahead(size)
        inclusion(log, index, size)
        assert (log.untold, log.fetched <= 1) == ([], True)
        log = Ahead(size)
        consistency(log, index + 1, size)
        edges(log, index, size, size)
        assert log.untold == []


def test_of_one_tree_nothing_is_read_twice() -> None:
    size = 10_000_000
    log = Ahead(size)
    prover = Prover(log, size)
    whole = Tree(size, prover.root())
    for index in (5, 6, 5):
        verify_inclusion(LEAVES[0], index, whole, prover.inclusion(index))
    assert len(log.tiles) == len(set(log.tiles))
    fetched = log.fetched
    prover.inclusion(6)
    assert log.fetched == fetched


def test_a_prover_keeps_no_more_than_it_may() -> None:
    size = 2**24
    prover = Prover(Uniform(size), size)
    for number in range(1200):
        prover.inclusion(number * 256 * 11)
    assert len(prover._tiles) <= proving._KEPT + 6
    assert len(prover._roots) <= proving._SPANS


def test_tiles_that_are_not_kept_while_they_grow_are_made_from_those_below() -> None:
    size = 3_000_000
    log = Uniform(size, growing=False)
    path = inclusion(log, size - 1, size)
    verify_inclusion(LEAVES[0], size - 1, Tree(size, _root(size)), path)
    assert path == inclusion(Uniform(size), size - 1, size)
    assert len(log.tiles) < 300
