"""One decision whole: who asks for what and why, what changes, for whom, and its history."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.access.blast_radius import BlastRadius
from govdesk.desktop.approvals.reader import Shown
from govdesk.desktop.approvals.verdict import VerdictBar
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.timeline.detail_facts import Fact, FactList
from govdesk.desktop.timeline.diff_view import DiffView
from govdesk.desktop.timeline.layouts import chain, in_order
from govdesk.desktop.widgets import Pill, StatePage, Words, announce
from govdesk.services import decision_words
from govdesk.services.decisions import Decision

_LEAST: Final = 80 * theme.GRID


class DecisionDetail(QWidget):
    """Shows one decision. `timeline_asked` carries its id, `retry_asked` follows Retry."""

    timeline_asked = Signal(object)
    retry_asked = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("decision_detail")
        self.zone = zone
        self.shown: Shown | None = None
        self.setMinimumWidth(_LEAST)
        self.states = StatePage(self)
        self.bar = VerdictBar(self)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("decision_scroll")
        self._scroll.setAccessibleName("The decision")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setWidget(self._column())
        self._inner.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(*4 * (theme.FOCUS_WIDTH,))
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.bar)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(whole)
        self.stack.addWidget(self.states)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self.clear()

    def _column(self) -> QWidget:
        self._inner = inner = QWidget()
        inner.setObjectName("decision_column")
        self._title = Words("", "section", parent=inner, wraps=True)
        self._title.setObjectName("decision_title")
        self._sentence = Words("", "body", "text_secondary", inner, wraps=True)
        self._sentence.setObjectName("decision_sentence")
        self._state = Pill("state_neutral", "", inner)
        self._state.setObjectName("decision_state")
        self._end = Words("", "body", parent=inner, wraps=True)
        self._end.setObjectName("decision_end")
        self._facts = FactList(inner)
        self._facts.setObjectName("decision_facts")
        self._no_diff = Words("", "body", "text_secondary", inner, wraps=True)
        self._no_diff.setObjectName("decision_no_diff")
        self.diff = DiffView(inner)
        self._effect_title = self._section("What this changes for people", inner)
        self.blast = BlastRadius(inner)
        self._history = Words("", "body", "text_secondary", inner, wraps=True)
        self._history.setObjectName("decision_history")
        self._timeline = QPushButton(theme.icon("history"), "Show in the timeline", inner)
        self._timeline.setObjectName("decision_timeline")
        self._timeline.setAutoDefault(False)
        self._timeline.clicked.connect(self._on_timeline)
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.INSIDE)
        pill = QHBoxLayout()
        pill.addWidget(self._state)
        pill.addStretch(1)
        column.addWidget(self._title)
        column.addLayout(pill)
        changes = self._section("What changes", inner)
        history = self._section("History", inner)
        parts: tuple[QWidget, ...] = (self._sentence, self._end, self._facts, self._effect_title)
        parts += (self.blast, changes, self._no_diff, self.diff, history, self._history)
        for part in parts:
            column.addWidget(part)
        column.addWidget(self._timeline, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return inner

    def _section(self, words: str, parent: QWidget) -> Words:
        title = Words(words, "strong", parent=parent)
        title.setContentsMargins(0, theme.GAP, 0, 0)
        return title

    # What is shown

    @property
    def decision(self) -> Decision | None:
        """The decision on the screen."""
        return self.shown.decision if self.shown else None

    @property
    def text(self) -> str:
        """The decision as a screen reader says it."""
        return self._scroll.accessibleName()

    @Slot()
    def take_keyboard(self) -> None:
        """Go on reading here."""
        self._scroll.setFocus()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.zone = zone
        if self.shown is not None:
            self.show_decision(self.shown)

    def show_decision(self, shown: Shown) -> None:
        """Show a decision; the place that one has scrolled to stays when it is the same one."""
        before = self.decision
        self.shown = shown
        decision, now = shown.decision, datetime.now(UTC)
        self._title.setText(decision.summary)
        self._sentence.setText(decision.sentence)
        self._sentence.setVisible(bool(decision.sentence))
        self._end.setText(decision_words.ended(decision))
        self._end.setVisible(bool(self._end.text()))
        self._show_changes(shown)
        self._history.setText(self._history_words(shown))
        self.tell_time(now)
        self.stack.setCurrentIndex(0)
        chain([self._scroll, *in_order(self._inner.layout()), *in_order(self.bar.layout())])
        if before is None or before.id != decision.id:
            self._scroll.verticalScrollBar().setValue(0)
            announce(self, self.text)

    def tell_time(self, now: datetime) -> None:
        """Tell anew how long it still waits."""
        decision = self.decision
        if decision is None:
            return
        meaning, word = decision_words.state(decision, now)
        self._state.set_meaning(meaning, word)
        keyboard = QApplication.focusWidget()
        if keyboard is None or not self._facts.isAncestorOf(keyboard):
            self._facts.show_facts(self._about(decision, now))
        self._scroll.setAccessibleName(f"{decision.summary}. {word}. {self._end.text()}".strip())
        self.bar.show_decision(decision, is_over=decision.is_open and decision.expires_at <= now)

    def _about(self, decision: Decision, now: datetime) -> list[Fact]:
        at, until = (time_text(t, self.zone) for t in (decision.created_at, decision.expires_at))
        left = decision_words.countdown(decision, now)
        found = [
            Fact("kind", "Kind", decision.title),
            Fact("requester", "Asked by", decision_words.person(decision.requester)),
            Fact("asked", "Asked", decision_words.ago(decision.created_at, now), second=at),
            Fact("subject", "About", decision.subject_email or ""),
            Fact("why", "Why", decision.reason or "No reason was given."),
            Fact("expires", "Expires", left.removeprefix("expires "), second=until),
            Fact("mail", "Mail", self._mail_words()),
        ]
        return [fact for fact in found if fact.text]

    def _mail_words(self) -> str:
        """What became of the link that was mailed; nothing for who may not know."""
        mail = self.shown.mail if self.shown is not None else None
        if mail is None:
            return ""
        stuck = " Reviewers among the members find it in Approvals." if mail.is_stuck else ""
        return f"The link to the reviewers: {mail.words}.{stuck}"

    def _show_changes(self, shown: Shown) -> None:
        decision = shown.decision
        if decision.blast:
            self.blast.show_changes(decision.blast, decision.subject_email or "")
        else:
            self.blast.show_words(decision_words.no_effect(decision))
        self._no_diff.setText("The title says all of it; no field has another value.")
        self._no_diff.setVisible(not shown.lines)
        self.diff.setVisible(bool(shown.lines))
        self.diff.show_lines(shown.lines)

    def _history_words(self, shown: Shown) -> str:
        rows = [
            f"{time_text(e.at, self.zone)}  {e.summary or e.action} (event {e.seq:,})"
            for e in shown.history
        ]
        return "\n".join(rows) or "The log shows you no event about it."

    @Slot()
    def clear(self) -> None:
        """Show that none is chosen."""
        self.shown = None
        self.states.show_empty(
            "No decision chosen", "Choose one in the list to see what it changes.", icon="info"
        )
        self.stack.setCurrentWidget(self.states)

    def show_loading(self) -> None:
        """Show that another decision is on its way."""
        self.shown = None
        self.states.show_loading("Reading the decision")
        self.stack.setCurrentWidget(self.states)

    def show_error(self, error: Exception) -> None:
        """Say what happened, with Retry; what is typed stays."""
        self.shown = None
        self.states.show_error("The decision cannot be read now", str(error), self.retry_asked.emit)
        self.stack.setCurrentWidget(self.states)

    def show_gone(self) -> None:
        """It is not one that this person may read any more."""
        self.shown = None
        self.states.show_empty(
            "This decision is not there for you any more",
            "What you may see has changed since the list was read.",
        )
        self.stack.setCurrentWidget(self.states)

    @Slot()
    def _on_timeline(self) -> None:
        if self.decision is not None:
            self.timeline_asked.emit(self.decision.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of a panel."""
        painter = QPainter(self)
        theme.panel(painter, self.rect(), theme.colour("base"), radius=theme.RADIUS)
        painter.end()
