"""Claims: a notice is one that ntfy shows on a lock screen, within its limits.

The server here is our own and as strict as ntfy's documents.
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field, replace
from email.header import decode_header, make_header

import pytest

from govdesk.delivery.endpoint import Endpoint
from tests.unit.delivery.servers import Asked
from tests.unit.delivery.sinks.stage import (
    Authority,
    Receiver,
    endpoint,
    event,
    receiver,
    sent,
    told,
)

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"


@dataclass
class Server:
    """Denies everybody but the token, and anything that is not a short notice to its topic."""

    taken: list[Asked] = field(default_factory=list)
    burst: int = 60

    def __call__(self, asked: Asked) -> bytes:
        """Answer one request."""
        if "auth=" in asked.path or asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _said(403, 40301, "forbidden")
        if len(self.taken) >= self.burst:
            return told(429, b'{"code":42901,"http":429}', retry_after="5")
        if asked.path != "/on-call" or asked.method != "POST":
            return _said(404, 40401, "page not found")
        if len(asked.body) > 4096:
            return _said(413, 41301, "too large")
        if asked.headers.get("priority", "3") not in "12345":
            return _said(400, 40007, "invalid priority")
        asked.body.decode()
        asked.headers["title"].encode("ascii")
        self.taken.append(asked)
        return told(200, json.dumps({"id": "xE73Iyuabi", "event": "message"}).encode())


def _said(status: int, code: int, text: str) -> bytes:
    return told(status, json.dumps({"code": code, "http": status, "error": text}).encode())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    return authority.server()


def topic(there: Receiver, authority: Authority, **settings: str) -> Endpoint:
    return replace(
        endpoint(there.port),
        kind="ntfy",
        url=f"https://hooks.example:{there.port}/on-call",
        token=TOKEN,
        secrets=(),
        settings={"ca": authority.pem, **settings},
    )


def title(asked: Asked) -> str:
    return str(make_header(decode_header(asked.headers["title"])))


def test_a_notice_has_the_events_name_and_sentence_and_is_as_loud_as_it_is_grave(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    server = Server()
    with receiver(server, tls) as there:
        at = topic(there, authority, tags="lock, audit")
        for grave in ("info", "notice", "warning", "high"):
            assert sent(at, event(severity=grave)).outcome == "delivered"
        sent(topic(there, authority, priority="1"))
        sent(at, event("test"))
    asked = server.taken[0]
    assert title(asked) == "GovDesk: member.invited"
    assert asked.body.decode() == "Ada invited Grace\nBilling"
    assert asked.headers["tags"] == "lock,audit"
    assert [one.headers["priority"] for one in server.taken] == ["2", "3", "4", "5", "1", "3"]
    assert not {"click", "actions", "attach", "email"} & set(asked.headers)
    assert title(server.taken[-1]) == "GovDesk: webhook.test"


def test_a_title_beyond_ascii_is_encoded_and_reads_as_it_was(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    server = Server()
    with receiver(server, tls) as there:
        sent(topic(there, authority), replace(event(), type="x.größe_geändert_" + "ü" * 60))
    assert server.taken[0].headers["title"].isascii()
    assert title(server.taken[0]) == "GovDesk: x.größe_geändert_" + "ü" * 60


def test_a_long_message_is_cut_between_two_characters(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    server = Server()
    with receiver(server, tls) as there:
        for text in ("ü" * 5000, "x" + "🦉" * 2000, "x" * 4096):
            assert sent(topic(there, authority), event(summary=text)).outcome == "delivered"
    assert all(4000 < len(one.body) <= 4096 for one in server.taken)


def test_a_thin_one_names_no_person(authority: Authority, tls: ssl.SSLContext) -> None:
    server = Server()
    with receiver(server, tls) as there:
        sent(replace(topic(there, authority), detail="thin"))
    assert server.taken[0].body.decode() == "member.invited, number 41\nBilling"


def test_custom_headers_give_ntfy_no_orders(authority: Authority, tls: ssl.SSLContext) -> None:
    server = Server()
    orders = {"X-Email": "a@b.example", "Click": "https://x", "X-Delay": "1h", "X-Gate": "yes",
              "E-Mail": "a@b.example", "X-Poll-ID": "1"}  # fmt: skip
    with receiver(server, tls) as there:
        sent(replace(topic(there, authority), headers=orders))
    asked = server.taken[0].headers
    assert not {"x-email", "click", "x-delay", "e-mail", "x-poll-id"} & set(asked)
    assert asked["x-gate"] == "yes"


def test_the_token_travels_in_its_header_alone(authority: Authority, tls: ssl.SSLContext) -> None:
    server = Server()
    with receiver(server, tls) as there:
        report = sent(topic(there, authority), event("test"))
        refused = sent(replace(topic(there, authority), token="tk_other"))
    assert TOKEN not in server.taken[0].path
    assert TOKEN not in repr(report)
    assert (refused.outcome, refused.status) == ("http", 403)
    assert "may not write to this topic" in (refused.error or "")


def test_too_many_notices_are_told_when_to_come_back(
    authority: Authority, tls: ssl.SSLContext
) -> None:
    with receiver(Server(burst=0), tls) as there:
        report = sent(topic(there, authority))
    assert (report.outcome, report.status, report.retry_after) == ("http", 429, 5.0)


def test_a_server_that_is_not_ntfy_is_told_apart(authority: Authority, tls: ssl.SSLContext) -> None:
    for body in (b"<html>hello</html>", b"", b"[1]", b'{"id": ""}', b"[" * 20_000):
        with receiver(lambda _, b=body: told(200, b), tls) as there:  # type: ignore[misc]
            report = sent(topic(there, authority))
        assert report.outcome == "protocol"
        assert "not as ntfy does" in (report.error or "")
