"""Headers of one's own, as rows of a name and a value; those that sign or frame are refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.integrations import judging
from govdesk.desktop.integrations.fields import SettingField
from govdesk.desktop.integrations.guarded import GuardedLine
from govdesk.desktop.timeline.layouts import chain, let_go
from govdesk.domain import webhooks

MOST: Final = 20
_HELP: Final = (
    "Sent with every delivery. Whoever sees this webhook can read them: a token belongs into its"
    " own field, as a reference."
)


class HeaderRow(QWidget):
    """Name and value of one header."""

    edited = Signal()
    entered = Signal()
    refused = Signal(str)
    removed = Signal()

    def __init__(self, place: int, parent: QWidget):
        super().__init__(parent)
        self.name = self._line(f"webhook_header_{place}_name", f"Name of header {place}")
        self.name.setPlaceholderText("X-Source")
        self.value = self._line(f"webhook_header_{place}_value", f"Value of header {place}")
        self.value.setPlaceholderText("govdesk")
        self.cross = QToolButton(self)
        self.cross.setObjectName(f"webhook_header_{place}_remove")
        self.cross.setText("Remove")
        self.cross.setAccessibleName(f"Remove header {place}")
        self.cross.setToolTip("Remove this header")
        self.cross.setIcon(theme.icon("x"))
        self.cross.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.cross.setAutoRaise(True)
        self.cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self.name, 2)
        row.addWidget(self.value, 3)
        row.addWidget(self.cross)

    def _line(self, name: str, said: str) -> GuardedLine:
        line = GuardedLine(name, judging.open_text, self)
        line.setAccessibleName(said)
        line.textEdited.connect(self.edited)
        line.returnPressed.connect(self.entered)
        line.refused.connect(self.refused)
        return line

    @property
    def pair(self) -> tuple[str, str]:
        """Name and value, without blanks around them."""
        return self.name.text().strip(), self.value.text().strip()


class HeadersField(SettingField):
    """Rows with Add header below them; rows without a name and a value are not there.

    `rows_changed` follows when there are more or fewer of them.
    """

    rows_changed = Signal()

    def __init__(self, parent: QWidget | None = None):
        self.rows: list[HeaderRow] = []
        self._made = 0
        whole = QWidget()
        self.column = QVBoxLayout(whole)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GRID)
        self.add = button("Add header", "webhook_header_add", self._on_add, whole, icon="plus")
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        super().__init__(
            "Custom headers", whole, _HELP, required=False, check=lambda text: "", parent=parent
        )
        self._line.setObjectName("webhook_headers_help")
        self.control = self.add
        self._label.setBuddy(self.add)

    # Values

    @property
    def text(self) -> str:
        """The headers as they will be sent, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers.items())

    def set_text(self, text: str) -> None:
        """Show the headers of such lines."""
        pairs = (line.partition(":") for line in text.splitlines() if line.strip())
        self.show_headers({name.strip(): value.strip() for name, _, value in pairs})

    @property
    def headers(self) -> dict[str, str]:
        """What is written; of two with one name the last counts, and `fault` says so."""
        return dict(pair for pair in self._pairs() if any(pair))

    def _pairs(self) -> list[tuple[str, str]]:
        return [row.pair for row in self.rows]

    def show_headers(self, headers: Mapping[str, str]) -> None:
        """Show others."""
        while self.rows:
            let_go(self.rows.pop())
        self._made = 0
        for name, value in headers.items():
            row = self._add_row()
            row.name.setText(name)
            row.value.setText(value)
        self.clear_error()
        self._show_add()

    def fault(self) -> str:
        """What is wrong with the first header that cannot be sent."""
        names: set[str] = set()
        for name, value in self._pairs():
            if not name and not value:
                continue
            if fault := webhooks.check_header(name, value):
                return f"“{name}”: {fault}" if name else fault
            if name.lower() in names:
                return f"“{name}” is there twice."
            names.add(name.lower())
        return ""

    # Rows

    @Slot()
    def _on_add(self) -> None:
        row = self._add_row()
        self._show_add()
        row.name.setFocus()
        self._on_edited()

    def _add_row(self) -> HeaderRow:
        self._made += 1
        row = HeaderRow(self._made, self)
        self.rows.append(row)
        self.column.insertWidget(len(self.rows) - 1, row)
        row.show()
        row.edited.connect(self._on_edited)
        row.entered.connect(self.entered)
        row.refused.connect(self._on_refused)
        row.removed.connect(partial(self._remove, row))
        for line in (row.name, row.value):
            line.editingFinished.connect(self._on_left)
        self._order()
        self.rows_changed.emit()
        return row

    def _remove(self, row: HeaderRow) -> None:
        self.rows.remove(row)
        self.column.removeWidget(row)
        let_go(row)
        self.rows_changed.emit()
        self.add.setFocus()
        self._show_add()
        self._on_edited()

    @Slot()
    def _on_left(self) -> None:
        if not self.error and (fault := self._finished_fault()):
            self.set_error(fault)

    def _finished_fault(self) -> str:
        """A row that is being written has perhaps no value yet."""
        return self.fault() if all(all(pair) for pair in self._pairs() if any(pair)) else ""

    def _show_add(self) -> None:
        self.add.setEnabled(len(self.rows) < MOST)

    def _order(self) -> None:
        chain([line for row in self.rows for line in (row.name, row.value, row.cross)] + [self.add])
