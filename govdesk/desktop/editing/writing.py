"""A change that a page makes: one at a time, confirmed or decided where that is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, decisions
from govdesk.services.link import Link, Session, SessionEnded, Unreachable


@dataclass(frozen=True, slots=True)
class Act:
    """What is written, and who hears of the end.

    `why` says what a confirmation would be for; `decide` gets the action that a second human
    decides, where there is one. Of the last three exactly one is called, or none when the person
    gives up at the confirmation.
    """

    write: Callable[[Session], Any]
    why: str
    done: Callable[[Any], object]
    refused: Callable[[Problem], object]
    decide: Callable[[str], object] | None = None


class Writing(QObject):
    """Writes for one part of a page. Nothing is repeated but what the database refused.

    `busy` says when it begins and ends; `trouble` carries a lost connection or session, too, for
    whoever shows that.
    """

    busy = Signal(bool)
    trouble = Signal(object)

    def __init__(self, page: QWidget, link: Link, jobs: Jobs):
        super().__init__(page)
        self._page, self._link, self._jobs = page, link, jobs
        self.is_busy = False

    def run(self, act: Act) -> None:
        """Write; a second one while the first is under way is ignored, as a second click is."""
        if self.is_busy:
            return
        self._set_busy(True)

        def work(task: Task) -> Any:
            with borrowed(self._link, "writes", task) as session:
                return act.write(session)

        self._jobs.start(
            work,
            owner=self,
            on_result=lambda result: self._on_done(act, result),
            on_error=lambda error: self._on_error(act, error),
            on_cancelled=lambda: self._set_busy(False),
            lane="writes",
        )

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.busy.emit(busy)

    def _on_done(self, act: Act, result: Any) -> None:
        self._set_busy(False)
        act.done(result)

    def _on_error(self, act: Act, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Problem):
            raise error
        action = decisions.needed(error)
        if connecting.key_of(error) == "step_up_needed":
            confirm(self._page, self._jobs, self._link, act.why, lambda: self.run(act))
        elif action is not None and act.decide is not None:
            act.decide(action)
        else:
            act.refused(error)
            if isinstance(error, SessionEnded | Unreachable):
                self.trouble.emit(error)
