"""First run and connection profiles: the real window, a real server, a keyring in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import Profile, ProfileStore
from tests.certificates import Authority, Secure
from tests.databases import APP_PASSWORD
from tests.desktop.entering import (
    House,
    profile_of,
)
from tests.people import Cast


def test_a_first_run_offers_the_demo_and_a_server_and_nothing_that_does_not_work(
    house: House,
) -> None:
    window, person = house.window()
    doors = [
        w.objectName() for w in window.first_run.findChildren(QAbstractButton) if w.isVisible()
    ]
    assert doors == ["open_demo", "connect_to_server", "open_snapshot"]
    with house.bot.waitSignal(window.demo_asked):
        person.clicks("open_demo")
    assert not person.find(QAbstractButton, "open_demo").isEnabled()
    house.bot.waitUntil(lambda: person.find(QAbstractButton, "stop_waiting").isVisible())
    with house.bot.waitSignal(window.demo_cancelled):
        person.clicks("stop_waiting")
    assert person.find(QAbstractButton, "open_demo").isEnabled()


def test_a_profile_is_filled_in_tried_and_kept_with_its_password_in_the_keyring(
    house: House,
    cast: Cast,
) -> None:
    wanted = profile_of(cast)
    _, person = house.window()
    person.clicks("connect_to_server")
    person.types("name", wanted.name)
    person.types("host", wanted.host)
    person.find(QWidget, "port").setProperty("value", wanted.port)
    person.types("database", wanted.database)
    person.types("login_password", APP_PASSWORD)
    person.find(QComboBox, "tls").setCurrentText("No encryption")
    person.find(QComboBox, "environment").setCurrentText("Staging")
    person.clicks("test")
    person.waits_for("message", "Connected: PostgreSQL")
    person.clicks("save")
    house.bot.waitUntil(lambda: person.shows("title") == "Sign in")
    assert ProfileStore(house.folder).all() == [wanted]
    assert house.ring.held == {wanted.login: APP_PASSWORD}
    assert APP_PASSWORD not in (house.folder / "profiles.json").read_text()
    assert person.shows("environment_band") == "Staging · Acme"


def test_what_cannot_stay_has_its_sentence_below_the_field_and_the_focus(house: House) -> None:
    window, person = house.window()
    person.clicks("connect_to_server")
    person.types("host", "db acme")
    person.clicks("save")
    assert person.shows("name_help") == "Give the profile a name, for example the organization's."
    assert person.shows("host_help").startswith("Give the server's name or address")
    assert window.focusWidget() is person.find(QLineEdit, "name")
    assert house.store.all() == []


def test_a_weaker_protection_says_what_it_gives_up_before_it_is_saved(house: House) -> None:
    _, person = house.window()
    person.clicks("connect_to_server")
    person.types("host", "db.acme.example")
    assert person.shows("tls_help") == "The safe choice."
    for choice in ("Encrypt, but verify nothing", "No encryption"):
        person.find(QComboBox, "tls").setCurrentText(choice)
        assert "anyone on the way can" in person.shows("tls_help")


def test_a_wrong_password_of_the_login_is_said_at_its_field(
    house: House,
    cast: Cast,
) -> None:
    window, person = house.window()
    person.clicks("connect_to_server")
    window.profile_page.edit(profile_of(cast), house.safe, "wrong")
    person.clicks("test")
    person.waits_for("login_password_help", "does not accept the password")


def test_a_certificate_that_does_not_verify_says_what_it_is_and_what_going_on_gives_up(
    house: House, secure: Secure, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority.named("Another CA").pem)
    window, person = house.window()
    person.clicks("connect_to_server")
    window.profile_page.edit(replace(secure.show("good"), ca_file=str(other)), house.safe, "x")
    person.clicks("test")
    person.waits_for("message", 'was issued by "Acme Internal CA", which is not trusted here.')
    for words in ("SHA-256: ", "valid 20", "To go on without verifying", "anyone on the way can"):
        assert words in person.shows("message")
    person.find(QComboBox, "tls").setCurrentText("Encrypt, but verify nothing")
    assert house.jobs.running == []
    person.clicks("test")
    # Nobody is called nobody there: being asked for the password means that TLS stood.
    person.waits_for("login_password_help", "does not accept the password")


def test_without_a_keyring_it_says_so_and_a_file_is_an_explicit_choice(
    house: House,
    cast: Cast,
) -> None:
    safe = PasswordSafe(None, house.folder)
    window, person = house.window(safe=safe)
    person.clicks("connect_to_server")
    window.profile_page.edit(None, safe, APP_PASSWORD)
    box = person.find(QComboBox, "keep_in")
    assert box.currentText() == "Nowhere: ask each time"
    assert "no keyring" in person.shows("keep_in_help")
    box.setCurrentText("In a private file, not encrypted")
    assert "can read the password" in person.shows("keep_in_help")
    profile = profile_of(cast)
    person.types("name", profile.name)
    person.types("host", profile.host)
    person.clicks("save")
    house.bot.waitUntil(lambda: person.shows("title") == "Sign in")
    assert APP_PASSWORD in safe.path.read_text()


def test_removing_a_profile_asks_once_and_takes_its_password_along(
    house: House, known: Profile
) -> None:
    window, person = house.window()
    person.clicks("edit_profile")
    person.clicks("remove")
    box = window.findChild(QMessageBox, "remove_profile")
    assert box is not None
    assert "Nothing changes on the server." in box.text()
    next(button for button in box.buttons() if button.text() != "Remove").click()
    assert house.store.all() == [known]
    person.clicks("remove")
    box = window.findChildren(QMessageBox, "remove_profile")[-1]
    next(button for button in box.buttons() if button.text() == "Remove").click()
    house.bot.waitUntil(lambda: person.shows("title") == "Welcome to GovDesk")
    assert (ProfileStore(house.folder).all(), house.ring.held) == ([], {})
