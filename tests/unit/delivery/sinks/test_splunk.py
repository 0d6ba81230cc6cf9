"""Claims: Splunk's collector gets what it asks for, and delivered means confirmed.

The collector here is our own and as strict as the documents: it refuses what they refuse.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import pytest

from govdesk.delivery import payload
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.sinks import Sink
from tests.unit.delivery.servers import Asked
from tests.unit.delivery.sinks.stage import (
    Authority,
    Receiver,
    endpoint,
    event,
    receiver,
    sent,
    sink,
    told,
)

TOKEN = "0b8a1c2d-1111-4222-8333-123456789abc"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_METADATA = {"event", "time", "host", "source", "sourcetype", "index", "fields"}


@dataclass
class Collector:
    """An HTTP Event Collector with one token; `patience` questions are answered with no."""

    acks: bool = True
    patience: int = 0
    indexes: tuple[str, ...] = ("main", "governance")
    kept: list[dict[str, object]] = field(default_factory=list)
    questions: list[int] = field(default_factory=list)
    fault: tuple[int, int, str] | None = None
    channels: dict[int, str] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> bytes:
        """Answer one request."""
        path = urlsplit(asked.path).path
        if path not in ("/services/collector/event", "/services/collector/ack"):
            return told(404, b"<html>no</html>", content_type="text/html")
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Splunk":
            return _said(401, 2 if not scheme else 3, "no")
        if token != TOKEN:
            return _said(403, 4, "Invalid token")
        return self._asked(asked) if path.endswith("ack") else self._event(asked)

    def _event(self, asked: Asked) -> bytes:
        if self.fault is not None:
            return _said(*self.fault)
        channel = asked.headers.get("x-splunk-request-channel", "")
        if self.acks and not channel:
            return _said(400, 10, "Data channel is missing")
        if channel and not GUID.fullmatch(channel):
            return _said(400, 11, "Invalid data channel")
        if not asked.body:
            return _said(400, 5, "No data")
        try:
            found = json.loads(asked.body)
        except ValueError:
            return _said(400, 6, "Invalid data format")
        return self._judged(found, channel)

    def _judged(self, found: dict[str, object], channel: str) -> bytes:
        if set(found) - _METADATA:
            return _said(400, 6, "Invalid data format")
        if not found.get("event"):
            return _said(400, 12 if "event" not in found else 13, "Event field")
        if found.get("index", "main") not in self.indexes:
            return _said(400, 7, "Incorrect index")
        fields = found.get("fields", {})
        if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
            return _said(400, 15, "Error in handling indexed fields")
        if not isinstance(found["time"], float):
            return _said(400, 6, "Invalid data format")
        self.kept.append(found)
        if not self.acks:
            return _said(200, 0, "Success")
        self.channels[len(self.kept) - 1] = channel
        return _said(200, 0, "Success", ackId=len(self.kept) - 1)

    def _asked(self, asked: Asked) -> bytes:
        if not self.acks:
            return _said(400, 14, "ACK is disabled")
        channel = parse_qs(urlsplit(asked.path).query).get("channel", [""])[0]
        if not channel:
            return _said(400, 10, "Data channel is missing")
        numbers = json.loads(asked.body)["acks"]
        self.questions += numbers
        is_there = len(self.questions) > self.patience
        acks = {str(n): is_there and self.channels.get(n) == channel for n in numbers}
        return told(200, json.dumps({"acks": acks}).encode())


def _said(status: int, code: int, text: str, **more: object) -> bytes:
    return told(status, json.dumps({"text": text, "code": code, **more}).encode())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    return authority.server()


def splunk(there: Receiver, authority: Authority, **settings: str) -> Endpoint:
    return replace(
        endpoint(there.port),
        kind="splunk",
        url=f"https://hooks.example:{there.port}",
        token=TOKEN,
        secrets=(),
        settings={"ca": authority.pem, **settings},
    )


@contextmanager
def opened(at: Endpoint) -> Iterator[Sink]:
    held = sink(at)
    try:
        yield held
    finally:
        held.close()


def test_an_event_is_delivered_once_the_indexer_has_it(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    collector = Collector(patience=2)
    with receiver(collector, tls) as there:
        at = splunk(there, authority, index="governance", source="gd", sourcetype="gd:audit")
        report = sent(at)
    assert (report.outcome, report.status, report.blame) == ("delivered", 200, None)
    assert collector.questions == [0, 0, 0]
    (kept,) = collector.kept
    assert kept["event"] == json.loads(payload.body(at, event()))
    assert (kept["index"], kept["source"], kept["sourcetype"]) == ("governance", "gd", "gd:audit")
    assert kept["time"] == 1795253415.123456
    assert kept["fields"] == {
        "govdesk_event": "member.invited",
        "message_id": event().message_id,
    }
    assert TOKEN not in repr(report)


def test_without_a_confirmation_in_time_it_is_not_delivered(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    collector = Collector(patience=1000)
    with receiver(collector, tls) as there:
        began = time.monotonic()
        report = sent(splunk(there, authority), seconds=1.2)
        took = time.monotonic() - began
    assert (report.outcome, report.blame) == ("ack", "endpoint")
    assert "did not confirm within 1.2 seconds" in (report.error or "")
    assert report.remedy
    assert 1.2 <= took <= 1.7
    assert len(collector.kept) == 1


def test_the_next_try_asks_first_and_does_not_send_again_what_is_there(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    """Also when the worker has opened the endpoint anew meanwhile."""
    collector = Collector(patience=1000)
    with receiver(collector, tls) as there:
        assert sent(splunk(there, authority), seconds=0.5).outcome == "ack"
        collector.patience = 0
        assert sent(splunk(there, authority), replace(event(), number=2)).outcome == "delivered"
        assert len(collector.kept) == 1
    collector.kept.clear()
    with receiver(collector, tls) as there, opened(splunk(there, authority)) as held:
        collector.patience = 1000
        assert held.send(replace(event(), message_id="msg_other"), 0.5).outcome == "ack"
        assert held.send(replace(event(), message_id="msg_other"), 0.5).outcome == "ack"
    assert len(collector.kept) == 2


def test_while_nobody_answers_whether_it_is_there_it_is_not_sent_a_second_time(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    collector, is_silent = Collector(patience=1000), False

    def moody(asked: Asked) -> bytes:
        is_question = urlsplit(asked.path).path.endswith("/ack")
        return b"" if is_silent and is_question else collector(asked)

    with receiver(moody, tls) as there, opened(splunk(there, authority)) as held:
        what = replace(event(), message_id="msg_moody")
        assert held.send(what, 0.5).outcome == "ack"
        is_silent = True
        assert held.send(what, 2).outcome == "protocol"
        is_silent, collector.fault = False, (503, 9, "Server is busy")
        assert held.send(what, 2).status == 503
        collector.patience = 0
        assert held.send(what, 2).outcome == "delivered"
    assert len(collector.kept) == 1


@pytest.mark.parametrize("ack", ["auto", "off"])
def test_a_token_without_confirmations_is_delivered_by_its_word(
    authority: Authority, tls: ssl.SSLContext, ack: str
) -> None:
    collector = Collector(acks=ack == "off")
    with receiver(collector, tls) as there:
        report = sent(splunk(there, authority, ack=ack))
    assert report.outcome == "delivered"
    assert collector.questions == []


def test_a_closing_sink_waits_for_no_confirmation(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    collector = Collector(patience=1000)
    with receiver(collector, tls) as there, ThreadPoolExecutor(1) as sender:
        held = sink(splunk(there, authority))
        later = sender.submit(held.send, event(), 30)
        while not collector.questions:
            assert not later.done()
        held.close()
        report = later.result(5)
    assert (report.outcome, report.blame) == ("ack", "ours")


def test_a_refusal_is_told_in_the_words_of_its_code(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    with receiver(Collector(), tls) as there:
        good = splunk(there, authority)
        wrong = sent(replace(good, token="other"))
        index = sent(splunk(there, authority, index="nowhere"))
        none = sent(replace(good, token=""))
    assert (wrong.status, index.status, none.status) == (403, 400, 401)
    assert "it does not know the token (code 4)" in (wrong.error or "")
    assert "may not write to this index" in (index.error or "")
    assert "no token" in (none.error or "")
    assert {one.outcome for one in (wrong, index, none)} == {"http"}


@pytest.mark.parametrize("code", [9, 18, 23])
def test_a_busy_collector_is_one_to_come_back_to(
    authority: Authority, tls: ssl.SSLContext, code: int
) -> None:
    with receiver(Collector(fault=(503, code, "Server is busy")), tls) as there:
        report = sent(splunk(there, authority))
    assert (report.outcome, report.status) == ("http", 503)
    assert f"(code {code})" in (report.error or "")


def test_whoever_is_no_collector_is_told_apart(authority: Authority, tls: ssl.SSLContext) -> None:
    with receiver(lambda _: told(200, b"<html>Welcome</html>"), tls) as there:
        report = sent(splunk(there, authority))
        nowhere = sent(replace(splunk(there, authority), url=f"{there_url(there)}/elsewhere"))
    assert report.outcome == nowhere.outcome == "protocol"
    assert "not as an event collector does" in (report.error or "")


def there_url(there: Receiver) -> str:
    return f"https://hooks.example:{there.port}"


@pytest.mark.parametrize("tail", ["", "/", "/services/collector/event"])
def test_the_path_is_the_collectors_own_however_the_url_ends(
    authority: Authority, tls: ssl.SSLContext, tail: str
) -> None:
    with receiver(Collector(), tls) as there:
        report = sent(replace(splunk(there, authority), url=there_url(there) + tail))
    assert report.outcome == "delivered"
