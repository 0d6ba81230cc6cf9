"""Claims: what the database passes over is offered again in time, and never fills the memory.

A `Table` stands in for `deliveries.finish`: it passes over what somebody holds, as the real one
does (`tests/hostile/test_webhook_holding.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from govdesk.database import deliveries
from govdesk.database.connection import Connection
from govdesk.database.deliveries import Result
from govdesk.delivery.report import Report
from govdesk.worker.dispatching import finisher
from govdesk.worker.dispatching.finisher import MOST_DOUBTFUL, Finisher
from govdesk.worker.dispatching.outbox import Outbox
from govdesk.worker.dispatching.trying import decide
from tests.strictness import ExpectLog
from tests.worker.dispatching.claims import Clock, claimed


class Table:
    """Notes each result once; results of a held endpoint are passed over."""

    def __init__(self) -> None:
        self.noted: dict[str, str] = {}
        self.held: set[str] = set()

    def finish(self, connection: object, host: str, results: Sequence[Result]) -> int:
        fresh = {
            one["id"]: one["webhook"]
            for one in results
            if one["id"] not in self.noted and one["webhook"] not in self.held
        }
        self.noted |= fresh
        return len(fresh)


class Bench:
    """A finisher that is driven step by step."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.table, self.outbox, self.clock = Table(), Outbox(), Clock()
        patch.setattr(deliveries, "finish", self.table.finish)
        patch.setattr(finisher, "time", SimpleNamespace(monotonic=self.clock))
        patch.setattr(finisher, "_PAUSE_SECONDS", 0.0)
        patch.setattr(finisher, "_LINGER_SECONDS", 0.0)
        ending = threading.Event()
        self.finisher = Finisher(
            "", "here", ending, lambda: None, self.outbox, lambda: None, lambda: None
        )

    def send(self, webhook: str, count: int = 1) -> list[str]:
        """So many results of an endpoint; returns their ids."""
        report, now = Report("delivered", status=200), datetime.now(UTC)
        made = [decide(claimed(webhook), report, now) for _ in range(count)]
        for one in made:
            self.outbox.put(one)
        return [one["id"] for one in made]

    def work(self) -> None:
        self.finisher.work(cast(Connection, None))

    def work_until_empty(self) -> None:
        """Nothing keeps a worker from its end."""
        for _ in range(100):
            if self.outbox.is_empty():
                return
            self.work()
            self.clock.now += 0.5
        pytest.fail("something is kept for ever")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_what_is_held_for_a_moment_is_taken_although_more_comes_all_the_time(
    bench: Bench,
) -> None:
    bench.table.held = {"moment", "long"}
    (first,) = bench.send("moment")
    bench.work()
    bench.table.held = {"long"}
    for _ in range(5):
        # A stream of results of which some are held, too: it puts off nothing.
        bench.send("long")
        bench.send("free", 3)
        bench.work()
        bench.clock.now += 0.2
    assert first in bench.table.noted
    bench.table.held = set()
    bench.work_until_empty()
    assert len(bench.table.noted) == 1 + 5 * 4


def test_a_row_that_stays_held_does_not_fill_the_memory(
    bench: Bench, expected_log: ExpectLog
) -> None:
    expected_log("results were known already, or came after a lease")
    bench.table.held = {"held"}
    for _ in range(40):
        bench.send("held", 5)
        bench.send("free", 495)
        bench.work()
        bench.clock.now += 0.005
    assert bench.outbox._in_hand <= MOST_DOUBTFUL < 40 * 500
    assert len(bench.table.noted) == 40 * 495, "whatever is free was taken at once"
    bench.work_until_empty()


def test_a_database_that_goes_away_loses_no_doubtful_result(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.table.held = {"held"}
    ids = bench.send("held", 2)
    bench.work()
    bench.table.held = set()
    bench.clock.now += 1

    def away(*arguments: object) -> int:
        raise deliveries.DatabaseProblem("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "finish", away)
        with pytest.raises(deliveries.DatabaseProblem):
            bench.work()
    bench.work_until_empty()
    assert sorted(bench.table.noted) == sorted(ids)
