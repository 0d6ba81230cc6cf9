"""Real PostgreSQL for tests: one server a process, a fresh copy of a template a test.

A pytest plugin of our own, loaded by ``tests/conftest.py``. With ``GOVDESK_TEST_POSTGRES`` naming
a folder with ``initdb`` and ``postgres`` the tests run on that PostgreSQL instead of the embedded
one. Left out then are those that use no server, and those marked ``any_postgres``: what they claim
is decided by Python or the operating system, and PostgreSQL brings the material only. Fixtures,
widest first:

``server``           the process's `EmbeddedServer`, durability off
``template``         name of a database that `migrate.install` filled; never connect to it
``module_database``  a copy of it shared by the tests of one module
``database``         a copy of it for one test alone
``connect``          opens autocommit connections that are closed when the test ends
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from govdesk.database import migrate
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.embedded_binaries import find_binaries, release_of

OTHER_POSTGRES = "GOVDESK_TEST_POSTGRES"
"""In the environment: the folder of another PostgreSQL's binaries."""
APP_PASSWORD = "app password of the tests"
WORKER_PASSWORD = "worker password of the tests"

MEMORY = Path("/dev/shm")
_MEMORY_NEEDED = 3 * 2**30
"""Bytes that must be free there: of what two or more servers write at once, with room to spare."""
_GRACE_SECONDS = 2.0
_TEMPLATE = "govdesk_template"
_numbers = itertools.count(1)

Connect = Callable[[str], "psycopg.Connection[Any]"]


def other_binaries() -> Path | None:
    """Where the PostgreSQL is that the tests are to run on; None for the embedded one."""
    named = os.environ.get(OTHER_POSTGRES)
    if not named:
        return None
    if not (Path(named) / "initdb").exists():
        raise pytest.UsageError(f"{OTHER_POSTGRES} names {named}, which holds no initdb.")
    return Path(named)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "any_postgres: nothing that PostgreSQL decides is claimed")


def pytest_report_header() -> str:
    """Say on which PostgreSQL the tests run."""
    binaries = other_binaries() or find_binaries()
    return "PostgreSQL {}.{} in {}".format(*release_of(binaries), binaries)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another PostgreSQL, leave out what would only do the same again."""
    if other_binaries() is None:
        return
    again = [item for item in items if _asks_postgres(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in again])
    items[:] = again


def _asks_postgres(item: pytest.Item) -> bool:
    """Whether another PostgreSQL may answer otherwise."""
    needs_server = "server" in getattr(item, "fixturenames", ())
    return needs_server and item.get_closest_marker("any_postgres") is None


@dataclass(frozen=True, slots=True)
class Database:
    """One database of the test server and the URLs of the three logins."""

    name: str
    admin_url: str
    app_url: str
    worker_url: str


class Sessions:
    """Sees who is connected to the server, through one connection of its own."""

    def __init__(self, admin_url: str):
        self.connection = psycopg.connect(admin_url, autocommit=True, application_name="tests")

    def present(self) -> dict[int, str]:
        """Process number and description of every other client."""
        rows = self.connection.execute(
            "SELECT pid, format('%s on %s (%s): %s', usename, datname, state, left(query, 80))"
            " FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
        return {int(pid): str(text) for pid, text in rows}

    def left_over(self, before: dict[int, str]) -> list[str]:
        """Describe clients that were not there `before` and do not go within two seconds."""
        deadline = time.monotonic() + _GRACE_SECONDS
        while True:
            leaked = [text for pid, text in self.present().items() if pid not in before]
            if not leaked or time.monotonic() > deadline:
                return leaked
            self.connection.execute("SELECT pg_sleep(0.005)")


@contextmanager
def running_server() -> Iterator[EmbeddedServer]:
    """Run a server in a folder of its own that is removed afterwards.

    Not below pytest's temporary folder: as root that one is closed to PostgreSQL's user.
    """
    with (
        server_folder() as folder,
        EmbeddedServer.start(
            folder / "server", binaries=other_binaries(), fast_tests=True
        ) as server,
    ):
        yield server


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter, in memory where the machine offers that.

    A copy of the template is 600 files: in memory it takes a fifth of the time it takes on a disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="govdesk-test-", dir=MEMORY if has_memory() else None))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def has_memory() -> bool:
    """Whether there is a file system in memory that is roomy enough and may hold programs.

    In a container it is often 64 MB and closed to programs, which `readable_binaries` puts there.
    """
    try:
        state = os.statvfs(MEMORY)
    except OSError:
        return False
    roomy = state.f_bavail * state.f_frsize >= _MEMORY_NEEDED
    return roomy and os.access(MEMORY, os.W_OK) and not state.f_flag & os.ST_NOEXEC


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One server for all tests of this process."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def sessions(server: EmbeddedServer) -> Iterator[Sessions]:
    """The observer of the server's clients."""
    observer = Sessions(server.admin_url)
    yield observer
    observer.connection.close()


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """Name of the database that tests copy."""
    migrate.install(
        server.admin_url_of(_TEMPLATE),
        app_password=APP_PASSWORD,
        worker_password=WORKER_PASSWORD,
    )
    return _TEMPLATE


