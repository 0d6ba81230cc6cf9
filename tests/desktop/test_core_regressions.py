"""Claims that were broken once: lanes and the main thread, races of the list, leaving, alarms."""

from __future__ import annotations

import os
import signal
import threading
import weakref
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from govdesk.database.errors import Unreachable
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.exporting import Exporter
from govdesk.desktop.run import EndSignals
from govdesk.desktop.tables.copying import Copier
from govdesk.desktop.timeline import reader as reading
from govdesk.desktop.timeline.columns import columns, sentence
from govdesk.domain.filter_language import parse
from govdesk.jobs import Jobs, Task
from govdesk.services import timeline
from govdesk.services.link import SessionEnded
from govdesk.services.seals import SealFault, SealState
from tests.desktop.conftest import Linked
from tests.desktop.driving import opened, wait_for
from tests.desktop.logs import EVENTS, fill
from tests.desktop.office import Desk, Office
from tests.desktop.test_tables import Scene
from tests.desktop.test_workplace import Gate, exporting
from tests.people import OLGA, Cast

T = TypeVar("T")


@pytest.fixture
def scene(module_cast: Cast, linked: Linked, jobs: Jobs) -> Scene:
    if module_cast.last_seq() < EVENTS:
        fill(module_cast)
    return Scene(module_cast, linked, jobs)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


def terms(query: str) -> timeline.Terms:
    return parse(query, zone=UTC).to_terms()


def after_first(function: Callable[..., T], then: Callable[[], object]) -> Callable[..., T]:
    """The function, with something that happens after its first answer."""
    answered: list[bool] = []

    def wrapped(*args: Any, **named: Any) -> T:
        answer = function(*args, **named)
        if not answered:
            answered.append(True)
            then()
        return answer

    return wrapped


def hold_up_main_thread(until: Callable[[], object]) -> None:
    """Wait as a slow slot does: nothing is delivered meanwhile."""
    pause = threading.Event()
    for _ in range(1000):
        if until():
            return
        pause.wait(0.01)
    pytest.fail("the lane did not answer")


# The list


