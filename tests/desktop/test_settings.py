"""The settings page: saved at once, said plainly, reset field by field; without a mouse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QKeySequenceEdit, QLabel, QSpinBox
from pytestqt.modeltest import ModelTester

from govdesk.desktop import theme
from govdesk.desktop.settings import LivePreferences, SettingsPage
from govdesk.desktop.settings.shortcut_table import ShortcutTable
from govdesk.desktop.settings.zone_list import ZoneList, understood
from tests.desktop import driving, frame
from tests.desktop.accessibility import faults
from tests.desktop.driving import find, press, show, wait_for, write


class Desk:
    """A frame whose page is the settings."""

    def __init__(self, folder: Path, policy: dict[str, object] | None = None):
        if policy is not None:
            (folder / "policy.json").write_text(json.dumps(policy))
        self.window = frame.Frame(frame.preferences(folder))
        self.preferences = self.window.preferences
        self.live = LivePreferences(self.preferences, self.window)
        self.page = SettingsPage(self.live, self.window.actions_)
        self.window.setCentralWidget(self.page)
        show(self.window, 1000, 700)

    def help(self, key: str) -> str:
        return find(self.page, f"{key}_help", QLabel).text()

    def keys(self) -> QKeySequenceEdit:
        return find(self.page, "shortcut_keys", QKeySequenceEdit)

    def choose_action(self, words: str) -> None:
        self.page.show_shortcuts()
        found = find(self.page, "shortcuts_find")
        found.clear()
        write(found, words)
        table = find(self.page, "shortcuts_table")
        table.setFocus()
        press(table, "Ctrl+Home")
        table.selectRow(0)
        self.keys().setFocus()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_theme_changes_live_and_comes_back_with_a_reset(desk: Desk) -> None:
    box = find(desk.page, "theme", QComboBox)
    box.setFocus()
    assert box.currentText() == "As the system"
    press(box, "End")
    assert desk.preferences.get("theme") == "dark"
    assert theme.current() == "dark"
    reset = find(desk.page, "theme_reset")
    assert reset.isVisible()
    press(reset, "Space")
    assert desk.preferences.get("theme") == "system"
    assert not reset.isVisible()
    assert box.hasFocus(), "the keyboard stays with the field"


def test_every_change_is_on_disk_without_a_button(desk: Desk, tmp_path: Path) -> None:
    box = find(desk.page, "compact_rows")
    press(box, "Space")
    file = tmp_path / "machine.json"
    wait_for(file.exists)
    assert json.loads(file.read_text()) == {"compact_rows": True}


def test_a_zone_is_found_by_any_part_of_its_name_in_any_case(desk: Desk) -> None:
    box = find(desk.page, "time_zone", QComboBox)
    field = find(desk.page, "time_zone_text")
    field.setFocus()
    field.selectAll()
    write(field, "australia/sydney")
    press(field, "Return")
    assert desk.preferences.get("time_zone") == "Australia/Sydney"
    assert box.currentText() == "Australia/Sydney"
    assert "UTC+1" in desk.help("time_zone")
    completer = box.completer()
    completer.setCompletionPrefix("sydn")
    assert completer.completionCount() == 1


def test_a_zone_that_does_not_exist_is_explained_and_not_kept(desk: Desk) -> None:
    field = find(desk.page, "time_zone_text")
    field.setFocus()
    field.selectAll()
    write(field, "Mars/Olympus")
    press(field, "Return")
    assert "No time zone is called “Mars/Olympus”" in desk.help("time_zone")
    assert desk.preferences.get("time_zone") == "system"
    assert field.text() == "Mars/Olympus", "what was typed stays"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("utc", "UTC"),
        (" america/new york ", "America/New_York"),
        ("as the system", "system"),
        ("nowhere", "nowhere"),
    ],
)
def test_what_is_typed_is_understood_generously(typed: str, meant: str) -> None:
    assert understood(typed) == meant


def test_the_idle_lock_says_when_a_policy_limits_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"idle_lock_minutes": 10})
    spin = find(desk.page, "idle_lock_minutes", QSpinBox)
    assert (spin.value(), spin.maximum()) == (10, 10)
    assert "policy allows at most 10 minutes" in desk.help("idle_lock_minutes")
    spin.setFocus()
    press(spin, "Up")
    assert desk.preferences.get("idle_lock_minutes") == 10
    press(spin, "Down")
    assert desk.preferences.get("idle_lock_minutes") == 9


def test_a_change_made_elsewhere_shows(desk: Desk) -> None:
    desk.preferences.set("idle_lock_minutes", 42)
    assert find(desk.page, "idle_lock_minutes", QSpinBox).value() == 42


def test_what_was_wrong_with_the_files_is_said(tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text("{")
    notices = find(Desk(tmp_path).page, "notices", QLabel)
    assert notices.isVisible()
    assert "acme.json.broken" in notices.text()


def test_a_disk_that_refuses_is_heard_of_on_the_main_thread(desk: Desk, tmp_path: Path) -> None:
    heard: list[object] = []
    desk.live.failed.connect(heard.append)
    (tmp_path / "machine.json").mkdir()
    desk.preferences.set("compact_rows", True)
    wait_for(lambda: heard)
    assert isinstance(heard[0], OSError)
    (tmp_path / "machine.json").rmdir()


def test_new_keys_hold_at_once(desk: Desk) -> None:
    desk.choose_action("lock now")
    press(desk.keys(), "Ctrl+Alt+L")
    press(desk.window, "Ctrl+Alt+L")
    assert desk.window.actions_.shortcuts.text("session.lock") == "Ctrl+Alt+L"
    find(desk.page, "shortcuts_find").setFocus()
    press(desk.window, "Ctrl+Alt+L")
    assert desk.window.ran == ["session.lock"]


def test_keys_of_another_action_are_named_and_may_be_taken(desk: Desk) -> None:
    desk.choose_action("lock now")
    press(desk.keys(), "Ctrl+J")
    assert desk.help("shortcut_keys") == "Ctrl+J belongs to “Show jobs”."
    take = find(desk.page, "shortcut_take")
    assert take.isVisible()
    press(take, "Space")
    shortcuts = desk.window.actions_.shortcuts
    assert (shortcuts.text("session.lock"), shortcuts.text("view.jobs")) == ("Ctrl+J", "")
    press(find(desk.page, "shortcuts_reset_all"), "Space")
    assert (shortcuts.text("session.lock"), shortcuts.text("view.jobs")) == ("Ctrl+L", "Ctrl+J")


def test_keys_that_fields_need_are_explained(desk: Desk) -> None:
    desk.choose_action("lock now")
    press(desk.keys(), "X")
    assert "needed for typing" in desk.help("shortcut_keys")
    assert not find(desk.page, "shortcut_take").isVisible()


def test_an_action_may_have_no_keys_and_get_its_own_back(desk: Desk) -> None:
    desk.choose_action("lock now")
    press(find(desk.page, "shortcut_none"), "Space")
    shortcuts = desk.window.actions_.shortcuts
    assert shortcuts.text("session.lock") == ""
    press(find(desk.page, "shortcut_reset"), "Space")
    assert shortcuts.text("session.lock") == "Ctrl+L"


def test_every_control_has_a_name_and_tab_reaches_it(desk: Desk) -> None:
    assert faults(desk.window) == []
    desk.page.show_shortcuts()
    assert faults(desk.window) == []


def test_the_lists_are_sound_models(desk: Desk) -> None:
    ModelTester(None).check(ShortcutTable(desk.window.actions_, desk.page))
    ModelTester(None).check(ZoneList(desk.page))


def test_the_page_ends_and_preferences_go_on(desk: Desk) -> None:
    desk.page.deleteLater()
    driving.settle()
    desk.preferences.set("compact_rows", True)
    assert QApplication.instance() is not None
