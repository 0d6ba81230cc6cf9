"""Claims about the filter bar: written, completed, judged, kept, by keyboard and mouse."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QPushButton,
    QWidget,
)

from govdesk.desktop.timeline import filter_bar
from govdesk.desktop.timeline.completion_popup import CompletionPopup
from govdesk.desktop.timeline.filter_bar import FilterBar
from govdesk.desktop.timeline.filter_bar_chips import Chip
from govdesk.desktop.timeline.filter_bar_field import FilterField, to_points, to_units
from govdesk.desktop.timeline.saved_filters import MOST_RECENT, PREFERENCE, SavedFilters
from govdesk.domain.filter_language import Filter, FilterError, parse
from tests.desktop.driving import find, opened, press, settle, show, wait_for, write

SYDNEY = ZoneInfo("Australia/Sydney")
NOW = datetime(2026, 5, 9, 14, 5, tzinfo=UTC)
SEEN = {"actor": ["user:anna@acme.example"], "system": ["Billing (EU)"]}


class Kept:
    """A store in memory, as preferences are one on disk."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


class Scene:
    """A bar in a window, and what it said."""

    def __init__(self, store: Kept) -> None:
        self.window = QWidget()
        self.bar = FilterBar(UTC, store, values=lambda: SEEN, now=lambda: NOW, parent=self.window)
        self.bar.move(8, 8)
        self.bar.resize(760, 90)
        self.bar.applied.connect(self._on_applied)
        self.bar.problem.connect(self._on_problem)
        self.applied: list[Filter] = []
        self.problems: list[FilterError | None] = []
        show(self.window, 780, 480)
        self.field = find(self.bar, "filter_field", FilterField)
        self.field.setFocus()

    def _on_applied(self, found: Filter) -> None:
        self.applied.append(found)

    def _on_problem(self, error: FilterError | None) -> None:
        self.problems.append(error)

    @property
    def popup(self) -> CompletionPopup:
        return self.bar.completion.popup

    @property
    def chips(self) -> list[Chip]:
        return [chip for chip in self.bar.findChildren(Chip) if chip.isVisible()]

    @property
    def help(self) -> str:
        label = find(self.bar, "filter_help_text", QLabel)
        return label.text() if label.isVisible() else ""

    def enter(self, text: str) -> None:
        self.field.setFocus()
        press(self.field, "Ctrl+A")
        write(self.field, text)
        press(self.field, "Escape" if self.popup.isVisible() else "End")
        press(self.field, "Return")


@pytest.fixture
def store() -> Kept:
    return Kept()


@pytest.fixture
def scene(store: Kept) -> Scene:
    return Scene(store)


# Applying


def test_a_pause_in_typing_applies_the_filter(scene: Scene) -> None:
    write(scene.field, "is:denied")
    assert scene.applied == []
    wait_for(lambda: scene.applied == [parse("is:denied", zone=UTC)])


def test_enter_applies_at_once(scene: Scene) -> None:
    scene.enter("is:denied")
    assert scene.applied == [parse("is:denied", zone=UTC)]
    assert scene.bar.applied_text == "is:denied"


def test_the_same_filter_is_not_applied_twice(scene: Scene) -> None:
    scene.enter("is:denied")
    scene.enter("is:denied ")
    assert len(scene.applied) == 1


def test_times_are_read_on_the_clock_of_the_zone_shown(scene: Scene) -> None:
    scene.enter("at:2026-05")
    scene.bar.zone = SYDNEY
    assert scene.applied == [parse("at:2026-05", zone=zone) for zone in (UTC, SYDNEY)]


def test_a_time_that_another_zone_never_had_is_said_and_the_filter_stays(scene: Scene) -> None:
    scene.enter("at:2026-10-04T02:30")
    before = scene.bar.applied_filter
    scene.bar.zone = SYDNEY
    assert "put forward" in scene.help
    assert scene.bar.applied_filter == before
    scene.bar.zone = UTC
    assert "put forward" not in scene.help
    assert len(scene.chips) == 1


# What is wrong


