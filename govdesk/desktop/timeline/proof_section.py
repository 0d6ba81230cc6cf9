"""The proof of one event: its seal, what was recomputed here, and what one repeats it with."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.timeline.columns import SEAL_ICONS, time_text
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import MonoField, Picture, Words, announce
from govdesk.services.proof import Commitment, Proof
from govdesk.services.seals import Seal, SealState

SEAL_WORDS: Final = {"verified": "Verified", "not_yet": "Not yet verified", "broken": "Seal broken"}
SEAL_MEANINGS: Final = {
    "verified": "state_ok",
    "not_yet": "state_neutral",
    "broken": "state_failed",
}
_COMMITMENT_WORDS: Final = {
    "matches": ("check", "state_ok", "matches"),
    "differs": ("x", "state_failed", "does not match"),
    "absent": ("eye-off", "state_neutral", "value not here"),
}
_LEAF_LINES: Final = 9


def shown_seal(seal: Seal, proof: Proof) -> Seal:
    """The seal of a row that was recomputed just now: what does not match is broken, always."""
    return seal if proof.matches else "broken"


def seal_sentence(
    seal: Seal, seq: int, state: SealState | None, zone: tzinfo, proof: Proof | None = None
) -> str:
    """Say in one or two sentences what the seal of event `seq` means."""
    faults = state.faults_of(seq) if state is not None else ()
    if seal == "broken":
        if faults:
            return " ".join(fault.sentence() for fault in faults[:3])
        if proof is not None and not proof.matches:
            return "This row is not what was sealed; it was changed after the log was verified."
        return "The log is not what was sealed here."
    if seal == "not_yet" and state is not None and state.waits_for:
        return state.waits_for
    if seal == "not_yet":
        return "The verification in the background has not reached this event yet."
    when = ""
    if state is not None and state.verified_at is not None:
        when = f" on {time_text(state.verified_at, zone)}"
    sentence = f"Checked{when} against its leaf, its hash and the events next to it."
    if state is not None and state.faults:
        sentence += " Other places of the log are broken."
    if state is not None and not state.whole:
        sentence += " Whether events are missing between those you may see is not judged."
    return sentence


class Signed(QWidget):
    """An icon and the words beside it, which wrap."""

    def __init__(self, parent: QWidget | None = None, role: str = "body"):
        super().__init__(parent)
        self._icon = Picture(parent=self)
        self._words = Words("", role, parent=self, wraps=True)
        # In the middle of the first line, however many follow.
        self._icon.setFixedHeight(self._words.fontMetrics().height())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    def say(self, icon: str, colour: str, words: str) -> None:
        """Show another icon and other words."""
        self._icon.set_icon(icon, colour)
        self._words.setText(words)
        self.setAccessibleName(words)

    @property
    def text(self) -> str:
        """The words."""
        return self._words.text()


class Unfolding(QWidget):
    """A button that shows and hides what lies below it."""

    def __init__(self, name: str, words: str, content: QWidget, parent: QWidget | None = None):
        super().__init__(parent)
        self._button = QToolButton(self)
        self._button.setObjectName(name)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setText(words)
        self._content = content
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        self._button.clicked.connect(self._on_clicked)
        self._show(False)

    @Slot()
    def _on_clicked(self) -> None:
        self._show(self._content.isHidden())

    def _show(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self._button.setIcon(theme.icon("chevron-down" if is_open else "chevron-right"))
        state = "shown" if is_open else "hidden"
        self._button.setAccessibleName(f"{self._button.text()}, {state}")


class ProofSection(QWidget):
    """Seal, recomputed check, hashes, commitments, and the exact text that was hashed."""

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("proof")
        self._zone = zone
        self._proof: Proof | None = None
        self._seal = Signed(self, "strong")
        self._seal.setObjectName("seal")
        self._sentence = Words("", "body", "text_secondary", self, wraps=True)
        self._sentence.setObjectName("seal_sentence")
        self._check = Signed(self)
        self._check.setObjectName("row_check")
        self._hash = self._hash_field("leaf_hash", "Leaf hash")
        self._prev = self._hash_field("previous_hash", "Hash of the event before")
        self._lay_out()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone, from the next event on."""
        self._zone = zone

    def _hash_field(self, name: str, label: str) -> MonoField:
        field = MonoField(label, "", self)
        field.setObjectName(name)
        return field

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for part in (self._seal, self._sentence, self._check):
            column.addWidget(part)
        for label, field in (("Leaf hash", self._hash), ("Hash of the event before", self._prev)):
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(Words(label, "secondary", "text_secondary", self))
            pair.addWidget(field)
            column.addLayout(pair)
        self._commitments = QWidget(self)
        self._table = QGridLayout(self._commitments)
        self._table.setContentsMargins(theme.GAP, 0, 0, 0)
        self._table.setVerticalSpacing(0)
        self._table.setColumnStretch(1, 1)
        column.addWidget(
            Unfolding("commitments_toggle", "Commitments of the fields", self._commitments, self)
        )
        column.addWidget(Unfolding("leaf_toggle", "The exact text of the leaf", self._leaf(), self))

    def _leaf(self) -> QWidget:
        holder = QWidget(self)
        self._text = QPlainTextEdit(holder)
        self._text.setObjectName("leaf_text")
        self._text.setAccessibleName("The exact text of the leaf")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(theme.font("mono"))
        self._text.setFrameShape(QFrame.Shape.StyledPanel)
        self._text.setFixedHeight(_LEAF_LINES * self._text.fontMetrics().height())
        self._copy = QPushButton(theme.icon("copy"), "Copy the text", holder)
        self._copy.setObjectName("leaf_copy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy)
        column = QVBoxLayout(holder)
        column.setContentsMargins(theme.GAP, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        hint = "SHA-256 of one zero byte and this text, without a line break, is the leaf hash."
        column.addWidget(Words(hint, "secondary", "text_secondary", holder, wraps=True))
        column.addWidget(self._text)
        column.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)
        return holder

    # What is shown

    def show_proof(self, proof: Proof) -> None:
        """Show the hashes of one event and what recomputing them gave."""
        self._proof = proof
        if proof.matches:
            words = "Recomputed here: this row matches its leaf hash."
            self._check.say("check", "state_ok", words)
        else:
            names = ", ".join(proof.wrong)
            words = f"Recomputed here: this row does not match what was sealed ({names})."
            self._check.say("shield-alert", "state_failed", words)
        self._hash.set_text(proof.leaf_hash)
        self._prev.set_text(proof.prev)
        self._text.setPlainText(proof.leaf)
        self._show_commitments(proof.commitments)

    def show_seal(self, seal: Seal, sentence: str) -> None:
        """Show how the verification of the log judges the event."""
        icon, colour = SEAL_ICONS[seal]
        self._seal.say(icon, colour, SEAL_WORDS[seal])
        self._sentence.setText(sentence)

    def _show_commitments(self, commitments: tuple[Commitment, ...]) -> None:
        empty(self._table)
        for row, one in enumerate(commitments):
            icon, colour, words = _COMMITMENT_WORDS[one.state]
            state = Signed(self._commitments)
            state.setObjectName(f"commitment_{one.field}")
            state.say(icon, colour, f"{one.field} {words}")
            self._table.addWidget(state, 2 * row, 0, 1, 2)
            field = MonoField(f"Commitment of {one.field}", one.hash, self._commitments)
            self._table.addWidget(field, 2 * row + 1, 0, 1, 2)

    @Slot()
    def _on_copy(self) -> None:
        if self._proof is not None:
            QGuiApplication.clipboard().setText(self._proof.leaf)
            announce(self, "The text of the leaf is copied")
