"""The look of the console: the only place that names a colour, a length or a font.

`apply` switches it live. Whatever paints asks here when it paints; whatever keeps a colour or a
font connects `signals.changed` and asks again.
"""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from govdesk.desktop.theme import shown
from govdesk.desktop.theme.fonts import font
from govdesk.desktop.theme.icons import application_icon, icon, indent, pixmap
from govdesk.desktop.theme.motion import motion_ms
from govdesk.desktop.theme.shown import Choice, chosen, colour, current, signals, tokens
from govdesk.desktop.theme.sizes import (
    BAND_HEIGHT,
    CELL_ICON,
    CELL_INDENT,
    CONTROL_HEIGHT,
    FOCUS_WIDTH,
    GAP,
    GRID,
    HAIRLINE,
    ICON,
    ICON_LARGE,
    INSIDE,
    LOADING_SHOWS_AFTER_MS,
    MARGIN,
    RADIUS,
    RADIUS_SMALL,
    READING_WIDTH,
    ROW_COMPACT,
    ROW_HEIGHT,
)
from govdesk.desktop.theme.strokes import panel, ring
from govdesk.desktop.theme.style import Style


def apply(app: QApplication, choice: Choice) -> None:
    """Show `app` light, dark, or as the desktop says; open windows follow at once.

    High contrast, where the desktop asks for it, wins over all three.
    """
    if not isinstance(app.style(), Style):
        app.setStyle(Style())
        app.setWindowIcon(application_icon())
    shown.apply(app, choice)


__all__ = [
    "BAND_HEIGHT",
    "CELL_ICON",
    "CELL_INDENT",
    "CONTROL_HEIGHT",
    "FOCUS_WIDTH",
    "GAP",
    "GRID",
    "HAIRLINE",
    "ICON",
    "ICON_LARGE",
    "INSIDE",
    "LOADING_SHOWS_AFTER_MS",
    "MARGIN",
    "RADIUS",
    "RADIUS_SMALL",
    "READING_WIDTH",
    "ROW_COMPACT",
    "ROW_HEIGHT",
    "Choice",
    "application_icon",
    "apply",
    "chosen",
    "colour",
    "current",
    "font",
    "icon",
    "indent",
    "motion_ms",
    "panel",
    "pixmap",
    "ring",
    "signals",
    "tokens",
]
