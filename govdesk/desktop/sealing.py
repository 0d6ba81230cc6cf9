"""Row seals for the window: rounds of verification in the background, and what they found."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services.children import ChildCancelled
from govdesk.services.link import Link
from govdesk.services.sealing import Sealing
from govdesk.services.seals import SealState
from govdesk.services.witness import Witness

ROUND_SECONDS: Final = 30
"""Time between rounds once everything that was there is verified."""


class Seals(QObject):
    """Verifies the log in rounds.

    `changed` follows news of `state`, `found` carries the first event of the first fault, once,
    `failed` an error of a round.
    """

    changed = Signal()
    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        folder: Path,
        profile: str,
        parent: QObject | None = None,
        *,
        witness: Witness | None = None,
    ):
        super().__init__(parent)
        self._jobs = jobs
        self._sealing = Sealing(link, folder, profile, witness)
        self._job: Job | None = None
        self._told = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(ROUND_SECONDS * 1000)
        self._next.timeout.connect(self.verify)

    @property
    def state(self) -> SealState:
        """What is known now."""
        return self._sealing.state

    def seal_of(self, seq: int) -> str:
        """Name the state of one event's seal."""
        return self._sealing.state.seal_of(seq)

    @Slot()
    def verify(self) -> None:
        """Begin a round, unless one is under way."""
        self._next.stop()
        if self._job is not None and not self._job.has_ended:
            return
        self._job = self._jobs.start(
            self._round,
            owner=self,
            on_result=self._on_end,
            on_error=self._on_error,
            on_progress=self._on_progress,
            lane="verify",
            title="Verify the log",
        )

    def verify_anew(self) -> None:
        """Verify from the first event on: what was altered behind the last round is found so."""
        if self._job is not None and not self._job.has_ended:
            self._job.cancel()
        self._told = False
        self._job = self._jobs.start(
            lambda task: self._sealing.start_over(),
            owner=self,
            on_result=self._on_start_over,
            on_error=self._on_error,
            lane="verify",
        )

    def _on_start_over(self, nothing: None) -> None:
        self.changed.emit()
        self.verify()

    def pretend(self, state: SealState) -> None:
        """Take a state as if a round had found it, for pictures."""
        self._sealing.state = state
        self._on_end(state)

    @property
    def words(self) -> str:
        """What the status bar says of it."""
        state = self.state
        if state.faults:
            return f"{_counted(state)} found"
        return f"verified to {state.verified_to:,}" if state.verified_to else "not yet verified"

    def _round(self, task: Task) -> SealState:
        def tell(state: SealState) -> None:
            task.progress(state.verified_to)

        try:
            return self._sealing.round(task.cancel, tell)
        except ChildCancelled:
            raise Cancelled from None

    def _on_progress(self, done: int, total: int | None, text: str) -> None:
        self.changed.emit()

    def sentence(self) -> str:
        """What a PDF's cover says of it."""
        state = self.state
        if state.faults:
            return f"Verification found {_counted(state)}. {state.faults[0].sentence()}"
        if not state.verified_to:
            return ""
        at = f" at {state.verified_at:%Y-%m-%dT%H:%M:%SZ}" if state.verified_at else ""
        return f"This console had verified the chain to event {state.verified_to:,}{at}."

    def _on_end(self, state: SealState) -> None:
        self.changed.emit()
        if state.faults and not self._told:
            self._told = True
            self.found.emit(max(state.faults[0].first, 1))
        self._next.start()

    def _on_error(self, error: Exception) -> None:
        self.failed.emit(error)
        self._next.start()


def _counted(state: SealState) -> str:
    return f"{len(state.faults):,} fault" + ("" if len(state.faults) == 1 else "s")
