"""A system that sends events with its key, as a program would."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govdesk.database.connection import Session
from tests import keys
from tests.people import OTIS, Cast
from tests.web.conftest import served
from tests.web.visiting import Answer, Visitor

PATH = "/v1/events"
JSON = "application/json"
EVENT = {"action": "x.test.sent", "entity_type": "probe"}


@dataclass
class Sender:
    """One key, sent from this machine to the pages that are served."""

    visitor: Visitor
    raw: str = field(repr=False)

    def send(self, document: Any, **headers: str) -> Answer:
        """Send a document as JSON."""
        return self.send_bytes(json.dumps(document).encode(), **headers)

    def send_bytes(self, body: bytes, **headers: str) -> Answer:
        """Send a body as it is; a header that is "" is left out."""
        named = {"Authorization": f"Bearer {self.raw}", "Content_Type": JSON} | headers
        kept = {name: value for name, value in named.items() if value}
        return self.visitor.ask("POST", PATH, body, **kept)


def begun(sender: Sender, head: str) -> socket.socket:
    """A connection on which the head of a request was sent."""
    host, _, port = sender.visitor.netloc.partition(":")
    lines = (
        f"POST {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {JSON}\r\n"
        f"Authorization: Bearer {sender.raw}\r\n{head}\r\n\r\n"
    )
    connection = socket.create_connection((host, int(port)), timeout=60)
    connection.sendall(lines.encode())
    return connection


def problem(answer: Answer) -> dict[str, Any]:
    """The problem document of an answer, which must be one."""
    assert answer.headers["content-type"] == "application/problem+json", answer
    said = json.loads(answer.text)
    assert said["status"] == answer.status
    assert said["type"].startswith("urn:govdesk:problem:")
    assert said["title"]
    assert said["detail"].endswith(".")
    return dict(said)


def faults(answer: Answer) -> list[tuple[int | None, str | None]]:
    """Where the faults of an answer are."""
    return [(fault["index"], fault["field"]) for fault in problem(answer)["errors"]]


def sent(cast: Cast, after: int = 0) -> list[dict[str, Any]]:
    """What the log holds of events under x., oldest first."""
    return [row for row in cast.rows(after) if row["action"].startswith("x.")]


@dataclass
class Office:
    """An organisation whose system has a key, with its pages served."""

    cast: Cast
    session: Session
    sender: Sender
    folder: Path

    def key(self, **more: Any) -> str:
        """Another raw key."""
        return keys.generate(self.cast, self.session, **more).raw

    def with_key(self, raw: str) -> Sender:
        """Somebody with another key."""
        return Sender(self.sender.visitor, raw)


@contextmanager
def office(cast: Cast, folder: Path, **more: Any) -> Iterator[Office]:
    """Make a key and serve."""
    session = cast.sign_in(OTIS)
    raw = keys.generate(cast, session).raw
    with served(cast.database.worker_url, pepper_file=folder / "peppers.json", **more) as visitor:
        yield Office(cast, session, Sender(visitor, raw), folder)
