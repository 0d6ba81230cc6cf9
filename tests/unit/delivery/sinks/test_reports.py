"""Claims: whatever goes wrong is named in a sentence, with what to do, and blamed on whom it is."""

from __future__ import annotations

import errno
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_lookup import system_addresses
from govdesk.delivery.report import Report
from govdesk.delivery.sinks import open_sink
from tests.unit.delivery.servers import read_request, serving
from tests.unit.delivery.sinks.stage import (
    PEM_OF_NOBODY,
    SECRET,
    Authority,
    endpoint,
    event,
    receiver,
    sent,
    sink,
    told,
    words,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def answered(
    authority: Authority, status: int, body: bytes = b"", *, origin: str = "event", **headers: str
) -> Report:
    with receiver(lambda _: told(status, body, **headers), authority.server()) as there:
        return sent(endpoint(there.port, authority.pem), event(origin))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://hooks.example/"}, "does not begin with https://"),
        ({"url": "https://ada:secret@hooks.example/"}, "holds a user or password"),
        ({"url": "https://0x7f.1/"}, "unusual form"),
        ({"settings": {"server_name": ".x"}}, "not the name of a host"),
        ({"allow": ("169.254.0.0/16:443",)}, "cannot be opened"),
        ({"kind": "syslog", "url": "https://hooks.example/"}, "syslog+tls://"),
    ],
)
def test_what_cannot_be_used_is_said_at_every_try_and_nobody_is_called(
    changes: dict[str, object], said: str
) -> None:
    report = sent(endpoint(443, **changes))  # type: ignore[arg-type]
    assert (report.outcome, report.blame) == ("refused", "endpoint")
    assert said in words(report)
    assert report.address is None


@pytest.mark.parametrize(
    ("changes", "blame", "said"),
    [
        ({"settings": {"ca": PEM_OF_NOBODY}}, "endpoint", "authority cannot be read"),
        ({"client_certificate": PEM_OF_NOBODY}, "ours", "cannot be used together"),
        ({"client_key": "ü"}, "ours", "cannot be used together"),
        ({"token": "tök"}, "ours", "no header can carry"),
    ],
)
def test_what_a_reference_leads_to_is_no_fault_of_the_receiver(
    changes: dict[str, object], blame: str, said: str
) -> None:
    report = sent(endpoint(443, **changes))  # type: ignore[arg-type]
    assert (report.outcome, report.blame) == ("ours" if "token" in changes else "tls", blame)
    assert said in words(report)
    assert report.address is None


def test_a_private_address_names_the_rule_and_who_may_open_it() -> None:
    report = sent(endpoint(443, url="https://10.1.2.3/", allow=()))
    assert (report.outcome, report.blame) == ("refused", "endpoint")
    assert "10.1.2.3 (a private network): not contacted" in words(report)
    assert "RFC 1918" in words(report)
    assert "list 10.1.2.3/32:443" in words(report)
    assert "Who manages webhooks there may open it" in words(report)


