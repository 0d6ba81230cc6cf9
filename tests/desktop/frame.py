"""A window with two fields and the declared actions, for what every window is framed by."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions import Actions
from govdesk.desktop.actions.catalogue import ACTIONS
from tests.desktop import driving


def preferences(folder: Path) -> Preferences:
    """Preferences of this test's own, closed after its widgets."""
    made = Preferences(folder / "acme.json", policy=folder / "policy.json")
    driving.ending.callback(made.close)
    return made


class Frame(QMainWindow):
    """Every action is bound and notes its id in `ran`."""

    def __init__(self, preferences: Preferences):
        super().__init__()
        self.setObjectName("frame")
        self.preferences = preferences
        self.actions_ = Actions(self, preferences)
        self.ran: list[str] = []
        for row in ACTIONS:
            self.actions_.bind(row.id, lambda id=row.id: self.ran.append(id))
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        self.first = QLineEdit(objectName="first", accessibleName="First")
        self.second = QLineEdit(objectName="second", accessibleName="Second")
        column.addWidget(self.first)
        column.addWidget(self.second)
        column.addStretch(1)
        self.setCentralWidget(middle)


def shown(folder: Path) -> Frame:
    """A frame on the screen, the keyboard in its first field."""
    frame = driving.show(Frame(preferences(folder)), 1000, 700)
    frame.first.setFocus()
    return frame
