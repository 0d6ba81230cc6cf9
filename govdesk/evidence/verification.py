"""Streaming verification of a log: every column, the chain, the tree; constant memory.

The fast path rebuilds each leaf from its columns and compares bytes. At the first row that does
not fit, rows are held back until two linked, whole ones in a row (at most `LOOK_AHEAD`), and
`segments` says what happened in between. Reordering over a longer distance is reported as
deletions here and insertions there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from govdesk.evidence.leaf import GENESIS, Row, parse
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.report import NOT_JUDGED_WITHOUT_CHECKPOINT, Report
from govdesk.evidence.rows import Judgement, expected_leaf, judge
from govdesk.evidence.segments import Segment

LOOK_AHEAD = 1024


@dataclass(slots=True)
class State:
    """Where a verification stands; enough to go on from there another day.

    `prev` None means that the hash before the next row is not known (a range was asked for).
    """

    seq: int = 0
    prev: str | None = GENESIS
    at: str = ""
    tree: Frontier = field(default_factory=Frontier)
    offset: int = 0


class Verifier:
    """Feed rows in order of `seq`, then ask for the report."""

    def __init__(
        self,
        state: State | None = None,
        *,
        redacted_fields: frozenset[str] = frozenset(),
        contiguous: bool = True,
    ):
        self.state = state or State()
        self.report = Report()
        self.first_prev: str | None = None
        self.first_at = ""
        self.saw_absence = False
        self._from_start = self.state.seq == 0 and self.state.prev == GENESIS
        self._redacted_fields = redacted_fields
        self._contiguous = contiguous
        self._held: list[Judgement] = []
        self.tenant: str | None = None
        self._absent: dict[tuple[int, str], None] = {}
        self._finished = False

    def feed(self, rows: Iterable[Row]) -> None:
        """Check rows; may be called many times."""
        state, report = self.state, self.report
        push = state.tree.push
        for row in rows:
            report.rows += 1
            if report.rows == 1:
                self._start(row)
            if not self._held and row.seq == state.seq + 1 and row.tenant_path == self.tenant:
                prev = state.prev
                if prev is not None and not state.offset and expected_leaf(row, prev) == row.leaf:
                    digest = sha256(b"\x00" + row.leaf.encode()).digest()
                    if digest.hex() == row.leaf_hash and row.at >= state.at:
                        push(digest)
                        state.seq, state.prev, state.at = row.seq, row.leaf_hash, row.at
                        if row.action == "audit.erased":
                            self._erased(row)
                        continue
            self._hold(row)

    def adopt(self, state: State, rows: int) -> None:
        """Stand where rows that were verified elsewhere end; they were whole from event 1 on."""
        self.state = state
        self.report.rows, self.report.first_seq = rows, 1

    def finish(self) -> Report:
        """Judge what is held back and return the report; rows fed later are an error."""
        if not self._finished:
            self._finished = True
            if self._held:
                self._resolve(0)
            self._absences()
            self._verdict()
        return self.report

    def _start(self, row: Row) -> None:
        self.report.first_seq = row.seq
        self.first_at = row.at
        members = parse(row.leaf) or {}
        self.tenant = str(members.get("tenant_path", row.tenant_path))
        if self.state.prev is None or not self._contiguous:
            self.state.seq = row.seq - 1
            self._open_at(judge(row))
        self.first_prev = self.state.prev

    def _open_at(self, row: Judgement) -> None:
        """Begin in the middle: believe what the first leaf says of the one before it."""
        self.state.prev = row.prev if row.row.seq > 1 else GENESIS
        self.state.at = ""

    def _hold(self, row: Row) -> None:
        held = judge(row)
        if row.tenant_path != self.tenant and "tenant_path" not in held.wrong:
            held.wrong.append("tenant_path")
        if row.at < self.state.at and held.sound and held.seq == self.state.seq + 1:
            held.wrong.append("at")
        if not self._contiguous and not self._held and row.seq > self.state.seq + 1:
            self.state.seq = row.seq - 1
            self._open_at(held)
        if not self._held and self._follows(held):
            self._accept(held)
            return
        self._held.append(held)
        if len(self._held) >= 2 and self._linked(self._held[-2], held):
            self._resolve(2)
        elif len(self._held) >= LOOK_AHEAD:
            self._resolve(0)

    def _follows(self, row: Judgement) -> bool:
        state = self.state
        return (
            row.sound
            and row.seq == state.seq + 1
            and row.row.seq == row.seq + state.offset
            and row.prev == state.prev
        )

    def _linked(self, first: Judgement, second: Judgement) -> bool:
        return (
            first.sound
            and second.sound
            and second.prev == first.hash
            and second.seq == (first.seq or 0) + 1
            and first.row.seq - (first.seq or 0) == second.row.seq - (second.seq or 0)
            and (first.seq or 0) > self.state.seq
        )

    def _accept(self, row: Judgement) -> None:
        state = self.state
        state.tree.push(bytes.fromhex(row.hash))
        state.seq, state.prev = row.seq or state.seq + 1, row.hash
        state.at = max(state.at, row.row.at)
        for name in row.absent:
            self._absent[(state.seq, name)] = None
            self.saw_absence = True
        if row.row.action == "audit.erased":
            self._erased(row.row)

    def _resolve(self, whole_tail: int) -> None:
        state, rows = self.state, list(self._held)
        segment = Segment(state.prev, state.seq, state.offset, self._held, whole_tail)
        state.offset = segment.explain(self.report)
        for row in rows:
            state.tree.push(bytes.fromhex(row.hash))
            for name in row.absent:
                self._absent[(row.row.seq, name)] = None
                self.saw_absence = True
            if row.row.action == "audit.erased" and row.sound:
                self._erased(row.row)
        last = rows[-1]
        if whole_tail:
            state.seq, state.prev, state.at = last.seq or state.seq, last.hash, last.row.at
        else:
            state.seq = max(state.seq, *(r.row.seq - state.offset for r in rows[-1:]))
            state.prev = last.hash
        self._held = []

    def _erased(self, row: Row) -> None:
        """A later sealed ``audit.erased`` event accounts for an absence; itself it may not."""
        number, _, name = (row.entity_id or "").partition(":")
        if row.entity_type == "audit_event" and number.isdecimal():
            if self._absent.pop((int(number), name), 0) is None:
                self.report.erased += 1

    def _absences(self) -> None:
        for seq, name in self._absent:
            if name in self._redacted_fields:
                self.report.redacted += 1
            else:
                self.report.add(seq, seq, "altered", f"{name} is absent and nothing accounts for it")

    def _verdict(self) -> None:
        report, state = self.report, self.state
        if report.rows == 0:
            report.not_judged.append("anything: no events were given")
            return
        report.last_seq = state.seq + state.offset
        report.root = state.tree.root().hex()
        report.ok = not report.faults
        report.complete = None
        if not self._from_start:
            report.not_judged.append(f"events before {report.first_seq}: they were not given")
        elif self._contiguous:
            report.complete = not any(f.kind in ("deleted", "cut") for f in report.faults)
        report.not_judged.extend(NOT_JUDGED_WITHOUT_CHECKPOINT)


def verify(rows: Iterable[Row], state: State | None = None) -> Report:
    """Verify rows in order of `seq` and return the report."""
    verifier = Verifier(state)
    verifier.feed(rows)
    return verifier.finish()
