"""Approvals: what waits for a second human, decided here with a reason and a confirmation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.approvals.detail import DecisionDetail
from govdesk.desktop.approvals.listing import DecisionList
from govdesk.desktop.approvals.reader import Answer, DecisionReader, Shown
from govdesk.desktop.confirming import confirm
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import connecting, decision_words
from govdesk.services.decisions import Decision, Verdict
from govdesk.services.link import Link, SessionEnded, Unreachable

WHY: Final = "Approving or rejecting counts only with a fresh confirmation that it is you."


class ApprovalsPage(QWidget):
    """The page.

    `trouble` carries errors that need a word, `noted` what the status bar says for a moment,
    `timeline_asked` a filter to show.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    offer_changed = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        reader: DecisionReader,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("approvals_page")
        self._link, self._jobs = link, jobs
        self._is_read = False
        self._wanted: UUID | None = None
        self.reader = reader
        self._build(zone)
        self._connect()
        if reader.found is not None:
            self._on_arrived(reader.found)

    def _build(self, zone: tzinfo) -> None:
        self.header = PageHeader(
            "Approvals", "What one person must not decide alone, a second one decides here.", self
        )
        self.list = DecisionList(self)
        self.detail = DecisionDetail(zone, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("approvals_splitter")
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.detail)
        self.splitter.setChildrenCollapsible(False)
        self.list.setMinimumWidth(60 * theme.GRID)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([90 * theme.GRID, 150 * theme.GRID])
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.states)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.reader.arrived.connect(self._on_arrived)
        self.reader.failed.connect(self._on_failed)
        self.reader.shown.connect(self._on_shown)
        self.reader.detail_failed.connect(self._on_detail_failed)
        self.list.chosen.connect(self._on_chosen)
        self.list.opened.connect(self.detail.take_keyboard)
        self.detail.retry_asked.connect(self._show_chosen)
        self.detail.timeline_asked.connect(self._on_timeline)
        self.detail.bar.given.connect(self._on_given)
        self.detail.bar.cancel_asked.connect(self.cancel_request)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._loading.timeout.connect(self._on_slow)

    # What the person does

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5."""
        if not self._is_read:
            self.states.show_loading("Reading the decisions")
            self.stack.setCurrentWidget(self.states)
        self.reader.read()

    def start_over(self) -> None:
        """Forget what was read, and read it anew."""
        self._is_read = False
        self.refresh()

    def tell_time(self) -> None:
        """Say of what is on the screen how long it still waits."""
        if self.isVisible():
            self.list.retell()
            self.detail.tell_time(datetime.now(UTC))

    def go_on(self) -> None:
        """The connection is back."""
        self.refresh()

    def select_entity(self, decision: str) -> None:
        """Put the keyboard on a decision, at once or when the list is there."""
        self._wanted = UUID(decision)
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        if self._wanted is not None and self.list.choose(self._wanted):
            self._wanted = None
            self.list.setFocus()

    def approve(self) -> None:
        """Approve what is shown."""
        if self.detail.bar.can_decide:
            self.detail.bar.approve.click()

    def reject(self) -> None:
        """Reject what is shown."""
        if self.detail.bar.can_decide:
            self.detail.bar.reject.click()

    @Slot()
    def show_in_timeline(self) -> None:
        """Show the events of the decision in the log."""
        if self.detail.decision is not None:
            self._on_timeline(self.detail.decision.id)

    @property
    def zone(self) -> tzinfo:
        """The zone that times are shown in."""
        return self.detail.zone

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self.detail.set_zone(zone)

    @Slot(str)
    def _on_given(self, verdict: str) -> None:
        decision = self.detail.decision
        if decision is None:
            return
        reason = self.detail.bar.text
        give = partial(self._give, decision.id, cast(Verdict, verdict), reason)
        confirm(self, self._jobs, self._link, WHY, give)

    def _give(self, decision: UUID, verdict: Verdict, reason: str) -> None:
        if self.detail.bar.is_busy:
            return
        self.detail.bar.set_busy(True)
        self.reader.decide(
            decision,
            verdict,
            reason,
            self._on_answer,
            lambda error: self._on_refused(error, partial(self._give, decision, verdict, reason)),
        )

    @Slot()
    def cancel_request(self) -> None:
        """Take one's own request back."""
        decision = self.detail.decision
        if decision is None or self.detail.bar.is_busy or not decision.is_mine:
            return
        self.detail.bar.set_busy(True)
        self.reader.cancel(
            decision.id,
            lambda nothing: self._on_cancelled(decision.id),
            lambda error: self._on_refused(error, self.cancel_request),
        )

    # What the server answers

    @Slot(object)
    def _on_arrived(self, found: list[Decision]) -> None:
        self._is_read = True
        self.list.show_decisions(found)
        self._go_to_wanted()
        if found:
            self.stack.setCurrentWidget(self.splitter)
        else:
            self._show_empty()
        shown = self.detail.decision
        same = next((d for d in found if shown is not None and d.id == shown.id), None)
        if self.list.current is None:
            self.detail.clear()
        elif same is None or same != shown:
            self._show_chosen()

    def _show_empty(self) -> None:
        self.states.show_empty(
            "No decisions yet",
            "When somebody asks for a change that needs a second human, it appears here.",
            icon="badge-check",
        )
        self.stack.setCurrentWidget(self.states)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if not self._is_read and isinstance(error, Problem):
            if connecting.key_of(error) == "not_permitted":
                self.states.show_not_permitted("decisions", "member.read", "An owner or an admin")
            else:
                self.states.show_error("The decisions cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.states)
        self.trouble.emit(error)

    @Slot(object)
    def _on_chosen(self, decision: UUID | None) -> None:
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        decision = self.list.current
        if decision is None:
            self.reader.forget()
        else:
            self._loading.start()
            self.reader.show(decision)

    @Slot()
    def _on_slow(self) -> None:
        """What one reads is not what one has chosen any more."""
        shown = self.detail.decision
        if shown is None or shown.id != self.list.current:
            self.detail.show_loading()

    @Slot(object)
    def _on_shown(self, shown: Shown | None) -> None:
        self._loading.stop()
        if shown is None:
            self.detail.show_gone()
        else:
            self.detail.show_decision(shown)
        self.offer_changed.emit()

    @Slot(object)
    def _on_detail_failed(self, error: Exception) -> None:
        self._loading.stop()
        self.detail.show_error(error)
        self.trouble.emit(error)

    def _on_answer(self, answer: Answer) -> None:
        """Say what became of the verdict; only one's own that counted lets go of what is typed."""
        bar, decision = self.detail.bar, answer.decision
        bar.set_busy(False)
        if decision is not None and decision_words.is_by(
            decision, answer.verdict, self._link.email
        ):
            bar.accepted(decision.id)
            sentence = decision_words.told(decision, answer.seq)
            bar.say(sentence, "state_ok" if decision.status != "voided" else "state_attention")
            self.noted.emit(sentence)
        elif decision is not None and (lost := decision_words.lost(decision, datetime.now(UTC))):
            bar.say(lost, "state_attention")
        else:
            bar.say(_refused(answer.refusal), "state_failed")
        self.refresh()
        self._show_chosen()

    def _on_cancelled(self, decision: UUID) -> None:
        self.detail.bar.set_busy(False)
        self.detail.bar.say("Taken back. Nothing was changed.", "state_ok")
        self.noted.emit("The request was taken back.")
        self.refresh()

    def _on_refused(self, error: Exception, again: Callable[[], object]) -> None:
        """Nothing was done: confirm and repeat this one write, or say why; what is typed stays."""
        bar = self.detail.bar
        bar.set_busy(False)
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "step_up_needed":
            confirm(self, self._jobs, self._link, WHY, again)
        elif isinstance(error, SessionEnded | Unreachable):
            bar.say("It is not certain whether this arrived. Look here again once connected.")
            self.trouble.emit(error)
        else:
            bar.say(_refused(error), "state_failed")
            self.refresh()

    @Slot(object)
    def _on_timeline(self, decision: UUID) -> None:
        self.timeline_asked.emit(f"entity:{decision}")

    def showEvent(self, event: QShowEvent) -> None:
        """What was read a while ago is read again."""
        super().showEvent(event)
        self.refresh()


def _refused(problem: Problem | None) -> str:
    if problem is None:
        return "The server did not say what became of it. Refresh the list."
    return f"{problem.sentence} {problem.remedy}".strip()
