"""Small parts of the side panels, each with the names that keyboard and screen reader need."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.timeline.layouts import chain, in_order
from govdesk.desktop.widgets import ElidedLabel, Words

LEAST: int = 84 * theme.GRID
WIDTH: int = 104 * theme.GRID


def button(
    name: str,
    words: str,
    run: Callable[[], object],
    parent: QWidget,
    *,
    icon: str = "",
    said: str = "",
) -> QPushButton:
    """A button; `said` where the words alone do not tell what it is about."""
    made = QPushButton(words, parent)
    made.setObjectName(name)
    made.setAccessibleName(said or words.replace("&", ""))
    made.setAutoDefault(False)
    if icon:
        made.setIcon(theme.icon(icon))
    made.clicked.connect(lambda: run())
    return made


def row(*widgets: QWidget, stretch: bool = True) -> QHBoxLayout:
    """Widgets beside one another, from the left."""
    made = QHBoxLayout()
    made.setSpacing(theme.INSIDE)
    for one in widgets:
        made.addWidget(one)
    if stretch:
        made.addStretch(1)
    return made


def note(name: str, parent: QWidget, tone: str = "text_secondary") -> Words:
    """A line of words that takes no room while it is empty."""
    made = Words("", "secondary", tone, parent, wraps=True)
    made.setObjectName(name)
    made.hide()
    return made


def say(words: Words, text: str) -> None:
    """Show words, or nothing and no empty line either."""
    words.setText(text)
    words.setVisible(bool(text))


class Facts(QWidget):
    """Names at the left, values at the right."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._values: dict[str, ElidedLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.GRID)
        self._grid.setColumnStretch(1, 1)

    def show_fact(self, name: str, title: str, value: str) -> None:
        """Add a fact or give it another value."""
        if name not in self._values:
            place = len(self._values)
            self._grid.addWidget(Words(title, "body", "text_secondary", self), place, 0)
            self._values[name] = ElidedLabel("", parent=self)
            self._values[name].setObjectName(name)
            self._grid.addWidget(self._values[name], place, 1)
        self._values[name].setText(value)


class SidePanel(QWidget):
    """Title and cross above a column that scrolls, and `foot` below it, which does not.

    Esc or the cross emits `closed`.
    """

    closed = Signal()

    def __init__(self, name: str, said: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.setMinimumWidth(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.title = ElidedLabel("", "right", self, role="section")
        self.title.setObjectName(f"{name}_title")
        self.inner = QWidget()
        self.inner.setObjectName(f"{name}_column")
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(theme.GAP, theme.GRID, theme.GAP, theme.GAP)
        self.column.setSpacing(theme.GAP)
        self.area = QScrollArea(self)
        self.area.setObjectName(f"{name}_scroll")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*4 * (theme.FOCUS_WIDTH,))
        whole.setSpacing(0)
        whole.addLayout(self._bar(name))
        whole.addWidget(self.area, 1)
        self.foot = QVBoxLayout()
        self.foot.setSpacing(theme.INSIDE)
        whole.addLayout(self.foot)

    def _bar(self, name: str) -> QHBoxLayout:
        self.close_button = close = QToolButton(self)
        close.setObjectName(f"{name}_close")
        close.setText("Close")
        close.setAccessibleName("Close the panel")
        close.setToolTip("Close (Esc)")
        close.setIcon(theme.icon("x"))
        close.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        close.setAutoRaise(True)
        close.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        bar.addWidget(self.title, 1)
        bar.addWidget(close)
        return bar

    def keep_in_sight(self, *parts: QWidget | QLayout) -> None:
        """Put what must not scroll away below the column: its buttons, and what became of it."""
        self.foot.setContentsMargins(theme.GAP, theme.INSIDE, theme.GAP, theme.GAP)
        for part in parts:
            if isinstance(part, QWidget):
                self.foot.addWidget(part)
            else:
                self.foot.addLayout(part)

    def order_tabs(self) -> None:
        """Have the Tab key go through column and foot from top to bottom."""
        chain([self.close_button, *in_order(self.column), *in_order(self.foot)])

    def take_keyboard(self) -> None:
        """Begin at the first control of the column that can be used."""
        for widget in in_order(self.column):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return
        self.close_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; the keyboard goes back to the table."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
