"""The look: legible in every theme, switched live, one family of icons, controls one can see."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.theme import high_contrast, shown
from govdesk.desktop.theme.tokens import (
    DARK,
    GRAPHIC_PAIRS,
    LIGHT,
    NAMES,
    TEXT_PAIRS,
    Tokens,
    blend,
    contrast,
)
from tests.desktop.driving import show, wait_for

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def _ratio(tokens: Tokens, ink: str, paper: str) -> float:
    return contrast(QColor(getattr(tokens, ink)), QColor(getattr(tokens, paper)))


def _below(tokens: Tokens, pairs: tuple[tuple[str, str], ...], least: float) -> list[str]:
    return [
        f"{ink} on {paper}: {_ratio(tokens, ink, paper):.2f}"
        for ink, paper in pairs
        if _ratio(tokens, ink, paper) < least
    ]


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def _colours(image: QImage) -> set[str]:
    across, down = range(image.width()), range(image.height())
    return {image.pixelColor(x, y).name() for x in across for y in down}


# Contrast


def test_contrast_is_computed_as_wcag_does() -> None:
    white = QColor("#ffffff")

    assert contrast(white, QColor("#000000")) == pytest.approx(21.0)
    assert contrast(white, QColor("#777777")) == pytest.approx(4.478, abs=0.001)
    assert contrast(white, white) == pytest.approx(1.0)


@THEMES
def test_every_text_has_a_contrast_of_4_5(tokens: Tokens) -> None:
    assert _below(tokens, TEXT_PAIRS, 4.5) == []


@THEMES
def test_every_line_icon_and_focus_ring_has_a_contrast_of_3(tokens: Tokens) -> None:
    assert _below(tokens, GRAPHIC_PAIRS, 3.0) == []


@THEMES
@pytest.mark.parametrize("veil", ["hover", "pressed", "brush"])
def test_text_stays_legible_under_a_veil(tokens: Tokens, veil: str) -> None:
    veils = QColor(getattr(tokens, veil))
    for paper in ("window", "base", "raised"):
        ground = blend(veils, QColor(getattr(tokens, paper)))
        assert contrast(QColor(tokens.text), ground) >= 4.5, paper


def test_every_token_that_words_are_written_in_is_judged() -> None:
    inks = {
        name
        for name in NAMES
        if name.startswith(("text", "severity_", "state_", "on_")) or name in ("accent", "code_ink")
    }
    # WCAG exempts what cannot be used now; it is still told by shape and tool tip.
    assert {ink for ink, _ in TEXT_PAIRS} == inks - {"text_disabled"}


@pytest.mark.parametrize(
    ("paper", "ink", "chosen"),
    [("#000000", "#ffff00", "#00ff00"), ("#ffffff", "#000000", "#37006e")],
    ids=["yellow on black", "black on white"],
)
def test_high_contrast_takes_the_systems_palette_and_keeps_every_word_legible(
    paper: str, ink: str, chosen: str
) -> None:
    system = QPalette(QColor(paper))
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base, QPalette.ColorRole.Button):
        system.setColor(role, QColor(paper))
    system.setColor(QPalette.ColorRole.WindowText, QColor(ink))
    system.setColor(QPalette.ColorRole.Highlight, QColor(chosen))
    system.setColor(QPalette.ColorRole.HighlightedText, QColor(paper))

    tokens = high_contrast.tokens_of(system)

    assert (tokens.window, tokens.text, tokens.line) == (paper, ink, ink)
    assert _below(tokens, TEXT_PAIRS, 4.5) == []
    assert _below(tokens, GRAPHIC_PAIRS, 3.0) == []


def test_a_desktop_that_asks_for_high_contrast_gets_it_over_any_choice(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shown, "desktop_wants_contrast", lambda: True)
        theme.apply(qapp, "dark")
        tokens = theme.tokens()
    theme.apply(qapp, "dark")

    assert tokens.text_secondary == tokens.line == tokens.text
    assert _below(tokens, TEXT_PAIRS, 4.5) == []
    assert theme.tokens() == DARK


# Switching


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_palette_is_the_tokens(qapp: QApplication, choice: Literal["light", "dark"]) -> None:
    theme.apply(qapp, choice)

    assert theme.current() == choice
    assert qapp.palette().window().color() == theme.colour("window")
    assert qapp.palette().highlight().color() == theme.colour("accent_weak")
    assert QApplication.palette(QLineEdit()).base().color() == theme.colour("base")


def test_an_open_dialog_and_its_icons_follow_a_change_at_once(qapp: QApplication) -> None:
    dialog = QDialog()
    button = QPushButton(theme.icon("download"), "", dialog)
    button.move(theme.MARGIN, theme.MARGIN)
    show(dialog, 200, 100)
    light = _colours(_picture(button))

    theme.apply(qapp, "dark")

    dark = _colours(_picture(button))
    assert LIGHT.raised in light
    assert LIGHT.icon in light
    assert DARK.raised in dark
    assert DARK.icon in dark
    wait_for(lambda: dialog.palette().window().color() == QColor(DARK.window))


def test_a_change_is_told_once(qapp: QApplication) -> None:
    heard: list[str] = []

    def hear() -> None:
        heard.append(theme.current())

    theme.signals.changed.connect(hear)
    try:
        theme.apply(qapp, "dark")
    finally:
        theme.signals.changed.disconnect(hear)

    assert heard == ["dark"]


def test_system_follows_the_desktop_and_a_choice_does_not(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = qapp.styleHints()
    theme.apply(qapp, "system")
    before = theme.current()

    monkeypatch.setattr(shown, "desktop_is_dark", lambda: True)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    followed = theme.current()
    theme.apply(qapp, "light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert (before, followed, theme.current()) == ("light", "dark", "light")


def test_nothing_moves_when_the_desktop_has_its_effects_switched_off(qapp: QApplication) -> None:
    general = Qt.UIEffect.UI_General
    before = QApplication.isEffectEnabled(general)
    try:
        QApplication.setEffectEnabled(general, False)
        still = theme.motion_ms()
        QApplication.setEffectEnabled(general, True)
        moving = theme.motion_ms(), theme.motion_ms(5000), theme.motion_ms(40)
    finally:
        QApplication.setEffectEnabled(general, before)

    assert still == 0
    assert moving == (120, 120, 40)


def test_type_grows_from_the_platforms_own_font(qapp: QApplication) -> None:
    own = qapp.font().pointSizeF()

    assert theme.font("body").pointSizeF() == pytest.approx(own)
    assert theme.font("title").pointSizeF() == pytest.approx(1.5 * own)
    assert theme.font("section").pointSizeF() == pytest.approx(1.15 * own)
    assert theme.font("secondary").pointSizeF() >= 0.9 * own
    assert theme.font("mono").pointSizeF() == pytest.approx(own)
