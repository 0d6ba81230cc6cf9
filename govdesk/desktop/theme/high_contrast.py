"""Colours when the system asks for high contrast: its own palette, our meanings."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor, QPalette

from govdesk.desktop.theme.tokens import DARK, LIGHT, TEXT_PAIRS, Tokens, contrast

_ENOUGH = 7.0
_LEAST = 4.5
_ROLES = QPalette.ColorRole
_NEVER_WEAK = (
    "text",
    "text_secondary",
    "icon",
    "line",
    "control_line",
    "button_line",
    "scroll_handle",
)


def tokens_of(palette: QPalette) -> Tokens:
    """Tokens from a system palette; what would not stand out from it becomes its text colour.

    Contrast of text is at least that of the palette's own text, or 7:1 (WCAG 2.2 SC 1.4.6).
    """
    window = palette.color(_ROLES.Window)
    text = palette.color(_ROLES.WindowText).name()
    nearest = DARK if window.lightnessF() < 0.5 else LIGHT
    system = replace(
        nearest,
        window=window.name(),
        base=palette.color(_ROLES.Base).name(),
        raised=palette.color(_ROLES.Button).name(),
        accent=palette.color(_ROLES.Highlight).name(),
        accent_hover=palette.color(_ROLES.Highlight).name(),
        accent_weak=window.name(),
        on_accent=palette.color(_ROLES.HighlightedText).name(),
        focus=text,
        **dict.fromkeys(_NEVER_WEAK, text),
    )
    return _legible(_with_accent(system), text)


def _with_accent(tokens: Tokens) -> Tokens:
    """A selection colour that does not stand out gives way to the text, reversed."""
    pairs = [pair for pair in TEXT_PAIRS if "accent" in pair]
    if all(_ratio(tokens, ink, paper) >= _LEAST for ink, paper in pairs):
        return tokens
    ink, paper = tokens.text, tokens.window
    return replace(tokens, accent=ink, accent_hover=ink, on_accent=paper)


def _legible(tokens: Tokens, text: str) -> Tokens:
    """Meanings keep their colour where it can be read, and lose it for the text's where not."""
    plain = {name: tokens.base for name in Tokens.__slots__ if name.startswith("weak_")}
    plain |= dict.fromkeys(("added", "removed", "changed", "placeholder"), tokens.base)
    calm = replace(tokens, **plain)
    weak = {
        ink: text
        for ink, paper in TEXT_PAIRS
        if not ink.startswith("on_") and _ratio(calm, ink, paper) < _ENOUGH
    }
    # The accent also fills; `on_accent` belongs to it.
    weak.pop("accent", None)
    return replace(calm, **weak)


def _ratio(tokens: Tokens, ink: str, paper: str) -> float:
    return contrast(QColor(getattr(tokens, ink)), QColor(getattr(tokens, paper)))
