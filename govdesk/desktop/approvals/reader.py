"""Reads decisions for the page, and carries verdicts to the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.timeline.diff_pieces import Line, compared
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import decision_words, decisions, mail_state
from govdesk.services.decisions import Decided, Decision, Verdict
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.mail_state import MailState
from govdesk.services.timeline import Event


@dataclass(frozen=True, slots=True)
class Shown:
    """One decision with all that the detail says."""

    decision: Decision
    lines: tuple[Line, ...]
    history: tuple[Event, ...]
    mail: MailState | None = None


def shown(
    decision: Decision, history: tuple[Event, ...] = (), mail: MailState | None = None
) -> Shown:
    """Work out what the detail says of a decision; `mail` is what the reviewers were sent."""
    return Shown(decision, tuple(compared(_without_null(decision))), history, mail)


def _without_null(decision: Decision) -> dict[str, dict[str, object]]:
    """What it changes; for whoever decides, null is no value, and no word either."""
    found = {}
    for name, sides in decision_words.difference(decision).items():
        there = {side: value for side, value in sides.items() if value is not None}
        if there:
            found[name] = there
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a verdict: the decision as it is now, the row, or why it was refused."""

    decision: Decision | None
    verdict: Verdict
    seq: int | None
    refusal: Problem | None = None


class DecisionReader(QObject):
    """`arrived` brings the list, `shown` the detail, `failed` an error of the list,
    `detail_failed` one of the detail. `found` is the list that was read last, None before."""

    arrived = Signal(object)
    failed = Signal(object)
    shown = Signal(object)
    detail_failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs = link, jobs
        self.found: list[Decision] | None = None
        self._reading: Job | None = None
        self._showing: Job | None = None
        self._pretended: dict[UUID, Shown] | None = None
        self._waits = False
        self._asked = 0

    def pretend(self, found: Sequence[Shown], *, waits: bool = False) -> None:
        """Answer with these from now on instead of asking the server; for pictures.

        With `waits` nothing answers at all.
        """
        self._pretended = {shown.decision.id: shown for shown in found}
        self._waits = waits

    @property
    def is_reading(self) -> bool:
        """Whether the list is on its way."""
        return self._reading is not None and not self._reading.has_ended

    def read(self) -> None:
        """Read the list."""
        if self._reading is not None:
            self._reading.cancel()
        self._start("interactive", self.failed.emit)

    @Slot()
    def look(self) -> None:
        """Read the list quietly: a failure is nobody's, and the session does not stay awake."""
        if not self.is_reading:
            self._start("background", _unheard)

    def _start(self, lane: str, failed: Callable[[Exception], object]) -> None:
        """An answer that was on its way when another question was asked is dropped."""
        self._asked += 1
        number = self._asked

        def on_result(found: list[Decision]) -> None:
            if number == self._asked:
                self.found = found
                self.arrived.emit(found)

        self._reading = self._jobs.start(
            self._read, owner=self, on_result=on_result, on_error=failed, lane=lane
        )

    def show(self, decision: UUID) -> None:
        """Read the detail of one."""
        if self._showing is not None:
            self._showing.cancel()
        self._showing = self._jobs.start(
            lambda task: self._detail(task, decision),
            owner=self,
            on_result=self.shown.emit,
            on_error=self.detail_failed.emit,
        )

    def forget(self) -> None:
        """No detail is wanted any more."""
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None

    def decide(
        self,
        decision: UUID,
        verdict: Verdict,
        reason: str,
        then: Callable[[Answer], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Give a verdict once; `then` gets what became of it, also when it was refused."""
        self._jobs.start(
            lambda task: self._decide(task, decision, verdict, reason),
            owner=self,
            on_result=then,
            on_error=failed,
            lane="writes",
        )

    def cancel(
        self,
        decision: UUID,
        then: Callable[[object], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Take a request back."""

        def work(task: Task) -> None:
            with borrowed(self._link, "writes", task) as session:
                decisions.cancel(session, decision)

        self._jobs.start(work, owner=self, on_result=then, on_error=failed, lane="writes")

    # On a lane's thread

    def _read(self, task: Task) -> list[Decision]:
        if self._waits:
            task.cancel.wait()
        if self._pretended is not None:
            return [shown.decision for shown in self._pretended.values()]
        with borrowed(self._link, task.lane, task) as session:
            return decisions.all_of(session)

    def _detail(self, task: Task, decision: UUID) -> Shown | None:
        if self._pretended is not None:
            return self._pretended.get(decision)
        with borrowed(self._link, "interactive", task) as session:
            found = decisions.one(session, decision)
            if found is None:
                return None
            history = tuple(decisions.history(session, decision))
            mail = mail_state.state(session, decision) if found.is_open else None
        return shown(found, history, mail)

    def _decide(self, task: Task, decision: UUID, verdict: Verdict, reason: str) -> Answer:
        with borrowed(self._link, "writes", task) as session:
            try:
                decided: Decided = decisions.decide(session, decision, verdict, reason)
            except (SessionEnded, Unreachable):
                raise
            except Problem as refusal:
                if getattr(refusal, "key", "") == "step_up_needed":
                    raise
                # Why it was refused is told by what the decision has become meanwhile.
                return Answer(decisions.one(session, decision), verdict, None, refusal)
            return Answer(decisions.one(session, decision), verdict, decided.seq)


def _unheard(error: Exception) -> None:
    """A quiet look that fails is repeated; the window finds out by itself about the server."""
