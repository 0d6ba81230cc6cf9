"""Exports from a sealed file, made on this computer and by nobody's leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from govdesk.domain.filter_language import Filter
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services import audit, snapshot_exports
from govdesk.services.audit import Export, Exported, Format
from govdesk.services.snapshot_link import SnapshotLink


class SnapshotExporter(QObject):
    """`written` carries what was `Exported`, `failed` an error; nothing half written stays."""

    failed = Signal(object)
    written = Signal(object)

    def __init__(self, link: SnapshotLink, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self.verified: Callable[[], str] = str
        self._link, self._jobs = link, jobs

    def start(self, target: Path, form: Format, filter: Filter | None) -> Job:
        """Write the events of `filter` to `target`, which may exist."""
        return self._start(Export(target, form, filter, force=True, verified=self.verified()))

    def start_one(self, target: Path, seq: int) -> Job:
        """Write event `seq` as JSON."""
        return self._start(Export(target, "json", first=seq, last=seq, force=True))

    def _start(self, order: Export) -> Job:
        return self._jobs.start(
            lambda task: self._work(task, order),
            owner=self,
            on_result=self.written.emit,
            on_error=self.failed.emit,
            lane="export",
            title=f"Export {order.target.name}",
            visible=True,
        )

    def _work(self, task: Task, order: Export) -> Exported:
        order.cancel = task.cancel
        try:
            return snapshot_exports.export(self._link, order, task.progress)
        except audit.Cancelled:
            raise Cancelled from None
