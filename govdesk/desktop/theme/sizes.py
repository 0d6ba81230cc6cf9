"""Lengths in device-independent pixels: everything stands on a grid of four."""

from __future__ import annotations

from typing import Final

GRID: Final = 4
INSIDE: Final = 8
GAP: Final = 16
MARGIN: Final = 24

CONTROL_HEIGHT: Final = 32
ROW_HEIGHT: Final = 28
ROW_COMPACT: Final = 24
BAND_HEIGHT: Final = 44
ICON: Final = 16
ICON_LARGE: Final = 32

CELL_INDENT: Final = 10
"""From the edge of a table's column to its text or icon, title and cells alike."""
CELL_ICON: Final = ICON + 12
"""Width of an icon in a table with the room around it."""

HAIRLINE: Final = 1
FOCUS_WIDTH: Final = 2
RADIUS: Final = 6
RADIUS_SMALL: Final = 4
SCROLL_BAR: Final = 12
INDICATOR: Final = 16
FIELD_INSET: Final = 8
READING_WIDTH: Final = 560

MOTION_MS: Final = 120
LOADING_SHOWS_AFTER_MS: Final = 150
