"""Reads the tree of systems and customers, for the navigation and for the page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.systems.tree import Forest
from govdesk.jobs import Jobs, Task
from govdesk.services import nodes
from govdesk.services.link import Link


class ForestReader(QObject):
    """`forest` is the tree that was read last; `arrived` carries each one, `failed` the error."""

    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs = link, jobs
        self.forest: Forest | None = None

    @Slot()
    def read(self) -> None:
        """Read it anew."""
        self._jobs.start(self._read, owner=self, on_result=self.take, on_error=self.failed.emit)

    def take(self, forest: Forest) -> None:
        """This is the tree from now on."""
        self.forest = forest
        self.arrived.emit(forest)

    def forget(self) -> None:
        """Know none, as if nothing had been read."""
        self.forest = None

    def _read(self, task: Task) -> Forest:
        with borrowed(self._link, "interactive", task) as session:
            return Forest(nodes.all_nodes(session))
