"""The tree of systems and customers, however large: branches are laid out when they are opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)

from govdesk.desktop import theme
from govdesk.desktop.tables.held import folded
from govdesk.services.nodes import Node

Index = QModelIndex | QPersistentModelIndex
NODE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
BATCH: Final = 200
"""Rows of one branch that are laid out at a time."""
ICONS: Final = {"organization": "building-2", "system": "server", "customer": "user"}
_HEADS: Final = ("Name", "Kind", "Path", "State")
_NOWHERE: Final = QModelIndex()
_TOP: Final = -1


class Forest:
    """Nodes with who hangs below whom; made where the list was read.

    A node whose parent this reader does not see stands at the top. Siblings are ordered by name.
    """

    def __init__(self, nodes: Iterable[Node]):
        self.nodes = list(nodes)
        self.place = {node.node_path: at for at, node in enumerate(self.nodes)}
        self.parents = [self._above(node) for node in self.nodes]
        self.words = [folded(f"{node.name} {node.node_path}") for node in self.nodes]
        self._by_name = sorted(range(len(self.nodes)), key=lambda at: self.words[at])

    def _above(self, node: Node) -> int:
        """The nearest node above that is there."""
        path = node.parent_path
        while path and path not in self.place:
            path = path.rpartition(".")[0]
        return self.place.get(path, _TOP) if path else _TOP

    def branches(self, text: str = "", *, retired: bool = True) -> dict[int, list[int]]:
        """Children by parent, of those that contain every word of `text` and what is above them."""
        words = folded(text).split()
        shown: set[int] = set()
        for at, node in enumerate(self.nodes):
            if not retired and not node.is_active:
                continue
            if all(word in self.words[at] for word in words):
                while at != _TOP and at not in shown:
                    shown.add(at)
                    at = self.parents[at]
        found: dict[int, list[int]] = {}
        for at in self._by_name:
            if at in shown:
                found.setdefault(self.parents[at], []).append(at)
        return found


class NodeTree(QAbstractItemModel):
    """Name, kind, path, state. Children beyond the first two hundred come as one scrolls."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._forest = Forest(())
        self._branches: dict[int, list[int]] = {}
        self._laid: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._text, self._retired = "", False

    # Content

    def show_forest(self, forest: Forest) -> None:
        """Show other nodes under the same filter."""
        self._again(forest, self._text, self._retired)

    def find(self, text: str, *, retired: bool) -> None:
        """Show what contains every word of `text`; retired ones only if wanted."""
        if (text, retired) != (self._text, self._retired):
            self._again(self._forest, text, retired)

    def _again(self, forest: Forest, text: str, retired: bool) -> None:
        self.beginResetModel()
        self._forest, self._text, self._retired = forest, text, retired
        self._branches = forest.branches(text, retired=retired)
        self._rows = {
            at: row for branch in self._branches.values() for row, at in enumerate(branch)
        }
        self._laid = {above: min(BATCH, len(branch)) for above, branch in self._branches.items()}
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many nodes are shown or can be opened."""
        return len(self._rows)

    def node(self, index: Index) -> Node | None:
        """The node of a row."""
        return self._forest.nodes[index.internalId()] if index.isValid() else None

    def index_of(self, path: str) -> QModelIndex:
        """The row of a path, laid out if it was not; no index if it is not shown."""
        at = self._forest.place.get(path)
        if at is None or at not in self._rows:
            return QModelIndex()
        row, above = self._rows[at], self._forest.parents[at]
        parent = self._index_at(above)
        while self._laid[above] <= row:
            self.fetchMore(parent)
        return self.createIndex(row, 0, at)

    def _index_at(self, at: int) -> QModelIndex:
        return QModelIndex() if at == _TOP else self.createIndex(self._rows[at], 0, at)

    def _at(self, index: Index) -> int:
        return int(index.internalId()) if index.isValid() else _TOP

    # Qt

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """A cell below `parent`."""
        branch = self._branches.get(self._at(parent), [])
        if not 0 <= row < len(branch) or not 0 <= column < len(_HEADS):
            return QModelIndex()
        return self.createIndex(row, column, branch[row])

    def parent(self, index: Index = _NOWHERE) -> Any:
        """The row above."""
        if not index.isValid():
            return QModelIndex()
        return self._index_at(self._forest.parents[index.internalId()])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Children that are laid out."""
        return 0 if parent.column() > 0 else self._laid.get(self._at(parent), 0)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Name, kind, path, state."""
        return len(_HEADS)

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        """Whether there is anything below, laid out or not."""
        return parent.column() <= 0 and self._at(parent) in self._branches

    def canFetchMore(self, parent: Index) -> bool:
        """Whether more children are there than are laid out."""
        at = self._at(parent)
        return self._laid.get(at, 0) < len(self._branches.get(at, ()))

    def fetchMore(self, parent: Index) -> None:
        """Lay out some more."""
        at = self._at(parent)
        before, whole = self._laid.get(at, 0), len(self._branches.get(at, ()))
        after = min(before + BATCH, whole)
        if after > before:
            self.beginInsertRows(self._index_at(at), before, after - 1)
            self._laid[at] = after
            self.endInsertRows()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell."""
        node = self.node(index)
        if node is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (node.name, node.kind, node.node_path, state_word(node))[index.column()]
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, theme.ROW_HEIGHT)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return theme.icon(ICONS[node.kind])
        if role == Qt.ItemDataRole.FontRole and index.column() == 2:
            return theme.font("mono")
        if role == Qt.ItemDataRole.ForegroundRole and not node.is_active:
            return theme.colour("text_secondary")
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return f"{node.kind} {node.name}, {state_word(node)}, {node.node_path}"
        return node if role == NODE_ROLE else None


def state_word(node: Node) -> str:
    """Whether it is in use, in a word."""
    return "active" if node.is_active else "retired"
