"""Second human: which actions need one, and who that may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.approvals.policy_rows import NO_REVIEWER, PolicyRow, ReviewerRow
from govdesk.desktop.approvals.policy_writing import Order, PolicyWriter
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.timeline.layouts import chain, in_order, let_go
from govdesk.desktop.widgets import FormField, PageHeader, StatePage, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import access, decisions
from govdesk.services.access import Person
from govdesk.services.decisions import Kind, Reviewer
from govdesk.services.link import Link, Session

MAY_NOT: Final = "Only an owner (permission policy.manage) changes this."
NOBODY: Final = "Nobody yet. A reviewer is a member, or an outside address such as your counsel."


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the page shows."""

    kinds: tuple[Kind, ...]
    reviewers: tuple[Reviewer, ...]
    people: tuple[Person, ...]


class PolicyPage(QWidget):
    """The page. `trouble` carries errors that need a word, `noted` what the status bar says."""

    trouble = Signal(object)
    noted = Signal(str)

    def __init__(self, link: Link, jobs: Jobs, *, may_manage: bool, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("policy_page")
        self._link, self._jobs, self._may_manage = link, jobs, may_manage
        self.rows: dict[str, PolicyRow] = {}
        self._reviewer_rows: list[ReviewerRow] = []
        self._reviewers: tuple[Reviewer, ...] = ()
        self._people: dict[str, Person] = {}
        self._pretended: Policy | None = None
        self._asked = 0
        self.writer = PolicyWriter(link, jobs, self)
        self.writer.done.connect(self._on_written)
        self.writer.failed.connect(self.trouble)
        self._build()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._patience.timeout.connect(self._show_loading)

    # Parts

    def _build(self) -> None:
        header = PageHeader(
            "Second human", "What one person must not decide alone, and who may decide it.", self
        )
        self.states = StatePage(self)
        self._inner = QWidget()
        self._inner.setObjectName("policy_column")
        self._inner.setMaximumWidth(theme.READING_WIDTH + theme.READING_WIDTH // 3)
        self._fill(QVBoxLayout(self._inner))
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("policy_scroll")
        self._scroll.setAccessibleName("The policy")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.states)
        self.stack.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.GAP)
        column.addWidget(header)
        column.addWidget(self.stack, 1)

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, theme.GAP, theme.GAP)
        column.setSpacing(theme.INSIDE)
        self._why = Words(MAY_NOT, "body", "text_secondary", self._inner, wraps=True)
        self._why.setObjectName("policy_why")
        self._why.setContentsMargins(0, 0, 0, theme.INSIDE)
        self._why.setVisible(not self._may_manage)
        self._kinds = QVBoxLayout()
        self._kinds.setSpacing(theme.GRID)
        self._who = QVBoxLayout()
        self._who.setSpacing(theme.GRID)
        self._nobody = Words(NOBODY, "body", "text_secondary", self._inner, wraps=True)
        self._nobody.setObjectName("policy_nobody")
        self._message = Words("", "body", "state_failed", self._inner, wraps=True)
        self._message.setObjectName("reviewer_message")
        self._message.hide()
        column.addWidget(self._why)
        column.addWidget(Words("What needs a second human", "section", parent=self._inner))
        column.addLayout(self._kinds)
        column.addSpacing(theme.GAP)
        column.addWidget(Words("Who may decide", "section", parent=self._inner))
        column.addWidget(self._nobody)
        column.addLayout(self._who)
        column.addWidget(self._message)
        column.addWidget(self._form())
        column.addStretch(1)

    def _form(self) -> QWidget:
        self.adding = QWidget(self._inner)
        self.email = self._line("reviewer_email")
        self.name = self._line("reviewer_name")
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.email.setCompleter(completer)
        self.email.textChanged.connect(self._on_email)
        self._email_field = FormField(
            "&E-mail address", self.email, "A member, or somebody outside.", self.adding
        )
        self._name_field = FormField("&Name", self.name, "As it stands in the log.", self.adding)
        self.add = QPushButton("Add reviewer", self.adding)
        self.add.setObjectName("reviewer_add")
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self.add_reviewer)
        for line in (self.email, self.name):
            line.returnPressed.connect(self.add_reviewer)
        fields = QHBoxLayout()
        fields.setSpacing(theme.GAP)
        fields.addWidget(self._email_field, 1)
        fields.addWidget(self._name_field, 1)
        column = QVBoxLayout(self.adding)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(fields)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.adding.setVisible(self._may_manage)
        return self.adding

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit(self.adding)
        line.setObjectName(name)
        line.setMinimumHeight(theme.CONTROL_HEIGHT)
        return line

    # Reading

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. An answer that is still on its way to an earlier question is dropped."""
        self._patience.start()
        self._asked += 1
        number = self._asked

        def on_result(found: Policy) -> None:
            if number == self._asked:
                self._on_read(found)

        self._jobs.start(self._read, owner=self, on_result=on_result, on_error=self._on_failed)

    def go_on(self) -> None:
        """The connection is back."""
        self.refresh()

    def pretend(self, found: Policy) -> None:
        """Show this from now on instead of asking the server; for pictures."""
        self._pretended = found
        self.refresh()

    def _read(self, task: Task) -> Policy:
        if self._pretended is not None:
            return self._pretended
        with borrowed(self._link, "interactive", task) as session:
            return Policy(
                tuple(decisions.policy(session)),
                tuple(decisions.reviewers(session)),
                tuple(access.people(session)),
            )

    @Slot()
    def _show_loading(self) -> None:
        if not self.rows:
            self.states.show_loading("Reading the policy")
            self.stack.setCurrentWidget(self.states)

    def _on_read(self, found: Policy) -> None:
        self._patience.stop()
        if not found.kinds:
            self.states.show_not_permitted("the policy", "policy.manage", "An owner")
            self.stack.setCurrentWidget(self.states)
            return
        self._show_reviewers(found.reviewers)
        self._show_kinds(found.kinds)
        self._why.setText(NO_REVIEWER if self._may_manage else MAY_NOT)
        self._why.setVisible(not self._may_manage or not self._has_other_reviewer)
        self._people = {p.email.casefold(): p for p in found.people if p.status == "active"}
        self._offers.setStringList([p.email for p in found.people if p.status == "active"])
        chain([self._scroll, *in_order(self._inner.layout())])
        self.stack.setCurrentWidget(self._scroll)

    def _on_failed(self, error: Exception) -> None:
        self._patience.stop()
        if not self.rows and isinstance(error, Problem):
            self.states.show_error("The policy cannot be read now", str(error), self.refresh)
            self.stack.setCurrentWidget(self.states)
        self.trouble.emit(error)

    def _show_kinds(self, kinds: tuple[Kind, ...]) -> None:
        for kind in kinds:
            row = self.rows.get(kind.action)
            if row is None:
                row = self.rows[kind.action] = PolicyRow(kind, self._inner)
                row.save_asked.connect(self.save)
                self._kinds.addWidget(row)
            row.take(kind)
            row.allow("" if self._may_manage else MAY_NOT, self._has_other_reviewer)

    @property
    def _has_other_reviewer(self) -> bool:
        """Whoever asks does not decide, so oneself does not count."""
        own = self._link.email.casefold()
        return any(reviewer.email.casefold() != own for reviewer in self._reviewers)

    def _show_reviewers(self, found: tuple[Reviewer, ...]) -> None:
        self._reviewers = found
        for row in self._reviewer_rows:
            self._who.removeWidget(row)
            let_go(row)
        self._reviewer_rows = []
        for place, reviewer in enumerate(found):
            row = ReviewerRow(reviewer, place, self._inner)
            row.remove.setVisible(self._may_manage)
            row.remove_asked.connect(self.remove_reviewer)
            self._who.addWidget(row)
            self._reviewer_rows.append(row)
        self._nobody.setVisible(not found)

    # Writing

    @Slot(str)
    def save(self, action: str) -> None:
        """Save one row of the policy."""
        row = self.rows[action]
        on, hours = row.switch.isChecked(), row.hours.value()
        row.say("")

        def run(session: Session) -> None:
            decisions.set_policy(session, action, on, hours)

        state = f"needs a second human, expires after {hours} hours" if on else "needs nobody else"
        payload = {"policy": action, "enabled": on, "expires_hours": hours}
        self.writer.write(Order(f"{row.kind.title}: {state}.", run, payload, row.say))

    @Slot()
    def add_reviewer(self) -> None:
        """Name the person in the form a reviewer."""
        email, name = self.email.text().strip(), self.name.text().strip()
        self._email_field.clear_error()
        self._name_field.clear_error()
        if "@" not in email:
            self._email_field.set_error("Write an e-mail address, such as counsel@firm.example.")
            self._go_to(self.email)
        elif not name:
            self._name_field.set_error("Write a name; it stands in the log.")
            self._go_to(self.name)
        else:
            order = self._order(email, name, "active", f"{name} ({email}) may decide.")
            self.writer.write(replace(order, accepted=self._clear_form))

    def _go_to(self, line: QLineEdit) -> None:
        line.setFocus()
        self._scroll.ensureWidgetVisible(line, 0, 4 * theme.MARGIN)

    @Slot(str)
    def remove_reviewer(self, email: str) -> None:
        """Let a reviewer go."""
        name = next((r.display_name for r in self._reviewers if r.email == email), "")
        self.writer.write(self._order(email, name, "removed", f"{email} no longer decides."))

    def _order(self, email: str, name: str, status: str, sentence: str) -> Order:
        self._say("")
        payload = {"reviewer": email, "display_name": name, "status": status}
        run = partial(_set_reviewer, email=email, name=name, status=status)
        return Order(sentence, run, payload, self._say)

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))
        if sentence:
            self._scroll.ensureWidgetVisible(self._message, 0, theme.MARGIN)
            announce(self._message, sentence)

    def _clear_form(self) -> None:
        self.email.clear()
        self.name.clear()

    @Slot(str)
    def _on_written(self, sentence: str) -> None:
        for row in self.rows.values():
            row.say("")
        self.noted.emit(sentence)
        self.refresh()

    @Slot(str)
    def _on_email(self, text: str) -> None:
        """A member's name need not be typed."""
        person = self._people.get(text.strip().casefold())
        if person is not None:
            self.name.setText(person.display_name)

    def showEvent(self, event: QShowEvent) -> None:
        """What was read a while ago is read again."""
        super().showEvent(event)
        self.refresh()


def _set_reviewer(session: Session, *, email: str, name: str, status: str) -> None:
    decisions.set_reviewer(session, email, name, status)
