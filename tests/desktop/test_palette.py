"""The palette: a few letters, Enter, and one is there; without a mouse."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from govdesk.desktop.palette import Entries, Palette, spoken
from govdesk.desktop.palette_ranking import Entry, Index
from tests.desktop import frame
from tests.desktop.accessibility import faults
from tests.desktop.driving import press, write


def titles(palette: Palette) -> list[str]:
    return [entry.title for entry in palette.found]


class Desk:
    """A frame with its palette open."""

    def __init__(self, folder: Path):
        self.window = frame.shown(folder)
        self.window.actions_.update(page="timeline", selected=1)
        self.palette = Palette(self.window.actions_, self.window.preferences, self.window)
        self.window.actions_.bind("palette.open", self.palette.open)
        press(self.window, "Ctrl+K")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_better_answers_stand_higher_and_always_in_the_same_order() -> None:
    names = ["Re-export", "Export as CSV", "See expert", "Open the export menu", "Ex-port"]
    entries = [Entry(name) for name in names]
    expected = ["Export as CSV", "Open the export menu", "Re-export", "Ex-port"]
    assert [entry.title for entry in Index(entries).find("export")] == expected
    assert [entry.title for entry in Index(entries).find("EXPORT ")] == expected


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("exp csv", "Export as CSV"),
        ("csv", "Export as CSV"),
        ("dark", "Switch between light and dark"),
        ("night", "Switch between light and dark"),
        ("gtaen", "Go to an event number"),
        ("sign", "Sign out"),
    ],
)
def test_letters_find_the_action_one_means(desk: Desk, typed: str, first: str) -> None:
    write(desk.window, typed)
    assert titles(desk.palette)[0] == first


def test_it_opens_by_its_keys_runs_by_enter_and_gives_the_keyboard_back(desk: Desk) -> None:
    assert QApplication.focusWidget().objectName() == "palette_field"
    write(desk.window, "lock")
    press(desk.window, "Return")
    assert desk.window.ran == ["session.lock"]
    assert not desk.palette.isVisible()
    assert desk.window.first.hasFocus()


def test_escape_closes_it_and_nothing_has_run(desk: Desk) -> None:
    write(desk.window, "lock")
    press(desk.window, "Esc")
    assert not desk.palette.isVisible()
    assert desk.window.ran == []
    assert desk.window.first.hasFocus()


def test_arrows_and_tab_choose_and_go_round(desk: Desk) -> None:
    write(desk.window, "export")
    found = titles(desk.palette)
    press(desk.window, "Up")
    press(desk.window, "Down")
    press(desk.window, "Tab")
    press(desk.window, "Down")
    press(desk.window, "Return")
    assert desk.window.ran
    ran = desk.window.actions_.qaction(desk.window.ran[0]).text()
    assert ran == found[2]


def test_what_cannot_run_stays_and_says_why(desk: Desk) -> None:
    desk.palette.dismiss()
    desk.window.actions_.update(page="settings")
    press(desk.window, "Ctrl+K")
    write(desk.window, "copy rows")
    assert "Go to the audit timeline first." in spoken(desk.palette.found[0])
    press(desk.window, "Return")
    assert desk.palette.isVisible()
    assert desk.window.ran == []
    assert desk.palette.findChild(object, "palette_line").text() == (
        "Go to the audit timeline first."
    )


def test_without_letters_the_latest_stand_first(desk: Desk) -> None:
    for typed in ("lock now", "quit"):
        write(desk.window, typed)
        press(desk.window, "Return")
        press(desk.window, "Ctrl+K")
    assert titles(desk.palette)[:2] == ["Quit GovDesk", "Lock now"]
    assert len(titles(desk.palette)) > 20


def test_pages_may_answer_what_is_typed(desk: Desk) -> None:
    went: list[int] = []

    def events(text: str) -> list[Entry]:
        if not text.replace(",", "").isdigit():
            return []
        number = int(text.replace(",", ""))
        return [Entry(f"Go to event {number:,}", "Timeline", lambda: went.append(number))]

    desk.palette.add_provider(events)
    write(desk.window, "12,345")
    assert titles(desk.palette)[0] == "Go to event 12,345"
    press(desk.window, "Return")
    assert went == [12345]
    assert desk.window.preferences.get("palette.recent") == {}


def test_nothing_found_says_so(desk: Desk) -> None:
    write(desk.window, "qqqqqq")
    assert titles(desk.palette) == []
    assert "Nothing" in desk.palette.findChild(object, "palette_line").text()
    press(desk.window, "Return")
    press(desk.window, "Down")
    assert desk.palette.isVisible()


def test_opening_it_again_keeps_what_is_typed(desk: Desk) -> None:
    write(desk.window, "export")
    press(desk.window, "Ctrl+K")
    assert desk.palette.isVisible()
    assert titles(desk.palette)[0].startswith("Export")
    write(desk.window, "lock")
    assert titles(desk.palette)[0] == "Lock now"


def test_a_click_beside_it_closes_and_a_click_on_a_line_runs_it(desk: Desk) -> None:
    corner = QPoint(2, desk.palette.height() - 2)
    QTest.mouseClick(desk.palette, Qt.MouseButton.LeftButton, pos=corner)
    assert not desk.palette.isVisible()
    press(desk.window, "Ctrl+K")
    write(desk.window, "lock")
    rows = desk.palette.findChild(object, "palette_list")
    place = rows.visualRect(rows.model().index(0, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.window.ran == ["session.lock"]


def test_it_fits_into_a_small_window(desk: Desk) -> None:
    desk.window.resize(400, 300)
    panel = desk.palette.findChild(object, "palette_field").parentWidget()
    assert desk.palette.rect().contains(panel.geometry())


def test_its_controls_have_names(desk: Desk) -> None:
    assert faults(desk.palette) == []


def test_its_list_is_a_sound_model() -> None:
    model = Entries()
    model.show([Entry("One"), Entry("Another", reason="Not today.")])
    ModelTester(None).check(model)


def test_ten_thousand_entries_answer_within_a_frame() -> None:
    chance = random.Random(1)
    words = ["open", "show", "export", "filter", "event", "timeline", "jump", "request", "actor"]
    named = [" ".join(chance.choices(words, k=4)) + f" {n}" for n in range(10_000)]
    index = Index(Entry(name, "Timeline") for name in named)
    for typed in ("e", "exp", "exp ev", "event 12", "tml", "zzzz"):
        best = min(_seconds(index, typed) for _ in range(5))
        assert best < 0.016, (typed, best)


def _seconds(index: Index, typed: str) -> float:
    begun = time.thread_time()
    index.find(typed)
    return time.thread_time() - begun
