"""Type: the platform's own font at its own size, and four relatives of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

_cache: dict[str, QFont] = {}


def font(role: str) -> QFont:
    """The font of a role.

    Roles: title, section, body, strong, secondary, mono, number (tabular figures).

    Raises KeyError for another word.
    """
    if role not in _cache:
        _cache[role] = _MAKERS[role]()
    return _cache[role]


def forget() -> None:
    """Make the fonts again at the next call: the platform's font has changed."""
    _cache.clear()


def _scaled(factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    made = QFont(QGuiApplication.font())
    if made.pointSizeF() > 0:
        made.setPointSizeF(made.pointSizeF() * factor)
    else:
        made.setPixelSize(round(made.pixelSize() * factor))
    made.setWeight(weight)
    return made


def _mono() -> QFont:
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    own = QGuiApplication.font()
    made.setStyleHint(QFont.StyleHint.Monospace)
    if own.pointSizeF() > 0:
        made.setPointSizeF(own.pointSizeF())
    else:
        made.setPixelSize(own.pixelSize())
    return made


def _number() -> QFont:
    made = QFont(QGuiApplication.font())
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


_MAKERS: Final[dict[str, Callable[[], QFont]]] = {
    "title": lambda: _scaled(1.5, QFont.Weight.DemiBold),
    "section": lambda: _scaled(1.15, QFont.Weight.DemiBold),
    "body": lambda: _scaled(1.0),
    "strong": lambda: _scaled(1.0, QFont.Weight.DemiBold),
    "secondary": lambda: _scaled(0.94),
    "mono": _mono,
    "number": _number,
}
