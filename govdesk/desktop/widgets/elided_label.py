"""One line of text that gives way: elided where there is no room, whole in the tool tip."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.words import Words

_MODES = {"right": Qt.TextElideMode.ElideRight, "middle": Qt.TextElideMode.ElideMiddle}


class ElidedLabel(Words):
    """Shows as much of one line as fits; the context menu copies all of it.

    `mode` says where it gives way: "right" for sentences, "middle" for ids, hashes and paths.
    """

    def __init__(
        self,
        text: str = "",
        mode: Literal["right", "middle"] = "right",
        parent: QWidget | None = None,
        *,
        role: str = "body",
        tone: str = "text",
    ):
        self._whole = ""
        self._mode = _MODES[mode]
        super().__init__("", role, tone, parent)
        copy = QAction(theme.icon("copy"), "Copy", self)
        copy.triggered.connect(self.copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setText(text)

    @property
    def whole(self) -> str:
        """All of the text."""
        return self._whole

    @property
    def is_elided(self) -> bool:
        """Whether some of it is hidden."""
        return self.text() != self._line

    def setText(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    @Slot()
    def copy(self) -> None:
        """Put the whole text on the clipboard."""
        QGuiApplication.clipboard().setText(self._whole)

    def sizeHint(self) -> QSize:
        """Room for all of it."""
        metrics, margins = self.fontMetrics(), self.contentsMargins()
        width = metrics.horizontalAdvance(self._line) + margins.left() + margins.right() + 1
        return QSize(width, metrics.height() + margins.top() + margins.bottom())

    def minimumSizeHint(self) -> QSize:
        """Room for a few characters."""
        least = self.fontMetrics().averageCharWidth() * theme.INSIDE
        return QSize(min(least, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more or less of it."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font takes another room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
            self._fit()

    @property
    def _line(self) -> str:
        return " ".join(self._whole.split("\n"))

    def _fit(self) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self._line, self._mode, room)
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(self._whole if shown != self._line else "")
