"""The demo's worker and web pages: there when it says so, gone with it, however it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from govdesk.services import demo, demo_children, worker_watch
from tests.databases import server_folder
from tests.end_to_end.conftest import Program

PATIENCE = 30.0


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all tests here, below a folder that PostgreSQL's user may enter."""
    with server_folder() as folder:
        yield folder / "demo"


def listens(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as client:
        return client.connect_ex((parts.hostname or "", parts.port or 0)) == 0


def children_of(home: Path) -> list[str]:
    """Command lines of processes whose mails go into this demo's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"file:{home}/mail".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # It ended while we looked, or is not ours.
    return found


def eventually(holds: object, what: str) -> None:
    assert callable(holds)
    waiting, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        waiting.wait(0.1)


def link_in(file: Path, base: str) -> str:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    text = body.get_content()
    links = [word for word in text.split() if word.startswith(base)]
    assert len(links) == 1, f"one link to {base} in:\n{text}"
    return str(links[0])


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_demo_without_a_window_serves_pages_and_writes_mails_until_it_is_killed(
    bare: Program, home: Path
) -> None:
    arguments = ["demo", "--no-window", "--data-dir", str(home), "--events", "30"]
    with bare.start(*arguments) as running:
        assert running.stdout is not None
        facts = json.loads(running.stdout.readline())
        folder = Path(facts["mail_dir"])
        eventually(lambda: len(list(folder.glob("invitation-*.eml"))) >= 2, "no mails came")
        # An earlier demo of this folder may have sent them, from another port.
        links = [link_in(file, "http://127.0.0.1:") for file in folder.glob("invitation-*.eml")]
        pages = [facts["web_url"] + urlsplit(link).path for link in links]
        assert 200 in map(status_of, pages), "one of them still waits"
        assert len(children_of(home)) == 4, "two and their keepers"
        running.send_signal(signal.SIGKILL)
        running.wait()
        eventually(lambda: not listens(facts["web_url"]), "the pages still answer")
        eventually(lambda: not children_of(home), "processes were left behind")


def test_a_window_s_demo_starts_them_later_and_only_if_it_is_still_there(home: Path) -> None:
    running = demo.start(home, 30)
    begun = time.monotonic()
    running.begin(delay=60)
    assert time.monotonic() - begun < 1
    running.stop()
    assert children_of(home) == []
    running = demo.start(home, 30)
    running.begin(delay=0.1)
    eventually(lambda: listens(str(running.facts["web_url"])), "the pages did not come")
    running.stop()
    assert children_of(home) == []


def processes_of(home: Path, word: str) -> list[int]:
    """Those of `govdesk WORD` itself, without their keepers."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"file:{home}/mail".encode() not in (entry / "environ").read_bytes():
                continue
            line = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if line[1] == b"-c" and line[3] == word.encode():
            found.append(int(entry.name))
    return found


def test_what_somebody_kills_is_started_again_and_says_so(home: Path) -> None:
    running = demo.start(home, 30)
    try:
        running.begin()
        before = {word: processes_of(home, word)[0] for word in ("worker", "web")}
        for number in before.values():
            os.kill(number, signal.SIGKILL)
        eventually(
            lambda: all(set(processes_of(home, word)) - {before[word]} for word in before),
            "they were not started again",
        )
        eventually(lambda: listens(str(running.facts["web_url"])), "the pages did not come back")
        for word in before:
            log = (home / f"{word}.log").read_text()
            assert f"demo: {word} was killed by signal 9; started again in 1 s" in log
            assert f"demo: {word} started again\n" in log
        check = worker_watch.check(running.facts["worker_url"])
        assert check.ok
        assert "; last started at " in check.sentence
    finally:
        running.stop()
    assert children_of(home) == []


def test_what_ends_again_and_again_is_waited_for_twice_as_long(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    monkeypatch.setattr(demo_children, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(demo_children, "_FIRST_SECONDS", 0.5)
    monkeypatch.setattr(demo_children, "_PROGRAM", " raise SystemExit(7)")
    children = demo_children.Children(home, "postgresql://nobody@127.0.0.1:1/none")
    children.start()
    log = home / "worker.log"
    try:
        eventually(lambda: log.read_text().count("exit code 7") >= 3, "it was not tried again")
    finally:
        children.stop()
    waits = re.findall(r"worker ended with exit code 7; started again in (\d+) s", log.read_text())
    assert waits[:3] == ["0", "1", "2"]


def test_another_program_on_the_port_does_not_prevent_a_demo(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(demo_children, "WEB_PORT", port)
        running = demo.start(home, 30)
        assert not str(running.facts["web_url"]).endswith(f":{port}")
        running.stop()
