"""Computing proofs of RFC 6962 §2.1 from tiles, of one tree at one size.

Of n leaves a proof reads at most two tiles for each eight levels, and the leaves of one tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final, Protocol, runtime_checkable

from govdesk.evidence.merkle import Frontier

TILE_LEVELS: Final = 8
TILE_WIDTH: Final = 1 << TILE_LEVELS
_HASH: Final = 32
_NODE: Final = sha256(b"\x01")
"""How the hash of every node begins; a copy is quicker than a new one."""
_PAIRS: Final = Struct(f"{2 * _HASH}s").iter_unpack
_KEPT: Final = 512
"""Tiles that a prover keeps: 4 MiB."""
_SPANS: Final = 1 << 14
"""Roots over more than one tile that a prover keeps."""

Place = tuple[int, int]
"""Level and position of a tile."""


class HashesMissing(LookupError):
    """A hash that a proof needs could not be read; the message says which."""


class Hashes(Protocol):
    """Where the hashes of a log's tree are read; numbers begin with 0."""

    def leaves(self, first: int, count: int) -> bytes:
        """Return the leaf hashes `first` to `first + count - 1`, 32 bytes each."""

    def tile(self, level: int, position: int) -> bytes | None:
        """Return the hashes at tree level 8 · `level` from number 256 · `position` on.

        A full tile has 256 of them. One that is still growing may give those that it has, and
        None where it has none: then they are computed from the level below.
        """


@runtime_checkable
class Fetching(Protocol):
    """Hashes that can be told what will be asked for, so that it is read in one go."""

    def fetch(self, tiles: Sequence[Place], first: int, count: int) -> None:
        """Read these tiles, and the leaf hashes `first` to `first + count - 1` (count may be 0).

        Only a hint: what is not there is asked for again, or computed from what is.
        """


@dataclass(frozen=True, slots=True)
class MemoryHashes:
    """The hashes of a log whose leaf hashes are all in memory; for tests and small files."""

    hashes: Sequence[bytes]

    def leaves(self, first: int, count: int) -> bytes:
        """Return leaf hashes, as far as there are any."""
        return b"".join(self.hashes[first : first + count])

    def tile(self, level: int, position: int) -> bytes | None:
        """Return a full tile, computed anew each time above the leaves."""
        first, last = position << TILE_LEVELS, (position + 1) << TILE_LEVELS
        if last << (TILE_LEVELS * level) > len(self.hashes):
            return None
        if level == 0:
            return self.leaves(first, TILE_WIDTH)
        below = (self.tile(level - 1, index) or b"" for index in range(first, last))
        return b"".join(_fold(tile) for tile in below)


@dataclass(frozen=True, slots=True)
class Edges:
    """What completes a range of leaves to the root: full subtrees before and after, in order."""

    left: tuple[bytes, ...]
    right: tuple[bytes, ...]


