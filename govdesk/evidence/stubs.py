"""What a verification does with an event of which only the hash is left, and with a held row.

A stub's hash goes into the tree and is what the next row must name. The row of an event that was
held when its range was pruned comes right after its stub, and must be the one that the stub names.
"""

from __future__ import annotations

import re
from typing import Final

from govdesk.evidence.absences import ERASED
from govdesk.evidence.leaf import Row, Stub
from govdesk.evidence.prunings import PRUNED
from govdesk.evidence.report import Report
from govdesk.evidence.rows import Judgement
from govdesk.evidence.state import State

_HASH: Final = re.compile("[0-9a-f]{64}")
_ANOTHER: Final = "another event was sealed here: the tree names another hash"
_UNNAMED: Final = "the tree's hash of this pruned event is not the one that the next event names"


def take(state: State, report: Report, stub: Stub) -> None:
    """Go on behind a stub; what is missing before it is deleted."""
    if not _HASH.fullmatch(stub.leaf_hash):
        report.add(stub.seq, stub.seq, "altered", "the hash of this pruned event is none")
        stub = Stub(stub.seq, "0" * 64)
    if stub.seq <= state.seq:
        report.add(stub.seq, stub.seq, "reordered", "this pruned event stands out of its turn")
        return
    if stub.seq > state.seq + 1:
        report.add(state.seq + 1, stub.seq - 1, "deleted", "no row bears this number")
        state.prev = None
    leaf = bytes.fromhex(stub.leaf_hash)
    if not state.prunings.note(stub.seq, leaf):
        report.add(stub.seq, stub.seq, "deleted", "no row bears this number")
    state.tree.push(leaf)
    state.before, state.prev = state.prev, stub.leaf_hash
    state.seq = state.stub = stub.seq
    state.offset = 0


def is_held(state: State, row: Row) -> bool:
    """Whether the row is that of the stub just taken."""
    return row.seq == state.seq == state.stub


def check_held(state: State, report: Report, row: Judgement) -> bool:
    """Check a held row against its stub; True if it is whole."""
    number, state.stub = state.seq, 0
    state.prunings.held(number, bytes.fromhex(state.prev or ""))
    _claims(state, row)
    if row.wrong:
        names = ", ".join(dict.fromkeys(row.wrong))
        report.add(number, number, "altered", f"not what was sealed: {names}")
        return False
    if row.hash != state.prev:
        report.add(number, number, "altered", _ANOTHER)
        return False
    if state.before not in (None, row.prev):
        report.add(number - 1, number - 1, "altered", _UNNAMED)
    state.at = max(state.at, row.at)
    state.absences.note(number, row.absent, row.row.action)
    account(state, row.row)
    return True


def _claims(state: State, row: Judgement) -> None:
    if state.tenant_path is None and row.sound:
        state.tenant_path = row.tenant_path
    if not row.placed:
        row.wrong.append("seq")
    if row.sound and row.tenant_path != state.tenant_path:
        row.wrong.append("tenant_path")
    if row.sound and row.at < state.at:
        row.wrong.append("at")


def account(state: State, row: Row) -> None:
    """Settle what a whole event accounts for: fields that were erased, rows that were pruned."""
    if row.action == ERASED:
        state.absences.account(row)
    elif row.action == PRUNED:
        state.prunings.account(row)


def compare_with_next(state: State, report: Report, rows: list[Judgement]) -> None:
    """Whole rows follow a stub: where the first names another hash, the stub's is wrong."""
    first = next((row for row in rows if row.leaf_whole and row.seq == state.seq + 1), None)
    if first is not None and first.prev != state.prev:
        report.add(state.seq, state.seq, "altered", _UNNAMED)
        state.prev = None
