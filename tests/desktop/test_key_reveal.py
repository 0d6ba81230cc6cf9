"""Claims: a key is shown once, closed only when it is stored, and found nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from govdesk.desktop import screens
from govdesk.desktop.crash import CrashGuard
from govdesk.desktop.crash_window import CrashWindow
from govdesk.desktop.keys.reveal import KEPT_MINUTES, JustRevealed, RevealDialog
from govdesk.desktop.keys.samples import sample_key
from govdesk.desktop.widgets.clipboard import CLEARED_AFTER_MS
from govdesk.domain.api_keys import ApiKey
from govdesk.jobs import Jobs
from govdesk.services.changes import Change
from govdesk.services.key_changes import Revealed
from tests.desktop.driving import find, keep, opened, press, show, wait_for
from tests.desktop.governed import opened_page, settle, words_of
from tests.desktop.keys_parts import OpenedKeys, opened_keys, order_key, raw_of, store
from tests.desktop.office import Form, Office
from tests.people import OLGA, OTIS, Cast
from tests.strictness import ExpectLog

__all__ = ["opened_keys", "opened_page"]


def revealed() -> Revealed:
    """A key that was just made."""
    fresh = ApiKey.generate("prod")
    return Revealed(fresh.raw, sample_key(0), Change("key", True))


@pytest.fixture
def dialog() -> RevealDialog:
    return show(RevealDialog(revealed(), ""))


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[CrashGuard]:
    made = CrashGuard(tmp_path / "log")
    made.install()
    yield made
    made.uninstall()
    made.deleteLater()


def everything_said(window: QWidget) -> str:
    """Every word of a window but what stands in fields: titles, labels, names, tool tips."""
    parts: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        parts += [
            widget.windowTitle(),
            widget.toolTip(),
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.objectName(),
        ]
        if not isinstance(widget, QLineEdit):
            text = getattr(widget, "text", "")
            parts.append(str(text() if callable(text) else text))
    return "\n".join(parts)


@pytest.mark.parametrize("keys", ["Escape", "Return", "close"])
def test_it_does_not_close_before_the_key_is_stored(dialog: RevealDialog, keys: str) -> None:
    if keys == "close":
        dialog.close()
    else:
        press(dialog, keys)
    assert dialog.isVisible()
    assert find(dialog, "secret_text", QLineEdit).text()
    assert not find(dialog, "reveal_close", QPushButton).isEnabled()
    if keys != "Return":
        assert "tick the box first" in words_of(dialog, "reveal_message")
        assert dialog.focusWidget() is dialog.stored


def test_it_closes_once_it_is_stored_and_forgets_the_key(dialog: RevealDialog) -> None:
    field = find(dialog, "secret_text", QLineEdit)
    left: list[str] = []
    dialog.finished.connect(lambda: left.append(field.text()))
    store(dialog)
    wait_for(lambda: left, what="the dialog to close")
    assert left == [""]


def test_copy_puts_the_key_on_the_clipboard_for_a_minute(dialog: RevealDialog) -> None:
    raw = raw_of(dialog)
    clipboard = dialog.field._clipboard
    assert clipboard._timer.interval() == CLEARED_AFTER_MS == 60_000
    clipboard._timer.setInterval(1)
    Form(dialog).push("secret_copy")
    assert "cleared in 60 seconds" in words_of(dialog, "secret_help")
    wait_for(lambda: words_of(dialog, "secret_help").startswith("The clipboard has been"))
    assert raw not in QGuiApplication.clipboard().text()


def test_the_key_stands_in_its_field_alone(dialog: RevealDialog) -> None:
    raw = raw_of(dialog)
    assert raw not in everything_said(dialog)
    assert raw not in repr(revealed())


def test_no_picture_of_the_console_holds_the_key(qapp: QApplication) -> None:
    one, other = revealed(), revealed()
    assert one.raw != other.raw
    dialogs = [show(RevealDialog(each, "")) for each in (one, other)]
    bare = [each.grab().toImage() for each in dialogs]
    assert bare[0] != bare[1]
    blank = []
    for each in dialogs:
        each.activateWindow()
        wait_for(each.isActiveWindow)
        blank.append(screens.picture(each).toImage())
    assert blank[0] == blank[1]
    assert dialogs[0].field._field.echoMode() is QLineEdit.EchoMode.Normal


def test_a_fault_covers_the_key_and_its_report_has_it_not(
    dialog: RevealDialog, guard: CrashGuard, expected_log: ExpectLog
) -> None:
    expected_log("boom")
    raw = raw_of(dialog)

    def fail(secret: str) -> None:
        raise RuntimeError("boom")

    try:
        fail(raw)
    except RuntimeError as error:
        guard.note(error)
    window = keep(opened("crash_window", CrashWindow))
    field = find(dialog, "secret_text", QLineEdit)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    written = "".join(one.read_text() for one in guard.folder.rglob("*") if one.is_file())
    assert "boom" in written
    assert raw not in written
    assert raw not in everything_said(window)
    window.close()
    Form(dialog).push("secret_show")
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    assert field.text() == raw


def test_the_database_log_and_events_have_the_key_not(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, caplog: pytest.LogCaptureFixture
) -> None:
    page = opened_keys(OTIS)
    before = cast.last_seq()
    with caplog.at_level("DEBUG"):
        dialog = order_key(page)
        raw = raw_of(dialog)
        store(dialog)
        settle(jobs)
    secret = raw.split("_")[3]
    assert secret not in caplog.text
    assert all(secret not in repr(row) for row in cast.rows(before))
    kept = cast.one("SELECT string_agg(k::text, '') FROM govdesk.api_key k")
    assert secret not in kept
    assert secret not in everything_said(page)


def test_what_was_shown_is_at_hand_for_ten_minutes_and_until_the_console_locks(
    office: Office,
) -> None:
    desk = office.desk(OLGA)
    recent = desk.place.integrating.page.keys.recent
    made = revealed()
    recent.keep(made)
    assert recent.raw_of(made.key.prefix) == made.raw
    assert recent.raw_of("gd_prod_another") == ""
    desk.place.lock_asked.emit()
    assert recent.raw_of(made.key.prefix) == ""


def test_time_forgets_it_too(qapp: QApplication) -> None:
    recent = JustRevealed(qapp)
    made = revealed()
    assert recent._timer.interval() == KEPT_MINUTES * 60_000
    recent._timer.setInterval(1)
    recent.keep(made)
    wait_for(lambda: not recent.raw_of(made.key.prefix), what="the key to be forgotten")
    recent.deleteLater()
