"""Explain access: why somebody may do something somewhere, or what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.access.question import Preselected, QuestionDialog
from govdesk.desktop.timeline.layouts import let_go
from govdesk.desktop.widgets import Words, announce
from govdesk.jobs import Jobs
from govdesk.services import access, access_answers
from govdesk.services.access import Explanation, Holder, Node, Person
from govdesk.services.link import Link, Session

PURPOSE = "Choose a person, what it is about, and where. Every path that alone suffices is named."


@dataclass(frozen=True, slots=True)
class Answer:
    """An explanation and what it was asked about; `menders` could change a no."""

    person: Person
    permission: str
    node: Node
    found: Explanation
    menders: tuple[Holder, ...]


class ExplainDialog(QuestionDialog):
    """Answers as soon as person, permission and place are chosen."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        chosen: Preselected | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(link, jobs, chosen or Preselected(), parent, "Explain access")
        self.setObjectName("explain_dialog")
        self._rows: list[QWidget] = []
        self.headline = Words("", "section", parent=self, wraps=True)
        self.headline.setObjectName("explain_headline")
        self._inner = QWidget()
        self._paths = QVBoxLayout(self._inner)
        self._paths.setContentsMargins(0, 0, 0, 0)
        self._paths.setSpacing(theme.INSIDE)
        self._paths.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName("explain_scroll")
        scroll.setAccessibleName("Why")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setWidget(self._inner)
        scroll.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        self.body.addWidget(self.headline)
        self.body.addWidget(scroll, 1)
        self.person.changed.connect(self._asking.start)
        self._lay_out(with_person=True)
        self.person.setFocus()
        self.begin()

    @property
    def text(self) -> str:
        """The whole answer."""
        rows = (row.text() for row in self._rows if isinstance(row, Words))
        return "\n".join([self.headline.text(), *rows]).strip()

    def _question(self) -> Callable[[Session], Answer] | None:
        person, node, permission = self.person.person, self.node.node, self.permission.permission
        if person is None or node is None or not permission:
            self._show("", [])
            self._say(PURPOSE)
            return None
        return lambda session: _answer(session, person, permission, node)

    def _answered(self, answer: Answer) -> None:
        who = answer.person.display_name or answer.person.email
        node, found = answer.node, answer.found
        rows = [access_answers.because(p, who, node.path, node.name) for p in found.paths]
        if not found.allowed:
            rows.append(access_answers.missing(found, who, node.name))
        if access_answers.is_mendable(found):
            rows.append(access_answers.menders(answer.menders))
        self._say("")
        self._show(access_answers.headline(found, who, answer.permission, node.name), rows)
        self.headline.set_tone("state_ok" if found.allowed else "state_failed")
        announce(self.headline, self.text)

    def _show(self, headline: str, rows: list[str]) -> None:
        self.headline.setText(headline)
        self.headline.setVisible(bool(headline))
        for row in self._rows:
            self._paths.removeWidget(row)
            let_go(row)
        self._rows = []
        for place, sentence in enumerate(rows):
            words = Words(sentence, parent=self._inner, wraps=True)
            words.setObjectName(f"explain_path_{place}")
            self._paths.insertWidget(place, words)
            self._rows.append(words)


def _answer(session: Session, person: Person, permission: str, node: Node) -> Answer:
    found = access.explain(session, person.id, permission, node.path)
    menders: tuple[Holder, ...] = ()
    if access_answers.is_mendable(found):
        menders = tuple(access.who_can(session, access_answers.MENDER, node.path))
    return Answer(person, permission, node, found, menders)
