"""Menus and tool tips."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionMenuItem, QWidget

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.buttons import has
from govdesk.desktop.theme.shown import colour

_KIND = QStyleOptionMenuItem.MenuItemType
_GUTTER = sizes.INSIDE + sizes.ICON + sizes.INSIDE
_TAIL = 3 * sizes.INSIDE


def item_size(option: QStyleOptionMenuItem, plain: QSize) -> QSize:
    """Room for an entry, from the size of its words."""
    if option.menuItemType == _KIND.Separator and not option.text:
        return QSize(plain.width(), 2 * sizes.GRID + sizes.HAIRLINE)
    metrics = option.fontMetrics
    words, _, keys = option.text.partition("\t")
    width = _GUTTER + metrics.size(Qt.TextFlag.TextShowMnemonic, words).width() + _TAIL
    if keys:
        width += metrics.horizontalAdvance(keys) + 2 * sizes.GAP
    return QSize(width, max(sizes.ROW_HEIGHT, metrics.height() + sizes.INSIDE))


def item(
    style: QStyle, painter: QPainter, option: QStyleOptionMenuItem, widget: QWidget | None
) -> None:
    """An entry: icon or tick, words, keys, arrow of a submenu; or a line between groups."""
    rect: QRect = option.rect
    # The list of a combo box comes here too, on a ground of its own.
    painter.fillRect(rect, colour("raised"))
    if option.menuItemType == _KIND.Separator:
        _separator(painter, option, rect)
        return
    enabled = has(option, QStyle.StateFlag.State_Enabled)
    if enabled and has(option, QStyle.StateFlag.State_Selected):
        chosen = rect.adjusted(sizes.GRID, 0, -sizes.GRID, 0)
        strokes.panel(painter, chosen, colour("accent_weak"), radius=sizes.RADIUS_SMALL)
    _lead(painter, option, rect, enabled)
    _words(style, painter, option, rect, enabled)
    if option.menuItemType == _KIND.SubMenu:
        tail = QRect(rect.right() - _TAIL, rect.top(), _TAIL, rect.height())
        strokes.chevron(painter, tail, colour("icon" if enabled else "text_disabled"), "right")


def _separator(painter: QPainter, option: QStyleOptionMenuItem, rect: QRect) -> None:
    if option.text:
        painter.setPen(colour("text_secondary"))
        words = rect.adjusted(sizes.GAP, 0, -sizes.GAP, 0)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, align, option.text)
        return
    middle = rect.center().y()
    strokes.hairline(painter, rect.left(), middle, rect.right(), middle)


def _lead(painter: QPainter, option: QStyleOptionMenuItem, rect: QRect, enabled: bool) -> None:
    side = sizes.ICON
    place = QRect(rect.left() + 3 * sizes.GRID, 0, side, side)
    place.moveTop(rect.top() + (rect.height() - side) // 2)
    icon: QIcon = option.icon
    if option.checked:
        strokes.tick(painter, place, colour("accent" if enabled else "text_disabled"))
    elif not icon.isNull():
        mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
        icon.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)


def _words(
    style: QStyle,
    painter: QPainter,
    option: QStyleOptionMenuItem,
    rect: QRect,
    enabled: bool,
) -> None:
    words, _, keys = option.text.partition("\t")
    room = rect.adjusted(_GUTTER + sizes.GRID, 0, -_TAIL + sizes.INSIDE, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    shown = int(flags | Qt.TextFlag.TextShowMnemonic | Qt.AlignmentFlag.AlignLeft)
    palette: QPalette = option.palette
    painter.save()
    painter.setFont(option.font)
    role = QPalette.ColorRole.WindowText
    style.drawItemText(painter, room, shown, palette, enabled, words, role)
    if keys:
        painter.setPen(colour("text_secondary" if enabled else "text_disabled"))
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignRight), keys)
    painter.restore()
