"""What cannot be undone is asked for here: what goes, what is kept, why, and a second human."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.evidence.reason import SHORTEST, ReasonDialog
from govdesk.desktop.members.parts import say
from govdesk.desktop.widgets import Picture, Words, announce
from govdesk.jobs import Jobs
from govdesk.services.link import Link, Session

DECIDED = (
    "A second human decides this. Nothing goes before that, and nothing comes back afterwards;"
    " Approvals shows what becomes of it."
)


class Ground(QWidget):
    """Sentences on a quiet ground, each with an icon that repeats what it says."""

    def __init__(self, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self._name = name
        self._lines: dict[str, tuple[Picture, Words]] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        self.column.setSpacing(theme.INSIDE)
        theme.signals.changed.connect(self.update)

    def say(
        self, line: str, sentence: str, icon: str = "info", tone: str = "text_secondary"
    ) -> None:
        """Say something in one of the lines; an empty sentence takes no room."""
        if line not in self._lines:
            self._add(line)
        picture, words = self._lines[line]
        picture.set_icon(icon, tone)
        words.setText(sentence)
        for part in (picture, words):
            part.setVisible(bool(sentence))
        self.setAccessibleName(" ".join(w.text() for _, w in self._lines.values() if w.text()))
        if sentence:
            announce(self, sentence)

    def text(self, line: str) -> str:
        """What stands in a line."""
        return self._lines[line][1].text() if line in self._lines else ""

    def _add(self, line: str) -> None:
        picture = Picture(parent=self)
        words = Words("", parent=self, wraps=True)
        words.setObjectName(f"{self._name}_{line}")
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(picture)
        row.addWidget(words, 1)
        self.column.addLayout(row)
        self._lines[line] = (picture, words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet ground; the words alone say what it means."""
        painter = QPainter(self)
        theme.panel(painter, self.rect(), theme.colour("weak_info"), radius=theme.RADIUS)
        painter.end()


class LastingDialog(ReasonDialog):
    """Asks for a decision of two about something that lasts; `then` gets the decision's id.

    Who inherits says in `request` what is asked for, and in `why_not` what prevents it.
    """

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        name: str,
        title: str,
        confirmation: str,
        then: Callable[[Any], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, name, title, "Ask for a decision", parent)
        self._confirmation, self._then = confirmation, then
        self._hindered = ""
        self.ground = Ground(f"{name}_effect", self)
        self.decided = Words(DECIDED, "body", "text_secondary", self, wraps=True)
        self.reason_field = self.make_reason(f"{name}_reason")
        self.go.setProperty("primary", False)
        self.go.setProperty("danger", True)

    def hinder(self, sentence: str) -> None:
        """Keep the request back while something prevents it; an empty sentence frees it."""
        self._hindered = sentence
        self.go.setEnabled(not sentence)
        self.go.setToolTip(sentence)
        self.go.setAccessibleDescription(sentence)

    def request(self, session: Session, reason: str) -> Any:
        """Ask; on the thread of a lane."""
        raise NotImplementedError

    def submit(self) -> None:
        """Ask, or say what is missing."""
        if self._hindered or len(reason := self.reason_given()) < SHORTEST:
            return
        say(self.message, "")
        self.writing.run(
            Act(
                lambda session: self.request(session, reason), self._confirmation,
                self._on_asked, self.refuse,
            )
        )  # fmt: skip

    def _on_busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy and not self._hindered)

    def _on_asked(self, decision: Any) -> None:
        then = self._then
        self.accept()
        then(decision)
