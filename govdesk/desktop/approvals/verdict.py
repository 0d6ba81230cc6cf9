"""The bar below a decision: a reason, Approve, Reject; or Cancel request for the requester."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.services.decisions import Decision, Verdict

SHORTEST, LONGEST = 3, 500
HELP: Final = "It stands in the log beside your name."
EMPTY: Final = "Say why in a few words; they stand in the log beside your name."
MINE: Final = "You asked for this. Somebody else has to decide; you can take it back."
OVER: Final = "Its time is over; nobody can decide it any more."
NOT_MINE: Final = "Somebody else has to decide this."


class VerdictBar(QWidget):
    """`given` carries "approve" or "reject"; `cancel_asked` follows Cancel request.

    What is typed is kept for each decision until `accepted` says that it is through.
    """

    given = Signal(str)
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("verdict_bar")
        self._typed: dict[UUID, str] = {}
        self._shown: Decision | None = None
        self._is_busy = self._is_hint = False
        self._build()
        theme.signals.changed.connect(self.update)

    def _build(self) -> None:
        self.message = Words("", "body", parent=self, wraps=True)
        self.message.setObjectName("verdict_message")
        self.reason = QLineEdit(self)
        self.reason.setObjectName("verdict_reason")
        self.reason.setMaxLength(LONGEST)
        self.reason.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.field = FormField("Your &reason", self.reason, HELP, self)
        self.approve = self._button("Approve", "verdict_approve", is_primary=True)
        self.reject = self._button("Reject", "verdict_reject")
        self.take_back = self._button("Cancel request", "verdict_cancel")
        self.approve.clicked.connect(self._on_approve)
        self.reject.clicked.connect(self._on_reject)
        self.take_back.clicked.connect(self.cancel_asked)
        self.reason.textEdited.connect(self._on_edited)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addStretch(1)
        for button in (self.take_back, self.reject, self.approve):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.INSIDE)
        column.setSpacing(theme.GRID)
        column.addWidget(self.message)
        column.addWidget(self.field)
        column.addLayout(buttons)

    def _button(self, words: str, name: str, *, is_primary: bool = False) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setProperty("primary", is_primary)
        return button

    # What is shown

    @property
    def is_busy(self) -> bool:
        """Whether a verdict is on its way."""
        return self._is_busy

    @property
    def can_decide(self) -> bool:
        """Whether Approve and Reject can be pressed now."""
        return not self.approve.isHidden() and self.approve.isEnabled()

    @property
    def can_cancel(self) -> bool:
        """Whether Cancel request can be pressed now."""
        return not self.take_back.isHidden() and self.take_back.isEnabled()

    @property
    def text(self) -> str:
        """The reason as it is typed."""
        return self.reason.text().strip()

    def show_decision(self, decision: Decision | None, *, is_over: bool = False) -> None:
        """Offer what this person may do with a decision; `is_over` once its time has run out."""
        is_other = decision is None or self._shown is None or self._shown.id != decision.id
        self._shown = decision
        typed = self._typed.get(decision.id, "") if decision else ""
        decides = decision is not None and decision.is_open and decision.waits_for_me
        is_mine = decision is not None and decision.is_open and decision.is_mine
        if is_other:
            self.field.clear_error()
            self.reason.setText(typed)
        if is_other or self._is_hint:
            self.say("")
        self.field.setVisible(decides or bool(typed))
        for button in (self.approve, self.reject):
            button.setVisible(decides)
            button.setEnabled(decides and not is_over and not self._is_busy)
        self.take_back.setVisible(is_mine and not is_over)
        self._hint(decision, decides=decides, is_mine=is_mine, is_over=is_over)
        self.setVisible(decides or is_mine or bool(typed) or bool(self.message.text()))

    def _hint(
        self, decision: Decision | None, *, decides: bool, is_mine: bool, is_over: bool
    ) -> None:
        if self.message.text() or decision is None or not decision.is_open:
            return
        if is_over:
            self.say(OVER, "text_secondary")
        elif is_mine:
            self.say(MINE, "text_secondary")
        elif not decides:
            self.say(NOT_MINE, "text_secondary")
        self._is_hint = True

    def say(self, sentence: str, tone: str = "text") -> None:
        """Say what happened, in the place above the reason."""
        self._is_hint = False
        self.message.setText(sentence)
        self.message.set_tone(tone)
        self.message.setVisible(bool(sentence))
        if sentence:
            self.show()
            announce(self.message, sentence)

    def set_busy(self, busy: bool) -> None:
        """A verdict is on its way, or is not any more."""
        self._is_busy = busy
        for button in (self.approve, self.reject, self.take_back):
            button.setEnabled(not busy)
        self.reason.setReadOnly(busy)

    def accepted(self, decision: UUID) -> None:
        """The verdict is through: what was typed for it has its place in the log."""
        self._typed.pop(decision, None)
        if self._shown is not None and self._shown.id == decision:
            self.reason.clear()

    # What the person does

    @Slot()
    def _on_approve(self) -> None:
        self._give("approve")

    @Slot()
    def _on_reject(self) -> None:
        self._give("reject")

    def _give(self, verdict: Verdict) -> None:
        if self._is_busy:
            return
        if len(self.text) < SHORTEST:
            self.field.set_error(EMPTY)
            self.reason.setFocus()
            return
        self.given.emit(verdict)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.field.clear_error()
        if self._shown is not None:
            self._typed[self._shown.id] = text

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line above it."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), theme.HAIRLINE, theme.colour("line"))
        painter.end()
