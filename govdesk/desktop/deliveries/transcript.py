"""Text of a conversation as it was, in a monospace: read, selected, copied, never rendered."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words

_MOST_LINES: Final = 14
_LEAST_LINES: Final = 2


class _Text(QPlainTextEdit):
    """As high as its text, up to a bound; plain text only, whatever a receiver answers with."""

    def __init__(self, name: str, title: str, parent: QWidget):
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # The layout counts in lines, wrapped ones too.
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._restyle()
        theme.signals.changed.connect(self._restyle)

    @Slot()
    def _restyle(self) -> None:
        self.setFont(theme.font("mono"))
        self.updateGeometry()

    @Slot()
    def _fit(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Its lines as they are wrapped here, up to a bound; more of them scroll."""
        lines = min(max(round(self.document().size().height()), _LEAST_LINES), _MOST_LINES)
        height = lines * self.fontMetrics().lineSpacing() + 2 * self.frameWidth()
        return QSize(64 * theme.GRID, height + round(2 * self.document().documentMargin()) + 1)

    def minimumSizeHint(self) -> QSize:
        """Two lines."""
        return QSize(48 * theme.GRID, self.sizeHint().height())


class Transcript(QWidget):
    """A title, a line about it, and the text; all of it hidden while there is nothing to read."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self._about = Words("", "secondary", "text_secondary", self, wraps=True)
        self._about.setObjectName(f"{name}_about")
        self.text = _Text(f"{name}_text", title, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(Words(title, "strong", parent=self))
        column.addWidget(self._about)
        column.addWidget(self.text)
        self.hide()

    def show_text(self, text: str, about: str = "") -> None:
        """Show another text; without one, only what is said about it."""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.text.setPlainText(text)
        self.text.setVisible(bool(text))
        self.text.updateGeometry()
        self.setVisible(bool(text or about))
