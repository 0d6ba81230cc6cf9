"""Claims: what lasts is said once and again after ten minutes, and its end is said as well."""

from __future__ import annotations

import logging
import threading

import pytest

from govdesk.database.connection import Connection
from govdesk.domain.problem import Problem
from govdesk.worker import attendant
from govdesk.worker.attendant import Attendant
from govdesk.worker.lasting import SAY_SECONDS, Lasting
from tests.people import Cast
from tests.strictness import ExpectLog


class Troubled(Attendant):
    """Fails so many times before it works once, and ends itself."""

    look_seconds = 0.001
    longest_wait = 0.002
    trouble = "work waits"

    def __init__(self, url: str, failures: int):
        self.ending = threading.Event()
        super().__init__("troubled", url, self.ending, self.ending.set)
        self._left = failures

    def work(self, connection: Connection) -> bool:
        if self._left:
            self._left -= 1
            raise Problem("The well is dry.", "Dig.")
        self.ending.set()
        return True


def test_a_trouble_that_lasts_is_one_line_and_its_end_another(
    module_cast: Cast, caplog: pytest.LogCaptureFixture, expected_log: ExpectLog
) -> None:
    expected_log("work waits: The well is dry. Dig.")
    caplog.set_level(logging.INFO, attendant.__name__)
    one = Troubled(module_cast.database.worker_url, 5)
    one.start()
    one.join(10)
    assert not one.is_alive()
    assert not one.has_failed
    assert [record.getMessage() for record in caplog.records] == [
        "work waits: The well is dry. Dig.",
        "the troubled goes on",
    ]


def test_it_is_said_again_after_ten_minutes_when_it_changes_and_when_it_was_over(
    caplog: pytest.LogCaptureFixture, expected_log: ExpectLog
) -> None:
    expected_log("it rains")
    expected_log("it snows")
    now = 5.0
    lasting = Lasting(logging.getLogger("weather"), lambda: now)

    def said(words: str) -> int:
        caplog.clear()
        lasting.warn("weather", words)
        return len(caplog.records)

    assert [said("it rains"), said("it rains"), said("it snows"), said("it snows")] == [1, 0, 1, 0]
    now += SAY_SECONDS
    assert [said("it snows"), said("it snows")] == [1, 0]
    lasting.is_over("weather")
    assert said("it snows") == 1
