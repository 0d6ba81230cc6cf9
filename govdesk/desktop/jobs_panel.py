"""Long work: a button that says how much is running, and a panel with one row for each."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from govdesk.desktop import theme, trouble
from govdesk.desktop.exporting import open_path
from govdesk.desktop.widgets import JobRow
from govdesk.jobs import Job, Jobs


@runtime_checkable
class WrittenFile(Protocol):
    """What a job brings that wrote a file of events."""

    path: str
    rows: int


class JobsPanel(QFrame):
    """Rows of the visible jobs, the newest at the top; they stay until the window closes."""

    count_changed = Signal(int)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("jobs_panel")
        self.setAccessibleName("Jobs")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._rows: dict[Job, JobRow] = {}
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.INSIDE)
        self._list.addStretch(1)
        self._nothing = QLabel("Exports and other long work appear here.", self)
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(*4 * (theme.INSIDE,))
        body = self._body = QWidget(self)
        body.setLayout(self._list)
        self._list.insertWidget(0, self._nothing)
        scroll = QScrollArea(self)
        scroll.setObjectName("jobs_scroll")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        layout.addWidget(scroll)
        jobs.added.connect(self._on_added)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        width = 110 * theme.GRID
        frame = 2 * (theme.INSIDE + self.frameWidth())
        rows = self._list.totalHeightForWidth(width - frame)
        return QSize(width, frame + (rows if rows > 0 else self._body.sizeHint().height()))

    @property
    def running(self) -> list[Job]:
        """Visible jobs that have not ended."""
        return list(self._rows)

    @Slot(object)
    def _on_added(self, job: Job) -> None:
        if not job.visible:
            return
        row = JobRow(self)
        row.set_title(job.title)
        row.cancel_clicked.connect(job.cancel)
        self._rows[job] = row
        self._nothing.hide()
        self._list.insertWidget(0, row)
        job.changed.connect(self._on_changed)
        self.count_changed.emit(len(self.running))

    @Slot()
    def _on_changed(self) -> None:
        job = self.sender()
        assert isinstance(job, Job)
        row = self._rows[job]
        row.set_state(job.state)
        row.set_progress(job.done, job.total, rate_text(job))
        if job.has_ended:
            self._finish(job, row)
            # The row stays, without what the job brought: a copy of many rows is large.
            del self._rows[job]
            self.count_changed.emit(len(self.running))

    def _finish(self, job: Job, row: JobRow) -> None:
        if isinstance(job.result, WrittenFile):
            path = Path(job.result.path)
            row.set_result(f"{job.result.rows:,} events, {size_text(path)}")
            row.open_clicked.connect(partial(open_path, path))
            row.folder_clicked.connect(partial(open_path, path.parent))
        elif job.error is not None:
            known = trouble.explain(job.error)
            row.set_result(known.words if known else str(job.error), has_file=False)


def rate_text(job: Job) -> str:
    """Return rate and time left, once they can be told."""
    if job.text:
        return job.text
    if job.started_at is None or not job.done or not job.total:
        return ""
    seconds = max(time.monotonic() - job.started_at, 0.001)
    rate = job.done / seconds
    left = (job.total - job.done) / rate
    return f"{rate:,.0f} a second, {duration_text(left)} left"


def duration_text(seconds: float) -> str:
    """Return a duration as a person says it."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def size_text(path: Path) -> str:
    """Return a file's size in decimal units."""
    size = float(os.path.getsize(path)) if path.exists() else 0.0
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
