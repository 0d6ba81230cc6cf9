"""One's own account: another password, another app; what ends with them, and what is refused."""

from __future__ import annotations

import base64

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.account import ChangePasswordDialog, ReplaceFactorDialog
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import accounts, entrance, recovery
from govdesk.services.entrance import PasswordCheck
from govdesk.services.link import Link
from tests.databases import APP_PASSWORD
from tests.desktop.driving import ending, find, opened, press, show, wait_for, write
from tests.desktop.entering import other_code, profile_of
from tests.desktop.office import Desk, Office
from tests.doors import cooled
from tests.people import ADA, OTIS, PASSWORD, Cast, seed_of

NEW = "three quite unrelated words"
SECRET = base64.b32encode(seed_of(ADA.email)).decode()


@pytest.fixture
def link(cast: Cast) -> Link:
    session = cast.sign_in(ADA)
    made = Link(cast.database.app_url, session.token, "acme", email=ADA.email)
    ending.callback(made.close)
    return made


def fill(dialog: QWidget, **texts: str) -> None:
    dialog.activateWindow()
    for name, text in texts.items():
        field = find(dialog, name, QLineEdit)
        field.setFocus()
        press(field, "Ctrl+A")
        write(field, text)


def says(dialog: QWidget, name: str) -> str:
    shown = [label for label in dialog.findChildren(QLabel, name) if label.isVisible()]
    return shown[0].text() if shown else ""


def signs_in(cast: Cast, password: str, code: str) -> bool:
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    try:
        return entrance.come_in(
            profile_of(cast), APP_PASSWORD, ADA.email, password, code
        ).has_factor
    except Problem:
        return False


# Password


def password_dialog(jobs: Jobs, link: Link) -> tuple[ChangePasswordDialog, list[PasswordCheck]]:
    page = show(QWidget(), 700, 700)
    dialog = ChangePasswordDialog(jobs, link, page)
    changed: list[PasswordCheck] = []
    dialog.changed.connect(changed.append)
    dialog.open()
    dialog.activateWindow()
    wait_for(dialog.isActiveWindow, what="the dialog")
    return dialog, changed


def test_a_changed_password_ends_every_other_session_and_keeps_the_app(
    jobs: Jobs, link: Link, cast: Cast
) -> None:
    other = cast.sign_in(ADA)
    before = cast.last_seq()
    dialog, changed = password_dialog(jobs, link)
    assert "All your other sessions end" in says(dialog, "purpose")
    assert not find(dialog, "code", QLineEdit).isVisible(), "confirmed a moment ago"
    fill(dialog, old=PASSWORD, password=NEW, again=NEW)
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: changed, what="the change")
    assert changed[0].accepts(NEW)
    assert not changed[0].accepts(PASSWORD)
    actions = [row["action"] for row in cast.rows(before)]
    assert "password.changed" in actions, actions
    assert "session.revoked" in actions, actions
    with pytest.raises(Problem):
        other.touch()
    with link.session("background") as session:
        session.touch()
    assert not signs_in(cast, PASSWORD, accounts.totp(SECRET))
    assert not signs_in(cast, NEW, "")
    assert signs_in(cast, NEW, accounts.totp(SECRET)), "the app was wrapped anew"


def test_without_a_fresh_confirmation_the_code_is_asked_in_the_same_window(
    jobs: Jobs, link: Link, cast: Cast
) -> None:
    link.needs_confirmation()
    before = cast.last_seq()
    dialog, changed = password_dialog(jobs, link)
    code = cast.fresh_code(ADA)
    fill(dialog, old=PASSWORD, password=NEW, again=NEW, code=other_code(code))
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: "is not right" in says(dialog, "message"), what="the refusal")
    assert find(dialog, "again", QLineEdit).text() == NEW
    fill(dialog, code=cast.fresh_code(ADA))
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: changed, what="the change")
    assert next(row["action"] for row in cast.rows(before)) == "session.stepped_up"


def test_a_server_that_wants_a_confirmation_gets_one_although_none_was_expected(
    jobs: Jobs, link: Link, cast: Cast
) -> None:
    cooled(cast)
    dialog, changed = password_dialog(jobs, link)
    fill(dialog, old=PASSWORD, password=NEW, again=NEW)
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: find(dialog, "code", QLineEdit).isVisible(), what="the code to be asked for")
    assert not changed
    fill(dialog, code=cast.fresh_code(ADA))
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: changed, what="the change")


