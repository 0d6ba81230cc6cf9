"""What both questions about access share: fields, what to choose from, one answer at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.access.choosing import NodeBox, PermissionBox, PersonField
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import access
from govdesk.services.access import Node, Person
from govdesk.services.link import Link, Session, SessionEnded, Unreachable


@dataclass(frozen=True, slots=True)
class Preselected:
    """What a question begins with; what is empty is left to the person."""

    member: UUID | None = None
    permission: str = ""
    node_path: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom and what there is to ask about."""

    people: tuple[Person, ...]
    nodes: tuple[Node, ...]


class QuestionDialog(QDialog):
    """A question that is answered as soon as its fields say enough; it blocks nothing.

    A subclass fills `body`, and says in `_question` what to ask for what is chosen.
    `answered_choices` follows once there is something to choose from.
    """

    answered_choices = Signal()

    def __init__(
        self, link: Link, jobs: Jobs, chosen: Preselected, parent: QWidget | None, title: str
    ):
        super().__init__(parent)
        self._link, self._jobs, self._chosen = link, jobs, chosen
        self._job: Job | None = None
        self._are_there = self._has_begun = False
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.person = PersonField(self)
        self.permission = PermissionBox(self)
        self.node = NodeBox(self)
        self.message = Words("", "body", "text_secondary", self, wraps=True)
        self.message.setObjectName("access_message")
        self.buttons = QDialogButtonBox(self)
        close = self.buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("access_close")
        # Enter belongs to the fields: it takes what is offered, it does not end the question.
        close.setAutoDefault(False)
        self.buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.INSIDE)
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(0)
        self._asking.timeout.connect(self.ask)
        self.permission.currentIndexChanged.connect(self._asking.start)
        self.node.currentIndexChanged.connect(self._asking.start)
        if chosen.permission:
            self.permission.choose(chosen.permission)

    def _lay_out(self, with_person: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.INSIDE)
        self.person.setVisible(with_person)
        if with_person:
            column.addWidget(FormField("&Who", self.person, parent=self))
        column.addWidget(FormField("&May do what", self.permission, parent=self))
        column.addWidget(FormField("&On", self.node, parent=self))
        column.addWidget(self.message)
        column.addLayout(self.body, 1)
        column.addWidget(self.buttons)
        self.resize(150 * theme.GRID, 120 * theme.GRID)

    # Choices

    def begin(self) -> None:
        """Read whom and what there is to ask about, then ask."""
        self._say("Reading who and what there is …")
        self._jobs.start(
            self._read_choices, owner=self, on_result=self._on_choices, on_error=self._on_error
        )

    def _read_choices(self, task: Task) -> Choices:
        with borrowed(self._link, "interactive", task) as session:
            return Choices(tuple(access.people(session)), tuple(access.nodes(session)))

    def _on_choices(self, choices: Choices) -> None:
        self._are_there = self._has_begun = True
        self.person.offer(choices.people)
        self.node.offer(choices.nodes)
        self.person.choose(self._chosen.member)
        self.node.choose(self._chosen.node_path)
        self._say("")
        self.answered_choices.emit()
        self.ask()

    @property
    def is_settled(self) -> bool:
        """Whether no answer is on its way."""
        is_asking = self._job is not None and not self._job.has_ended
        return not self._asking.isActive() and not is_asking and self._has_begun

    # Asking

    @Slot()
    def ask(self) -> None:
        """Ask with what is chosen now; an older answer is dropped."""
        if not self._are_there:
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
        question = self._question()
        if question is not None:
            self._job = self._jobs.start(
                self._answering(question),
                owner=self,
                on_result=self._answered,
                on_error=self._on_error,
            )

    def _answering(self, question: Callable[[Session], Any]) -> Callable[[Task], Any]:
        def work(task: Task) -> Any:
            with borrowed(self._link, "interactive", task) as session:
                return question(session)

        return work

    def _question(self) -> Callable[[Session], Any] | None:
        """What to ask, or None while a field says too little."""
        raise NotImplementedError

    def _answered(self, answer: Any) -> None:
        """Show an answer."""
        raise NotImplementedError

    def _say(self, sentence: str, tone: str = "text_secondary") -> None:
        self.message.setText(sentence)
        self.message.set_tone(tone)
        self.message.setVisible(bool(sentence))

    def _on_error(self, error: Exception) -> None:
        self._has_begun = True
        if not isinstance(error, Problem):
            raise error
        self._say(f"{error.sentence} {error.remedy}".strip(), "state_failed")
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)
