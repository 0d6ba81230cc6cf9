"""A small installation with a real worker process, and organizations that send to real receivers.

``post``  the installation with its worker, one a module
``desk``  an organization of one test's own; its owner's session was just confirmed
"""

from __future__ import annotations

import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from govdesk.cli.program import run
from govdesk.database.embedded import EmbeddedServer
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, running_server
from tests.end_to_end.commands import Someone, founded
from tests.end_to_end.conftest import PROGRAM, ROOT, Answer, Office, Program
from tests.end_to_end.receivers import Receiver, receiver

T = TypeVar("T")


@dataclass
class Post:
    """The installation; its worker can be stopped and started."""

    office: Office
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, host: str = "worker-1") -> None:
        """Start the worker; its log lies in the folder."""
        with (self.folder / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "worker", "--host", host],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """Let the worker finish and leave."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            assert self.process.wait(30) == 0, self.log
        finally:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def log(self) -> str:
        """What the worker said."""
        return (self.folder / "worker.log").read_text()

    def is_ready(self) -> bool | None:
        """True once the worker was heard of and can be given secrets."""
        (found,) = self.office.admin(
            "SELECT (SELECT count(*) > 0 FROM govdesk_private.worker_seen)"
            " AND (SELECT worker_public_key IS NOT NULL FROM govdesk_private.installation)"
        )
        return found[0] or None


@dataclass
class Desk:
    """An organization of a test's own."""

    post: Post
    owner: Someone
    answer: Callable[..., Answer]

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        """Run ``webhooks … --json``; returns the document."""
        answer = self.answer("webhooks", *arguments, "--json")
        assert answer.code == code, answer.err + answer.out
        return answer.document

    def add(self, at: Receiver, *more: str) -> dict[str, Any]:
        """Add a webhook for a receiver and return what was printed."""
        done: dict[str, Any] = self(
            "add", at.url, "--secret", "auto", "--events", "site.*", "--ca", str(at.ca),
            "--allow", at.opening, "--description", f"Receiver {at.port}", *more,
        )  # fmt: skip
        return done

    def happen(self, name: str) -> int:
        """Something happens in the organization; the number of its event."""
        answer = self.answer("organization", "sites", "add", name, "--json")
        assert answer.code == 0, answer.err
        return int(answer.document["seq"])

    def became(self, webhook: str, seq: int, verdict: str) -> dict[str, Any]:
        """Wait until it is said of an event that this became of it; returns the explanation."""

        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self("explain", webhook, str(seq))
            return found if found["verdict"] == verdict else None

        return until(look)


def until(look: Callable[[], T | None], seconds: float = 20) -> T:
    """Look again and again until something is there: another process makes it."""
    end = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < end, "it never came to be"
        threading.Event().wait(0.05)
    return found


@pytest.fixture(scope="module")
def post(bare: Program, init: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """On a server of its own: the worker's connections come and go as they please."""
    with running_server() as server:
        yield from _served(server, bare, init, tmp_path_factory.mktemp("post"))


def _served(server: EmbeddedServer, bare: Program, init: Program, folder: Path) -> Iterator[Post]:
    admin_url = server.admin_url_of("post")
    assert init("server", "init", "--admin-url", admin_url).code == 0
    worker_url = server.url("govdesk_worker", WORKER_PASSWORD, "post")
    office = Office(admin_url, server.url("govdesk_app", APP_PASSWORD, "post"), "")
    with psycopg.connect(admin_url) as admin:
        # The production cost of Argon2id is 0.1 s a sign-in, by design.
        admin.execute(
            "UPDATE govdesk_private.installation SET kdf_memory_kib = 8, kdf_iterations = 1,"
            " kdf_lanes = 1, attempts_per_address = 100000"
        )
    made = Post(
        office,
        bare.environment
        | {
            "GOVDESK_WORKER_URL": worker_url,
            "GOVDESK_WORKER_KEY_FILE": str(folder / "worker-key.json"),
            "GOVDESK_PEPPER_FILE": str(folder / "peppers.json"),
            # What signing seals would be sent as well, at a moment nobody chose.
            "GOVDESK_CHECKPOINT_KEY": "none",
        },
        folder,
    )
    made.start()
    try:
        until(made.is_ready, 60)
        yield made
    finally:
        made.stop()


@pytest.fixture
def desk(post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    name = f"hooks{secrets.token_hex(4)}"
    owner = founded(post.office, name, f"olga@{name}.example")
    for variable in ("GOVDESK_EMAIL", "GOVDESK_PASSWORD", "GOVDESK_TENANT", "GOVDESK_TOTP_SECRET"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GOVDESK_SESSION", owner.token)
    monkeypatch.setenv("GOVDESK_DATABASE_URL", post.office.app_url)

    def command(*arguments: str) -> Answer:
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Answer(code, out, err).without_traceback()

    return Desk(post, owner, command)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as one:
        yield one
