"""Verification of the whole log on the server, judged by the checkpoint that is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from govdesk.database import pruned_rows, rows
from govdesk.database.connection import Session, connect
from govdesk.database.tree import SessionHashes
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.judging import state_at
from govdesk.evidence.leaf import Row, Stub
from govdesk.evidence.parallel import verify_in_parallel
from govdesk.evidence.proofs import BadProof, HashesMissing
from govdesk.evidence.prunings import Range
from govdesk.evidence.report import (
    NOT_JUDGED_WITHOUT_CHECKPOINT,
    Checkpoint,
    FaultKind,
    Report,
)
from govdesk.evidence.verification import State, Verifier
from govdesk.services.witness import Witness
from govdesk.services.witness_memory import Known
from govdesk.services.witness_verdict import Verdict

Progress = Callable[[int, int], None]

_KINDS: dict[str, FaultKind] = {
    "rolled_back": "rolled_back",
    "forked": "forked",
    "rechained": "rechained",
    "unsigned_key": "signature",
    "bad_signature": "signature",
}
_LOST = ("cut", "rolled_back", "forked", "rechained")


UNCOMPARED: Final = "the checkpoint's root: the events up to it were not all read now"
"""What a verifier says of a checkpoint before the events that it was given."""


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a verifying process needs to read a range by itself."""

    url: str = field(repr=False)
    token: str = field(repr=False)
    tenant_path: str
    pruned: tuple[Range, ...]

    def __call__(self, first: int, last: int) -> Iterator[Row | Stub]:
        session = Session(connect(self.url), self.token, self.tenant_path)
        try:
            yield from pruned_rows.evidence(session, self.pruned, first, last)
        finally:
            session.close()


def verify(
    session: Session,
    url: str,
    *,
    processes: int = 1,
    progress: Progress = _silent,
    witness: Witness | None = None,
    since_checkpoint: bool = False,
) -> Report:
    """Verify the whole log that the session sees, as it stood when the reading began.

    With a `witness` it must also continue what that saw signed, and hold its checkpoint; without
    one the report says what that leaves open. `since_checkpoint` reads only the events after the
    newest checkpoint up to which they were all verified here, and proves the rest by its tree. A
    scoped reader's rows are checked one by one, and the report says what that leaves open.
    """
    verdict = None if witness is None else witness.check(session)
    if not rows.sees_everything(session):
        return _verify_scoped(session, progress, verdict)
    run = _Verification(session, url, witness, verdict, progress)
    report = run.run(processes, since_checkpoint=since_checkpoint)
    if report.faults and pruned_rows.ranges(session) != run.pruned:
        # A month was pruned while it was being read: its rows were not deleted.
        run = _Verification(session, url, witness, verdict, progress)
        report = run.run(processes, since_checkpoint=since_checkpoint)
    return report


