"""The intake against a bare INSERT behind the same server: batches, and single events."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.benchmarks.intake_sides import MAKE, PATH, TABLE
from tests.benchmarks.measuring import Figure, interleaved, ratio
from tests.benchmarks.scene import Scene

_ROUNDS = 5
_SECONDS = 3.0
_BATCH = 100
_MODULE = "tests.benchmarks.intake_sides"


@dataclass(frozen=True, slots=True)
class _Load:
    """Who sends what: so many connections, each one request after the other."""

    name: str
    connections: int
    events: int
    bound: float


_LOADS = (
    _Load("batches of 100, 4 connections", 4, _BATCH, 0.3),
    _Load("batches of 100, 1 connection", 1, _BATCH, 0.3),
    _Load("single events, 16 connections", 16, 1, 0.5),
    _Load("single events, 100 connections", 100, 1, 0.5),
    _Load("single events, 1 connection", 1, 1, 0.5),
)


def figures(scene: Scene) -> Iterator[Figure]:
    """Both servers are up all the time, each a process of its own; one is asked at a time."""
    with scene.admin() as admin:
        admin.execute(MAKE.encode())
        admin.execute(f"GRANT INSERT ON {TABLE} TO govdesk_worker".encode())
    key = scene.running.facts["api_keys"][0]["key"]
    with _serving(scene, "ours") as ours, _serving(scene, "bare") as bare:
        for load in _LOADS:
            request = _request(load.events, key)
            mine, other = interleaved(
                [lambda: _rate(ours, load, request), lambda: _rate(bare, load, request)],  # noqa: B023
                _ROUNDS,
            )
            yield ratio(
                f"intake: {load.name}", statistics.median(mine), statistics.median(other),
                unit="events/s", bound=load.bound, better="at least",
                note=f"other: a bare INSERT behind the same server; medians of {_ROUNDS}",
            )  # fmt: skip


@contextmanager
def _serving(scene: Scene, side: str) -> Iterator[str]:
    environment = os.environ | {
        "GOVDESK_WORKER_URL": str(scene.running.facts["worker_url"]),
        "GOVDESK_PEPPER_FILE": str(scene.home / "demo" / "peppers.json"),
    }
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE, side],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(30)


def _request(events: int, key: str) -> bytes:
    """A whole request as it goes over the wire."""
    event = {
        "action": "x.bench.sent",
        "severity": "notice",
        "entity_type": "host",
        "entity_id": "web-3",
        "occurred_at": "2026-03-02T09:14:07Z",
        "summary": "Five failed sign-ins in a minute",
        "data": {"attempts": 5, "address": "192.0.2.17", "agent": "probe/1.0"},
    }
    body = json.dumps(event if events == 1 else [event] * events).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _rate(url: str, load: _Load, request: bytes) -> float:
    """Events a second that were answered with 201. Raises on any other answer."""
    netloc = urlsplit(url).netloc
    wire = request.replace(b"%s", netloc.encode(), 1)
    counts, failed = [0] * load.connections, list[str]()
    end = time.monotonic() + _SECONDS
    gate = threading.Barrier(load.connections + 1)

    def send(at: int) -> None:
        host, _, port = netloc.partition(":")
        gate.wait()
        try:
            with socket.create_connection((host, int(port))) as connection:
                while time.monotonic() < end:
                    connection.sendall(wire)
                    counts[at] += _is_created(connection)
        except (OSError, ValueError) as error:
            failed.append(repr(error))

    threads = [threading.Thread(target=send, args=(at,)) for at in range(load.connections)]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{len(failed)} of {load.connections} failed: {failed[0]}")
    return sum(counts) * load.events / (time.monotonic() - begun)


def _is_created(connection: socket.socket) -> int:
    """Read one answer whole; 1 if it is 201."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(65536)
        if not part:
            raise ValueError("the server closed the connection")
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 201"):
        raise ValueError(head.splitlines()[0].decode() + " " + body.decode())
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return 1
