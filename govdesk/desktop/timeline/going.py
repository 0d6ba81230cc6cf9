"""Going to a place in the log: a number or a time, typed."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import FormField
from govdesk.domain.filter_language.period import NotAPeriod, first_instant, read_period


def read_number(text: str) -> int:
    """Read an event's number as people write it; raises ValueError with a sentence."""
    plain = (
        text.strip().lstrip("#").replace(",", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    )
    if not plain.isascii() or not plain.isdigit() or len(plain) > 18 or int(plain) == 0:
        raise ValueError("This is not an event number. Write digits, such as 12,345.")
    return int(plain)


def read_time(text: str, zone: tzinfo) -> datetime:
    """Read a day or a time on the clock of `zone`; raises ValueError with a sentence."""
    try:
        return first_instant(read_period(text.strip().replace(" ", "T"), zone))
    except NotAPeriod as error:
        raise ValueError("This is not a time. Write 2026-05-03, or 2026-05-03 14:30.") from error


class GoToDialog(QDialog):
    """Asks for a number or a time. `number_chosen` or `time_chosen` follows Go."""

    number_chosen = Signal(object)
    time_chosen = Signal(object)

    def __init__(self, kind: str, zone: tzinfo, hint: str, parent: QWidget):
        super().__init__(parent)
        self._is_number, self._zone = kind == "number", zone
        self.setObjectName(f"go_to_{kind}")
        title = "Go to an event number" if self._is_number else "Go to a date"
        self.setWindowTitle(title)
        self._line = QLineEdit(self)
        self._line.setObjectName("go_to_field")
        self._line.setMinimumHeight(theme.CONTROL_HEIGHT)
        label = "&Number" if self._is_number else "&Day or time"
        self._field = FormField(label, self._line, hint, self)
        buttons = QDialogButtonBox(self)
        go = buttons.addButton("Go", QDialogButtonBox.ButtonRole.AcceptRole)
        go.setObjectName("go_to_go")
        go.setDefault(True)
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("go_to_cancel")
        buttons.accepted.connect(self._go)
        buttons.rejected.connect(self.reject)
        self._line.textEdited.connect(self._field.clear_error)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self._field)
        column.addWidget(buttons)
        self.setMinimumWidth(96 * theme.GRID)

    def _make_room(self) -> None:
        """An error may take more lines than the help did."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), needed))

    @Slot()
    def _go(self) -> None:
        text = self._line.text()
        try:
            if self._is_number:
                self.number_chosen.emit(read_number(text))
            else:
                self.time_chosen.emit(read_time(text, self._zone))
        except ValueError as error:
            self._field.set_error(str(error))
            self._line.selectAll()
            self._make_room()
        else:
            self.accept()
