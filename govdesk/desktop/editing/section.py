"""A titled part of a page, an area that scrolls, and a row of buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.widgets import Words


class Section(QWidget):
    """A title, a line that says what it is for, and what is put below."""

    def __init__(self, title: str, purpose: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.INSIDE)
        words = QVBoxLayout()
        words.setSpacing(theme.GRID)
        words.addWidget(Words(title, "section", parent=self, wraps=True))
        if purpose:
            words.addWidget(Words(purpose, "secondary", "text_secondary", self, wraps=True))
        self.head.addLayout(words, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.INSIDE)
        self.column.addLayout(self.head)

    def add_button(self, button: QPushButton) -> None:
        """Put a button at the right of the title."""
        self.head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


class PageArea(QScrollArea):
    """An area that scrolls up and down; its content is as high as its words need at this width.

    Qt's own asks content for its least size only, which cuts words that wrap.
    """

    def __init__(self, content: QWidget, name: str, parent: QWidget):
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Tab brings the controls inside into sight, so that the area itself needs no keyboard.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Other words need another height, too; Qt has this area watch its content."""
        done = super().eventFilter(watched, event)
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        layout = self._content.layout()
        if layout is None:
            return
        needed = layout.totalHeightForWidth(self.viewport().width())
        least = max(needed, layout.totalMinimumSize().height())
        if self._content.minimumHeight() != least:
            self._content.setMinimumHeight(least)


def button(
    text: str,
    name: str,
    run: Callable[[], object],
    parent: QWidget,
    *,
    icon: str = "",
    primary: bool = False,
) -> QPushButton:
    """Return a button of a page; Enter does not press it unless it has the keyboard."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    made.setAccessibleName(text.replace("&", ""))
    made.setAutoDefault(False)
    if primary:
        made.setProperty("primary", True)
    if icon:
        made.setIcon(theme.icon(icon))
    made.clicked.connect(lambda: run())
    return made


def button_row(*buttons: QPushButton) -> QHBoxLayout:
    """Lay buttons out at the right, the primary one last."""
    row = QHBoxLayout()
    row.setSpacing(theme.INSIDE)
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    return row
