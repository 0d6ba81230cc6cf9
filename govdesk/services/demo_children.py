"""The demo's worker and web pages: processes of their own that end with the demo.

Each runs under the keeper that also holds the server, so that even a killed demo leaves none. One
that ends by itself, or is killed, is started again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from govdesk.database import keeper
from govdesk.domain.backoff import Backoff
from govdesk.domain.problem import Problem
from govdesk.services.demo_keys import PEPPERS, checkpoint_key

WEB_PORT: Final = 8420
_BEFORE: Final = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
"""The keeper ignores SIGINT, which it hands down: one that came early would be lost."""
_PROGRAM: Final = " from govdesk.cli import main; main()"
_RECEIVER: Final = " from govdesk.services import demo_receiver; demo_receiver.begin{!r};"
"""What the demo's webhooks are sent to, beside the web pages."""
_TENANT: Final = "acme"
_UP_SECONDS = 30.0
_STOP_SECONDS = 30.0
_LOOK_SECONDS: Final = 0.5
_FIRST_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 60.0
"""Until one that ended is started again; what ran for so long begins with the shortest wait."""


@dataclass(slots=True)
class _Child:
    """One of them as it runs, since when, and what is waited for once it has ended."""

    process: subprocess.Popen[bytes]
    since: float = field(default_factory=time.monotonic)
    is_missed: bool = False
    backoff: Backoff = field(default_factory=lambda: Backoff(_FIRST_SECONDS, _LONGEST_SECONDS))


class Children:
    """Worker and web pages of the demo in `home`; mails become files in `mail_dir`."""

    def __init__(self, home: Path, worker_url: str):
        self.mail_dir = home / "mail"
        port = _free_port()
        self.web_url = f"http://127.0.0.1:{port}"
        self._home, self._worker_url = home, worker_url
        self._commands = {
            "worker": ["worker", "--host", "demo"],
            "web": ["web", "--listen", f"127.0.0.1:{port}"],
        }
        self._running: dict[str, _Child] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watch = threading.Thread(target=self._watching, name="demo-watch", daemon=True)

    def start(self) -> None:
        """Start both, unless they run or the demo has ended."""
        self.mail_dir.mkdir(mode=0o700, exist_ok=True)
        with self._lock:
            if self._running or self._stopped.is_set():
                return
            for name in self._commands:
                self._running[name] = _Child(self._launch(name, os.O_TRUNC))
            self._watch.start()

    def wait(self) -> None:
        """Return once the web pages answer; raises `Problem` if they do not come up."""
        begun = threading.Event()
        for _ in range(int(_UP_SECONDS / 0.1)):
            if _answers(self.web_url):
                return
            if self._running["web"].process.poll() is not None:
                break
            begun.wait(0.1)
        raise Problem(
            "The demo's web pages did not start.", f"It says why in {self._home / 'web.log'}."
        )

    def stop(self) -> None:
        """End both; returns when they are gone."""
        with self._lock:
            self._stopped.set()
            running = [one.process for one in self._running.values()]
        if self._watch.ident is not None:
            self._watch.join()
        for one in running:
            _let_go(one)
        for one in running:
            try:
                one.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _watching(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            for name, one in self._running.items():
                with self._lock:
                    if not self._stopped.is_set():
                        self._look(name, one)

    def _look(self, name: str, one: _Child) -> None:
        """Start it again, once it has ended and its wait is over."""
        now, code = time.monotonic(), one.process.poll()
        if code is None:
            return
        if not one.is_missed:
            if now - one.since > _LONGEST_SECONDS:
                one.backoff.worked()
            one.is_missed = True
            self._note(name, f"{_ending(code)}; started again in {one.backoff.failed():.0f} s")
        elif one.backoff.is_over:
            _let_go(one.process)
            one.process, one.since, one.is_missed = self._launch(name), now, False
            self._note(name, "started again")

    def _note(self, name: str, words: str) -> None:
        with self._log(name) as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} demo: {name} {words}\n".encode())

    def _log(self, name: str, flags: int = 0) -> BinaryIO:
        flags |= os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        return open(os.open(self._home / f"{name}.log", flags, 0o600), "wb")

    def _launch(self, name: str, flags: int = 0) -> subprocess.Popen[bytes]:
        own = [sys.executable, "-c", self._program(name), *self._commands[name]]
        identity = [str(os.getpid()), str(os.geteuid()), str(os.getegid())]
        with self._log(name, flags) as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(keeper.__file__), *identity, *own],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )

    def _program(self, name: str) -> str:
        receiver = _RECEIVER.format((str(self._home), self.web_url, _TENANT))
        return _BEFORE + (receiver if name == "web" else "") + _PROGRAM

    def _environment(self) -> dict[str, str]:
        """Ours without what belongs to another installation; passwords never on a command line."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GOVDESK_")}
        package = str(Path(__file__).parents[2])
        return kept | {
            "GOVDESK_WORKER_URL": self._worker_url,
            "GOVDESK_SMTP_URL": f"file:{self.mail_dir}",
            "GOVDESK_WEB_URL": self.web_url,
            "GOVDESK_PEPPER_FILE": str(self._home / PEPPERS),
            "GOVDESK_CHECKPOINT_KEY": str(checkpoint_key(self._home)),
            "PYTHONPATH": os.pathsep.join(filter(None, [package, kept.get("PYTHONPATH")])),
        }


def _ending(code: int) -> str:
    """How a child ended, by what its keeper passes on as its own exit code."""
    number = -code if code < 0 else 256 - code
    return f"was killed by signal {number}" if number < 65 else f"ended with exit code {code}"


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe by which its keeper knows that it is wanted."""
    assert process.stdin is not None
    process.stdin.close()


def _free_port() -> int:
    """The demo's own port, or any that is free if another program has it."""
    for port in (WEB_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Problem("No port of 127.0.0.1 is free for the web pages.", "End some programs.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
