"""Lines and boxes that do not take what must not stand in them, not even into their history."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from govdesk.desktop import theme

Judge = Callable[[str], str]
"""Says why a text, or the beginning of one, may not stand somewhere; nothing if it may."""


class Refusing(QValidator):
    """Lets no text through that `judge` refuses; `refused` carries the sentence.

    Qt takes such an insertion back before it becomes part of the text, and drops it from the
    history of undo as well, whichever way it came: typed, pasted, dropped.
    """

    refused = Signal(str)

    def __init__(self, judge: Judge, parent: QObject | None = None):
        super().__init__(parent)
        self._judge = judge

    def validate(self, text: str, position: int) -> object:
        """Spaces around what is pasted belong to nobody's setting."""
        plain = text.lstrip()
        cut = len(text) - len(plain)
        if sentence := self._judge(plain.rstrip()):
            self.refused.emit(sentence)
            return QValidator.State.Invalid, text, position
        return QValidator.State.Acceptable, plain, max(position - cut, 0)


class GuardedLine(QLineEdit):
    """A line over a judge; `refused` carries why something was not taken."""

    refused = Signal(str)

    def __init__(self, name: str, judge: Judge, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.setMinimumHeight(theme.CONTROL_HEIGHT)
        hint = Qt.InputMethodHint
        # What is typed here is nothing for a keyboard on the screen to learn.
        self.setInputMethodHints(hint.ImhSensitiveData | hint.ImhNoPredictiveText)
        guard = Refusing(judge, self)
        guard.refused.connect(self.refused)
        self.setValidator(guard)


class GuardedBox(QPlainTextEdit):
    """A few lines of text over a judge, without a history; Tab goes on.

    `edited` follows every change, `refused` carries why something was not taken.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, name: str, judge: Judge, lines: int, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + theme.GAP)
        self._judge, self._kept = judge, ""
        self.textChanged.connect(self._on_changed)

    def set_text(self, text: str) -> None:
        """Write something else, which is right."""
        self._kept = text
        self.setPlainText(text)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Look at what is pasted or dropped before it is text."""
        if sentence := self._judge(source.text()):
            self.refused.emit(sentence)
            return
        super().insertFromMimeData(source)

    @Slot()
    def _on_changed(self) -> None:
        text = self.toPlainText()
        if text == self._kept:
            return
        if sentence := self._judge(text):
            # Typed to its last character: what stood before it comes back.
            self.set_text(self._kept)
            self.refused.emit(sentence)
            return
        self._kept = text
        self.edited.emit()
