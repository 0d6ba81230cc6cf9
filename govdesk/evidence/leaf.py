"""The leaf, version 1: the exact bytes that are hashed. Specification: ``docs/spec/leaf-v1.md``.

Compatibility: a log sealed by any release verifies with every later one; a change of this form
would be version 2 beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from govdesk.evidence.canonical import canonical

GENESIS: Final = "0" * 64
"""`prev` of the first leaf of a log."""

COMMITTED: Final = ("actor", "diff", "ip", "on_behalf_of", "reason", "session_id", "summary")
"""Fields that a leaf commits to instead of naming them, in canonical order."""

MEMBERS: Final = (
    "action",
    "at",
    "commitments",
    "entity_id",
    "entity_type",
    "occurred_at",
    "prev",
    "request_id",
    "seq",
    "severity",
    "system_id",
    "tenant_path",
    "v",
)
"""Members of a leaf, in canonical order."""

NULLABLE: Final = ("entity_id", "occurred_at", "request_id", "system_id")
"""Clear members that may be null."""

SALT_BYTES: Final = 16
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CLEAR: Final = re.compile(r"[ !#-\[\]-~]{1,128}")
"""What a clear string may be: 1 to 128 printable ASCII characters but quote and backslash."""


class Row(NamedTuple):
    """One event as text, exactly as on a JSONL line; null is None. `salts` and `diff` are JSON.

    `leaf_hash` is lower-case hex. The order is that of the columns in `govdesk.database.rows`.
    """

    seq: int
    at: str
    occurred_at: str | None
    severity: str
    action: str
    actor: str | None
    on_behalf_of: str | None
    entity_type: str
    entity_id: str | None
    system_id: str | None
    summary: str | None
    diff: str | None
    reason: str | None
    request_id: str | None
    session_id: str | None
    ip: str | None
    tenant_path: str
    salts: str
    leaf: str
    leaf_hash: str


class Stub(NamedTuple):
    """An event whose row is gone: only its leaf hash is known, in lower-case hex, from a tile."""

    seq: int
    leaf_hash: str


def commitment(salt: bytes, value: object) -> str:
    """Return hex of SHA-256(salt ‖ canonical(value)); `salt` has 16 bytes."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ leaf), the leaf hash of RFC 6962 §2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def build(clear: Mapping[str, object], commitments: Mapping[str, str], prev: str) -> bytes:
    """Return the leaf for clear members (all but commitments, prev, v) and the hash before it.

    Raises ValueError for members that are missing, too many or outside the grammar.
    """
    document = {**clear, "commitments": dict(commitments), "prev": prev, "v": 1}
    if tuple(sorted(document)) != MEMBERS:
        raise ValueError(f"a leaf has the members {', '.join(MEMBERS)}")
    for name, value in clear.items():
        form = INSTANT if name in ("at", "occurred_at") else CLEAR
        nullable = value is None and name in NULLABLE
        if (
            name != "seq"
            and not nullable
            and not (isinstance(value, str) and form.fullmatch(value))
        ):
            raise ValueError(f"{name} cannot be {value!r} in a leaf")
    return canonical(document)


def parse(leaf: str) -> dict[str, object] | None:
    """Return the members of a leaf, or None if the text is not a canonical version-1 leaf."""
    try:
        document = json.loads(leaf)
        if not isinstance(document, dict) or tuple(document) != MEMBERS:
            return None
        if canonical(document).decode() != leaf:
            return None
    except (ValueError, RecursionError):
        return None
    members = cast("dict[str, object]", document)
    commitments = members["commitments"]
    sound = (
        members["v"] == 1
        and type(members["seq"]) is int
        and isinstance(members["prev"], str)
        and isinstance(commitments, dict)
        and tuple(commitments) == COMMITTED
    )
    return members if sound else None