def test_a_wrong_old_password_changes_nothing(jobs: Jobs, link: Link, cast: Cast) -> None:
    before = cast.last_seq()
    dialog, changed = password_dialog(jobs, link)
    fill(dialog, old="not the old one", password=NEW, again=NEW)
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: "not your present password" in says(dialog, "message"), what="the refusal")
    assert not changed
    assert cast.rows(before) == []
    dialog.reject()


@pytest.mark.parametrize(
    ("typed", "where", "words"),
    [
        ({"password": "short", "again": "short"}, "password_help", "12 characters"),
        ({"password": NEW, "again": "something else here"}, "again_help", "not the same"),
        ({"password": PASSWORD, "again": PASSWORD}, "password_help", "the password you have"),
    ],
)
def test_a_new_password_is_judged_before_anything_is_sent(
    jobs: Jobs, link: Link, cast: Cast, typed: dict[str, str], where: str, words: str
) -> None:
    dialog, changed = password_dialog(jobs, link)
    fill(dialog, old=PASSWORD, **typed)
    find(dialog, "change", QPushButton).click()
    assert words in says(dialog, where)
    assert not changed
    assert not jobs.running
    dialog.reject()


# App


def factor_dialog(jobs: Jobs, link: Link) -> tuple[ReplaceFactorDialog, list[bool]]:
    page = show(QWidget(), 700, 700)
    dialog = ReplaceFactorDialog(jobs, link, page)
    done: list[bool] = []
    dialog.replaced.connect(lambda: done.append(True))
    dialog.open()
    dialog.activateWindow()
    wait_for(dialog.isActiveWindow, what="the dialog")
    return dialog, done


def test_another_app_voids_the_old_one_and_its_codes(jobs: Jobs, link: Link, cast: Cast) -> None:
    with link.session("background") as session:
        old = recovery.replace_factor(session, ADA.email, PASSWORD, SECRET, cast.fresh_code(ADA))
    other = cast.sign_in(ADA)
    before = cast.last_seq()
    dialog, done = factor_dialog(jobs, link)
    fill(dialog.prove, password=PASSWORD)
    find(dialog.prove, "next", QPushButton).click()
    wait_for(lambda: find(dialog, "secret", QLineEdit).isVisible(), what="the key")
    assert cast.rows(before) == [], "nothing is replaced before the new app is proven"
    secret = find(dialog, "secret", QLineEdit).text().replace(" ", "")
    fill(dialog.factor, code=accounts.totp(secret))
    wait_for(lambda: find(dialog, "codes", QPlainTextEdit).isVisible(), what="the codes")
    codes = find(dialog, "codes", QPlainTextEdit).toPlainText().splitlines()
    assert len(codes) == 10
    dialog.reject()
    assert dialog.isVisible(), "the codes are to be kept first"
    find(dialog, "kept", QCheckBox).setChecked(True)
    find(dialog.codes, "next", QPushButton).click()
    assert done == [True]
    actions = [row["action"] for row in cast.rows(before)]
    assert any(one.startswith("mfa.") for one in actions), actions
    with pytest.raises(Problem):
        other.touch()
    assert not signs_in(cast, PASSWORD, accounts.totp(SECRET))
    assert not signs_in(cast, PASSWORD, old[0])
    assert signs_in(cast, PASSWORD, accounts.totp(secret))
    assert signs_in(cast, PASSWORD, codes[0])


def test_whoever_scans_for_long_confirms_with_the_old_app_once_more(
    jobs: Jobs, link: Link, cast: Cast
) -> None:
    dialog, done = factor_dialog(jobs, link)
    fill(dialog.prove, password=PASSWORD)
    find(dialog.prove, "next", QPushButton).click()
    wait_for(lambda: find(dialog, "secret", QLineEdit).isVisible(), what="the key")
    cooled(cast)
    secret = find(dialog, "secret", QLineEdit).text().replace(" ", "")
    fill(dialog.factor, code=accounts.totp(secret))
    asking = opened("ConfirmForm", QDialog)
    assert "old one once more" in says(asking, "purpose")
    fill(asking, password=PASSWORD, code=cast.fresh_code(ADA))
    wait_for(lambda: find(dialog, "codes", QPlainTextEdit).isVisible(), what="the codes")
    find(dialog, "kept", QCheckBox).setChecked(True)
    find(dialog.codes, "next", QPushButton).click()
    assert done == [True]
    assert signs_in(cast, PASSWORD, accounts.totp(secret))


