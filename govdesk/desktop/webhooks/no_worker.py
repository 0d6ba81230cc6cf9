"""The line above the list while nobody sends."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Picture, Words, announce


class NoWorker(QWidget):
    """Hidden while a worker is at work."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("webhooks_no_worker")
        icon = Picture("triangle-alert", "severity_warning", parent=self)
        self.words = Words("", "body", parent=self, wraps=True)
        self.words.setObjectName("webhooks_no_worker_words")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence, or nothing; a screen reader hears a new one once."""
        if sentence != self.words.text():
            announce(self, sentence)
        self.words.setText(sentence)
        self.setVisible(bool(sentence))
