"""Says that Caps Lock is on, as far as the letters themselves give it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit

from govdesk.desktop.entrance.dressing import say


class CapsLock(QObject):
    """Watches password fields; no toolkit call tells the key's state on every platform."""

    def __init__(self, label: QLabel, *fields: QLineEdit):
        super().__init__(label)
        self._label, self._on = label, False
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Learn from each letter; never takes the key away."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._learn(event)
        elif event.type() == QEvent.Type.FocusOut:
            say(self._label, "")
        return False

    def _learn(self, event: QKeyEvent) -> None:
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._on = False
        elif len(letter) == 1 and letter.lower() != letter.upper():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._on = letter.isupper() != shifted
        else:
            return
        say(self._label, "Caps Lock is on." if self._on else "", "state_attention")
