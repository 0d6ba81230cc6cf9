"""Qt's palette from the tokens."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QPalette

from govdesk.desktop.theme.tokens import Tokens

_ROLE = QPalette.ColorRole
_DISABLED = QPalette.ColorGroup.Disabled

# Selected rows and text are the accent at low strength, so the text on them stays what it is.
_ROLES: Final = {
    _ROLE.Window: "window",
    _ROLE.WindowText: "text",
    _ROLE.Base: "base",
    _ROLE.AlternateBase: "base",
    _ROLE.Text: "text",
    _ROLE.Button: "raised",
    _ROLE.ButtonText: "text",
    _ROLE.BrightText: "on_accent",
    _ROLE.ToolTipBase: "raised",
    _ROLE.ToolTipText: "text",
    _ROLE.PlaceholderText: "text_secondary",
    _ROLE.Highlight: "accent_weak",
    _ROLE.HighlightedText: "text",
    _ROLE.Accent: "accent",
    _ROLE.Link: "accent",
    _ROLE.LinkVisited: "accent",
    _ROLE.Light: "raised",
    _ROLE.Midlight: "line",
    _ROLE.Mid: "line",
    _ROLE.Dark: "control_line",
    _ROLE.Shadow: "control_line",
}
_FADED: Final = (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.HighlightedText)


def palette_of(tokens: Tokens) -> QPalette:
    """The palette every widget inherits."""
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(getattr(tokens, name)))
    for role in _FADED:
        palette.setColor(_DISABLED, role, QColor(tokens.text_disabled))
    palette.setColor(_DISABLED, _ROLE.Base, QColor(tokens.window))
    palette.setColor(_DISABLED, _ROLE.Button, QColor(tokens.window))
    return palette