def test_an_error_marks_its_place_keeps_the_text_and_the_filter_before_it(scene: Scene) -> None:
    scene.enter("is:denied")
    scene.enter("is:high acton:member.*")
    assert scene.field.text() == "is:high acton:member.*"
    assert scene.field.marked == "acton:"
    assert scene.field.selectedText() == "acton:"
    assert "no key “acton”" in scene.help
    assert "Did you mean action:" in scene.help
    assert "“is:denied” stays applied" in scene.help
    assert scene.applied == [parse("is:denied", zone=UTC)]
    assert str(scene.problems[-1]) in scene.field.accessibleDescription()


def test_an_error_that_is_mended_is_gone(scene: Scene) -> None:
    scene.enter("acton:x")
    scene.enter("action:x")
    assert [problem is None for problem in scene.problems] == [False, True]
    assert scene.field.marked == ""
    assert scene.field.accessibleDescription() == ""
    assert scene.help == ""


def test_a_word_that_is_being_written_is_not_called_wrong_at_once(scene: Scene) -> None:
    begun = time.monotonic()
    write(scene.field, "seq:")
    wait_for(lambda: len(scene.problems) == 1)
    assert time.monotonic() - begun > filter_bar.PATIENCE_MS / 1000
    assert "value is missing" in scene.help


def test_the_wave_is_painted_under_the_place(scene: Scene) -> None:
    scene.enter("is:denied")
    clean = scene.field.grab().toImage()
    scene.field.mark(3, 6)
    waved = scene.field.grab().toImage()
    xs = [
        x
        for x in range(clean.width())
        for y in range(clean.height())
        if clean.pixel(x, y) != waved.pixel(x, y)
    ]
    metrics = scene.field.fontMetrics()
    assert xs
    assert max(xs) - min(xs) == pytest.approx(metrics.horizontalAdvance("denied"), abs=4)
    left = scene.field.cursorRect().center().x() - metrics.horizontalAdvance("denied")
    assert min(xs) == pytest.approx(left, abs=3)


def test_places_are_counted_in_code_points(scene: Scene) -> None:
    assert (to_units("a😀b", 2), to_points("a😀b", 3)) == (3, 2)
    scene.field.insert('"😀😀😀" acton:x')
    press(scene.field, "Return")
    assert scene.field.selectedText() == "acton:"


# Completion


def test_suggestions_open_while_one_types_with_an_explanation_each(scene: Scene) -> None:
    write(scene.field, "role")
    assert scene.popup.isVisible()
    assert "action:member.role_changed" in scene.popup.labels
    assert all(scene.popup.suggestion(row).explanation for row in range(3))


def test_enter_applies_what_is_written_while_nothing_is_selected(scene: Scene) -> None:
    write(scene.field, "role")
    press(scene.field, "Return")
    assert not scene.popup.isVisible()
    assert scene.applied == [parse("role", zone=UTC)]


def test_down_and_enter_accept_and_the_filter_follows(scene: Scene) -> None:
    write(scene.field, "-role")
    row = scene.popup.labels.index("action:member.role_changed")
    for _ in range(row + 1):
        press(scene.field, "Down")
    press(scene.field, "Return")
    assert scene.field.text() == "-action:member.role_changed "
    wait_for(lambda: scene.applied == [parse("-action:member.role_changed", zone=UTC)])


def test_a_key_accepted_offers_its_values_next(scene: Scene) -> None:
    write(scene.field, "seve")
    press(scene.field, "Tab")
    assert scene.field.text() == "severity:"
    assert scene.field.hasFocus()
    assert "warning.." in scene.popup.labels
    press(scene.field, "Down")
    press(scene.field, "Tab")
    assert scene.field.text() == "severity:high "


def test_ctrl_space_opens_and_escape_closes(scene: Scene) -> None:
    press(scene.field, "Ctrl+Space")
    assert "actor:" in scene.popup.labels
    press(scene.field, "Escape")
    assert not scene.popup.isVisible()
    assert scene.field.text() == ""


def test_up_goes_to_the_last_and_round(scene: Scene) -> None:
    press(scene.field, "Ctrl+Space")
    press(scene.field, "Up")
    assert scene.popup.current_row == len(scene.popup.labels) - 1
    press(scene.field, "Down")
    assert scene.popup.current_row == 0
    assert scene.popup.spoken().startswith("actor:")


def test_accepting_can_be_undone(scene: Scene) -> None:
    write(scene.field, "system:bill")
    press(scene.field, "Tab")
    assert scene.field.text() == 'system:"Billing (EU)" '
    press(scene.field, "Ctrl+Z")
    assert scene.field.text().startswith("system:bill") or scene.field.text() == "system:"


