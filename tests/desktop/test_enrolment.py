"""A first password and a second factor."""

from __future__ import annotations

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
)

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance.qr import QrCode
from govdesk.services import accounts, entrance
from tests.databases import APP_PASSWORD
from tests.desktop.entering import (
    House,
    other_code,
)
from tests.people import PASSWORD, Cast


def test_a_newcomer_sets_a_password_scans_the_code_and_keeps_the_recovery_codes(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    code = accounts.create_tenant(
        cast.database.admin_url, "gamma", "Gamma", "dev", "gil@gamma.example", "Gil"
    )
    window, person = house.window()
    person.clicks("set_up")
    assert "12 characters or more" in person.shows("password_help")
    person.types("one_time_code", code)
    person.types("password", "short")
    assert person.shows("password_help") == "7 more characters."
    person.types("password", PASSWORD)
    person.types("again", PASSWORD)
    person.presses(Qt.Key.Key_Return)
    house.bot.waitUntil(lambda: person.shows("title") == "Your second factor")
    secret = person.find(QLineEdit, "secret").text().replace(" ", "")
    assert len(secret) == 32
    uri = accounts.provisioning_uri(secret, "gil@gamma.example", "gamma")
    expected = [bytes(row) for row in segno.make(uri, error="m", micro=False).matrix]
    assert painted(person.find(QrCode, "qr_code")) == expected
    person.clicks("copy_secret")
    assert QGuiApplication.clipboard().text() == secret
    person.types("code", other_code(accounts.totp(secret)))
    person.waits_for("message", "does not fit this key")
    person.types("code", accounts.totp(secret))
    house.bot.waitUntil(lambda: person.shows("title") == "Your recovery codes")
    shown = person.find(QPlainTextEdit, "codes").toPlainText().splitlines()
    assert len(shown) == 10
    window.recovery_page.save_to(house.folder / "codes.txt")
    assert shown[0] in (house.folder / "codes.txt").read_text()
    assert not person.find(QAbstractButton, "next").isEnabled()
    person.find(QAbstractButton, "kept").setChecked(True)
    with house.bot.waitSignal(window.entered) as entered:
        person.clicks("next")
    entry = entered.args[0]
    assert (entry.email, entry.tenant_path, entry.has_factor) == (
        "gil@gamma.example",
        "gamma",
        True,
    )
    recovered = entrance.come_in(
        entry.profile, APP_PASSWORD, entry.email, PASSWORD, shown[3].lower().upper()
    )
    assert recovered.has_factor


def painted(code: QrCode) -> list[bytes]:
    """The modules as a reader sees them: black or white at the middle of each."""
    picture = code.grab().toImage()
    count = len(code.modules)
    step = picture.width() // (count + 8)
    start = (picture.width() - step * count) // 2 + step // 2
    return [
        bytes(
            picture.pixelColor(start + x * step, start + y * step).black() > 127
            for x in range(count)
        )
        for y in range(count)
    ]


def test_somebody_without_a_factor_comes_to_enrolment_without_a_code(
    house: House,
    known: Profile,
    cast: Cast,
) -> None:
    code = accounts.create_tenant(
        cast.database.admin_url, "gamma", "Gamma", "dev", "gil@gamma.example", "Gil"
    )
    entrance.set_first_password(known, APP_PASSWORD, code, PASSWORD)
    _, person = house.window()
    person.types("email", "gil@gamma.example")
    person.types("password", PASSWORD)
    person.clicks("no_code")
    house.bot.waitUntil(lambda: person.shows("title") == "Your second factor")
    person.clicks("cancel")
    assert person.shows("title") == "Sign in"
    assert person.find(QLineEdit, "email").text() == "gil@gamma.example"


def test_a_used_set_up_code_is_a_sentence(house: House, known: Profile) -> None:
    _, person = house.window()
    person.clicks("set_up")
    person.types("one_time_code", "no such code")
    person.types("password", PASSWORD)
    person.types("again", PASSWORD)
    person.clicks("next")
    person.waits_for("message", "This set-up code is not valid or was used. Ask for a new one.")
    assert person.find(QLineEdit, "password").text() == PASSWORD
