"""One try within the detail: folded to a line, or open with its times, facts and answer."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries import words
from govdesk.desktop.deliveries.timing import Timing
from govdesk.desktop.deliveries.transcript import Transcript
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.widgets import ElidedLabel, Pill, Words
from govdesk.services.deliveries import Attempt


def headline(attempt: Attempt) -> str:
    """Number and time of a try, without what became of it."""
    return f"Try {attempt.number:,}"


class AttemptBlock(QWidget):
    """Its line is a button; what is folded away is made when it is opened first."""

    def __init__(
        self,
        attempt: Attempt,
        request: tuple[str, ...],
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName(f"attempt_{attempt.number}")
        self._attempt, self._request, self._zone = attempt, request, zone
        self._inside: QWidget | None = None
        self.fold = QToolButton(self)
        self.fold.setObjectName(f"attempt_{attempt.number}_fold")
        self.fold.setText(headline(attempt))
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        meaning, word = words.look(attempt.outcome)
        self.fold.setAccessibleName(f"{headline(attempt)}, {word}: details")
        self.fold.toggled.connect(self._on_fold)
        status = f" {attempt.status}" if attempt.status else ""
        pill = Pill(meaning, f"{word}{status}", self)
        pill.setObjectName(f"attempt_{attempt.number}_pill")
        took = Words(words.milliseconds(attempt.total_ms), "secondary", "text_secondary", self)
        line = QHBoxLayout()
        line.setSpacing(theme.INSIDE)
        line.addWidget(self.fold)
        line.addWidget(pill)
        line.addStretch(1)
        line.addWidget(took)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        self._column.addLayout(line)
        self._draw_fold(False)

    def open(self) -> None:
        """Show what is inside."""
        self.fold.setChecked(True)

    @Slot(bool)
    def _on_fold(self, is_open: bool) -> None:
        if is_open and self._inside is None:
            self._inside = self._made()
            self._column.addWidget(self._inside)
        if self._inside is not None:
            self._inside.setVisible(is_open)
        self._draw_fold(is_open)

    def _draw_fold(self, is_open: bool) -> None:
        self.fold.setIcon(theme.icon("chevron-down" if is_open else "chevron-right"))
        self.fold.setToolTip("Hide the details" if is_open else "Show the details")

    def _made(self) -> QWidget:
        attempt, inside = self._attempt, QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.GAP, 0, 0, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        said = attempt.error or words.meaning_of(attempt.outcome)
        for text, tone in ((said, "text"), (attempt.remedy or "", "text_secondary")):
            if text:
                column.addWidget(Words(text, "body", tone, inside, wraps=True))
        timing = Timing(inside)
        timing.show_attempt(attempt)
        column.addWidget(timing)
        column.addLayout(self._facts(inside))
        answer = Transcript("Answer", f"attempt_{attempt.number}_answer", inside)
        answer.show_text(attempt.response or "", _about_answer(attempt))
        column.addWidget(answer)
        request = Transcript("Request", f"attempt_{attempt.number}_request", inside)
        request.show_text("\n".join(self._request))
        column.addWidget(request)
        return inside

    def _facts(self, inside: QWidget) -> QGridLayout:
        attempt = self._attempt
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnStretch(1, 1)
        facts = (
            ("At", time_text(attempt.at, self._zone)),
            ("Address", attempt.address or ""),
            ("Encryption", attempt.tls or ""),
            ("Worker", attempt.host),
            ("Next try", words.next_try(attempt, self._zone)),
        )
        for row, (label, text) in enumerate(pair for pair in facts if pair[1]):
            grid.addWidget(Words(label, "body", "text_secondary", inside), row, 0)
            grid.addWidget(ElidedLabel(text, "middle", inside), row, 1)
        return grid


def _about_answer(attempt: Attempt) -> str:
    if attempt.status is None:
        return ""
    body = "" if attempt.response else ", without a word"
    return f"Status {attempt.status}{body}."
