"""Push buttons, tool buttons, check boxes and radio buttons, drawn flat.

A button says by a dynamic property what it is: `primary` (the page's one main act) or `danger`.
`on_band` stands on the coloured band and takes its colours from its palette.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QWidget,
)

from govdesk.desktop.theme import sizes, strokes
from govdesk.desktop.theme.shown import colour

_STATE = QStyle.StateFlag
_ROLE = QDialogButtonBox.ButtonRole
_CONSENTS: Final = (_ROLE.AcceptRole, _ROLE.YesRole, _ROLE.ApplyRole)
_FILLED: Final = {
    "primary": ("accent", "accent_hover", "on_accent"),
    "danger": ("danger", "danger", "on_danger"),
}


def has(option: QStyleOption, flag: QStyle.StateFlag) -> bool:
    """Whether a state is on."""
    return bool(option.state & flag)


def has_ring(option: QStyleOption) -> bool:
    """Whether the keyboard's focus is to be shown."""
    return has(option, _STATE.State_HasFocus) and has(option, _STATE.State_KeyboardFocusChange)


def push_panel(painter: QPainter, option: QStyleOptionButton, widget: QWidget | None) -> None:
    """The box of a push button, and the ring of its focus."""
    role = filled_as(option, widget)
    flat = bool(option.features & QStyleOptionButton.ButtonFeature.Flat)
    rect: QRect = option.rect
    if role:
        fill, hover, _ = _FILLED[role]
        over = has(option, _STATE.State_MouseOver) or has(option, _STATE.State_Sunken)
        strokes.panel(painter, rect, colour(hover if over else fill))
    elif not flat:
        enabled = has(option, _STATE.State_Enabled)
        border = colour("button_line" if enabled else "line")
        strokes.panel(painter, rect, colour("raised" if enabled else "window"), border)
    _overlay(painter, option, rect, widget, strong=bool(role))
    if has_ring(option):
        _button_ring(painter, rect, widget, role)


def tool_panel(painter: QPainter, option: QStyleOptionToolButton, widget: QWidget | None) -> None:
    """The box of a tool button: none at rest when it is auto-raised."""
    rect: QRect = option.rect
    if not has(option, _STATE.State_AutoRaise):
        border = colour("button_line" if has(option, _STATE.State_Enabled) else "line")
        strokes.panel(painter, rect, colour("raised"), border)
    if has(option, _STATE.State_On):
        on_band = widget is not None and bool(widget.property("on_band"))
        strokes.panel(painter, rect, _pressed(option, widget) if on_band else colour("accent_weak"))
    _overlay(painter, option, rect, widget)
    if has_ring(option):
        _button_ring(painter, rect, widget, "")


def check_box(painter: QPainter, option: QStyleOption) -> None:
    """The box of a check box: empty, ticked or partly."""
    rect = _square(option.rect)
    ink = _mark(painter, option, rect, sizes.RADIUS_SMALL)
    if has(option, _STATE.State_On):
        strokes.tick(painter, rect, ink)
    elif has(option, _STATE.State_NoChange):
        inset = rect.width() // 4
        bar = rect.adjusted(inset, rect.height() // 2 - 1, -inset, 0)
        bar.setHeight(sizes.FOCUS_WIDTH)
        painter.fillRect(bar, ink)


def radio_button(painter: QPainter, option: QStyleOption) -> None:
    """The circle of a radio button."""
    rect = _square(option.rect)
    ink = _mark(painter, option, rect, rect.width() / 2)
    if has(option, _STATE.State_On):
        inset = rect.width() // 3
        dot = rect.adjusted(inset, inset, -inset, -inset)
        strokes.panel(painter, dot, ink, radius=dot.width() / 2)


def _mark(painter: QPainter, option: QStyleOption, rect: QRect, radius: float) -> QColor:
    """Draw the box, and return the colour of what goes into it."""
    enabled = has(option, _STATE.State_Enabled)
    on = has(option, _STATE.State_On) or has(option, _STATE.State_NoChange)
    over = enabled and has(option, _STATE.State_MouseOver)
    if on and enabled:
        strokes.panel(painter, rect, colour("accent_hover" if over else "accent"), radius=radius)
        return colour("on_accent")
    border = colour(("accent" if over else "control_line") if enabled else "line")
    strokes.panel(painter, rect, colour("base" if enabled else "window"), border, radius)
    return colour("text_disabled")


def _square(rect: QRect) -> QRect:
    side = min(rect.width(), rect.height())
    made = QRect(0, 0, side, side)
    made.moveCenter(rect.center())
    return made


def filled_as(option: QStyleOption, widget: QWidget | None) -> str:
    """`primary` or `danger` for a button that is filled with a colour, else nothing."""
    if widget is None or not has(option, _STATE.State_Enabled):
        return ""
    if widget.property("primary") is None and _is_first_default(widget):
        widget.setProperty("primary", True)
    return next((role for role in _FILLED if widget.property(role)), "")


def ink_on(role: str) -> QColor:
    """The colour of words on a filled button."""
    return colour(_FILLED[role][2])


def _is_first_default(widget: QWidget) -> bool:
    """Whether Enter presses this button by its author's will.

    A dialog moves its default with the focus, and makes one up where there is none; only that of
    a button box, the first time, is meant.
    """
    if not isinstance(widget, QPushButton) or not widget.isDefault():
        return False
    window, box = widget.window(), widget.parentWidget()
    if not isinstance(window, QDialog):
        return True
    if window.property("has_primary") or not isinstance(box, QDialogButtonBox):
        return False
    window.setProperty("has_primary", True)
    return box.buttonRole(widget) in _CONSENTS


def _overlay(
    painter: QPainter,
    option: QStyleOption,
    rect: QRect,
    widget: QWidget | None,
    *,
    strong: bool = False,
) -> None:
    if not has(option, _STATE.State_Enabled):
        return
    if has(option, _STATE.State_Sunken):
        strokes.panel(painter, rect, _pressed(option, widget))
    elif has(option, _STATE.State_MouseOver) and not strong:
        strokes.panel(painter, rect, _hover(option, widget))


def _hover(option: QStyleOption, widget: QWidget | None) -> QColor:
    return _laid_over("hover", option, widget)


def _pressed(option: QStyleOption, widget: QWidget | None) -> QColor:
    return _laid_over("pressed", option, widget)


def _laid_over(token: str, option: QStyleOption, widget: QWidget | None) -> QColor:
    """On the band the overlay has the colour of its text, at the token's strength."""
    if widget is None or not widget.property("on_band"):
        return colour(token)
    made = QColor(option.palette.color(QPalette.ColorRole.ButtonText))
    made.setAlphaF(min(1.0, 2 * colour(token).alphaF()))
    return made


def _button_ring(painter: QPainter, rect: QRect, widget: QWidget | None, role: str) -> None:
    if widget is not None and widget.property("on_band"):
        strokes.ring(painter, rect, widget.palette().color(QPalette.ColorRole.ButtonText))
        return
    strokes.ring(painter, rect, colour("focus"))
    if role:
        # A ring in the fill's own colour is told from it by a gap.
        gap = rect.adjusted(*_inset(sizes.FOCUS_WIDTH))
        strokes.panel(painter, gap, strokes.CLEAR, colour(_FILLED[role][2]), sizes.RADIUS_SMALL)


def _inset(by: int) -> tuple[int, int, int, int]:
    return by, by, -by, -by
