"""Claims: a job ends in exactly one way, on the main thread, and never holds the window up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from govdesk.diagnostics import main_thread
from govdesk.jobs import LANES, Cancelled, Jobs, Task


class Owner(QObject):
    """Writes down what it is told, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, object]] = []

    def result(self, value: object) -> None:
        assert QThread.currentThread() is self.thread()
        self.told.append(("result", value))

    def error(self, error: Exception) -> None:
        self.told.append(("error", str(error)))

    def cancelled(self) -> None:
        self.told.append(("cancelled", None))


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    running = Jobs()
    yield running
    running.close()


@pytest.fixture
def owner(qtbot: QtBot) -> Owner:
    return Owner()


def start(jobs: Jobs, owner: Owner, fn: object, lane: str = "interactive") -> object:
    return jobs.start(
        fn,  # type: ignore[arg-type]
        owner=owner,
        on_result=owner.result,
        on_error=owner.error,
        on_cancelled=owner.cancelled,
        lane=lane,
    )


def test_a_result_arrives_once_on_the_main_thread(jobs: Jobs, owner: Owner, qtbot: QtBot) -> None:
    start(jobs, owner, lambda task: threading.current_thread().name)
    qtbot.waitUntil(lambda: bool(owner.told))
    assert owner.told == [("result", "lane interactive")]


def test_an_error_arrives_instead_of_a_result(jobs: Jobs, owner: Owner, qtbot: QtBot) -> None:
    start(jobs, owner, lambda task: 1 / 0)
    qtbot.waitUntil(lambda: bool(owner.told))
    assert owner.told == [("error", "division by zero")]


def test_an_error_nobody_asked_for_is_unhandled_not_lost(
    jobs: Jobs, owner: Owner, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(jobs.unhandled) as heard:
        jobs.start(lambda task: 1 / 0, owner=owner)
    assert isinstance(heard.args[0], ZeroDivisionError)


def test_a_job_cancelled_in_its_work_says_cancelled(jobs: Jobs, owner: Owner, qtbot: QtBot) -> None:
    running = threading.Event()

    def work(task: Task) -> None:
        running.set()
        task.cancel.wait(10)
        task.check()

    job = start(jobs, owner, work)
    assert running.wait(5)
    job.cancel()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(owner.told))
    assert owner.told == [("cancelled", None)]


def test_a_job_cancelled_while_it_waits_never_begins(
    jobs: Jobs, owner: Owner, qtbot: QtBot
) -> None:
    gate, begun = threading.Event(), []
    start(jobs, owner, lambda task: gate.wait(10))
    second = start(jobs, owner, begun.append)
    second.cancel()  # type: ignore[attr-defined]
    gate.set()
    qtbot.waitUntil(lambda: len(owner.told) == 2)
    assert begun == []
    assert ("cancelled", None) in owner.told


def test_a_wait_for_a_server_is_interrupted_from_another_thread(
    jobs: Jobs, owner: Owner, qtbot: QtBot
) -> None:
    waiting, stopped = threading.Event(), threading.Event()

    def work(task: Task) -> None:
        with task.interruptible(stopped.set):
            waiting.set()
            stopped.wait(10)
        raise Cancelled

    job = start(jobs, owner, work)
    assert waiting.wait(5)
    job.cancel()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(owner.told))
    assert owner.told == [("cancelled", None)]


def test_a_slow_lane_keeps_no_other_waiting(jobs: Jobs, owner: Owner, qtbot: QtBot) -> None:
    gate = threading.Event()
    start(jobs, owner, lambda task: gate.wait(10), lane="export")
    start(jobs, owner, lambda task: "read")
    qtbot.waitUntil(lambda: ("result", "read") in owner.told)
    assert len(owner.told) == 1
    gate.set()
    qtbot.waitUntil(lambda: len(owner.told) == 2)


def test_the_newest_question_is_answered_first(jobs: Jobs, owner: Owner, qtbot: QtBot) -> None:
    gate = threading.Event()
    started = threading.Event()

    def first(task: Task) -> str:
        started.set()
        gate.wait(10)
        return "first"

    start(jobs, owner, first)
    assert started.wait(5)
    start(jobs, owner, lambda task: "older")
    start(jobs, owner, lambda task: "newer")
    gate.set()
    qtbot.waitUntil(lambda: len(owner.told) == 3)
    assert [value for _, value in owner.told] == ["first", "newer", "older"]


def test_nothing_is_told_to_an_owner_that_is_gone(jobs: Jobs, qtbot: QtBot) -> None:
    gate, owner, watcher = threading.Event(), Owner(), Owner()
    start(jobs, owner, lambda task: gate.wait(10))
    delete(owner)
    gate.set()
    start(jobs, watcher, lambda task: "after")
    qtbot.waitUntil(lambda: bool(watcher.told))
    assert owner.told == []


def test_a_flood_of_progress_becomes_few_calls_and_the_last_one_counts(
    jobs: Jobs, owner: Owner, qtbot: QtBot
) -> None:
    heard: list[int] = []

    def work(task: Task) -> str:
        for done in range(1, 20_001):
            task.progress(done, 20_000)
        return "done"

    jobs.start(
        work,
        owner=owner,
        on_result=owner.result,
        on_progress=lambda done, total, text: heard.append(done),
    )
    qtbot.waitUntil(lambda: bool(owner.told))
    assert heard == sorted(heard)
    assert heard[-1] == 20_000
    assert len(heard) < 5_000


def test_closing_ends_every_thread_although_a_job_runs(owner: Owner, qtbot: QtBot) -> None:
    jobs, begun = Jobs(), threading.Event()

    def work(task: Task) -> None:
        begun.set()
        task.cancel.wait(10)

    start(jobs, owner, work)
    assert begun.wait(5)
    at = time.monotonic()
    jobs.close()
    assert time.monotonic() - at < 5
    assert not [t for t in threading.enumerate() if t.name.startswith("lane ")]
    assert owner.told == []


def test_a_wait_in_a_slot_is_refused_while_jobs_live(
    jobs: Jobs, owner: Owner, qtbot: QtBot
) -> None:
    caught: list[Exception] = []

    def slot(value: object) -> None:
        try:
            main_thread.check("a question to the database")
        except main_thread.MainThreadBlocked as error:
            caught.append(error)

    jobs.start(lambda task: None, owner=owner, on_result=slot)
    qtbot.waitUntil(lambda: bool(caught))
    assert "a question to the database" in str(caught[0])


def test_every_lane_says_what_it_is_for() -> None:
    assert all(LANES.values())
