"""Shows a key that was just made, once, and does not close before it is stored."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.editing.shown_once import ShownOnceDialog
from govdesk.desktop.widgets import Words
from govdesk.services.key_changes import Revealed

KEPT_MINUTES: Final = 10
_WIDTH: Final = 190 * theme.GRID
"""The whole key is seen."""
_WHY: Final = (
    "GovDesk keeps only a check of it, so this is the one time that it can be read. A lost key is"
    " rotated or revoked, never recovered."
)


class JustRevealed(QObject):
    """The key that was revealed last, for the snippets of the guide; in memory only.

    It is forgotten after ten minutes, when another is revealed, and when the console locks.
    """

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self._raw = ""
        self.prefix = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEPT_MINUTES * 60_000)
        self._timer.timeout.connect(self.forget)

    def keep(self, revealed: Revealed) -> None:
        """Remember a key for a while."""
        self._raw, self.prefix = revealed.raw, revealed.key.prefix
        self._timer.start()

    def raw_of(self, prefix: str) -> str:
        """The whole key, if it is the one that is remembered; else nothing."""
        return self._raw if prefix and prefix == self.prefix else ""

    @Slot()
    def forget(self) -> None:
        """Know it no longer."""
        self._timer.stop()
        self._raw = self.prefix = ""


class RevealDialog(ShownOnceDialog):
    """The key with Copy; Close works once “I have stored it” is ticked.

    `guide_wanted` follows the button that goes on with the setup guide; it closes the dialog too.
    """

    guide_wanted = Signal()

    def __init__(self, revealed: Revealed, also: str, parent: QWidget | None = None):
        super().__init__("reveal", "key", "API key", revealed.raw, parent)
        self.setObjectName("reveal_dialog")
        more = Words(also, parent=self, wraps=True)
        more.setObjectName("reveal_also")
        more.setVisible(bool(also))
        why = Words(_WHY, "secondary", "text_secondary", self, wraps=True)
        self.guide = button(
            "Open Step-by-Step Setup Guide", "reveal_guide", self._on_guide, self, icon="book-open"
        )
        parts = (self._words(revealed), self.field, more, why, self.stored, self.message)
        self._lay_out(parts, self.guide, _WIDTH)

    def _words(self, revealed: Revealed) -> QWidget:
        key, words = revealed.key, QWidget(self)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(Words(f"The new key of {key.system}", "section", parent=self, wraps=True))
        whose = f"{key.owner_label} · {', '.join(key.scopes)}"
        column.addWidget(Words(whose, "body", "text_secondary", self, wraps=True))
        return words

    def _on_guide(self) -> None:
        self.guide_wanted.emit()
        self.accept()
