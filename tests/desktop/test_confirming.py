"""Confirming with password and code: who is asked, what a wrong guess leaves, what is logged."""

from __future__ import annotations

import base64
import time

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from govdesk.database.errors import Refused
from govdesk.desktop import theme
from govdesk.desktop.confirming import confirm
from govdesk.domain.refusals import BY_KEY
from govdesk.jobs import Jobs
from govdesk.services import accounts, link
from govdesk.services.link import Link, SessionEnded, Unreachable
from tests.desktop.conftest import Linked
from tests.desktop.driving import find, opened, press, settle, show, wait_for, write
from tests.desktop.entering import other_code
from tests.people import ADA, PASSWORD, Cast, seed_of

WHY = "Removing Mei ends her two sessions."


class Asked:
    """A page whose act needs a confirmation."""

    def __init__(self, jobs: Jobs, link: Link):
        self.page = show(QWidget(), 640, 480)
        self.jobs, self.link = jobs, link
        self.done: list[str] = []
        self.errors: list[Exception] = []
        jobs.unhandled.connect(self.errors.append)

    def ask(self) -> None:
        confirm(self.page, self.jobs, self.link, WHY, lambda: self.done.append("done"))

    def dialog(self) -> QDialog:
        return opened("ConfirmForm", QDialog)

    def says(self, name: str = "message") -> str:
        label = find(self.dialog(), name, QLabel)
        return label.text() if label.isVisible() else ""

    def fill(self, password: str, code: str) -> None:
        dialog = self.dialog()
        dialog.activateWindow()
        for name, text in (("password", password), ("code", code)):
            field = find(dialog, name, QLineEdit)
            field.setFocus()
            press(field, "Ctrl+A")
            write(field, text)


@pytest.fixture
def asked(jobs: Jobs, linked: Linked) -> Asked:
    """An admin whose last confirmation is too long ago."""
    made = Asked(jobs, linked(ADA))
    made.link.needs_confirmation()
    return made


@pytest.fixture(autouse=True)
def _no_guesses(module_cast: Cast) -> None:
    module_cast.admin.execute("DELETE FROM govdesk_private.attempt")


def _attempts(cast: Cast) -> int:
    return int(cast.one("SELECT count(*) FROM govdesk_private.attempt WHERE purpose = 'step_up'"))


def _next_code(cast: Cast) -> str:
    cast.fresh_code(ADA)
    return accounts.totp(base64.b32encode(seed_of(ADA.email)).decode(), time.time() + 30)


def test_who_signed_in_a_moment_ago_is_not_asked_again(jobs: Jobs, linked: Linked) -> None:
    asked = Asked(jobs, linked(ADA))
    asked.ask()
    assert asked.done == ["done"]
    assert QApplication.activeModalWidget() is None


