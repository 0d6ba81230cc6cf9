"""Claims: the example of the specification holds to the byte, by our code and by OpenSSL; the files
beside it are that example."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.notes import KeyPair, VerifierKey, sign
from govdesk.evidence.proofs import (
    BadProof,
    MemoryHashes,
    consistency,
    inclusion,
    root,
    verify_consistency,
)
from govdesk.evidence.tlog import InclusionProof, Policy

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests/vectors/checkpoint"
TEXT = (ROOT / "docs/spec/checkpoint-v1.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```([a-z-]+)\n(.*?\n)```", TEXT, re.DOTALL))
LOG = origin("meridian_bank")
KEY = VerifierKey.parse((VECTORS / "vkey").read_text(encoding="utf-8"))
PAIR = KeyPair(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOTE = (VECTORS / "checkpoint").read_text(encoding="utf-8")


def _hashes() -> MemoryHashes:
    vector = (ROOT / "tests/vectors/leaf/10-seven-events.txt").read_bytes()
    lines = vector.partition(b"\n\n")[2].splitlines()
    return MemoryHashes([bytes.fromhex(json.loads(line)["leaf_hash"]) for line in lines])


@pytest.mark.parametrize("name", ["checkpoint", "vkey"])
def test_the_specification_shows_the_files_that_lie_beside_it(name: str) -> None:
    assert BLOCKS[name] == (VECTORS / name).read_text(encoding="utf-8")


def test_the_example_is_made_again_from_its_events_and_its_key() -> None:
    hashes = _hashes()
    tree = Tree(7, root(hashes, 7))
    note = sign(body(LOG, tree), LOG, [PAIR])
    assert (note, PAIR.vkey(LOG)) == (NOTE, KEY)
    proof = InclusionProof(2, tuple(inclusion(hashes, 2, 7)), SignedCheckpoint.parse(note))
    assert proof.text == BLOCKS["tlog-proof"]
    assert proof.text == (VECTORS / "seq-3.tlog-proof").read_text(encoding="utf-8")
    assert Policy((KEY,)).text == (VECTORS / "policy").read_text(encoding="utf-8")


def test_the_example_s_proof_and_fingerprint_hold() -> None:
    proof = InclusionProof.parse(BLOCKS["tlog-proof"])
    (leaf_hash,) = re.findall(r"leaf \) = ([0-9a-f]{64})", TEXT)
    assert proof.verify(bytes.fromhex(leaf_hash), [KEY]) == (KEY,)
    assert KEY.fingerprint in re.sub(r"\s", "", TEXT)
    with pytest.raises(BadProof):
        proof.verify(bytes(32), [KEY])


def test_the_example_s_checkpoints_are_consistent() -> None:
    old, new = (
        SignedCheckpoint.parse((VECTORS / name).read_bytes())
        for name in ("checkpoint-4", "checkpoint")
    )
    assert old.verified_by([KEY]) == new.verified_by([KEY]) == (KEY,)
    lines = (VECTORS / "consistency-4-7").read_text(encoding="utf-8").split()
    proof = [b64decode(line) for line in lines]
    verify_consistency(old.tree, new.tree, proof)
    assert proof == consistency(_hashes(), 4, 7)


def test_the_commands_for_openssl_work_and_refuse_a_forged_size(tmp_path: Path) -> None:
    (tmp_path / "vkey").write_text(KEY.text + "\n", encoding="utf-8")
    for note, expected in ((NOTE, 0), (NOTE.replace("\n7\n", "\n8\n"), 1)):
        (tmp_path / "checkpoint").write_text(note, encoding="utf-8")
        done = subprocess.run(
            ["sh", "-c", BLOCKS["sh"]], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == expected, done.stderr
        assert ("Signature Verified Successfully" in done.stdout) is (expected == 0)
