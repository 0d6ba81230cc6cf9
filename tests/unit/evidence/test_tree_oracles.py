"""Claims: roots, proofs and signatures are those that other programs find, on logs made at random.

The oracles are pymerkle (tree), rfc8785 (canonical form), OpenSSL's program (Ed25519, SHA-256).
``GOVDESK_ORACLE_LOGS=10000`` makes that many logs instead of 300.
"""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pymerkle  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, body, origin
from govdesk.evidence.notes import KeyPair, sign
from govdesk.evidence.proofs import (
    MemoryHashes,
    consistency,
    edges,
    inclusion,
    root,
    verify_consistency,
    verify_inclusion,
    verify_range,
)
from govdesk.evidence.tlog import InclusionProof
from govdesk.evidence.verification import verify
from tests.unit.evidence import logs, second_implementation

COUNT = int(os.environ.get("GOVDESK_ORACLE_LOGS", "300"))
MANY = settings(
    max_examples=COUNT,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before an Ed25519 public key in DER (RFC 8410)."""

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_key = st.text(st.characters(max_codepoint=127, exclude_characters="\0"), max_size=4)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_key, inner, max_size=3),
    max_leaves=5,
)
_diff = st.none() | st.dictionaries(_key, st.fixed_dictionaries({"new": _json}), max_size=2)
_written = st.fixed_dictionaries(
    {"summary": _text, "reason": st.none() | _text, "actor": _text, "diff": _diff}
)


@st.composite
def sealed_logs(draw: st.DrawFn) -> list[logs.Line]:
    """Logs of 1 to 24 events with any text and any diff."""
    written = draw(st.lists(_written, min_size=1, max_size=24))
    rng = random.Random(draw(st.integers(0, 2**32)))
    events = [logs.event(rng, second * 10**6) | text for second, text in enumerate(written)]
    return logs.seal(events, rng)


class Oracle:
    """A log in pymerkle, which counts leaves from one and begins its paths with the leaf."""

    def __init__(self, lines: list[logs.Line]):
        self._tree: Any = pymerkle.InmemoryTree(algorithm="sha256")
        for line in lines:
            self._tree.append_entry(line["leaf"].encode())

    def root(self, size: int) -> bytes:
        return bytes(self._tree.get_root(size))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return list(self._tree.prove_inclusion(index + 1, size).path[1:])

    def consistency(self, old: int, new: int) -> list[bytes]:
        """SUBPROOF of RFC 6962 §2.1.2 by its definition; pymerkle arranges its own otherwise."""
        return self._subproof(old, 0, new, True)

    def _subproof(self, old: int, start: int, end: int, whole: bool) -> list[bytes]:
        if start + old == end:
            return [] if whole else [bytes(self._tree._get_root(start, end))]
        half = start + (1 << (end - start - 1).bit_length() - 1)
        if start + old <= half:
            right = bytes(self._tree._get_root(half, end))
            return [*self._subproof(old, start, half, whole), right]
        left = bytes(self._tree._get_root(start, half))
        return [*self._subproof(old - (half - start), half, end, False), left]

    def finds_consistent(self, old: Tree, new: Tree) -> bool:
        proof = self._tree.prove_consistency(old.size, new.size)
        pymerkle.verify_consistency(old.root, new.root, proof, old.size, new.size)
        return True


def _hashes(lines: list[logs.Line]) -> MemoryHashes:
    return MemoryHashes([bytes.fromhex(line["leaf_hash"]) for line in lines])


@given(sealed_logs(), st.data())
@MANY
def test_roots_and_proofs_are_byte_for_byte_those_of_the_oracles(
    lines: list[logs.Line], data: st.DataObject
) -> None:
    oracle, hashes, size = Oracle(lines), _hashes(lines), len(lines)
    tree = Tree(size, root(hashes, size))
    leaves = [leaf for leaf, _ in second_implementation.chain(lines)]
    assert leaves == [line["leaf"].encode() for line in lines]
    found = verify(logs.rows(lines))
    assert found.ok is True
    assert tree.root == oracle.root(size) == bytes.fromhex(found.root or "")
    assert tree.root.hex() == second_implementation.root(leaves)

    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = inclusion(hashes, index, size)
    assert path == oracle.inclusion(index, size)
    verify_inclusion(hashes.hashes[index], index, tree, path)
    growth = consistency(hashes, old, size)
    assert growth == oracle.consistency(old, size)
    before = Tree(old, root(hashes, old))
    assert oracle.finds_consistent(before, tree)
    verify_consistency(before, tree, growth)
    first, last = sorted((index, old))
    completed_by = edges(hashes, first, last, size)
    assert verify_range(hashes.hashes[first:last], first, completed_by, tree) == last - first


def _openssl(*words: str, given_bytes: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *words], input=given_bytes, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@given(sealed_logs(), st.binary(min_size=32, max_size=32))
@MANY
def test_openssl_finds_the_leaf_hash_and_the_signature_of_a_checkpoint(
    tmp_path: Path, lines: list[logs.Line], seed: bytes
) -> None:
    leaf = b"\0" + lines[0]["leaf"].encode()
    digest = _openssl("dgst", "-sha256", "-binary", given_bytes=leaf)
    assert digest.hex() == lines[0]["leaf_hash"]

    log = origin(logs.TENANT_PATH)
    pair = KeyPair(Ed25519PrivateKey.from_private_bytes(seed))
    tree = Tree(len(lines), root(_hashes(lines), len(lines)))
    found = SignedCheckpoint.parse(sign(body(log, tree), log, [pair]))
    key, message, signature = (tmp_path / name for name in ("key", "message", "signature"))
    key.write_bytes(SPKI + pair.public)
    message.write_bytes(found.note.partition("\n\n")[0].encode() + b"\n")
    signature.write_bytes(found.signed.signatures[0].signature)
    said = _openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(key),
                    "-rawin", "-in", str(message), "-sigfile", str(signature))  # fmt: skip
    assert b"Signature Verified Successfully" in said
    proof = InclusionProof(0, tuple(inclusion(_hashes(lines), 0, tree.size)), found)
    keys = [pair.vkey(log)]
    assert InclusionProof.parse(proof.text).verify(digest, keys) == tuple(keys)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 300, 513, 65_536 + 300])
def test_tiles_of_large_logs_give_the_oracle_s_root_and_proofs(size: int) -> None:
    leaves = [str(number).encode() for number in range(size)]
    oracle: Any = pymerkle.InmemoryTree(algorithm="sha256")
    oracle.append_entries(leaves)
    hashes = MemoryHashes([bytes(oracle.get_leaf(index + 1)) for index in range(size)])
    tree = Tree(size, root(hashes, size))
    assert tree.root == bytes(oracle.get_root())
    for index in {0, size // 3, size - 1}:
        path = inclusion(hashes, index, size)
        assert path == list(oracle.prove_inclusion(index + 1).path[1:])
        verify_inclusion(hashes.hashes[index], index, tree, path)
    old = max(1, size - 7)
    before = Tree(old, bytes(oracle.get_root(old)))
    verify_consistency(before, tree, consistency(hashes, old, size))
