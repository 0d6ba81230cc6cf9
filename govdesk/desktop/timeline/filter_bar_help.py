"""The line beneath the filter: what is wrong and how to mend it, or how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from govdesk.desktop import theme
from govdesk.domain.filter_language import FilterError

HINT = "All events are shown. Ctrl+Space lists what can be written here."


class HelpLine(QWidget):
    """One icon and one or more lines of text, as high as a chip at least."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("filter_help")
        self._is_error = False
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setObjectName("filter_help_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.GRID, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.setMinimumHeight(theme.ROW_COMPACT)
        theme.signals.changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """What the line says."""
        return self._text.text()

    def show_error(self, error: FilterError, applied: str) -> None:
        """Say what is wrong, what to do, and what holds meanwhile."""
        holds = f"Until then “{_short(applied)}” stays applied." if applied else ""
        self._show(f"{error.sentence} {error.remedy} {holds}".strip(), is_error=True)

    def show_hint(self) -> None:
        """Say how to begin."""
        self._show(HINT, is_error=False)

    def _show(self, text: str, *, is_error: bool) -> None:
        self._is_error = is_error
        self._text.setText(text)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self._icon.setVisible(self._is_error)
        self._icon.setPixmap(
            theme.icon("circle-alert", "state_failed").pixmap(theme.ICON, theme.ICON)
        )
        palette = QPalette(self.palette())
        colour = theme.colour("state_failed" if self._is_error else "text_secondary")
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self._text.setPalette(palette)
        self._text.setFont(theme.font("secondary"))
        # The icon stands beside the first line, however many there are.
        line = self._text.fontMetrics().height()
        self._icon.setFixedHeight(max(theme.ICON, line))
        self._text.setContentsMargins(0, max(theme.ICON - line, 0) // 2, 0, 0)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
