"""Claims: no receiver takes more of our time, memory or patience than was agreed."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.delivery.servers import CRLF, read_request, serving
from tests.unit.delivery.sinks.stage import (
    Authority,
    endpoint,
    event,
    receiver,
    sent,
    sink,
    told,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


GRACE = 0.5


def dripping(head: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def handler(line: socket.socket) -> None:
        read_request(line)
        line.sendall(head)
        stop = threading.Event()
        while not stop.wait(0.3):
            line.sendall(piece)

    return handler


@pytest.mark.parametrize(
    ("head", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\nx-long: ", "timeout"),
        (b"", "timeout"),
        (b"HTTP/1.1 500 No\r\ncontent-length: 5000\r\n\r\n", "http"),
    ],
)
def test_a_drip_ends_with_the_deadline(authority: Authority, head: bytes, outcome: str) -> None:
    with serving(dripping(head, b"a"), authority.server()) as there:
        began = time.monotonic()
        report = sent(endpoint(there.port, authority.pem), seconds=1.5)
        took = time.monotonic() - began
    assert report.outcome == outcome
    assert 1.5 <= took <= 1.5 + GRACE
    assert report.first_byte_ms is not None


def test_a_drip_that_is_taken_for_a_slow_reader_does_too(authority: Authority) -> None:
    """Nothing is read, so the request does not even fit into the buffers."""
    stop = threading.Event()

    def handler(line: socket.socket) -> None:
        stop.wait(5)

    with serving(handler, authority.server()) as there:
        began = time.monotonic()
        report = sent(endpoint(there.port, authority.pem), event(summary="x" * 19_000), seconds=1)
        took = time.monotonic() - began
        stop.set()
    assert report.outcome == "timeout"
    assert took <= 1 + GRACE


MEMORY = """
import sys
from tests.unit.delivery.sinks.stage import endpoint, event, sink

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

port, ca = int(sys.argv[1]), sys.stdin.read()
held = sink(endpoint(port, ca))
for _ in range(3):
    held.send(event(), 10)
before = resident()
report = held.send(event(type="bomb"), 10)
print(report.outcome, resident() - before, len(report.response or ""))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_fifty_megabytes_of_gzip_cost_less_than_one_of_memory(authority: Authority) -> None:
    plain = gzip.compress(bytes(50_000_000))
    whole = bytes(50_000_000)
    for encoding, body in (("gzip", plain), ("gzip", whole), ("identity", whole)):
        answers = iter([told(200), told(200), told(200)])
        last = told(200, body, content_encoding=encoding, content_type="application/json")
        with receiver(lambda _, a=answers, b=last: next(a, b), authority.server()) as there:  # type: ignore[misc]
            done = subprocess.run(
                [sys.executable, "-c", MEMORY, str(there.port)],
                input=authority.pem, capture_output=True, text=True, timeout=60,
            )  # fmt: skip
        assert done.returncode == 0, done.stderr
        outcome, grown, length = done.stdout.split()
        assert outcome == "delivered"
        assert int(grown) <= 1_000_000
        assert int(length) <= 16 * 1024


def test_of_a_long_body_the_first_part_is_kept_and_the_line_not(authority: Authority) -> None:
    for size, connections in ((200_000, 1), (300_000, 2)):
        with receiver(lambda _, n=size: told(500, b"x" * n), authority.server()) as there:  # type: ignore[misc]
            held = sink(endpoint(there.port, authority.pem))
            reports = [held.send(event(), 5) for _ in range(2)]
            held.close()
        assert {one.outcome for one in reports} == {"http"}
        assert {(one.response or "")[: 16 * 1024] for one in reports} == {"x" * 16 * 1024}
        assert there.server.accepted == connections


def test_who_answers_before_listening_to_the_end_is_heard(authority: Authority) -> None:
    def handler(line: socket.socket) -> None:
        line.recv(10)
        line.sendall(b"HTTP/1.1 413 Too Long\r\nconnection: close\r\ncontent-length: 0" + CRLF * 2)
        while line.recv(65536):
            pass

    with serving(handler, authority.server()) as there:
        report = sent(endpoint(there.port, authority.pem))
    assert (report.outcome, report.status) == ("http", 413)


_PIECES = st.sampled_from([
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 500 No\r\n", b"HTTP/1.0 204\r\n", b"content-length: 5\r\n",
    b"transfer-encoding: chunked\r\n", b"content-length: -1\r\n", b"\r\n", b"5\r\nhello\r\n",
    b"0\r\n\r\n", b"hello", b"x: y\r\n", b" folded\r\n", b"\x00", b"HTTP/1.1 101 Switch\r\n",
    b"location: http://[::1\r\n", b"retry-after: 99999999999\r\n", b"ffffffffffffffff\r\n",
])  # fmt: skip


@pytest.mark.parametrize("kind", ["webhook", "ntfy", "splunk"])
def test_whatever_is_answered_becomes_a_report(authority: Authority, kind: str) -> None:
    said = [b""]

    def handler(line: socket.socket) -> None:
        read_request(line)
        line.sendall(said[0])

    with serving(handler, authority.server()) as there:
        url = f"https://hooks.example:{there.port}/topic"
        held = sink(endpoint(there.port, authority.pem, kind=kind, url=url, token="a-token"))

        @settings(max_examples=60, deadline=None)
        @given(st.lists(st.one_of(_PIECES, st.binary(max_size=30)), max_size=8).map(b"".join))
        def judged(answer: bytes) -> None:
            said[0] = answer
            report = held.send(event("test"), 5)
            assert report.ok or (report.error and report.remedy and report.blame == "endpoint")
            assert report.outcome != "timeout"

        judged()
        held.close()
