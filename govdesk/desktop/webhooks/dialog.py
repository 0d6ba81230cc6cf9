"""A dialog that writes one thing: a title, parts, a line for what went wrong, two buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.members.parts import note, say
from govdesk.desktop.widgets import Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services.link import Link, SessionEnded, Unreachable


class WritingDialog(QDialog):
    """Stays open, with everything chosen kept, until it is written or the person gives up."""

    def __init__(
        self, link: Link, jobs: Jobs, name: str, title: str, go: str, parent: QWidget | None
    ):
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._link, self._jobs = link, jobs
        self.writing = Writing(self, link, jobs)
        self.what = Words(title, "section", parent=self, wraps=True)
        self.message = note(f"{name}_message", self, "state_failed")
        self.cancel = button("Cancel", f"{name}_cancel", self.reject, self)
        self.go = button(go, f"{name}_go", self.submit, self, primary=True)
        self.go.setDefault(True)
        self.writing.busy.connect(self._on_busy)

    def lay_out(self, parts: Sequence[QWidget], *others: QPushButton) -> None:
        """Put the parts below the title, once; `others` are buttons between the two."""
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (self.what, *parts, self.message):
            column.addWidget(part)
        column.addLayout(button_row(self.cancel, *others, self.go))
        self.setMinimumWidth(theme.READING_WIDTH)
        self.resize(theme.READING_WIDTH, column.totalHeightForWidth(theme.READING_WIDTH))

    def event(self, event: QEvent) -> bool:
        """Words that wrap otherwise need another height, which Qt does not ask for by itself."""
        if event.type() != QEvent.Type.LayoutRequest:
            return super().event(event)
        done = super().event(event)
        if (layout := self.layout()) is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))
        return done

    def submit(self) -> None:
        """Write."""
        raise NotImplementedError

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)

    def refuse(self, error: Problem) -> None:
        """Say why it was not written."""
        words = f"{error.sentence} {error.remedy}".strip()
        say(self.message, words)
        announce(self, words)
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)
