"""The cast of the tests: two tenants and their people, with keys that tests know.

A pytest plugin of our own, loaded by ``tests/conftest.py``.

``cast``         a database of this test's own with the cast in it
``module_cast``  one that the tests of a module share, in whatever order they run
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pyotp
import pytest

from govdesk.database import connection as doors
from govdesk.database import demo, sign_in
from govdesk.database.embedded import EmbeddedServer
from govdesk.services.accounts import built_in_roles
from tests.databases import Database, Sessions, copied

ACME, BETA = "acme", "beta"
PASSWORD = "correct horse battery staple"


def seed_of(email: str) -> bytes:
    """The TOTP seed of one of the cast."""
    return hashlib.sha1(email.encode()).digest()


def _person(email: str, name: str, role: str) -> demo.Person:
    return demo.Person(email, name, name, role, PASSWORD, seed_of(email))


OLGA = _person("olga@acme.example", "Olga Owner", "owner")
ADA = _person("ada@acme.example", "Ada Admin", "admin")
OTIS = _person("otis@acme.example", "Otis Operator", "operator")
MEI = _person("mei@acme.example", "Mei Member", "member")
CARLA = _person("carla@acme.example", "Carla Compliance", "compliance_officer")
BEA = _person("bea@beta.example", "Bea Owner", "owner")
_PATHS = {person.email: ACME for person in (OLGA, ADA, OTIS, MEI, CARLA)} | {BEA.email: BETA}

Row = dict[str, Any]


@dataclass
class Cast:
    """One database with the cast; its connections are closed with it."""

    database: Database
    _opened: list[psycopg.Connection[Any]] = field(default_factory=list)
    _admin: psycopg.Connection[Any] | None = None

    @property
    def admin(self) -> psycopg.Connection[Any]:
        """A superuser's autocommit connection; superusers stand outside every policy."""
        if self._admin is None:
            self._admin = self.open(self.database.admin_url)
        return self._admin

    def open(self, url: str) -> psycopg.Connection[Any]:
        """Open a connection with the program's own settings."""
        self._opened.append(doors.connect(url))
        return self._opened[-1]

    def sign_in(self, person: demo.Person) -> doors.Session:
        """Sign in with password and code, on a connection of its own."""
        path = _PATHS[person.email]
        connection = self.open(self.database.app_url)
        key = self.client_key(person)
        code = self.fresh_code(person)
        signed = sign_in.sign_in(connection, person.email, path, key, code)
        assert signed.mfa
        return doors.Session(connection, signed.token, path)

    def fresh_code(self, person: demo.Person) -> str:
        """A code that is good now, also if it was used: tests do not wait 30 seconds."""
        self.admin.execute(
            "UPDATE govdesk_private.factor SET last_step = 0 WHERE person_id ="
            " (SELECT id FROM govdesk_private.person WHERE email = %s)",
            (person.email,),
        )
        return pyotp.TOTP(base64.b32encode(seed_of(person.email)).decode()).at(int(time.time()))

    def client_key(self, person: demo.Person) -> bytes:
        """The key that the person's password yields here."""
        kdf = sign_in.parameters(self.admin, person.email)
        return sign_in.derive_client_key(PASSWORD, kdf)

    def one(self, query: str, *parameters: object) -> Any:
        """One value, as superuser."""
        row = self.admin.execute(query, parameters).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]

    def tenant_id(self, path: str = ACME) -> UUID:
        """The id of a tenant."""
        found = self.one("SELECT tenant_id FROM govdesk.tenant WHERE tenant_path = %s::ltree", path)
        assert isinstance(found, UUID)
        return found

    def last_seq(self, path: str = ACME) -> int:
        """The number of the newest sealed row."""
        return int(
            self.one("SELECT max(seq) FROM govdesk.audit_log WHERE tenant_path = %s::ltree", path)
        )

    def rows(self, after: int, path: str = ACME) -> list[Row]:
        """Sealed rows above `after`, oldest first, as superuser."""
        cursor = self.admin.execute(
            "SELECT seq, at, occurred_at, severity, action, actor, on_behalf_of, entity_type,"
            " entity_id, system_id, summary, diff, reason, request_id, session_id, host(ip) AS ip"
            " FROM govdesk.audit_log WHERE tenant_path = %s::ltree AND seq > %s ORDER BY seq",
            (path, after),
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        """Close every connection that was opened here."""
        for connection in self._opened:
            connection.close()


def move_in(admin_url: str) -> None:
    """Found both tenants with their people in a database that is installed and empty."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        # The production cost of Argon2id is 0.1 s a sign-in, by design.
        admin.execute(
            "UPDATE govdesk_private.installation SET kdf_memory_kib = 8, kdf_iterations = 1,"
            " kdf_lanes = 1, attempts_per_address = 100000"
        )
    for path, name, people, systems in (
        (
            ACME,
            "Acme Ltd",
            [OLGA, ADA, OTIS, MEI, CARLA],
            [
                ("acme.claims", "system", "Claims triage"),
                ("acme.portal", "system", "Portal"),
                ("acme.claims.northside", "customer", "Northside"),
            ],
        ),
        (BETA, "Beta Pty Ltd", [BEA], [("beta.intake", "system", "Intake")]),
    ):
        demo.found(
            admin_url,
            path=path,
            name=name,
            since="2026-01-01T00:00:00Z",
            roles=built_in_roles(),
            people=people,
            systems=systems,
        )


@pytest.fixture(scope="session")
def cast_template(server: EmbeddedServer, sessions: Sessions, template: str) -> Iterator[str]:
    """Name of the database with the cast; never connect to it."""
    with copied(server, sessions, template) as one:
        move_in(one.admin_url)
        yield one.name


@pytest.fixture
def cast(server: EmbeddedServer, sessions: Sessions, cast_template: str) -> Iterator[Cast]:
    """The cast in a database of this test's own."""
    with copied(server, sessions, cast_template) as one:
        made = Cast(one)
        yield made
        made.close()


@pytest.fixture(scope="module")
def _module_cast_database(
    server: EmbeddedServer, sessions: Sessions, cast_template: str
) -> Iterator[Database]:
    with copied(server, sessions, cast_template) as one:
        yield one


@pytest.fixture
def module_cast(_module_cast_database: Database) -> Iterator[Cast]:
    """The cast in a database that the tests of a module share; connections are this test's."""
    made = Cast(_module_cast_database)
    yield made
    made.close()
