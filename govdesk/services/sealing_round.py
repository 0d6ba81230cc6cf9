"""One round of verification: from what is remembered up to the newest event.

Runs wherever a session is at hand: in a process of its own, or for a few rows in a lane's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from govdesk.database import pruned_rows, rows
from govdesk.database.connection import Session
from govdesk.evidence.leaf import Row, Stub
from govdesk.evidence.report import Fault, Report
from govdesk.evidence.standing import Standing
from govdesk.evidence.state import State
from govdesk.evidence.verification import Verifier
from govdesk.services.sealing_memory import Memory, thinned

PAGE: Final = 8192
TELL_SECONDS: Final = 0.25
KEEP_SECONDS: Final = 5.0
KEEP_ROWS: Final = 100_000
MOST_FAULTS: Final = 2000
"""A log with more separate faults than this is beyond showing; `govdesk audit verify` lists all."""
_PREV: Final = ',"prev":"'


class ScopeChanged(Exception):
    """What the session may see, or what is pruned, changed while it was reading."""


class TooMany(Exception):
    """More rows are to be read than the caller wants to wait for."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a round is; `memory`, where it is given, is worth keeping."""

    verified_to: int
    newest: int
    rate: float
    whole: bool
    faults: tuple[Fault, ...]
    shifted_from: int | None
    memory: Memory | None


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a round; `stopped` if there were too many faults to go on."""

    told: Told
    report: Report
    stopped: bool


Tell = Callable[[Told], None]


def verify_onward(
    session: Session,
    memory: Memory | None,
    tell: Tell,
    *,
    again: bool = False,
    most: int | None = None,
) -> Found:
    """Verify from what is remembered, if that still holds, up to the newest event.

    `tell` is called at most four times a second. With `again` the rows are read from event 1 on;
    with more than `most` to read nothing is done but `TooMany` raised. Raises `ScopeChanged`,
    `SessionEnded` or `Unreachable`; what was told last is then where to go on.
    It does not count as use of the session: a console that nobody touches must still lock.
    """
    return _Round(session, tell).run(memory, again, most)


class _Round:
    def __init__(self, session: Session, tell: Tell):
        self._session, self._tell = session, tell
        self._scope = rows.scope(session)
        self._whole = session.tenant_path in self._scope
        self._pruned = pruned_rows.ranges(session) if self._whole else ()
        newest = rows.head(session)
        self._newest = 0 if newest is None else newest.seq
        self._told_at = self._kept_at = self._began = time.monotonic()
        self._kept_rows = self._first_rows = 0
        self._known_faults = 0

    def run(self, memory: Memory | None, again: bool, most: int | None) -> Found:
        self._memory, last = self._trusted(memory)
        if again:
            self._memory, last = replace(self._memory, standing=None, marks=()), None
        standing = self._memory.standing
        if most is not None and self._newest - (standing.seq if standing else 0) > most:
            raise TooMany
        self._begin(standing, last)
        if standing is not None or self._memory.alarms:
            self._tell(self._progress(self._memory))
        return self._end(self._read())

    def _begin(self, standing: Standing | None, last: Row | None) -> None:
        if standing is None:
            state = State() if self._whole else State(prev=None)
            self._verifier = Verifier(state, contiguous=self._whole, pruned=self._pruned)
        else:
            self._verifier = Verifier.resume(
                standing, last, contiguous=self._whole, pruned=self._pruned
            )
            self._first_rows = self._kept_rows = standing.rows
            self._lead_in()
        self._known_faults = len(self._verifier.report.faults)

    def _lead_in(self) -> None:
        """What was read of a range before it was pruned is known by its hashes only."""
        lacks = self._verifier.lacks
        if lacks is None:
            return
        first, last = lacks
        parts = (
            pruned_rows.leaf_hashes(self._session, low, min(low + rows.PAGE - 1, last))
            for low in range(first, last + 1, rows.PAGE)
        )
        self._verifier.lead_in(b"".join(parts))

    # Trust

    def _trusted(self, memory: Memory | None) -> tuple[Memory, Row | None]:
        """Return what may be built upon, and the last verified row if it is still that row."""
        fresh = Memory(str(self._session.tenant_id), self._session.tenant_path, self._scope)
        if memory is None or memory.tenant_id != fresh.tenant_id:
            return fresh, None
        if memory.scope != self._scope:
            return replace(fresh, alarms=memory.alarms), None
        if not memory.marks or memory.standing is None:
            return replace(fresh, alarms=memory.alarms), None
        number, known = memory.marks[-1]
        row = self._row(number)
        if row is not None and row.leaf_hash == known:
            is_last = memory.standing.seq == number and memory.standing.state.prev == known
            return memory, row if is_last and isinstance(row, Row) else None
        alarm = self._alarm(memory, row)
        alarms = memory.alarms if alarm is None else _with(memory.alarms, alarm)
        return replace(fresh, alarms=alarms), None

    def _row(self, number: int) -> Row | Stub | None:
        found = list(pruned_rows.evidence(self._session, self._pruned, number, number))
        return found[0] if found else None

    def _alarm(self, memory: Memory, row: Row | Stub | None) -> Fault | None:
        """Name what cannot be seen in the log itself; a hole inside it can."""
        number = memory.marks[-1][0]
        if row is None:
            # Rows may leave a scoped reader's sight by themselves: a system was moved.
            if number <= self._newest or not self._whole:
                return None
            detail = f"they were verified before {memory.at[:19]}Z and are no longer there"
            return Fault(self._newest + 1, number, "rolled_back", detail)
        first = self._first_difference(memory) + 1
        detail = f"not what was verified before {memory.at[:19]}Z"
        return Fault(first, number, "rechained", detail)

    def _first_difference(self, memory: Memory) -> int:
        """Number of the last mark that still stands, 0 if none does: bisection over the marks."""
        low, high = 0, len(memory.marks) - 1
        while low < high:
            middle = (low + high) // 2
            number, known = memory.marks[middle]
            row = self._row(number)
            if row is not None and row.leaf_hash == known:
                low = middle + 1
            else:
                high = middle
        return memory.marks[low - 1][0] if low else 0

    # Reading

    def _read(self) -> bool:
        """Read on to the newest event; True if it was given up for too many faults."""
        standing = self._memory.standing
        low = 1 if standing is None else standing.seq + 1
        while low <= self._newest:
            high = min(low + PAGE - 1, self._newest)
            self._verifier.feed(pruned_rows.evidence(self._session, self._pruned, low, high))
            if self._look():
                return True
            low = high + 1
            if low > self._newest and self._verifier.state.absences.pending:
                # A field erased while this was reading: the event that says so is newer.
                newest = rows.head(self._session)
                self._newest = max(self._newest, newest.seq if newest else 0)
        return False

    def _look(self) -> bool:
        """After a page: accuse nothing that was pruned or hidden meanwhile, keep and tell."""
        report = self._verifier.report
        if len(report.faults) != self._known_faults:
            self._check_scope()
            self._known_faults = len(report.faults)
        if len(report.faults) > MOST_FAULTS:
            return True
        now = time.monotonic()
        if now - self._kept_at >= KEEP_SECONDS or report.rows - self._kept_rows >= KEEP_ROWS:
            self._keep(now)
        if now - self._told_at >= TELL_SECONDS:
            self._told_at = now
            self._tell(self._progress(None))
        return False

    def _check_scope(self) -> None:
        if rows.scope(self._session) != self._scope:
            raise ScopeChanged
        if self._whole and pruned_rows.ranges(self._session) != self._pruned:
            raise ScopeChanged

    def _keep(self, now: float) -> None:
        if self._remember():
            self._kept_at, self._kept_rows = now, self._verifier.report.rows
            self._told_at = now
            self._tell(self._progress(self._memory))

    def _remember(self) -> bool:
        """Take a standing into memory, unless rows are held back just now."""
        standing = self._verifier.standing()
        if standing is None:
            return False
        marks = tuple(m for m in self._memory.marks if m[0] < standing.seq - 1)
        prev = standing.state.prev
        if prev is not None:
            last = self._verifier.last
            if last is not None and last.leaf_hash == prev:
                at = last.leaf.find(_PREV) + len(_PREV)
                if standing.seq > 1 and self._whole:
                    marks = (*marks, (standing.seq - 1, last.leaf[at : at + 64]))
            marks = (*marks, (standing.seq, prev))
        at_now = datetime.now(UTC).isoformat(timespec="microseconds")
        self._memory = replace(self._memory, standing=standing, marks=thinned(marks), at=at_now)
        return True

    def _progress(self, memory: Memory | None) -> Told:
        verifier = self._verifier
        seconds = max(time.monotonic() - self._began, 1e-3)
        return Told(
            verifier.state.seq + verifier.state.offset,
            self._newest,
            (verifier.report.rows - self._first_rows) / seconds,
            self._whole,
            (*self._memory.alarms, *(replace(f) for f in verifier.report.faults)),
            verifier.shifted_from,
            memory,
        )

    # The end

    def _end(self, stopped: bool) -> Found:
        if not stopped:
            self._remember()
        reached = self._verifier.state.seq + self._verifier.state.offset
        report = self._verifier.finish()
        if not stopped and self._whole:
            self._compare_end(report)
        if report.faults:
            self._check_scope()
        if not self._whole:
            report.not_judged.insert(
                0, "completeness: this account sees a part of the organization"
            )
        for alarm in self._memory.alarms:
            report.faults.append(replace(alarm))
            report.ok = False
        told = Told(
            reached if stopped or report.last_seq is None else max(report.last_seq, reached),
            self._newest,
            0.0,
            self._whole,
            tuple(report.faults),
            self._verifier.shifted_from,
            None if stopped else self._memory,
        )
        return Found(told, report, stopped)

    def _compare_end(self, report: Report) -> None:
        last = report.last_seq or 0
        if last < self._newest:
            report.add(last + 1, self._newest, "cut", "the end was there when reading began")
            report.ok, report.complete = False, False
        pending = rows.unsealed(self._session) if self._newest else 0
        if pending:
            report.add(0, 0, "unsealed", f"{pending} captured rows are not sealed")
            report.ok = False


def _with(alarms: tuple[Fault, ...], alarm: Fault) -> tuple[Fault, ...]:
    """Add an alarm; one that says no more than another is not said twice."""
    for known in alarms:
        if known.kind == alarm.kind and known.first <= alarm.first and alarm.last <= known.last:
            return alarms
    return (*alarms, alarm)


__all__ = ["Found", "ScopeChanged", "Standing", "Told", "verify_onward"]
