"""How long anything may move: at most 120 ms, and not at all where the person asks for rest."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from govdesk.desktop.theme.sizes import MOTION_MS


def motion_ms(wanted: int = MOTION_MS) -> int:
    """Milliseconds an animation may take; 0 means: jump to the end.

    Qt tells whether the desktop has its effects switched off (Windows "Animation effects",
    the desktop portal's and GNOME's "Reduce animation" as far as the platform plug-in reads it).
    """
    return min(wanted, MOTION_MS) if effects_wanted() else 0


def effects_wanted() -> bool:
    """Whether the desktop wants moving parts."""
    return bool(QApplication.isEffectEnabled(Qt.UIEffect.UI_General))
