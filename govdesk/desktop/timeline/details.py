"""Brings the event that one is on into the detail panel."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.log_reading import Log
from govdesk.services.timeline import Detail, Terms

_BEYOND: Final = 2**62
SETTLE_MS: Final = 80
"""Holding a cursor key down must not ask for every event on the way."""


class Gone(Problem):
    """The event is not, or no longer, one that this person may read."""

    def __init__(self) -> None:
        super().__init__(
            "This event is not there for you any more.",
            "Refresh the list; what you may read may have changed.",
        )


class DetailReader(QObject):
    """Reads the event last asked for.

    `arrived` carries a `Detail`, `related` how many other events its request caused, `failed` an
    error.
    """

    asked = Signal(object)
    related = Signal(object)
    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, log: Log, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._log, self._jobs = log, jobs
        self._seq: int | None = None
        self._job: Job | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.read)

    @property
    def seq(self) -> int | None:
        """The event last asked for."""
        return self._seq

    def want(self, seq: int | None) -> None:
        """Read event `seq` once the person stays on it."""
        self._seq = seq
        if seq is None:
            self._settling.stop()
        else:
            self._settling.start()

    @Slot()
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
            on_result=lambda detail: self._on_detail(seq, detail),
            on_error=self.failed.emit,
        )

    def _read(self, task: Task, seq: int) -> Detail | None:
        with borrowed(self._log, "interactive", task) as log:
            return log.detail(seq)

    def _on_detail(self, seq: int, detail: Detail | None) -> None:
        if seq != self._seq:
            return
        if detail is None:
            self.failed.emit(Gone())
        else:
            self.arrived.emit(detail)
            if detail.event.request_id is not None:
                self._count_related(detail)

    def _count_related(self, detail: Detail) -> None:
        """Ask how many other events the same request caused; that may come later."""
        seq, terms = detail.event.seq, _of_request(detail.event.request_id)

        def count(task: Task) -> tuple[int, int]:
            with borrowed(self._log, "background", task) as log:
                found = log.counts(terms, [1, _BEYOND])
            return seq, found[0].events - 1

        self._jobs.start(
            count, owner=self, on_result=self._on_related, on_error=_unheard, lane="background"
        )

    def _on_related(self, answer: tuple[int, int]) -> None:
        seq, count = answer
        if seq == self._seq:
            self.related.emit(count)


def _of_request(request: str | None) -> Terms:
    return [{"key": "request", "op": "eq", "value": request}]


def _unheard(error: Exception) -> None:
    """The number of related events is a courtesy."""
