"""Where a log is broken: what happened between two places at which it is whole again.

The leaf hashes tell the true order, whatever the columns say. Leaves reached from the last whole
row, or leading to the next one, are *genuine*; every number without a genuine leaf, and every
genuine leaf away from its number, is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass

from govdesk.evidence.report import Report
from govdesk.evidence.rows import Judgement



@dataclass(slots=True)
class Segment:
    """Rows in reading order between `anchor` (hash of the last whole row; None if unknown).

    `before` is that row's number, `offset` how far columns already run ahead of their leaves,
    `whole_tail` how many rows at the end are linked and whole (0 at the end of the log).
    """

    anchor: str | None
    before: int
    offset: int
    rows: list[Judgement]
    whole_tail: int

    def explain(self, report: Report) -> int:
        """Name every fault and return the offset that holds after this segment."""
        after = self._offset_after()
        genuine = self._genuine()
        self._forks(genuine, report)
        end = self._end(genuine)
        by_seq: dict[int, list[Judgement]] = {}
        for row in self.rows:
            by_seq.setdefault(row.row.seq - self.offset, []).append(row)
        at_home = {r.seq for r in genuine if r.seq is not None}
        shifted = after != self.offset
        settled: list[Judgement] = []
        for number in range(self.before + 1, end + 1):
            if number in at_home:
                continue
            strangers = [r for r in by_seq.get(number, []) if r not in genuine]
            if strangers:
                self._displaced(strangers[0], report)
                genuine.append(strangers[0])
                settled.append(strangers[0])
            else:
                report.add(number, number, "deleted", "no row bears this number")
        for row in self.rows:
            if row in settled:
                continue
            if row in genuine:
                self._known(row, by_seq, shifted, report)
            else:
                self._stranger(row, at_home, report)
        return after

    def _offset_after(self) -> int:
        if self.whole_tail == 0:
            return self.offset
        last = self.rows[-1]
        return last.row.seq - (last.seq or 0)

    def _genuine(self) -> list[Judgement]:
        children: dict[str, list[Judgement]] = {}
        hashes: dict[str, Judgement] = {}
        for row in self.rows:
            if row.prev is not None:
                children.setdefault(row.prev, []).append(row)
            if not (row.hash in hashes and hashes[row.hash].sound):
                hashes[row.hash] = row
        found: list[Judgement] = []
        for row in reversed(self.rows[len(self.rows) - self.whole_tail :]):
            self._back(row, hashes, found)
        if self.anchor is not None:
            self._forward(children, found)
        for row in self.rows:
            if row not in found and row.prev in hashes and hashes[row.prev] is not row:
                parent = hashes[row.prev]
                if parent.seq is not None and row.seq == parent.seq + 1 and row.sound:
                    self._back(row, hashes, found)
        return found

    def _back(
        self, row: Judgement, hashes: dict[str, Judgement], found: list[Judgement]
    ) -> None:
        current: Judgement | None = row
        while current is not None and current not in found and (current.seq or 0) > self.before:
            found.append(current)
            current = hashes.get(current.prev or "")

    def _forward(self, children: dict[str, list[Judgement]], found: list[Judgement]) -> None:
        """Follow the chain from the anchor; where it breaks, an edited leaf is not genuine."""
        current, number = self.anchor, self.before
        path: list[Judgement] = []
        while current is not None:
            heirs = [r for r in children.get(current, []) if r.seq == number + 1]
            if not heirs:
                break
            heirs.sort(key=lambda r: (r not in found, r.hash not in children, not r.sound))
            chosen = heirs[0]
            path.append(chosen)
            current, number = chosen.hash, number + 1
        if path and path[-1] not in found and self._disowned(path[-1], found):
            path.pop()
        found.extend(r for r in path if r not in found)

    def _disowned(self, row: Judgement, found: list[Judgement]) -> bool:
        """Whether the next number's genuine leaf names another hash before it."""
        return any(r.seq == (row.seq or 0) + 1 and r.prev != row.hash for r in found)

    def _forks(self, genuine: list[Judgement], report: Report) -> None:
        known = {(r.seq, r.prev): r for r in genuine}
        for row in list(self.rows):
            rival = known.get((row.seq, row.prev))
            if row in genuine or rival is None or not row.sound:
                continue
            if row.hash != rival.hash and row.row.seq == rival.row.seq:
                report.add(row.row.seq, row.row.seq, "forked", "two events follow the same one")
                self.rows.remove(row)

    def _end(self, genuine: list[Judgement]) -> int:
        if self.whole_tail:
            return self.rows[-1].seq or self.before
        numbers = [r.seq for r in genuine if r.seq is not None]
        loose = [
            r.row.seq - self.offset
            for r in self.rows
            if r not in genuine and (not r.sound or r.placed) and r.row.seq - self.offset < 2**53
        ]
        limit = max([self.before, *numbers]) + len(self.rows)
        near = [n for n in loose if n <= limit and not self._appended(n, genuine)]
        return max([self.before, *numbers, *near])

    def _appended(self, number: int, genuine: list[Judgement]) -> bool:
        """A sound row after the last genuine one that follows nothing is an insertion."""
        return any(
            r.row.seq - self.offset == number and r.sound for r in self.rows if r not in genuine
        )

    def _known(
        self, row: Judgement, by_seq: dict[int, list[Judgement]], shifted: bool, report: Report
    ) -> None:
        number = row.row.seq - self.offset
        if row.seq is None:
            return
        if number == row.seq:
            if row.wrong:
                self._altered(row, report)
        elif row.wrong:
            self._altered(row, report)
        elif shifted and number != row.seq:
            return
        elif row.seq not in by_seq:
            report.add(row.seq, row.seq, "altered", "seq is not what was sealed")
        else:
            report.add(row.row.seq, row.row.seq, "reordered", f"this is event {row.seq}")

    def _stranger(self, row: Judgement, at_home: set[int], report: Report) -> None:
        number = row.row.seq
        if row.sound and row.placed and row.seq == self.before and row.hash != self.anchor:
            report.add(number, number, "forked", "two events bear this number")
        elif row.sound and row.seq is not None and row.seq <= self.before:
            report.add_stray(number, row.seq)
        elif number - self.offset in at_home or row.sound or row.seq in at_home:
            report.add(number, number, "inserted", "this row follows no sealed event")
        else:
            self._altered(row, report)

    def _displaced(self, row: Judgement, report: Report) -> None:
        """A row where another event belongs: a whole one was moved here, others were edited."""
        if not row.sound or row.placed:
            self._altered(row, report)
        elif row.seq is not None and row.seq <= self.before:
            report.add_stray(row.row.seq, row.seq)
        else:
            report.add(row.row.seq, row.row.seq, "reordered", f"this is event {row.seq}")

    @staticmethod
    def _altered(row: Judgement, report: Report) -> None:
        names = ", ".join(dict.fromkeys(row.wrong)) or "leaf and everything sealed with it"
        report.add(row.row.seq, row.row.seq, "altered", f"not what was sealed: {names}")