def test_a_wrong_password_is_found_out_on_its_own_page(jobs: Jobs, link: Link, cast: Cast) -> None:
    before = cast.last_seq()
    dialog, done = factor_dialog(jobs, link)
    fill(dialog.prove, password="not her password at all")
    find(dialog.prove, "next", QPushButton).click()
    wait_for(lambda: find(dialog, "secret", QLineEdit).isVisible(), what="the key")
    secret = find(dialog, "secret", QLineEdit).text().replace(" ", "")
    fill(dialog.factor, code=accounts.totp(secret))
    wait_for(lambda: "not your present password" in says(dialog.prove, "message"), what="no")
    assert not done
    assert cast.rows(before) == []
    assert signs_in(cast, PASSWORD, accounts.totp(SECRET)), "the old app still counts"
    dialog.reject()


def test_a_stolen_session_without_the_password_replaces_nothing(link: Link, cast: Cast) -> None:
    secret = accounts.new_seed()
    with link.session("background") as session:
        with pytest.raises(Problem):
            recovery.replace_factor(session, ADA.email, "guess", secret, accounts.totp(secret))
        with pytest.raises(Problem):
            recovery.change_password(session, ADA.email, "guess", NEW)
    cooled(cast)
    with link.session("background") as session:
        with pytest.raises(Problem, match="fresh confirmation"):
            recovery.replace_factor(session, ADA.email, PASSWORD, secret, accounts.totp(secret))
        with pytest.raises(Problem, match="fresh confirmation"):
            recovery.change_password(session, ADA.email, PASSWORD, NEW)
    assert signs_in(cast, PASSWORD, accounts.totp(SECRET))


def test_the_theme_may_change_while_a_dialog_is_open(
    jobs: Jobs, link: Link, qapp: QApplication
) -> None:
    dialog, _ = password_dialog(jobs, link)
    fill(dialog, old="kept")

    def ground() -> QColor:
        return dialog.grab().toImage().pixelColor(2, 2)

    for name in ("dark", "light"):
        theme.apply(qapp, name)  # type: ignore[arg-type]
        wait_for(lambda: ground() == theme.colour("window"), what=name)
    assert find(dialog, "old", QLineEdit).text() == "kept"
    dialog.reject()


# In the window


def test_the_locked_screen_opens_with_the_new_password_from_then_on(office: Office) -> None:
    desk = office.desk(events=10)
    desk.place.actions.run("account.password")
    dialog = opened("ChangePasswordForm", QDialog)
    fill(dialog, old=PASSWORD, password=NEW, again=NEW)
    find(dialog, "change", QPushButton).click()
    wait_for(lambda: not desk.place.entry.check.accepts(PASSWORD), what="the change")
    desk.place.lock_asked.emit()
    desk.unlock(PASSWORD)
    form = opened("UnlockForm", QDialog)
    wait_for(lambda: "not your password" in says(form, "message"), what="the refusal")
    desk.unlock(NEW)
    wait_for(lambda: not desk.console._lock.is_locked, what="the window")  # type: ignore[union-attr]


def test_whoever_came_in_by_a_recovery_code_is_offered_another_app(office: Office) -> None:
    cast = office.cast
    secret = base64.b32encode(seed_of(OTIS.email)).decode()
    session = cast.sign_in(OTIS)
    codes = recovery.replace_factor(session, OTIS.email, PASSWORD, secret, cast.fresh_code(OTIS))
    entry = entrance.come_in(profile_of(cast), APP_PASSWORD, OTIS.email, PASSWORD, codes[0])
    console = office.console()
    console.entrance.entered.emit(entry)
    desk = Desk(office, console)
    assert "recovery code" in desk.banner()
    find(desk.place.window.banner, "banner_action_1", QPushButton).click()
    dialog = opened("replace_factor_dialog", QDialog)
    assert dialog.isVisible()
    dialog.reject()
