"""Claims: only a trusted key of the same log makes a checkpoint worth something; a log that did not
merely grow is named; a verification can begin at a believed checkpoint."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.judging import compare_trees, judge_checkpoint, state_at
from govdesk.evidence.notes import KeyPair, sign
from govdesk.evidence.proofs import BadProof, HashesMissing, MemoryHashes, root
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.verification import Verifier
from tests.pairs import pair
from tests.unit.evidence import logs

LINES = logs.log(300, seed=8)
HASHES = MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in LINES])
TENANT = logs.TENANT_PATH
LOG = origin(TENANT)
PAIR = pair("ours")
KEY = PAIR.vkey(LOG)


def tree(size: int) -> Tree:
    return Tree(size, root(HASHES, size))


NOTE = sign(body(LOG, tree(300)), LOG, [PAIR])


def verified(lines: list[logs.Line], note: str, keys: list[object]) -> Report:
    judged = judge_checkpoint(note, keys, TENANT)  # type: ignore[arg-type]
    verifier = Verifier(checkpoint=judged.checkpoint)
    verifier.feed(logs.rows(lines))
    report = verifier.finish()
    judged.into(report)
    return report


# ---------------------------------------------------------------- who signed


def test_a_log_whose_checkpoint_a_trusted_key_signed_is_whole_and_names_the_key() -> None:
    report = verified(LINES, NOTE, [KEY])
    assert (report.ok, report.faults, report.not_judged) == (True, [], [])
    assert report.checkpoint == Checkpoint(300, tree(300).root.hex(), KEY.text)


def test_without_a_trusted_key_of_the_log_nothing_is_judged_and_everything_is_still_checked() -> (
    None
):
    for keys in ([], [PAIR.vkey("govdesk/another")]):
        report = verified(LINES, NOTE, [*keys])
        assert report.ok is None
        assert "no key of this log is trusted" in report.not_judged[0]
        assert report.checkpoint == Checkpoint(300, tree(300).root.hex(), None)
    altered = [*LINES[:7], {**LINES[7], "summary": "x"}, *LINES[8:]]
    assert verified(altered, NOTE, []).ok is False
    assert verified(LINES[:-1], NOTE, []).ok is False


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (sign(body(LOG, tree(300)), LOG, [pair("a stranger")]), "no key that is trusted"),
        (NOTE.replace("\n300\n", "\n301\n"), "does not fit the text"),
        (sign(body("govdesk/other", tree(300)), "govdesk/other", [PAIR]), "another log"),
        (sign(body(LOG, tree(300)), "govdesk/other", [PAIR]), "no key that is trusted"),
        ("rubbish", "no checkpoint"),
        ("", "no checkpoint"),
        (sign("three\nfine\nlines\n", LOG, [PAIR]), "no checkpoint"),
    ],
)
def test_a_checkpoint_that_is_not_to_be_believed_is_a_fault_of_its_signature(
    note: str, said: str
) -> None:
    judged = judge_checkpoint(note, [KEY, PAIR.vkey("govdesk/other")], TENANT)
    assert (judged.checkpoint, judged.tree, judged.by) == (None, None, None)
    report = verified(LINES, note, [KEY, PAIR.vkey("govdesk/other")])
    assert report.ok is False
    assert [(f.kind, f.first, f.last) for f in report.faults] == [("signature", 0, 0)]
    assert said in report.faults[0].detail
    assert any("no checkpoint was given" in text for text in report.not_judged)


def test_bytes_that_are_no_text_are_no_checkpoint_and_no_error() -> None:
    fault = judge_checkpoint(b"\xff\xfe\n\n\xe2\x80\x94 a b\n", [KEY]).fault
    assert fault is not None
    assert fault.kind == "signature"


def test_while_a_key_is_changed_either_of_the_two_is_enough() -> None:
    new = KeyPair.generate()
    both = sign(body(LOG, tree(300)), LOG, [new, PAIR])
    for one in (new, PAIR):
        judged = judge_checkpoint(both, [one.vkey(LOG)], TENANT)
        assert judged.by == one.vkey(LOG)
    assert judge_checkpoint(both, [KEY, new.vkey(LOG)], TENANT).by in (KEY, new.vkey(LOG))


# ---------------------------------------------------------------- one log and later


@given(st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=80, deadline=None)
def test_a_log_that_grew_is_no_fault_and_one_that_shrank_was_rolled_back(
    one: int, two: int
) -> None:
    fault = compare_trees(HASHES, tree(one), tree(two))
    if one <= two:
        assert fault is None
    else:
        assert fault is not None
        assert (fault.kind, fault.first, fault.last) == ("rolled_back", two + 1, one)


def test_two_roots_of_one_size_are_a_fork() -> None:
    fault = compare_trees(HASHES, Tree(300, bytes(32)), tree(300))
    assert fault is not None
    assert (fault.kind, fault.first, fault.last) == ("forked", 1, 300)


@pytest.mark.parametrize("size", [1, 2, 128, 255, 299])
def test_a_longer_log_that_is_another_was_rechained(size: int) -> None:
    other = logs.seal([dict(line, reason="rewritten") for line in LINES], random.Random(5))
    hashes = MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in other])
    fault = compare_trees(hashes, tree(size), Tree(300, root(hashes, 300)))
    assert fault is not None
    assert (fault.kind, fault.first, fault.last) == ("rechained", 1, size)


def test_a_server_that_lies_about_hashes_gets_an_alarm_and_one_that_has_none_an_error() -> None:
    lying = MemoryHashes([hashlib.sha256(node).digest() for node in HASHES.hashes])
    assert compare_trees(lying, tree(200), tree(300)) is not None
    with pytest.raises(HashesMissing):
        compare_trees(MemoryHashes([]), tree(200), tree(300))


# ---------------------------------------------------------------- going on from a checkpoint


@given(st.integers(0, 299))
@settings(max_examples=60, deadline=None)
def test_a_verification_begun_at_a_checkpoint_ends_at_the_root_of_a_full_one(size: int) -> None:
    verifier = Verifier(
        state_at(HASHES, tree(size)), checkpoint=Checkpoint(300, tree(300).root.hex())
    )
    verifier.feed(logs.rows(LINES[size:]))
    report = verifier.finish()
    assert (report.ok, report.faults) == (True, [])
    assert (report.root, report.rows) == (tree(300).root.hex(), 300 - size)


def test_rows_that_do_not_follow_the_checkpoint_are_rechained() -> None:
    other = logs.seal([dict(line, reason="rewritten") for line in LINES], random.Random(5))
    verifier = Verifier(state_at(HASHES, tree(200)))
    verifier.feed(logs.rows(other[200:]))
    faults = verifier.finish().faults
    assert [(f.kind, f.first, f.last) for f in faults] == [("rechained", 1, 200)]


def test_the_checkpoint_at_which_one_begins_is_compared_too() -> None:
    state = state_at(HASHES, tree(200))
    verifier = Verifier(state, checkpoint=Checkpoint(200, "0" * 64))
    verifier.feed(logs.rows(LINES[200:]))
    assert [f.kind for f in verifier.finish().faults] == ["rechained"]


def test_a_checkpoint_before_the_beginning_is_said_not_to_be_compared() -> None:
    verifier = Verifier(state_at(HASHES, tree(200)), checkpoint=Checkpoint(100, "0" * 64))
    verifier.feed(logs.rows(LINES[200:]))
    report = verifier.finish()
    assert report.ok is True
    assert any("not all read now" in text for text in report.not_judged)


def test_nothing_begins_at_a_tree_that_the_hashes_do_not_lead_to() -> None:
    with pytest.raises(BadProof):
        state_at(HASHES, Tree(200, bytes(32)))
    with pytest.raises(HashesMissing):
        state_at(MemoryHashes([]), tree(200))

    class WrongLeaf(MemoryHashes):
        def leaves(self, first: int, count: int) -> bytes:
            return bytes(32) if count == 1 else super().leaves(first, count)

    with pytest.raises(BadProof):
        state_at(WrongLeaf(HASHES.hashes), tree(256))
