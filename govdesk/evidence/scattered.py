"""Verification of rows with gaps between them: a filtered export, or what a scoped reader sees.

Each row is checked whole; links are compared between neighbours only. What is missing cannot be
told from what was left out.
"""

from __future__ import annotations

from hashlib import sha256

from govdesk.evidence.absences import ERASED
from govdesk.evidence.leaf import Row
from govdesk.evidence.report import Report
from govdesk.evidence.rows import Judgement, expected_leaf, judge
from govdesk.evidence.state import State

_PREV = ',"prev":"'
_REPLACED = "another event was sealed here: the next one names another hash"


class Scattered:
    """Checks rows of ascending `seq` one by one; faults go to `report`, the tree to `state`.

    `moved` are whole rows that stand at a number other than their own: event and number.
    """

    def __init__(self, state: State, report: Report):
        self._state, self._report = state, report
        self._last: Judgement | Row | None = None
        self.moved: dict[int, int] = {}
        self._number = 0

    def check(self, row: Row) -> None:
        """Check one row."""
        state = self._state
        self._number = row.seq
        if row.seq == state.seq + 1 and state.prev is not None:
            prev = state.prev
        else:
            start = row.leaf.find(_PREV) + len(_PREV)
            prev = row.leaf[start : start + 64]
        if (
            row.seq > state.seq
            and row.tenant_path == state.tenant_path
            and expected_leaf(row, prev) == row.leaf
        ):
            digest = sha256(b"\x00" + row.leaf.encode()).digest()
            if digest.hex() == row.leaf_hash and row.at >= state.at:
                state.tree.push(digest)
                state.seq, state.prev, state.at, self._last = row.seq, row.leaf_hash, row.at, row
                if row.action == ERASED:
                    state.absences.account(row)
                return
        self._examine(judge(row))

    def _examine(self, row: Judgement) -> None:
        state = self._state
        state.tree.push(bytes.fromhex(row.hash))
        if state.tenant_path is None and row.sound:
            state.tenant_path = row.tenant_path
        if row.sound and row.tenant_path != state.tenant_path:
            row.wrong.append("tenant_path")
        if row.sound and row.placed and row.row.seq > state.seq and row.at < state.at:
            row.wrong.append("at")
        state.absences.note(row.seq or row.row.seq, row.absent, row.row.action)
        if row.row.action == ERASED and row.sound:
            state.absences.account(row.row)
        if not row.sound:
            names = ", ".join(dict.fromkeys(row.wrong))
            self._report.add(row.row.seq, row.row.seq, "altered", f"not what was sealed: {names}")
        elif not row.placed:
            self.moved[row.seq or 0] = row.row.seq
        elif row.row.seq <= state.seq:
            self._again(row)
            return
        elif row.row.seq == state.seq + 1 and state.prev not in (None, row.prev):
            self._report.add(state.seq, state.seq, "altered", _REPLACED)
        self._step_to(row)

    def _step_to(self, row: Judgement) -> None:
        """Go on from the number that the leaf names; nothing follows from one that is not whole."""
        state = self._state
        state.prev = None
        if row.seq is not None and row.seq > state.seq and (row.sound or row.placed):
            state.seq, self._last = row.seq, row
            state.prev = row.hash if row.leaf_whole else None
            state.at = max(state.at, row.at) if row.sound else state.at

    def _again(self, row: Judgement) -> None:
        """A number that is not above the one before it."""
        number, last = row.row.seq, self._last
        if isinstance(last, Row):
            last = judge(last)
        if last is None or last.row.seq != number:
            self._report.add(number, number, "reordered", "this event stands out of its turn")
        elif last.hash == row.hash:
            self._report.add(number, number, "inserted", f"a copy of event {number}")
        elif last.prev == row.prev:
            self._report.add(number, number, "forked", "two events follow the same one")
        else:
            self._report.add(number, number, "inserted", "this row follows no sealed event")

    def finish(self) -> None:
        """Name the whole rows that stand at a number other than their own."""
        taken = set(self.moved.values())
        if self._number not in taken:
            self._state.seq = max(self._state.seq, self._number)
        for event, number in self.moved.items():
            if event in taken:
                detail = f"this event bears the number {number}"
                self._report.add(event, event, "reordered", detail)
            else:
                detail = f"not what was sealed: seq, which is {number}"
                self._report.add(event, event, "altered", detail)
