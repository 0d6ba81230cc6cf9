"""Whether a checkpoint is to be believed, and whether one log is the continuation of another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from govdesk.evidence.checkpoints import SignedCheckpoint, Tree, origin
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import BadNote, BadSignature, VerifierKey
from govdesk.evidence.proofs import (
    BadProof,
    Hashes,
    HashesMissing,
    consistency,
    edges,
    inclusion,
    verify_consistency,
    verify_inclusion,
)
from govdesk.evidence.report import Checkpoint, Fault, Report
from govdesk.evidence.state import State

UNKNOWN_SIGNER = "who signed the checkpoint: no key of this log is trusted here"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a checkpoint is worth: to be compared with where `fault` is None.

    `by` is the trusted key that signed it; without one the verdict cannot be better than *cannot
    judge*, whatever the rows look like.
    """

    checkpoint: Checkpoint | None
    tree: Tree | None = None
    by: VerifierKey | None = None
    fault: Fault | None = None

    def into(self, report: Report) -> None:
        """Add to a finished report what the signature says of it."""
        if self.fault is not None:
            report.faults.append(self.fault)
            report.ok = False
        elif self.by is None:
            report.undecided = True
            report.not_judged.insert(0, UNKNOWN_SIGNER)
            report.ok = None if report.ok else report.ok


def judge_checkpoint(
    note: str | bytes, keys: Collection[VerifierKey], tenant_path: str | None = None
) -> Judged:
    """Check who signed a checkpoint, and that it is of that tenant's log; never raises.

    A fault (`signature`) is: a text that is no checkpoint, the checkpoint of another log, a
    signature of a trusted key that does not fit, and one that none of the log's trusted keys
    signed. Where no key of the log is trusted at all, nothing is known.
    """
    try:
        found = SignedCheckpoint.parse(note)
        if tenant_path is not None and found.origin != origin(tenant_path):
            return _refused(f"the checkpoint is that of another log: {found.origin}")
        signers = found.verified_by(keys)
    except BadSignature as error:
        return _refused(f"the checkpoint is not to be believed: {error}")
    except BadNote as error:
        return _refused(f"this is no checkpoint: {error}")
    known, size, root = signers[0] if signers else None, found.tree.size, found.tree.root
    if known is None and any(key.name == found.origin for key in keys):
        return _refused("no key that is trusted for this log signed the checkpoint")
    return Judged(Checkpoint(size, root.hex(), known.text if known else None), found.tree, known)


def _refused(detail: str) -> Judged:
    return Judged(None, fault=Fault(0, 0, "signature", detail))


def compare_trees(hashes: Hashes, known: Tree, found: Tree) -> Fault | None:
    """Compare a log as it was once seen with what is found now; None if it only grew.

    Both must come from checkpoints that are believed; `hashes` are those of the log as it is now,
    and may lie. A log that became shorter was `rolled_back`; two roots of one size are a `forked`
    log; a longer one that does not continue the known one was `rechained`. Raises `HashesMissing`
    where the hashes that a proof needs are not there.
    """
    if found.size < known.size:
        detail = f"the log was known to have {known.size} events and now has {found.size}"
        return Fault(found.size + 1, known.size, "rolled_back", detail)
    if found.size == known.size:
        if found.root == known.root:
            return None
        return Fault(1, known.size, "forked", f"two logs of {known.size} events were signed")
    try:
        verify_consistency(known, found, consistency(hashes, known.size, found.size))
    except BadProof:
        detail = "the log does not continue the one that was known"
        return Fault(1, known.size, "rechained", detail)
    return None


def state_at(hashes: Hashes, tree: Tree) -> State:
    """Return where a verification stands at a believed checkpoint; only newer rows need be read.

    The hashes are proven against the tree: raises `BadProof` if they are others and
    `HashesMissing` if they are not there. Absences before it are then not judged.
    """
    if tree.size == 0:
        return State()
    frontier = Frontier(tree.size, list(edges(hashes, tree.size, tree.size, tree.size).left))
    if frontier.root() != tree.root:
        raise BadProof("the tree's hashes lead to another root")
    last = hashes.leaves(tree.size - 1, 1)
    if len(last) != 32:
        raise HashesMissing(f"the hash of leaf {tree.size - 1} is not there")
    verify_inclusion(last, tree.size - 1, tree, inclusion(hashes, tree.size - 1, tree.size))
    return State(tree.size, last.hex(), tree=frontier)
