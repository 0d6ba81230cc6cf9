"""Tabs, table headers, progress bars and splitters."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionHeader,
    QStyleOptionProgressBar,
    QStyleOptionTab,
)

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.buttons import has
from govdesk.desktop.theme.shown import colour

_STATE = QStyle.StateFlag
_THICK = 6


def tab(painter: QPainter, option: QStyleOptionTab) -> None:
    """A tab: words over a line, which is thick and accented under the one that is open."""
    rect: QRect = option.rect
    inner = rect.adjusted(0, sizes.GRID // 2, -sizes.GRID // 2, -sizes.GRID)
    if has(option, _STATE.State_MouseOver) and has(option, _STATE.State_Enabled):
        strokes.panel(painter, inner, colour("hover"), radius=sizes.RADIUS_SMALL)
    if has(option, _STATE.State_Selected):
        under = QRect(rect)
        under.setTop(rect.bottom() - sizes.FOCUS_WIDTH + 1)
        under.adjust(sizes.INSIDE, 0, -sizes.INSIDE, 0)
        painter.fillRect(under, colour("accent"))


def tab_base(painter: QPainter, option: QStyleOption) -> None:
    """The hairline all tabs stand on."""
    rect: QRect = option.rect
    strokes.hairline(painter, rect.left(), rect.bottom(), rect.right(), rect.bottom())


def tab_page(painter: QPainter, option: QStyleOption) -> None:
    """The hairline above the open page."""
    rect = option.rect
    strokes.hairline(painter, rect.left(), rect.top(), rect.right(), rect.top())


def header_section(painter: QPainter, option: QStyleOptionHeader) -> None:
    """The title of a column: flat, a hairline below, a short one at its right."""
    rect: QRect = option.rect
    painter.fillRect(rect, colour("base"))
    if has(option, _STATE.State_MouseOver) and has(option, _STATE.State_Enabled):
        painter.fillRect(rect, colour("hover"))
    strokes.hairline(painter, rect.left(), rect.bottom(), rect.right(), rect.bottom())
    if option.orientation == Qt.Orientation.Horizontal:
        top, bottom = rect.top() + sizes.INSIDE, rect.bottom() - sizes.INSIDE
        strokes.hairline(painter, rect.right(), top, rect.right(), bottom)


def header_rest(painter: QPainter, option: QStyleOption) -> None:
    """What is left of a header beside its last title."""
    rect: QRect = option.rect
    painter.fillRect(rect, colour("base"))
    strokes.hairline(painter, rect.left(), rect.bottom(), rect.right(), rect.bottom())


def status(painter: QPainter, option: QStyleOption) -> None:
    """The status bar: a hairline between it and the page."""
    rect: QRect = option.rect
    strokes.hairline(painter, rect.left(), rect.top(), rect.right(), rect.top())


def progress(painter: QPainter, option: QStyleOptionProgressBar) -> None:
    """A thin bar; work of unknown length is a bar without an end."""
    rect: QRect = option.rect
    groove = QRect(rect.left(), rect.center().y() - _THICK // 2, rect.width(), _THICK)
    strokes.panel(painter, groove, colour("line"), radius=_THICK / 2)
    low, high = option.minimum, option.maximum
    if high <= low:
        third = groove.width() // 3
        strokes.panel(painter, groove.adjusted(third, 0, -third, 0), colour("accent"), radius=3)
        return
    share = (option.progress - low) / (high - low)
    done = QRect(groove)
    done.setWidth(round(groove.width() * max(0.0, min(1.0, share))))
    if done.width() >= _THICK:
        strokes.panel(painter, done, colour("accent"), radius=_THICK / 2)


def splitter(painter: QPainter, option: QStyleOption) -> None:
    """A hairline in the middle of the handle; the accent while one holds it."""
    rect: QRect = option.rect
    held = has(option, _STATE.State_Sunken) or has(option, _STATE.State_MouseOver)
    line = QRect(rect)
    if has(option, _STATE.State_Horizontal):
        line.setLeft(rect.center().x())
        line.setWidth(sizes.HAIRLINE)
    else:
        line.setTop(rect.center().y())
        line.setHeight(sizes.HAIRLINE)
    painter.fillRect(line, colour("accent" if held else "line"))
