"""Claims: one row proves itself, or says which column does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govdesk.evidence.leaf import COMMITTED
from govdesk.services.proof import as_json, prove
from tests.desktop.events import sealed


def test_a_sealed_row_matches_its_leaf_and_its_hash() -> None:
    proof = prove(sealed())
    assert proof.matches
    assert proof.computed_hash == proof.leaf_hash
    assert [c.field for c in proof.commitments] == list(COMMITTED)
    assert {c.state for c in proof.commitments} == {"matches"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("severity", "info"),
        ("actor", "user:mallory@meridian.example"),
        ("summary", None),
        ("reason", "another"),
        ("ip", "192.0.2.18"),
        ("entity_id", "forged"),
        ("seq", 7),
        ("leaf_hash", "0" * 64),
    ],
)
def test_a_column_that_was_changed_is_named(column: str, value: Any) -> None:
    detail = sealed()
    proof = prove(replace(detail, event=replace(detail.event, **{column: value})))
    assert not proof.matches
    assert proof.wrong == (column,)
    differing = [c.field for c in proof.commitments if c.state == "differs"]
    assert differing == ([column] if column in COMMITTED else [])


def test_a_changed_diff_is_named() -> None:
    detail = replace(sealed(), diff={"role": {"new": "owner", "old": "member"}})
    assert prove(detail).wrong == ("diff",)


@pytest.mark.parametrize("field", COMMITTED)
def test_an_absent_field_leaves_the_row_whole(field: str) -> None:
    proof = prove(sealed(absent=(field,)))
    assert proof.matches
    assert [c.field for c in proof.commitments if c.state == "absent"] == [field]


def test_salts_of_another_row_prove_nothing() -> None:
    detail = sealed()
    proof = prove(replace(detail, salts={**detail.salts, "actor": "ab" * 16}))
    assert proof.wrong == ("actor",)


def test_a_leaf_that_is_no_leaf_is_a_fault_and_no_crash() -> None:
    for text in ("", "{", "[]", "null", '{"commitments":{}}', "9" * 5000):
        proof = prove(replace(sealed(), leaf=text))
        assert "leaf" in proof.wrong
        assert not proof.matches


def test_a_value_that_no_leaf_can_hold_is_a_fault_and_no_crash() -> None:
    assert prove(replace(sealed(), diff={"share": {"new": 0.5}})).wrong == ("diff",)


def test_a_log_of_another_tenant_is_named() -> None:
    assert prove(sealed(), "beta").wrong == ("tenant_path",)


def test_an_exported_event_has_what_proves_it_and_no_key_for_what_is_absent() -> None:
    written = as_json(sealed(absent=("ip",)))
    assert written["leaf"]
    assert written["diff"] == {"role": {"new": "admin", "old": "member"}}
    assert written["at"] == "2026-03-02T09:14:07.482913Z"
    assert "ip" not in written
    assert "ip" not in written["salts"]