class Prover:
    """Roots and proofs of the tree of `size` leaves. What it read it keeps: no tile changes.

    All methods raise `HashesMissing` where the hashes cannot be read.
    """

    def __init__(self, hashes: Hashes, size: int):
        self._hashes, self._size = hashes, size
        self._tiles: dict[Place, bytes] = {}
        self._roots: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """Return the root."""
        self._fetch(self._size)
        return self._over(0, self._size)

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf: siblings from the bottom up."""
        if not 0 <= index < self._size:
            raise ValueError(f"there is no leaf {index} in a tree of {self._size}")
        self._fetch(index, self._size)
        low, high = 0, self._size
        found: list[tuple[int, int]] = []
        while high - low > 1:
            middle = low + _half(high - low)
            if index < middle:
                found.append((middle, high))
                high = middle
            else:
                found.append((low, middle))
                low = middle
        return [self._over(*span) for span in reversed(found)]

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that this tree continues that of `old` leaves."""
        if not 0 <= old <= self._size:
            raise ValueError(f"a tree of {self._size} leaves does not continue one of {old}")
        if old in (0, self._size):
            return []
        self._fetch(old, self._size)
        low, high = 0, self._size
        found: list[tuple[int, int]] = []
        while old != high:
            middle = low + _half(high - low)
            if old <= middle:
                found.append((middle, high))
                high = middle
            else:
                found.append((low, middle))
                low = middle
        if low:
            found.append((low, high))
        return [self._over(*span) for span in reversed(found)]

    def edges(self, first: int, last: int) -> Edges:
        """Return what completes the leaves `first` to `last - 1` to the root."""
        if not 0 <= first <= last <= self._size:
            raise ValueError(f"{first} to {last} is no range in a tree of {self._size}")
        self._fetch(first, last, self._size)
        left = tuple(self.node(*place) for place in subtrees(0, first))
        return Edges(left, tuple(self.node(*place) for place in subtrees(last, self._size)))

    def _fetch(self, *ends: int) -> None:
        """Say beforehand which tiles lie on the ways from these leaves up."""
        if not isinstance(self._hashes, Fetching):
            return
        wanted: dict[Place, None] = {}
        for level in range((self._size.bit_length() + TILE_LEVELS - 1) // TILE_LEVELS):
            for end in ends:
                position = end >> TILE_LEVELS * (level + 1)
                if self._size >> TILE_LEVELS * level > position * TILE_WIDTH:
                    wanted[level, position] = None
        growing = (0, self._size // TILE_WIDTH)
        places = [place for place in wanted if place not in self._tiles and place != growing]
        lacks_leaves = growing in wanted and growing not in self._tiles
        if places or lacks_leaves:
            first = growing[1] * TILE_WIDTH
            self._hashes.fetch(places, first, self._size - first if lacks_leaves else 0)

    def _over(self, low: int, high: int) -> bytes:
        """Return the root over the leaves `low` to `high - 1`, as the tree divides them."""
        kept = self._roots.get((low, high))
        if kept is not None:
            return kept
        frontier = Frontier()
        for level, number in subtrees(low, high):
            frontier.push_subtree(self.node(level, number), level)
        root = frontier.root()
        # Within one tile another proof hardly asks for it again; above, nearly every one does.
        if high - low > TILE_WIDTH:
            if len(self._roots) >= _SPANS:
                self._roots.clear()
            self._roots[low, high] = root
        return root

    def node(self, level: int, number: int) -> bytes:
        """Return the root of full subtree `number` of 2^level leaves."""
        above, below = divmod(level, TILE_LEVELS)
        return _fold(self._entries(above, number << below, 1 << below))

    def _entries(self, level: int, first: int, count: int) -> bytes:
        """Return hashes `first` to `first + count - 1` of a tile level; all are in one tile."""
        position, start = divmod(first, TILE_WIDTH)
        tile = self._tiles.get((level, position))
        if tile is None:
            if len(self._tiles) >= _KEPT:
                self._tiles.clear()
            tile = self._stored(level, position)
        if len(tile) < (start + count) * _HASH:
            tile += self._computed(level, position, len(tile) // _HASH, start + count)
        self._tiles[level, position] = tile
        return tile[start * _HASH : (start + count) * _HASH]

    def _stored(self, level: int, position: int) -> bytes:
        if level == 0 and (position + 1) * TILE_WIDTH > self._size:
            return b""
        tile = self._hashes.tile(level, position) or b""
        if len(tile) % _HASH or len(tile) > TILE_WIDTH * _HASH:
            raise HashesMissing(f"tile {position} of level {level} is damaged")
        return tile

    def _computed(self, level: int, position: int, have: int, wanted: int) -> bytes:
        first = position * TILE_WIDTH
        if level:
            below = range(first + have, first + wanted)
            return b"".join(
                _fold(self._entries(level - 1, number << TILE_LEVELS, TILE_WIDTH))
                for number in below
            )
        count = min(TILE_WIDTH, self._size - first) - have
        hashes = self._hashes.leaves(first + have, count)
        if len(hashes) != count * _HASH:
            raise HashesMissing(f"the hashes of leaves {first + have} and after are not there")
        return hashes


def subtrees(first: int, last: int) -> list[tuple[int, int]]:
    """Return the largest full subtrees, level and number, that fill `first` to `last - 1`."""
    found = []
    while first < last:
        level = (last - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        found.append((level, first >> level))
        first += 1 << level
    return found


def _half(size: int) -> int:
    """Return the largest power of two below `size`: where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _fold(hashes: bytes) -> bytes:
    """Return the root over 2^k hashes that stand one after another."""
    begun = _NODE.copy
    while len(hashes) > _HASH:
        row = []
        for (pair,) in _PAIRS(hashes):
            node = begun()
            node.update(pair)
            row.append(node.digest())
        hashes = b"".join(row)
    return hashes
