"""Claims: the client stays within its deadline and bytes, follows nothing, and checks names."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator

import httpcore2
import httpx2
import pytest

from govdesk.delivery.egress import Guard, Refused
from govdesk.delivery.egress_deadline import Deadline, TooSlow
from govdesk.delivery.egress_line import Broken, TooLong
from govdesk.delivery.egress_tls import NoTls, NotTrusted, Trail
from govdesk.delivery.http import Answer, ask, client, read_url, web_context
from tests.unit.delivery.corpus import CORPUS
from tests.unit.delivery.servers import Certificates, Server, answer, serving, web

BOMB = gzip.compress(bytes(50_000_000))


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


def fetch(
    url: str,
    server: Server,
    *,
    seconds: float = 5.0,
    ca: str = "",
    trail: Trail | None = None,
    most_bytes: int = 64 * 1024,
    look_up: Callable[..., list[str]] = lambda *_: ["127.0.0.1"],
    method: str = "GET",
) -> Answer:
    guard, deadline = Guard(server.allow, look_up=look_up), Deadline(seconds)
    with client(guard, deadline, trust=web_context(ca), trail=trail, most_bytes=most_bytes) as line:
        return ask(line, deadline, method, read_url(url))


def test_every_url_of_the_corpus_is_refused() -> None:
    passed = []
    for row in CORPUS["urls"]:
        try:
            read_url(row["url"])
            passed.append(row["url"])
        except Refused:
            pass
    assert len(CORPUS["urls"]) >= 30
    assert passed == []


def test_every_hostile_host_is_refused_in_a_url_by_the_guard_that_dials() -> None:
    """Past the reading of the URL too: the host that httpx2 itself makes of it is judged."""
    refusals = (Refused, httpx2.InvalidURL, httpcore2.UnsupportedProtocol)
    for row in CORPUS["hosts"]:
        host = row["host"]
        url = f"https://[{host}]/" if ":" in host and "[" not in host else f"https://{host}/"
        deadline = Deadline(5)
        called: list[str] = []

        def look_up(name: str, *_: object, called: list[str] = called) -> list[str]:
            called.append(name)
            return ["127.0.0.1"]

        with client(Guard(look_up=look_up), deadline) as line, pytest.raises(refusals) as no:
            line.get(url)
        assert isinstance(no.value, Refused) or not called, host


def test_the_name_in_the_url_is_the_one_in_sni_certificate_and_host(
    certificates: Certificates,
) -> None:
    trail, tls = Trail(), certificates.server("siem.example.com")
    with web(lambda _: answer(200, b"hello"), tls) as (server, requests):
        url = f"https://siem.example.com:{server.port}/in?x=1"
        got = fetch(url, server, ca=certificates.pem, trail=trail)
    assert (got.status, got.body) == (200, b"hello")
    assert server.names == ["siem.example.com"]
    assert requests[0].headers["host"] == f"siem.example.com:{server.port}"
    assert trail.words == [
        f"127.0.0.1:{server.port}", "TLS 1.3", "certificate good for 90 more days"
    ]  # fmt: skip


def test_an_address_in_the_url_has_to_stand_in_the_certificate(certificates: Certificates) -> None:
    for names, is_good in ((("127.0.0.1",), True), (("localhost",), False)):
        with web(lambda _: answer(200), certificates.server(*names)) as (server, _):
            url = f"https://127.0.0.1:{server.port}/"
            if is_good:
                assert fetch(url, server, ca=certificates.pem).status == 200
                continue
            with pytest.raises(NotTrusted, match=r"not made out to 127\.0\.0\.1"):
                fetch(url, server, ca=certificates.pem)


@pytest.mark.parametrize(
    ("host", "days", "sentence"),
    [
        ("other.example.com", 90.5, "not made out to siem.example.com"),
        ("siem.example.com", -0.5, "has expired"),
        ("siem.example.com", 600.0, "not valid yet"),
    ],
)
def test_a_certificate_that_does_not_fit_ends_before_anything_is_asked(
    certificates: Certificates, host: str, days: float, sentence: str
) -> None:
    with (
        web(lambda _: answer(200), certificates.server(host, days=days)) as (server, requests),
        pytest.raises(NotTrusted, match=sentence),
    ):
        fetch(f"https://siem.example.com:{server.port}/", server, ca=certificates.pem)
    assert requests == []


def test_an_unknown_authority_is_not_trusted(certificates: Certificates) -> None:
    tls = certificates.server("siem.example.com")
    with web(lambda _: answer(200), tls) as (server, requests):
        with pytest.raises(NotTrusted, match="cannot be verified"):
            fetch(f"https://siem.example.com:{server.port}/", server)
        with pytest.raises(NotTrusted, match="cannot be verified"):
            fetch(f"https://siem.example.com:{server.port}/", server, ca=Certificates().pem)
    assert requests == []


def test_a_server_without_tls_or_with_an_old_one_is_named(certificates: Certificates) -> None:
    old = certificates.server("siem.example.com")
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    for tls in (None, old):
        with serving(greet, tls) as server, pytest.raises(NoTls):
            fetch(f"https://siem.example.com:{server.port}/", server, ca=certificates.pem)


def test_two_hosts_at_one_address_never_share_a_connection(certificates: Certificates) -> None:
    """The trap of rewritten URLs: the second tenant's body went down the first one's session."""
    tls = certificates.server("a.example.com")
    with web(lambda _: answer(200), tls) as (server, requests):
        guard, deadline = Guard(server.allow, look_up=lambda *_: ["127.0.0.1"]), Deadline(5)
        with client(guard, deadline, trust=web_context(certificates.pem)) as line:
            ask(line, deadline, "GET", read_url(f"https://a.example.com:{server.port}/"))
            with pytest.raises(NotTrusted, match=r"not made out to b\.example\.com"):
                ask(line, deadline, "POST", read_url(f"https://b.example.com:{server.port}/"))
    assert [one.headers["host"] for one in requests] == [f"a.example.com:{server.port}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with web(lambda _: answer(200)) as (other, never):
        target = f"http://127.0.0.1:{other.port}/"
        with web(lambda _: answer(status, location=target)) as (server, _):
            got = fetch(f"http://siem.example.com:{server.port}/", server)
    assert got.status == status
    assert never == []
    assert other.accepted == 0


def test_proxies_and_logins_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    with web(lambda _: answer(200)) as (proxy, never), web(lambda _: answer(200)) as (server, got):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        netrc = f"{tmp_path}/netrc"
        with open(netrc, "w") as file:
            file.write("machine siem.example.com login me password mine\n")
        monkeypatch.setenv("NETRC", netrc)
        fetch(f"http://siem.example.com:{server.port}/", server)
    assert never == []
    assert "authorization" not in got[0].headers


def test_cookies_are_not_kept() -> None:
    with web(lambda _: answer(200, set_cookie="a=b; Path=/")) as (server, requests):
        guard, deadline = Guard(server.allow, look_up=lambda *_: ["127.0.0.1"]), Deadline(5)
        with client(guard, deadline) as line:
            for _ in range(2):
                ask(line, deadline, "GET", read_url(f"http://siem.example.com:{server.port}/"))
    assert ["cookie" in one.headers for one in requests] == [False, False]


def drip(beginning: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """A server that says something every tenth of a second and never ends."""

    def handler(line: socket.socket) -> None:
        line.sendall(beginning)
        ending = threading.Event()
        for _ in range(100):
            line.sendall(drop)
            ending.wait(0.1)

    return handler


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
    ],
    ids=["body", "chunks", "headers", "continue", "silence"],
)
@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "tls"])
def test_an_answer_that_never_ends_costs_the_deadline_and_no_more(
    beginning: bytes, drop: bytes, is_encrypted: bool, certificates: Certificates
) -> None:
    tls = certificates.server("siem.example.com") if is_encrypted else None
    scheme = "https" if is_encrypted else "http"
    with serving(drip(beginning, drop), tls) as server:
        began = time.monotonic()
        with pytest.raises(TooSlow, match=r"longer than 1 second"):
            fetch(
                f"{scheme}://siem.example.com:{server.port}/",
                server, seconds=1.0, ca=certificates.pem,
            )  # fmt: skip
        assert time.monotonic() - began < 1.5


def test_a_handshake_that_drips_costs_the_deadline_and_no_more() -> None:
    hello = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
    with serving(drip(hello, b"\0")) as server:
        began = time.monotonic()
        with pytest.raises(TooSlow):
            fetch(f"https://siem.example.com:{server.port}/", server, seconds=1.0)
        assert time.monotonic() - began < 1.5


@pytest.fixture
def traced() -> Iterator[Callable[[], int]]:
    """The most bytes that Python held since the fixture began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("packing", ["gzip", "GZIP, gzip", "deflate", "br", "zstd"])