@pytest.mark.parametrize("allow", [(), ("10.1.2.0/24:8443",)])
def test_where_several_share_a_worker_it_does_not_say_where_a_name_leads(
    monkeypatch: pytest.MonkeyPatch, allow: tuple[str, ...]
) -> None:
    found = [(2, 1, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    report = open_sink(endpoint(443, allow=allow, is_shared=True)).send(event(), 5)
    assert (report.outcome, report.address) == ("refused", None)
    assert "RFC 1918" in words(report)
    assert "10.1.2" not in words(report)


@pytest.mark.parametrize("url", ["https://10.1.2.3/", "https://8.8.8.8:22/"])
def test_where_openings_are_ruled_it_says_who_else_has_to_agree(url: str) -> None:
    said = words(sent(endpoint(443, url=url, allow=(), is_ruled=True)))
    assert "whoever runs the worker names it for acme in GOVDESK_OPENINGS" in said
    assert "GOVDESK_OPENINGS" not in words(sent(endpoint(443, url=url, allow=())))


def test_a_credentials_service_is_opened_by_nobody() -> None:
    report = sent(endpoint(443, url="https://169.254.169.254/", allow=()))
    assert report.outcome == "refused"
    assert "Nobody can open it" in words(report)


def test_a_port_that_is_not_open_says_which_are() -> None:
    report = sent(endpoint(443, url="https://8.8.8.8:22/", allow=()))
    assert report.outcome == "refused"
    assert "Use one of 443, 8443" in words(report)


@pytest.mark.parametrize(
    ("code", "blame"),
    [
        (socket.EAI_NONAME, "endpoint"),
        (socket.EAI_AGAIN, "ours"),
        (socket.EAI_FAIL, "ours"),
    ],
)
def test_a_name_nobody_has_is_the_endpoints_and_a_dead_name_server_is_ours(
    monkeypatch: pytest.MonkeyPatch, code: int, blame: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "as the resolver says it")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    report = open_sink(endpoint(443)).send(event(), 5)
    assert (report.outcome, report.blame) == ("dns", blame)
    assert "hooks.example" in words(report)
    assert ("Nothing is held against the receiver" in words(report)) == (blame == "ours")


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY])
def test_a_name_that_fails_while_others_are_answered_is_the_endpoints(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def looks_up(host: str, *_: object, **__: object) -> list[object]:
        if host == "hooks.example":
            raise socket.gaierror(code, "as the resolver says it")
        return [(2, 1, 6, "", ("10.1.2.3", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", looks_up)
    open_sink(endpoint(443, url="https://other.example/", allow=())).send(event(), 5)
    report = open_sink(endpoint(443)).send(event(), 5)
    blame = "ours" if code == socket.EAI_MEMORY else "endpoint"
    assert (report.outcome, report.blame) == ("dns", blame)
    assert ("those of other names do" in words(report)) == (blame == "endpoint")


def test_a_name_server_that_says_nothing_is_ours_and_ends_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: stop.wait(10) and [])
    began = time.monotonic()
    at = endpoint(443, url="https://silent.example/")
    report = open_sink(at, system_addresses).send(event(), 0.5)
    took = time.monotonic() - began
    stop.set()
    assert (report.outcome, report.blame) == ("dns", "ours")
    assert took < 1


def test_a_name_whose_servers_are_silent_holds_one_thread_and_hides_no_other_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forty senders wait for it, and the next name is still answered at once."""
    stop, asked = threading.Event(), []

    def looks_up(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        if host == "mute.example":
            stop.wait(10)
        return [(2, 1, 6, "", ("10.1.2.3", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", looks_up)
    mute = open_sink(endpoint(443, url="https://mute.example/", allow=()))
    with ThreadPoolExecutor(40) as senders:
        waiting = [senders.submit(mute.send, event(), 1.5) for _ in range(40)]
        other = open_sink(endpoint(443, url="https://other.example/", allow=())).send(event(), 1)
        outcomes = {one.result(5).outcome for one in waiting}
        stop.set()
    assert other.outcome == "refused"
    assert outcomes == {"dns"}
    assert asked.count("mute.example") == 1


def test_a_closed_port_is_the_endpoints() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    report = sent(endpoint(port))
    assert (report.outcome, report.blame) == ("tcp", "endpoint")
    assert f"127.0.0.1:{port} cannot be reached: connection refused" in words(report)


@pytest.mark.parametrize(
    "code", [errno.ENETUNREACH, errno.ENETDOWN, errno.EMFILE, errno.EADDRNOTAVAIL]
)
def test_no_way_out_of_this_machine_is_ours(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fails(*_: object) -> None:
        raise OSError(code, "so it is")

    monkeypatch.setattr(socket.socket, "connect", fails)
    report = sent(endpoint(443, allow=("127.0.0.1/32:443",), url="https://hooks.example/"))
    assert (report.outcome, report.blame) == ("ours", "ours")
    assert "The worker's machine has no way out" in words(report)


def test_one_address_without_a_route_is_not_ours_when_another_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

    def both(_host: str, _port: int, _deadline: Deadline) -> list[str]:
        return ["127.0.0.1", "127.0.0.1"]

    report = open_sink(endpoint(port), both).send(event(), 5)
    assert report.blame == "endpoint"


@pytest.mark.parametrize(
    ("where", "said"),
    [("tls", "did not encrypt it within"), ("header", "did not answer within")],
)
def test_who_hangs_is_let_go_at_the_deadline(authority: Authority, where: str, said: str) -> None:
    stop = threading.Event()

    def handler(line: socket.socket) -> None:
        if where == "header":
            read_request(line)
        stop.wait(10)

    with serving(handler, authority.server() if where == "header" else None) as there:
        began = time.monotonic()
        report = sent(endpoint(there.port, authority.pem), seconds=1)
        took = time.monotonic() - began
        stop.set()
    assert report.outcome == "timeout"
    assert said in words(report)
    assert 1 <= took <= 1.5


def test_who_takes_no_connection_is_let_go_too() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        report = sent(endpoint(port), seconds=1)
        took = time.monotonic() - began
        for one in waiting:
            one.close()
    assert report.outcome == "timeout"
    assert "took no connection within 1 second." in words(report)
    assert took <= 1.5


def test_a_server_without_tls_is_told_apart(authority: Authority) -> None:
    def handler(line: socket.socket) -> None:
        line.recv(100)
        line.sendall(told(400, b"plain HTTP"))

    with serving(handler) as there:
        report = sent(endpoint(there.port, authority.pem))
    assert report.outcome == "tls"
    assert "does not answer with TLS" in words(report)


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [
        (200, "delivered", None),
        (204, "delivered", None),
        (301, "redirect", "sends us on to nowhere"),
        (400, "http", "answered 400: it does not understand the request"),
        (401, "http", "newest secret"),
        (404, "http", "Check the path"),
        (410, "gone", "it wants no more deliveries"),
        (429, "http", "it is asked too often"),
        (418, "http", "it refuses the request"),
        (500, "http", "it has trouble of its own"),
        (503, "http", "busy"),
        (599, "http", "it has trouble of its own"),
    ],
)
def test_each_status_has_its_outcome(
    authority: Authority, status: int, outcome: str, said: str | None
) -> None:
    report = answered(authority, status)
    assert (report.outcome, report.status) == (outcome, status)
    if said is None:
        assert (report.error, report.remedy, report.blame) == (None, None, None)
    else:
        assert said in words(report)


def test_a_redirect_tells_the_host_alone(authority: Authority) -> None:
    report = answered(authority, 302, location="https://login.example/cb?code=s3cr3tc0de")
    assert "sends us on to login.example;" in words(report)
    assert "s3cr3t" not in repr(report)
    assert "another path" in words(answered(authority, 307, location="/other?x=1"))


def test_a_web_page_and_an_empty_answer_are_named(authority: Authority) -> None:
    page = b"<!DOCTYPE html><html><body>Sign in</body></html>"
    assert "answered with a web page" in words(answered(authority, 404, page))
    typed = answered(authority, 500, b"oops", content_type="text/html; charset=utf-8")
    assert "answered with a web page" in words(typed)
    assert "It said nothing more." in words(answered(authority, 500))
    assert "web page" in words(answered(authority, 200, page, origin="test"))
    assert answered(authority, 200, page).error is None


def test_retry_after_of_an_answer_reaches_the_report(authority: Authority) -> None:
    assert answered(authority, 429, retry_after="77").retry_after == 77.0


@pytest.mark.parametrize(
    "form", [bytes.decode, bytes.hex, lambda raw: b64encode(raw).decode().rstrip("=")]
)
def test_a_receiver_that_names_the_secret_it_expects_is_not_quoted(
    form: Callable[[bytes], str], authority: Authority
) -> None:
    """Pasted as plain text, it is known to the receiver as that."""
    secret = b"correct horse battery staple"
    body = f"expected {form(secret)} here".encode()
    with receiver(lambda _: told(401, body), authority.server()) as there:
        report = sent(endpoint(there.port, authority.pem, secrets=(secret,)))
    assert report.response == "expected [redacted] here"


def test_no_secret_stands_in_a_report(authority: Authority) -> None:
    """The receiver echoes all that it was sent, which is what receivers do when they debug."""
    chain, key = authority.client()

    def echo(asked: object) -> bytes:
        return told(500, repr(asked).encode())

    for origin in ("event", "test"):
        with receiver(echo, authority.server()) as there:
            target = endpoint(
                there.port,
                authority.pem,
                url=f"https://hooks.example:{there.port}/in?key=in-the-query",
                token="tok_3n4r8c9w2q",
                headers={"X-Team": "a-custom-value", "Host": "elsewhere", "webhook-id": "x"},
                client_certificate=chain,
                client_key=key,
            )
            report = sent(target, event(origin))
        whole = repr(report)
        asked = there.asked[0]
        assert asked.headers["authorization"] == "Bearer tok_3n4r8c9w2q"
        assert asked.headers["x-team"] == "a-custom-value"
        assert asked.headers["host"] != "elsewhere"
        assert "tok_3n4r8c9w2q" not in whole
        assert "in-the-query" not in whole
        assert key.splitlines()[1] not in whole
        assert asked.headers["webhook-signature"].split()[0] not in (report.response or "")
        assert SECRET.hex() not in whole
        assert report.request is not None
        rows = dict(report.request["headers"])
        assert rows["X-Team"] == rows["authorization"] == "[…]"
        assert rows["webhook-signature"] == asked.headers["webhook-signature"]
        assert report.request["url"] == f"https://hooks.example:{there.port}/in"
        assert ("body" in report.request) == (origin == "test")
    assert SECRET.hex() not in repr(sink(target))
