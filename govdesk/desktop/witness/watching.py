"""Asks from time to time whether the log is still the one that was signed before."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.domain.problem import Problem
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services.link import Link, Session
from govdesk.services.witness import Witness, report_fault
from govdesk.services.witness_verdict import Verdict

ROUND_SECONDS: Final = 60
LANE: Final = "witness"


class Watching(QObject):
    """Compares in rounds, on a lane of its own.

    `changed` follows every verdict, `judged` carries one that a person has not seen yet, `failed`
    an error of the way to the server. Between rounds nothing runs.
    """

    changed = Signal()
    judged = Signal(object)
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, witness: Witness, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs, self.witness = link, jobs, witness
        self._job: Job | None = None
        self.verdict: Verdict | None = None
        self._told: Verdict | None = None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(ROUND_SECONDS * 1000)
        self._next.timeout.connect(self.check)

    @property
    def words(self) -> str:
        """What the status bar says of it; nothing before the first checkpoint."""
        if self.verdict is None or self.verdict.state == "none_yet":
            return ""
        if self.verdict.is_alarm:
            return self.verdict.title.lower()
        return f"witnessed at {self.verdict.witnessed_to:,}"

    @Slot()
    def check(self) -> None:
        """Begin a round, unless one is under way."""
        self._next.stop()
        if self._job is not None and not self._job.has_ended:
            return
        self._job = self._jobs.start(
            self._round,
            owner=self,
            on_result=self.take,
            on_error=self._on_error,
            on_cancelled=self._next.start,
            lane=LANE,
            title="Compare the log with its checkpoints",
        )

    def tell_again(self) -> None:
        """Have the next verdict told although it was told before."""
        self._told = None
        self.check()

    def _round(self, task: Task) -> Verdict:
        with borrowed(self._link, LANE, task) as session:
            verdict = self.witness.check(session)
            if task.cancel.is_set():
                # What a cancelled question answers says nothing of the log.
                raise Cancelled
            if verdict.is_alarm and not _is_same(verdict, self._told):
                _report(session, verdict)
            return verdict

    @Slot(object)
    def take(self, verdict: Verdict) -> None:
        """Take a verdict, of a round or of an import."""
        self.verdict = verdict
        self.changed.emit()
        if not _is_same(verdict, self._told):
            self._told = verdict
            self.judged.emit(verdict)
        self._next.start()

    def _on_error(self, error: Exception) -> None:
        self._next.start()
        self.failed.emit(error)


def _is_same(verdict: Verdict, told: Verdict | None) -> bool:
    """Whether it says no more than what was said before."""
    if told is None:
        return False
    if verdict.is_alarm or told.is_alarm:
        return verdict.facts() == told.facts()
    return (verdict.state, verdict.new_keys) == (told.state, told.new_keys)


def _report(session: Session, verdict: Verdict) -> None:
    try:
        report_fault(session, verdict)
    except Problem:
        # The person is told in any case, and a log that was tampered with need not take it.
        return
