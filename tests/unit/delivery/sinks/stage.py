"""Endpoints, events, and receivers on loopback that keep their connections."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import trustme

from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import Report
from govdesk.delivery.signing import SigningKey
from govdesk.delivery.sinks import Sink, open_sink
from tests.unit.delivery.servers import CRLF, Asked, Server, read_request, serving

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
PEM_OF_NOBODY = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
SECRET = bytes(range(32))
KEY = SigningKey("key-1", bytes(range(32, 64)))
Reply = Callable[[Asked], bytes]


class Authority:
    """Issues certificates for servers and clients; `pem` is what trusts them."""

    def __init__(self, name: str = "Acme Root"):
        self._ca = trustme.CA(organization_name=name)
        self.pem = self._ca.cert_pem.bytes().decode()

    def server(
        self, *hosts: str, days: float = 90.5, client: Authority | None = None
    ) -> ssl.SSLContext:
        """TLS for these hosts, good for so many days; with `client` it asks for a certificate."""
        end = datetime.now(UTC) + timedelta(days=days)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = hosts or ("hooks.example", "127.0.0.1")
        self._ca.issue_cert(
            *names, not_before=end - timedelta(days=400), not_after=end
        ).configure_cert(made)
        if client is not None:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations(cadata=client.pem)
        return made

    def client(self, name: str = "govdesk.example") -> tuple[str, str]:
        """A certificate and its key, as PEM texts."""
        made = self._ca.issue_cert(name)
        chain = b"".join(one.bytes() for one in made.cert_chain_pems)
        return chain.decode(), made.private_key_pem.bytes().decode()


@dataclass
class Receiver:
    """A server and every request that came, in order."""

    server: Server
    asked: list[Asked] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port


def told(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer after which the connection goes on."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + CRLF + CRLF + body


@contextmanager
def receiver(reply: Reply, tls: ssl.SSLContext) -> Iterator[Receiver]:
    """Answer requests, many a connection; an answer of no bytes hangs up."""
    asked: list[Asked] = []

    def handler(line: socket.socket) -> None:
        while (request := read_request(line)) is not None:
            asked.append(request)
            data = reply(request)
            if not data:
                return
            line.sendall(data)

    with serving(handler, tls) as server:
        yield Receiver(server, asked)


def here(_host: str, _port: int, _deadline: Deadline) -> list[str]:
    """A name server that knows everybody to be here."""
    return ["127.0.0.1"]


def endpoint(port: int, ca: str = "", **changes: object) -> Endpoint:
    """A webhook at https://hooks.example, which is this machine."""
    made = Endpoint(
        id="11111111-1111-4111-8111-111111111111",
        tenant_id="22222222-2222-4222-8222-222222222222",
        tenant_path="acme",
        kind="webhook",
        url=f"https://hooks.example:{port}/in",
        settings={"ca": ca},
        allow=(f"127.0.0.1/32:{port}",),
        secrets=(SECRET,),
        signing_keys=(KEY,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def event(origin: str = "event", **row: object) -> Event:
    """Somebody was invited; what `row` says comes on top."""
    columns: dict[str, object] = {
        "action": "member.invited",
        "at": "2026-11-21T09:30:15.123456+00:00",
        "seq": 41,
        "severity": "warning",
        "entity_type": "member",
        "entity_id": "33333333-3333-4333-8333-333333333333",
        "system_id": None,
        "request_id": "44444444-4444-4444-8444-444444444444",
        "tenant_path": "acme",
        "leaf_hash": "\\x" + "ab" * 32,
        "actor": "Ada",
        "summary": "Ada invited Grace",
        "ip": "192.0.2.7/32",
    }
    return Event(
        type="webhook.test" if origin != "event" else "member.invited",
        message_id="msg_0123456789abcdef0123456789",
        stream_seq=7,
        prev_id="msg_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        number=1,
        origin=origin,  # type: ignore[arg-type]
        row={**columns, **row} if origin == "event" else None,
        diff=None,
        system="Billing",
        at=AT,
    )


def sink(of: Endpoint) -> Sink:
    """Its sink, for which every name is this machine."""
    return open_sink(of, here)


def sent(of: Endpoint, what: Event | None = None, seconds: float = 5.0) -> Report:
    """One try, after which everything is closed."""
    opened = sink(of)
    try:
        return opened.send(what or event(), seconds)
    finally:
        opened.close()


def words(report: Report) -> str:
    """The sentence and the remedy, which a failure must have."""
    assert report.error
    assert report.remedy
    assert report.error.endswith(".")
    assert report.remedy.endswith(".")
    return f"{report.error} {report.remedy}"
