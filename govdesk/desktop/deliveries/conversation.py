"""The whole conversation of a test: where its time went, what was sent, what came back."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.deliveries.timing import Timing
from govdesk.desktop.deliveries.transcript import Transcript
from govdesk.desktop.widgets import Words
from govdesk.services.webhook_testing import Conversation


class ConversationView(QWidget):
    """Hidden until there is one; `title` tells two of them apart."""

    def __init__(self, name: str, title: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self._title = Words(title, "strong", parent=self, wraps=True)
        self._title.setVisible(bool(title))
        self.timing = Timing(self)
        self.timing.setObjectName(f"{name}_timing")
        self.request = Transcript("Request", f"{name}_request", self)
        self.body = Transcript("Body, as it was signed", f"{name}_body", self)
        self.answer = Transcript("Answer", f"{name}_answer", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        for part in (self._title, self.timing, self.request, self.body, self.answer):
            column.addWidget(part)
        self.hide()

    def show_conversation(self, found: Conversation) -> None:
        """Show one."""
        self.timing.show_attempt(found.attempt)
        self.request.show_text("\n".join(found.request))
        self.body.show_text(found.body)
        self.answer.show_text(found.response, _about(found))
        self.show()


def _about(found: Conversation) -> str:
    if found.attempt.status is None:
        return ""
    words = f"Status {found.attempt.status}"
    return f"{words}." if found.response else f"{words}, without a word."
