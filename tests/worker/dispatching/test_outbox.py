"""The outbox: nothing that was put in is forgotten before the database has it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from govdesk.database.deliveries import Result
from govdesk.delivery.report import Report
from govdesk.worker.dispatching.outbox import ENOUGH, Outbox
from govdesk.worker.dispatching.trying import decide
from tests.worker.dispatching.claims import claimed


def result() -> Result:
    return decide(claimed(), Report("delivered", status=200), datetime.now(UTC))


def test_it_is_empty_only_when_what_was_taken_is_settled() -> None:
    box = Outbox()
    box.put(result())
    box.give_back([claimed()])
    results, untried = box.take(0, 0, 500)
    assert (len(results), len(untried)) == (1, 1)
    assert not box.is_empty()
    box.settle(1)
    assert not box.wait_until_empty(0)
    box.settle(1)
    assert box.wait_until_empty(0)


def test_enough_results_go_at_once_and_no_more_than_asked_for() -> None:
    box = Outbox()
    for _ in range(ENOUGH + 50):
        box.put(result())
    begun = time.monotonic()
    first, _ = box.take(5, 5, ENOUGH)
    assert time.monotonic() - begun < 2
    rest, _ = box.take(0, 0, ENOUGH)
    assert (len(first), len(rest)) == (ENOUGH, 50)


def test_one_that_waits_for_a_result_wakes_up_when_it_comes() -> None:
    box = Outbox()
    threading.Timer(0.05, lambda: box.put(result())).start()
    results, _ = box.take(30, 0.005, 500)
    assert len(results) == 1


def test_nobody_waits_at_a_closed_one() -> None:
    box = Outbox()
    box.close()
    assert box.take(30, 30, 500) == ([], [])
