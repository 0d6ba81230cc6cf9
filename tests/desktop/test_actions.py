"""Actions: declared once, enabled by the context, with keys that a person may change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from govdesk.desktop import theme
from govdesk.desktop.actions import Action, Actions
from govdesk.desktop.actions.catalogue import ACTIONS
from tests.desktop import frame
from tests.desktop.driving import keep, press, show


def keys(text: str) -> QKeySequence:
    return QKeySequence(text)


def test_each_action_has_an_id_a_verb_and_an_icon_of_its_own_right() -> None:
    ids = [row.id for row in ACTIONS]
    titles = [row.title for row in ACTIONS]
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)
    for row in ACTIONS:
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", row.id)
        assert row.title[0].isupper(), row.title
        assert not row.title.endswith((".", "…", "!")), row.title
        assert row.section
        assert not theme.icon(row.icon).isNull()


def test_no_two_actions_share_keys_here_or_in_the_docs(tmp_path: Path) -> None:
    documented = [row.documented_keys for row in ACTIONS if row.documented_keys]
    assert len(set(documented)) == len(documented)
    window = frame.shown(tmp_path)
    for row in ACTIONS:
        assert window.actions_.shortcuts.keys(row.id) == row.default_keys, row.id


def test_a_second_action_of_the_same_id_is_refused(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    with pytest.raises(ValueError, match=r"app\.quit"):
        window.actions_.add([Action("app.quit", "Quit twice", "GovDesk")])


def test_an_action_nobody_bound_is_nowhere_to_be_seen(tmp_path: Path) -> None:
    window = keep(QMainWindow())
    actions = Actions(window, frame.preferences(tmp_path))
    actions.bind("session.lock", lambda: None)
    actions.fill_bar(window.menuBar())
    menus = [action.menu() for action in window.menuBar().actions()]
    shown = [a.data() for menu in menus for a in menu.actions() if a.isVisible()]
    assert shown == ["session.lock"]
    assert "session.lock" not in actions.unbound()
    assert "app.quit" in actions.unbound()
    assert not actions.run("app.quit")


def test_what_cannot_run_says_why_and_does_not_run(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    actions = window.actions_
    actions.update(page="timeline", permissions=frozenset({"audit.read"}), online=True)
    assert "permission to write the log to a file" in actions.reason("export.csv")
    assert actions.reason("export.csv") in actions.qaction("export.csv").toolTip()
    assert not actions.qaction("export.csv").isEnabled()
    assert not actions.run("export.csv")
    assert window.ran == []


@pytest.mark.parametrize(
    ("changes", "action", "word"),
    [
        ({"page": "settings"}, "timeline.copy", "Go to the audit timeline"),
        ({"page": "timeline"}, "timeline.copy", "Select events"),
        ({"page": "timeline", "selected": 2}, "export.event", "2 are selected"),
        ({"page": "timeline", "online": False}, "export.csv", "not reachable"),
        ({"page": "timeline"}, "timeline.clear_filter", "no filter"),
        ({"online": False}, "view.refresh", "not reachable"),
    ],
)
def test_each_condition_names_what_is_missing(
    tmp_path: Path, changes: dict[str, object], action: str, word: str
) -> None:
    window = frame.shown(tmp_path)
    window.actions_.update(**changes)
    assert word in window.actions_.reason(action)


def test_what_was_missing_enables_the_action_when_it_comes(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    actions = window.actions_
    actions.update(page="timeline", selected=1, permissions=frozenset({"audit.export"}))
    assert actions.qaction("export.event").isEnabled()
    actions.set_fact("live", True)
    assert actions.qaction("timeline.live").isChecked()
    actions.qaction("timeline.live").trigger()
    assert window.ran == ["timeline.live"]
    assert actions.qaction("timeline.live").isChecked(), "the context decides, not the click"


def test_keys_run_actions_and_new_keys_at_once(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    press(window, "Ctrl+L")
    window.actions_.shortcuts.choose("session.lock", keys("Ctrl+Alt+L"))
    press(window, "Ctrl+L")
    press(window, "Ctrl+Alt+L")
    assert window.ran == ["session.lock", "session.lock"]


def test_keys_that_somebody_has_are_refused_by_name(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    shortcuts = window.actions_.shortcuts
    with pytest.raises(ValueError, match="“Lock now”"):
        shortcuts.choose("view.jobs", keys("Ctrl+L"))
    with pytest.raises(ValueError, match="“Lock now”"):
        shortcuts.choose("view.jobs", keys("Ctrl+L, Ctrl+M"))
    assert shortcuts.keys("view.jobs") == keys("Ctrl+J")


@pytest.mark.parametrize("text", ["A", "Shift+A", "Return", "Tab", "Space", "Down"])
def test_keys_that_fields_need_are_refused(tmp_path: Path, text: str) -> None:
    window = frame.shown(tmp_path)
    with pytest.raises(ValueError, match="Ctrl or Alt"):
        window.actions_.shortcuts.choose("view.jobs", keys(text))


def test_keys_may_be_taken_over_and_come_back_with_a_reset(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    shortcuts = window.actions_.shortcuts
    shortcuts.choose("view.jobs", keys("Ctrl+L"), take=True)
    assert shortcuts.keys("session.lock").isEmpty()
    press(window, "Ctrl+L")
    assert window.ran == ["view.jobs"]
    with pytest.raises(ValueError, match="“Show jobs”"):
        shortcuts.reset("session.lock")
    shortcuts.reset("view.jobs")
    shortcuts.reset("session.lock")
    assert not shortcuts.is_own("session.lock")
    assert window.preferences.get("shortcuts") == {}


def test_own_keys_come_back_in_the_next_window_and_reset_all_forgets_them(tmp_path: Path) -> None:
    one = frame.shown(tmp_path)
    one.actions_.shortcuts.choose("view.jobs", keys("F9"))
    one.preferences.close()
    other = frame.shown(tmp_path)
    assert other.actions_.shortcuts.keys("view.jobs") == keys("F9")
    other.actions_.shortcuts.reset_all()
    assert other.actions_.shortcuts.keys("view.jobs") == keys("Ctrl+J")


def test_a_file_that_gives_two_actions_the_same_keys_leaves_them_to_the_first(
    tmp_path: Path,
) -> None:
    (tmp_path / "machine.json").write_text(
        '{"shortcuts": {"session.lock": "F9", "view.jobs": "F9", "gone.action": "F10"}}'
    )
    shortcuts = frame.shown(tmp_path).actions_.shortcuts
    assert shortcuts.keys("session.lock") == keys("F9")
    assert shortcuts.keys("view.jobs").isEmpty()


def test_menus_hold_the_same_actions_with_lines_between_groups(tmp_path: Path) -> None:
    window = frame.shown(tmp_path)
    menu = window.actions_.menu("Row", ["timeline.copy", "", "timeline.same_actor"], window)
    texts = ["-" if action.isSeparator() else action.text() for action in menu.actions()]
    assert texts == ["Copy rows", "-", "Show everything by this actor"]
    assert menu.toolTipsVisible()


def test_a_window_of_actions_can_be_shown_twice(tmp_path: Path) -> None:
    one, other = frame.shown(tmp_path), show(frame.Frame(frame.preferences(tmp_path)))
    assert one.actions_.qaction("app.quit") is not other.actions_.qaction("app.quit")
