"""A complete JSONL file under the signed checkpoint that its manifest carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govdesk.evidence.judging import UNKNOWN_SIGNER, judge_checkpoint
from govdesk.evidence.leaf import Row
from govdesk.evidence.manifest import Manifest
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.proofs import BadProof, begin_range, end_range
from govdesk.evidence.report import NOT_JUDGED_WITHOUT_CHECKPOINT, Report


class Covered:
    """Keeps the tree beside a verification; without a checkpoint it does nothing."""

    def __init__(self, said: Manifest | None):
        self._said = said if said is not None and said.complete and said.note else None
        self._tree: Frontier | None = None
        self._trouble = ""
        if self._said is not None and self._said.edges is not None and self._said.first:
            try:
                self._tree = begin_range(self._said.first - 1, self._said.edges)
            except BadProof as error:
                self._trouble = str(error)

    def watched(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass rows on, and their hashes into the tree."""
        if self._tree is None:
            yield from rows
            return
        for row in rows:
            if len(row.leaf_hash) == 64 and self._tree is not None:
                try:
                    self._tree.push(bytes.fromhex(row.leaf_hash))
                except ValueError:
                    self._tree = None
            yield row

    def judge(self, report: Report, keys: Sequence[VerifierKey]) -> None:
        """Add to a settled report what the checkpoint says; a whole file is then compared."""
        said = self._said
        if said is None or said.note is None:
            return
        judged = judge_checkpoint(said.note, keys, said.tenant_path)
        if judged.tree is not None and not report.faults:
            try:
                if self._tree is None or said.edges is None:
                    raise BadProof(self._trouble or "the hashes around the range are not there")
                end_range(self._tree, said.edges, judged.tree)
            except BadProof as error:
                report.add(0, 0, "manifest", f"the checkpoint does not cover this file: {error}")
                report.settle()
            else:
                report.checkpoint = judged.checkpoint
                if judged.by is not None:
                    _no_longer_open(report)
        if judged.fault is None and judged.by is None:
            # The events are judged as those of a file without a checkpoint.
            report.not_judged.insert(0, UNKNOWN_SIGNER)
        else:
            judged.into(report)


def _no_longer_open(report: Report) -> None:
    for text in NOT_JUDGED_WITHOUT_CHECKPOINT:
        if text in report.not_judged:
            report.not_judged.remove(text)
