"""One page of the guide: what it is called, and whether one may go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.layouts import in_order
from govdesk.desktop.widgets import Words


class Step(QWidget):
    """`changed` follows whatever may change `is_done`; `column` holds what is on the page."""

    changed = Signal()

    def __init__(self, name: str, title: str, lead: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self.title = title
        self.lead = Words(lead, "body", "text_secondary", self, wraps=True)
        self.lead.setObjectName(f"{name}_lead")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)
        self.column.addWidget(self.lead)

    @property
    def is_done(self) -> bool:
        """Whether Next or Finish may be pressed."""
        return True

    def check(self) -> QWidget | None:
        """Say what is wrong; returns the control to go to, None if one may go on."""
        return None

    def begin(self) -> None:
        """The page is shown."""

    def leave(self) -> None:
        """The page is shown no longer."""

    def take_keyboard(self) -> None:
        """Begin at the first control that can be used."""
        for widget in in_order(self.column):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus()
                return
