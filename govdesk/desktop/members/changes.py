"""Asks before a change what it would do, makes it, and stays until it is made or given up.

One dialog for the whole way: what changes, the confirmation with password and code, the second
person, and somebody else's change in between. Nothing typed is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.access.blast_radius import BlastRadius
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.members.columns import when
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import connecting, decisions
from govdesk.services.link import Link, Session, SessionEnded, Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile

SECOND: Final = (
    "This needs a second human. Nothing changes until somebody has decided; write why you ask."
)
READ_BY: Final = "The second human reads it, and it stays in the log."


@dataclass(frozen=True, slots=True)
class Intention:
    """One change that a person wants to make.

    `write` gets what was shown (`shown`), so that it can compare; after somebody else's change it
    gets what stands there now. `preview` answers rows for the blast radius, or a sentence.
    `decision` gives action and payload for what the database says a second human decides.
    """

    title: str
    sentence: str
    button: str
    write: Callable[[Session, Any], object]
    shown: Any
    then: Callable[[object], object]
    asked: Callable[[UUID], object] = lambda decision: None
    preview: Callable[[Session], object] | None = None
    decision: Callable[[str], tuple[str, Mapping[str, object]]] | None = None
    known_decision: str = ""
    who: str = ""
    is_dangerous: bool = False
    given_up: Callable[[], object] = lambda: None
    reread: Callable[[], object] = lambda: None


class ChangeDialog(QDialog):
    """Shows an intention and carries it out. Esc gives up; Enter makes it when it may be made."""

    def __init__(
        self,
        intention: Intention,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._is, self._link, self._jobs, self._zone = intention, link, jobs, zone
        self._shown = intention.shown
        self._action = intention.known_decision
        self._looking: Job | None = None
        self._writing: Job | None = None
        self.setObjectName("change_dialog")
        self.setWindowTitle(intention.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._lay_out()
        if self._action:
            self._need_decision(self._action)
        self.look()

    # Parts

    def _build(self) -> None:
        self._what = Words(self._is.title, "section", parent=self, wraps=True)
        self._what.setObjectName("change_title")
        self._sentence = Words(self._is.sentence, parent=self, wraps=True)
        self._sentence.setObjectName("change_sentence")
        self.blast = BlastRadius(self)
        self._area = QScrollArea(self)
        self._area.setObjectName("change_preview")
        self._area.setAccessibleName("What changes")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.blast)
        self._area.setVisible(self._is.preview is not None)
        self._versions = Words("", parent=self, wraps=True)
        self._versions.setObjectName("change_versions")
        self._versions.hide()
        self.reason = QPlainTextEdit(self)
        self.reason.setObjectName("change_reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumHeight(3 * theme.CONTROL_HEIGHT)
        self._field = FormField("&Reason", self.reason, READ_BY, self)
        self._field.hide()
        self.reason.textChanged.connect(self._field.clear_error)
        self._message = Words("", "body", "state_failed", self, wraps=True)
        self._message.setObjectName("change_message")
        self._message.hide()
        self._box = QDialogButtonBox(self)
        self._go = self._button(
            self._is.button, "change_go", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._go.setDefault(True)
        self._go.setProperty("danger" if self._is.is_dangerous else "primary", True)
        self._go.clicked.connect(self.submit)
        cancel = self._button("Cancel", "change_cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.clicked.connect(self.reject)
        self._cancel = cancel

    def _button(self, words: str, name: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        made = self._box.addButton(words, role)
        made.setObjectName(name)
        made.setAccessibleName(words)
        return made

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.INSIDE)
        above: list[QWidget] = [self._what, self._sentence]
        below: list[QWidget] = [self._versions, self._field, self._message, self._box]
        for part in above:
            column.addWidget(part)
        column.addWidget(self._area, 1)
        for part in below:
            column.addWidget(part)
        self.setMinimumWidth(120 * theme.GRID)
        if self._is.preview is not None:
            self._area.setMinimumHeight(40 * theme.GRID)

    # What would change

    @Slot()
    def look(self) -> None:
        """Ask what the change would do; until that is known it cannot be made."""
        preview = self._is.preview
        if preview is None:
            return
        self._go.setEnabled(False)
        self.blast.show_loading()

        def work(task: Task) -> object:
            with borrowed(self._link, "interactive", task) as session:
                return preview(session)

        self._looking = self._jobs.start(
            work, owner=self, on_result=self.show_preview, on_error=self._on_unseen
        )

    def show_preview(self, found: Any) -> None:
        """Show what would change, in rows or in a sentence; then it can be made."""
        if isinstance(found, str):
            self.blast.show_words(found)
        else:
            self.blast.show_changes(found, self._is.who)
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._go.setEnabled(True)
        if not self._action:
            self._go.setFocus()
        announce(self, self.blast.text)

    def _on_unseen(self, error: Exception) -> None:
        if self._looking is None:
            # Something else is shown by now.
            return
        self._looking = None
        if not isinstance(error, Problem):
            raise error
        self.blast.show_words("What would change cannot be shown now.")
        self._tell(error)
        self._go.setText("Retry")
        self._go.clicked.disconnect()
        self._go.clicked.connect(self._again)
        self._go.setEnabled(True)

    @Slot()
    def _again(self) -> None:
        self._go.clicked.disconnect()
        self._go.clicked.connect(self.submit)
        self._go.setText(self._is.button)
        self._message.hide()
        self.look()

    # Making it

    @Slot()
    def submit(self) -> None:
        """Make the change, or ask a second human for it."""
        if not self._go.isEnabled():
            return
        self._message.hide()
        if self._action:
            self._ask()
        else:
            self._write()

    @Slot()
    def _write(self) -> None:
        self._busy(True)
        write, shown = self._is.write, self._shown

        def work(task: Task) -> object:
            with borrowed(self._link, "writes", task) as session:
                return write(session, shown)

        self._begin(work, self._on_done)

    def _begin(self, work: Callable[[Task], Any], done: Callable[[Any], object]) -> None:
        self._writing = self._jobs.start(
            work,
            owner=self,
            on_result=done,
            on_error=self._on_failed,
            on_cancelled=self._on_cancelled,
            lane="writes",
        )

    def _on_cancelled(self) -> None:
        """The server was asked to stop, and did: nothing was written."""
        self._busy(False)
        self.reject()

    def _on_done(self, done: object) -> None:
        then = self._is.then
        self.accept()
        then(done)

    def _on_failed(self, error: Exception) -> None:
        self._busy(False)
        if not isinstance(error, Problem):
            raise error
        action = decisions.needed(error)
        if isinstance(error, ChangedMeanwhile):
            self.show_conflict(error)
        elif connecting.key_of(error) == "step_up_needed":
            confirm(
                self, self._jobs, self._link, f"{self._is.title}: confirm it is you.", self.submit
            )
        elif action is not None and self._is.decision is not None:
            self._need_decision(action)
        else:
            self._tell(error)

    def _busy(self, busy: bool) -> None:
        self._writing = None
        self._go.setEnabled(not busy)
        self.reason.setReadOnly(busy)

    def _tell(self, error: Problem) -> None:
        self._message.setText(f"{error.sentence} {error.remedy}".strip())
        self._message.show()
        announce(self, self._message.text())
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)

    # A second human

    def _need_decision(self, action: str) -> None:
        """Go on to ask a second human."""
        self._action = action
        self._sentence.setText(f"{self._is.sentence} {SECOND}")
        self._field.show()
        self._set_go("Ask for a decision")
        self.reason.setFocus()
        announce(self, SECOND)

    def _set_go(self, words: str) -> None:
        self._go.setText(words)
        self._go.setAccessibleName(words)

    def _ask(self) -> None:
        reason = self.reason.toPlainText().strip()
        if not reason:
            self._field.set_error("Say why; the second human decides by it.")
            self.reason.setFocus()
            return
        assert self._is.decision is not None
        action, payload = self._is.decision(self._action)
        self._busy(True)

        def work(task: Task) -> UUID:
            with borrowed(self._link, "writes", task) as session:
                return decisions.request(session, action, payload, reason)

        self._begin(work, self._on_asked)

    def _on_asked(self, decision: UUID) -> None:
        asked = self._is.asked
        self.accept()
        asked(decision)

    # Somebody else

    def show_conflict(self, conflict: ChangedMeanwhile) -> None:
        """Show both versions; writing one's own over the other is a choice of its own."""
        who = f", set by {conflict.by}" if conflict.by else ""
        at = f" at {when(conflict.at, self._zone)}" if conflict.at else ""
        self._sentence.setText(f"{conflict.what} was changed meanwhile; nothing was written.")
        self._versions.setText(
            f"Saved meanwhile: {conflict.theirs}{who}{at}\nYours: {conflict.yours}"
        )
        self._versions.show()
        self._cancel.setText("Take what was saved")
        self._cancel.setAccessibleName("Take what was saved")
        self._cancel.setFocus()
        self._shown = conflict.fresh
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._message.hide()
        self._go.setVisible(conflict.fresh is not None)
        self._set_go("Save mine over it")
        self._area.hide()
        self._column.insertStretch(self._column.indexOf(self._box), 1)
        announce(self, f"{self._sentence.text()} {self._versions.text()}")

    def reject(self) -> None:
        """Give up; what stands on the server is read anew if it was another's.

        While a change is on its way the server is asked to stop; the dialog stays until it is known
        whether that came in time.
        """
        if self._writing is not None:
            self._writing.cancel()
            return
        super().reject()
        if self._versions.text():
            self._is.reread()
        self._is.given_up()
