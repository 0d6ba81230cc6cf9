"""The fast way through a range: a row with which nothing is wrong is taken without a closer look.

It finds no faults of its own: whatever may be other than it should be is left to the careful walk,
so that both say the same of any file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from govdesk.evidence.absences import ERASED
from govdesk.evidence.bundle_lines import Event, shown_row
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.bundle_walk import Progress, Walk
from govdesk.evidence.leaf import Row
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.rows import expected_leaf
from govdesk.evidence.selecting import Selecting

_sha256: Final = hashlib.sha256


class QuickWalk(Walk):
    """A walk that looks closely at few events of an honest file."""

    def __init__(
        self,
        order: Mapping[str, Any],
        selecting: Selecting,
        report: BundleReport,
        frontier: Frontier | None,
        notes: Mapping[int, str],
        progress: Progress,
    ):
        super().__init__(order, selecting, report, frontier, notes, progress)
        self._passed = Event(0, None, None)

    def _take_at_once(self, row: Row) -> bool:
        """Do what `_take` would, of a row with which nothing is wrong; False if it may be other.

        Its turn has come, it is not an end of the range, the event before it is known, and its
        leaf, rebuilt from its columns, is the leaf that stands there.
        """
        before, seq = self.before, row.seq
        if (
            before is None
            or before.hash is None
            or before.seq != seq - 1
            or not self.first < seq == self.expected <= self.waiting
            or seq >= self.last
            or seq in self.notes
            or row.at < self.at
            or row.tenant_path != self.order["tenant_path"]
            or row.action == ERASED
            or self.selecting.redact
        ):
            return False
        leaf = expected_leaf(row, before.hash)
        if leaf is None or leaf != row.leaf:
            return False
        digest = _sha256(b"\x00" + leaf.encode())
        if digest.hexdigest() != row.leaf_hash:
            return False
        report = self.report
        report.rows += 1
        report.first_seq = report.first_seq or seq
        report.last_seq = seq
        self.at = row.at
        self._goes_before(seq, row.leaf_hash)
        if self.whole and self.frontier is not None:
            self.frontier.push(digest.digest())
        if self.selecting.terms:
            self._select(seq, shown_row(row), whole=True)
        self._expect(seq + 1)
        return True

    def _goes_before(self, seq: int, digest: str) -> None:
        """Remember an event only as what the next one names, without making one for each."""
        before = self._passed
        before.seq, before.hash = seq, digest
        self.before = before
