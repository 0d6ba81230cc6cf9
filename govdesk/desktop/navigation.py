"""The list of pages at the left: sections, icons with words, Ctrl+1 to Ctrl+9."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from govdesk.desktop import theme
from govdesk.desktop.navigation_drawing import PageDelegate

PAGE_ROLE = Qt.ItemDataRole.UserRole + 1


class Navigation(QListView):
    """Pages by id; `chosen` carries the id that a person went to."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAccessibleName("Pages")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setItemDelegate(PageDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.selectionModel().currentChanged.connect(self._on_current)
        theme.signals.changed.connect(self._restyle)
        self._restyle()

    def add_section(self, title: str) -> None:
        """Begin a group of pages."""
        item = QStandardItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._items.appendRow(item)

    def add_page(self, page: str, title: str, icon: str) -> None:
        """Add a page below the last section."""
        item = QStandardItem(theme.icon(icon), title)
        item.setData(page, PAGE_ROLE)
        item.setData(icon, PAGE_ROLE + 1)
        item.setToolTip(title)
        self._items.appendRow(item)
        self.setMinimumWidth(self.sizeHintForColumn(0) + 2 * theme.INSIDE)

    def pages(self) -> list[str]:
        """Ids of the pages from the top."""
        rows = (self._items.item(row) for row in range(self._items.rowCount()))
        return [page for item in rows if (page := item.data(PAGE_ROLE))]

    def go_to(self, page: str) -> None:
        """Mark a page as the one shown."""
        for row in range(self._items.rowCount()):
            if self._items.item(row).data(PAGE_ROLE) == page:
                self.setCurrentIndex(self._items.index(row, 0))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        page = current.data(PAGE_ROLE)
        if page:
            self.chosen.emit(page)

    @Slot()
    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.colour("window"))
        self.setPalette(palette)
        for row in range(self._items.rowCount()):
            item = self._items.item(row)
            if icon := item.data(PAGE_ROLE + 1):
                item.setIcon(theme.icon(icon))
