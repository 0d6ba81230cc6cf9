"""Every colour of the console, once: a table for light and a table for dark.

`TEXT_PAIRS` names what may be written on what (contrast at least 4.5:1, WCAG 2.2 SC 1.4.3) and
`GRAPHIC_PAIRS` which lines, icons and bars must be told from what lies behind them (3:1,
SC 1.4.11). A test computes both for every table.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as `#rrggbb`, or `#aarrggbb` for what is laid over something else."""

    window: str
    base: str
    raised: str
    hover: str
    pressed: str
    placeholder: str
    scrim: str
    line: str
    control_line: str
    button_line: str
    scroll_handle: str

    text: str
    text_secondary: str
    text_disabled: str
    icon: str

    accent: str
    accent_hover: str
    accent_weak: str
    on_accent: str
    focus: str
    danger: str
    on_danger: str

    severity_info: str
    severity_notice: str
    severity_warning: str
    severity_high: str
    state_ok: str
    state_attention: str
    state_failed: str
    state_neutral: str
    weak_info: str
    weak_notice: str
    weak_warning: str
    weak_high: str
    weak_ok: str
    weak_neutral: str

    environment_dev: str
    environment_staging: str
    environment_production: str
    environment_snapshot: str
    on_environment_dev: str
    on_environment_staging: str
    on_environment_production: str
    on_environment_snapshot: str
    staff: str
    staff_stripe: str
    on_staff: str

    added: str
    removed: str
    changed: str
    histogram: str
    brush: str

    code_ink: str
    code_paper: str


LIGHT: Final = Tokens(
    window="#f4f5f7",
    base="#ffffff",
    raised="#ffffff",
    hover="#0d1c1f26",
    pressed="#1a1c1f26",
    placeholder="#e4e6eb",
    scrim="#2e1c1f26",
    line="#dcdfe5",
    control_line="#868c99",
    button_line="#b4b9c4",
    scroll_handle="#868c99",
    text="#1b1e25",
    text_secondary="#565c69",
    text_disabled="#8b909c",
    icon="#484e5b",
    accent="#4a4dbf",
    accent_hover="#3e41a8",
    accent_weak="#e3e4f8",
    on_accent="#ffffff",
    focus="#4a4dbf",
    danger="#b3261e",
    on_danger="#ffffff",
    severity_info="#46597a",
    severity_notice="#0b6577",
    severity_warning="#8a4f00",
    severity_high="#b3261e",
    state_ok="#1c6b3e",
    state_attention="#8a4f00",
    state_failed="#b3261e",
    state_neutral="#565c69",
    weak_info="#eaeef5",
    weak_notice="#e1f1f4",
    weak_warning="#fbf0da",
    weak_high="#fbe9e7",
    weak_ok="#e2f3e8",
    weak_neutral="#eceef2",
    environment_dev="#1d7042",
    environment_staging="#f0b440",
    environment_production="#a6271f",
    environment_snapshot="#1d5a9e",
    on_environment_dev="#ffffff",
    on_environment_staging="#2b1d00",
    on_environment_production="#ffffff",
    on_environment_snapshot="#ffffff",
    staff="#651f94",
    staff_stripe="#7a31ab",
    on_staff="#ffffff",
    added="#dcf2e3",
    removed="#fbe2df",
    changed="#fcefcd",
    histogram="#8184cf",
    brush="#2e4a4dbf",
    # A camera reads a QR code dark on white only.
    code_ink="#000000",
    code_paper="#ffffff",
)

DARK: Final = Tokens(
    window="#1f2126",
    base="#181a1e",
    raised="#2a2d34",
    hover="#12ffffff",
    pressed="#21ffffff",
    placeholder="#2d3038",
    scrim="#85000000",
    line="#363a43",
    control_line="#757c8b",
    button_line="#525865",
    scroll_handle="#757c8b",
    text="#e6e8ed",
    text_secondary="#a9afbb",
    text_disabled="#757b87",
    icon="#bcc1cc",
    accent="#a3a6f5",
    accent_hover="#b9bbf8",
    accent_weak="#34375f",
    on_accent="#16173a",
    focus="#a3a6f5",
    danger="#ff8f85",
    on_danger="#3a0a07",
    severity_info="#a9bbda",
    severity_notice="#6fc8d6",
    severity_warning="#e9b65f",
    severity_high="#ff978d",
    state_ok="#74cf9b",
    state_attention="#e9b65f",
    state_failed="#ff978d",
    state_neutral="#a9afbb",
    weak_info="#2a3040",
    weak_notice="#1d363b",
    weak_warning="#3a2f1a",
    weak_high="#432624",
    weak_ok="#1e3628",
    weak_neutral="#2d3038",
    environment_dev="#1c5a38",
    environment_staging="#cf9a35",
    environment_production="#8a241e",
    environment_snapshot="#1c4a80",
    on_environment_dev="#f2fbf5",
    on_environment_staging="#211600",
    on_environment_production="#fff3f2",
    on_environment_snapshot="#f1f6fd",
    staff="#6f2aa1",
    staff_stripe="#8139b6",
    on_staff="#fbf5ff",
    added="#1d3a2a",
    removed="#452523",
    changed="#40361b",
    histogram="#7478c8",
    brush="#3da3a6f5",
    # A camera reads a QR code dark on white only.
    code_ink="#000000",
    code_paper="#ffffff",
)

NAMES: Final = tuple(field.name for field in fields(Tokens))

_SURFACES: Final = ("window", "base", "raised")
_SELECTABLE: Final = (*_SURFACES, "accent_weak")
_SEVERITIES: Final = ("info", "notice", "warning", "high")
_ENVIRONMENTS: Final = ("dev", "staging", "production", "snapshot")
_STATES: Final = {"ok": "ok", "attention": "warning", "failed": "high", "neutral": "neutral"}
_WEAK: Final = tuple(name for name in NAMES if name.startswith("weak_"))
_ON_ALL: Final = ("text", "text_secondary", "accent")

TEXT_PAIRS: Final = (
    *((ink, paper) for ink in _ON_ALL for paper in _SELECTABLE),
    *((ink, paper) for ink in ("text", "text_secondary") for paper in _WEAK),
    *((f"severity_{s}", paper) for s in _SEVERITIES for paper in (*_SELECTABLE, f"weak_{s}")),
    *((f"state_{s}", paper) for s, w in _STATES.items() for paper in (*_SELECTABLE, f"weak_{w}")),
    *((f"on_environment_{e}", f"environment_{e}") for e in _ENVIRONMENTS),
    *(("text", paper) for paper in ("added", "removed", "changed", "placeholder")),
    *(("text_secondary", paper) for paper in ("added", "removed", "changed")),
    *(("on_staff", paper) for paper in ("staff", "staff_stripe")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_danger", "danger"),
    ("code_ink", "code_paper"),
)

GRAPHIC_PAIRS: Final = (
    *(("icon", paper) for paper in (*_SELECTABLE, *_WEAK)),
    *(("focus", paper) for paper in (*_SELECTABLE, *_WEAK)),
    *(("control_line", paper) for paper in ("window", "base")),
    *(("scroll_handle", paper) for paper in ("window", "base")),
    *((part, paper) for part in ("histogram", "danger") for paper in ("window", "base")),
)


def blend(ink: QColor, paper: QColor) -> QColor:
    """What one sees when a translucent colour lies on an opaque one."""
    share = ink.alphaF()
    parts = (
        round(getattr(ink, part)() * share + getattr(paper, part)() * (1 - share))
        for part in ("red", "green", "blue")
    )
    return QColor(*parts)


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = colour.redF(), colour.greenF(), colour.blueF()
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
