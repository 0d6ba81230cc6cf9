"""The careful walk over a range: each event's bytes, its place in chain and tree, and the filter.

One pass over the events that are shown whole and those that are not, in order of `seq`, in memory
that grows with faults and absences only.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from govdesk.evidence.absences import ACCOUNTING, ERASED, parse_erasure
from govdesk.evidence.bundle_lines import (
    Event,
    guess,
    left_out_event,
    members_of,
    merged,
    shown_of,
)
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.leaf import GENESIS, Row
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.rows import expected_leaf, judge
from govdesk.evidence.selecting import Selecting

Progress = Callable[[int, int], None]
_TOLD_EVERY: Final = 8192


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


class Walk:
    """Looks at every event closely; what it finds is added to `report`.

    The leaf hashes of a range without a gap are pushed to `frontier`, if there is one.
    """

    def __init__(
        self,
        order: Mapping[str, Any],
        selecting: Selecting,
        report: BundleReport,
        frontier: Frontier | None,
        notes: Mapping[int, str],
        progress: Progress,
    ):
        self.order, self.selecting, self.report = order, selecting, report
        self.frontier, self.notes, self.progress = frontier, notes, progress
        self.add = report.add
        self.first: int = order["first"]
        self.last: int = order["last"]
        self.before: Event | None = None
        self.expected = 0
        self.waiting: float = 0
        self.whole = True
        self.at = self.first_at = self.last_at = ""
        self.pending: dict[tuple[int, str], None] = {}
        self.ends: dict[int, str] = {}

    def over(self, rows: Iterable[Row], left_out: Iterable[bytes]) -> None:
        """Merge both: together they hold every number of the range exactly once."""
        self.expected = self.first
        for event in merged(self._whole_ones(rows), self._left_out(left_out)):
            if not self.first <= event.seq <= self.last:
                self.add(event.seq, event.seq, "inserted", "it lies outside the range")
                continue
            if event.seq < self.expected:
                self.add(event.seq, event.seq, "inserted", "it stands in both files")
                continue
            if event.seq > self.expected:
                self._gap(self.expected, event.seq - 1, "deleted", "these events are not there")
            self._take(event)
            self._expect(event.seq + 1)
        if self.expected <= self.last:
            self._gap(self.expected, self.last, "cut", "the range promises events up to here")

    def _expect(self, seq: int) -> None:
        self.expected = seq
        if seq % _TOLD_EVERY == 0:
            self.progress(seq - self.first, self.last - self.first + 1)

    def _gap(self, first: int, last: int, kind: Any, detail: str) -> None:
        self.add(first, last, kind, detail)
        self.before, self.whole = None, False

    def _is_later(self, event: Event, last: int) -> bool:
        """Whether an event is later than the one before it in the same file, as it must be."""
        if event.seq > last:
            return True
        kind: Any = "inserted" if event.seq == last else "reordered"
        self.add(event.seq, event.seq, kind, "its line is out of its turn")
        self.whole = False
        return False

    def _whole_ones(self, rows: Iterable[Row]) -> Iterator[Event]:
        """Yield the events of rows that must be looked at closely; nearly none."""
        last = 0
        for row in rows:
            if row.seq > last and self._take_at_once(row):
                last = row.seq
                continue
            event = self._event(row)
            if self._is_later(event, last):
                last = event.seq
                yield event

    def _take_at_once(self, row: Row) -> bool:
        """Whether nothing is wrong with a row that needs no closer look, and it was taken."""
        return False

    def _event(self, row: Row) -> Event:
        """Rebuild its leaf from its columns; it is judged by its parts if another stands there."""
        before = self.before
        if before is not None and before.hash is not None and before.seq == row.seq - 1:
            leaf = expected_leaf(row, before.hash)
            if leaf is not None and leaf == row.leaf:
                digest = hashlib.sha256(b"\x00" + leaf.encode()).hexdigest()
                if digest == row.leaf_hash and row.seq not in self.notes:
                    return Event(row.seq, digest, members_of(row, before.hash), row)
        return self._slowly(row)

    def _slowly(self, row: Row) -> Event:
        found = judge(row)
        note = self.notes.get(row.seq)
        if found.seq is None:
            return Event(row.seq, None, None, row, wrong=[note or "leaf"])
        event = Event(found.seq, found.hash, json.loads(row.leaf), row)
        event.wrong = [note] if note else list(found.wrong)
        if not found.placed:
            event.wrong.append("seq")
        event.absent = list(found.absent)
        return event

    def _left_out(self, lines: Iterable[bytes]) -> Iterator[Event]:
        """Yield the events of lines; each is `waiting` until its turn comes."""
        seen = last = 0
        for number, line in enumerate(lines, 1):
            try:
                event = left_out_event(line, self.selecting.opened)
            except ValueError as error:
                event = Event(guess(line) or seen + 1, None, None)
                event.wrong = [f"line {number} of the left-out events {error}"]
            seen = event.seq
            if self._is_later(event, last):
                last = self.waiting = event.seq
                yield event
        self.waiting = math.inf

    def _take(self, event: Event) -> None:
        """Its bytes, its place in chain and tree, and whether the filter selects it."""
        self._count(event)
        leaf = event.leaf
        if leaf is not None:
            self._place(event, leaf)
        if event.wrong:
            detail = "not what was sealed: " + ", ".join(event.wrong)
            self.add(event.seq, event.seq, "altered", detail)
        self.before = event
        if event.hash is None:
            self.whole = False
            return
        if event.seq in (self.first, self.last):
            self.ends[event.seq] = event.hash
        if self.whole and self.frontier is not None:
            self.frontier.push(bytes.fromhex(event.hash))
        if leaf is not None and not event.wrong:
            shown = shown_of(event, leaf)
            self._note_absences(event, leaf, shown)
            self._select(event.seq, shown, whole=event.row is not None)

    def _count(self, event: Event) -> None:
        report = self.report
        if event.row is not None:
            report.rows += 1
            report.first_seq = report.first_seq or event.seq
            report.last_seq = event.seq
        elif event.leaf is None and event.hash is not None:
            report.hidden += 1
        else:
            report.left_out += 1
            report.opened += bool(event.line.get("salts"))

    def _place(self, event: Event, leaf: Mapping[str, Any]) -> None:
        before = self.before
        if leaf["tenant_path"] != self.order["tenant_path"]:
            event.wrong.append("tenant_path")
        if leaf["at"] < self.at:
            event.wrong.append("at")
        self.at = max(self.at, leaf["at"])
        if event.seq == self.first:
            self.first_at = leaf["at"]
        if event.seq == self.last:
            self.last_at = leaf["at"]
        if event.seq == 1 and leaf["prev"] != GENESIS:
            event.wrong.append("prev")
        if before is None or before.hash is None or before.wrong or leaf["prev"] == before.hash:
            return
        detail = "another event than the one that the next names"
        self.add(before.seq, before.seq, "altered", detail)

    def _note_absences(
        self, event: Event, leaf: Mapping[str, Any], shown: Mapping[str, object]
    ) -> None:
        redact = self.selecting.redact if event.row is not None else frozenset()
        if redact:
            for name in sorted(redact.difference(event.absent)):
                detail = f"{name} is shown although it is said to be redacted"
                self.add(event.seq, event.seq, "manifest", detail)
        missing = event.absent
        if missing and event.row is None and not self.selecting.clear_holds(shown):
            missing = []
        for name in missing:
            if name in redact:
                self.report.redacted += 1
            elif leaf["action"] in ACCOUNTING:
                self._unaccounted(event.seq, name)
            else:
                self.pending[event.seq, name] = None
        if leaf["action"] == ERASED:
            self.settle(leaf)

    def settle(self, leaf: Mapping[str, Any]) -> None:
        """Account for the absences that a later event says it erased."""
        named = parse_erasure(leaf["entity_id"]) if leaf["entity_type"] == "audit_event" else None
        for name in named[1] if named and named[0] < leaf["seq"] else ():
            if (named and (named[0], name)) in self.pending:
                del self.pending[named[0], name]  # type: ignore[index]
                self.report.erased += 1

    def say_unaccounted(self) -> None:
        """Add the absences that no event accounts for, after the last one."""
        for seq, name in self.pending:
            self._unaccounted(seq, name)

    def _unaccounted(self, seq: int, name: str) -> None:
        self.add(seq, seq, "altered", f"{name} is absent and nothing accounts for it")

    def _select(self, seq: int, shown: Mapping[str, object], *, whole: bool) -> None:
        selected = self.selecting.selects(shown, whole=whole)
        if selected is None:
            self.report.unjudged += 1
        elif selected and not whole:
            self.add(seq, seq, "deleted", "the filter selects it, and it was left out")
        elif whole and not selected:
            self.add(seq, seq, "inserted", "the filter does not select it")
