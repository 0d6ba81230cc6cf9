"""Resuming a disabled webhook: with what it missed, or from now on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.members.parts import say
from govdesk.desktop.webhooks.dialog import WritingDialog
from govdesk.desktop.widgets import Words
from govdesk.domain.problem import Problem
from govdesk.domain.webhooks import DISABLED_WORDS
from govdesk.jobs import Jobs, Task
from govdesk.services import redelivery, webhook_changes
from govdesk.services.link import Link
from govdesk.services.redelivery import Rehearsal
from govdesk.services.webhook_changes import Missed, Resumed
from govdesk.services.webhooks import Webhook

_WHY: Final = "A webhook that is resumed sends data of the organization again."
_SEND: Final = "Send what was missed"
_SKIP: Final = (
    "Start from now leaves unsent what happened meanwhile and calls off what is waiting. The"
    " delivery log can still send it later."
)


class ResumeDialog(WritingDialog):
    """`then` gets the words for what was done."""

    def __init__(
        self, link: Link, jobs: Jobs, one: Webhook, then: Callable[[str], object], parent: QWidget
    ):
        super().__init__(link, jobs, "resume_webhook", f"Resume {one.description}", _SEND, parent)
        self.one, self._then = one, then
        reason = DISABLED_WORDS.get(one.disabled_reason or "", "It is disabled.")
        self.why = Words(
            f"{reason} Make sure that its receiver answers again.", parent=self, wraps=True
        )
        self.effect = Words("Counting what was missed …", parent=self, wraps=True)
        self.effect.setObjectName("resume_effect")
        self.later = Words(_SKIP, "secondary", "text_secondary", self, wraps=True)
        self.skip = button("Start from now", "resume_webhook_skip", self.submit_skip, self)
        self.writing.busy.connect(self.skip.setDisabled)
        self.lay_out((self.why, self.effect, self.later), self.skip)

    def count(self) -> None:
        """Ask how much was missed; one can choose before the answer is there."""
        which = self.one.id

        def work(task: Task) -> Rehearsal:
            with borrowed(self._link, "interactive", task) as session:
                return redelivery.rehearse(session, which, "resume")

        self._jobs.start(work, owner=self, on_result=self.show_missed, on_error=self._on_uncounted)

    def show_missed(self, missed: Rehearsal) -> None:
        """Say how much it is and how long it takes."""
        count = missed.deliveries
        self.go.setText(f"{_SEND} ({count:,})")
        self.go.setAccessibleName(f"{_SEND} ({count:,})")
        takes = redelivery.duration(missed.seconds)
        were = "1 delivery was missed" if count == 1 else f"{count:,} deliveries were missed"
        self.effect.setText(
            f"{were}. Sending them takes about {takes}; what happens from now on follows in order."
            if count
            else "Nothing was missed."
        )

    def _on_uncounted(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.effect.setText("How much was missed cannot be counted now.")

    def submit(self) -> None:
        """Resume it, and have what was missed sent."""
        self._resume("send")

    def submit_skip(self) -> None:
        """Resume it from now on."""
        self._resume("skip")

    def _resume(self, missed: Missed) -> None:
        which = self.one.id
        say(self.message, "")
        self.writing.run(
            Act(
                lambda session: webhook_changes.resume(session, which, missed),
                _WHY,
                partial(self._on_resumed, missed),
                self.refuse,
            )
        )

    def _on_resumed(self, missed: Missed, done: Resumed) -> None:
        then = self._then
        what = "what it missed is sent first" if missed == "send" else "it sends from now on"
        self.accept()
        then(f"“{self.one.description}” is resumed; {what}.")
