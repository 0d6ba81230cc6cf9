"""Claims: what a stranger's file says of itself is read as claims of known form, no more."""

from __future__ import annotations

import random
from typing import Any

import pytest

from govdesk.evidence import checkpoints, notes
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import KeyPair
from govdesk.evidence.tlog import Policy
from govdesk.services import snapshot_facts

LOG = checkpoints.origin("acme")


def said(key: KeyPair, signer: KeyPair | None = None, **changes: Any) -> dict[str, Any]:
    """What an opened file gives; its policy names `key`, its checkpoint is signed by `signer`."""
    note = notes.sign(checkpoints.body(LOG, Tree(9, bytes(32))), LOG, [signer or key])
    return {
        "tenant_path": "acme",
        "organization": "Acme Ltd",
        "made_by": "olga@acme.example",
        "created_at": "2026-06-30T23:59:59.000000Z",
        "generator": "GovDesk",
        "export_id": "7e0c2f53-98a9-4ac5-8b3c-6f1f5d0a9c11",
        "filter": None,
        "first": 1,
        "last": 9,
        "rows": 9,
        "left_out": 0,
        "redacted": ["ip"],
        "checkpoint": note,
        "policy": Policy((key.vkey(LOG),)).text,
        "manifest": {"provable": True, "not_provable_because": []},
        **changes,
    }


def test_the_key_is_the_one_that_signed() -> None:
    key = KeyPair.generate()
    facts = snapshot_facts.read(said(key))
    assert facts.signers == (key.vkey(LOG),)
    assert (facts.sealed_on, facts.origin, facts.provable) == ("2026-06-30", LOG, True)


def test_a_key_that_is_named_but_did_not_sign_is_not_shown_for_comparison() -> None:
    key, other = KeyPair.generate(), KeyPair.generate()
    assert snapshot_facts.read(said(key, signer=other)).key is None


def test_a_checkpoint_of_another_log_has_no_key_here() -> None:
    key = KeyPair.generate()
    assert snapshot_facts.read(said(key, tenant_path="globex")).key is None


@pytest.mark.parametrize("value", [None, 7, [], {}, "", "x" * 10_000, "\x00\n\u202e"])
def test_no_value_of_any_member_is_an_error(value: object) -> None:
    key = KeyPair.generate()
    for name in said(key):
        facts = snapshot_facts.read(said(key, **{name: value}))
        for shown in (facts.organization, facts.made_by, facts.filter, facts.generator):
            assert "\n" not in shown
            assert "\u202e" not in shown
            assert len(shown) <= 401
        assert facts.first >= 0 <= facts.rows


def test_a_time_that_is_none_says_so() -> None:
    rng = random.Random(5)
    for text in ("yesterday", "9999-12-31T23:59:59-23:59", str(rng.random())):
        facts = snapshot_facts.read(said(KeyPair.generate(), created_at=text))
        assert facts.sealed_on
