"""Claims: the demo's receiver takes what its organization signed lately, and nothing else."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from govdesk.delivery import signing
from govdesk.services import demo_receiver
from govdesk.services.demo_receiver import DOWN, EVENTS, Receiver

BODY = b'{"type":"member.invited"}'


class _Published(BaseHTTPRequestHandler):
    keys: ClassVar[list[signing.SigningKey]] = []

    def do_GET(self) -> None:
        found = [signing.jwk(one.kid, one.public, datetime.now(UTC)) for one in self.keys]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": found}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def key() -> signing.SigningKey:
    _Published.keys = [signing.SigningKey.generate()]
    return _Published.keys[0]


@pytest.fixture(scope="module")
def receiver(
    key: signing.SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Receiver]:
    home = tmp_path_factory.mktemp("demo")
    published = HTTPServer(("127.0.0.1", 0), _Published)
    thread = threading.Thread(target=published.serve_forever)
    thread.start()
    made = demo_receiver.prepare(home)
    listening = demo_receiver.begin(home, f"http://127.0.0.1:{published.server_port}", "acme")
    assert listening is not None
    yield made
    listening.end()
    published.shutdown()
    thread.join()
    published.server_close()


def send(to: Receiver, path: str, signature: str, at: int | str, identity: str = "msg_1") -> int:
    context = ssl.create_default_context(cadata=to.authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    line = http.client.HTTPSConnection("127.0.0.1", to.port, timeout=20, context=context)
    try:
        line.request("POST", path, BODY, {
            "webhook-id": identity, "webhook-timestamp": str(at), "webhook-signature": signature,
        })  # fmt: skip
        return line.getresponse().status
    finally:
        line.close()


def signed(key: signing.SigningKey, at: int) -> str:
    message = signing.signed_bytes("msg_1", at, BODY)
    return signing.signature_header(message, [b"x" * 24], [key])


def test_what_is_signed_is_taken_and_the_busy_one_says_so(
    receiver: Receiver, key: signing.SigningKey
) -> None:
    now = int(time.time())
    assert send(receiver, EVENTS, signed(key, now), now) == 202
    assert send(receiver, DOWN, signed(key, now), now) == 503
    assert send(receiver, "/elsewhere", signed(key, now), now) == 404


def test_what_is_forged_or_old_or_of_another_key_is_refused(
    receiver: Receiver, key: signing.SigningKey
) -> None:
    now = int(time.time())
    message = signing.signed_bytes("msg_1", now, BODY)
    assert send(receiver, EVENTS, signing.forged_header(message, with_key=True), now) == 401
    assert send(receiver, EVENTS, signed(signing.SigningKey.generate(), now), now) == 401
    assert send(receiver, EVENTS, signed(key, now), now, "msg_2") == 401
    assert send(receiver, EVENTS, signed(key, now - 600), now - 600) == 401
    assert send(receiver, EVENTS, "", now) == 401
    assert send(receiver, EVENTS, "v1a,\xe4", now) == 401
    assert send(receiver, EVENTS, signed(key, now), f"{now}²") == 401


def test_ports_and_certificates_stay_what_they_are_and_private(
    receiver: Receiver, tmp_path: Path
) -> None:
    again = demo_receiver.prepare(receiver.chain.parents[1])
    assert again == receiver
    assert receiver.chain.stat().st_mode & 0o077 == 0
    other = demo_receiver.prepare(tmp_path)
    assert other.authority != receiver.authority
    # The port of a receiver that listens is another's.
    assert other.port != receiver.port


def test_a_demo_without_a_receiver_begins_none(tmp_path: Path) -> None:
    assert demo_receiver.begin(tmp_path, "http://127.0.0.1:1", "acme") is None
    assert list(tmp_path.iterdir()) == []


def test_a_receiver_that_ends_leaves_no_thread_and_its_port_to_the_next(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    demo_receiver.prepare(tmp_path)
    for _ in range(2):
        listening = demo_receiver.begin(tmp_path, "http://127.0.0.1:1", "acme")
        assert listening is not None
        listening.end()
    assert set(threading.enumerate()) <= before
