"""Streaming verification of a log: every column, the chain, the tree; constant memory.

The fast path rebuilds each leaf from its columns and compares bytes. At the first row that does
not fit, rows are held back until the chain is whole again (at most `LOOK_AHEAD` rows), and
`segments` says what happened in between. What is exchanged over a longer distance is named when
its second half comes. Memory grows with the faults found, not with the rows read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import islice
from types import MappingProxyType

from govdesk.evidence import stubs
from govdesk.evidence.absences import ERASED
from govdesk.evidence.ending import judge_end
from govdesk.evidence.leaf import GENESIS, INSTANT, Row, Stub
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.prunings import PRUNED, Range
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.rows import Judgement, expected_leaf, judge
from govdesk.evidence.scattered import Scattered
from govdesk.evidence.segments import Segment
from govdesk.evidence.standing import Standing
from govdesk.evidence.state import State

__all__ = ["LOOK_AHEAD", "State", "Verifier", "verify"]

LOOK_AHEAD = 1024
_SAME, _RENUMBERED = 2, 16
"""Linked whole rows after which a log counts as whole again; more where `seq` was shifted."""


class Verifier:
    """Feed rows in order of `seq`, then ask for the report.

    With `state` the verification goes on where another ended. `redacted_fields` may be absent, and
    so may `erased_fields`, pairs of `seq` and field. `tenant_path` is what every row must bear, by
    default the first whole row's. `checkpoint` is a root known from elsewhere. Rows that are not
    `contiguous` have gaps by design. Where rows do not reach the end of the log (`to_end`), an
    erasure that accounts for an absence may come later, so such an absence is not judged. `notes`
    say of rows, by `seq`, what their reader found wrong with them.

    Of the ranges that are said to be `pruned` a stub stands for every event, and right after its
    stub the row of one that was held. `marked` is the tree at the checkpoint's size.
    """

    def __init__(
        self,
        state: State | None = None,
        *,
        redacted_fields: frozenset[str] = frozenset(),
        erased_fields: frozenset[tuple[int, str]] = frozenset(),
        contiguous: bool = True,
        to_end: bool = True,
        tenant_path: str | None = None,
        checkpoint: Checkpoint | None = None,
        notes: Mapping[int, str] = MappingProxyType({}),
        pruned: Iterable[Range] = (),
    ):
        self.state = state or State()
        self.report = Report()
        self.first_prev: str | None = None
        self.first_at = ""
        self._scattered = None if contiguous else Scattered(self.state, self.report)
        self._to_end = to_end and contiguous
        self._from_start = self.state.tree.size == self.state.seq and contiguous
        self._resumed = self.state.seq if self.state.prev else 0
        self.state.absences.redactable = redacted_fields
        self.state.absences.declared = erased_fields
        self.state.prunings.declare(pruned)
        self.state.tenant_path = tenant_path or self.state.tenant_path
        self._tenant_given = self.state.tenant_path is not None
        self._checkpoint = checkpoint
        self._notes = notes
        self._mark = checkpoint.size if checkpoint else -1
        self.marked: Frontier | None = None
        if self._from_start and self.state.seq == self._mark:
            self._mark_tree()
        self._last: Row | None = None
        self._told = False
        self._held: list[Judgement] = []
        self._whole = 0
        self._early: dict[int, int] = {}
        self._finished = False
        self.shifted_from: int | None = None

    @classmethod
    def resume(
        cls,
        standing: Standing,
        last: Row | None,
        *,
        contiguous: bool = True,
        checkpoint: Checkpoint | None = None,
        pruned: Iterable[Range] = (),
    ) -> Verifier:
        """Go on where `standing` was taken, as if there had been no pause.

        `last` is the last verified row read again, if it is the same: only then can a row that
        follows another one show that this one, too, may be the wrong one. What `lacks` then names
        must be handed to `lead_in`. A `checkpoint` of events before the pause compares nothing.
        """
        standing = standing.copy()
        verifier = cls(standing.state, contiguous=contiguous, checkpoint=checkpoint, pruned=pruned)
        verifier.report.rows, verifier.report.first_seq = standing.rows, 1
        verifier.report.faults = standing.faults
        verifier.shifted_from = standing.shifted_from
        verifier._from_start, verifier._tenant_given = contiguous, True
        verifier._last, verifier._early = last, standing.early
        if verifier._scattered is not None:
            verifier._scattered.moved = standing.moved
        return verifier

    def standing(self) -> Standing | None:
        """Return what `resume` needs; None while rows are held back or none were read."""
        if self._held or self.report.first_seq is None:
            return None
        moved = {} if self._scattered is None else self._scattered.moved
        return Standing(
            self.state,
            self.report.rows,
            self.report.faults,
            self._early,
            moved,
            self.shifted_from,
        ).copy()

    @property
    def last(self) -> Row | None:
        """The last verified row, if it is still known."""
        return self._last

    @property
    def lacks(self) -> Range | None:
        """Numbers whose leaf hashes are needed before going on: their range was pruned since."""
        return self.state.prunings.lacks(self.state.seq)

    def lead_in(self, hashes: bytes) -> None:
        """Take the leaf hashes, 32 bytes each, of the events that `lacks` names."""
        if self.lacks is not None:
            self.state.prunings.lead_in(self.lacks[0], hashes)

    @property
    def tenant(self) -> str | None:
        """The tenant path that the rows bear."""
        return self.state.tenant_path

    def feed(self, rows: Iterable[Row | Stub]) -> None:
        """Check rows; may be called many times."""
        if self._scattered is not None:
            self._feed_scattered(rows, self._scattered)
            return
        state, report = self.state, self.report
        push = state.tree.push
        rows = iter(rows)
        if report.first_seq is None:
            for row in islice(rows, 1):
                self._step(row)
        for row in rows:
            if (
                row.seq == state.seq + 1
                and not self._held
                and type(row) is Row
                and row.tenant_path == state.tenant_path
            ):
                prev = state.prev
                leaf = None if prev is None or state.offset else expected_leaf(row, prev)
                if leaf is not None and leaf == row.leaf:
                    digest = sha256(b"\x00" + leaf.encode()).digest()
                    if digest.hex() == row.leaf_hash and row.at >= state.at:
                        push(digest)
                        report.rows += 1
                        state.seq, state.prev, state.at = row.seq, row.leaf_hash, row.at
                        self._last, self._told = row, False
                        if row.action == ERASED or row.action == PRUNED:
                            stubs.account(state, row)
                        if row.seq == self._mark:
                            self._mark_tree()
                        continue
            self._step(row)

    def _feed_scattered(self, rows: Iterable[Row | Stub], scattered: Scattered) -> None:
        for row in rows:
            if isinstance(row, Stub):
                continue
            self.report.rows += 1
            if self.report.first_seq is None:
                self._begin(judge(row))
                self.state.seq = row.seq - 1
            scattered.check(row)

    def finish(self) -> Report:
        """Judge what is held back and return the report; rows fed later are an error."""
        if not self._finished:
            self._finished = True
            if self._held:
                self._resolve(whole_tail=self._whole > 1, final=True)
            if self._scattered is not None:
                self._scattered.finish()
            self._verdict()
        return self.report

    def adopt(self, state: State, rows: int) -> None:
        """Stand where rows that were verified elsewhere end; they were whole from event 1 on."""
        self.state = state
        self.report.rows, self.report.first_seq = rows, 1

    def _step(self, row: Row | Stub) -> None:
        if isinstance(row, Stub):
            self._take_stub(row)
        else:
            self.report.rows += 1
            self._examine(row)

    def _take_stub(self, stub: Stub) -> None:
        if self._held:
            self._resolve(whole_tail=self._whole > 1, final=True)
        if self.report.first_seq is None:
            self._begin_at(stub.seq)
        stubs.take(self.state, self.report, stub)
        self._last, self._resumed = None, 0
        if stub.seq == self._mark:
            self._mark_tree()

    def _examine_held(self, row: Judgement) -> None:
        whole = stubs.check_held(self.state, self.report, row)
        if self.first_prev is None and self.state.seq == self.report.first_seq:
            self.first_prev = row.prev
        self._last, self._told = (row.row, False) if whole else (None, False)

    def _examine(self, row: Row) -> None:
        held = judge(row)
        if stubs.is_held(self.state, row) and not self._held:
            self._examine_held(held)
            return
        if self.state.tenant_path is None and held.sound:
            self.state.tenant_path = held.tenant_path
        if self.report.first_seq is None:
            self._begin(held)
        if not self._held and self._follows(held):
            self._accept(held)
            return
        linked = bool(self._held) and self._linked(self._held[-1], held)
        self._whole = self._whole + 1 if linked else int(held.leaf_whole)
        self._held.append(held)
        shifted = held.seq is None or held.row.seq - held.seq != self.state.offset
        if self._whole >= (_RENUMBERED if shifted else _SAME):
            self._resolve(whole_tail=True)
        elif len(self._held) >= LOOK_AHEAD:
            self._resolve(whole_tail=False)

    def _begin(self, row: Judgement) -> None:
        self.first_prev, self.first_at = row.prev, row.at
        self._begin_at(row.row.seq)

    def _begin_at(self, seq: int) -> None:
        self.report.first_seq = seq
        if self.state.seq == 0 and self.state.prev is None:
            self.state.seq = seq - 1
            self.state.prev = GENESIS if seq == 1 else None
            self._from_start = seq == 1

    def _follows(self, row: Judgement) -> bool:
        state = self.state
        return (
            row.sound
            and row.seq == state.seq + 1
            and row.row.seq == row.seq + state.offset
            and row.prev == state.prev
            and row.at >= state.at
            and row.tenant_path == state.tenant_path
        )

    def _linked(self, first: Judgement, second: Judgement) -> bool:
        if first.seq is None or second.seq is None:
            return False
        return (
            first.leaf_whole
            and second.leaf_whole
            and second.prev == first.hash
            and second.seq == first.seq + 1
            and first.row.seq - first.seq == second.row.seq - second.seq
            and first.seq >= self.state.seq
        )

    def _accept(self, row: Judgement) -> None:
        state = self.state
        state.tree.push(bytes.fromhex(row.hash))
        state.seq, state.prev, state.at = row.seq or state.seq, row.hash, row.at
        self._last, self._told = row.row, False
        self._account(row)
        if state.seq == self._mark:
            self._mark_tree()

    def _account(self, row: Judgement) -> None:
        self.state.absences.note(row.seq or row.row.seq, row.absent, row.row.action)
        if row.sound:
            stubs.account(self.state, row.row)

    def _resolve(self, *, whole_tail: bool, final: bool = False) -> None:
        state, rows, held = self.state, self._held, self._held
        anchor, before = state.prev, state.seq
        if self._last is not None:
            suspect = judge(self._last)
            suspect.told = self._told
            rows, anchor, before = [suspect, *held], suspect.prev, before - 1
        elif self._resumed and whole_tail:
            self._compare_with_resumed(rows)
        elif state.stub == state.seq and whole_tail:
            stubs.compare_with_next(state, self.report, rows)
        anchor = state.prev if self._last is None else anchor
        self._compare_claims(held, whole_tail=whole_tail)
        segment = Segment(anchor, before, state.offset, rows, whole_tail, final, self._early)
        state.offset = segment.explain(self.report)
        if state.offset and self.shifted_from is None:
            self.shifted_from = before + 1
        for row in held:
            state.tree.push(bytes.fromhex(row.hash))
            self._account(row)
            if row.seq == self._mark:
                self._mark_tree()
        self._go_on_after(held, whole_tail)
        self._held, self._whole = [], 0

    def _compare_claims(self, held: list[Judgement], *, whole_tail: bool) -> None:
        """Time never goes back, and a log has one tenant."""
        state, tenant = self.state, self.state.tenant_path
        if whole_tail and not self._tenant_given and state.seq <= 1:
            tenant = state.tenant_path = held[-1].tenant_path
        for row in held:
            if row.sound and row.tenant_path != tenant:
                row.wrong.append("tenant_path")
        at = state.at
        whole = [row for row in held if row.sound and row.placed]
        for row in sorted(whole, key=lambda row: row.row.seq):
            if row.row.seq > state.seq and INSTANT.fullmatch(row.at):
                if row.at < at:
                    row.wrong.append("at")
                at = max(at, row.at)

    def _compare_with_resumed(self, rows: list[Judgement]) -> None:
        first = next((r for r in rows if r.leaf_whole and r.seq == self.state.seq + 1), None)
        if first is not None and first.prev != self.state.prev:
            detail = "these are not the events that were verified before"
            self.report.add(1, self.state.seq, "rechained", detail)
            self.state.prev = None

    def _go_on_after(self, held: list[Judgement], whole_tail: bool) -> None:
        state, last = self.state, held[-1]
        self._resumed = 0
        if whole_tail or (last.leaf_whole and last.seq == last.row.seq - state.offset):
            state.seq, state.prev, state.at = last.seq or state.seq, last.hash, last.at
            self._last, self._told = last.row, last.told
        else:
            state.seq = max(state.seq, last.row.seq - state.offset)
            state.prev, self._last = None, None

    def _mark_tree(self) -> None:
        tree = self.state.tree
        if not self.report.faults:
            self.marked = Frontier(tree.size, list(tree.edge))

    def _verdict(self) -> None:
        report, state = self.report, self.state
        if report.rows == 0:
            report.undecided = True
            report.not_judged.append("anything: no events were given")
            if report.first_seq is None:
                return
        state.absences.report(report, to_end=self._to_end)
        state.prunings.report(report, to_end=self._to_end)
        report.last_seq = state.seq + state.offset
        report.root = state.tree.root().hex()
        judge_end(report, state.seq, self._checkpoint, self.marked if self._from_start else None)
        for event, number in self._early.items():
            if number:
                report.add(number, number, "inserted", f"a copy of event {event}")
        report.settle(self._notes)
        if self._scattered is not None:
            report.not_judged.append("whether every event is there: rows were left out by design")
        elif not self._from_start:
            report.not_judged.append(f"events before {report.first_seq}: they were not given")
        else:
            report.complete = not any(f.kind in ("deleted", "cut") for f in report.faults)


def verify(rows: Iterable[Row], state: State | None = None) -> Report:
    """Verify rows in order of `seq` and return the report."""
    verifier = Verifier(state)
    verifier.feed(rows)
    return verifier.finish()
