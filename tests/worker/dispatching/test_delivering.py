"""The whole way, from a commit to a receiver and back into the log of attempts."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from govdesk.database import deliveries
from govdesk.database.deliveries import Indigestible, Result
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.worker.dispatching.limits import EACH, Limits
from tests.doors import raw, worker
from tests.people import Cast
from tests.receivers import Receiver
from tests.strictness import ExpectLog
from tests.worker.dispatching.outgoing import Outgoing


class Scripted:
    """A sink that answers as it is told, and notes who sends at the same time."""

    def __init__(self, answer: Callable[[Event], Report]):
        self._answer, self._lock = answer, threading.Lock()
        self.events: list[Event] = []
        self.now = self.most = 0

    def __call__(self, endpoint: Endpoint) -> Scripted:
        return self

    def send(self, event: Event, seconds: float) -> Report:
        with self._lock:
            self.events.append(event)
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return self._answer(event)
        finally:
            with self._lock:
                self.now -= 1

    def tidy(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def good(event: Event) -> Report:
    return Report("delivered", status=200, total_ms=1.0)


def refusal(event: Event) -> Report:
    return Report("http", status=500, error="It answered 500.", blame="endpoint", total_ms=1.0)


def test_what_is_committed_arrives_once_signed_and_stands_in_the_log_of_attempts(
    outgoing: Outgoing, office: Receiver
) -> None:
    which = outgoing.hook()
    with outgoing.dispatching():
        outgoing.happen(30)
        assert office.wait_for_ids(30)
        outgoing.wait_for("delivered", 30)
    assert set(office.ids().values()) == {1}
    assert office.ids().keys() == outgoing.messages()
    assert outgoing.outcomes(which) == ["delivered"] * 30
    body = json.loads(office.messages[0].body)
    assert body["type"] == "node.created"
    assert b"webhook-signature: v1," in office.messages[0].head
    assert b" v1a," in office.messages[0].head


def test_the_first_webhook_of_an_organization_waits_a_moment_for_its_key_and_not_for_a_retry(
    outgoing: Outgoing, office: Receiver
) -> None:
    outgoing.round = lambda: None  # type: ignore[method-assign]
    outgoing.hook()
    with outgoing.dispatching():
        outgoing.happen()
        assert office.wait_for_ids(1, 10)
        outgoing.wait_for("delivered", 1)
    assert outgoing.outcomes() == ["delivered"]


def test_an_event_is_on_its_way_within_a_moment_of_its_commit(
    outgoing: Outgoing, office: Receiver
) -> None:
    outgoing.hook()
    with outgoing.dispatching():
        outgoing.happen()
        assert office.wait_for_ids(1)
        waits = []
        for number in range(2, 12):
            begun = time.time()
            outgoing.happen()
            assert office.wait_for_ids(number)
            waits.append(office.messages[-1].at - begun)
    # A look each second would take half of one on average; a busy machine has its moments.
    assert sorted(waits)[len(waits) // 2] < 0.3, waits


def test_one_endpoint_gets_at_most_four_at_once_and_a_failing_one_a_single_try(
    outgoing: Outgoing,
) -> None:
    outgoing.hook()
    gate = threading.Event()

    def slowly(event: Event) -> Report:
        gate.wait(20)
        return good(event)

    sink = Scripted(slowly)
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(40)
        outgoing.wait(lambda: sink.now == EACH)
        gate.set()
        outgoing.wait_for("delivered", 40)
    assert sink.most == EACH
    failing = Scripted(refusal)
    with outgoing.dispatching(open_sink=failing):
        outgoing.happen(40)
        outgoing.wait(lambda: len(failing.events) >= EACH + 3)
    assert failing.now == 0
    assert outgoing.states()["pending"] == 40


def test_failed_tries_come_again_in_time_and_with_the_same_message(
    outgoing: Outgoing, cast: Cast
) -> None:
    outgoing.hook()
    answers = iter([refusal])
    sink = Scripted(lambda event: next(answers, good)(event))
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen()
        outgoing.wait(lambda: outgoing.outcomes() == ["http"])
        waits = cast.one("SELECT extract(epoch FROM due_at - now()) FROM govdesk.delivery")
        outgoing.wait_for("delivered", 1)
    first, second = sink.events
    assert 3.5 < float(waits) <= 5.5
    assert (first.number, second.number) == (1, 2)
    assert (first.message_id, first.row, first.at) == (second.message_id, second.row, second.at)
    assert outgoing.outcomes() == ["http", "delivered"]


def test_a_breaker_opens_after_ten_failures_and_uses_up_no_further_tries(
    outgoing: Outgoing, cast: Cast
) -> None:
    outgoing.hook()
    sink = Scripted(refusal)
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(30)
        state = "SELECT breaker FROM govdesk_private.webhook_state"
        outgoing.wait(lambda: cast.one(state) == "open", 40)
        count = len(sink.events)
        outgoing.happen(5)
        outgoing.wait(lambda: cast.one("SELECT count(*) FROM govdesk.delivery") == 35)
        cast.admin.execute("SELECT pg_sleep(2.5)")
    assert 10 <= count <= 10 + EACH
    assert len(sink.events) == count


def test_a_receiver_that_is_gone_is_disabled_at_once_in_the_sealed_log(
    outgoing: Outgoing, office: Receiver, cast: Cast, expected_log: ExpectLog
) -> None:
    expected_log("is disabled")
    which = outgoing.hook("/status/410")
    with outgoing.dispatching():
        outgoing.happen()
        assert office.wait_for_ids(1)
        query = "SELECT disabled_reason FROM govdesk.webhook WHERE id = %s"
        outgoing.wait(lambda: cast.one(query, which) == "gone", 10)
    assert outgoing.outcomes(which) == ["gone"]
    sealed = "SELECT count(*) FROM govdesk.audit_log WHERE action = 'webhook.disabled'"
    assert cast.one(sealed) == 1


def test_a_test_does_not_wait_behind_a_full_queue_that_hangs(
    outgoing: Outgoing, office: Receiver
) -> None:
    which = outgoing.hook("/hang")
    with outgoing.dispatching(limits=Limits(senders=8, lease_seconds=4)):
        outgoing.happen(50)
        assert office.wait_for_ids(EACH)
        with raw(outgoing.session) as connection:
            connection.execute("SELECT govdesk_api.test_webhook(%s::uuid, 'test')", (which,))
        begun = time.monotonic()
        outgoing.wait(lambda: "test" in _origins(office), 3)
        assert time.monotonic() - begun < 3


def test_one_that_hangs_delays_no_other(outgoing: Outgoing, office: Receiver) -> None:
    hanging = outgoing.hook("/hang")
    for number in range(5):
        outgoing.hook(f"/{number}")
    # Of five senders for first tries the hanging one keeps four.
    with outgoing.dispatching(limits=Limits(senders=8, lease_seconds=6)):
        outgoing.happen(20)
        assert office.wait_for(lambda all_: sum(one.path == "/hang" for one in all_) == EACH)
        begun = time.monotonic()
        outgoing.wait_for("delivered", 100)
        assert time.monotonic() - begun < 3
        assert outgoing.outcomes(hanging) == []


def _origins(office: Receiver) -> set[str]:
    bodies = [json.loads(one.body) for one in list(office.messages)]
    return {"test" if "test" in str(body.get("type")) else "event" for body in bodies}


def test_a_change_of_the_address_reaches_deliveries_that_were_made_before_it(
    outgoing: Outgoing, office: Receiver
) -> None:
    which = outgoing.hook("/status/500")
    with outgoing.dispatching():
        outgoing.happen()
        outgoing.wait(lambda: outgoing.outcomes() == ["http"])
        with raw(outgoing.session) as connection:
            connection.execute(
                "UPDATE govdesk.webhook SET url = %s WHERE id = %s", (office.url("/new"), which)
            )
        outgoing.wait_for("delivered", 1)
    assert [one.path for one in office.messages] == ["/status/500", "/new"]


def test_a_disabled_endpoint_is_sent_nothing_more(outgoing: Outgoing) -> None:
    which = outgoing.hook()
    gate = threading.Event()

    def held(event: Event) -> Report:
        gate.wait(20)
        return good(event)

    sink = Scripted(held)
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(20)
        outgoing.wait(lambda: sink.now == EACH)
        with raw(outgoing.session) as connection:
            connection.execute(
                "UPDATE govdesk.webhook SET status = 'disabled' WHERE id = %s", (which,)
            )
        gate.set()
        outgoing.wait_for("delivered", EACH)
        outgoing.wait(lambda: not outgoing.in_hand())
    assert len(sink.events) == EACH


def test_two_workers_never_send_the_same_try(outgoing: Outgoing) -> None:
    for number in range(5):
        outgoing.hook(f"/{number}")
    sink = Scripted(good)
    with (
        outgoing.dispatching("one", open_sink=sink),
        outgoing.dispatching("two", open_sink=sink),
    ):
        for _ in range(10):
            outgoing.happen(40)
        outgoing.wait_for("delivered", 2000, 60)
    tries = Counter((event.message_id, event.number) for event in sink.events)
    assert len(tries) == 2000
    assert set(tries.values()) == {1}


def test_what_nobody_began_is_given_back_at_the_end_and_costs_no_try(outgoing: Outgoing) -> None:
    outgoing.hook()
    gate = threading.Event()

    def held(event: Event) -> Report:
        gate.wait(20)
        return good(event)

    fast = Scripted(good)
    with outgoing.dispatching(open_sink=fast):
        outgoing.happen(400)
        outgoing.wait_for("delivered", 400)
        slow, fast._answer = fast, held
        outgoing.happen(200)
        outgoing.wait(lambda: slow.now == EACH)
        threading.Timer(0.5, gate.set).start()
    assert outgoing.states() == {"delivered": 400 + EACH, "pending": 200 - EACH}
    rows = outgoing.cast.admin.execute(
        "SELECT DISTINCT attempts, tries, lane, lease FROM govdesk.delivery"
        " WHERE status = 'pending'"
    ).fetchall()
    assert rows == [(0, 0, "first", None)]


def test_results_wait_in_memory_while_the_database_is_away_and_nothing_is_sent_twice(
    outgoing: Outgoing, cast: Cast, expected_log: ExpectLog
) -> None:
    expected_log("wait")
    outgoing.hook()
    gate = threading.Event()

    def held(event: Event) -> Report:
        gate.wait(20)
        return good(event)

    sink = Scripted(held)
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(60)
        outgoing.wait(lambda: sink.now == EACH)
        _shut(cast, True)
        gate.set()
        cast.admin.execute("SELECT pg_sleep(2)")
        assert outgoing.states() == {"pending": 60}
        _shut(cast, False)
        outgoing.wait_for("delivered", 60, 30)
    assert set(Counter(event.message_id for event in sink.events).values()) == {1}


def _shut(cast: Cast, is_shut: bool) -> None:
    """Let no worker in any more, and throw those out who are there; or let them in again."""
    cast.admin.execute(
        f"ALTER ROLE govdesk_worker CONNECTION LIMIT {0 if is_shut else -1}".encode()
    )
    if is_shut:
        cast.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'govdesk_worker' AND datname = current_database()"
        )


def test_a_result_whose_delivery_somebody_holds_is_taken_a_moment_later(
    outgoing: Outgoing, cast: Cast
) -> None:
    outgoing.hook()
    gate = threading.Event()

    def held(event: Event) -> Report:
        gate.wait(20)
        return good(event)

    sink = Scripted(held)
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(3)
        outgoing.wait(lambda: sink.now == 3)
        with cast.open(cast.database.admin_url) as other:
            with other.transaction():
                other.execute("SELECT FROM govdesk.delivery WHERE stream_seq = 2 FOR UPDATE")
                gate.set()
                outgoing.wait_for("delivered", 2)
            outgoing.wait_for("delivered", 3, 10)
    assert len(sink.events) == 3
    assert outgoing.outcomes() == ["delivered"] * 3


def test_a_result_that_the_database_cannot_read_keeps_no_other_from_it(
    outgoing: Outgoing, expected_log: ExpectLog
) -> None:
    expected_log("the result of delivery")
    outgoing.hook()
    odd = Report("http", status=500, error="\ud800", blame="endpoint")
    sink = Scripted(lambda event: odd if event.stream_seq == 3 else good(event))
    with outgoing.dispatching(open_sink=sink):
        outgoing.happen(20)
        outgoing.wait_for("delivered", 19)
        outgoing.wait(lambda: len(outgoing.outcomes()) >= 20)
    assert Counter(outgoing.outcomes())["http"] == 1


def test_an_indigestible_result_is_told_apart_from_a_database_that_is_away(cast: Cast) -> None:
    odd: Result = {
        "id": str(uuid4()), "lease": str(uuid4()), "number": 1, "at": "2026-01-01T00:00:00Z",
        "outcome": "http", "state": "failed", "slow_down": False, "error": "\ud800",
    }  # fmt: skip
    with pytest.raises(Indigestible):
        deliveries.finish(worker(cast), "tests", [odd])


def test_a_fault_of_ours_costs_no_try_and_stands_in_the_log_once(
    outgoing: Outgoing, cast: Cast
) -> None:
    which = outgoing.hook(secret_refs={"token": "env://NOT_THERE"})
    with outgoing.dispatching():
        outgoing.happen(30)
        outgoing.wait(lambda: outgoing.outcomes(which) != [])
        outgoing.wait(lambda: not outgoing.in_hand())
    assert set(outgoing.outcomes(which)) == {"ours"}
    assert len(outgoing.outcomes(which)) <= EACH
    assert cast.one("SELECT max(tries) FROM govdesk.delivery") == 0
    assert cast.one("SELECT failures FROM govdesk_private.webhook_state") == 0


def test_a_worker_says_that_it_lives(outgoing: Outgoing, cast: Cast) -> None:
    with outgoing.dispatching("lively"):
        query = "SELECT count(*) FROM govdesk_private.worker_seen WHERE host = 'lively'"
        outgoing.wait(lambda: cast.one(query) == 1)
