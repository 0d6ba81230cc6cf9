"""Claims: canonical JSON is RFC 8785 over the grammar, and nothing outside it gets through."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from govdesk.evidence.canonical import MAX_DEPTH, NotCanonical, canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


@given(DOCUMENTS)
def test_canonical_form_is_rfc_8785(document: object) -> None:
    assert canonical(document) == rfc8785.dumps(document)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1, 0])
def test_the_largest_integers_are_inside(number: int) -> None:
    assert canonical(number) == str(number).encode()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        (2**53, "not below 2"),
        (-(2**53), "not below 2"),
        ({"é": 1}, "not ASCII"),
        ({1: 1}, "not ASCII"),
        ("\ud800", "surrogate"),
        ([b""], "bytes"),
        ((1, 2), "tuple"),
    ],
)
def test_a_value_outside_the_grammar_is_refused_by_name(value: object, why: str) -> None:
    with pytest.raises(NotCanonical, match=why):
        canonical(value)


def test_depth_32_is_inside_and_33_is_not() -> None:
    value: object = "leaf"
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert canonical(value).count(b"[") == MAX_DEPTH - 1
    with pytest.raises(NotCanonical, match="deeper than 32"):
        canonical([value])
