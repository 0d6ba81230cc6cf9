"""The receivers of the demo's webhooks: one that verifies every signature, one that is down.

They run beside the demo's web pages and listen on this machine alone, over TLS with an authority of
their own. What is verified are the signatures that everybody can verify, with the keys that the web
pages publish; so a receiver knows no secret, and keeps nothing of what it was sent.
"""

from __future__ import annotations

import base64
import json
import logging
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from govdesk.config import private_file
from govdesk.delivery.signing import is_signed_v1a, signed_bytes
from govdesk.services import demo_certificate

ADDRESS: Final = "127.0.0.1"
EVENTS, DOWN = "/events", "/busy"
FOLDER: Final = "receiver"
_PORTS: Final = range(8421, 8521)
"""Below those that systems give to whoever asks for any: it must be the same at each start."""
_MOST_BYTES: Final = 256 * 1024
_SKEW_SECONDS: Final = 300
_SILENT_SECONDS: Final = 20
_KEPT_SECONDS: Final = 5.0

logger = logging.getLogger("govdesk.demo")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where it listens, and the certificate of its authority."""

    port: int
    authority: str
    chain: Path

    def url(self, path: str) -> str:
        """The address of one of its pages."""
        return f"https://{ADDRESS}:{self.port}{path}"


def prepare(home: Path) -> Receiver:
    """Choose a port and make certificates, once for a demo."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    chain, authority, port = (folder / name for name in ("server.pem", "authority.pem", "port"))
    if not port.exists():
        root, own = demo_certificate.issue(ADDRESS)
        private_file.write(chain, own)
        authority.write_text(root)
        port.write_text(str(_free_port()))
    return Receiver(int(port.read_text()), authority.read_text(), chain)


def _free_port() -> int:
    for port in _PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    return _PORTS[0]


def begin(home: str | Path, web_url: str, tenant_path: str) -> Listening | None:
    """Serve on a thread of its own, if this demo has a receiver; ends at the latest with us.

    Where another program has its port, nobody answers: its deliveries fail, and say so.
    """
    if not (Path(home) / FOLDER / "port").exists():
        return None
    receiver = prepare(Path(home))
    keys = _Keys(f"{web_url}/.well-known/webhooks/{tenant_path}")
    try:
        server = _Server((ADDRESS, receiver.port), keys.fits)
    except OSError as error:
        logger.warning("the demo's receiver does not listen: %s", error.strerror)
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(receiver.chain)
    # The handshake is the handler's: whoever connects and is silent holds up nobody else.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    return Listening(server)


class Listening:
    """A receiver that serves."""

    def __init__(self, server: _Server):
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, name="demo receiver", daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        """Take no more deliveries; returns when port and thread are free."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Keys:
    """The public keys of one organization, asked for where everybody finds them."""

    def __init__(self, address: str):
        self._address = address
        self._keys: list[bytes] = []
        self._until = 0.0
        self._lock = threading.Lock()

    def fits(self, message: bytes, header: str) -> bool:
        """Whether one of the keys made one of the signatures; a new key is asked for."""
        if self._any(message, header):
            return True
        with self._lock:
            if time.monotonic() >= self._until:
                self._keys, self._until = self._asked(), time.monotonic() + _KEPT_SECONDS
        return self._any(message, header)

    def _any(self, message: bytes, header: str) -> bool:
        return any(is_signed_v1a(key, message, header) for key in self._keys)

    def _asked(self) -> list[bytes]:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self._address, timeout=5) as answer:
                found = json.load(answer)
        except OSError as error:
            logger.warning("the demo's receiver got no public keys: %s", error)
            return self._keys
        return [_raw(one["x"]) for one in found["keys"]]


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _is_number(text: str) -> bool:
    """Plain digits: headers come as Latin-1, whose ² counts as a digit and is no number."""
    return text.isascii() and text.isdigit()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], fits: Callable[[bytes, str], bool]):
        self.fits = fits
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that went away, or spoke no TLS, is nothing to write about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demo-receiver", ""
    timeout = _SILENT_SECONDS
    server: _Server

    def do_POST(self) -> None:
        """Take one delivery."""
        length = self.headers.get("Content-Length", "")
        if not _is_number(length) or int(length[:12]) > _MOST_BYTES:
            self.close_connection = True
            self._answer(413, "At most 256 KiB, with a length.")
            return
        body = self.rfile.read(int(length))
        if self.path == DOWN:
            self._answer(503, "The pager's queue is full. Try again later.")
        elif self.path != EVENTS:
            self._answer(404, "Nothing is here.")
        elif self._is_signed(body):
            self._answer(202, "Taken.")
        else:
            self._answer(401, "The signature does not fit.")

    def _is_signed(self, body: bytes) -> bool:
        said = self.headers
        at = said.get("webhook-timestamp", "")
        if not _is_number(at) or abs(time.time() - int(at[:12])) > _SKEW_SECONDS:
            return False
        try:
            message = signed_bytes(said.get("webhook-id", ""), int(at), body)
        except ValueError:
            return False
        return self.server.fits(message, said.get("webhook-signature", ""))

    def _answer(self, status: int, words: str) -> None:
        text = words.encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Its deliveries stand in the console's log."""
