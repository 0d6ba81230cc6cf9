"""Why was this not sent? A number of the log and an endpoint, and the answer below."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.asking import Asking, Endpoints, endpoint_box
from govdesk.desktop.timeline.going import read_number
from govdesk.desktop.widgets import FormField, Pill, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import webhook_reasons
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.webhook_reasons import Explanation

_HERE: Final = {
    "failed": "Redeliver sends it once more.",
    "cancelled": "Redeliver sends it once more.",
    "skipped": "Redeliver, “What was never sent”, sends it after all.",
    "behind": "See that a worker runs, if this lasts more than a few seconds.",
}
"""What to do within the console, where the command line has a command."""


def remedy_of(found: Explanation) -> str:
    """What to do about it, from here."""
    return _HERE.get(found.verdict, found.remedy)


class WhyDialog(Asking):
    """`delivery_wanted` carries the id of the delivery that the answer is about."""

    delivery_wanted = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        endpoints: Endpoints,
        webhook_id: str | None,
        parent: QWidget,
        seq: int | None = None,
    ):
        super().__init__(
            "why_not_sent", "Why was this not sent?", "Why was this event not sent?", parent
        )
        self._link, self._jobs = link, jobs
        self._job: Job | None = None
        self._number = 0
        self.explanation: Explanation | None = None
        self._build(endpoints, webhook_id)
        if seq is not None:
            self.line.setText(f"{seq:,}")

    def _build(self, endpoints: Endpoints, webhook_id: str | None) -> None:
        self.endpoint = endpoint_box("why_endpoint", endpoints, webhook_id)
        self.column.addWidget(FormField("&Webhook", self.endpoint, "", self))
        self.line = QLineEdit(self)
        self.line.setObjectName("why_number")
        self.line.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.field = FormField(
            "&Number of the event", self.line, "As the audit timeline shows it under Seq.", self
        )
        self.column.addWidget(self.field)
        self.pill = Pill("state_neutral", "asking", self)
        self.pill.setObjectName("why_state")
        self.sentence = Words("", "body", parent=self, wraps=True)
        self.sentence.setObjectName("why_sentence")
        self.remedy = Words("", "body", "text_secondary", self, wraps=True)
        self.remedy.setObjectName("why_remedy")
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.remedy)
        self.column.addStretch(1)
        self.shown = self.add_button("Show the delivery", "why_show", icon="panel-right")
        self.close_button = self.add_button("Close", "why_close")
        self.ask_button = self.add_button("Ask", "why_ask", primary=True)
        self.ask_button.setDefault(True)
        self.shown.clicked.connect(self._on_show)
        self.close_button.clicked.connect(self.reject)
        self.ask_button.clicked.connect(self.ask)
        self.line.textEdited.connect(self._on_edited)
        self.endpoint.activated.connect(self._on_edited)
        self._answer("", "", "", "")

    def open(self) -> None:
        """Show it; with a number, ask at once."""
        super().open()
        self.line.setFocus()
        if self.line.text():
            self.ask()

    @Slot()
    def _on_edited(self) -> None:
        """An answer to something else goes."""
        self.field.clear_error()
        self._drop()
        self._answer("", "", "", "")

    def _drop(self) -> None:
        self._number += 1
        self.explanation = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def ask(self) -> None:
        """Ask about what is written."""
        self._drop()
        try:
            seq = read_number(self.line.text())
        except ValueError as error:
            self.field.set_error(str(error))
            self.line.selectAll()
            self.make_room()
            return
        self._answer("state_neutral", "asking", "Asking the database …", "")
        number, which = self._number, str(self.endpoint.currentData())

        def work(task: Task) -> Explanation:
            with borrowed(self._link, "interactive", task) as session:
                return webhook_reasons.why_not_sent(session, which, seq)

        self._job = self._jobs.start(
            work,
            owner=self,
            on_result=lambda found: self._on_found(number, found),
            on_error=lambda error: self._on_error(number, error),
        )

    def _on_found(self, number: int, found: Explanation) -> None:
        if number == self._number:
            self.show_explanation(found)

    def show_explanation(self, found: Explanation) -> None:
        """Show an answer."""
        self._job, self.explanation = None, found
        self._answer(*_look(found), found.sentence, remedy_of(found))

    def _on_error(self, number: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        if number != self._number:
            return
        self._job = None
        self._answer("state_failed", "no answer", error.sentence, error.remedy)
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    def _answer(self, meaning: str, word: str, sentence: str, remedy: str) -> None:
        self.pill.setVisible(bool(word))
        if word:
            self.pill.set_meaning(meaning, word)
        for words, text in ((self.sentence, sentence), (self.remedy, remedy)):
            words.setText(text)
            words.setVisible(bool(text))
        found = self.explanation
        self.shown.setVisible(bool(found is not None and found.facts.get("delivery_id")))
        announce(self, f"{word}. {sentence} {remedy}".strip(" ."))
        self.make_room()

    @Slot()
    def _on_show(self) -> None:
        if self.explanation is not None:
            self.delivery_wanted.emit(str(self.explanation.facts["delivery_id"]))
            self.accept()


def _look(found: Explanation) -> tuple[str, str]:
    if found.was_sent is None:
        return "state_attention", "on its way"
    return ("state_ok", "sent") if found.was_sent else ("state_failed", "not sent")
