"""The tree over a log as the database keeps it: hashes, checkpoints, restores, pruned ranges.

Nothing here is believed for itself: proofs are computed where it is read, and end in the root of a
signed checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.database.tree_hashes import (
    HASH,
    LEAVES,
    MOST_LEAVES,
    TILE,
    WIDTH,
    MissingHashes,
    Place,
    SessionHashes,
    StoredHashes,
    WorkerHashes,
    bound_rows,
)
from govdesk.evidence.checkpoints import BadCheckpoint, SignedCheckpoint, Tree

__all__ = [
    "HASH",
    "MOST_LEAVES",
    "TILE",
    "WIDTH",
    "AnnouncedKey",
    "Gap",
    "MissingHashes",
    "Place",
    "ProofParts",
    "Restore",
    "SessionHashes",
    "Stored",
    "StoredHashes",
    "UnreadableCheckpoint",
    "WorkerHashes",
    "announced_keys",
    "newest_checkpoint",
    "proof_parts",
    "pruned",
    "request_checkpoint",
    "restores",
    "stored_checkpoints",
]


class UnreadableCheckpoint(DatabaseProblem):
    """What stands in the database as a checkpoint is none of this log: somebody altered it."""

    def __init__(self, size: int, why: str):
        super().__init__(
            f"Checkpoint {size:,} in the database is not what a worker signed: {why}.",
            "Keep the database as it is and compare with a checkpoint from outside it.",
            exit_code=1,
        )
        self.size = size


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint as it stands in the database; `signed` reads what the note itself says."""

    tree: Tree
    note: str
    created_at: datetime

    def signed(self, tenant_path: str) -> SignedCheckpoint:
        """Return the note, read; raises `UnreadableCheckpoint` if it is about something else."""
        return _signed(self.tree, self.note, tenant_path)


def _signed(tree: Tree, note: str, tenant_path: str) -> SignedCheckpoint:
    try:
        found = SignedCheckpoint.parse(note)
    except BadCheckpoint as error:
        raise UnreadableCheckpoint(tree.size, str(error)) from None
    if (found.tenant_path, found.tree) != (tenant_path, tree):
        raise UnreadableCheckpoint(tree.size, "its note is about another log or size")
    return found


@dataclass(frozen=True, slots=True)
class Restore:
    """A declared restore: who had `known` is to accept that the log goes on from `found`."""

    known: Tree
    found: Tree
    declared_at: datetime
    id: str = ""
    requester: str = ""
    reviewer: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Events `first` to `last`, whose rows are gone save `held` of them."""

    first: int
    last: int
    held: int


def newest_checkpoint(session: Session) -> SignedCheckpoint | None:
    """Return the newest checkpoint of the session's organisation, read and not yet believed.

    Raises `UnreadableCheckpoint` if what stands there is none of this log.
    """
    stored = stored_checkpoints(session, limit=1)
    return stored[0].signed(session.tenant_path) if stored else None


def stored_checkpoints(
    session: Session, *, before: int | None = None, limit: int = 50
) -> list[Stored]:
    """Return checkpoints smaller than `before`, the largest first."""
    tenant = session.tenant_id
    with session.reading() as connection:
        found = connection.execute(
            "SELECT size, root, note, created_at FROM govdesk.audit_checkpoint"
            " WHERE tenant_id = %s AND size < coalesce(%s, 9223372036854775807)"
            " ORDER BY size DESC LIMIT %s",
            (tenant, before, limit),
        ).fetchall()
    return [Stored(Tree(size, bytes(root)), note, at) for size, root, note, at in found]


@dataclass(frozen=True, slots=True)
class ProofParts:
    """What the proof of one event needs: the newest checkpoint, not yet believed, and hashes.

    `leaf` is the event's leaf hash as the log has it; empty where there is no such event.
    """

    checkpoint: SignedCheckpoint
    leaf: bytes
    hashes: SessionHashes


_LEAF, _ROOT, _NOTE = -2, -3, -4
_LARGEST: Final = 2**62
_PARTS: Final = (
    "SELECT part, number, bytes FROM govdesk_api.proof_parts(%(token)s, %(path)s, %(index)s)"
)


def proof_parts(session: Session, index: int) -> ProofParts | None:
    """Read, in one round trip, what proves leaf `index`; None while there is no checkpoint.

    Raises `UnreadableCheckpoint` if what stands there as one is none of this log; `SessionEnded`.
    """
    found = bound_rows(session, _PARTS, {"index": min(index, _LARGEST)})
    other = {level: (size, text) for level, size, text in found if level < LEAVES}
    if _NOTE not in other:
        return None
    (size, root), (_, note), (_, leaf) = other[_ROOT], other[_NOTE], other[_LEAF]
    checkpoint = _signed(Tree(size, bytes(root)), bytes(note).decode(), session.tenant_path)
    tiles = [row for row in found if row[0] >= LEAVES]
    hashes = SessionHashes(session, (size // WIDTH * WIDTH, tiles))
    return ProofParts(checkpoint, bytes(leaf or b""), hashes)


def restores(session: Session) -> list[Restore]:
    """Return the declared restores of the session's organisation, the oldest first."""
    tenant = session.tenant_id
    with session.reading() as connection:
        found = connection.execute(
            "SELECT known_size, known_root, found_size, found_root, declared_at, id::text,"
            " requester, reviewer, reason FROM govdesk.audit_restore"
            " WHERE tenant_id = %s ORDER BY declared_at, known_size",
            (tenant,),
        ).fetchall()
    return [
        Restore(Tree(known, bytes(known_root)), Tree(size, bytes(root)), *rest)
        for known, known_root, size, root, *rest in found
    ]


def pruned(session: Session) -> list[Gap]:
    """Return the ranges whose rows are gone, the oldest first."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT first, last, held FROM govdesk_api.pruned() ORDER BY first"
        ).fetchall()
    return [Gap(*row) for row in found]


def request_checkpoint(session: Session) -> int:
    """Ask the workers to sign at once; returns the size that they are to sign, or a larger one."""
    with session.transaction() as connection:
        row = connection.execute("SELECT govdesk_api.request_checkpoint()").fetchone()
    if row is None:
        raise DatabaseProblem("The server did not answer.")
    return int(row[0])


@dataclass(frozen=True, slots=True)
class AnnouncedKey:
    """A key that a worker says it signs with; what to believe is decided elsewhere."""

    vkey: str
    public: bytes
    host: str
    created_at: datetime
    retired_at: datetime | None


def announced_keys(session: Session) -> list[AnnouncedKey]:
    """Return the keys that the log of the session's organisation was signed with, newest first."""
    tenant = session.tenant_id
    with session.reading() as connection:
        found = connection.execute(
            "SELECT vkey, public_key, host, created_at, retired_at FROM govdesk.checkpoint_key"
            " WHERE tenant_id = %s ORDER BY created_at DESC, vkey",
            (tenant,),
        ).fetchall()
    return [AnnouncedKey(vkey, bytes(public), *rest) for vkey, public, *rest in found]
