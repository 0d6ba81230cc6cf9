"""Draws one entry of the palette: icon, title, section, keys; a second line says why not now."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from govdesk.desktop import theme
from govdesk.desktop.palette_ranking import Entry

ENTRY_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EntryDelegate(QStyledItemDelegate):
    """Paints from tokens only."""

    HEIGHT: Final = theme.CONTROL_HEIGHT + 2 * theme.GRID

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows have one height."""
        return QSize(0, self.HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One row."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        painter.save()
        rect: QRect = option.rect
        state = option.state
        _ground(painter, rect, state)
        inner = rect.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0)
        _icon(painter, inner, entry)
        inner.setLeft(inner.left() + theme.ICON + theme.INSIDE)
        inner.setRight(inner.right() - _keys(painter, inner, entry))
        _words(painter, inner, entry)
        painter.restore()


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    if not chosen and not hovered:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent_weak" if chosen else "hover"))
    painter.drawRoundedRect(rect, theme.RADIUS_SMALL, theme.RADIUS_SMALL)


def _icon(painter: QPainter, rect: QRect, entry: Entry) -> None:
    side = theme.ICON
    place = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
    colour = "text_disabled" if entry.reason else ""
    theme.icon(entry.icon or "corner-down-right", colour).paint(painter, place)


def _keys(painter: QPainter, rect: QRect, entry: Entry) -> int:
    """Draw the keys at the right; returns the width they took, with the gap before them."""
    if not entry.shortcut:
        return 0
    painter.setFont(theme.font("secondary"))
    painter.setPen(theme.colour("text_secondary"))
    painter.drawText(rect, _RIGHT, entry.shortcut)
    return painter.fontMetrics().horizontalAdvance(entry.shortcut) + theme.GAP


def _words(painter: QPainter, rect: QRect, entry: Entry) -> None:
    """Title and section on one line, or the title above and the reason below."""
    small = theme.font("secondary")
    if entry.reason:
        upper = QRect(rect.left(), rect.top() + theme.GRID // 2, rect.width(), rect.height() // 2)
        lower = QRect(rect.left(), rect.center().y(), rect.width(), rect.height() // 2)
        _line(painter, upper, entry.title, "body", "text_secondary")
        _line(painter, lower, entry.reason, "secondary", "text_secondary")
        return
    wanted = QFontMetrics(small).horizontalAdvance(entry.section)
    taken = _line(painter, rect, entry.title, "body", "text")
    left = rect.adjusted(taken + theme.INSIDE, 0, 0, 0)
    if left.width() >= wanted // 2:
        _line(painter, left, entry.section, "secondary", "text_secondary")


def _line(painter: QPainter, rect: QRect, text: str, font: str, colour: str) -> int:
    painter.setFont(theme.font(font))
    painter.setPen(theme.colour(colour))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)