@pytest.mark.parametrize("query", ["", "happened"])
def test_events_that_arrive_while_the_log_is_opened_move_no_row(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(
        timeline, "extent", after_first(timeline.extent, lambda: fill(scene.cast, 3))
    )
    scene.open(query)
    assert scene.reader.extent is not None
    newest = scene.reader.extent.newest
    expected = [seq for seq in scene.numbers(query or "seq:1..") if seq <= newest]
    assert scene.model.rowCount() == len(expected)
    for row in (0, 1, 255, 256, 300):
        assert scene.go(row) == expected[row]


def test_the_newest_page_read_again_later_holds_the_same_rows(scene: Scene) -> None:
    scene.open("happened")
    first = scene.go(0)
    fill(scene.cast, 3)
    scene.model._pages.clear()
    scene.model.retry()
    assert scene.go(0) == first


def test_what_the_list_before_was_still_told_does_not_reach_the_next_one(
    scene: Scene, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FIRST_BATCH", 100)
    answered = threading.Event()
    monkeypatch.setattr(timeline, "counts", after_first(timeline.counts, answered.set))
    told: list[str] = []
    scene.reader.opened.connect(lambda extent: told.append("opened"))
    scene.reader.open(terms("happened"), (None, None))
    wait_for(lambda: scene.reader.counting is not None)
    hold_up_main_thread(lambda: answered.is_set() and len(jobs._events) > 0)
    told.clear()
    scene.reader.counted.connect(lambda counting: told.append("counted"))
    scene.reader.open(terms("action:system.block"), (None, None))
    wait_for(lambda: "opened" in told)
    assert told[0] == "opened"
    wait_for(lambda: scene.reader.counting and scene.reader.counting.is_done)
    assert scene.model.rowCount() == len(scene.numbers("action:system.block"))


def test_a_connection_that_comes_back_counts_no_event_twice(
    scene: Scene, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FIRST_BATCH", 100)
    answered = threading.Event()
    monkeypatch.setattr(timeline, "counts", after_first(timeline.counts, answered.set))
    scene.reader.open(terms("happened"), (None, None))
    wait_for(lambda: scene.reader.counting is not None)
    hold_up_main_thread(answered.is_set)
    scene.reader.go_on()
    wait_for(lambda: scene.reader.counting and scene.reader.counting.is_done)
    wait_for(lambda: not jobs.running)
    counting = scene.reader.counting
    assert counting is not None
    assert len(counting.counts) == len(counting.bounds) - 1
    assert scene.model.rowCount() == len(scene.numbers("happened"))


@pytest.mark.parametrize("query", ["", "happened"])
def test_two_looks_at_the_end_put_each_new_event_on_top_once(
    scene: Scene, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    scene.open(query)
    fill(scene.cast, 3)
    after = after_first(timeline.counts if query else timeline.extent, lambda: fill(scene.cast, 1))
    monkeypatch.setattr(timeline, "counts" if query else "extent", after)
    scene.reader.follow()
    scene.reader.follow()
    # Both have begun and ended: four events that the main thread has not seen.
    hold_up_main_thread(lambda: len(jobs._events) >= 4)
    wait_for(lambda: not jobs.running)
    scene.reader.follow()
    wait_for(lambda: not jobs.running)
    assert scene.reader.extent is not None
    newest = scene.reader.extent.newest
    # Asking the database beside the list is itself an event: the sign-in.
    expected = [seq for seq in scene.numbers(query or "seq:1..") if seq <= newest]
    assert scene.model.rowCount() == len(expected)
    for row in (0, 1, 2, 3, 4, 5, 300):
        assert scene.go(row) == expected[row]


def test_times_of_a_page_that_was_on_its_way_are_in_the_zone_that_is_shown(
    scene: Scene, jobs: Jobs
) -> None:
    scene.open()
    scene.model._pages.clear()
    scene.model.retry()
    hold_up_main_thread(lambda: len(jobs._events) > 1)
    zone = ZoneInfo("Australia/Sydney")
    seal = lambda seq: "not_yet"  # noqa: E731
    scene.model.redeclare(columns(zone, seal), sentence(zone, seal))
    scene.settle()
    line = scene.model.line(0)
    assert line is not None
    assert line.texts == tuple(column.text(line.item) for column in scene.model.columns)


def test_a_number_beyond_every_number_leads_to_the_newest_event(scene: Scene) -> None:
    scene.open("happened")
    found: list[int] = []
    scene.reader.locate(10**30, found.append)
    wait_for(lambda: found or scene.errors)
    assert (found, scene.errors) == ([0], [])


def test_the_first_events_of_an_empty_list_appear(scene: Scene) -> None:
    """A reader of one system that has recorded nothing yet."""
    empty = timeline.Extent(0, None, None, False)
    real = timeline.extent
    nothing = lambda session: empty if len(asked) < 2 else real(session)  # noqa: E731
    asked: list[object] = []

    def extent(session: Any) -> timeline.Extent:
        asked.append(session)
        return nothing(session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "extent", extent)
        told: list[object] = []
        scene.reader.opened.connect(told.append)
        scene.reader.open(terms("happened"), (None, None))
        wait_for(lambda: told)
        assert scene.model.rowCount() == 0
        scene.reader.follow()
        wait_for(lambda: scene.reader.counting and scene.reader.counting.is_done, 4, "the events")
    assert scene.model.rowCount() == len(scene.numbers("happened"))


# Copies


def test_a_copy_does_not_wait_for_what_the_screen_waits_for(scene: Scene, jobs: Jobs) -> None:
    scene.open()
    began = threading.Event()

    def slow(task: Task) -> None:
        with borrowed(scene.link, "interactive", task) as session, session.transaction() as door:
            began.set()
            door.execute("SELECT pg_sleep(60)")

    waiting = jobs.start(slow, owner=scene.view)
    hold_up_main_thread(began.is_set)
    scene.view.selectAll()
    copier = Copier(scene.model, scene.view, jobs, scene.view)
    copied: list[object] = []
    copier.copied.connect(copied.append)
    copier.copy()
    wait_for(lambda: copied, what="the copy")
    waiting.cancel()
    wait_for(lambda: waiting.has_ended)


def test_a_copy_holds_the_rows_that_were_selected_whatever_is_filtered_since(
    scene: Scene, jobs: Jobs
) -> None:
    scene.open()
    newest = scene.cast.last_seq()
    gate = threading.Event()
    jobs.start(lambda task: gate.wait(), owner=scene.view, lane="background")
    scene.view.selectAll()
    copier = Copier(scene.model, scene.view, jobs, scene.view)
    copied: list[object] = []
    copier.copied.connect(copied.append)
    copier.copy()
    told: list[object] = []
    scene.reader.opened.connect(told.append)
    scene.reader.open(terms("action:system.block"), (None, None))
    wait_for(lambda: told)
    gate.set()
    wait_for(lambda: copied, what="the copy")
    assert copied == [newest]
    assert "Thing 1 happened" in QGuiApplication.clipboard().text()


# Lanes and links


def test_a_stop_that_fails_is_said_and_the_next_one_still_works(jobs: Jobs) -> None:
    said: list[Exception] = []
    jobs.unhandled.connect(said.append)
    owner = QObject()

    def waits(stop: Callable[[threading.Event], None]) -> None:
        began, over = threading.Event(), threading.Event()

        def work(task: Task) -> None:
            with task.interruptible(lambda: stop(over)):
                began.set()
                over.wait(5)

        job = jobs.start(work, owner=owner, lane="writes")
        hold_up_main_thread(began.is_set)
        job.cancel()
        wait_for(lambda: job.has_ended, 3, "the cancellation")

    def refuses(over: threading.Event) -> None:
        over.set()
        raise Unreachable("The server does not answer.")

    waits(refuses)
    waits(threading.Event.set)
    assert [str(error) for error in said] == ["The server does not answer."]


def test_a_cancellation_between_two_statements_ends_the_second(
    linked: Linked, jobs: Jobs, qapp: QApplication
) -> None:
    link, between, cancelled = linked(OLGA), threading.Event(), threading.Event()
    real = link.cancel

    def cancel(lane: str) -> None:
        real(lane)
        cancelled.set()

    link.cancel = cancel  # type: ignore[method-assign]

    def work(task: Task) -> None:
        with borrowed(link, "background", task) as session, session.transaction() as door:
            door.execute("SELECT 1")
            between.set()
            cancelled.wait(5)
            door.execute("SELECT pg_sleep(60)")

    job = jobs.start(work, owner=qapp, lane="background")
    hold_up_main_thread(between.is_set)
    job.cancel()
    wait_for(lambda: job.has_ended, 5, "the cancellation")
    assert job.state == "cancelled"


def test_an_answer_that_spans_two_sessions_is_not_taken_for_whole(
    linked: Linked, module_cast: Cast
) -> None:
    link = linked(OLGA)
    old, fresh = link.token, module_cast.sign_in(OLGA)

    def ask() -> None:
        with link.session("background") as session, session.reading():
            module_cast.sign_in(OLGA).connection.execute(
                "SELECT govdesk_api.end_session(%s)", (old,)
            )
            link.renew(fresh.token, None)

    with pytest.raises(SessionEnded):
        ask()


def test_a_connection_notices_by_itself_that_the_other_side_is_gone(linked: Linked) -> None:
    with linked(OLGA).session("interactive") as session:
        known = session.connection.info.get_parameters()
    assert int(known["keepalives_idle"]) <= 60
    assert int(known["tcp_user_timeout"]) <= 60_000


# Exports


def test_an_export_that_found_no_server_begins_once_there_is_one(
    linked: Linked, jobs: Jobs, tmp_path: Path
) -> None:
    link = linked(OLGA)
    there, link.url = link.url, "postgresql://nobody@127.0.0.1:1/none"
    exporter = Exporter(link, jobs)
    failed: list[Exception] = []
    written: list[object] = []
    exporter.failed.connect(failed.append)
    exporter.written.connect(written.append)
    exporter.start(tmp_path / "log.csv", "csv", None)
    wait_for(lambda: failed)
    assert isinstance(failed[0], Unreachable)
    link.url = there
    exporter.go_on()
    wait_for(lambda: written or len(failed) > 1)
    assert failed[1:] == []
    assert [path.name for path in tmp_path.glob("*log*")] == ["log.csv"]


def test_signing_out_in_mid_export_cancels_it_and_leaves_no_part(office: Office) -> None:
    desk = office.desk()
    gate = Gate(office)
    job = exporting(desk)
    desk.press("Ctrl+Shift+Q")
    question = opened("leave_question", QMessageBox)
    next(b for b in question.buttons() if b.text() == "Leave and cancel").click()
    gate.open()
    wait_for(lambda: job.has_ended, what="the export to end")
    assert job.state == "cancelled"
    assert list(office.folder.iterdir()) == []


# The window


def test_the_detail_follows_the_keyboard_to_a_row_that_is_read_only_then(office: Office) -> None:
    desk = office.desk(events=900)
    desk.press("Home")
    desk.press("Return")
    wait_for(lambda: desk.timeline.detail.seq is not None, what="the first detail")
    desk.table.setFocus()
    desk.press("End")
    wait_for(lambda: desk.timeline.detail.seq == 1, 4, "the detail of event 1")


def test_a_job_that_ended_is_not_kept_with_all_it_brought(desk: Desk, jobs: Jobs) -> None:
    panel = desk.place.window.jobs_panel
    brought: list[weakref.ref[object]] = []

    class Large:
        """Thousands of rows as text."""

    def work(task: Task) -> Large:
        made = Large()
        brought.append(weakref.ref(made))
        return made

    jobs.start(work, owner=panel, title="Copy 2,000 rows", visible=True)
    wait_for(lambda: brought and brought[0]() is None, 3, "the result to go")
    assert panel.findChildren(QWidget, "job_row")


def test_the_alarm_of_a_broken_log_stays_through_a_lost_connection(desk: Desk) -> None:
    wait_for(lambda: desk.place.seals.state.verified_at, what="the first round")
    fault = SealFault(5, 5, "altered", "its leaf is not that of its columns")
    desk.place.seals.pretend(SealState.of([fault], verified_to=9, newest=9))
    assert desk.banner().startswith("The log does not verify.")
    desk.place.trouble(Unreachable("The server does not answer."))
    assert desk.banner().startswith("The server does not answer.")
    wait_for(lambda: desk.place.window.connection.state == "connected", what="the connection")
    assert desk.banner().startswith("The log does not verify.")


def test_a_signal_ends_the_program_although_the_screen_is_locked(
    desk: Desk, qapp: QApplication
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    ends = EndSignals(qapp)
    desk.place.lock_asked.emit()
    opened("UnlockForm")
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    too_late = QTimer()
    too_late.timeout.connect(lambda: qapp.exit(3))
    too_late.start(3000)
    code = qapp.exec()
    too_late.stop()
    ends.stop()
    ends.deleteLater()
    for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
        signal.signal(number, handler)
    desk.unlock()
    assert code == 0
