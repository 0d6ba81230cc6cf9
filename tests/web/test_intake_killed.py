"""A hundred clients while the web process or PostgreSQL is killed: what was acknowledged is there.

Those with an Idempotency-Key ask again until they are answered; the others take what comes.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from govdesk.database import migrate
from govdesk.database.embedded import EmbeddedServer
from tests import keys
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, Database, server_folder
from tests.people import OTIS, Cast, move_in
from tests.web.sending import JSON, PATH

_CLIENTS, _EACH = 100, 6
_DATABASE = "killed"
_PROGRAM = [sys.executable, "-c", "from govdesk.cli import main; main()", "web"]
_PATIENCE = 120.0


@dataclass
class _Crowd:
    """The clients, and which of their events were acknowledged."""

    netloc: str
    raw: str = field(repr=False)
    acknowledged: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _pause: threading.Event = field(default_factory=threading.Event)

    def run(self) -> list[threading.Thread]:
        """Let all of them send."""
        threads = [threading.Thread(target=self._client, args=(at,)) for at in range(_CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def wait_for(self, number: int) -> None:
        """Return when so many events were acknowledged."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.acknowledged) >= number, _PATIENCE)
        assert there, f"{len(self.acknowledged)} acknowledged, {len(self.given_up)} given up"

    def _client(self, at: int) -> None:
        for number in range(_EACH):
            name = f"c{at}-{number}"
            self._insist(name) if at % 2 else self._try(name)

    def _insist(self, name: str) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self._send(name, {"Idempotency-Key": name}):
                return
            self._pause.wait(0.1)

    def _try(self, name: str) -> None:
        if not self._send(name, {}):
            with self._changed:
                self.given_up.append(name)

    def _send(self, name: str, more: dict[str, str]) -> bool:
        connection = http.client.HTTPConnection(self.netloc, timeout=60)
        headers = {"Authorization": f"Bearer {self.raw}", "Content-Type": JSON, **more}
        try:
            connection.request("POST", PATH, json.dumps(_event(name)), headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        assert status in (201, 503), status
        if status != 201:
            return False
        with self._changed:
            self.acknowledged.append(name)
            self._changed.notify_all()
        return True


def _event(name: str) -> dict[str, object]:
    return {"action": "x.crowd.sent", "entity_id": name, "data": {"from": name}}


def _furnish(server: EmbeddedServer) -> str:
    """Install, let the cast move in, and return a raw key."""
    admin = server.admin_url_of(_DATABASE)
    migrate.install(admin, app_password=APP_PASSWORD, worker_password=WORKER_PASSWORD)
    move_in(admin)
    app = server.url("govdesk_app", APP_PASSWORD, _DATABASE)
    cast = Cast(Database(_DATABASE, admin, app, _worker_url(server)))
    try:
        return keys.generate(cast, cast.sign_in(OTIS)).raw
    finally:
        cast.close()


def _worker_url(server: EmbeddedServer) -> str:
    return server.url("govdesk_worker", WORKER_PASSWORD, _DATABASE)


@contextmanager
def _web(port: int, url: str, peppers: Path) -> Iterator[subprocess.Popen[str]]:
    """`govdesk web` as a process, serving when this begins, killed when it ends."""
    named = {
        "GOVDESK_WORKER_URL": url, "GOVDESK_PEPPER_FILE": str(peppers),
        "GOVDESK_INTAKE_BURST": "100000",
    }  # fmt: skip
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOVDESK_")}
    arguments = ["--listen", f"127.0.0.1:{port}", "--json"]
    with subprocess.Popen(
        [*_PROGRAM, *arguments], env=kept | named, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            assert json.loads(process.stdout.readline())["listening"]
            yield process
        finally:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def _sealed(server: EmbeddedServer) -> Counter[str]:
    with psycopg.connect(server.admin_url_of(_DATABASE)) as admin:
        return Counter(
            row[0]
            for row in admin.execute(
                "SELECT entity_id FROM govdesk.audit_log WHERE action = 'x.crowd.sent'"
            )
        )


def _check(crowd: _Crowd, sealed: Counter[str]) -> None:
    assert [name for name in crowd.acknowledged if sealed[name] != 1] == []
    assert [name for name, number in sealed.items() if number != 1] == []
    insistent = {f"c{at}-{n}" for at in range(1, _CLIENTS, 2) for n in range(_EACH)}
    assert insistent <= set(crowd.acknowledged)
    assert len(crowd.acknowledged) + len(crowd.given_up) == _CLIENTS * _EACH


@pytest.mark.parametrize("killed", ["nobody", "web", "postgres"])
def test_every_acknowledged_event_is_sealed_once(killed: str) -> None:
    port = _free_port()
    with server_folder() as place:
        home, peppers = place / "server", place / "peppers.json"
        server = EmbeddedServer.start(home)
        try:
            crowd = _Crowd(f"127.0.0.1:{port}", _furnish(server))
            url = _worker_url(server)
            with _web(port, url, peppers) as first:
                threads = crowd.run()
                crowd.wait_for(_CLIENTS)
                if killed == "web":
                    first.send_signal(signal.SIGKILL)
                if killed == "postgres":
                    os.kill(_postmaster(home), signal.SIGKILL)
                    server.stop()
                    server = EmbeddedServer.start(home)
                    assert _worker_url(server) == url
                if killed != "web":
                    _join(threads)
            if killed == "web":
                with _web(port, url, peppers):
                    _join(threads)
            assert bool(crowd.given_up) == (killed != "nobody")
            _check(crowd, _sealed(server))
        finally:
            server.stop()


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(_PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
