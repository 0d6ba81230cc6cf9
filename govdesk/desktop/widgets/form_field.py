"""A control with its label above and its help below; an error takes the help's place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.picture import Picture
from govdesk.desktop.widgets.words import Words


class FormField(QWidget):
    """Label, control and one line that helps or says what is wrong.

    The control is named by the label, and described by the line below it: a screen reader says
    both when the keyboard arrives, and an error at once.
    """

    def __init__(self, label: str, control: QWidget, help: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.control = control
        self._help = help
        self._error = ""
        self._label = Words(label, parent=self, wraps=True)
        self._label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(label.replace("&", ""))
        self._icon = Picture("circle-alert", "state_failed", parent=self)
        self._line = Words("", "secondary", "text_secondary", self, wraps=True)
        self._line.setObjectName(f"{control.objectName() or 'field'}_help")
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(theme.GRID)
        below.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self._label)
        column.addWidget(self.control)
        column.addLayout(below)
        # In a row of fields, one with a longer error does not move its neighbours' labels.
        column.addStretch(1)

    @property
    def error(self) -> str:
        """What is wrong, or nothing."""
        return self._error

    def set_error(self, sentence: str) -> None:
        """Say what is wrong and what to do, in the place of the help."""
        self._error = sentence
        self._show()
        announce(self.control, sentence)

    @Slot()
    def clear_error(self) -> None:
        """Bring the help back."""
        self._error = ""
        self._show()

    def set_help(self, help: str) -> None:
        """Help in other words."""
        self._help = help
        self._show()

    def _show(self) -> None:
        shown = self._error or self._help
        self._line.setText(shown)
        self._line.setVisible(bool(shown))
        self._line.set_tone("state_failed" if self._error else "text_secondary")
        self._icon.setVisible(bool(self._error))
        self.control.setAccessibleDescription(shown)
        self.control.setProperty("faulty", bool(self._error))
        self.control.update()
