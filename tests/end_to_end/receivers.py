"""A real HTTPS receiver on this machine, with an authority of its own, that can verify or not."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from standardwebhooks import Webhook, WebhookVerificationError

from tests.certificates import Authority


@dataclass
class Heard:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where it listens, what it heard, and how it answers.

    With a `secret` it accepts only what the official library verifies, and answers 401 to the
    rest. Without one it answers `status` to everything, with `page` as HTML if there is one; a
    status of 0 is no answer at all.
    """

    port: int
    ca: Path
    secret: str = ""
    status: int = 204
    page: str = ""
    host: str = "127.0.0.1"
    heard: list[Heard] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.host}:{self.port}/hooks"

    @property
    def opening(self) -> str:
        """What opens it for an endpoint."""
        return f"127.0.0.0/8:{self.port}"

    def judge(self, one: Heard) -> int:
        """The status of the answer."""
        if not self.secret:
            return self.status
        try:
            Webhook(self.secret).verify(one.body, one.headers)
        except WebhookVerificationError:
            return 401
        return self.status

    def take(self, one: Heard) -> int:
        """Note a request; returns the answer's status."""
        status = self.judge(one)
        with self.came:
            self.heard.append(one)
            self.came.notify_all()
        return status

    def wait(self, is_enough: Callable[[list[Heard]], bool], seconds: float = 20) -> list[Heard]:
        """Wait until what was heard is enough, and return all of it."""
        with self.came:
            assert self.came.wait_for(lambda: is_enough(self.heard), seconds), self.heard
            return list(self.heard)


@contextmanager
def receiver(folder: Path, *, expired: bool = False) -> Iterator[Receiver]:
    """Listen on a free port until the end of the block; `expired` is what its certificate is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca = folder / "authority.pem"
    host = "localhost" if expired else "127.0.0.1"
    if expired:
        authority = Authority.named("Authority of the tests")
        authority.issue(host, folder / "tls", last_day=-2)
        context.load_cert_chain(folder / "tls" / "server.crt", folder / "tls" / "server.key")
        ca.write_bytes(authority.pem)
    else:
        fresh = trustme.CA()
        fresh.issue_cert(host).configure_cert(context)
        fresh.cert_pem.write_to_path(str(ca))
    with _listening(context) as server:
        here = server.receiver = Receiver(server.server_address[1], ca, host=host)  # type: ignore[attr-defined]
        yield here


@contextmanager
def _listening(context: ssl.SSLContext) -> Iterator[ThreadingHTTPServer]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember who is connected: a sender keeps its connections."""
        self.clients: list[socket.socket] = [*getattr(self, "clients", []), request]
        super().process_request(request, client_address)

    def server_close(self) -> None:
        """Hang up, then wait until every handler has ended."""
        for client in getattr(self, "clients", []):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, *_: object) -> None:
        """A client that does not trust this server goes away, as it should."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        """Take one delivery."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.receiver.take(Heard(self.path, headers, body))
        if status == 0:
            self.close_connection = True
            return
        page = self.server.receiver.page.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
