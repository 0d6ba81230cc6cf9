"""``govdesk web`` as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from tests.people import Cast
from tests.web.visiting import Visitor

_COMMAND = [sys.executable, "-c", "from govdesk.cli import main; main()", "web"]


def _run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*_COMMAND, *arguments],
        env={k: v for k, v in os.environ.items() if not k.startswith("GOVDESK_")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_where_it_serves_and_stops_when_told(module_cast: Cast) -> None:
    url = module_cast.database.worker_url
    for wish in (signal.SIGTERM, signal.SIGINT):
        with _run("--listen", "127.0.0.1:0", "--json", GOVDESK_WORKER_URL=url) as process:
            try:
                assert process.stdout is not None
                said = json.loads(process.stdout.readline())
                assert Visitor(said["listening"]).get("/healthz").text == "ok\n"
            finally:
                process.send_signal(wish)
            _, log = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "GET /healthz 200" in log
        assert "worker%20password" not in log


def test_what_cannot_be_served_is_one_line(module_cast: Cast) -> None:
    url = module_cast.database.worker_url
    for arguments, environment, code, said in (
        ((), {}, 2, "GOVDESK_WORKER_URL"),
        (("--listen", "8080"), {"GOVDESK_WORKER_URL": url}, 2, "HOST:PORT"),
        (("--listen", "192.0.2.1:80"), {"GOVDESK_WORKER_URL": url}, 3, "--listen"),
        (("--listen", "127.0.0.1:0", "--trust-proxy", "x"), {"GOVDESK_WORKER_URL": url}, 2, "10."),
    ):
        with _run(*arguments, **environment) as process:
            _, log = process.communicate(timeout=60)
        assert process.returncode == code, log
        (line,) = log.splitlines()
        assert said in line
