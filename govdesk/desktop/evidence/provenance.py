"""Check a file: whether it is as it was sealed, and which sealed export made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import PageArea, button
from govdesk.desktop.evidence.judged import JudgedFile, Pinned
from govdesk.desktop.evidence.kinds import REDACTIONS
from govdesk.desktop.evidence.periods import when
from govdesk.desktop.members.parts import Facts
from govdesk.desktop.timeline.layouts import let_go
from govdesk.desktop.widgets import FormField, MonoField, Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.organization import Here

OpenFile = Callable[[QWidget, str], str]
_TITLE: Final = "Choose a file"
_LEAD: Final = (
    "A bundle (.zip), .jsonl export or PDF is verified; the content of any file is compared with"
    " what every export, bundle and snapshot sealed about itself. The file stays on this computer."
)
_STEPS: Final = 1000
_MADE: Final = {
    "audit.exported": "an export of events",
    "audit.bundle_created": "an evidence bundle",
    "audit.snapshot_created": "a snapshot",
}


def open_file(parent: QWidget, title: str) -> str:
    """Ask with the platform's own dialog for a file to read; empty when dismissed."""
    path, _ = QFileDialog.getOpenFileName(parent, title)
    return path


class DropArea(QFrame):
    """Takes one file by drag and drop, or by its button. `dropped` carries its path."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("provenance_drop")
        self.setAccessibleName("Drop a file here, or choose one")
        self.setAcceptDrops(True)
        self.is_over = False
        words = Words("Drop a file here, or", "body", "text_secondary", self)
        self.choose = button(
            "Choose file…", "provenance_choose", self._nothing, self, icon="folder-open"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.MARGIN, theme.GAP, theme.MARGIN)
        row.setSpacing(theme.INSIDE)
        row.addStretch(1)
        row.addWidget(words)
        row.addWidget(self.choose)
        row.addStretch(1)

    def _nothing(self) -> None:
        """The part answers the button's own signal."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what has a file of this computer in it."""
        if _file_in(event) is not None:
            event.acceptProposedAction()
            self._show(True)

    def dragLeaveEvent(self, event: Any) -> None:
        """It went elsewhere."""
        self._show(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at the first file."""
        self._show(False)
        if (path := _file_in(event)) is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _show(self, is_over: bool) -> None:
        self.is_over = is_over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed line around it, stronger while a file is above it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_over:
            theme.panel(painter, self.rect(), theme.colour("weak_info"), radius=theme.RADIUS)
        pen = QPen(theme.colour("accent" if self.is_over else "text_secondary"))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        inside = self.rect().adjusted(1, 1, -2, -2)
        painter.drawRoundedRect(inside, theme.RADIUS, theme.RADIUS)
        painter.end()


def _file_in(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((path for path in paths if path.is_file()), None)


class ProvenancePart(QWidget):
    """`event_asked` carries the number of the event that sealed an export.

    `pinned` returns the keys of this organization's log that the witness pinned.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    event_asked = Signal(object)
    approvals_asked = Signal()
    selected = Signal()
    choose: OpenFile = staticmethod(open_file)
    pinned: Pinned = staticmethod(tuple)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("evidence_provenance")
        self._link, self._jobs, self._zone = link, jobs, zone
        self._job: Job | None = None
        self._number = 0
        self._path: Path | None = None
        self._shown: Any = None
        self._origins: list[QWidget] = []
        self._build()
        self._lay_out()
        self._show_parts("")

    def _build(self) -> None:
        self.inner = QWidget()
        self.lead = Words(_LEAD, parent=self.inner, wraps=True)
        self.drop = DropArea(self.inner)
        self.drop.dropped.connect(self.look)
        self.drop.choose.clicked.connect(self.choose_file)
        self.bar = QProgressBar(self.inner)
        self.bar.setObjectName("provenance_bar")
        self.bar.setAccessibleName("Reading the file")
        self.bar.setTextVisible(False)
        self.stop_button = button("Cancel", "provenance_cancel", self.stop, self.inner)
        self.file = Words("", "section", parent=self.inner, wraps=True)
        self.file.setObjectName("provenance_file")
        self.verdict = JudgedFile(self._jobs, self.inner)
        self.verdict.changed.connect(self._show_work)
        self.origin_title = Words("Where is it from?", "strong", parent=self.inner)
        self.pill = Pill("state_ok", "known", self.inner)
        self.pill.setObjectName("provenance_state")
        self.answer = Words("", parent=self.inner, wraps=True)
        self.answer.setObjectName("provenance_answer")
        self.digest = MonoField("SHA-256 of the file", "", self.inner)
        self.digest.setObjectName("provenance_digest")
        self.digest_field = FormField("SHA-256 of the file", self.digest, parent=self.inner)
        self.results = QVBoxLayout()
        self.results.setSpacing(theme.GAP)

    def _lay_out(self) -> None:
        work = QHBoxLayout()
        work.setSpacing(theme.INSIDE)
        work.addWidget(self.bar, 1)
        work.addWidget(self.stop_button)
        mark = QHBoxLayout()
        mark.addWidget(self.pill)
        mark.addStretch(1)
        column = QVBoxLayout(self.inner)
        column.setContentsMargins(0, 0, 0, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (self.lead, self.drop):
            column.addWidget(part)
        column.addLayout(work)
        column.addWidget(self.file)
        column.addWidget(self.verdict)
        origin = QVBoxLayout()
        origin.setSpacing(theme.INSIDE)
        origin.addWidget(self.origin_title)
        origin.addLayout(mark)
        column.addLayout(origin)
        column.addWidget(self.answer)
        column.addWidget(self.digest_field)
        column.addLayout(self.results)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(PageArea(self.inner, "provenance_area", self))

    def _show_parts(self, state: str) -> None:
        """Of nothing, working, known, unknown, failed only what belongs to it is seen."""
        self._show_work()
        self.file.setVisible(bool(state))
        self.origin_title.setVisible(bool(state))
        self.pill.setVisible(state in ("known", "unknown"))
        self.answer.setVisible(bool(state))
        self.digest_field.setVisible(state in ("known", "unknown"))
        for one in self._origins:
            self.results.removeWidget(one)
            let_go(one)
        self._origins = []

    @Slot()
    def _show_work(self) -> None:
        """How far it is, while either question is open; the verdict takes longer."""
        is_judging = self.verdict.is_busy
        for part in (self.bar, self.stop_button):
            part.setVisible(is_judging or self._job is not None)
        if is_judging:
            self._show_share(self.verdict.share)

    def _show_share(self, share: float | None) -> None:
        self.bar.setRange(0, 0 if share is None else _STEPS)
        self.bar.setValue(0 if share is None else int(share * _STEPS))

    # Looking

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file."""
        path = self.choose(self, _TITLE)
        if path:
            self.look(Path(path))

    @Slot(object)
    def look(self, path: Path) -> None:
        """Judge a file by itself, and ask which export made it."""
        self.stop()
        self._path = path
        number = self._number = self._number + 1
        self.file.setText(path.name)
        self._say_of_origin("Reading the file …", "text_secondary")

        def work(task: Task) -> Any:
            from govdesk.services.provenance import provenance

            with borrowed(self._link, "witness", task) as session:
                return provenance(session, path, task.progress)

        self._job = self._jobs.start(
            work, owner=self, lane="witness", title=f"Provenance of {path.name}",
            on_result=partial(self._on_found, number), on_error=partial(self._on_error, number),
            on_progress=partial(self._on_progress, number),
            on_cancelled=partial(self._on_cancelled, number),
        )  # fmt: skip
        self.verdict.judge(path, self.pinned)
        self._show_parts("working")

    @Slot()
    def stop(self) -> None:
        """Look no further."""
        self.verdict.stop()
        if self._job is not None:
            self._job.cancel()

    def _on_progress(self, number: int, done: int, total: int | None, text: str) -> None:
        if number == self._number and not self.verdict.is_busy:
            self._show_share(min(done / total, 1.0) if total else None)

    def _on_found(self, number: int, found: Any) -> None:
        if number == self._number:
            self.show_provenance(found)

    def _on_cancelled(self, number: int) -> None:
        """What an earlier file still says comes too late."""
        if number == self._number:
            self._job = None
            self._show_parts("cancelled")
            self._say_of_origin("The log was not asked.", "text_secondary")

    def _on_error(self, number: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            self._on_cancelled(number)
            raise error
        if number != self._number:
            return
        self._job = None
        self._show_parts("failed")
        self._say_of_origin(f"{error.sentence} {error.remedy}".strip(), "state_failed")
        announce(self, self.answer.text())
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    def _say_of_origin(self, sentence: str, tone: str) -> None:
        self.answer.set_tone(tone)
        self.answer.setText(sentence)

    def show_provenance(self, found: Any) -> None:
        """Show what the log knows of the file."""
        self._job, self._shown = None, found
        self._show_parts("known" if found.is_known else "unknown")
        self.file.setText(found.file)
        self.digest.set_text(found.sha256)
        self.answer.set_tone("text")
        if found.is_known:
            self.pill.set_meaning("state_ok", "a sealed export made it")
            self.answer.setText(self._told(found))
        else:
            self.pill.set_meaning("state_attention", "no sealed export made it")
            self.answer.setText(found.sentences[0])
        for origin in found.origins:
            self._add(origin)
        announce(self, f"{self.pill.word}. {self.answer.text()}")

    def _told(self, found: Any) -> str:
        count = len(found.origins)
        words = "One export made it." if count == 1 else f"{count:,} exports made this content."
        is_changed = found.matched_sha256 != found.sha256
        return f"{words} {found.sentences[-1]}" if is_changed else words

    def _add(self, origin: Any) -> None:
        block = QWidget(self.inner)
        place = len(self._origins) + 1
        facts = Facts(block)
        told = {
            "at": ("When", _time(origin.at, self._zone)),
            "actor": ("Who", origin.actor),
            "action": ("What", _MADE.get(origin.action, origin.action)),
            "rows": ("Events", "unknown" if origin.rows is None else f"{origin.rows:,}"),
            "filter": ("Filter", origin.filter or "every event"),
            "redacted": ("Left out", _left_out(origin.redacted)),
        }
        for name, (title, value) in told.items():
            facts.show_fact(f"origin_{place}_{name}", title, value)
        show: QPushButton = button(
            f"Show event {origin.seq:,}", f"origin_{place}_show",
            partial(self.event_asked.emit, origin.seq), block, icon="history",
        )  # fmt: skip
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(facts)
        column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        self._origins.append(block)
        self.results.addWidget(block)
        block.show()

    # What the page asks for

    def hideEvent(self, event: QHideEvent) -> None:
        """The status bar is another's."""
        super().hideEvent(event)
        self.said.emit("")

    def refresh(self) -> None:
        """Look at the same file again."""
        if self._path is not None:
            self.look(self._path)

    def go_on(self) -> None:
        """Nothing waits for the connection."""

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        if self._shown is not None and self.pill.isVisible():
            self.show_provenance(self._shown)

    def set_compact(self, compact: bool) -> None:
        """There is no table."""

    def copy(self) -> None:
        """Copy the file's digest."""
        self.digest.copy()


def _left_out(fields: Sequence[str]) -> str:
    """Return the fields in the words of the order dialog."""
    return ", ".join(REDACTIONS.get(name, name) for name in fields).capitalize() or "Nothing"


def _time(text: str, zone: tzinfo) -> str:
    return when(datetime.fromisoformat(text), zone)
