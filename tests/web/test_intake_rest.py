"""Claims: who sends more than is taken reads the answer, and nobody wins by sending on and on."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.web import draining
from govdesk.web import intake as endpoint
from tests.people import Cast
from tests.web.sending import Sender, begun, office


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the peppers of the module's database are."""
    return tmp_path_factory.mktemp("peppers")


@pytest.fixture
def sender(module_cast: Cast, folder: Path) -> Iterator[Sender]:
    with office(module_cast, folder) as made:
        yield made.sender


def read_whole(line: socket.socket) -> bytes:
    """What comes before the other side closes."""
    read = b""
    while more := line.recv(65536):
        read += more
    return read


def said(answer: bytes) -> dict[str, str]:
    """The document of an answer that came whole."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-length: %d\r\n" % len(body) in head.lower() + b"\r\n"
    return dict(json.loads(body))


def drip(line: socket.socket, until: float) -> None:
    """Send a byte now and then, until the other side has closed."""
    pause = threading.Event()
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < until:
            line.sendall(b"a")
            pause.wait(0.02)


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3_000_000, 12_000_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["sized", "chunked"])
def test_who_sends_too_much_reads_the_whole_answer(
    sender: Sender, size: int, *, chunked: bool
) -> None:
    """All of it is sent before anything is read, as most programs do."""
    body = b"a" * size
    head = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    if chunked:
        body = b"%x\r\n" % size + body + b"\r\n0\r\n\r\n"
    for _ in range(3):
        with begun(sender, head) as line:
            line.sendall(body)
            answer = read_whole(line)
        assert answer.startswith(b"HTTP/1.1 413")
        assert said(answer)["type"].endswith(":too-large")


def test_who_is_not_let_in_reads_why_whatever_is_sent(sender: Sender) -> None:
    nobody = Sender(sender.visitor, "gd_nobody")
    with begun(nobody, "Content-Length: 1000000") as line:
        line.sendall(b"a" * 1_000_000)
        answer = read_whole(line)
    assert answer.startswith(b"HTTP/1.1 401")
    assert said(answer)["reason"] == "invalid"


def test_drop_by_drop_wins_nothing(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "SECONDS", 0.5)
    at = time.monotonic()
    with begun(sender, "Content-Length: 9000000") as line:
        assert line.recv(65536).startswith(b"HTTP/1.1 413")
        assert time.monotonic() - at < 0.5, "the answer waits for nothing"
        drip(line, until=at + 5)
    assert 0.4 < time.monotonic() - at < 2


def test_of_many_who_drip_the_rest_is_taken_of_a_few(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "AT_ONCE", 1)
    with begun(sender, "Content-Length: 9000000") as first:
        assert first.recv(65536).startswith(b"HTTP/1.1 413")
        at = time.monotonic()
        with begun(sender, "Content-Length: 9000000") as second:
            while second.recv(65536):
                pass
        assert time.monotonic() - at < draining.SECONDS / 2
        first.sendall(b"a")


def test_of_an_endless_body_so_much_is_taken_and_no_more(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_REST_OF_KNOWN", 1024 * 1024)
    sent, part = 0, b"a" * 65536
    with begun(sender, "Content-Length: 999999999999") as line:
        while sent < 64 * 1024 * 1024:
            try:
                line.sendall(part)
            except ConnectionError:
                break
            sent += len(part)
    # What the buffers of both systems hold comes on top.
    assert 1024 * 1024 <= sent < 32 * 1024 * 1024


def test_after_a_small_refusal_the_connection_is_used_again(sender: Sender) -> None:
    with begun(sender, "Content-Length: 3") as line:
        line.sendall(b"{'a")
        answer = b""
        while not answer.endswith(b"}"):
            answer += line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 400")
        line.sendall(f"GET /robots.txt HTTP/1.1\r\nHost: {sender.visitor.host}\r\n\r\n".encode())
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
