"""Asks a second human for a change that one person may not make alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.access.blast_radius import BlastRadius
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.confirming import confirm
from govdesk.desktop.widgets import FormField, Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import connecting, decisions
from govdesk.services.access import Change
from govdesk.services.link import Link, Session, SessionEnded, Unreachable

Then = Callable[[UUID], object]
Preview = Callable[[Session], Sequence[Change]]
WHY: Final = (
    "A second human decides this. Nothing changes until then; Approvals shows what becomes of it."
)
HELP: Final = "The second human reads it, and it stays in the log."
SHORTEST: Final = 3
EMPTY: Final = "Say why; the second human decides by it."


def ask_for_decision(
    parent: QWidget,
    jobs: Jobs,
    link: Link,
    action: str,
    payload: Mapping[str, object],
    sentence: str,
    then: Then,
    preview: Preview | None = None,
) -> None:
    """Offer to ask for a decision; `then` gets its id once it is asked for.

    `sentence` says what is to be changed ("Remove Mei Member from Acme Ltd."). To be called when a
    write was refused and `decisions.needed(error)` named the action. `preview` answers what people
    would gain and lose. Nothing follows a Cancel.
    """
    dialog = AskDialog(jobs, link, action, payload, sentence, then, parent.window())
    if preview is not None:
        dialog.look(preview)
    dialog.open()


class AskDialog(QDialog):
    """Stays open, with the reason kept, until the request stands or the person gives up."""

    def __init__(
        self,
        jobs: Jobs,
        link: Link,
        action: str,
        payload: Mapping[str, object],
        sentence: str,
        then: Then,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._jobs, self._link, self._then = jobs, link, then
        self._action, self._payload = action, payload
        self._asking: Job | None = None
        self.setObjectName("ask_dialog")
        self.setWindowTitle("Ask a second human")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build(sentence)

    def _build(self, sentence: str) -> None:
        what = Words(sentence, "strong", parent=self, wraps=True)
        what.setObjectName("ask_what")
        why = Words(WHY, "body", "text_secondary", self, wraps=True)
        self.reason = QPlainTextEdit(self)
        self.reason.setObjectName("ask_reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumHeight(3 * theme.CONTROL_HEIGHT)
        self._field = FormField("&Reason", self.reason, HELP, self)
        self._message = Words("", "body", "state_failed", self, wraps=True)
        self._message.setObjectName("ask_message")
        self._message.hide()
        self._buttons = QDialogButtonBox(self)
        self._ask = self._buttons.addButton(
            "Ask for a decision", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._ask.setObjectName("ask_submit")
        self._ask.setDefault(True)
        cancel = self._buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("ask_cancel")
        self._ask.clicked.connect(self.submit)
        cancel.clicked.connect(self.reject)
        self.reason.textChanged.connect(self._field.clear_error)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        for part in (what, self._effect(), why, self._field, self._message, self._buttons):
            column.addWidget(part)
        self.setMinimumWidth(110 * theme.GRID)

    def _effect(self) -> QScrollArea:
        self.blast = BlastRadius(self)
        self._area = QScrollArea(self)
        self._area.setObjectName("ask_preview")
        self._area.setAccessibleName("What changes")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(24 * theme.GRID)
        self._area.setWidget(self.blast)
        self._area.hide()
        return self._area

    def look(self, preview: Preview) -> None:
        """Show what the change would do, as soon as that is known; it can be asked for before."""
        self._area.show()
        self.blast.show_loading()

        def work(task: Task) -> Sequence[Change]:
            with borrowed(self._link, "interactive", task) as session:
                return preview(session)

        self._jobs.start(
            work, owner=self, on_result=self.blast.show_changes, on_error=self._on_unseen
        )

    def _on_unseen(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.blast.show_words("What would change cannot be shown now.")

    @Slot()
    def submit(self) -> None:
        """Ask, or say what is missing."""
        if not self._ask.isEnabled():
            return
        if len(self.reason.toPlainText().strip()) < SHORTEST:
            self._field.set_error(EMPTY)
            self.reason.setFocus()
            return
        self._set_busy(True)
        reason = self.reason.toPlainText().strip()

        def work(task: Task) -> Any:
            with borrowed(self._link, "writes", task) as session:
                return self.request(session, reason)

        self._asking = self._jobs.start(
            work,
            owner=self,
            on_result=self._on_asked,
            on_error=self._on_failed,
            on_cancelled=self._on_cancelled,
            lane="writes",
        )

    def request(self, session: Session, reason: str) -> Any:
        """Ask; on the thread of a lane. `then` gets what this returns."""
        return decisions.request(session, self._action, self._payload, reason)

    def reject(self) -> None:
        """Give up; a request on its way is stopped first, if the server hears of it in time."""
        if self._asking is not None:
            self._asking.cancel()
            return
        super().reject()

    def _on_cancelled(self) -> None:
        self._set_busy(False)
        self.reject()

    def _set_busy(self, busy: bool) -> None:
        self._asking = None
        self._ask.setEnabled(not busy)
        self.reason.setReadOnly(busy)
        self._message.setVisible(False)

    def _on_asked(self, decision: Any) -> None:
        then = self._then
        self.accept()
        then(decision)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Problem):
            raise error
        if connecting.key_of(error) == "step_up_needed":
            confirm(self, self._jobs, self._link, "Asking for this needs a fresh confirmation.",
                    self.submit)  # fmt: skip
            return
        self._message.setText(f"{error.sentence} {error.remedy}".strip())
        self._message.show()
        if isinstance(error, SessionEnded | Unreachable):
            self._jobs.unhandled.emit(error)
