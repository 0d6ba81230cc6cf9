"""Which theme is on: light, dark, or what the desktop says, and the signal of its change."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from govdesk.desktop.theme import fonts
from govdesk.desktop.theme.high_contrast import tokens_of
from govdesk.desktop.theme.palette import palette_of
from govdesk.desktop.theme.tokens import DARK, LIGHT, NAMES, Tokens

Choice = Literal["light", "dark", "system"]
_SCHEMES: Final = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "system": Qt.ColorScheme.Unknown,
}


_hints: list[QObject] = []


class Signals(QObject):
    """`changed` follows every change of colours or fonts."""

    changed = Signal()


class _Theme(QObject):
    """The one state of the look: the choice, and the colours that follow from it."""

    def __init__(self) -> None:
        super().__init__()
        self.choice: Choice = "system"
        self.tokens = LIGHT
        self.colours: dict[str, QColor] = {}
        self._is_following = False
        self._is_applying = False
        self.use(LIGHT)

    def use(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.colours = {name: QColor(getattr(tokens, name)) for name in NAMES}

    def follow(self) -> None:
        """Hear from the desktop; once."""
        if self._is_following:
            return
        self._is_following = True
        # PySide takes the accessibility hints for dead once it lets go of these two.
        _hints[:] = [hints := QGuiApplication.styleHints(), hints.accessibility()]
        hints.colorSchemeChanged.connect(self.on_desktop)
        hints.accessibility().contrastPreferenceChanged.connect(self.on_desktop)

    @Slot()
    def on_desktop(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and not self._is_applying:
            self.apply(app, self.choice)

    def apply(self, app: QApplication, choice: Choice) -> None:
        self._is_applying = True
        try:
            self.choice = choice
            # An empty palette gives the desktop's own back, which high contrast builds on.
            app.setPalette(QPalette())
            QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
            self.use(_tokens_now(app, choice))
            palette = palette_of(self.tokens)
            app.setPalette(palette)
            QToolTip.setPalette(palette)
            fonts.forget()
        finally:
            self._is_applying = False
        signals.changed.emit()


def _tokens_now(app: QApplication, choice: Choice) -> Tokens:
    if desktop_wants_contrast():
        return tokens_of(app.palette())
    dark = desktop_is_dark() if choice == "system" else choice == "dark"
    return DARK if dark else LIGHT


def desktop_is_dark() -> bool:
    """Whether the desktop shows itself dark; one that does not tell counts as light."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def desktop_wants_contrast() -> bool:
    """Whether the desktop asks for high contrast."""
    wanted = QGuiApplication.styleHints().accessibility().contrastPreference()
    return wanted == Qt.ContrastPreference.HighContrast


signals = Signals()
_theme = _Theme()


def apply(app: QApplication, choice: Choice) -> None:
    """Show the application light, dark, or as the desktop says; open windows follow at once."""
    _theme.follow()
    _theme.apply(app, choice)


def chosen() -> Choice:
    """What the person has chosen."""
    return _theme.choice


def current() -> Literal["light", "dark"]:
    """What is shown now."""
    return "dark" if _theme.colours["window"].lightnessF() < 0.5 else "light"


def tokens() -> Tokens:
    """The table of colours shown now."""
    return _theme.tokens


def colour(name: str) -> QColor:
    """A colour by its token's name; KeyError for another word.

    The object is shared: make a copy before changing it.
    """
    return _theme.colours[name]
