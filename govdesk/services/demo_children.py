"""The demo's worker and web pages: processes of their own that end with the demo.

Each runs under the keeper that also holds the server, so that even a killed demo leaves none.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from govdesk.database import keeper
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
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Start both, unless they run or the demo has ended."""
        self.mail_dir.mkdir(mode=0o700, exist_ok=True)
        with self._lock:
            if self._running or self._stopped:
                return
            for name, arguments in self._commands.items():
                self._running[name] = self._launch(name, arguments)

    def wait(self) -> None:
        """Return once the web pages answer; raises `Problem` if they do not come up."""
        begun = threading.Event()
        for _ in range(int(_UP_SECONDS / 0.1)):
            if _answers(self.web_url):
                return
            if self._running["web"].poll() is not None:
                break
            begun.wait(0.1)
        raise Problem(
            "The demo's web pages did not start.", f"It says why in {self._home / 'web.log'}."
        )

    def stop(self) -> None:
        """End both; returns when they are gone."""
        with self._lock:
            self._stopped = True
            running = list(self._running.values())
        for one in running:
            assert one.stdin is not None
            one.stdin.close()
        for one in running:
            try:
                one.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _launch(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        own = [sys.executable, "-c", self._program(name), *arguments]
        identity = [str(os.getpid()), str(os.geteuid()), str(os.getegid())]
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(os.open(self._home / f"{name}.log", flags, 0o600), "wb") as log:
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
