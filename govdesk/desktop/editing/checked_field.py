"""A line whose content is checked when one leaves it, and put into its usual form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import FormField
from govdesk.services import registrations
from govdesk.services.registrations import Checked


class CheckedField(FormField):
    """Label, line and help; a fault takes the help's place until what is written is right.

    `edited` follows every change by the person, `entered` the Enter key.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self,
        label: str,
        name: str,
        help: str = "",
        check: Callable[[str], Checked] | None = None,
        parent: QWidget | None = None,
    ):
        line = QLineEdit()
        line.setObjectName(name)
        line.setMinimumHeight(theme.CONTROL_HEIGHT)
        super().__init__(label, line, help, parent)
        self.line, self._check = line, check
        line.textEdited.connect(self._on_edited)
        line.editingFinished.connect(self.settle)
        line.returnPressed.connect(self.entered)

    @property
    def text(self) -> str:
        """What is written."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Write something else, which is right."""
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.clear_error()

    def set_read_only(self, read_only: bool) -> None:
        """Let people read and copy only."""
        self.line.setReadOnly(read_only)

    @Slot()
    def settle(self) -> None:
        """Check what is written: say its fault, or write it in its usual form."""
        if self._check is None or self.line.isReadOnly():
            return
        checked = self._check(self.text)
        if checked.fault:
            if checked.fault != self.error:
                self.set_error(checked.fault)
        else:
            self.clear_error()
            if checked.shown != self.text:
                self.line.setText(checked.shown)

    @Slot()
    def _on_edited(self) -> None:
        """A fault that is mended goes at once; a new one waits until the person leaves."""
        if self.error and (self._check is None or not self._check(self.text).fault):
            self.clear_error()
        self.edited.emit()


class CountryField(CheckedField):
    """A country by name, completed while one types; codes of ISO 3166 are understood, too."""

    def __init__(self, label: str, name: str, help: str = "", parent: QWidget | None = None):
        super().__init__(label, name, help, registrations.country, parent)

    def offer(self) -> None:
        """Offer the names; they have been read by then."""
        if self.line.completer() is not None:
            return
        completer = QCompleter([country.name for country in registrations.countries()], self.line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (choices := completer.popup()) is not None:
            choices.setObjectName(f"{self.line.objectName()}_choices")
            choices.setAccessibleName("Countries")
        completer.activated.connect(self.edited)
        self.line.setCompleter(completer)

    @property
    def code(self) -> str | None:
        """The code of what is written; None for nothing or no country."""
        return registrations.country(self.text).value

    def set_code(self, code: str | None) -> None:
        """Write the name of a code."""
        self.set_text(registrations.country_name(code))
