"""What a file will show of the log, said before anything is written."""

from __future__ import annotations

import importlib
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.evidence.kinds import size_words
from govdesk.desktop.evidence.making import Wanted, bundle_order
from govdesk.desktop.widgets import Picture, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link


class EffectPart(QWidget):
    """Sentences on a quiet ground: what is in the file, and whether nothing else can be missing."""

    def __init__(self, name: str, link: Link, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(f"{name}_effect")
        self._link, self._jobs = link, jobs
        self._job: Job | None = None
        self._asked: Wanted | None = None
        self.is_staged = False
        self.icon = Picture("eye", "text_secondary", parent=self)
        self.title = Words("What it will show", "strong", parent=self, wraps=True)
        self.reveals = Words("", parent=self, wraps=True)
        self.reveals.setObjectName(f"{name}_reveals")
        self.complete = Words("", parent=self, wraps=True)
        self.complete.setObjectName(f"{name}_complete")
        self.mark = Picture("badge-check", "state_ok", parent=self)
        self._lay_out()
        self.say("")
        theme.signals.changed.connect(self.update)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        column.setSpacing(theme.GRID)
        for picture, words in (
            (self.icon, self.title), (None, self.reveals), (self.mark, self.complete),
        ):  # fmt: skip
            line = QHBoxLayout()
            line.setSpacing(theme.INSIDE)
            if picture is None:
                line.addSpacing(theme.ICON + theme.INSIDE)
            else:
                line.addWidget(picture)
            line.addWidget(words, 1)
            column.addLayout(line)

    # Asking

    def look(self, wanted: Wanted) -> None:
        """Count what it will show; an older count is dropped."""
        if self.is_staged or wanted == self._asked:
            return
        self.stop()
        self._asked = wanted
        self.say("Counting …")

        def work(task: Task) -> Any:
            from govdesk.services import bundles

            if wanted.kind.has_passphrase:
                # The window judges passphrases by it later, and would wait for it then.
                importlib.import_module("govdesk.services.snapshots")
            with borrowed(self._link, "interactive", task) as session:
                return bundles.preview(session, bundle_order(wanted))

        self._job = self._jobs.start(
            work,
            owner=self,
            on_result=lambda preview: self._on_counted(wanted, preview),
            on_error=lambda error: self._on_error(wanted, error),
        )

    def stop(self) -> None:
        """Wait for no count any more; what was asked for may be asked for again."""
        self._asked = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being counted."""
        return self._job is None or self._job.has_ended

    def _on_counted(self, wanted: Wanted, preview: Any) -> None:
        # A count may have ended just before it was given up.
        if wanted is self._asked:
            self.show_preview(preview)

    def _on_error(self, wanted: Wanted, error: Exception) -> None:
        if wanted is not self._asked:
            return
        self._asked = None
        if not isinstance(error, Problem):
            raise error
        self.say(
            f"What it will show cannot be counted now. {error.sentence} {error.remedy}".strip()
        )

    # Showing

    def show_preview(self, preview: Any) -> None:
        """Show what was counted."""
        about = f"About {size_words(preview.bytes)}."
        self.say(" ".join((*preview.reveals, about)), preview.completeness, preview.provable)

    def say(self, words: str, complete: str = "", is_provable: bool = True) -> None:
        """Say it; `complete` says whether a reader can prove that nothing is missing."""
        self.reveals.setText(words)
        self.complete.setText(complete)
        for part in (self.complete, self.mark):
            part.setVisible(bool(complete))
        icon = ("badge-check", "state_ok") if is_provable else ("triangle-alert", "state_attention")
        self.mark.set_icon(*icon)
        self.setAccessibleName(f"{self.title.text()}: {words} {complete}".strip())
        if complete:
            announce(self, self.accessibleName())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet ground; the words alone say what it means."""
        painter = QPainter(self)
        theme.panel(painter, self.rect(), theme.colour("weak_info"), radius=theme.RADIUS)
        painter.end()
