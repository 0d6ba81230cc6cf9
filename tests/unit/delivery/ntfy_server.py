"""An ntfy that enforces what its documents say: limits, headers, who may write."""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header

from tests.unit.delivery.servers import Asked, Server, answer, web

MOST_BYTES = 4096
_TOPIC = re.compile(r"/[-_A-Za-z0-9]{1,64}")
_ENCODED = re.compile(r"=\?[^? ]+\?[bBqQ]\?[^? ]*\?=")


@dataclass(frozen=True)
class Published:
    """One message as a telephone shows it."""

    topic: str
    title: str
    message: str
    priority: int
    tags: tuple[str, ...]


@dataclass
class NtfyServer:
    """Takes messages with `token`, `burst` of them, and then none; `replies` go first."""

    token: str = ""
    burst: int = 60
    replies: list[bytes] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    server: Server = field(default_factory=lambda: Server(0))
    news: threading.Condition = field(default_factory=threading.Condition)

    def url(self, scheme: str = "http", topic: str = "deploys") -> str:
        """Where it listens."""
        return f"{scheme}://localhost:{self.server.port}/{topic}"

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Published]:
        """Wait until so many messages are there."""
        with self.news:
            came = self.news.wait_for(lambda: len(self.published) >= count, seconds)
        assert came, f"{len(self.published)} of {count} messages came"
        return self.published

    def reply(self, asked: Asked) -> bytes:
        """Judge one request."""
        self.requests.append(asked)
        if self.replies:
            return self.replies.pop(0)
        path, _, query = asked.path.partition("?")
        if asked.method not in ("POST", "PUT") or not _TOPIC.fullmatch(path) or query:
            return _no(404, 40401, "page not found")
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return _no(403, 40301, "forbidden")
        if self.burst == 0:
            return _no(429, 42901, "limit reached: too many requests")
        self.burst -= 1
        return self._taken(path, asked)

    def _taken(self, path: str, asked: Asked) -> bytes:
        if len(asked.body) > MOST_BYTES:
            return _no(413, 41301, "attachment too large, or bandwidth limit reached")
        try:
            message, title = asked.body.decode(), read_title(asked.headers.get("title", ""))
            priority = int(asked.headers.get("priority", "3"))
        except ValueError:
            return _no(400, 40007, "invalid request")
        if not 1 <= priority <= 5:
            return _no(400, 40007, "invalid priority parameter")
        tags = tuple(filter(None, asked.headers.get("tags", "").split(",")))
        with self.news:
            self.published.append(Published(path[1:], title, message, priority, tags))
            self.news.notify_all()
        return answer(
            200, json.dumps({"id": f"m{len(self.published)}", "event": "message"}).encode()
        )


def read_title(text: str) -> str:
    """A title in ASCII or in encoded words of RFC 2047, each whole and of at most 75 characters."""
    if not text.isascii():
        raise ValueError("neither ASCII nor RFC 2047")
    if "=?" not in text:
        return text
    for word in text.split(" "):
        if len(word) > 75 or not _ENCODED.fullmatch(word):
            raise ValueError("no encoded word")
        str(make_header(decode_header(word)))  # each is whole characters by itself
    return str(make_header(decode_header(text)))


def _no(status: int, code: int, error: str) -> bytes:
    return answer(status, json.dumps({"code": code, "http": status, "error": error}).encode())


@contextmanager
def ntfy_server(
    tls: ssl.SSLContext | None = None, *, token: str = "", burst: int = 60
) -> Iterator[NtfyServer]:
    """Run one on loopback."""
    made = NtfyServer(token, burst)
    with web(made.reply, tls) as (server, _):
        made.server = server
        yield made
