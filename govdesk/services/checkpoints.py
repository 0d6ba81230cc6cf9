"""Checkpoints as a member uses them: the newest, all of them, one now, proofs, files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from govdesk.database import nudging, tree
from govdesk.database.connection import Session
from govdesk.database.tree import AnnouncedKey, ProofParts
from govdesk.domain.problem import Problem
from govdesk.evidence import proofs, tlog
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.proofs import BadProof
from govdesk.exports.files import WholeFile
from govdesk.services import attention, checkpoint_files

WAIT_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.2
_ALL: Final = 1000


class NotSigned(Problem):
    """No worker signed in time; the sentence says why, as far as the database knows."""


class SigningCancelled(Exception):
    """Whoever waited for a checkpoint does not want it any more; it may come all the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """One checkpoint of a list. `root` is hex; `keys` are the hashes of the keys that signed it."""

    size: int
    root: str
    created_at: datetime
    keys: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    """Checkpoints, the largest first, and the cursor of the next page."""

    items: list[Row]
    next: int | None


def newest(session: Session) -> SignedCheckpoint | None:
    """Return the newest checkpoint, read and not yet believed.

    Raises `govdesk.database.tree.UnreadableCheckpoint` if what stands there is none.
    """
    return tree.newest_checkpoint(session)


def list_checkpoints(session: Session, *, before: int | None = None, limit: int = 50) -> Page:
    """Return checkpoints smaller than `before`, the largest first."""
    found = tree.stored_checkpoints(session, before=before, limit=limit + 1)
    rows = [_row(one, session.tenant_path) for one in found[:limit]]
    return Page(rows, rows[-1].size if len(found) > limit else None)


def _row(stored: tree.Stored, tenant_path: str) -> Row:
    lines = stored.signed(tenant_path).signed.signatures
    keys = tuple(line.hash.hex() for line in lines)
    return Row(stored.tree.size, stored.tree.root.hex(), stored.created_at, keys, stored.note)


def keys(session: Session) -> list[AnnouncedKey]:
    """Return the keys that workers say they sign with, the newest first."""
    return tree.announced_keys(session)


def sign_now(
    session: Session,
    seconds: float = WAIT_SECONDS,
    cancel: threading.Event | None = None,
    nudge: Callable[[Session], object] | None = None,
) -> SignedCheckpoint:
    """Have a worker sign the log as it is now, and return the checkpoint.

    Raises `NotSigned` when none came within `seconds`, with what the database knows about why, and
    `SigningCancelled` soon after `cancel` is set.
    """
    wanted = tree.request_checkpoint(session)
    (nudge or _nudge)(session)
    waiting, until = cancel or threading.Event(), time.monotonic() + seconds
    while True:
        found = tree.newest_checkpoint(session)
        if found is not None and found.tree.size >= wanted:
            return found
        if time.monotonic() >= until:
            raise _why_not(session, seconds)
        if waiting.wait(_LOOK_SECONDS):
            raise SigningCancelled


def _nudge(session: Session) -> None:
    nudging.nudge(session.connection)


def _why_not(session: Session, seconds: float) -> NotSigned:
    needs = {need.kind: need for need in attention.needs(session)}
    if "audit_fault" in needs:
        return NotSigned(
            f"The worker refuses to sign this log. {needs['audit_fault'].sentence}",
            "Compare with a checkpoint from outside the database; if a backup was restored, declare"
            " it.",
            exit_code=1,
        )
    if "worker_silent" in needs:
        return NotSigned(
            "No worker is alive, and only a worker can sign.", "Start one: govdesk worker."
        )
    return NotSigned(
        f"No checkpoint came in {seconds:.0f} s.",
        "Make sure that a worker runs; its log says what it waits for. The checkpoint may still"
        " come.",
    )


def proof(session: Session, seq: int) -> str:
    """Return a C2SP tlog-proof: that event `seq` stands in the newest signed checkpoint.

    It was checked before it is returned. Raises `Problem` if no checkpoint covers the event yet
    (exit code 2), or if the hashes of the server do not lead to the checkpoint (exit code 1).
    """
    if seq < 1:
        raise Problem("Events are numbered from 1.", exit_code=2)
    parts = tree.proof_parts(session, seq - 1)
    if parts is None or seq > parts.checkpoint.tree.size:
        size = parts.checkpoint.tree.size if parts else 0
        raise Problem(
            f"No checkpoint covers event {seq:,} yet; the newest covers {size:,} events.",
            "Ask for one: govdesk checkpoints sign.",
            exit_code=2,
        )
    return _proof(parts, seq - 1)


def _proof(parts: ProofParts, index: int) -> str:
    checkpoint = parts.checkpoint
    path = proofs.inclusion(parts.hashes, index, checkpoint.tree.size)
    try:
        leaf = parts.leaf or parts.hashes.leaves(index, 1)
        proofs.verify_inclusion(leaf, index, checkpoint.tree, path)
    except BadProof as error:
        raise Problem(
            f"Event {index + 1:,} is not in the tree that was signed: {error}.",
            "The log was changed. Verify it: govdesk audit verify.",
            exit_code=1,
        ) from None
    return tlog.InclusionProof(index, tuple(path), checkpoint).text


def write_proof(target: Path, text: str, *, force: bool = False) -> None:
    """Write a proof to a file that appears whole or not at all; raises `FileProblem`."""
    file = WholeFile(target, {"format": "tlog-proof"}, force=force)
    try:
        file.write(text.encode())
        file.finish(None)
    except BaseException:
        file.discard()
        raise


def export(session: Session, folder: Path, *, every: bool = False) -> list[Path]:
    """Write the newest checkpoint, or `every` one, below `folder`; returns the files.

    Raises `CheckpointFileProblem`; and `Problem` while there is none.
    """
    written: list[Path] = []
    before: int | None = None
    while found := tree.stored_checkpoints(session, before=before, limit=_ALL if every else 1):
        path = session.tenant_path
        written += [checkpoint_files.write(folder, one.signed(path)) for one in found]
        before = found[-1].tree.size
        if not every:
            break
    if not written:
        raise Problem(
            "This log has no checkpoint yet.", "Ask for one: govdesk checkpoints sign.", exit_code=2
        )
    return written
