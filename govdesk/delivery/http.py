"""HTTP through the egress guard: one client, one deadline, nothing it did not ask for.

The URL stays as it is, so the name in SNI, in the certificate check and in ``Host`` is the one in
the setting; the pin sits where the socket is opened. This is the only module that knows httpx2.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2
import httpx2

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_hosts import Refused, read_host
from govdesk.delivery.egress_line import MOST_BYTES, Broken, Line
from govdesk.delivery.egress_tls import Trail, context

# Its line for each request holds the whole URL, and in a URL there may be a secret.
logging.getLogger("httpx2").setLevel(logging.WARNING)

PROTOCOL: Final = "http/1.1"
"""Its name in TLS (RFC 7301)."""
_AGENT: Final = "GovDesk"
_DROPPED: Final = frozenset({b"content-encoding", b"set-cookie"})
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads."""

    url: str
    scheme: str
    host: str
    port: int


def read_url(text: str) -> Place:
    """Read an ``http`` or ``https`` URL; raises `Refused` (``url``, ``name`` or ``literal``).

    Users, passwords, fragments, blanks and backslashes are refused: programs disagree about them.
    """
    if not text.isprintable() or any(c in text for c in " \\#"):
        raise _wrong("has a character that a URL does not have")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _wrong("cannot be read") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _wrong("does not begin with https:// and a host")
    if "@" in parts.netloc:
        raise _wrong("holds a user or password")
    read_host(parts.netloc if ":" not in parts.netloc else _host_of(parts.netloc))
    port = _PORTS[parts.scheme] if port is None else port
    if port == 0:
        raise _wrong("names the port 0")
    return Place(text, parts.scheme, parts.hostname, port)


def _host_of(netloc: str) -> str:
    head, _, tail = netloc.rpartition(":")
    return netloc if tail.endswith("]") else head


def _wrong(why: str) -> Refused:
    return Refused("url", f"The URL {why}.", "Enter it like https://siem.example.com/path.")


class PinnedStream(httpcore2.NetworkStream):
    """A line as the pool knows it."""

    def __init__(self, line: Line):
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes; raises `TooLong` once more than agreed have come."""
        return self._line.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of the bytes; who answers without listening to the end may still be heard."""
        try:
            self._line.write(buffer, timeout)
        except ConnectionError as error:
            raise httpcore2.WriteError from error

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted, its certificate checked against the URL's host."""
        try:
            self._line.encrypt(server_hostname or "", ssl_context)
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """What the pool asks about a connection."""
        line = self._line.socket
        if info == "ssl_object":
            return line if isinstance(line, ssl.SSLSocket) else None
        return line if info == "socket" else None


class PinnedBackend(httpcore2.NetworkBackend):
    """Opens sockets through the guard; `trail` keeps the address that was dialled."""

    def __init__(self, guard: Guard, deadline: Deadline, trail: Trail, most: int):
        self._guard, self._deadline, self._trail, self._most = guard, deadline, trail, most

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Look up, judge and dial; `host` is the URL's, never an address put in its place."""
        return PinnedStream(
            Line.to(self._guard, host, port, self._deadline, self._trail, self._most)
        )

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Never."""
        raise Refused("url", "Sockets of this machine are not contacted.")

    def sleep(self, seconds: float) -> None:
        """Nothing is tried twice, so nothing waits."""


class PinnedTransport(httpx2.BaseTransport):
    """httpx2's way to the pool; what it would unpack or remember never reaches it."""

    def __init__(self, pool: httpcore2.ConnectionPool):
        self._pool = pool

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; the answer's body is the bytes of the wire."""
        url = request.url
        asked = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        got = self._pool.handle_request(asked)
        kept = [(name, value) for name, value in got.headers if name.lower() not in _DROPPED]
        return httpx2.Response(
            got.status, headers=kept, stream=_Body(got), extensions=dict(got.extensions)
        )

    def close(self) -> None:
        """Hang up on everybody."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response):
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def client(
    guard: Guard,
    deadline: Deadline,
    *,
    trust: ssl.SSLContext | None = None,
    trail: Trail | None = None,
    most_bytes: int = MOST_BYTES,
) -> httpx2.Client:
    """A client for one conversation: no redirects, cookies, proxies, retries or environment.

    What goes wrong is raised as the guard's and this module's problems within `asking`.
    """
    backend = PinnedBackend(guard, deadline, trail or Trail(), most_bytes)
    pool = httpcore2.ConnectionPool(
        ssl_context=trust or web_context(), network_backend=backend, max_connections=1, retries=0
    )
    return httpx2.Client(
        transport=PinnedTransport(pool),
        trust_env=False,
        follow_redirects=False,
        timeout=deadline.seconds,
        headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},
    )


def web_context(ca: str = "") -> ssl.SSLContext:
    """What a pool encrypts with; it offers the one version of HTTP that is spoken here."""
    return context(ca, PROTOCOL)


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, the headers with lower-case names, and the body's bytes as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    line: httpx2.Client,
    deadline: Deadline,
    method: str,
    place: Place,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    with_body: bool = True,
) -> Answer:
    """One request and its answer; raises `Refused`, `Unreachable`, `NotTrusted`, `TooSlow`, …"""
    with asking(place.host, deadline):
        request = line.build_request(method, place.url, headers=headers, content=content)
        answer = line.send(request, stream=True)
        try:
            body = answer.read() if with_body else b""
        finally:
            answer.close()
        return Answer(answer.status_code, dict(answer.headers), body)


@contextmanager
def asking(host: str, deadline: Deadline) -> Iterator[None]:
    """Turn what the connection and the pool raise into sentences."""
    try:
        yield
    except (TimeoutError, httpcore2.TimeoutException) as error:
        raise deadline.over() from error
    except httpcore2.ProtocolError as error:
        raise Broken(f"{host} does not answer in HTTP.", "Check the address and port.") from error
    except (OSError, httpcore2.NetworkError) as error:
        raise Broken(
            f"{host} ended the connection before it had answered.", "Check the address and port."
        ) from error
    except (httpx2.InvalidURL, httpcore2.UnsupportedProtocol):
        raise _wrong("cannot be read") from None
