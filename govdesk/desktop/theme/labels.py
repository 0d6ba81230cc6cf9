"""What stands on buttons: icon and words with a gap, and a chevron where a menu opens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QWidget,
)

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.buttons import filled_as, has, ink_on

_GAP: Final = 6
_CHEVRON: Final = sizes.GAP
_WORDS: Final = int(
    Qt.AlignmentFlag.AlignVCenter
    | Qt.AlignmentFlag.AlignLeft
    | Qt.TextFlag.TextShowMnemonic
    | Qt.TextFlag.TextSingleLine
)
_TOOL: Final = QStyleOptionToolButton.ToolButtonFeature


def push_size(option: QStyleOptionButton, plain: QSize, least: QSize) -> QSize:
    """Room for a push button around `plain`, Qt's size of icon and words."""
    width = plain.width() + 2 * sizes.GAP
    if not option.icon.isNull() and option.text:
        width += sizes.GRID
    if _opens_menu(option):
        width += _CHEVRON
    height = max(sizes.CONTROL_HEIGHT, plain.height() + 2 * sizes.GRID)
    return QSize(max(width, least.width()), height)


def push(style: QStyle, painter: QPainter, option: QStyleOptionButton, widget: QWidget) -> None:
    """The label of a push button, in the middle."""
    rect = QRect(option.rect)
    if _opens_menu(option):
        rect = _with_chevron(painter, rect.adjusted(0, 0, -sizes.GRID, 0), option.palette)
    role = filled_as(option, widget)
    ink = ink_on(role) if role else None
    icon = option.icon
    words = _width(option, option.text)
    side = option.iconSize.width() if not icon.isNull() else 0
    whole = words + side + (_GAP if words and side else 0)
    left = rect.left() + max(0, (rect.width() - whole) // 2)
    if side:
        place = _middle(QRect(left, rect.top(), side, rect.height()), option.iconSize)
        _draw_icon(painter, place, icon, option, ink)
        left = place.right() + 1 + _GAP
    room = QRect(left, rect.top(), rect.right() - left + 1, rect.height())
    _draw_words(style, painter, room, option, ink)


def tool_size(option: QStyleOptionToolButton, plain: QSize) -> QSize:
    """Room for a tool button around `plain`, Qt's size of icon and words."""
    height = max(sizes.CONTROL_HEIGHT, plain.height() + 2 * sizes.GRID)
    if is_icon_only(option):
        return QSize(max(height, plain.width() + 2 * sizes.GRID), height)
    width = plain.width() + 2 * sizes.INSIDE
    if not option.icon.isNull():
        width += sizes.GRID
    if option.features & _TOOL.HasMenu:
        width += _CHEVRON
    return QSize(width, height)


def is_icon_only(option: QStyleOptionToolButton) -> bool:
    """Whether the button shows no words."""
    return option.toolButtonStyle == Qt.ToolButtonStyle.ToolButtonIconOnly or not option.text


def tool(style: QStyle, painter: QPainter, option: QStyleOptionToolButton) -> None:
    """The label of a tool button: icon alone in the middle, or icon and words from the left."""
    rect = QRect(option.rect)
    if is_icon_only(option):
        _draw_icon(painter, _middle(rect, option.iconSize), option.icon, option, None)
        return
    rect.adjust(sizes.INSIDE, 0, -sizes.INSIDE, 0)
    if option.features & _TOOL.HasMenu:
        rect = _with_chevron(painter, rect, option.palette)
    has_icon = option.toolButtonStyle != Qt.ToolButtonStyle.ToolButtonTextOnly
    if has_icon and not option.icon.isNull():
        side = option.iconSize.width()
        place = _middle(QRect(rect.left(), rect.top(), side, rect.height()), option.iconSize)
        _draw_icon(painter, place, option.icon, option, None)
        rect.setLeft(place.right() + 1 + _GAP)
    painter.save()
    painter.setFont(option.font)
    _draw_words(style, painter, rect, option, None)
    painter.restore()


Labelled = QStyleOptionButton | QStyleOptionToolButton


def _opens_menu(option: QStyleOptionButton) -> bool:
    return bool(option.features & QStyleOptionButton.ButtonFeature.HasMenu)


def _with_chevron(painter: QPainter, rect: QRect, palette: QPalette) -> QRect:
    place = QRect(rect.right() - _CHEVRON + 1, rect.top(), _CHEVRON, rect.height())
    strokes.chevron(painter, place, palette.color(QPalette.ColorRole.ButtonText))
    return rect.adjusted(0, 0, -_CHEVRON, 0)


def _width(option: Labelled, words: str) -> int:
    return option.fontMetrics.size(Qt.TextFlag.TextShowMnemonic, words).width()


def _middle(rect: QRect, size: QSize) -> QRect:
    made = QRect(0, 0, size.width(), size.height())
    made.moveTo(
        rect.left() + (rect.width() - size.width()) // 2,
        rect.top() + (rect.height() - size.height()) // 2,
    )
    return made


def _draw_icon(
    painter: QPainter, place: QRect, icon: QIcon, option: Labelled, ink: QColor | None
) -> None:
    enabled = has(option, QStyle.StateFlag.State_Enabled)
    if ink is not None:
        painter.drawPixmap(place, _tinted(icon, place.size(), painter, ink))
        return
    mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
    icon.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)


def _draw_words(
    style: QStyle, painter: QPainter, room: QRect, option: Labelled, ink: QColor | None
) -> None:
    enabled = has(option, QStyle.StateFlag.State_Enabled)
    palette = QPalette(option.palette)
    if ink is not None:
        palette.setColor(QPalette.ColorRole.ButtonText, ink)
    words = option.text
    if _width(option, words) > room.width():
        flag = int(Qt.TextFlag.TextShowMnemonic)
        words = option.fontMetrics.elidedText(
            words, Qt.TextElideMode.ElideRight, room.width(), flag
        )
    role = QPalette.ColorRole.ButtonText
    style.drawItemText(painter, room, _WORDS, palette, enabled, words, role)


def _tinted(icon: QIcon, size: QSize, painter: QPainter, ink: QColor) -> QPixmap:
    made = icon.pixmap(size, painter.device().devicePixelRatio())
    brush = QPainter(made)
    brush.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    brush.fillRect(made.rect(), ink)
    brush.end()
    return made
