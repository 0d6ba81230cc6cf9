"""Exports from the window: a file appears when it is whole; a lost connection only delays it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from govdesk.domain.filter_language import Filter
from govdesk.exports.files import discard_part, has_part
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services import audit, exporting
from govdesk.services.audit import Export, Exported, Format
from govdesk.services.link import Link, SessionEnded, Unreachable

FORMATS: Final[dict[Format, str]] = {
    "csv": "CSV (*.csv)",
    "json": "JSON (*.json)",
    "jsonl": "JSON lines with manifest (*.jsonl)",
    "pdf": "PDF (*.pdf)",
}
ChooseFile = Callable[[QWidget, str, str, str], str]
"""Asks for a file to write: parent, title, proposed name, kinds; empty when dismissed."""


def choose_file(parent: QWidget, title: str, name: str, kinds: str) -> str:
    """Ask with the platform's own dialog, which also asks before it replaces a file."""
    path, _ = QFileDialog.getSaveFileName(parent, title, name, kinds)
    return path


class Exporter(QObject):
    """Starts exports and goes on with those that a lost connection or session interrupted.

    `waiting` carries how many wait for the connection.
    """

    waiting = Signal(int)
    failed = Signal(object)
    written = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self.verified: Callable[[], str] = str
        self._link, self._jobs = link, jobs
        self._interrupted: list[Export] = []

    def start(self, target: Path, form: Format, filter: Filter | None) -> Job:
        """Write the events of `filter` to `target`, which may exist."""
        return self._start(
            Export(
                target,
                form,
                filter,
                force=True,
                verified=self.verified(),
            )
        )

    def start_one(self, target: Path, seq: int) -> Job:
        """Write event `seq` as JSON."""
        return self._start(Export(target, "json", first=seq, last=seq, force=True))

    def go_on(self) -> None:
        """Take up what was interrupted; called when the connection is back."""
        interrupted, self._interrupted = self._interrupted, []
        for order in interrupted:
            # A PDF is made anew, as its pages are not appended to, and so is what had no rows yet.
            resume = order.format != "pdf" and has_part(order.target)
            self._start(replace(order, resume=resume))
        self.waiting.emit(0)

    @property
    def count_waiting(self) -> int:
        """How many exports wait for the connection."""
        return len(self._interrupted)

    def discard_waiting(self) -> None:
        """Give up what waits; its unfinished files go."""
        for order in self._interrupted:
            discard_part(order.target)
        self._interrupted.clear()

    def _start(self, order: Export) -> Job:
        return self._jobs.start(
            lambda task: self._work(task, order),
            owner=self,
            on_result=self.written.emit,
            on_error=lambda error: self._on_error(error, order),
            # One that was to be resumed, and was given up while it waited, left a part.
            on_cancelled=lambda: discard_part(order.target),
            lane="export",
            title=f"Export {order.target.name}",
            visible=True,
        )

    def _work(self, task: Task, order: Export) -> Exported:
        order = replace(order, cancel=task.cancel)
        try:
            return exporting.export(self._link, order, task.progress)
        except audit.Cancelled:
            raise Cancelled from None
        except (SessionEnded, Unreachable):
            # Leaving cancels and signs out at once; whichever is noticed first, nothing is kept.
            if task.cancel.is_set():
                discard_part(order.target)
                raise Cancelled from None
            raise

    def _on_error(self, error: Exception, order: Export) -> None:
        if isinstance(error, SessionEnded | Unreachable):
            self._interrupted.append(order)
            self.waiting.emit(len(self._interrupted))
        self.failed.emit(error)


def proposed_name(tenant_path: str, form: Format, query: str) -> str:
    """Return a file name that says what is in the file."""
    part = "-filtered" if query else ""
    return f"{tenant_path.replace('.', '-')}-audit{part}.{form}"


def open_path(path: Path) -> None:
    """Open a file or folder with what the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