def test_nothing_is_unpacked(packing: str, traced: Callable[[], int]) -> None:
    """50 MB of zeros in 48 kB stay 48 kB."""
    assert len(BOMB) < 50_000
    with web(lambda _: answer(200, BOMB, content_encoding=packing)) as (server, requests):
        got = fetch(f"http://siem.example.com:{server.port}/", server)
    assert got.body == BOMB
    assert requests[0].headers["accept-encoding"] == "identity"
    assert traced() < 1_000_000


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: ",
        b"",
    ],
    ids=["length", "until the end", "header", "garbage"],
)
def test_an_endless_answer_is_cut_short(head: bytes, traced: Callable[[], int]) -> None:
    flood = b"x" * 65_536

    def handler(line: socket.socket) -> None:
        line.sendall(head)
        while True:
            line.sendall(flood)

    with serving(handler) as server, pytest.raises((TooLong, Broken)):
        fetch(f"http://siem.example.com:{server.port}/", server)
    assert traced() < 1_000_000


def test_exactly_as_much_as_is_read_passes() -> None:
    whole = answer(200, b"x" * 500)
    with web(lambda _: whole) as (server, _):
        url = f"http://siem.example.com:{server.port}/"
        assert len(fetch(url, server, most_bytes=len(whole)).body) == 500
        with pytest.raises(TooLong, match="longer than"):
            fetch(url, server, most_bytes=len(whole) - 1)


def greet(line: socket.socket) -> None:
    """As a mail server does, whatever was asked."""
    line.recv(4096)
    line.sendall(b"220 mail.example ESMTP\r\n")


def test_what_is_no_http_is_said_so() -> None:
    with (
        serving(greet) as server,
        pytest.raises(Broken, match="does not answer in HTTP"),
    ):
        fetch(f"http://siem.example.com:{server.port}/", server)
    with serving(lambda line: None) as server, pytest.raises(Broken):
        fetch(f"http://siem.example.com:{server.port}/", server)


def test_the_pool_and_the_environment_hold_no_key_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", f"{tmp_path}/keys")
    assert web_context(Certificates().pem).keylog_filename is None