def test_a_click_accepts_and_the_line_keeps_the_focus(scene: Scene) -> None:
    write(scene.field, "anna")
    view = find(scene.popup, "completion_list", QListView)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert scene.field.text() == "actor:user:anna@acme.example "
    assert scene.field.hasFocus()


def test_leaving_the_line_closes_the_suggestions_and_tab_goes_on(scene: Scene) -> None:
    press(scene.field, "Ctrl+Space")
    press(scene.field, "Escape")
    press(scene.window, "Tab")
    assert not scene.field.hasFocus()
    assert not scene.popup.isVisible()


def test_suggestions_stay_inside_the_window(scene: Scene) -> None:
    press(scene.field, "Ctrl+Space")
    assert scene.window.rect().contains(scene.popup.geometry())
    press(scene.field, "Escape")
    scene.bar.move(8, 380)
    settle()
    press(scene.field, "Ctrl+Space")
    assert scene.window.rect().contains(scene.popup.geometry())


# Chips


def test_each_term_is_a_chip_that_says_whether_it_is_negated(scene: Scene) -> None:
    scene.enter('-is:denied system:"Billing (EU)"')
    assert [chip.text() for chip in scene.chips] == ["not is:denied", 'system:"Billing (EU)"']
    assert all(chip.accessibleName() for chip in scene.chips)


def test_delete_takes_a_term_out_and_the_focus_stays_in_the_row(scene: Scene) -> None:
    scene.enter("is:denied severity:high")
    scene.chips[0].setFocus()
    press(scene.window, "Right")
    assert scene.chips[1].hasFocus()
    press(scene.window, "Delete")
    assert scene.field.text() == "is:denied"
    assert scene.chips[0].hasFocus()
    press(scene.window, "Delete")
    assert scene.field.hasFocus()
    assert scene.applied[-1] == Filter()


def test_space_turns_a_term_round(scene: Scene) -> None:
    scene.enter("is:denied severity:high")
    scene.chips[1].setFocus()
    press(scene.window, "Space")
    assert scene.field.text() == "is:denied -severity:high"
    assert scene.chips[1].hasFocus()
    assert scene.applied[-1] == parse("is:denied -severity:high", zone=UTC)


def test_the_row_is_one_stop_of_the_tab_key(scene: Scene) -> None:
    scene.enter("is:denied severity:high entity:member")
    stops = [chip for chip in scene.chips if chip.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) == 1


