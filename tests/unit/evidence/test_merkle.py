"""Claims: the frontier's root is RFC 6962's, however the leaves arrive."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.evidence.merkle import Frontier
from tests.unit.evidence import second_implementation

LEAVES = [str(number).encode() for number in range(300)]
HASHES = [hashlib.sha256(b"\0" + leaf).digest() for leaf in LEAVES]


def _pushed(first: int, last: int) -> Frontier:
    tree = Frontier()
    for leaf in HASHES[first:last]:
        tree.push(leaf)
    return tree


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 300])
def test_root_is_that_of_the_recursive_definition(size: int) -> None:
    assert _pushed(0, size).root().hex() == second_implementation.root(LEAVES[:size])


@pytest.mark.parametrize("size", [1, 6, 255, 300])
def test_state_is_as_small_as_the_binary_form_of_the_size(size: int) -> None:
    assert len(_pushed(0, size).edge) == size.bit_count()


@given(st.integers(0, 300), st.integers(0, 5))
def test_subtrees_pushed_whole_give_the_same_root(size: int, level: int) -> None:
    tree, step = Frontier(), 1 << level
    for low in range(0, size - size % step, step):
        tree.push_subtree(_pushed(low, low + step).root(), level)
    for leaf in HASHES[tree.size : size]:
        tree.push(leaf)
    assert tree == _pushed(0, size)


def test_a_subtree_away_from_its_boundary_is_refused() -> None:
    tree = _pushed(0, 1)
    with pytest.raises(ValueError, match="boundary"):
        tree.push_subtree(HASHES[0], 1)
