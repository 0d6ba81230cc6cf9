"""The palette (Ctrl+K): every action and every place by a few letters of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.actions import Actions
from govdesk.desktop.palette_drawing import ENTRY_ROLE, EntryDelegate
from govdesk.desktop.palette_ranking import MOST, Entry, Index, Provider
from govdesk.desktop.widgets import Words, announce

PREFERENCE: Final = "palette.recent"
_RECENT_MOST: Final = 12
_ROWS_SHOWN: Final = 9
_WIDTH: Final = 150 * theme.GRID
_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: _ROWS_SHOWN,
    Qt.Key.Key_PageUp: -_ROWS_SHOWN,
}
_HINT: Final = "Enter runs it · ↑ ↓ choose · Esc closes"
_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class Entries(QAbstractListModel):
    """What was found, best first."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """Other entries."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """The entry of a row, if there is one."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many were found."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title; for a screen reader the whole line."""
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.reason or entry.title
        return entry if role == ENTRY_ROLE else None


def spoken(entry: Entry) -> str:
    """One entry as a screen reader says it."""
    parts = (
        entry.title,
        entry.section,
        entry.shortcut,
        entry.reason and f"Not now: {entry.reason}",
    )
    return ", ".join(part for part in parts if part)


class Palette(QWidget):
    """Lies over `parent` while it is open; Esc or a click beside it closes it.

    Enter closes it, gives the keyboard back to whatever had it, and runs what was chosen.
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, actions: Actions, preferences: Preferences, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName("Find anything")
        self._window = parent
        self._actions, self._preferences = actions, preferences
        self._providers: list[Provider] = []
        self._index = Index(())
        self._before: QWidget | None = None
        self._build()
        self.hide()
        parent.installEventFilter(self)
        theme.signals.changed.connect(self.update)

    def add_provider(self, provider: Provider) -> None:
        """Ask this function too for what is typed; its entries stand above those found by name."""
        self._providers.append(provider)

    @Slot()
    def open(self, text: str = "") -> None:
        """Show it, with `text` typed already; when it is open, select what is typed."""
        if self.isVisible():
            self._field.selectAll()
            return
        self._before = QApplication.focusWidget()
        self._index = Index(self._entries())
        self._field.setText(text)
        self._search()
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.opened.emit()

    @Slot()
    def dismiss(self) -> None:
        """Close it and give the keyboard back."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        self.hide()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    @property
    def found(self) -> list[Entry]:
        """What is listed now."""
        rows = range(self._model.rowCount())
        return [entry for row in rows if (entry := self._model.entry(row)) is not None]

    # Building

    def _build(self) -> None:
        self._panel = _Panel(self)
        self._field = QLineEdit(self._panel)
        self._field.setObjectName("palette_field")
        self._field.setAccessibleName("Find an action or a place")
        self._field.setPlaceholderText("Type an action, an event number, a filter")
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._model = Entries(self)
        self._list = QListView(self._panel)
        self._list.setObjectName("palette_list")
        self._list.setAccessibleName("Found")
        self._list.setModel(self._model)
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.viewport().setAutoFillBackground(False)
        self._list.clicked.connect(self._on_clicked)
        self._line = Words("", "secondary", "text_secondary", self._panel, wraps=True)
        self._line.setObjectName("palette_line")
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._field)
        column.addWidget(self._list, 1)
        column.addWidget(self._line)

    def _place(self) -> None:
        """At the top of the window, in its middle, and never wider than it."""
        whole = self._window.rect()
        self.setGeometry(whole)
        width = min(_WIDTH, whole.width() - 2 * theme.GAP)
        rows = min(_ROWS_SHOWN, self._model.rowCount())
        gaps = 4 if rows else 3
        self._line.setFixedWidth(width - 2 * theme.INSIDE)
        words = self._field.sizeHint().height() + self._line.sizeHint().height()
        wanted = gaps * theme.INSIDE + words + rows * EntryDelegate.HEIGHT
        height = min(wanted, whole.height() - 2 * theme.GAP)
        top = min(theme.BAND_HEIGHT + theme.INSIDE, max(theme.GAP, whole.height() - height))
        self._panel.setGeometry(QRect((whole.width() - width) // 2, top, width, height))

    # Finding

    def _entries(self) -> list[Entry]:
        keys = self._actions.shortcuts
        return [
            Entry(
                row.title,
                row.section,
                _Run(self._actions, row.id),
                keys.text(row.id),
                self._actions.reason(row.id),
                row.icon,
                row.id,
                row.words,
            )
            for row in self._actions.rows()
            if row.in_palette
        ]

    @Slot()
    def _search(self) -> None:
        text = self._field.text().strip()
        provided = [entry for ask in self._providers for entry in ask(text)]
        found = provided + self._index.find(text, self._recent())
        self._model.show(found[:MOST])
        self._choose(0)
        self._explain()
        if self.isVisible():
            self._place()

    def _explain(self) -> None:
        count = self._model.rowCount()
        self._list.setVisible(bool(count))
        if not count:
            self._line.setText("Nothing is called like this. Try fewer letters.")
            announce(self._field, self._line.text())

    def _recent(self) -> list[str]:
        return list(self._preferences.get(PREFERENCE).get("ids", []))

    # Choosing

    def _choose(self, row: int) -> None:
        last = self._model.rowCount() - 1
        if last < 0:
            return
        index = self._model.index(max(0, min(row, last)))
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index)
        entry = self._model.entry(index.row())
        if entry is not None:
            self._field.setAccessibleDescription(spoken(entry))
            self._line.setText(entry.reason or _HINT)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())
        self._run()

    def _run(self) -> None:
        entry = self._model.entry(self._list.currentIndex().row())
        if entry is None:
            return
        if entry.reason:
            self._line.setText(entry.reason)
            announce(self._field, entry.reason)
            self._place()
            return
        if entry.id:
            ids = [entry.id, *(id for id in self._recent() if id != entry.id)]
            self._preferences.set(PREFERENCE, {"ids": ids[:_RECENT_MOST]})
        self.dismiss()
        entry.run()

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that the field shares with the list, and the size of the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self._field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._on_key(Qt.Key(event.key()))
        if watched is self._field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            # Another window may take the keyboard and bring it back; another control may not.
            self._on_focus_lost()
        return False

    def _on_key(self, key: Qt.Key) -> bool:
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        count = self._model.rowCount()
        row = self._list.currentIndex().row() + by
        if abs(by) == 1 and count:
            row %= count
        self._choose(row)

    def _on_focus_lost(self) -> None:
        other = QApplication.focusWidget()
        if other is not None and other.window() is self.window() and not self.isAncestorOf(other):
            self._before = None
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes it."""
        self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window behind it steps back a little."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("scrim"))
        painter.end()


class _Run:
    """Runs one action by its id; the entry keeps no widget."""

    def __init__(self, actions: Actions, action: str):
        self._actions, self._action = actions, action

    def __call__(self) -> None:
        self._actions.run(self._action)


class _Panel(QWidget):
    """The raised sheet that holds field and list."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click inside is not a click beside."""
        event.accept()

    def sizeHint(self) -> QSize:
        """As wide as a line of an entry wants."""
        return QSize(_WIDTH, _ROWS_SHOWN * EntryDelegate.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rounded, with a line around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("control_line"), theme.HAIRLINE))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)
        painter.end()
