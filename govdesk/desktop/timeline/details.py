"""Brings the event that one is on into the detail panel."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from govdesk.desktop.borrowing import borrowed
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import timeline
from govdesk.services.link import Link
from govdesk.services.timeline import Detail

SETTLE_MS = 80
"""Holding a cursor key down must not ask for every event on the way."""


class DetailReader(QObject):
    """Reads the event last asked for. `arrived` carries a `Detail`, `failed` an error."""

    asked = Signal(object)
    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs = link, jobs
        self._seq: int | None = None
        self._job: Job | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.read)

    def want(self, seq: int | None) -> None:
        """Read event `seq` once the person stays on it."""
        self._seq = seq
        if seq is None:
            self._settling.stop()
        else:
            self._settling.start()

    def read(self) -> None:
        """Read it now."""
        seq = self._seq
        if seq is None:
            return
        if self._job is not None:
            self._job.cancel()
        self.asked.emit(seq)
        self._job = self._jobs.start(
            lambda task: self._read(task, seq),
            owner=self,
            on_result=self._on_detail,
            on_error=self.failed.emit,
        )

    def _read(self, task: Task, seq: int) -> Detail | None:
        with borrowed(self._link, "interactive", task) as session:
            return timeline.detail(session, seq)

    def _on_detail(self, detail: Detail | None) -> None:
        if detail is not None and detail.event.seq == self._seq:
            self.arrived.emit(detail)