def test_the_cross_takes_out_and_the_rest_of_a_chip_turns_round(scene: Scene) -> None:
    scene.enter("is:denied severity:high")
    first = scene.chips[0]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(12, first.height() // 2))
    assert scene.field.text() == "-is:denied severity:high"
    first = scene.chips[0]
    cross = QPoint(first.width() - 8, first.height() // 2)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=cross)
    assert scene.field.text() == "severity:high"


def test_many_chips_stand_in_several_rows_and_none_is_cut(scene: Scene) -> None:
    scene.enter(" ".join(f"actor:user:somebody{number}@acme.example" for number in range(9)))
    rows = {chip.y() for chip in scene.chips}
    width = scene.bar.width()
    assert len(rows) > 1
    assert all(chip.geometry().right() < width for chip in scene.chips)


def test_what_chips_and_clear_do_can_be_undone(scene: Scene) -> None:
    scene.enter("is:denied severity:high")
    scene.chips[0].setFocus()
    press(scene.window, "Delete")
    QTest.mouseClick(find(scene.bar, "clear_filter"), Qt.MouseButton.LeftButton)
    press(scene.field, "Ctrl+Z")
    press(scene.field, "Ctrl+Z")
    assert scene.field.text() == "is:denied severity:high"
    assert not scene.popup.isVisible()


def test_clear_lets_every_event_through(scene: Scene) -> None:
    scene.enter("is:denied")
    QTest.mouseClick(find(scene.bar, "clear_filter"), Qt.MouseButton.LeftButton)
    assert scene.applied[-1] == Filter()
    assert scene.chips == []
    assert "All events" in scene.help
    assert scene.field.hasFocus()


# What the page asks


def test_a_value_from_a_cell_is_added_and_excluded(scene: Scene) -> None:
    scene.bar.add_term("system", "Billing (EU)")
    scene.bar.add_term("action", "member.invited", negated=True)
    assert scene.field.text() == 'system:"Billing (EU)" -action:member.invited'
    assert scene.applied[-1] == parse(scene.field.text(), zone=UTC)


def test_a_period_from_the_histogram_is_written_for_the_zone(scene: Scene) -> None:
    scene.bar.zone = SYDNEY
    low, high = (datetime(2026, 5, day, 14, tzinfo=UTC) for day in (2, 9))
    scene.bar.set_period(low, high)
    assert scene.field.text() == "at:2026-05-03..2026-05-09"
    scene.bar.set_period(None, None)
    assert scene.field.text() == ""


# Saved and recent


def menu_actions(scene: Scene) -> list[QAction]:
    button = find(scene.bar, "saved_filters", QPushButton)
    button.menu().aboutToShow.emit()
    return button.menu().actions()


def test_what_was_applied_is_remembered_latest_first_and_once(scene: Scene) -> None:
    for text in ("is:denied", "is:high", "is:denied", "not a:filter"):
        scene.enter(text)
    texts = [action.data() for action in menu_actions(scene) if action.data()]
    assert texts == ["is:denied", "is:high"]


def test_a_recent_filter_is_applied_from_the_menu(scene: Scene) -> None:
    scene.enter("is:denied")
    scene.enter("is:high")
    chosen = next(action for action in menu_actions(scene) if action.data() == "is:denied")
    chosen.trigger()
    assert scene.field.text() == "is:denied"
    assert scene.applied[-1] == parse("is:denied", zone=UTC)


def test_a_filter_is_saved_under_a_name_and_another_bar_knows_it(scene: Scene, store: Kept) -> None:
    scene.enter("is:denied actor:user:anna*")
    save = next(a for a in menu_actions(scene) if a.objectName() == "save_filter_action")
    save.trigger()
    dialog = opened("save_filter", QDialog)
    name = find(dialog, "filter_name", QLineEdit)
    assert not find(dialog, "", QDialogButtonBox).buttons()[0].isEnabled()
    write(name, "Refused to Anna")
    press(name, "Return")
    assert SavedFilters(store).saved == {"Refused to Anna": "is:denied actor:user:anna*"}


def test_a_saved_filter_is_renamed_shared_and_deleted(scene: Scene, store: Kept) -> None:
    SavedFilters(store).save("One", "is:denied")
    SavedFilters(store).save("Two", "is:high")
    manage = next(a for a in menu_actions(scene) if a.objectName() == "manage_filters_action")
    manage.trigger()
    dialog = opened("manage_filters", QDialog)
    names = find(dialog, "saved_filters_list", QListWidget)
    names.item(0).setText("Two")
    assert "another filter" in find(dialog, "saved_filters_help", QLabel).text()
    names.item(0).setText("First")
    press(find(dialog, "share_filter"), "Space")
    assert QGuiApplication.clipboard().text() == "is:denied"
    names.setCurrentRow(1)
    press(find(dialog, "delete_filter"), "Space")
    assert SavedFilters(store).saved == {"First": "is:denied"}


def test_only_so_many_are_remembered(store: Kept) -> None:
    filters = SavedFilters(store)
    for number in range(MOST_RECENT + 5):
        filters.remember(f"seq:{number}")
    assert len(filters.recent) == MOST_RECENT
    assert filters.recent[0] == f"seq:{MOST_RECENT + 4}"


@pytest.mark.parametrize("value", [None, 7, [], {"recent": 3, "saved": [1]}, {"recent": [1, "a"]}])
def test_a_spoiled_preference_is_no_reason_to_fail(store: Kept, value: object) -> None:
    store.values[PREFERENCE] = value
    SavedFilters(store).remember("is:high")
    assert SavedFilters(store).recent[0] == "is:high"


# Names


def test_every_control_has_a_name(scene: Scene) -> None:
    scene.enter("is:denied severity:high")
    controls = [
        child
        for child in scene.bar.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(controls) == 4
    assert all(control.objectName() and control.accessibleName() for control in controls)


def test_an_error_is_told_once(scene: Scene) -> None:
    spy = QSignalSpy(scene.bar.problem)
    scene.enter("acton:x")
    press(scene.field, "Return")
    assert spy.count() == 1
