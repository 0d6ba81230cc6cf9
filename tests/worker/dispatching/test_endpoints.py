"""The endpoints a worker knows: always the newest, opened as seldom as possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.signing import SigningKey
from govdesk.domain.problem import Problem
from govdesk.worker.dispatching.endpoints import FRESH_SECONDS, OPEN_SECONDS, Endpoints, Gone
from tests.worker.dispatching.claims import Clock, claimed


class Sink:
    """Says whether it was closed, and where it leads."""

    def __init__(self, endpoint: Endpoint):
        self.url, self.is_closed = endpoint.url, False

    def send(self, event: Event, seconds: float) -> Report:
        return Report("delivered", status=200)

    def tidy(self) -> None:
        self.is_tidy = True

    def close(self) -> None:
        self.is_closed = True


class Opener:
    """Opens a document; its token is what the references lead to at the moment."""

    def __init__(self) -> None:
        self.count, self.token = 0, "t1"

    def open(self, document: Mapping[str, Any]) -> Endpoint:
        self.count += 1
        if document["url"] == "sealed":
            raise Problem("The secret of this webhook does not open.")
        keys = (SigningKey("k", bytes(32)),)
        return Endpoint(
            "siem", "acme", "acme", "webhook", document["url"], version=document["version"],
            token=self.token, signing_keys=keys,
        )  # fmt: skip


def document(url: str = "https://a.example/", version: int = 1, **more: Any) -> dict[str, Any]:
    return {"url": url, "version": version, "status": "active", "failures": 0} | more


class Shelf:
    """Endpoints with a clock, and the sinks they opened."""

    def __init__(self) -> None:
        self.clock, self.opener, self.sinks = Clock(), Opener(), list[Sink]()
        self.endpoints = Endpoints(self.opener, self._open, self.clock)

    def _open(self, endpoint: Endpoint) -> Sink:
        self.sinks.append(Sink(endpoint))
        return self.sinks[-1]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_an_endpoint_is_opened_once_for_many_deliveries(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document())
    sinks = {id(shelf.endpoints.ready("siem").sink) for _ in range(100)}
    assert (len(sinks), shelf.opener.count) == (1, 1)


def test_a_newer_version_in_a_claim_is_asked_for_and_an_older_one_is_not(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document(version=3))
    assert shelf.endpoints.unknown("first", [claimed(webhook_version=4)]) == {"siem"}
    assert shelf.endpoints.unknown("first", [claimed(webhook_version=2)]) == set()


def test_a_document_is_asked_for_again_after_a_while_and_for_every_test(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document())
    assert shelf.endpoints.unknown("test", [claimed()]) == {"siem"}
    assert shelf.endpoints.unknown("retry", [claimed()]) == set()
    shelf.clock.now += FRESH_SECONDS
    assert shelf.endpoints.unknown("retry", [claimed()]) == {"siem"}


def test_a_changed_address_is_used_from_the_next_delivery_on(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document())
    shelf.endpoints.ready("siem")
    shelf.endpoints.learn("siem", document("https://b.example/", 2))
    assert shelf.endpoints.ready("siem").endpoint.url == "https://b.example/"
    # Somebody may still be sending through the old one.
    assert not shelf.sinks[0].is_closed
    shelf.clock.now += 30
    shelf.endpoints.sweep()
    assert [sink.is_closed for sink in shelf.sinks] == [True, False]


def test_the_same_said_again_keeps_the_connection(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document())
    shelf.endpoints.ready("siem")
    shelf.endpoints.learn("siem", document(failures=7))
    shelf.clock.now += OPEN_SECONDS + 1
    shelf.endpoints.ready("siem")
    assert (len(shelf.sinks), shelf.opener.count) == (1, 2)


def test_a_secret_elsewhere_that_changed_is_used_within_a_minute(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document())
    shelf.endpoints.ready("siem")
    shelf.opener.token = "t2"
    shelf.clock.now += OPEN_SECONDS + 1
    assert shelf.endpoints.ready("siem").endpoint.token == "t2"


@pytest.mark.parametrize("told", [None, document(status="disabled"), document(status="deleted")])
def test_an_endpoint_that_was_disabled_or_deleted_is_not_sent_to(shelf: Shelf, told: Any) -> None:
    shelf.endpoints.learn("siem", told)
    with pytest.raises(Gone):
        shelf.endpoints.ready("siem")


def test_a_disabled_endpoint_can_be_tested_through_a_sink_of_its_own(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document(status="disabled"))
    assert shelf.endpoints.ready("siem", is_test=True).sink is shelf.sinks[0]


def test_one_that_does_not_open_says_why_each_time(shelf: Shelf) -> None:
    shelf.endpoints.learn("siem", document("sealed"))
    for _ in range(2):
        with pytest.raises(Problem, match="does not open"):
            shelf.endpoints.ready("siem")


def test_every_sink_is_closed_at_the_end_and_idle_ones_before(shelf: Shelf) -> None:
    for webhook in ("siem", "other"):
        shelf.endpoints.learn(webhook, document())
        shelf.endpoints.ready(webhook)
    shelf.clock.now += 100
    shelf.endpoints.ready("other")
    shelf.endpoints.sweep()
    assert [sink.is_closed for sink in shelf.sinks] == [True, False]
    shelf.endpoints.close()
    assert all(sink.is_closed for sink in shelf.sinks)