class _Verification:
    """One run over a log that is seen whole."""

    def __init__(
        self,
        session: Session,
        url: str,
        witness: Witness | None,
        verdict: Verdict | None,
        progress: Progress,
    ):
        self._session, self._url = session, url
        self._witness, self._verdict, self._progress = witness, verdict, progress
        self.pruned = pruned_rows.ranges(session)
        newest = rows.head(session)
        self._newest = 0 if newest is None else newest.seq
        self._known = None if witness is None else witness.remembered().newest

    def run(self, processes: int, *, since_checkpoint: bool) -> Report:
        if not self._newest:
            report = Verifier().finish()
        else:
            begun = self._begun() if since_checkpoint else None
            if begun is not None:
                report = self._read_on(*begun)
            elif processes > 1:
                source = _Source(
                    self._url, self._session.token, self._session.tenant_path, self.pruned
                )
                report = verify_in_parallel(
                    source,
                    self._newest,
                    processes,
                    pruned=self.pruned,
                    checkpoint=self._mark(),
                )
            else:
                report = self._read(State(), 1)
            self._compare_end(report)
        self._judge(report)
        if report.ok and report.complete and self._witness is not None and report.root:
            tree = Tree(self._newest, bytes.fromhex(report.root))
            if report.last_seq == tree.size:
                self._witness.note_verified(tree)
        return report

    def _mark(self) -> Checkpoint | None:
        known = self._known
        if known is None or (self._rolled_back and known.tree.size > self._newest):
            return None
        return Checkpoint(known.tree.size, known.tree.root.hex(), known.signed_by.text)

    @property
    def _rolled_back(self) -> bool:
        return self._verdict is not None and self._verdict.state == "rolled_back"

    def _read(self, state: State, first: int) -> Report:
        verifier = Verifier(state, checkpoint=self._mark(), pruned=self.pruned)
        source = pruned_rows.evidence(self._session, self.pruned, first, self._newest)
        verifier.feed(_watched(source, self._newest - first + 1, self._progress))
        return verifier.finish()

    # Only what is new

    def _begun(self) -> tuple[State, Tree] | None:
        """Where a verification on this computer ended, if the log still holds it."""
        verified = None if self._witness is None else self._witness.remembered().verified
        if verified is None or verified.tree.size > self._newest:
            return None
        try:
            return state_at(SessionHashes(self._session), verified.tree), verified.tree
        except (BadProof, HashesMissing):
            # It is another log; a full reading names what is wrong with it.
            return None

    def _read_on(self, state: State, tree: Tree) -> Report:
        if tree.size == self._newest:
            report = _nothing_new(tree)
        else:
            report = self._read(state, tree.size + 1)
        self._judge_older(report, tree)
        report.not_judged.insert(
            0,
            f"the columns of events 1 to {tree.size}: they were not read again; that their tree is"
            " still the one that was verified here is proven",
        )
        return report

    def _judge_older(self, report: Report, tree: Tree) -> None:
        """A checkpoint of no more than was verified before: proven by its tree, not by reading."""
        mark = self._mark()
        if mark is None or mark.size > tree.size or self._witness is None:
            return
        report.checkpoint = mark
        said = (UNCOMPARED, *NOT_JUDGED_WITHOUT_CHECKPOINT)
        report.not_judged = [one for one in report.not_judged if one not in said]
        other = self._witness.covered(self._session, tree)
        if other:
            report.add(1, mark.size, "rechained", other)
            report.ok = False

    # The verdict

    def _compare_end(self, report: Report) -> None:
        if report.last_seq is not None and report.last_seq < self._newest:
            last = report.last_seq + 1
            report.add(last, self._newest, "cut", "the end was there when reading began")
            report.ok, report.complete = False, False
        pending = rows.unsealed(self._session)
        if pending:
            report.add(
                self._newest, self._newest, "unsealed", f"{pending} captured rows are not sealed"
            )
            report.ok = False

    def _judge(self, report: Report) -> None:
        verdict = self._verdict
        if verdict is None:
            return
        if not verdict.is_alarm:
            _say_whose_key(report, self._witness, self._known)
            return
        detail = verdict.detail or verdict.title.lower()
        kind = _KINDS.get(verdict.state)
        if kind is None:
            report.undecided = True
            report.not_judged.insert(0, f"whether the log continues what was seen here: {detail}")
            report.ok = False if report.faults else None
        elif kind == "signature" or not any(fault.kind in _LOST for fault in report.faults):
            first, last = _range(verdict, report)
            report.add(first, last, kind, detail)
            report.ok = False
            report.complete = False if kind == "rolled_back" else report.complete


def _range(verdict: Verdict, report: Report) -> tuple[int, int]:
    known = verdict.remembered
    if known is None or verdict.state in ("unsigned_key", "bad_signature"):
        return 0, 0
    if verdict.state == "rolled_back":
        last = report.last_seq or 0
        return min(last + 1, known.tree.size), known.tree.size
    good = 0 if verdict.last_good is None else verdict.last_good.tree.size
    return min(good + 1, known.tree.size), known.tree.size


def _say_whose_key(report: Report, witness: Witness | None, known: Known | None) -> None:
    if witness is None or known is None or report.checkpoint is None:
        return
    if not witness.is_compared(known.signed_by):
        report.not_judged.append(
            "whether the checkpoint's key is the worker's: its fingerprint was not compared on this"
            " computer yet"
        )


def _nothing_new(tree: Tree) -> Report:
    """Nothing was sealed since: the tree is the verified one."""
    report = Report(ok=True, complete=True, last_seq=tree.size, root=tree.root.hex())
    report.not_judged.extend(NOT_JUDGED_WITHOUT_CHECKPOINT)
    return report


def _verify_scoped(session: Session, progress: Progress, verdict: Verdict | None) -> Report:
    newest = rows.head(session)
    if newest is None:
        return Verifier().finish()
    verifier = Verifier(State(prev=None), contiguous=False)
    source = rows.stream(session, 1, newest.seq)
    verifier.feed(_watched(source, newest.seq, progress))
    report = verifier.finish()
    report.not_judged.insert(0, "completeness: this account sees a part of the organization")
    kind = None if verdict is None else _KINDS.get(verdict.state)
    if verdict is not None and kind is not None:
        report.add(*_range(verdict, report), kind, verdict.detail or verdict.title.lower())
        report.ok = False
    return report


def _watched(source: Iterable[Row | Stub], total: int, progress: Progress) -> Iterator[Row | Stub]:
    for count, row in enumerate(source, 1):
        if count % 8192 == 0:
            progress(count, total)
        yield row
