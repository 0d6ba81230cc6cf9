"""A table with a filter above it, and what stands in its place when the filter hides all."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QTableView, QToolButton, QWidget

from govdesk.desktop.widgets import StatePage


def offer_clearing(field: QLineEdit) -> None:
    """Give a filter its cross; a screen reader says what it does."""
    field.setClearButtonEnabled(True)
    for cross in field.findChildren(QToolButton):
        cross.setObjectName(f"{field.objectName()}_clear")
        cross.setAccessibleName("Clear the filter")
        cross.setToolTip("Clear the filter")


class FoundOrNot(QStackedWidget):
    """Shows the table, or that nothing fits the filter and how to see everything again."""

    def __init__(self, table: QTableView, finder: QLineEdit, parent: QWidget | None = None):
        super().__init__(parent)
        self._table, self._finder = table, finder
        self._nothing: StatePage | None = None
        self.addWidget(table)

    def show_count(self, shown: int, total: int) -> None:
        """`shown` of `total` rows pass the filter."""
        if shown or not total:
            self.setCurrentWidget(self._table)
            return
        if self._nothing is None:
            self._nothing = StatePage(self)
            self.addWidget(self._nothing)
        self._nothing.show_empty(
            "Nothing fits the filter",
            "Write less of it, or look at the whole list.",
            "Clear the filter",
            self._clear,
        )
        self.setCurrentWidget(self._nothing)

    @Slot()
    def _clear(self) -> None:
        self._finder.clear()
        self._table.setFocus()
