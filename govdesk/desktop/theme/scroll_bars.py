"""Scroll bars without arrows: a quiet handle that answers to the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QScrollArea, QStyle, QStyleOptionSlider, QWidget

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.buttons import has
from govdesk.desktop.theme.shown import colour

_PART = QStyle.SubControl
_SHORTEST = 4 * sizes.INSIDE
_MARGIN = 3


def part(option: QStyleOptionSlider, which: QStyle.SubControl) -> QRect | None:
    """Where a part of the bar lies; None for a part this style does not know."""
    rect: QRect = option.rect
    if which in (_PART.SC_ScrollBarAddLine, _PART.SC_ScrollBarSubLine):
        return QRect()
    if which == _PART.SC_ScrollBarGroove:
        return QRect(rect)
    start, length = _handle(option)
    end = _length(option)
    places = {
        _PART.SC_ScrollBarSlider: (start, length),
        _PART.SC_ScrollBarSubPage: (0, start),
        _PART.SC_ScrollBarAddPage: (start + length, end - start - length),
    }
    return _stretch(option, *places[which]) if which in places else None


def draw(painter: QPainter, option: QStyleOptionSlider, widget: QWidget | None = None) -> None:
    """The groove, in the colour of what it scrolls, and its handle."""
    painter.fillRect(option.rect, option.palette.brush(_ground_of(widget)))
    if not has(option, QStyle.StateFlag.State_Enabled):
        return
    if option.minimum == option.maximum:
        return
    handle = _stretch(option, *_handle(option))
    handle.adjust(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    thickness = min(handle.width(), handle.height())
    strokes.panel(painter, handle, _ink(option), radius=thickness / 2)


def _ground_of(widget: QWidget | None) -> QPalette.ColorRole:
    """Pages scroll on the window's colour, lists and texts on that of fields."""
    holder = widget.parentWidget() if widget is not None else None
    area = holder.parentWidget() if holder is not None else None
    is_page = isinstance(area, QScrollArea)
    return QPalette.ColorRole.Window if is_page else QPalette.ColorRole.Base


def _ink(option: QStyleOptionSlider) -> QColor:
    active: QStyle.SubControl = option.activeSubControls
    grabbed = has(option, QStyle.StateFlag.State_Sunken)
    over = bool(active & _PART.SC_ScrollBarSlider)
    return colour("text_secondary" if grabbed or over else "scroll_handle")


def _length(option: QStyleOptionSlider) -> int:
    rect: QRect = option.rect
    return rect.width() if _is_flat(option) else rect.height()


def _is_flat(option: QStyleOptionSlider) -> bool:
    return bool(option.orientation == Qt.Orientation.Horizontal)


def _handle(option: QStyleOptionSlider) -> tuple[int, int]:
    """Start and length of the handle along the bar."""
    room = _length(option)
    span = option.maximum - option.minimum
    page = option.pageStep
    length = room if span <= 0 else room * page // (span + page)
    length = min(room, max(length, _SHORTEST))
    start = QStyle.sliderPositionFromValue(
        option.minimum,
        option.maximum,
        option.sliderPosition,
        room - length,
        option.upsideDown,
    )
    return start, length


def _stretch(option: QStyleOptionSlider, start: int, length: int) -> QRect:
    rect: QRect = option.rect
    if _is_flat(option):
        return QRect(rect.x() + start, rect.y(), length, rect.height())
    return QRect(rect.x(), rect.y() + start, rect.width(), length)
