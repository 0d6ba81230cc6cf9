"""The list of suggestions: what to write at the left, what it means at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.domain.filter_language.completing import Suggestion

_MOST_ROWS: Final = 9
_Index = QModelIndex | QPersistentModelIndex
_EXPLANATION: Final = Qt.ItemDataRole.UserRole


class _Suggestions(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: Sequence[Suggestion] = ()

    def put(self, found: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        suggestion = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return suggestion.label
        if role in (_EXPLANATION, Qt.ItemDataRole.ToolTipRole):
            return suggestion.explanation
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{suggestion.label}: {suggestion.explanation}"
        return None


class _Rows(QStyledItemDelegate):
    """Paints the label whole and the explanation in what is left."""

    label_width = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, max(theme.ROW_HEIGHT, option.fontMetrics.height() + theme.GRID * 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        state, whole = option.state, option.rect
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(whole, theme.colour("accent_weak"))
            painter.fillRect(
                QRect(whole.topLeft(), QSize(theme.GRID // 2, whole.height())),
                theme.colour("accent"),
            )
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(whole, theme.colour("raised"))
        inside = whole.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0)
        label = QRect(inside.topLeft(), QSize(self.label_width, inside.height()))
        _draw(painter, label, index.data(), "body", "text")
        rest = inside.adjusted(self.label_width + theme.GAP, 0, 0, 0)
        _draw(painter, rest, index.data(_EXPLANATION), "secondary", "text_secondary")


def _draw(painter: QPainter, box: QRect, text: str, font: str, colour: str) -> None:
    painter.setFont(theme.font(font))
    painter.setPen(theme.colour(colour))
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)


class CompletionPopup(QFrame):
    """A list over the window that never takes the focus; `chosen` follows a click."""

    chosen = Signal(QModelIndex)

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("completion_popup")
        self.setFrameShape(QFrame.Shape.Box)
        self.setLineWidth(theme.HAIRLINE)
        self.setAutoFillBackground(True)
        self.hide()
        self._model = _Suggestions(self)
        self._rows = _Rows(self)
        self._list = _list(self, self._model, self._rows)
        self._list.clicked.connect(self.chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)

    @property
    def labels(self) -> list[str]:
        """What is offered, in order."""
        return [suggestion.label for suggestion in self._model.found]

    @property
    def current_row(self) -> int:
        """The selected row, -1 for none."""
        return self._list.currentIndex().row()

    def suggestion(self, row: int) -> Suggestion:
        """Return what stands in a row."""
        return self._model.found[row]

    def spoken(self) -> str:
        """Return what a screen reader says of the selected row."""
        text = self._list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        return str(text or "")

    def step(self, by: int) -> None:
        """Move the selection; past either end it comes back at the other."""
        count, row = self._model.rowCount(), self.current_row
        if row < 0:
            target = 0 if by > 0 else count - 1
        elif abs(by) == 1:
            target = (row + by) % count
        else:
            target = min(max(row + by, 0), count - 1)
        self._list.setCurrentIndex(self._model.index(target))

    def show_under(self, field: QWidget, found: Sequence[Suggestion]) -> None:
        """Show `found` beneath `field`, or above where there is no room."""
        self._model.put(found)
        measures = theme.font("body")
        self.setFont(measures)
        widest = max(self.fontMetrics().horizontalAdvance(s.label) for s in found)
        self._rows.label_width = min(widest + theme.GRID, field.width() // 2)
        if self.parentWidget() is not field.window():
            self.setParent(field.window())
        self.setGeometry(self._place(field, len(found)))
        self.raise_()
        self.show()
        self._list.scrollToTop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an edge that shows on every background."""
        painter = QPainter(self)
        painter.setPen(theme.colour("control_line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _place(self, field: QWidget, count: int) -> QRect:
        row = max(theme.ROW_HEIGHT, self.fontMetrics().height() + theme.GRID * 2)
        height = row * min(count, _MOST_ROWS) + 2 * self.frameWidth()
        window = field.window()
        corner = field.mapTo(window, QPoint(0, field.height() + theme.GRID // 2))
        above = field.mapTo(window, QPoint(0, 0)).y()
        room = window.height() - corner.y()
        if room < min(height, row * 3) and above > room:
            height = min(height, above)
            corner.setY(above - height - theme.GRID // 2)
        else:
            height = min(height, max(room, row))
        return QRect(corner, QSize(field.width(), height))


def _list(parent: QWidget, model: QAbstractListModel, rows: QStyledItemDelegate) -> QListView:
    view = QListView(parent)
    view.setObjectName("completion_list")
    view.setAccessibleName("Suggestions")
    view.setModel(model)
    view.setItemDelegate(rows)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setUniformItemSizes(True)
    view.setMouseTracking(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
    return view
