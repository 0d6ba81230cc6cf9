"""What one types or chooses in: line edits, boxes with a list, numbers with arrows."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionSpinBox,
    QWidget,
)

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.buttons import has
from govdesk.desktop.theme.shown import colour

_STATE = QStyle.StateFlag
_PART = QStyle.SubControl


def box(
    painter: QPainter,
    option: QStyleOption,
    widget: QWidget | None,
    rect: QRect,
    radius: float = sizes.RADIUS,
) -> None:
    """The box of a field; its border says focus, and a fault by the property `faulty`.

    What can only be read lies on the ground of the page, so that nobody tries to write there.
    """
    enabled = has(option, _STATE.State_Enabled) and not has(option, _STATE.State_ReadOnly)
    faulty = widget is not None and bool(widget.property("faulty"))
    border = "control_line" if enabled else "line"
    if enabled and has(option, _STATE.State_MouseOver):
        border = "text_secondary"
    strokes.panel(
        painter,
        rect,
        colour("base" if enabled else "window"),
        colour("state_failed" if faulty else border),
        radius,
    )
    if has(option, _STATE.State_HasFocus):
        strokes.ring(painter, rect, colour("state_failed" if faulty else "focus"), radius)


def line_edit(painter: QPainter, option: QStyleOptionFrame, widget: QWidget | None) -> None:
    """A line edit; one without a frame lies inside another field."""
    if option.lineWidth > 0:
        box(painter, option, widget, option.rect)


def combo_box(
    style: QStyle, painter: QPainter, option: QStyleOptionComboBox, widget: QWidget | None
) -> None:
    """A field with a chevron; not editable, it behaves as a button does."""
    rect: QRect = option.rect
    if option.frame:
        box(painter, option, widget, rect)
    arrow = style.subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, _PART.SC_ComboBoxArrow, widget
    )
    strokes.chevron(painter, arrow, _arrow_ink(option))


def spin_box(
    style: QStyle, painter: QPainter, option: QStyleOptionSpinBox, widget: QWidget | None
) -> None:
    """A field with two chevrons at its right."""
    if option.frame:
        box(painter, option, widget, option.rect)
    parts = ((_PART.SC_SpinBoxUp, "up"), (_PART.SC_SpinBoxDown, "down"))
    for part, direction in parts:
        rect = style.subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, widget)
        if not rect.isEmpty():
            strokes.chevron(painter, rect, _arrow_ink(option), direction)


def _arrow_ink(option: QStyleOption) -> QColor:
    return colour("icon" if has(option, _STATE.State_Enabled) else "text_disabled")


def text_area(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    """The frame of a field of several lines."""
    box(painter, option, widget, option.rect, sizes.RADIUS_SMALL)


def plain_frame(painter: QPainter, option: QStyleOption) -> None:
    """A hairline around a group."""
    strokes.panel(
        painter,
        option.rect,
        strokes.CLEAR,
        colour("line"),
        sizes.RADIUS_SMALL,
    )
