"""Leaf v1 written a second time from ``docs/spec/leaf-v1.md``: rfc8785 and hashlib only.

It starts from the objects of JSONL lines and recomputes what the project's own code made of them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

CLEAR = "action at entity_id entity_type occurred_at request_id seq severity system_id tenant_path"
COMMITTED = "actor diff ip on_behalf_of reason session_id summary"


def commitments(line: dict[str, Any]) -> dict[str, str]:
    """Return the seven commitments of a line on which nothing is absent."""
    found = {}
    for name in COMMITTED.split():
        salted = bytes.fromhex(line["salts"][name]) + rfc8785.dumps(line[name])
        found[name] = hashlib.sha256(salted).hexdigest()
    return found


def leaf(line: dict[str, Any], prev: str) -> bytes:
    """Return the leaf of a line whose predecessor has the leaf hash `prev`."""
    members = {name: line[name] for name in CLEAR.split()}
    return rfc8785.dumps({**members, "commitments": commitments(line), "prev": prev, "v": 1})


def chain(lines: list[dict[str, Any]]) -> list[tuple[bytes, str]]:
    """Return leaf and hex leaf hash of every line, from genesis."""
    result, prev = [], "00" * 32
    for line in lines:
        text = leaf(line, prev)
        prev = hashlib.sha256(b"\0" + text).hexdigest()
        result.append((text, prev))
    return result


def root(leaves: list[bytes]) -> str:
    """Return MTH of RFC 6962 §2.1, by its recursive definition."""
    return _mth(leaves).hex()


def _mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + _mth(leaves[:k]) + _mth(leaves[k:])).digest()