def test_four_and_a_half_minutes_later_one_is_asked(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.link.confirmed()
    now = time.monotonic()
    monkeypatch.setattr(link.time, "monotonic", lambda: now + link.FRESH_SECONDS + 1)
    asked.ask()
    assert asked.says("purpose") == WHY
    assert not asked.done
    asked.dialog().reject()


def test_password_and_code_confirm_and_the_log_says_so(asked: Asked, module_cast: Cast) -> None:
    before = module_cast.last_seq()
    asked.ask()
    asked.fill(PASSWORD, _next_code(module_cast))
    wait_for(lambda: asked.done, what="the act")
    assert asked.done == ["done"]
    assert [row["action"] for row in module_cast.rows(before)] == ["session.stepped_up"]
    asked.ask()
    assert asked.done == ["done", "done"], "the confirmation holds"


def test_enter_after_the_last_digit_does_not_cancel(asked: Asked, module_cast: Cast) -> None:
    asked.ask()
    dialog = asked.dialog()
    asked.fill(PASSWORD, _next_code(module_cast))
    at = dialog.focusWidget()
    press(at if at is not None else dialog, "Return")
    wait_for(lambda: asked.done, what="the act")
    assert asked.done == ["done"]


@pytest.mark.parametrize("what", ["password", "code"])
def test_a_wrong_guess_is_said_and_nothing_typed_is_lost(
    asked: Asked, module_cast: Cast, what: str
) -> None:
    code = _next_code(module_cast)
    word = PASSWORD if what == "code" else "not the password"
    asked.ask()
    asked.fill(word, other_code(code) if what == "code" else code)
    wait_for(lambda: "is not right" in asked.says(), what="the refusal")
    assert find(asked.dialog(), "password", QLineEdit).text() == word
    assert "next code" in asked.says("code_help")
    assert not asked.done
    asked.fill(PASSWORD, _next_code(module_cast))
    wait_for(lambda: asked.done, what="the act")


def test_a_used_code_is_said_without_a_guess(asked: Asked, module_cast: Cast) -> None:
    asked.link.last_code = "123456"
    asked.ask()
    asked.fill(PASSWORD, "123 456")
    assert "used already" in asked.says("code_help")
    assert _attempts(module_cast) == 0
    asked.dialog().reject()


def test_too_many_guesses_are_said_with_the_time(asked: Asked, module_cast: Cast) -> None:
    module_cast.admin.execute(
        "INSERT INTO govdesk_private.attempt (xact, purpose, email, tenant_path, commitment, nonce,"
        " client_addr) SELECT '1'::xid8, 'step_up', %s, 'acme', sha256('x'), sha256('y'),"
        " '127.0.0.1' FROM generate_series(1, 5)",
        (ADA.email,),
    )
    asked.ask()
    asked.fill(PASSWORD, _next_code(module_cast))
    wait_for(lambda: "Try again at" in asked.says(), what="the throttle")
    assert not asked.done
    asked.dialog().reject()


def test_a_session_that_ended_goes_where_trouble_goes(asked: Asked, module_cast: Cast) -> None:
    accounts.end(module_cast.database.app_url, asked.link.token)
    asked.ask()
    dialog = asked.dialog()
    asked.fill(PASSWORD, _next_code(module_cast))
    wait_for(lambda: asked.errors, what="the trouble")
    assert isinstance(asked.errors[0], SessionEnded)
    assert not asked.done
    wait_for(lambda: not _is_shown(dialog), what="the dialog to close")


def test_a_server_that_is_away_leaves_the_question_open(asked: Asked) -> None:
    asked.link.url = "host=127.0.0.1 port=1 dbname=govdesk"
    asked.ask()
    asked.fill(PASSWORD, "123456")
    wait_for(asked.says, what="the sentence")
    assert find(asked.dialog(), "password", QLineEdit).text() == PASSWORD
    assert isinstance(asked.errors[0], Unreachable)
    asked.dialog().reject()


def test_two_clicks_are_one_confirmation(asked: Asked, module_cast: Cast) -> None:
    asked.ask()
    asked.ask()
    dialogs = [top for top in QApplication.topLevelWidgets() if top.objectName() == "ConfirmForm"]
    assert len([one for one in dialogs if one.isVisible()]) == 1
    asked.fill(PASSWORD, _next_code(module_cast)[:5])
    button = find(asked.dialog(), "confirm", QPushButton)
    find(asked.dialog(), "code", QLineEdit).setText(_next_code(module_cast))
    button.click()
    button.click()
    wait_for(lambda: asked.done, what="the act")
    settle()
    assert asked.done == ["done"]
    assert _attempts(module_cast) == 1


def test_cancel_and_escape_do_nothing(asked: Asked, module_cast: Cast) -> None:
    for leave in ("cancel", "Escape"):
        asked.ask()
        dialog = asked.dialog()
        if leave == "cancel":
            find(dialog, "cancel", QPushButton).click()
        else:
            press(dialog, "Escape")
        wait_for(lambda box=dialog: not _is_shown(box), what="the dialog to close")
    assert not asked.done
    assert _attempts(module_cast) == 0


def _ground(dialog: QDialog) -> QColor:
    return dialog.grab().toImage().pixelColor(2, 2)


def _is_shown(dialog: QDialog) -> bool:
    try:
        return dialog.isVisible()
    except RuntimeError:
        return False


def test_a_refusal_of_the_server_outweighs_the_memory(asked: Asked) -> None:
    asked.link.confirmed()

    def refused() -> None:
        with asked.link.session("background"):
            raise Refused(BY_KEY["step_up_needed"])

    with pytest.raises(Refused):
        refused()
    assert not asked.link.is_fresh


def test_signing_in_again_is_a_confirmation(asked: Asked) -> None:
    asked.link.renew("another", None)
    assert asked.link.is_fresh


def test_the_theme_may_change_while_it_asks(asked: Asked, qapp: QApplication) -> None:
    asked.ask()
    asked.fill("a password", "")
    for name in ("dark", "light"):
        theme.apply(qapp, name)  # type: ignore[arg-type]
        wait_for(lambda: _ground(asked.dialog()) == theme.colour("window"), what=name)
    assert find(asked.dialog(), "password", QLineEdit).text() == "a password"
    asked.dialog().reject()
