"""Brings the delivery that one is on into the detail."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries import story
from govdesk.desktop.deliveries.story import Story
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link

SETTLE_MS: Final = 80
"""Holding a cursor key down must not ask for every delivery on the way."""


class StoryReader(QObject):
    """Reads the delivery last asked for.

    `asked` carries the number of the try that is to be open, or None; `arrived` a `Story`, `failed`
    an error.
    """

    asked = Signal(object)
    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs = link, jobs
        self.wanted: tuple[str, int | None] | None = None
        """The delivery last asked for, and its try."""
        self._job: Job | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.read)

    def want(self, delivery_id: str, number: int | None) -> None:
        """Read a delivery once the person stays on it."""
        self.wanted = (delivery_id, number)
        self._settling.start()

    def forget(self) -> None:
        """Nothing is asked for."""
        self.wanted = None
        self._settling.stop()

    @Slot()
    def read(self) -> None:
        """Read it now."""
        wanted = self.wanted
        if wanted is None:
            return
        if self._job is not None:
            self._job.cancel()
        self.asked.emit(wanted[1])

        def work(task: Task) -> Story:
            with borrowed(self._link, "interactive", task) as session:
                return story.read(session, wanted[0])

        self._job = self._jobs.start(
            work,
            owner=self,
            on_result=lambda found: self._on_story(wanted, found),
            on_error=lambda error: self._on_error(wanted, error),
        )

    def _on_story(self, wanted: tuple[str, int | None], found: Story) -> None:
        if wanted == self.wanted:
            self.arrived.emit(found)

    def _on_error(self, wanted: tuple[str, int | None], error: Exception) -> None:
        if wanted == self.wanted:
            self.failed.emit(error)
