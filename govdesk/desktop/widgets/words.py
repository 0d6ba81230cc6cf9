"""A label in a font and a colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from govdesk.desktop import theme


class Words(QLabel):
    """Plain text in a role of type and the colour of a token, which follow the theme.

    With `wraps`, long text takes more lines, never less than all its words.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "text",
        parent: QWidget | None = None,
        *,
        wraps: bool = False,
    ):
        super().__init__(parent)
        self._role = role
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setText(text)
        self._restyle()
        theme.signals.changed.connect(self._restyle)

    def set_tone(self, tone: str) -> None:
        """Take another colour."""
        self._tone = tone
        self._restyle()

    @property
    def tone(self) -> str:
        """The token of its colour."""
        return self._tone

    @Slot()
    def _restyle(self) -> None:
        self.setFont(theme.font(self._role))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.colour(self._tone))
        self.setPalette(palette)
