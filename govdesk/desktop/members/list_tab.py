"""One list of the page: a filter, an order, a table, and what stands there without rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.copying import plain
from govdesk.desktop.tables.found import offer_clearing
from govdesk.desktop.tables.header import ColumnKeeper
from govdesk.desktop.tables.held import ASCENDING, Held, HeldModel, prepare
from govdesk.desktop.widgets import StatePage
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs

Words = Callable[[Any], Iterable[str]]
Value = Callable[[Any, str], Any]


class ListTab(QWidget):
    """`opened` carries the thing of a row that was opened, `selected` the one that
    is selected alone.

    `copied` carries how many rows were copied, `counted` what is shown of how many.
    """

    opened = Signal(object)
    selected = Signal(object)
    copied = Signal(object)
    counted = Signal(object, object)
    retry = Signal()

    def __init__(
        self,
        name: str,
        noun: str,
        columns: tuple[Column, ...],
        sentence: Callable[[Any], str],
        words: Words,
        value: Value,
        hint: str,
        jobs: Jobs,
        preferences: Preferences,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName(f"{name}_tab")
        self._noun, self._words = noun, words
        self.model = HeldModel(columns, jobs, sentence, value, self)
        self.table = WindowedTable(self.model, f"{name}_table", self)
        self.table.setAccessibleName(noun)
        self.table.set_compact(preferences.get("compact_rows"))
        self.filter = QLineEdit(self)
        self.filter.setObjectName(f"{name}_filter")
        self.filter.setAccessibleName(f"Filter: {hint.lower()}")
        self.filter.setPlaceholderText(f"Find by {hint[:1].lower()}{hint[1:]}")
        offer_clearing(self.filter)
        self.filter.textChanged.connect(self._on_filter)
        self.state = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.state)
        self._empty: tuple[str, str, str, Callable[[], object] | None] = ("", "", "", None)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._loading.timeout.connect(self._show_loading)
        self._is_read = False
        self._wanted = ""
        self._is_restoring = False
        self._lay_out(name)
        self.columns = ColumnKeeper(self.table, preferences)
        self._connect()

    # Parts

    def _lay_out(self, name: str) -> None:
        self.order = QPushButton(theme.icon("list-filter"), "Sort by", self)
        self.order.setObjectName(f"{name}_order")
        self.order.setAccessibleName(f"Sort {self._noun.lower()} by")
        self.order.setAutoDefault(False)
        self.order.setMenu(self._order_menu(name))
        self.above = QHBoxLayout()
        self.above.setSpacing(theme.INSIDE)
        self.above.addWidget(self.filter, 1)
        self.above.addWidget(self.order)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self.above)
        column.addWidget(self.stack, 1)

    def _order_menu(self, name: str) -> QMenu:
        menu = QMenu("Sort by", self)
        menu.setObjectName(f"{name}_order_menu")
        menu.setAccessibleName("Sort by")
        group = QActionGroup(menu)
        for place, column in enumerate(self.model.columns):
            action = menu.addAction(column.title)
            action.setObjectName(f"{name}_by_{column.key}")
            action.setCheckable(True)
            action.setChecked(place == 0)
            group.addAction(action)
            action.triggered.connect(partial(self.sort, place))
        return menu

    def _connect(self) -> None:
        titles = self.table.horizontalHeader()
        titles.setStretchLastSection(True)
        titles.setSectionsClickable(True)
        titles.setSortIndicatorShown(True)
        titles.setSortIndicator(0, ASCENDING)
        titles.sortIndicatorChanged.connect(self._on_sorted)
        self.table.opened.connect(self._on_opened)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.model.shown.connect(self._on_shown)

    # Content

    def prepared(self, items: Sequence[Any]) -> Held:
        """Make ready what `hold` shows; for the thread that has read it."""
        first = self.model.columns[0]
        return prepare(items, self._words, first.text)

    def hold(self, held: Held) -> None:
        """Show a list that was read; the keyboard stays on the same thing."""
        item = self.item()
        wanted, self._wanted = self._wanted, ""
        self._loading.stop()
        self._is_read = True
        self.model.hold(held)
        if wanted:
            self.go_to(wanted)
        else:
            self._restore(item)

    def begin(self) -> None:
        """The list is asked for; placeholders come if it takes a while."""
        self._loading.start()

    def forget(self) -> None:
        """Another list belongs here: what was shown goes, placeholders come."""
        self._loading.stop()
        self._is_read = False
        self.state.show_loading(f"Reading {self._noun.lower()}")
        self.stack.setCurrentWidget(self.state)

    def when_empty(
        self, title: str, sentence: str, action: str = "", run: Callable[[], object] | None = None
    ) -> None:
        """What stands there when there is nothing at all."""
        self._empty = (title, sentence, action, run)

    def fail(self, error: Exception) -> None:
        """Rows that are there stay; without any, the list itself says what happened."""
        self._loading.stop()
        if not self._is_read:
            words = f"{error.sentence} {error.remedy}" if isinstance(error, Problem) else str(error)
            self.state.show_error(
                f"{self._noun} cannot be read now", words.strip(), self.retry.emit
            )
            self.stack.setCurrentWidget(self.state)

    def item(self) -> Any:
        """The thing the keyboard is on, or None."""
        return self.model.item(self.table.current_row())

    def go_to(self, item_id: str) -> bool:
        """Put the keyboard on a thing; a list that is not read yet does it then."""
        row = self.model.row_of(item_id)
        if row < 0:
            self._wanted = item_id
            return False
        self.table.go_to(row)
        return True

    @Slot()
    def clear_filter(self) -> None:
        """Show everything again."""
        self.filter.clear()
        self.table.setFocus()

    def copy(self) -> None:
        """Copy the selected rows as TSV, a title line first."""
        columns = self.table.shown_columns()
        lines = ["\t".join(self.model.columns[place].title for place in columns)]
        for first, last in self.table.selected_ranges():
            for row in range(first, last + 1):
                line = self.model.line(row)
                if line is not None:
                    lines.append("\t".join(plain(line.texts[place]) for place in columns))
        if len(lines) > 1:
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")
            self.copied.emit(len(lines) - 1)

    def sort(self, column: int, _: bool = False) -> None:
        """Sort by a column; by the same once more turns the order round."""
        now, order = self.model.sorted_by
        turned = Qt.SortOrder.DescendingOrder if order is ASCENDING else ASCENDING
        self.table.horizontalHeader().setSortIndicator(
            column, turned if column == now else ASCENDING
        )

    # What happens

    @Slot(str)
    def _on_filter(self, text: str) -> None:
        item = self.item()
        self.model.find(text)
        self._restore(item)

    def _restore(self, item: Any) -> None:
        """Put the keyboard back on a thing; that is no wish to open the panel again."""
        if item is not None and self.model.row_of(item.id) >= 0:
            self._is_restoring = True
            self.go_to(item.id)
            self._is_restoring = False

    @Slot()
    def _show_loading(self) -> None:
        # Shown once more, placeholders would vanish and come again.
        if not self._is_read and self.state.state != "loading":
            self.state.show_loading(f"Reading {self._noun.lower()}")
            self.stack.setCurrentWidget(self.state)

    @Slot()
    def _on_shown(self) -> None:
        self.counted.emit(self.model.rowCount(), self.model.total)
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.table)
            return
        if self.model.total:
            self.state.show_empty(
                "Nothing fits the filter",
                "Write less of it, or look at the whole list.",
                "Clear the filter",
                self.clear_filter,
            )
        else:
            self.state.show_empty(*self._empty)
        self.stack.setCurrentWidget(self.state)

    @Slot(int, Qt.SortOrder)
    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        self.model.sort(column, order)
        for place, action in enumerate(self.order.menu().actions()):
            action.setChecked(place == column)

    @Slot(int)
    def _on_opened(self, row: int) -> None:
        self.opened.emit(self.model.item(row))

    @Slot()
    def _on_selection(self) -> None:
        ranges = self.table.selected_ranges()
        if not self._is_restoring and len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            self.selected.emit(self.model.item(ranges[0][0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F goes to the filter, Ctrl+C copies, Esc empties the filter."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.filter.setFocus()
            self.filter.selectAll()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.clear_filter()
        elif event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.table.setFocus()
            self.table.go_to(max(self.table.current_row(), 0))
        else:
            super().keyPressEvent(event)
