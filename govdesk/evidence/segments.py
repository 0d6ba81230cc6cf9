"""Where a log is broken: what happened between two places at which it is whole again.

Hashes tell the true order, whatever the columns say. Each event number gets an *owner*: the row
that later leaves lead back to; else the one that follows the last whole row; else the row that
stands at that number and that nothing contradicts. A number without an owner is a deletion, an
owner away from its number a reordering, an owner whose columns do not fit its leaf an alteration,
and a row that owns nothing is an insertion or, beside another with the same predecessor, a fork.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from govdesk.evidence.report import FaultKind, Report
from govdesk.evidence.rows import Judgement

_REPLACED = "another event was sealed here: the next one names another hash"
_UNLINKED = "this row follows no sealed event"
FAR = 1024
"""A row that cannot be read proves no gap wider than this before it."""


@dataclass(slots=True)
class Segment:
    """Rows in reading order after event `before`, whose hash is `anchor` (None if unknown).

    `offset` says how far columns already ran ahead of their leaves, `whole_tail` whether the last
    rows are linked and whole, `final` whether the log ends here. `early` is shared by all segments:
    events that were met before their place, with the number they bore if another owns that (else
    0).
    """

    anchor: str | None
    before: int
    offset: int
    rows: list[Judgement]
    whole_tail: bool
    final: bool
    early: dict[int, int]
    owner: dict[int, Judgement] = field(default_factory=dict)
    _events: dict[Judgement, int] = field(default_factory=dict)
    _disowned: dict[Judgement, tuple[FaultKind, str]] = field(default_factory=dict)
    _at: dict[int, list[Judgement]] = field(default_factory=dict)
    _faults: list[tuple[int, int, FaultKind, str]] = field(default_factory=list)

    def explain(self, report: Report) -> int:
        """Name every fault and return the offset that holds after this segment."""
        for row in self.rows:
            self._at.setdefault(self._number(row), []).append(row)
        after = self._offset_after()
        self._back_from_tail()
        self._on_from_anchor()
        self._by_number()
        end = self._end()
        self._gaps(end, report)
        out_of_turn = self._out_of_turn()
        for row in self.rows:
            if not row.told:
                self._tell(row, after, end, row in out_of_turn, report)
        self._faults.sort(key=lambda fault: fault[0])
        for fault in self._faults:
            report.add(*fault)
        return after

    def _number(self, row: Judgement) -> int:
        return row.row.seq - self.offset

    def _offset_after(self) -> int:
        last = self.rows[-1]
        if self.whole_tail and last.seq is not None:
            return last.row.seq - last.seq
        return self.offset

    def _own(self, number: int, row: Judgement) -> None:
        self.owner[number] = row
        self._events[row] = number

    def _back_from_tail(self) -> None:
        """Later leaves vouch for earlier ones; a hash beside an edited leaf still names it."""
        if not self.whole_tail:
            return
        named: dict[str, Judgement] = {}
        for row in self.rows:
            named.setdefault(row.row.leaf_hash, row)
        hashed: dict[str, Judgement] = {}
        for row in self.rows:
            known = hashed.get(row.hash)
            if known is None or (row.sound and row.placed and not (known.sound and known.placed)):
                hashed[row.hash] = row
        current: Judgement | None = self.rows[-1]
        number = self.rows[-1].seq or 0
        while current is not None and number > self.before and current not in self._events:
            self._own(number, current)
            number -= 1
            prev = current.prev or ""
            current = hashed.get(prev)
            if current is None or current.seq != number:
                current = named.get(prev)
                if current is not None and self._number(current) != number:
                    current = None

    def _on_from_anchor(self) -> None:
        children: dict[str, list[Judgement]] = {}
        for row in self.rows:
            if row.prev is not None:
                children.setdefault(row.prev, []).append(row)
        current, number = self.anchor, self.before + 1
        while current is not None and number not in self.owner:
            heirs = [r for r in children.get(current, []) if r.seq == number]
            heirs = [r for r in heirs if r not in self._events]
            if not heirs:
                break
            chosen = min(heirs, key=lambda r: (r.hash not in children, not r.sound, not r.placed))
            heir = self.owner.get(number + 1)
            if heir is not None and not _names(heir, chosen):
                break
            self._own(number, chosen)
            current, number = chosen.hash, number + 1

    def _by_number(self) -> None:
        """Rows at numbers without an owner: theirs, unless a neighbour's hash speaks against it."""
        limit = self._limit()
        for number in sorted(self._at, reverse=True):
            free = [r for r in self._at[number] if r not in self._events]
            if number in self.owner or not self.before < number <= limit or not free:
                continue
            row = min(free, key=lambda r: (not (r.sound and r.placed), r.seq != number))
            if row.sound and row.seq != number:
                continue
            self._own(number, row)
            if row.sound:
                self._question(number, row)

    def _limit(self) -> int:
        """The last number that can belong here; rows beyond it were moved."""
        last = self.rows[-1]
        if self.whole_tail:
            return last.seq or self.before
        if self.final:
            return max(self._at)
        near = self.before + FAR + len(self.rows)
        return max(near, self._number(last)) if last.sound and last.placed else near

    def _question(self, number: int, row: Judgement) -> None:
        above, below = self.owner.get(number + 1), self.owner.get(number - 1)
        if above is not None and above.leaf_whole and not _names(above, row):
            self._disowned[row] = ("altered", _REPLACED)
            return
        below_hash = self.anchor if number == self.before + 1 else below.hash if below else None
        trusted = number == self.before + 1 or (below is not None and below.leaf_whole)
        if trusted and below_hash is not None and row.prev != below_hash:
            last = number == max(self.owner)
            self._disowned[row] = ("inserted", _UNLINKED) if last else ("altered", _REPLACED)

    def _end(self) -> int:
        if self.whole_tail:
            return self.rows[-1].seq or self.before
        near = self.before + FAR + len(self.rows)
        numbers = [
            number
            for number, row in self.owner.items()
            if row.seq == number or (row.seq is None and number <= near)
        ]
        return max([self.before, *numbers])

    def _gaps(self, end: int, report: Report) -> None:
        taken = {n for n in self.owner if n <= end} | {n for n in self._at if n <= end}
        taken |= self._met_before(taken, end)
        last = self.before
        for number in [*sorted(n for n in taken if n > self.before), end + 1]:
            if number > last + 1:
                self._fault(last + 1, "deleted", "no row bears this number", number - 1)
            last = number
        for number in sorted(n for n in self._at if self.before < n <= end):
            if number not in self.owner and self._only_shifted(number):
                self._fault(number, "deleted", "no row bears this number; the rest was renumbered")

    def _met_before(self, taken: set[int], end: int) -> set[int]:
        """Numbers without a row here whose event was met earlier in the log."""
        met = {n for n in self.early if self.before < n <= end} - taken
        for number in met:
            stands = self.early.pop(number)
            if stands:
                self._fault(number, "altered", f"not what was sealed: seq, which is {stands}")
        return met

    def _only_shifted(self, number: int) -> bool:
        """Whether the number is borne only by rows that own another one since a renumbering."""
        after = self._offset_after()
        return after != self.offset and all(
            row in self._events and row.row.seq - self._events[row] == after
            for row in self._at[number]
        )

    def _out_of_turn(self) -> set[Judgement]:
        """Owners at their number that were read in another order than that of their numbers."""
        read = [r for r in self.rows if r in self._events and self._number(r) == self._events[r]]
        ordered = sorted(read, key=lambda row: self._events[row])
        return {row for row, right in zip(read, ordered, strict=True) if row is not right}

    def _fault(self, first: int, kind: FaultKind, detail: str, last: int | None = None) -> None:
        self._faults.append((first, first if last is None else last, kind, detail))

    def _tell(
        self, row: Judgement, after: int, end: int, out_of_turn: bool, report: Report
    ) -> None:
        before_faults = len(self._faults)
        number = self._events.get(row)
        if row in self._disowned:
            self._fault(number or self._number(row), *self._disowned[row])
        elif number is not None:
            self._tell_owner(row, number, after, out_of_turn)
        else:
            self._tell_stranger(row, end, report)
        row.told = len(self._faults) > before_faults

    def _tell_owner(self, row: Judgement, number: int, after: int, out_of_turn: bool) -> None:
        stands = row.row.seq
        if row.wrong or row.seq != number:
            names = ", ".join(dict.fromkeys(row.wrong)) or "seq"
            self._fault(number, "altered", f"not what was sealed: {names}")
        elif stands - number not in (self.offset, after):
            others = [r for r in self._at.get(number, []) if r is not row]
            if others:
                self._fault(number, "reordered", f"this event bears the number {stands}")
            else:
                self._fault(number, "altered", f"not what was sealed: seq, which is {stands}")
        elif out_of_turn:
            self._fault(number, "reordered", "this event stands out of its turn")

    def _tell_stranger(self, row: Judgement, end: int, report: Report) -> None:
        number = self._number(row)
        owner = self.owner.get(number)
        if not row.sound or row.seq is None:
            self._fault(number, "inserted", "this row was never sealed")
        elif row.placed and owner is not None:
            self._tell_rival(row, owner)
        elif row.seq <= self.before:
            self._tell_late(row, row.seq, owner is not None or number > end, report)
        elif row.seq > end and not self.final:
            self.early[row.seq] = 0 if owner is None or row.placed else row.row.seq
            where = row.seq if row.placed else number
            if not self.early[row.seq]:
                self._fault(where, "reordered", f"this is event {row.seq}")
        elif owner is None and number <= end:
            self._fault(number, "altered", f"a copy of event {row.seq} stands here")
        elif row.seq in self.owner:
            self._fault(number, "inserted", f"a copy of event {row.seq}")
        else:
            self._fault(number, "inserted", _UNLINKED)

    def _tell_rival(self, row: Judgement, owner: Judgement) -> None:
        number = row.row.seq
        if row.hash == owner.hash:
            self._fault(number, "inserted", f"a copy of event {row.seq}")
        elif row.prev == owner.prev and owner.placed:
            self._fault(number, "forked", "two events follow the same one")
        else:
            self._fault(number, "inserted", _UNLINKED)

    def _tell_late(self, row: Judgement, event: int, taken: bool, report: Report) -> None:
        """An event from before this segment: moved here, or a copy of it."""
        number = self._number(row)
        if report.found_again(event):
            if row.placed or not taken:
                self._fault(event, "reordered", "this event stands out of its turn")
            else:
                self._fault(event, "altered", f"not what was sealed: seq, which is {row.row.seq}")
            if not (row.placed or taken):
                self._fault(number, "reordered", f"this is event {event}")
        elif report.covers(event, "reordered") and not taken:
            self._fault(number, "reordered", f"this is event {event}")
        elif taken or row.placed:
            self._fault(number, "inserted", f"a copy of event {event}")
        else:
            self._fault(number, "altered", f"a copy of event {event} stands here")


def _names(later: Judgement, earlier: Judgement) -> bool:
    return later.prev in (earlier.hash, earlier.row.leaf_hash)
