"""Esc is close to other keys: over what was typed it has to be pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QPushButton

AGAIN: Final = "Press Esc once more to close. What you wrote here is not kept."


class Leaving(QObject):
    """Holds the first Esc back if something was typed since the dialog was shown.

    `tell` shows a sentence in the dialog. Cancel closes at once: nobody presses it by mistake.
    """

    def __init__(self, dialog: QDialog, cancel: QPushButton, tell: Callable[[str], object]):
        super().__init__(dialog)
        self._dialog, self._cancel, self._tell = dialog, cancel, tell
        self._before: tuple[str, ...] | None = None
        self._asked: tuple[str, ...] | None = None
        dialog.installEventFilter(self)

    def _typed(self) -> tuple[str, ...]:
        lines = (one.text() for one in self._dialog.findChildren(QLineEdit))
        areas = (one.toPlainText() for one in self._dialog.findChildren(QPlainTextEdit))
        return (*lines, *areas)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember what stood there at first; ask for a second Esc over anything else."""
        if event.type() == QEvent.Type.Show and self._before is None:
            self._before = self._typed()
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() != QEvent.Type.KeyPress or not is_escape:
            return False
        typed = self._typed()
        if typed in (self._before, self._asked):
            return False
        self._asked = typed
        self._tell(AGAIN)
        self._cancel.setFocus()
        return True
