"""Claims: messages are RFC 5424's in RFC 5425's frames, and lines that ended are noticed."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.delivery import payload
from govdesk.delivery.endpoint import Endpoint
from govdesk.delivery.sinks.syslog_message import element, escaped, frame, message
from tests.unit.delivery.servers import serving
from tests.unit.delivery.sinks.stage import Authority, endpoint, event, sent, sink

GRAMMAR = re.compile(
    r"<(?P<pri>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"
    r" (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<proc>[!-~]{1,128}) (?P<id>[!-~]{1,32})"
    r" (?P<data>(?:\[[!#-<>-\\^-~]{1,32}"
    r"(?: [!#-<>-\\^-~]{1,32}=\"(?:[^\"\\\]]|\\[\"\\\]])*\")*\])+)"
    r" \ufeff(?P<text>[^\x00-\x1f\x7f-\x9f]*)"
)
"""RFC 5424 §6, with the mark of UTF-8 before the text."""


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def collector(port: int, authority: Authority, **settings: str) -> Endpoint:
    return replace(
        endpoint(port),
        kind="syslog",
        url=f"syslog+tls://hooks.example:{port}",
        secrets=(),
        settings={"ca": authority.pem, **settings},
    )


@dataclass
class Heard:
    """Reads frames by their counts, and nothing else ever; `most` a connection, then hangs up."""

    most: int = 1000
    messages: list[str] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)
    ends: list[str] = field(default_factory=list)

    def __call__(self, line: socket.socket) -> None:
        """Listen to one connection."""
        with line.makefile("rb") as file:
            for _ in range(self.most):
                count = b""
                while (sign := file.read(1)) not in (b" ", b""):
                    count += sign
                if not count:
                    break
                assert re.fullmatch(rb"[1-9][0-9]*", count)
                data = file.read(int(count)).decode()
                with self.came:
                    self.messages.append(data)
                    self.came.notify_all()
        with self.came:
            self.ends.append("closed")
            self.came.notify_all()

    def wait(self, count: int) -> list[str]:
        """The messages once there are so many."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.messages) >= count, 5)
            return self.messages

    def wait_for_end(self, count: int) -> None:
        """Until so many connections ended."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.ends) >= count, 5)


def test_a_message_has_the_form_of_rfc_5424(authority: Authority) -> None:
    heard = Heard()
    with serving(heard, authority.server()) as there:
        at = collector(there.port, authority, facility="10", app_name="gov-desk")
        report = sent(at, event(summary='Größe\ngeändert ]"\\ \x1b[31m'))
        (text,) = heard.wait(1)
    assert (report.outcome, report.blame, report.status) == ("sent", None, None)
    found = GRAMMAR.fullmatch(text)
    assert found is not None, text
    assert found["pri"] == str(10 * 8 + 4)
    assert found["at"] == "2026-11-21T09:30:15.123456Z"
    assert (found["app"], found["id"], found["proc"]) == ("gov-desk", "member.invited", "-")
    assert found["host"] == socket.gethostname()
    assert f'leaf_hash="{"ab" * 32}"' in found["data"]
    assert 'govdesk@32473 id="msg_0123456789abcdef0123456789" stream_seq="7"' in found["data"]
    said = json.loads(found["text"])
    assert said == json.loads(payload.body(at, event(summary='Größe\ngeändert ]"\\ \x1b[31m')))
    assert "Größe\\ngeändert" in found["text"]


@pytest.mark.parametrize(
    ("severity", "priority"), [("info", 110), ("notice", 109), ("warning", 108), ("high", 106)]
)
def test_an_events_gravity_is_syslogs(authority: Authority, severity: str, priority: int) -> None:
    heard = Heard()
    with serving(heard, authority.server()) as there:
        sent(collector(there.port, authority), event(severity=severity))
        assert heard.wait(1)[0].startswith(f"<{priority}>1 ")


def test_what_collectors_would_cut_off_is_left_out_and_named(authority: Authority) -> None:
    heard = Heard()
    with serving(heard, authority.server()) as there:
        at, big = collector(there.port, authority), event(summary="kept")
        sent(at, replace(big, diff=json.dumps({"x": "ü" * 8000})))
        text = heard.wait(1)[0]
    assert len(text.encode()) <= 8192
    said = json.loads(text.partition("\ufeff")[2])
    assert said["cut"] == ["diff"]
    assert said["data"]["summary"] == "kept"


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.text(max_size=60),
    st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_is_put_in_the_form_holds(
    program: str, name: str, text: str, at: datetime
) -> None:
    made = message(
        facility=13, severity=6, at=at, program=program, name=name,
        data=[(name or "x", text)], text=text,
    )  # fmt: skip
    if at.year >= 1000:
        assert GRAMMAR.fullmatch(made.decode()), made
    count, _, rest = frame(made).partition(b" ")
    assert int(count) == len(rest) == len(made)


def test_three_characters_of_a_value_are_escaped() -> None:
    assert element("a@1", [("k", 'x"y]z\\'), ("empty", "")]) == '[a@1 k="x\\"y\\]z\\\\"]'


def test_escaping_leaves_json_json() -> None:
    said = {"text": "a\x7fb\x85c\u2028d\n"}
    plain = json.dumps(said, ensure_ascii=False)
    assert json.loads(escaped(plain)) == said


def test_a_connection_is_kept_and_left_politely(authority: Authority) -> None:
    heard = Heard()
    with serving(heard, authority.server()) as there:
        held = sink(collector(there.port, authority))
        reports = [held.send(event(seq=number), 5) for number in range(50)]
        held.close()
        heard.wait_for_end(1)
        assert len(heard.messages) == 50
    assert {one.outcome for one in reports} == {"sent"}
    assert there.accepted == 1
    assert there.failures == []
    assert reports[0].tls_ms is not None
    assert reports[1].tls_ms is None


def test_a_collector_that_hung_up_is_noticed_before_the_next_message(authority: Authority) -> None:
    heard = Heard(most=1)
    with serving(heard, authority.server()) as there:
        held = sink(collector(there.port, authority))
        for number in range(1, 4):
            assert held.send(event(seq=number), 5).outcome in ("sent", "protocol")
            heard.wait(number)
            heard.wait_for_end(number)
        held.close()
    assert len(heard.messages) == there.accepted == 3


def test_what_was_sent_last_arrives_though_the_connection_ends(authority: Authority) -> None:
    """Closing with unread tickets would reset the connection and might overtake the message."""
    for number in range(5):
        heard = Heard()
        with serving(heard, authority.server()) as there:
            assert sent(collector(there.port, authority), event(seq=number)).outcome == "sent"
            assert len(heard.wait(1)) == 1
        assert there.failures == []


def _hangs_up(line: socket.socket) -> None:
    line.recv(10)


def _answers(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    line.recv(1)


@pytest.mark.parametrize(
    ("handler", "said"),
    [(_hangs_up, "hung up when it had the message"), (_answers, "no collector of syslog does")],
)
def test_who_is_no_collector_is_told_apart(
    authority: Authority, handler: Callable[[socket.socket], None], said: str
) -> None:
    with serving(handler, authority.server()) as there:
        report = sent(collector(there.port, authority))
    assert report.outcome == "protocol"
    assert said in (report.error or "")
    assert report.remedy


def test_a_collector_that_wants_a_certificate_says_so(authority: Authority) -> None:
    clients, heard = Authority("Clients"), Heard()
    certificate, key = clients.client()
    with serving(heard, authority.server(client=clients)) as there:
        at = collector(there.port, authority)
        without = sent(at)
        shown = sent(replace(at, client_certificate=certificate, client_key=key))
        heard.wait(1)
    assert without.outcome == "tls"
    assert "asks for a certificate of ours" in (without.error or "")
    assert shown.outcome == "sent"
    assert len(heard.messages) == 1


def test_a_collector_that_reads_nothing_is_let_go_at_the_deadline(authority: Authority) -> None:
    stop = threading.Event()
    small = authority.server()

    def handler(line: socket.socket) -> None:
        stop.wait(10)

    with serving(handler, small) as there:
        held = sink(collector(there.port, authority))
        began, outcomes = time.monotonic(), []
        while "timeout" not in outcomes and time.monotonic() - began < 8:
            outcomes.append(held.send(event(summary="x" * 6000), 0.6).outcome)
        stop.set()
        held.close()
    assert outcomes[-1] == "timeout"
    assert set(outcomes[:-1]) == {"sent"}


def test_a_syslog_line_is_encrypted_or_nothing_is_sent() -> None:
    heard: list[bytes] = []

    def handler(line: socket.socket) -> None:
        heard.append(line.recv(65536))

    with serving(handler) as there:
        at = replace(
            endpoint(there.port), kind="syslog", url=f"syslog+tls://hooks.example:{there.port}"
        )
        report = sent(at, seconds=2)
    assert report.outcome == "tls"
    assert b"member.invited" not in b"".join(heard)
