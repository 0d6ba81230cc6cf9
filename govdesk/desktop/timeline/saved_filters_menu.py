"""The menu of filters used lately and saved, and the two dialogs it opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.saved_filters import SavedFilters
from govdesk.desktop.timeline.saved_filters_dialogs import ManageFilters, SaveFilter

_SHOWN_IN_GRID = 90


class SavedFiltersButton(QPushButton):
    """Opens the menu; `chosen` carries the text of a filter to apply."""

    chosen = Signal(str)

    def __init__(self, filters: SavedFilters, parent: QWidget | None = None):
        super().__init__(parent)
        self._filters = filters
        self._text = ""
        self.setObjectName("saved_filters")
        self.setText("Saved and recent")
        self.setAccessibleName("Saved and recent filters")
        self.setIcon(theme.icon("bookmark"))
        menu = QMenu(self)
        menu.setObjectName("saved_filters_menu")
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_text(self, text: str) -> None:
        """Name the filter that is applied now: the one that can be saved."""
        self._text = text

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        save = menu.addAction("Save this filter…", self.save)
        save.setObjectName("save_filter_action")
        save.setEnabled(bool(self._text))
        manage = menu.addAction("Rename, delete or share…", self.manage)
        manage.setObjectName("manage_filters_action")
        saved = self._filters.saved
        manage.setEnabled(bool(saved))
        menu.addSection("Saved")
        for name, text in saved.items():
            self._add(menu, name, text)
        if not saved:
            menu.addAction("None yet").setEnabled(False)
        menu.addSection("Recent")
        for text in self._filters.recent:
            self._add(menu, text, text)
        if not self._filters.recent:
            menu.addAction("None yet").setEnabled(False)

    def _add(self, menu: QMenu, label: str, text: str) -> None:
        shown = menu.fontMetrics().elidedText(
            label, Qt.TextElideMode.ElideMiddle, theme.GRID * _SHOWN_IN_GRID
        )
        action = menu.addAction(shown.replace("&", "&&"))
        action.setToolTip(text)
        action.setData(text)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), str):
            self.chosen.emit(action.data())

    @Slot()
    def save(self) -> None:
        """Ask for a name and keep the filter that is applied."""
        SaveFilter(self._filters, self._text, self).open()

    @Slot()
    def manage(self) -> None:
        """Show the saved filters, to rename, delete or share them."""
        ManageFilters(self._filters, self).open()
