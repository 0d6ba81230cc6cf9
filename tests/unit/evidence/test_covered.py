"""A JSONL file under a signed checkpoint: whole only with the key, and only if it leads to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govdesk.evidence import notes, proofs
from govdesk.evidence.checkpoints import Tree, body
from govdesk.evidence.evidence_file import edges_as_json
from govdesk.evidence.jsonl import verify_jsonl
from govdesk.evidence.notes import KeyPair
from govdesk.evidence.proofs import MemoryHashes
from govdesk.evidence.report import Report
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import KEY, NAME, PAIR


def under(log: list[logs.Line], first: int, last: int, pair: KeyPair = PAIR) -> dict[str, Any]:
    """Checkpoint and tree of a manifest."""
    hashes = MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in log])
    tree = Tree(len(log), proofs.root(hashes, len(log)))
    note = notes.sign(body(NAME, tree), NAME, [pair])
    edges = proofs.edges(hashes, first - 1, last, len(log))
    point = {"size": tree.size, "root": tree.root.hex(), "note": note}
    return {"checkpoint": point, "tree": edges_as_json(len(log), edges)}


def judged(folder: Path, lines: list[logs.Line], said: dict[str, Any], *keys: Any) -> Report:
    """The verdict on lines with what their manifest adds."""
    path = logs.exported(folder, lines, logs.manifest(lines) | said)
    return verify_jsonl(path, keys=keys)


@pytest.mark.parametrize(("first", "last"), [(1, 40), (1, 17), (8, 33), (40, 40)])
def test_a_file_is_whole_with_the_key_and_as_good_as_its_events_without(
    tmp_path: Path, first: int, last: int
) -> None:
    log = logs.log(40)
    part, said = log[first - 1 : last], under(log, first, last)
    with_key = judged(tmp_path, part, said, KEY)
    assert with_key.ok is True, with_key.as_json()
    assert with_key.checkpoint is not None
    assert with_key.checkpoint.size == 40
    assert not any("no checkpoint was given" in text for text in with_key.not_judged)
    without = judged(tmp_path, part, said)
    assert without.ok is True
    assert without.checkpoint is not None
    assert without.checkpoint.signed_by is None
    assert "who signed the checkpoint" in without.not_judged[0]
    assert any("no checkpoint was given" in text for text in without.not_judged)


def test_a_log_that_was_chained_anew_is_not_the_one_that_was_signed(tmp_path: Path) -> None:
    log, other = logs.log(30, 1), logs.log(30, 2)
    report = judged(tmp_path, other, under(log, 1, 30), KEY)
    assert report.ok is False
    assert any("does not cover" in fault.detail for fault in report.faults)


def test_a_foreign_key_is_a_fault_and_a_missing_tree_too(tmp_path: Path) -> None:
    log = logs.log(20)
    foreign = judged(tmp_path, log, under(log, 1, 20, KeyPair.generate()), KEY)
    assert {fault.kind for fault in foreign.faults} == {"signature"}
    assert judged(tmp_path, log, under(log, 1, 20) | {"tree": None}, KEY).ok is False


@pytest.mark.parametrize("junk", [{"checkpoint": 7}, {"tree": {"left": ["x"], "right": []}}])
def test_junk_in_its_place_is_said(tmp_path: Path, junk: dict[str, Any]) -> None:
    log = logs.log(5)
    report = judged(tmp_path, log, under(log, 1, 5) | junk, KEY)
    assert {fault.kind for fault in report.faults} == {"manifest"}
