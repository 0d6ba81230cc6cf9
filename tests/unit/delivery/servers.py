"""Real servers on loopback that say what a test wants: any TCP, HTTP, names."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import trustme

from govdesk.delivery.egress_deadline import Deadline

Handler = Callable[[socket.socket], None]
CRLF = b"\r\n"


@dataclass
class Server:
    """Where it listens, how often it was called, and by which name over TLS."""

    port: int
    accepted: int = 0
    names: list[str | None] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    @property
    def allow(self) -> list[str]:
        """What an integration needs to reach it as 127.0.0.1 or localhost."""
        return [f"127.0.0.1/32:{self.port}", f"[::1/128]:{self.port}"]


@contextmanager
def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Call `handler` with each connection, one thread each, until the test ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])
    lines: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def talk(line: socket.socket) -> None:
        try:
            if tls is not None:
                line = tls.wrap_socket(line, server_side=True)
                lines.append(line)
            handler(line)
        except OSError as error:
            server.failures.append(error)
        finally:
            line.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                server.accepted += 1
                lines.append(line)
                threads.append(threading.Thread(target=talk, args=[line], daemon=True))
                threads[-1].start()

    if tls is not None:
        tls.sni_callback = lambda _line, name, _tls: server.names.append(name)
    threads.append(threading.Thread(target=accept, daemon=True))
    threads[0].start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def read_request(line: socket.socket) -> Asked | None:
    """Read one; None when the caller hung up before."""
    with line.makefile("rb") as file:
        first = file.readline().decode("latin-1")
        if first.count(" ") != 2:
            return None
        headers: dict[str, str] = {}
        while (text := file.readline().decode("latin-1").strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = file.read(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ", 2)
    return Asked(method, path, headers, body)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer of HTTP."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + CRLF + CRLF + body


@contextmanager
def web(
    reply: Callable[[Asked], bytes], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[Server, list[Asked]]]:
    """Answer each request, and keep it."""
    requests: list[Asked] = []

    def handler(line: socket.socket) -> None:
        asked = read_request(line)
        if asked is not None:
            requests.append(asked)
            data = reply(asked)
            line.sendall(data.split(CRLF * 2)[0] + CRLF * 2 if asked.method == "HEAD" else data)

    with serving(handler, tls) as server:
        yield server, requests


class Certificates:
    """An authority, and servers that show its certificates."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.pem = self._authority.cert_pem.bytes().decode()

    def server(self, *hosts: str, days: float = 90.5) -> ssl.SSLContext:
        """TLS of a server for these hosts."""
        end = datetime.now(UTC) + timedelta(days=days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown = self._authority.issue_cert(
            *hosts, not_before=end - timedelta(days=400), not_after=end
        )
        shown.configure_cert(context)
        return context


class NameServer:
    """Answers over UDP; a name's answers are used up one after another, the last one stays."""

    def __init__(self) -> None:
        self.zone: dict[str, list[list[str]]] = {}
        self.questions: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while True:
            data, client = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._reply(data), client)

    def _reply(self, data: bytes) -> bytes:
        question = dns.message.from_wire(data)
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        name = question.question[0].name.to_text()
        kind = dns.rdatatype.to_text(question.question[0].rdtype)
        self.questions.append(f"{name} {kind}")
        answers = self.zone.get(f"{name} {kind}", [[]])
        for row in answers[0] if len(answers) == 1 else answers.pop(0):
            owner, seconds, *rest = row.split(" ", 4)
            reply.answer.append(dns.rrset.from_text(owner, int(seconds), *rest))
        return reply.to_wire()

    def look_up(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """As the guard's look-up: every A and AAAA, through whatever CNAMEs."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self._socket.getsockname()[1]
        found: list[str] = []
        for kind in ("A", "AAAA"):
            got = resolver.resolve(
                host, kind, raise_on_no_answer=False, search=False, lifetime=deadline.left()
            )
            found += [one.address for one in got.rrset or ()]
        return found

    def __enter__(self) -> NameServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()
