"""Writes of the policy: confirmed afresh, and themselves asked of a second human where one must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from govdesk.desktop.approvals.asking import ask_for_decision
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import connecting, decisions
from govdesk.services.link import Link, Session, SessionEnded, Unreachable

WHY: Final = "Who may decide what, and when a second human has to, is changed with care."


ASKED: Final = "A second human was asked. It waits in Approvals."


@dataclass(frozen=True, slots=True)
class Order:
    """One change of the policy: what it does, and what is asked for where a second one decides.

    `failed` gets a sentence when it was refused, and what is typed stays; `accepted` follows once
    it is done, or asked for.
    """

    sentence: str
    run: Callable[[Session], object]
    payload: Mapping[str, object]
    failed: Callable[[str], object]
    accepted: Callable[[], object] = lambda: None


class PolicyWriter(QObject):
    """`done` carries a sentence about what was changed or asked for, `failed` a lost connection."""

    done = Signal(str)
    failed = Signal(object)

    def __init__(self, link: Link, jobs: Jobs, parent: QWidget):
        super().__init__(parent)
        self._link, self._jobs, self._page = link, jobs, parent
        self.is_busy = False

    def write(self, order: Order) -> None:
        """Confirm, then write once."""
        confirm(self._page, self._jobs, self._link, WHY, lambda: self._write(order))

    def _write(self, order: Order) -> None:
        if self.is_busy:
            return
        self.is_busy = True

        def work(task: Task) -> None:
            with borrowed(self._link, "writes", task) as session:
                order.run(session)

        self._jobs.start(
            work,
            owner=self,
            on_result=lambda nothing: self._on_done(order, f"Saved: {order.sentence}"),
            on_error=lambda error: self._on_error(order, error),
            on_cancelled=self._on_cancelled,
            lane="writes",
        )

    def _on_cancelled(self) -> None:
        self.is_busy = False

    def _on_done(self, order: Order, words: str) -> None:
        self.is_busy = False
        order.accepted()
        self.done.emit(words)

    def _on_error(self, order: Order, error: Exception) -> None:
        self.is_busy = False
        if not isinstance(error, Problem):
            raise error
        if decisions.needed(error) is not None:
            self._ask(order)
        elif connecting.key_of(error) == "step_up_needed":
            self.write(order)
        elif isinstance(error, SessionEnded | Unreachable):
            self.failed.emit(error)
        else:
            order.failed(f"{error.sentence} {error.remedy}".strip())

    def _ask(self, order: Order) -> None:
        ask_for_decision(
            self._page,
            self._jobs,
            self._link,
            "policy.change",
            order.payload,
            order.sentence,
            lambda decision: self._on_done(order, ASKED),
        )
