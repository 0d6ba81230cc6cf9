"""A real HTTPS receiver of webhooks: it notes every message it was sent, whatever it answers.

``receiver()`` runs one in a thread of the test, ``apart()`` one in a process of its own, for
benchmarks. What it does is said by the path: ``/hang`` never answers, ``/status/503`` answers so,
``/delay/200`` answers after so many milliseconds, anything else answers 200 at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import trustme

HOST = "127.0.0.1"
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Message(NamedTuple):
    """One message as it came; `at` is the time of its first byte, as `time.time` tells it."""

    id: str
    path: str
    at: float
    head: bytes
    body: bytes


@dataclass(eq=False)
class Receiver:
    """What came, and where to send; `ca` is the authority that signed its certificate."""

    ca: str
    keep_bodies: bool = True
    port: int = 0
    messages: list[Message] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    connections: int = 0
    open: set[asyncio.Transport] = field(default_factory=set)
    stop: Callable[[], object] = lambda: None

    def url(self, path: str = "/") -> str:
        """The address of a path here."""
        return f"https://{HOST}:{self.port}{path}"

    @property
    def allow(self) -> str:
        """What an endpoint opens to reach this machine."""
        return f"{HOST}/32:{self.port}"

    def ids(self) -> Counter[str]:
        """How often each message came."""
        with self.news:
            return Counter(one.id for one in self.messages)

    def wait_for(self, done: Callable[[list[Message]], bool], seconds: float = 30.0) -> bool:
        """Wait until what came satisfies `done`; False when it did not in time."""
        with self.news:
            return self.news.wait_for(lambda: done(self.messages), seconds)

    def wait_for_ids(self, count: int, seconds: float = 30.0) -> bool:
        """Wait until so many different messages came."""
        return self.wait_for(lambda all_: len({one.id for one in all_}) >= count, seconds)

    def note(self, message: Message) -> None:
        """One more came."""
        with self.news:
            self.messages.append(message)
            self.news.notify_all()


class _Talk(asyncio.Protocol):
    """One connection, kept as long as the other side likes."""

    def __init__(self, receiver: Receiver):
        self._receiver, self._read, self._begun = receiver, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._receiver.connections += 1
        self._receiver.open.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._receiver.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        if not self._read:
            self._begun = time.time()
        self._read += data
        while (whole := self._whole()) is not None:
            head, body = whole
            self._answer(head, body)

    def _whole(self) -> tuple[bytes, bytes] | None:
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._read[:end]
        length = int(_header(head, b"content-length") or 0)
        if len(self._read) < end + 4 + length:
            return None
        body, self._read = self._read[end + 4 : end + 4 + length], self._read[end + 4 + length :]
        return head, body

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        identity = _header(head, b"webhook-id").decode()
        kept = (head, body) if self._receiver.keep_bodies else (b"", b"")
        self._receiver.note(Message(identity, path, self._begun, *kept))
        act, _, value = path.strip("/").partition("/")
        value = value.partition("/")[0]
        if act == "hang":
            return
        if act == "delay":
            asyncio.get_running_loop().call_later(int(value) / 1000, self._write, _OK)
        elif act == "status":
            self._write(f"HTTP/1.1 {value} Said\r\nContent-Length: 4\r\n\r\nsaid".encode())
        else:
            self._write(_OK)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


def _header(head: bytes, name: bytes) -> bytes:
    at = head.lower().find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    begin = at + len(name) + 3
    end = head.find(b"\r\n", begin)
    return head[begin : end if end >= 0 else len(head)].strip()


@contextmanager
def receiver(*, keep_bodies: bool = True) -> Iterator[Receiver]:
    """One in a thread of this process, until the end of the block."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    made = Receiver(authority.cert_pem.bytes().decode(), keep_bodies)
    loop, up = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        over = asyncio.Event()
        made.stop = lambda: loop.call_soon_threadsafe(over.set)
        server = await loop.create_server(lambda: _Talk(made), HOST, 0, ssl=context, backlog=500)
        made.port = server.sockets[0].getsockname()[1]
        up.set()
        await over.wait()
        server.close()
        for transport in list(made.open):
            transport.abort()
        # The lines that were ended are told so in the next turns.
        await asyncio.sleep(0.05)

    def run() -> None:
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run, name="receiver")
    thread.start()
    up.wait(10)
    try:
        yield made
    finally:
        made.stop()
        thread.join()


@dataclass
class Apart:
    """A receiver in another process; it keeps ids and times only."""

    process: subprocess.Popen[str]
    port: int
    ca: str

    def url(self, path: str = "/") -> str:
        """The address of a path there."""
        return f"https://{HOST}:{self.port}{path}"

    @property
    def allow(self) -> str:
        """What an endpoint opens to reach this machine."""
        return f"{HOST}/32:{self.port}"

    def ask(self, what: str) -> Any:
        """``count``, ``times`` (id, path, first byte) or ``clear``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def apart() -> Iterator[Apart]:
    """One in a process of its own, so that it takes no turns of ours."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.receivers"],
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        try:
            yield Apart(process, said["port"], said["ca"])
        finally:
            process.stdin.close()
            process.wait(30)


def _main() -> None:
    with receiver(keep_bodies=False) as here:
        print(json.dumps({"port": here.port, "ca": here.ca}), flush=True)
        for line in sys.stdin:
            with here.news:
                known = list(here.messages)
                if line.strip() == "clear":
                    here.messages.clear()
            answer: object = len({one.id for one in known})
            if line.strip() == "times":
                answer = [(one.id, one.path, one.at) for one in known]
            with contextlib.suppress(BrokenPipeError):
                print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _main()
