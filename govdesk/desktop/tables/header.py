"""Columns as the person wants them: shown, moved, resized, remembered, set back."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtWidgets import QMenu

from govdesk.config.preferences import Preferences
from govdesk.desktop.tables.view import WindowedTable

_SETTLED_MS = 500


class ColumnKeeper(QObject):
    """Keeps the columns of one table in a preference, and offers them in a menu."""

    def __init__(self, table: WindowedTable, preferences: Preferences):
        super().__init__(table)
        self._table, self._preferences = table, preferences
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self.keep)
        titles = table.horizontalHeader()
        titles.customContextMenuRequested.connect(self._on_menu)
        self._restore(self._preferences.get("tables").get(table.objectName(), {}))
        for signal in (titles.sectionMoved, titles.sectionResized):
            signal.connect(self._settling.start)

    def menu(self) -> QMenu:
        """Return a menu with a check mark for each column that is shown."""
        menu = QMenu("Columns", self._table)
        menu.setObjectName("columns_menu")
        shown = self._table.shown_columns()
        for place, column in enumerate(self._table.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(place in shown)
            # The last one stays: an empty table could not be asked for its menu.
            action.setEnabled(shown != [place])
            action.toggled.connect(partial(self.show_column, place))
        menu.addSeparator()
        menu.addAction("Reset columns").triggered.connect(self.reset)
        return menu

    def show_column(self, place: int, shown: bool) -> None:
        """Show or hide a column."""
        self._table.setColumnHidden(place, not shown)
        self._settling.start()

    @Slot()
    def reset(self) -> None:
        """Show the columns as they were at first."""
        self._table.reset_columns()
        self._settling.start()

    @Slot()
    def keep(self) -> None:
        """Remember the columns as they stand."""
        tables = self._preferences.get("tables")
        tables[self._table.objectName()] = self._state()
        self._preferences.set("tables", tables)

    def _state(self) -> dict[str, Any]:
        titles = self._table.horizontalHeader()
        keys = [column.key for column in self._table.columns]
        return {
            "order": [keys[titles.logicalIndex(visual)] for visual in range(len(keys))],
            "widths": {key: self._table.columnWidth(place) for place, key in enumerate(keys)},
            "hidden": [key for place, key in enumerate(keys) if self._table.isColumnHidden(place)],
        }

    def _restore(self, state: dict[str, Any]) -> None:
        """Unknown columns are passed over, new ones stand where they were declared."""
        if not state:
            return
        titles = self._table.horizontalHeader()
        places = {column.key: place for place, column in enumerate(self._table.columns)}
        for visual, key in enumerate(k for k in state.get("order", []) if k in places):
            titles.moveSection(titles.visualIndex(places[key]), visual)
        for key, place in places.items():
            width = state.get("widths", {}).get(key, 0)
            # A hidden column has no width of its own.
            if width:
                self._table.setColumnWidth(place, width)
            if key in state.get("order", []):
                self._table.setColumnHidden(place, key in state.get("hidden", []))

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._table.horizontalHeader().mapToGlobal(place))
