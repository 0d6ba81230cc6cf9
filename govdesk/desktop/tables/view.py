"""The view of a windowed list: asks for what it shows, keeps what one reads in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.model import Index, WindowedModel

PLACEHOLDER_MS: Final = 150
_NO_HOVER: Final = -1
# A first column that stretches stays at least so wide.
_LEAST_CHARACTERS: Final = 24


class WindowedTable(QTableView):
    """A table over a `WindowedModel`; `opened` follows Enter or a double click on a row.

    `current_changed` carries the row that keyboard or mouse moved to, -1 for none.
    """

    opened = Signal(int)
    current_changed = Signal(int)
    menu_wanted = Signal(QPoint, int, int)

    def __init__(self, model: WindowedModel, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName(name)
        self._model = model
        self._hovered = _NO_HOVER
        self._shows_placeholders = False
        self._placeholders = QTimer(self)
        self._placeholders.setSingleShot(True)
        self._placeholders.setInterval(PLACEHOLDER_MS)
        self._placeholders.timeout.connect(self._show_placeholders)
        self._set_up()
        self.setModel(model)
        self._set_columns()
        model.page_arrived.connect(self._on_page)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.modelReset.connect(self._on_reset)
        self.verticalScrollBar().valueChanged.connect(self._ask)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        theme.signals.changed.connect(self._restyle)

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        corner = QWidget(self)
        corner.setAutoFillBackground(True)
        corner.setBackgroundRole(QPalette.ColorRole.Base)
        self.setCornerWidget(corner)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW_COMPACT)
        rows.setDefaultSectionSize(theme.ROW_HEIGHT)
        self.setIconSize(QSize(theme.CELL_ICON, theme.ICON))
        titles = self.horizontalHeader()
        titles.setProperty("indented", True)
        titles.setSectionsMovable(True)
        titles.setHighlightSections(False)
        titles.setResizeContentsPrecision(0)
        titles.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, also hidden ones."""
        return self._model.columns

    def reset_columns(self) -> None:
        """Show the columns as they are declared."""
        titles = self.horizontalHeader()
        for place, column in enumerate(self.columns):
            titles.moveSection(titles.visualIndex(place), place)
            titles.resizeSection(place, self._width_of(column))
            self.setColumnHidden(place, not column.visible)

    def _width_of(self, column: Column) -> int:
        metrics = self.fontMetrics()
        text = column.width * metrics.averageCharWidth()
        if column.sample:
            text = metrics.horizontalAdvance(column.sample)
        icon = theme.CELL_ICON - theme.GRID if column.icon is not None else 0
        return text + icon + 2 * theme.CELL_INDENT

    def _set_columns(self) -> None:
        self.reset_columns()
        for place, column in enumerate(self.columns):
            if column.stretch:
                self.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            if column.mono:
                self.setItemDelegateForColumn(place, _MiddleElided(self))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        height = theme.ROW_COMPACT if compact else theme.ROW_HEIGHT
        self.verticalHeader().setDefaultSectionSize(height)
        self._ask()

    # Rows

    def visible_rows(self) -> tuple[int, int]:
        """First and last row on the screen; the last is before the first if there is none."""
        if self._model.rowCount() == 0:
            return 0, -1
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return max(first, 0), self._model.rowCount() - 1 if last < 0 else last

    def go_to(self, row: int) -> None:
        """Make `row` current and show it in the middle."""
        index = self._model.index(row, self._first_column())
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def current_row(self) -> int:
        """The row the keyboard is on, or -1."""
        return self.currentIndex().row()

    def current_column(self) -> int:
        """The column the keyboard is on, or -1."""
        return self.currentIndex().column()

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Selected rows as first and last, from the top."""
        selection = self.selectionModel().selection()
        parts = [selection.at(place) for place in range(selection.count())]
        return sorted({(part.top(), part.bottom()) for part in parts})

    def shown_columns(self) -> list[int]:
        """Columns that are shown, from the left."""
        titles = self.horizontalHeader()
        places = (titles.logicalIndex(visual) for visual in range(titles.count()))
        return [place for place in places if not self.isColumnHidden(place)]

    def is_at_top(self) -> bool:
        """Whether the newest row is in sight."""
        return self.verticalScrollBar().value() == 0

    @property
    def shows_placeholders(self) -> bool:
        """Whether bars stand where rows are still missing."""
        return self._shows_placeholders

    def _first_column(self) -> int:
        return next(iter(self.shown_columns()), 0)

    # Asking

    @Slot()
    def _ask(self) -> None:
        self._model.show_rows(*self.visible_rows())
        if not self._model.is_settled and not self._placeholders.isActive():
            self._shows_placeholders = False
            self._placeholders.start()

    @Slot()
    def _on_reset(self) -> None:
        """The keyboard stands on the first row of another list, as where focus comes by Tab."""
        if self.hasFocus() and self._model.rowCount():
            first = self._model.index(0, self._first_column())
            command = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(first, command)
        self._ask()

    @Slot(int, int)
    def _on_page(self, first: int, last: int) -> None:
        if self._model.is_settled:
            self._placeholders.stop()
            self._shows_placeholders = False
            self.viewport().update()

    @Slot()
    def _show_placeholders(self) -> None:
        self._shows_placeholders = True
        self.viewport().update()

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        """New events stand above what one reads: that stays where it is."""
        bar = self.verticalScrollBar()
        if first == 0 and bar.value() > 0:
            self.updateGeometries()
            bar.setValue(
                bar.value() + (last - first + 1) * self.verticalHeader().defaultSectionSize()
            )
        else:
            self._ask()

    # Events

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.current_changed.emit(current.row())

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        self.menu_wanted.emit(self.viewport().mapToGlobal(place), index.row(), index.column())

    @Slot()
    def _restyle(self) -> None:
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Home and End go to the ends of the list, not of the row.

        Ctrl+C is for whoever holds the table and copies its rows: Qt would copy one cell.
        """
        if event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()
            return
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Return: lambda: self.opened.emit(self.current_row()),
            Qt.Key.Key_Enter: lambda: self.opened.emit(self.current_row()),
        }
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in keys and self.current_row() >= 0:
            keys[event.key()]()
        elif plain and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to_end(event.key() == Qt.Key.Key_End)
        else:
            super().keyPressEvent(event)

    def _go_to_end(self, last: bool) -> None:
        row = self._model.rowCount() - 1 if last else 0
        index = self._model.index(row, self._first_column())
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click opens the row."""
        index = self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if index.isValid():
            self.opened.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the pointer is marked whole."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._hover(_NO_HOVER)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More rows may be in sight, and the first column has another width."""
        super().resizeEvent(event)
        self._fit_first()
        self._ask()

    def _fit_first(self) -> None:
        """Where there is no room to read the first column, the table scrolls sideways instead."""
        if not self.columns[0].stretch:
            return
        titles = self.horizontalHeader()
        readable = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth()
        least = min(self._width_of(self.columns[0]), readable)
        room = self.viewport().width() - sum(
            titles.sectionSize(place) for place in range(1, len(self.columns))
        )
        mode = QHeaderView.ResizeMode.Stretch
        if room < least:
            mode = QHeaderView.ResizeMode.Interactive
        if titles.sectionResizeMode(0) != mode:
            titles.setSectionResizeMode(0, mode)
        if room < least:
            titles.resizeSection(0, least)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells by Qt; hairlines, the hovered row and placeholders here, once a row."""
        super().paintEvent(event)
        first, last = self.visible_rows()
        painter = QPainter(self.viewport())
        try:
            if self.hasFocus() and first <= self.current_row() <= last:
                self._paint_current(painter)
            self._paint_rows(painter, first, last)
            if self.hasFocus():
                theme.ring(painter, self._focus_rect())
        finally:
            painter.end()

    def _paint_rows(self, painter: QPainter, first: int, last: int) -> None:
        width, height = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        line, hover, bar = (theme.colour(c) for c in ("line", "hover", "placeholder"))
        painter.setPen(line)
        for row in range(first, last + 1):
            top = self.rowViewportPosition(row)
            painter.drawLine(0, top + height - 1, width, top + height - 1)
            if row == self._hovered:
                painter.fillRect(0, top, width, height - 1, hover)
            if self._shows_placeholders and self._model.line(row) is None:
                self._paint_placeholder(painter, QRect(0, top, width, height), bar)

    def _paint_current(self, painter: QPainter) -> None:
        """Draw the current cell once more as any other: the ring is around its row."""
        index = self.currentIndex()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
        painter.fillRect(option.rect, self.palette().base())
        self.itemDelegateForIndex(index).paint(painter, option, index)

    def _focus_rect(self) -> QRect:
        """The row the keyboard is on; the whole table while it is on none."""
        row = self.current_row()
        return self._row_rect(row) if row >= 0 else self.viewport().rect()

    def _row_rect(self, row: int) -> QRect:
        height = self.verticalHeader().defaultSectionSize()
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), height)

    def _paint_placeholder(self, painter: QPainter, row: QRect, colour: QColor) -> None:
        thickness = row.height() // 3
        for visual in range(self.horizontalHeader().count()):
            place = self.horizontalHeader().logicalIndex(visual)
            left, width = self.columnViewportPosition(place), self.columnWidth(place)
            if self.isColumnHidden(place) or width < 4 * theme.INSIDE:
                continue
            painter.fillRect(
                left + theme.CELL_INDENT,
                row.top() + thickness,
                width * 2 // 3 - theme.INSIDE,
                thickness,
                colour,
            )


class _MiddleElided(QStyledItemDelegate):
    """Ids and hashes are told apart by both their ends."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Elide in the middle."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
