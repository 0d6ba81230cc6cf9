"""Draws one line of the decisions: what, its state, who asked when and how long it still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from govdesk.desktop import theme

if TYPE_CHECKING:
    from govdesk.desktop.approvals.listing import Row

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DecisionDelegate(QStyledItemDelegate):
    """Paints from tokens only; two lines for a decision, one for a title."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Room for the lines in the present font."""
        row = cast("Row", index.data(ROW_ROLE))
        body = QFontMetrics(theme.font("body")).height()
        if row.kind != "decision":
            return QSize(0, body + theme.GAP)
        return QSize(0, body + QFontMetrics(theme.font("secondary")).height() + theme.GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One row."""
        row = cast("Row", index.data(ROW_ROLE))
        painter.save()
        inner = option.rect.adjusted(theme.INSIDE, theme.GRID, -theme.INSIDE, -theme.GRID)
        if row.kind == "title":
            _write(painter, inner, row.words, "strong", "text_secondary")
        elif row.kind == "nothing":
            _write(painter, inner, row.words, "body", "text_secondary")
        else:
            _ground(painter, option, index)
            _decision(painter, inner, row)
        painter.restore()


def _decision(painter: QPainter, inner: QRect, row: Row) -> None:
    height = QFontMetrics(theme.font("body")).height()
    upper = QRect(inner.left(), inner.top() + theme.GRID, inner.width(), height)
    words = QFontMetrics(theme.font("secondary")).horizontalAdvance(row.state)
    icon = QRect(0, 0, theme.ICON, theme.ICON)
    icon.moveCenter(upper.center())
    icon.moveLeft(upper.right() - words - theme.GRID - theme.ICON)
    theme.icon(row.meaning).paint(painter, icon)
    state = QRect(icon.right() + theme.GRID, upper.top(), words + theme.GRID, height)
    _write(painter, state, row.state, "secondary", row.meaning)
    upper.setRight(icon.left() - theme.INSIDE)
    _write(painter, upper, row.words, "body", "text")
    lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), 0)
    lower.setBottom(inner.bottom() - theme.GRID)
    _write(painter, lower, row.below, "secondary", "text_secondary")


def _ground(painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        theme.panel(painter, option.rect, theme.colour("accent_weak"), radius=theme.RADIUS_SMALL)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        theme.panel(painter, option.rect, theme.colour("hover"), radius=theme.RADIUS_SMALL)
    view = option.widget
    if isinstance(view, QListView) and view.hasFocus() and view.currentIndex() == index:
        theme.ring(painter, option.rect, radius=theme.RADIUS_SMALL)


def _write(painter: QPainter, rect: QRect, words: str, role: str, tone: str) -> None:
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour(tone))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT, shown)
