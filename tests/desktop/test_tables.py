"""Claims: a table over a long log shows the right row wherever one goes, and keeps one's place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.modeltest import ModelTester

from govdesk.desktop.tables import WindowedModel, WindowedTable
from govdesk.desktop.tables.copying import MOST_ROWS, Copier
from govdesk.desktop.timeline.columns import columns, sentence
from govdesk.desktop.timeline.reader import LogReader
from govdesk.domain.filter_language import parse
from govdesk.jobs import Jobs
from govdesk.services import timeline
from govdesk.services.link import SessionEnded
from govdesk.services.log_reading import ServerLog
from govdesk.services.windowing import Dense
from tests.desktop.conftest import Linked
from tests.desktop.driving import press, show, wait_for
from tests.desktop.logs import EVENTS, fill
from tests.people import OLGA, Cast


def cut(first: datetime, last: datetime) -> Sequence[datetime]:
    """Ten spans, the last one beyond the end."""
    step = (last - first) / 9
    return [first + n * step for n in range(11)]


class Scene:
    """A table over the filled log."""

    def __init__(self, cast: Cast, linked: Linked, jobs: Jobs):
        self.cast, self.jobs = cast, jobs
        self.link = linked(OLGA)
        self.seals: dict[int, str] = {}
        seal = lambda seq: self.seals.get(seq, "not_yet")  # noqa: E731
        self.model = WindowedModel(columns(UTC, seal), jobs, sentence(UTC, seal))
        self.view = show(WindowedTable(self.model, "log"), 1000, 600)
        self.view.setAccessibleName("log")
        self.reader = LogReader(ServerLog(self.link), jobs, self.model, cut, self.view)
        self.errors: list[Exception] = []
        self.model.failed.connect(self.errors.append)
        self.reader.failed.connect(self.errors.append)

    def open(self, query: str = "") -> None:
        """Open under a filter and wait until everything is counted."""
        terms = parse(query, zone=UTC).to_terms() if query else []
        opened: list[object] = []
        self.reader.opened.connect(opened.append)
        self.reader.open(terms, (None, None))
        wait_for(lambda: opened and self.reader.counting and self.reader.counting.is_done)
        self.settle()

    def settle(self) -> None:
        wait_for(lambda: self.model.is_settled)

    def seq(self, row: int) -> int:
        line = self.model.line(row)
        assert line is not None
        return int(line.item.seq)

    def go(self, row: int) -> int:
        self.view.go_to(row)
        self.settle()
        return self.seq(row)

    def numbers(self, query: str) -> list[int]:
        """What the database says, newest first."""
        session = self.cast.sign_in(OLGA)
        found = timeline.page(session, parse(query, zone=UTC).to_terms(), limit=10_000)
        return [event.seq for event in found]


@pytest.fixture
def scene(module_cast: Cast, linked: Linked, jobs: Jobs) -> Scene:
    if module_cast.last_seq() < EVENTS:
        fill(module_cast)
    return Scene(module_cast, linked, jobs)


def test_rows_and_numbers_are_one_without_a_filter(scene: Scene) -> None:
    scene.open()
    newest = scene.cast.last_seq()
    assert scene.model.rowCount() == newest
    for row in (0, 1, newest // 2, newest - 1, 255, 256, 300):
        assert scene.go(row) == newest - row


@pytest.mark.parametrize("query", ["action:system.block", "request:r12", "happened", "seq:..700"])
def test_every_row_of_a_filtered_list_is_where_the_scroll_bar_says(
    scene: Scene, query: str
) -> None:
    scene.open(query)
    expected = scene.numbers(query)
    assert scene.reader.layout is not None
    assert scene.reader.layout.exact
    assert scene.model.rowCount() == len(expected)
    for row in {0, len(expected) // 3, len(expected) // 2, len(expected) - 1}:
        assert scene.go(row) == expected[row]


def test_going_through_a_filtered_list_page_by_page_meets_every_row_once(scene: Scene) -> None:
    scene.open("happened")
    expected = scene.numbers("happened")
    met = [scene.go(row) for row in range(0, len(expected), 20)]
    assert met == expected[::20]


def test_the_model_keeps_qts_rules(scene: Scene) -> None:
    tester = ModelTester(None)
    tester.check(scene.model)
    scene.open()
    scene.open("action:system.block")
    tester._cleanup()


def test_new_events_come_on_top_and_do_not_move_what_one_reads(scene: Scene) -> None:
    scene.open()
    reading = scene.go(700)
    top = scene.view.visualRect(scene.view.currentIndex()).top()
    before = scene.model.rowCount()
    fill(scene.cast, 3)
    grown: list[Any] = []
    scene.reader.grown.connect(grown.append)
    scene.reader.follow()
    wait_for(lambda: grown)
    scene.settle()
    assert scene.model.rowCount() == before + 3
    assert scene.seq(scene.view.current_row()) == reading
    assert scene.view.visualRect(scene.view.currentIndex()).top() == top
    assert scene.go(0) == scene.cast.last_seq()


def test_new_events_under_a_filter_are_those_that_pass_it(scene: Scene) -> None:
    scene.open("action:system.block")
    before = scene.model.rowCount()
    fill(scene.cast, 20)
    grown: list[Any] = []
    scene.reader.grown.connect(grown.append)
    scene.reader.follow()
    wait_for(lambda: grown)
    assert grown == [2]
    assert scene.model.rowCount() == before + 2
    expected = scene.numbers("action:system.block")
    assert [scene.go(row) for row in (0, 1, 2, before + 1)] == [
        expected[row] for row in (0, 1, 2, before + 1)
    ]


def test_an_answer_to_an_older_question_is_dropped(scene: Scene) -> None:
    scene.open()
    scene.view.go_to(1500)
    scene.reader.open(parse("action:system.block", zone=UTC).to_terms(), (None, None))
    scene.open("request:r12")
    expected = scene.numbers("request:r12")
    assert [scene.seq(row) for row in range(scene.model.rowCount())] == expected


def test_a_number_leads_to_its_row_or_the_next_older_one_that_is_shown(scene: Scene) -> None:
    found: list[int] = []
    scene.open()
    scene.reader.locate(1200, found.append)
    assert found == [scene.cast.last_seq() - 1200]
    scene.open("action:system.block")
    expected = scene.numbers("action:system.block")
    scene.reader.locate(expected[40] + 3, found.append)
    wait_for(lambda: len(found) == 2)
    assert found[1] == 40


def test_an_ended_session_says_so_once_and_the_same_row_is_there_after_signing_in(
    scene: Scene,
) -> None:
    scene.open()
    scene.go(900)
    with scene.link.session("writes") as session:
        session.connection.execute("SELECT govdesk_api.end_session(%s)", (scene.link.token,))
    scene.view.go_to(1700)
    wait_for(lambda: scene.errors)
    assert all(isinstance(error, SessionEnded) for error in scene.errors)
    fresh = scene.cast.sign_in(OLGA)
    scene.link.renew(fresh.token, None)
    scene.model.retry()
    scene.settle()
    assert scene.view.current_row() == 1700
    assert scene.seq(1700) == scene.model.rowCount() - 1700


def test_all_rows_are_selected_and_copied_not_only_those_on_the_screen(scene: Scene) -> None:
    scene.open("action:system.block")
    copier = Copier(scene.model, scene.view, scene.jobs, scene.view)
    copied: list[Any] = []
    copier.copied.connect(copied.append)
    scene.view.setFocus()
    press(scene.view, "Ctrl+A")
    copier.copy()
    wait_for(lambda: copied)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Seq", "Time", "Severity"]
    expected = scene.numbers("action:system.block")
    assert [int(line.split("\t")[0].replace(",", "")) for line in lines[1:]] == expected
    assert copied == [len(expected)]


def test_more_than_a_clipboard_should_hold_is_said_instead_of_done(scene: Scene) -> None:
    scene.model.reset(Dense(MOST_ROWS + 1), lambda task, fetch: [])
    copier = Copier(scene.model, scene.view, scene.jobs, scene.view)
    heard: list[Any] = []
    copier.too_many.connect(heard.append)
    scene.view.selectAll()
    assert copier.copy() is None
    assert heard == [MOST_ROWS + 1]


def test_enter_opens_the_row_the_keyboard_is_on(scene: Scene) -> None:
    scene.open()
    opened: list[int] = []
    scene.view.opened.connect(opened.append)
    scene.view.setFocus()
    scene.view.go_to(3)
    press(scene.view, "Down")
    press(scene.view, "Return")
    assert opened == [4]
    press(scene.view, "End")
    assert scene.view.current_row() == scene.model.rowCount() - 1
    press(scene.view, "Home")
    assert scene.view.current_row() == 0


def test_a_row_reads_as_a_sentence(scene: Scene) -> None:
    scene.open("request:r12")
    scene.seals[scene.seq(0)] = "verified"
    said = scene.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(f"Event {scene.seq(0):,}, ")
    assert said.endswith("verified.")


def test_a_selection_of_many_rows_is_a_range_not_a_list(scene: Scene) -> None:
    scene.model.reset(Dense(10_000_000), lambda task, fetch: [])
    model = scene.view.selectionModel()
    scene.view.selectAll()
    assert scene.view.selected_ranges() == [(0, 9_999_999)]
    model.select(
        scene.model.index(5, 0),
        QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
    )
    assert scene.view.selected_ranges() == [(5, 5)]
    assert scene.view.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
    assert scene.model.rowCount(QModelIndex()) == 10_000_000


def test_ctrl_c_is_left_to_whoever_holds_the_table(scene: Scene) -> None:
    """Qt's own table puts one cell on the clipboard and swallows the key."""
    scene.open("request:r12")
    scene.view.setFocus()
    press(scene.view, "Home")
    QGuiApplication.clipboard().setText("as before")
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "\x03")
    scene.view.keyPressEvent(key)
    assert not key.isAccepted()
    assert QGuiApplication.clipboard().text() == "as before"
