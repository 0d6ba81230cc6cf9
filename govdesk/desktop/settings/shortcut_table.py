"""Actions and their keys as rows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeySequence

from govdesk.desktop import theme
from govdesk.desktop.actions import Action, Actions

ID_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
_HEADS: Final = ("Action", "Section", "Keys")
_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class ShortcutTable(QAbstractTableModel):
    """Every action, or those found; keys that a person chose are marked by a word."""

    def __init__(self, actions: Actions, parent: QObject | None = None):
        super().__init__(parent)
        self._actions = actions
        self._shortcuts = actions.shortcuts
        self._text = ""
        self._rows: list[Action] = []
        self._select()

    @property
    def has_own(self) -> bool:
        """Whether any action has other keys than its default."""
        return any(self._shortcuts.is_own(row.id) for row in self._actions.rows())

    def title(self, action: str) -> str:
        """The title of an action."""
        return self._shortcuts.action(action).title

    def default_keys(self, action: str) -> QKeySequence:
        """The keys it has unless a person chose others."""
        return self._shortcuts.action(action).default_keys

    @Slot(str)
    def find(self, text: str) -> None:
        """List only actions whose title, section or keys hold `text`."""
        self.beginResetModel()
        self._text = text.casefold().strip()
        self._select()
        self.endResetModel()

    def refresh(self) -> None:
        """Keys have changed, or an action has become possible."""
        if len(self._rows) != len(self._matching()):
            self.find(self._text)
        elif self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 2))

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many actions are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Action, section, keys."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """What a column holds."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """One cell; the icon stands before the title."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._cell(row, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and row.icon:
            return theme.icon(row.icon)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._cell(row, column) for column in range(len(_HEADS)))
        return row.id if role == ID_ROLE else None

    def _cell(self, row: Action, column: int) -> str:
        if column == 2:
            keys = self._shortcuts.text(row.id)
            return f"{keys or 'none'} (changed)" if self._shortcuts.is_own(row.id) else keys
        return (row.title, row.section)[column]

    def _select(self) -> None:
        self._rows = self._matching()

    def _matching(self) -> list[Action]:
        return [row for row in self._actions.rows() if self._holds(row)]

    def _holds(self, row: Action) -> bool:
        whole = f"{row.title} {row.section} {self._shortcuts.text(row.id)} {' '.join(row.words)}"
        return self._text in whole.casefold()