@contextmanager
def copied(server: EmbeddedServer, sessions: Sessions, template: str) -> Iterator[Database]:
    """Copy the template; drop the copy at the end and fail if someone is still connected."""
    name = f"test_{next(_numbers)}"
    _copy(server, sessions.connection, template, name)
    before = sessions.present()
    yield Database(
        name,
        server.admin_url_of(name),
        server.url("govdesk_app", APP_PASSWORD, name),
        server.url("govdesk_worker", WORKER_PASSWORD, name),
    )
    leaked = sessions.left_over(before)
    sessions.connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )
    if leaked:
        pytest.fail("connections still open: " + "; ".join(leaked), pytrace=False)


def _copy(
    server: EmbeddedServer, connection: psycopg.Connection[Any], template: str, name: str
) -> None:
    target = sql.Identifier(name)
    # As files where files cost little: that writes no log, and so nothing is to be checkpointed.
    strategy = "file_copy" if server.home.is_relative_to(MEMORY) else "wal_log"
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            target, sql.Identifier(template), sql.SQL(strategy)
        )
    )
    # CREATE DATABASE copies neither the template's privileges nor its identity; without them
    # PUBLIC could connect and a migrate would take the copy for a restored backup.
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(target))
    granted = connection.execute(
        "SELECT coalesce(r.rolname, 'public'), a.privilege_type"
        " FROM pg_database d, aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE d.datname = %s AND a.grantee <> d.datdba",
        (template,),
    ).fetchall()
    for grantee, privilege in granted:
        connection.execute(
            sql.SQL("GRANT {} ON DATABASE {} TO {}").format(
                sql.SQL(privilege),
                target,
                sql.SQL("PUBLIC") if grantee == "public" else sql.Identifier(grantee),
            )
        )
    with psycopg.connect(server.admin_url_of(name)) as own:
        own.execute("SET LOCAL session_replication_role = replica")
        own.execute(
            "UPDATE govdesk_private.installation SET database_oid ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )


@pytest.fixture
def database(server: EmbeddedServer, sessions: Sessions, template: str) -> Iterator[Database]:
    """A database of this test's own."""
    with copied(server, sessions, template) as one:
        yield one


@pytest.fixture(scope="module")
def module_database(
    server: EmbeddedServer, sessions: Sessions, template: str
) -> Iterator[Database]:
    """A database that the tests of a module share, in whatever order they run."""
    with copied(server, sessions, template) as one:
        yield one


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open autocommit connections by URL; each is closed when the test ends."""
    opened: list[psycopg.Connection[Any]] = []

    def open_one(url: str) -> psycopg.Connection[Any]:
        opened.append(psycopg.connect(url, autocommit=True))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture(autouse=True)
def no_leaked_connections(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a connection to the server open."""
    if "server" not in request.fixturenames:
        yield
        return
    sessions: Sessions = request.getfixturevalue("sessions")
    before = sessions.present()
    yield
    leaked = sessions.left_over(before)
    if leaked:
        pytest.fail("connections still open: " + "; ".join(leaked), pytrace=False)
