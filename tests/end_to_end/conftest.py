"""Real `govdesk` processes against a real server: one office with a long log for all tests here."""

from __future__ import annotations

import base64
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pyotp
import pytest
from psycopg import sql

from govdesk.cli.program import run
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.migrate import claim_setup
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, Sessions

if TYPE_CHECKING:
    from tests.end_to_end.town import Town

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from govdesk.cli import main; main()"]
EVENTS = 70_000
"""More than two pages of an export, so that something can happen between them."""

OWNER = "olga@office.example"
PASSWORD = "correct horse battery staple"
SECRET = base64.b32encode(b"a seed of 20 bytes !").decode()
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    def without_traceback(self) -> Answer:
        """The answer, which must be one for people."""
        assert "Traceback" not in self.err, self.err
        return self


@dataclass(frozen=True)
class Program:
    """Starts commands with an environment of their own."""

    environment: dict[str, str]

    @contextmanager
    def start(self, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
        """Start a command; whatever happens to the test, the process does not outlive it."""
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        try:
            yield process
        finally:
            # A stopped process, or one that hangs, would be waited for for ever.
            if process.poll() is None:
                process.kill()
            process.communicate()

    def __call__(self, *arguments: str, **options: Any) -> Answer:
        """Run a command to its end."""
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=120)
        return Answer(process.returncode, out, err).without_traceback()

    def given(self, **more: str) -> Program:
        """The same with more environment."""
        return Program(self.environment | more)


@dataclass(frozen=True)
class Office:
    """An installation with one tenant whose log is long; `token` is a session of its owner."""

    admin_url: str
    app_url: str
    token: str

    def admin(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement as the release's own work; return its rows if it has any."""
        with psycopg.connect(self.admin_url) as connection:
            claim_setup(connection, "office")
            cursor = connection.execute(query, parameters)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def fresh_code(self) -> str:
        """A code that is good now, also if it was used: tests do not wait 30 seconds."""
        self.admin("UPDATE govdesk_private.factor SET last_step = 0")
        return pyotp.TOTP(SECRET).at(int(time.time()))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program without any identity, in a home of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVDESK_", "XDG_", "PG"))}
    return Program(kept | {"HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in this process remember nothing on this computer: they are witnesses."""
    home = tmp_path_factory.mktemp("folders")
    for kind in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))


@pytest.fixture(scope="session")
def init(bare: Program) -> Program:
    """The program as an administrator runs it; the logins' passwords are the tests'."""
    return bare.given(GOVDESK_APP_PASSWORD=APP_PASSWORD, GOVDESK_WORKER_PASSWORD=WORKER_PASSWORD)


@pytest.fixture(scope="session")
def fresh_url(server: EmbeddedServer, sessions: Sessions) -> Iterator[Callable[[], str]]:
    """Make URLs of databases that do not exist yet; they are dropped at the end."""
    names: list[str] = []

    def make() -> str:
        names.append(f"office_{next(_numbers)}")
        return server.admin_url_of(names[-1])

    yield make
    for name in names:
        sessions.connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
def office(server: EmbeddedServer, init: Program, fresh_url: Callable[[], str]) -> Office:
    """Founded and entered by commands alone; only the long past is put in by hand."""
    admin_url = fresh_url()
    assert init("server", "init", "--admin-url", admin_url).code == 0
    with psycopg.connect(admin_url) as admin:
        # The production cost of Argon2id is 0.1 s a sign-in, by design.
        admin.execute(
            "UPDATE govdesk_private.installation SET kdf_memory_kib = 8, kdf_iterations = 1,"
            " kdf_lanes = 1, attempts_per_address = 100000"
        )
    name = str(psycopg.conninfo.conninfo_to_dict(admin_url)["dbname"])
    app_url = server.url("govdesk_app", APP_PASSWORD, name)
    made = init("tenants", "create", "Office", "--owner", OWNER, "--admin-url", admin_url, "--json")
    assert made.code == 0, made.err
    enrolled = init.given(
        GOVDESK_DATABASE_URL=app_url,
        GOVDESK_SETUP_CODE=made.document["setup_code"],
        GOVDESK_PASSWORD=PASSWORD,
        GOVDESK_TOTP_SECRET=SECRET,
    )("mfa", "enrol", "--json")
    assert enrolled.code == 0, enrolled.err
    founded = Office(admin_url, app_url, enrolled.document["token"])
    for low in range(0, EVENTS, 17_500):
        founded.admin(
            "SELECT govdesk_api.record_events(jsonb_agg(jsonb_build_object("
            " 'action', 'system.event', 'summary', 'José did thing ' || n, 'request_id', 'r' || n,"
            " 'data', jsonb_build_object('n', n, 'text', repeat('é', 20)))))"
            " FROM generate_series(%s::int, %s::int) n",
            low + 1,
            low + 17_500,
        )
    return founded


@pytest.fixture
def inside(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """The same commands without a process each, for many short ones; a traceback is an error."""
    monkeypatch.setenv("GOVDESK_DATABASE_URL", office.app_url)
    monkeypatch.setenv("GOVDESK_SESSION", office.token)

    def command(*arguments: str) -> Answer:
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return command


@pytest.fixture
def govdesk(bare: Program, office: Office) -> Program:
    """The program with the owner's session."""
    return bare.given(GOVDESK_DATABASE_URL=office.app_url, GOVDESK_SESSION=office.token)


@pytest.fixture
def stranger(bare: Program, office: Office) -> Program:
    """The program with the server's address and nobody signed in."""
    return bare.given(GOVDESK_DATABASE_URL=office.app_url)


@pytest.fixture(scope="session")
def town(bare: Program) -> Iterator[Town]:
    """One demo for all stories; each brings its own people or leaves the demo's as they were."""
    from tests.end_to_end.town import serving

    with serving(bare) as served:
        yield served
