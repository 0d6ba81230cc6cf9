"""Claim: a real rsyslogd takes our messages over TLS and finds in them what we put there."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trustme

from govdesk.delivery.endpoint import Endpoint
from tests.unit.delivery.sinks.stage import endpoint, event, sent, sink

RSYSLOGD = shutil.which("rsyslogd") or shutil.which("/usr/sbin/rsyslogd")
_DRIVER = next(Path("/usr/lib").glob("*/rsyslog/lmnsd_gtls.so"), None)
MISSING = "rsyslogd is not here: run `apt-get install rsyslog rsyslog-gnutls` to test against it"

CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="8k"
       defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{folder}/ca.pem"
       defaultNetstreamDriverCertFile="{folder}/server.pem"
       defaultNetstreamDriverKeyFile="{folder}/server.key")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"
       streamDriver.authMode="{mode}" supportOctetCountedFraming="on")
template(name="found" type="list" option.jsonf="on") {{
  property(outname="pri" name="pri" format="jsonf")
  property(outname="at" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="proc" name="procid" format="jsonf")
  property(outname="id" name="msgid" format="jsonf")
  property(outname="data" name="structured-data" format="jsonf")
  property(outname="text" name="msg" format="jsonf")
  property(outname="version" name="protocol-version" format="jsonf")
}}
ruleset(name="all") {{ action(type="omfile" file="{folder}/messages" template="found") }}
input(type="imtcp" port="{port}" address="127.0.0.1" ruleset="all")
"""


@dataclass
class Collector:
    """An rsyslogd with its own configuration in `folder`; a client's certificate and key."""

    folder: Path
    port: int
    ca: str
    client: tuple[str, str]
    child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start it, and come back once it listens."""
        with (self.folder / "log").open("wb") as log:
            self.child = subprocess.Popen(
                [str(RSYSLOGD), "-n", "-f", self.folder / "conf", "-i", self.folder / "pid"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        assert self._comes(self._listens), (self.folder / "log").read_text()

    def end(self) -> None:
        """Stop it."""
        if self.child is not None:
            self.child.terminate()
            self.child.wait(10)

    def found(self, count: int) -> list[dict[str, str]]:
        """What it wrote, once there are so many messages."""
        assert self._comes(lambda: len(self._lines()) >= count), f"{len(self._lines())} of {count}"
        return [json.loads(line) for line in self._lines()]

    def _lines(self) -> list[bytes]:
        file = self.folder / "messages"
        return file.read_bytes().splitlines() if file.exists() else []

    def _listens(self) -> bool:
        with closing(socket.socket()) as trying:
            return trying.connect_ex(("127.0.0.1", self.port)) == 0

    def _comes(self, is_there: Callable[[], bool], seconds: float = 10) -> bool:
        """Whether something comes to be while it runs and before time is up."""
        end = time.monotonic() + seconds
        while not is_there() and time.monotonic() < end:
            with suppress(subprocess.TimeoutExpired):
                assert self.child is not None
                self.child.wait(0.02)
                return False
        return is_there()

    def endpoint(self) -> Endpoint:
        """Its endpoint."""
        return replace(
            endpoint(self.port),
            kind="syslog",
            url=f"syslog+tls://hooks.example:{self.port}",
            secrets=(),
            settings={"ca": self.ca},
        )


@pytest.fixture(params=["anon", "x509/certvalid"])
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    if RSYSLOGD is None or _DRIVER is None:
        pytest.skip(MISSING)
    with TemporaryDirectory(prefix="govdesk-rsyslog-") as folder:
        made = _prepared(Path(folder), _free_port(), request.param)
        try:
            made.run()
            yield made
        finally:
            made.end()


def _prepared(folder: Path, port: int, mode: str) -> Collector:
    authority = trustme.CA(organization_name="Collectors")
    server, client = authority.issue_cert("hooks.example"), authority.issue_cert("govdesk.example")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    server.private_key_pem.write_to_path(folder / "server.key")
    (folder / "server.pem").write_bytes(b"".join(one.bytes() for one in server.cert_chain_pems))
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder, port=port, mode=mode))
    chain = b"".join(one.bytes() for one in client.cert_chain_pems).decode()
    pair = (chain, client.private_key_pem.bytes().decode()) if mode != "anon" else ("", "")
    return Collector(folder, port, authority.cert_pem.bytes().decode(), pair)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        return int(held.getsockname()[1])


def test_rsyslog_receives_what_was_sent(collector: Collector) -> None:
    """Line ends, umlauts, quotes and a hundred messages on one connection, all of them intact."""
    certificate, key = collector.client
    at = replace(collector.endpoint(), client_certificate=certificate, client_key=key)
    spoken = 'Größe geändert:\nZeile 2\r\n\tZeile 3 "so" ]\\ 🦉 ' + "ä" * 1500
    held = sink(at)
    reports = [held.send(event(summary=spoken, seq=number), 5) for number in range(100)]
    held.close()
    assert {one.outcome for one in reports} == {"sent"}, reports[0]
    found = collector.found(100)
    assert len(found) == 100
    texts = [json.loads(one["text"].strip().lstrip("\ufeff")) for one in found]
    assert [one["data"]["seq"] for one in texts] == list(range(100))
    assert {one["data"]["summary"] for one in texts} == {spoken}
    first = found[0]
    assert (first["version"], first["pri"]) == ("1", "108")
    assert first["at"] == "2026-11-21T09:30:15.123456Z"
    assert (first["app"], first["proc"], first["id"]) == ("govdesk", "-", "member.invited")
    assert first["host"] == socket.gethostname()
    assert 'seq="0"' in first["data"]
    assert 'leaf_hash="' in first["data"]


def test_the_longest_message_arrives_whole(collector: Collector) -> None:
    """rsyslog takes 8 KiB where nobody has set more."""
    certificate, key = collector.client
    at = replace(collector.endpoint(), client_certificate=certificate, client_key=key)
    long = replace(event(summary="ü" * 200), diff=json.dumps({"x": "y" * 5800}))
    assert sent(at, long).outcome == "sent"
    assert sent(at, replace(long, diff=json.dumps({"x": "y" * 60_000}))).outcome == "sent"
    texts = [json.loads(one["text"].strip().lstrip("\ufeff")) for one in collector.found(2)]
    assert texts[0]["data"]["diff"] == {"x": "y" * 5800}
    assert texts[1]["cut"] == ["diff"]


@pytest.mark.parametrize("collector", ["x509/certvalid"], indirect=True)
def test_without_the_certificate_it_asks_for_rsyslog_takes_nothing(collector: Collector) -> None:
    """GnuTLS sees that only after the handshake, so it hangs up on the first message."""
    without = sent(collector.endpoint(), event(summary="without"))
    certificate, key = collector.client
    at = replace(collector.endpoint(), client_certificate=certificate, client_key=key)
    assert sent(at, event(summary="with")).outcome == "sent"
    texts = [json.loads(one["text"].strip().lstrip("\ufeff")) for one in collector.found(1)]
    assert without.outcome in ("tls", "protocol")
    assert [one["data"]["summary"] for one in texts] == ["with"]
