"""Words, ids, secrets, form fields and pills: all of it said, none of it lost."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.theme.icons import MEANINGS
from govdesk.desktop.widgets import (
    ElidedLabel,
    FormField,
    MonoField,
    Pill,
    SecretField,
    Words,
    clipboard,
)
from tests.desktop.driving import find, press, show, wait_for

LONG = "Rechtsschutzversicherungsgesellschaft · Εταιρεία ασφαλίσεων νομικής προστασίας"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _around(*parts: QWidget) -> QWidget:
    window = QWidget()
    window.setObjectName("window")
    column = QVBoxLayout(window)
    for part in parts:
        column.addWidget(part)
    return window


def _copied() -> str:
    return QGuiApplication.clipboard().text()


# Words


def test_words_take_font_and_colour_of_the_theme_and_keep_following(qapp: QApplication) -> None:
    words = show(Words("Secondary", "secondary", "text_secondary"))

    assert words.font().pointSizeF() == pytest.approx(theme.font("secondary").pointSizeF())
    theme.apply(qapp, "dark")

    assert words.palette().windowText().color() == theme.colour("text_secondary")


# Elided text


@pytest.mark.parametrize(("mode", "shown"), [("right", "9f86"), ("middle", "0a08")])
def test_text_without_room_is_elided_and_whole_in_the_tool_tip(mode: str, shown: str) -> None:
    label = ElidedLabel(HASH, "middle" if mode == "middle" else "right")
    show(label, 160, 32)

    assert label.is_elided
    assert "…" in label.text()
    assert shown in label.text()
    assert label.toolTip() == label.accessibleName() == HASH


def test_text_with_room_has_no_tool_tip() -> None:
    label = show(ElidedLabel("Info"), 300, 32)

    assert not label.is_elided
    assert (label.text(), label.toolTip()) == ("Info", "")


def test_more_room_shows_more_of_the_text() -> None:
    label = show(ElidedLabel(LONG), 120, 32)
    assert label.is_elided

    label.resize(label.sizeHint().width() + 1, 32)

    assert label.text() == LONG


def test_an_elided_label_copies_all_of_its_text() -> None:
    label = show(ElidedLabel(HASH, "middle"), 120, 32)

    label.actions()[0].trigger()

    assert _copied() == HASH


# Ids


def test_an_id_is_copied_whole_by_keyboard(qapp: QApplication) -> None:
    field = MonoField("Leaf hash", HASH)
    window = show(_around(field), 240, 100)
    spy = QSignalSpy(field.copied)
    find(window, "mono_copy", QToolButton).setFocus()

    press(window, "Space")

    assert _copied() == HASH
    assert spy.count() == 1
    assert find(window, "mono_copy", QToolButton).accessibleName() == "Copy leaf hash"


def test_an_id_that_is_not_there_cannot_be_copied() -> None:
    field = MonoField("Request id")
    window = show(_around(field), 240, 100)

    assert not find(window, "mono_copy", QToolButton).isEnabled()
    assert find(window, "mono_text", QLabel).accessibleName() == "Request id: none"


# Secrets


def _secret_in(milliseconds: int) -> tuple[SecretField, QWidget]:
    field = SecretField("API key", cleared_after_ms=milliseconds)
    field.set_secret("gdk_live_secret")
    return field, show(_around(field), 480, 120)


def test_a_copied_secret_is_taken_back_from_the_clipboard() -> None:
    _, window = _secret_in(30)

    find(window, "secret_copy", QPushButton).click()
    copied = _copied()

    assert copied == "gdk_live_secret"
    wait_for(lambda: _copied() == "", what="the clipboard to be cleared")
    assert find(window, "secret_help", QLabel).text() == "The clipboard has been cleared."


def test_what_was_copied_after_the_secret_stays() -> None:
    _, window = _secret_in(30)
    find(window, "secret_copy", QPushButton).click()

    QGuiApplication.clipboard().setText("something else")

    wait_for(lambda: "cleared" in find(window, "secret_help", QLabel).text())
    wait_for(lambda: find(window, "secret_help", QLabel).text().startswith("The clipboard"))
    assert _copied() == "something else"


def test_a_secret_is_taken_back_though_its_window_is_gone() -> None:
    _, window = _secret_in(200)
    find(window, "secret_copy", QPushButton).click()

    window.deleteLater()
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))

    wait_for(lambda: bool(gone))
    assert _copied() == "gdk_live_secret"
    wait_for(lambda: _copied() == "", what="the clipboard to be cleared")


def test_clipboard_histories_are_asked_not_to_keep_a_secret() -> None:
    _, window = _secret_in(30)

    find(window, "secret_copy", QPushButton).click()

    content = QGuiApplication.clipboard().mimeData()
    assert bytes(content.data("x-kde-passwordManagerHint").data()) == b"secret"
    wait_for(lambda: _copied() == "")


def test_a_secret_stands_in_its_field_only() -> None:
    field, window = _secret_in(30)

    said = {
        text
        for part in [window, *window.findChildren(QWidget)]
        for text in (part.toolTip(), part.accessibleName(), part.accessibleDescription())
    }

    assert not any("gdk_live_secret" in text for text in said)
    field.forget()
    assert find(window, "secret_text", QLineEdit).text() == ""
    assert not find(window, "secret_copy", QPushButton).isEnabled()


def test_a_secret_stays_a_minute_unless_told_otherwise() -> None:
    assert clipboard.CLEARED_AFTER_MS == 60_000


# Forms


def test_an_error_replaces_the_help_and_is_said_with_the_control() -> None:
    control = QLineEdit()
    control.setObjectName("port")
    field = FormField("Port", control, "The server's port.")
    window = show(_around(field), 400, 200)
    below = find(window, "port_help", QLabel)
    calm = below.text(), control.accessibleDescription(), control.property("faulty")

    field.set_error("A port is a number from 1 to 65535.")

    assert calm == ("The server's port.", "The server's port.", False)
    assert below.text() == control.accessibleDescription() == field.error
    assert below.palette().windowText().color() == theme.colour("state_failed")
    assert control.property("faulty") is True

    field.clear_error()

    assert below.text() == control.accessibleDescription() == "The server's port."
    assert below.palette().windowText().color() == theme.colour("text_secondary")


def test_a_field_is_named_by_its_label_and_reached_by_its_letter() -> None:
    control = QLineEdit()
    control.setObjectName("server")
    other = QLineEdit()
    other.setObjectName("other")
    window = show(_around(other, FormField("&Server", control)), 400, 200)
    other.setFocus()

    press(window, "Alt+S")

    assert control.hasFocus()
    assert control.accessibleName() == "Server"


# Severities and states


@pytest.mark.parametrize("meaning", sorted(MEANINGS))
def test_a_pill_has_icon_word_and_its_meanings_colour(meaning: str) -> None:
    pill = show(Pill(meaning, "Verified"))

    image = pill.grab().toImage()
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    icon = {image.pixelColor(x, y).name() for x, y in places if x < theme.ICON + theme.INSIDE}
    word = {image.pixelColor(x, y).name() for x, y in places if x >= theme.ICON + 2 * theme.INSIDE}

    assert theme.colour(meaning).name() in icon
    assert theme.colour(meaning).name() in word
    assert pill.accessibleName() == "Verified"


def test_a_pill_for_an_unknown_meaning_is_refused() -> None:
    with pytest.raises(KeyError):
        Pill("severity_dreadful", "Dreadful")
