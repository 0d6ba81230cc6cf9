"""Claims: lines are kept, never shared, never stale; time and bytes are bounded whatever comes."""

from __future__ import annotations

import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from govdesk.delivery import wire_lines
from govdesk.delivery.http import web_context
from govdesk.delivery.sinks import open_sink
from govdesk.delivery.wire_tls import Encryption
from tests.unit.delivery.servers import Asked, read_request, serving
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


def ok(_asked: Asked) -> bytes:
    return told(200, b"ok")


def test_a_second_post_needs_no_name_connection_or_handshake(authority: Authority) -> None:
    with receiver(ok, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        first, second = held.send(event(), 5), held.send(event(), 5)
        held.close()
    assert (first.outcome, second.outcome) == ("delivered", "delivered")
    assert there.server.accepted == 1
    assert None not in (first.dns_ms, first.tcp_ms, first.tls_ms, first.first_byte_ms)
    assert (second.dns_ms, second.tcp_ms, second.tls_ms) == (None, None, None)
    assert second.first_byte_ms is not None
    assert second.total_ms is not None
    assert second.first_byte_ms <= second.total_ms
    assert (second.address, second.tls) == (f"127.0.0.1:{there.port}", "TLS 1.3")


def test_a_first_answer_is_not_held_back_by_confirmations_put_off(authority: Authority) -> None:
    """The server here gathers small packets, as a socket does unless told otherwise."""
    with receiver(ok, authority.server()) as there:
        times = [sent(endpoint(there.port, authority.pem)).first_byte_ms or 0 for _ in range(8)]
    assert min(times) < 30


def test_every_dial_looks_the_name_up_and_judges_it_anew(authority: Authority) -> None:
    """The name moves to a closed address while a connection is kept: the next dial is refused."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with receiver(lambda _: told(200, connection="close"), authority.server()) as there:
        held = open_sink(endpoint(there.port, authority.pem), lambda *_: answers.pop(0))
        first, second = held.send(event(), 5), held.send(event(), 5)
        held.close()
    assert (first.outcome, second.outcome) == ("delivered", "refused")
    assert len(there.asked) == 1


def test_a_line_lives_a_minute_and_a_thousand_requests(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(ok, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        monkeypatch.setattr(wire_lines, "MOST_USES", 2)
        assert [held.send(event(), 5).outcome for _ in range(3)] == ["delivered"] * 3
        assert there.server.accepted == 2
        monkeypatch.setattr(wire_lines, "MOST_SECONDS", 0.0)
        held.send(event(), 5)
        held.send(event(), 5)
        assert there.server.accepted == 4
        held.close()


def test_tidying_closes_what_is_too_old(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def handler(line: socket.socket) -> None:
        while read_request(line) is not None:
            line.sendall(told(200))
        ended.set()

    with serving(handler, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        held.send(event(), 5)
        held.tidy()
        assert not ended.wait(0.1)
        monkeypatch.setattr(wire_lines, "MOST_SECONDS", 0.0)
        held.tidy()
        assert ended.wait(5)
        held.close()


def test_a_line_the_receiver_closed_is_dialled_anew_within_the_try(authority: Authority) -> None:
    """It says it will go on, and hangs up: a server's idle time that is over."""
    gone = threading.Event()

    def handler(line: socket.socket) -> None:
        read_request(line)
        line.sendall(told(200))
        line.close()
        gone.set()

    with serving(handler, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        for _ in range(3):
            gone.clear()
            assert held.send(event(), 5).outcome == "delivered"
            assert gone.wait(5)
        held.close()
    assert there.accepted == 3


def test_a_kept_line_that_dies_amid_a_request_is_tried_once_more_and_only_once(
    authority: Authority,
) -> None:
    """The request is read and the connection dropped without a word; with a new line too."""
    asked: list[str] = []
    calls = iter([True, False, False, False, True])

    def handler(line: socket.socket) -> None:
        while (request := read_request(line)) is not None:
            asked.append(request.headers["webhook-id"])
            if not next(calls):
                return
            line.sendall(told(200))

    with serving(handler, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        outcomes = [held.send(event(), 5).outcome for _ in range(3)]
        held.close()
    # The second: on the kept line, then on a new one. The third: on a new one only.
    assert outcomes == ["delivered", "protocol", "protocol"]
    assert len(asked) == 4
    assert len(set(asked)) == 1


def test_an_answer_that_was_begun_is_never_asked_for_again(authority: Authority) -> None:
    asked: list[bytes] = []

    def handler(line: socket.socket) -> None:
        read_request(line)
        line.sendall(told(200))
        asked.append((read_request(line) or Asked("", "", {}, b"")).body)
        line.sendall(b"HTTP/1.1 2")

    with serving(handler, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        held.send(event(), 5)
        report = held.send(event(), 5)
        held.close()
    assert report.outcome == "protocol"
    assert "amid its answer" in (report.error or "")
    assert (len(asked), there.accepted) == (1, 1)


def test_words_nobody_asked_for_never_become_the_next_answer(authority: Authority) -> None:
    forged = told(200) + b"HTTP/1.1 500 Smuggled\r\ncontent-length: 0\r\n\r\n"
    with receiver(lambda _: forged, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        assert [held.send(event(), 5).status for _ in range(3)] == [200, 200, 200]
        held.close()
    assert there.server.accepted == 3


def test_two_endpoints_at_one_address_never_share_a_line(authority: Authority) -> None:
    """The same address, port and certificate: still each has its own connection and name."""
    tls = authority.server("one.example", "two.example")
    with receiver(ok, tls) as there:
        one, two = (
            sink(endpoint(there.port, authority.pem, url=f"https://{name}.example:{there.port}/"))
            for name in ("one", "two")
        )
        for held in (one, two, one, two):
            assert held.send(event(), 5).outcome == "delivered"
        one.close()
        two.close()
    assert there.server.accepted == 2
    assert there.server.names == ["one.example", "two.example"]
    hosts = [asked.headers["host"].partition(":")[0] for asked in there.asked]
    assert hosts == ["one.example", "two.example", "one.example", "two.example"]


def test_four_senders_have_four_lines_and_their_own_answers(authority: Authority) -> None:
    together = threading.Barrier(4, timeout=10)

    def reply(asked: Asked) -> bytes:
        together.wait()
        return told(200, asked.headers["webhook-id"].encode())

    def one(number: int) -> tuple[str, str | None]:
        wanted = f"msg_{number:026d}"
        return wanted, held.send(replace(event(), message_id=wanted), 10).response

    with receiver(reply, authority.server()) as there:
        held = sink(endpoint(there.port, authority.pem))
        with ThreadPoolExecutor(4) as senders:
            answers = list(senders.map(one, range(40)))
        held.close()
    assert all(wanted == found for wanted, found in answers)
    assert there.server.accepted == 4


def test_a_sink_that_is_closed_amid_a_try_keeps_nothing(authority: Authority) -> None:
    inside, ended = threading.Event(), threading.Event()
    go_on = threading.Event()

    def handler(line: socket.socket) -> None:
        read_request(line)
        inside.set()
        go_on.wait(5)
        line.sendall(told(200))
        line.recv(1)
        ended.set()

    with serving(handler, authority.server()) as there, ThreadPoolExecutor(1) as sender:
        held = sink(endpoint(there.port, authority.pem))
        later = sender.submit(held.send, event(), 5)
        assert inside.wait(5)
        held.close()
        go_on.set()
        assert later.result(5).outcome == "delivered"
        assert ended.wait(5)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + told(200), "delivered"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "delivered",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "delivered"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "delivered"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n", "delivered"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "protocol"),
        (b"\x00\x01\x02\x03" * 20, "protocol"),
        (b"HTTP/2 200 OK\r\n\r\n", "protocol"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "protocol"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
            "protocol",
        ),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000 + b"\r\n", "too_long"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000, "too_long"),
        (b"", "protocol"),
    ],
)
def test_answers_of_every_shape_end_as_they_deserve(
    authority: Authority, said: bytes, outcome: str
) -> None:
    def handler(line: socket.socket) -> None:
        read_request(line)
        line.sendall(said)

    with serving(handler, authority.server()) as there:
        report = sent(endpoint(there.port, authority.pem))
    assert report.outcome == outcome, report
    assert (report.error is None) == (outcome == "delivered")


def test_what_is_asked_stands_as_entered_and_nothing_of_the_environment_comes_along(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with receiver(lambda _: told(200, set_cookie="a=b"), authority.server()) as there:
        url = f"https://hooks.example:{there.port}/in%2Fbox/ü?x=1&y=%20"
        held = sink(endpoint(there.port, authority.pem, url=url))
        assert {held.send(event(), 5).outcome for _ in range(2)} == {"delivered"}
        held.close()
    asked = there.asked[1]
    assert (asked.method, asked.path) == ("POST", "/in%2Fbox/%C3%BC?x=1&y=%20")
    assert asked.headers["host"] == f"hooks.example:{there.port}"
    assert not {"cookie", "accept-encoding", "proxy-authorization"} & set(asked.headers)


@pytest.mark.parametrize(
    ("host", "named", "asked_by_name"),
    [
        ("bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("HOOKS.Example.", "hooks.example", "hooks.example"),
        ("127.0.0.1", "127.0.0.1", None),
    ],
)
def test_a_host_is_named_in_ascii_and_an_address_is_no_name(
    authority: Authority, host: str, named: str, asked_by_name: str | None
) -> None:
    with receiver(ok, authority.server(named)) as there:
        report = sent(endpoint(there.port, authority.pem, url=f"https://{host}:{there.port}/"))
    assert report.outcome == "delivered", report
    assert there.server.names == [asked_by_name]
    assert there.asked[0].headers["host"] == f"{named}:{there.port}"


def test_endpoints_share_a_context_that_nobody_changes_between_handshakes(
    authority: Authority,
) -> None:
    """Setting what is offered anew would free what a handshake of another thread is copying."""
    first = Encryption.of(authority.pem, protocol="http/1.1").context
    assert Encryption.of(authority.pem, protocol="http/1.1").context is first
    assert web_context(authority.pem) is first
    first.set_alpn_protocols(["h2"])
    server = authority.server()
    server.set_alpn_protocols(["h2", "http/1.1"])
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = first.wrap_bio(theirs, ours, server_hostname="hooks.example")
    other = server.wrap_bio(ours, theirs, server_side=True)
    for side in (client, other, client, other):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    assert other.selected_alpn_protocol() == "http/1.1"
