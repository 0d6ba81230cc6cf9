"""The list of pages at the left: sections, icons with words, Ctrl+1 to Ctrl+9."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from govdesk.desktop import theme
from govdesk.desktop.navigation_drawing import DEPTH_ROLE, OPEN_ROLE, PageDelegate

PAGE_ROLE = Qt.ItemDataRole.UserRole + 1
GROUP_ROLE = Qt.ItemDataRole.UserRole + 3
PLACE_ROLE = Qt.ItemDataRole.UserRole + 4
OWNER_ROLE = Qt.ItemDataRole.UserRole + 7
"""The page below which a place stands."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row below a page: something on it that one goes to; `depth` indents it.

    `page` is another page that it leads to instead.
    """

    id: str
    title: str
    icon: str
    depth: int = 0
    page: str = ""


class Navigation(QListView):
    """Pages by id; `chosen` carries the id that a person went to.

    A group can be closed; below its page stand places, and `place_chosen` carries the id of one.
    What the program marks or moves says neither: a mark that passed for a person's choice would
    be followed, and moved again.
    """

    chosen = Signal(str)
    place_chosen = Signal(str)

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
        self._is_marking = False
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

    def add_group(self, group: str, title: str) -> None:
        """Begin a section that opens and closes by a click, Enter or Space."""
        item = QStandardItem(title)
        item.setData(group, GROUP_ROLE)
        item.setData(True, OPEN_ROLE)
        item.setAccessibleText(f"{title}, open")
        self._items.appendRow(item)

    def set_places(self, group: str, page: str, places: Sequence[Place]) -> None:
        """Show these below the page of a group; the one a person is on stays chosen."""
        current = self.currentIndex()
        chosen = current.data(PLACE_ROLE) if current.data(OWNER_ROLE) == page else None
        with self._marking():
            rows = [r for r in range(self._items.rowCount()) if self._is_place(r, page)]
            for row in reversed(rows):
                self._items.removeRow(row)
            first = self._row_of(page) + 1
            for offset, place in enumerate(places):
                self._items.insertRow(first + offset, _place_item(page, place))
            if chosen is not None:
                self._go_to_place(page, chosen)
        self._open(group, self.is_open(group))

    @contextmanager
    def _marking(self) -> Iterator[None]:
        before, self._is_marking = self._is_marking, True
        try:
            yield
        finally:
            self._is_marking = before

    def is_open(self, group: str) -> bool:
        """Whether the places of a group are shown."""
        row = self._row_of_group(group)
        return bool(self._items.item(row).data(OPEN_ROLE))

    def toggle(self, group: str) -> None:
        """Show or hide what is in a group."""
        self._open(group, not self.is_open(group))

    def _open(self, group: str, is_open: bool) -> None:
        row = self._row_of_group(group)
        item = self._items.item(row)
        item.setData(is_open, OPEN_ROLE)
        item.setAccessibleText(f"{item.text()}, {'open' if is_open else 'closed'}")
        for below in range(row + 1, self._items.rowCount()):
            if self._items.item(below).data(PAGE_ROLE) is None:
                break
            is_place = self._items.item(below).data(PLACE_ROLE) is not None
            self.setRowHidden(below, is_place and not is_open)

    def _row_of_group(self, group: str) -> int:
        rows = range(self._items.rowCount())
        return next(row for row in rows if self._items.item(row).data(GROUP_ROLE) == group)

    def _row_of(self, page: str) -> int:
        rows = range(self._items.rowCount())
        return next(row for row in rows if self._items.item(row).data(PAGE_ROLE) == page)

    def _is_place(self, row: int, page: str) -> bool:
        item = self._items.item(row)
        return item.data(OWNER_ROLE) == page and item.data(PLACE_ROLE) is not None

    def _go_to_place(self, page: str, place: str) -> None:
        for row in range(self._items.rowCount()):
            if self._is_place(row, page) and self._items.item(row).data(PLACE_ROLE) == place:
                self.setCurrentIndex(self._items.index(row, 0))
                return
        self.setCurrentIndex(self._items.index(self._row_of(page), 0))

    def add_page(self, page: str, title: str, icon: str) -> None:
        """Add a page below the last section."""
        item = QStandardItem(theme.icon(icon), title)
        item.setData(page, PAGE_ROLE)
        item.setData(icon, PAGE_ROLE + 1)
        item.setToolTip(title)
        self._items.appendRow(item)
        self.setMinimumWidth(self.sizeHintForColumn(0) + 2 * theme.INSIDE)

    def set_count(self, page: str, count: int) -> None:
        """Say beside a page's title how much waits there; 0 says nothing."""
        for row in range(self._items.rowCount()):
            item = self._items.item(row)
            if item.data(PAGE_ROLE) == page:
                title = item.toolTip()
                item.setText(f"{title} ({count:,})" if count else title)
                item.setAccessibleText(f"{title}, {count:,} waiting" if count else title)
                self.setMinimumWidth(self.sizeHintForColumn(0) + 2 * theme.INSIDE)

    def pages(self) -> list[str]:
        """Ids of the pages from the top."""
        rows = (self._items.item(row) for row in range(self._items.rowCount()))
        found = (page for item in rows if (page := item.data(PAGE_ROLE)))
        return list(dict.fromkeys(found))

    def go_to(self, page: str) -> None:
        """Mark a page as the one shown; a place on it stays marked."""
        if self.currentIndex().data(PAGE_ROLE) == page:
            return
        for row in range(self._items.rowCount()):
            if self._items.item(row).data(PAGE_ROLE) == page:
                with self._marking():
                    self.setCurrentIndex(self._items.index(row, 0))
                return

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if self._is_marking:
            return
        page, place = current.data(PAGE_ROLE), current.data(PLACE_ROLE)
        if page:
            self.chosen.emit(page)
        if place:
            self.place_chosen.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes here by Tab has chosen nothing yet, even where Qt marks the first row."""
        with self._marking():
            super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open and close a group."""
        group = self.currentIndex().data(GROUP_ROLE)
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if group and event.key() in keys:
            self.toggle(group)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a group opens or closes it."""
        super().mouseReleaseEvent(event)
        group = self.indexAt(event.position().toPoint()).data(GROUP_ROLE)
        if group and event.button() == Qt.MouseButton.LeftButton:
            self.toggle(group)

    @Slot()
    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.colour("window"))
        self.setPalette(palette)
        for row in range(self._items.rowCount()):
            item = self._items.item(row)
            if icon := item.data(PAGE_ROLE + 1):
                item.setIcon(theme.icon(icon))


def _place_item(page: str, place: Place) -> QStandardItem:
    item = QStandardItem(theme.icon(place.icon), place.title)
    item.setData(place.page or page, PAGE_ROLE)
    item.setData(page, OWNER_ROLE)
    item.setData(place.icon, PAGE_ROLE + 1)
    item.setData(place.id, PLACE_ROLE)
    item.setData(place.depth + 1, DEPTH_ROLE)
    item.setToolTip(place.title)
    return item
