"""What a try means: for the log, for the queue, and for the endpoint."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.domain.problem import Problem
from govdesk.domain.retrying import JITTER, SCHEDULE, TRIES
from govdesk.worker.dispatching import trying
from govdesk.worker.dispatching.endpoints import Gone, Ready
from tests.strictness import ExpectLog
from tests.worker.dispatching.claims import claimed

NOW = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
BAD = Report("http", status=500, error="It answered 500.", blame="endpoint")
OURS = Report("ours", error="The name server is down.", blame="ours")


@pytest.mark.parametrize("tries", range(1, TRIES))
def test_a_failed_try_is_repeated_in_the_band_of_the_schedule(tries: int) -> None:
    results = [trying.decide(claimed(tries=tries), BAD, NOW) for _ in range(200)]
    delays = [one["next_seconds"] for one in results]
    base = SCHEDULE[tries]
    assert {one["state"] for one in results} == {"pending"}
    assert min(delays) >= base
    assert max(delays) <= base * (1 + JITTER) + 0.001
    assert len(set(delays)) > 1


def test_the_last_failed_try_is_final() -> None:
    result = trying.decide(claimed(tries=TRIES), BAD, NOW)
    assert result["state"] == "failed"
    assert "next_seconds" not in result


@pytest.mark.parametrize(("outcome", "state"), [("delivered", "delivered"), ("sent", "sent")])
def test_a_good_try_ends_it(outcome: Any, state: str) -> None:
    result = trying.decide(claimed(), Report(outcome, total_ms=3.0), NOW)
    assert (result["state"], trying.verdict(result)) == (state, False)


def test_a_receiver_that_is_gone_is_not_tried_again() -> None:
    result = trying.decide(claimed(), Report("gone", status=410, blame="endpoint"), NOW)
    assert (result["state"], "next_seconds" in result) == ("failed", False)


def test_a_fault_of_ours_is_looked_at_again_soon_even_after_the_last_try() -> None:
    result = trying.decide(claimed(tries=TRIES), OURS, NOW)
    assert result["state"] == "pending"
    assert 30 <= result["next_seconds"] <= 60
    assert result["blame"] == "ours"
    assert trying.verdict(result) is None


@pytest.mark.parametrize("origin", ["test", "new", "forged"])
@pytest.mark.parametrize("report", [BAD, OURS])
def test_a_test_is_tried_once(origin: str, report: Report) -> None:
    assert trying.decide(claimed(origin=origin), report, NOW)["state"] == "failed"


def test_retry_after_is_honoured_when_it_is_longer() -> None:
    asked = Report("http", status=429, retry_after=600.0, blame="endpoint")
    result = trying.decide(claimed(), asked, NOW)
    assert 600 <= result["next_seconds"] <= 600 * (1 + JITTER) + 0.001
    assert result["slow_down"] is True


@pytest.mark.parametrize(("status", "slow"), [(500, False), (502, True), (503, True), (504, True)])
def test_an_overloaded_receiver_is_sent_to_more_slowly(status: int, slow: bool) -> None:
    report = Report("http", status=status, blame="endpoint")
    assert trying.decide(claimed(), report, NOW)["slow_down"] is slow


def test_a_result_can_be_stored_whatever_a_receiver_answered() -> None:
    report = Report("http", status=500, response="a\x00b", request={"headers": [["a", "b"]]})
    result = trying.decide(claimed(), report, NOW)
    assert result["response"] == "ab"
    assert json.loads(json.dumps(result))["request"] == {"headers": [["a", "b"]]}


class Reach:
    """Endpoints of one sink; or of none, for a reason."""

    def __init__(
        self, answer: Report | Exception, opening: Exception | None = None, version: int = 1
    ):
        self.answer, self.opening, self.version = answer, opening, version
        self.events: list[Event] = []
        self.closed = 0

    def ready(self, webhook: str, *, is_test: bool = False) -> Ready:
        if self.opening is not None:
            raise self.opening
        endpoint = Endpoint("siem", "t", "acme", "webhook", "https://x/", version=self.version)
        return Ready(endpoint, self)

    def send(self, event: Event, seconds: float) -> Report:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def tidy(self) -> None:
        raise AssertionError("nobody tidies while sending")

    def close(self) -> None:
        self.closed += 1


def tried(reach: Reach, **changed: Any) -> Any:
    return trying.attempt(reach, claimed(**changed), 15.0)  # type: ignore[arg-type]


def test_a_secret_that_does_not_open_is_our_fault_and_costs_no_try() -> None:
    reach = Reach(BAD, Problem("The secret does not open.", "Rotate the secret."))
    result = tried(reach)
    assert (result["outcome"], result["blame"], result["state"]) == ("ours", "ours", "pending")
    assert (result["error"], result["remedy"]) == (
        "The secret does not open.",
        "Rotate the secret.",
    )


def test_a_bug_of_ours_is_logged_and_costs_neither_a_try_nor_the_worker(
    expected_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    expected_log("met a fault of ours")
    expected_log("met it again: TypeError")
    for _ in range(3):
        result = tried(Reach(TypeError("planted")), webhook_id="odd")
        assert (result["outcome"], result["blame"]) == ("ours", "ours")
    assert caplog.text.count("Traceback") == 1


def test_what_an_endpoint_does_not_take_any_more_is_given_back_untried() -> None:
    assert tried(Reach(BAD, Gone("This webhook was disabled meanwhile."))) is None


def test_a_changed_endpoint_is_used_and_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        result = tried(Reach(Report("delivered", status=200), version=2))
    assert result["state"] == "delivered"
    assert "version 2 is used" in caplog.text


def test_the_sink_of_a_test_is_closed_and_that_of_an_event_kept() -> None:
    for origin, closed in (("event", 0), ("test", 1)):
        reach = Reach(Report("delivered", status=200))
        tried(reach, origin=origin, row=None if origin == "test" else '{"action": "a.b"}')
        assert reach.closed == closed


def test_every_try_sends_the_same_event_but_for_its_number() -> None:
    reach = Reach(BAD)
    one = claimed()
    for number in (1, 2):
        trying.attempt(reach, one._replace(number=number, tries=number), 15.0)  # type: ignore[arg-type]
    first, second = reach.events
    assert (first.number, second.number) == (1, 2)
    assert (first.at, first.row, first.message_id) == (second.at, second.row, second.message_id)


def test_a_claim_does_not_show_what_it_carries() -> None:
    assert "node.renamed" not in repr(claimed())


@pytest.mark.parametrize(
    ("hours", "number", "blame"), [(25, 12, "endpoint"), (25, 5, "ours"), (2, 12, "ours")]
)
def test_a_name_that_nobody_answers_for_in_a_day_is_its_owners_fault(
    hours: int, number: int, blame: str
) -> None:
    silent = Report("dns", error="No name server answers.", blame="ours")
    one = claimed(number=number, tries=1, created_at=NOW - timedelta(hours=hours))
    assert trying.decide(one, silent, NOW).get("blame") == blame
