"""Draws one line of the navigation: a page with its icon, or the title of a group."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from govdesk.desktop import theme

_Index = QModelIndex | QPersistentModelIndex
DEPTH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 5
"""How deep a place stands below its page; none for a page."""
OPEN_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 6
"""Whether a group is open; none for what cannot be closed."""
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PageDelegate(QStyledItemDelegate):
    """Paints from tokens only; the page that is shown is filled, the keyboard's place ringed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Room for icon and words."""
        if index.data(DEPTH_ROLE):
            # A long name gives way; it does not widen the list.
            return QSize(0, theme.ROW_HEIGHT)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        width = QFontMetrics(theme.font("body")).horizontalAdvance(words)
        return QSize(width + theme.ICON + 3 * theme.INSIDE + theme.GRID, theme.CONTROL_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One line."""
        painter.save()
        rect: QRect = option.rect
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        inner = rect.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0)
        if isinstance(icon, QIcon):
            _ground(painter, rect, option.state)
            _mark_focus(painter, rect, option, index)
            inner.setLeft(inner.left() + theme.GAP * int(index.data(DEPTH_ROLE) or 0))
            place = QRect(0, 0, theme.ICON, theme.ICON)
            place.moveCenter(inner.center())
            place.moveLeft(inner.left())
            icon.paint(painter, place)
            inner.setLeft(place.right() + theme.INSIDE + 1)
            _write(painter, inner, words, "body", "text")
        else:
            inner.setTop(inner.top() + theme.INSIDE)
            _write(painter, inner, words.upper(), "secondary", "text_secondary")
            if (is_open := index.data(OPEN_ROLE)) is not None:
                _mark_focus(painter, rect, option, index)
                _chevron(painter, inner, words.upper(), bool(is_open))
        painter.restore()


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    if state & QStyle.StateFlag.State_Selected:
        theme.panel(painter, rect, theme.colour("accent_weak"), radius=theme.RADIUS_SMALL)
    elif state & QStyle.StateFlag.State_MouseOver:
        theme.panel(painter, rect, theme.colour("hover"), radius=theme.RADIUS_SMALL)


def _mark_focus(
    painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: _Index
) -> None:
    view = option.widget
    if isinstance(view, QListView) and view.hasFocus() and view.currentIndex() == index:
        theme.ring(painter, rect, radius=theme.RADIUS_SMALL)


def _write(painter: QPainter, rect: QRect, words: str, role: str, tone: str) -> None:
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour(tone))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT, shown)


def _chevron(painter: QPainter, rect: QRect, words: str, is_open: bool) -> None:
    """Behind the title of a group: down when it is open, right when it is closed."""
    place = QRect(0, 0, theme.ICON, theme.ICON)
    place.moveCenter(rect.center())
    place.moveLeft(rect.left() + painter.fontMetrics().horizontalAdvance(words) + theme.GRID)
    icon = theme.icon("chevron-down" if is_open else "chevron-right")
    icon.paint(painter, place)
