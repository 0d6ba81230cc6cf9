"""The head of a page: what it is, what it is for, and its main act."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.widgets.elided_label import ElidedLabel
from govdesk.desktop.widgets.words import Words


class PageHeader(QWidget):
    """Title and one line of purpose at the left; at the right one primary action and a menu."""

    def __init__(self, title: str, purpose: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self._title = ElidedLabel(title, "right", self, role="title")
        self._title.setObjectName("page_title")
        self._purpose = Words(purpose, "body", "text_secondary", self, wraps=True)
        self._purpose.setObjectName("page_purpose")
        self._purpose.setVisible(bool(purpose))
        self._note = Words("", "secondary", "text_secondary", self, wraps=True)
        self._note.setObjectName("page_note")
        self._note.hide()
        self._right = QHBoxLayout()
        self._right.setSpacing(theme.INSIDE)
        self._more: QToolButton | None = None
        words = QVBoxLayout()
        words.setSpacing(theme.GRID)
        words.addWidget(self._title)
        words.addWidget(self._purpose)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addLayout(words, 1)
        row.addLayout(self._right)
        row.setAlignment(self._right, Qt.AlignmentFlag.AlignTop)

    def set_title(self, title: str) -> None:
        """Another title."""
        self._title.setText(title)

    def set_purpose(self, purpose: str) -> None:
        """Another line of purpose; an empty one takes no room."""
        self._purpose.setText(purpose)
        self._purpose.setVisible(bool(purpose))

    def set_note(self, note: str) -> None:
        """Say why an act of the page cannot be done; an empty note takes no room."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def add_widget(self, widget: QWidget) -> None:
        """Put a control at the right, left of the menu."""
        place = self._right.count() - (1 if self._more is not None else 0)
        self._right.insertWidget(place, widget)

    def set_primary(
        self, text: str, run: Callable[[], object], icon: str = "", name: str = "primary_action"
    ) -> QPushButton:
        """Add the one primary action of the page."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text.replace("&", ""))
        button.setProperty("primary", True)
        button.setAutoDefault(False)
        if icon:
            button.setIcon(theme.icon(icon))
        button.clicked.connect(lambda: run())
        self.add_widget(button)
        return button

    def set_menu(self, menu: QMenu) -> QToolButton:
        """Offer further actions behind a button with three dots, always the last one."""
        if self._more is None:
            self._more = QToolButton(self)
            self._more.setObjectName("page_more")
            self._more.setText("More actions")
            self._more.setAccessibleName("More actions")
            self._more.setToolTip("More actions")
            self._more.setIcon(theme.icon("ellipsis"))
            self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            self._more.setAutoRaise(True)
            self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            self._right.addWidget(self._more)
        self._more.setMenu(menu)
        return self._more
