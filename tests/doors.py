"""Raw connections for tests that attack the SQL: no program of ours between test and server.

A session speaks through its two claims, a visitor of the web page through none, the worker through
its own login. What a test arranges behind everyone's back is done by `arranged`.
"""

from __future__ import annotations

import hashlib
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from govdesk.database.connection import Session
from govdesk.database.migrate import claim_setup
from tests.people import ACME, Cast, Row

Connection = psycopg.Connection[Any]


@contextmanager
def raw(session: Session) -> Iterator[Connection]:
    """A transaction with both claims set by hand, as an attacker would."""
    connection = session.connection
    with connection.transaction():
        claim(connection, session)
        yield connection


def claim(connection: Connection, session: Session) -> None:
    """Set both claims for this transaction; nothing checks them here."""
    connection.execute(
        "SELECT set_config('app.session_token', %s, true),"
        " set_config('app.current_tenant_path', %s, true)",
        (session.token, session.tenant_path),
    )


def ask(session: Session, query: str, *parameters: object) -> Any:
    """The first value of the first row, in a transaction of its own; None without a row."""
    with raw(session) as connection:
        row = connection.execute(query, parameters).fetchone()  # type: ignore[arg-type]
    return None if row is None else row[0]


def table(session: Session, query: str, *parameters: object) -> list[Row]:
    """All rows by column name, in a transaction of its own."""
    with raw(session) as connection:
        return rows_of(connection, query, *parameters)


def rows_of(connection: Connection, query: str, *parameters: object) -> list[Row]:
    """All rows by column name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def refusal(session: Session, query: str, *parameters: object) -> str:
    """SQLSTATE with which the statement ends; it must not succeed."""
    with pytest.raises(psycopg.Error) as caught, raw(session) as connection:
        connection.execute(query, parameters)  # type: ignore[arg-type]
    return caught.value.sqlstate or ""


def answer(connection: Connection, query: str, *parameters: object) -> str:
    """ "ok", or the SQLSTATE with which the statement ends; autocommit or within a savepoint."""
    try:
        with connection.transaction():
            connection.execute(query, parameters)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate or str(error)
    return "ok"


def key_of(session: Session, query: str, *parameters: object) -> tuple[str, str]:
    """SQLSTATE and the key that explains it (the constraint of a 42501)."""
    with pytest.raises(psycopg.Error) as caught, raw(session) as connection:
        connection.execute(query, parameters)  # type: ignore[arg-type]
    return caught.value.sqlstate or "", caught.value.diag.constraint_name or ""


@contextmanager
def arranged(cast: Cast, path: str = ACME) -> Iterator[Connection]:
    """A superuser's transaction that the log takes for work of the release."""
    with cast.admin.transaction():
        claim_setup(cast.admin, path)
        yield cast.admin


def later(cast: Cast, name: str, column: str, interval: str, where: str = "true") -> None:
    """Let time pass for rows of a table: `column` moves into the past by `interval`.

    Several columns that a rule binds together are given at once, with commas between.
    """
    let_pass(cast.admin, name, column, interval, where)


def let_pass(admin: Connection, name: str, column: str, interval: str, where: str) -> None:
    """`later` over a superuser's connection."""
    moved = ", ".join(f"{one} = {one} - interval '{interval}'" for one in column.split(", "))
    with admin.transaction():
        triggers = admin.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND NOT tgisinternal AND tgenabled <> 'D'",
            (name,),
        ).fetchall()
        admin.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")  # type: ignore[arg-type]
        admin.execute(f"UPDATE {name} SET {moved} WHERE {where}")  # type: ignore[arg-type]
        for trigger, enabled in triggers:
            always = "ALWAYS" if enabled in ("A", b"A") else ""
            admin.execute(f"ALTER TABLE {name} ENABLE {always} TRIGGER {trigger}")  # type: ignore[arg-type]


def join(cast: Cast, email: str, role: str, node: str = ACME, path: str = ACME) -> str:
    """Make somebody a member as the release would; returns the member's id."""
    with arranged(cast, path) as admin:
        row = admin.execute(
            "SELECT govdesk_private.add_member(tenant_id, tenant_path, %s, %s, '', %s, %s::ltree)"
            " FROM govdesk.tenant WHERE tenant_path = %s::ltree",
            (email, email.split("@")[0].title(), role, node, path),
        ).fetchone()
        assert row is not None
        admin.execute("UPDATE govdesk.member SET mfa_at = now() WHERE id = %s", (row[0],))
    return str(row[0])


def member_id(cast: Cast, email: str, path: str = ACME) -> str:
    """The id of a member."""
    return str(
        cast.one(
            "SELECT id FROM govdesk.member WHERE email = %s AND tenant_path = %s::ltree",
            email,
            path,
        )
    )


def grant_id(cast: Cast, email: str, node: str = ACME) -> str:
    """The id of the grant that a member holds on a node."""
    return str(
        cast.one(
            "SELECT g.id FROM govdesk.member_grant g JOIN govdesk.member m ON m.id = g.member_id"
            " WHERE m.email = %s AND g.node_path = %s::ltree AND g.status = 'active'",
            email,
            node,
        )
    )


def seat(cast: Cast, email: str, path: str = ACME, *, mfa: bool = True) -> Session:
    """A session made behind the program's back, just confirmed, on a connection of its own."""
    token = secrets.token_hex(32)
    with arranged(cast, path) as admin:
        made = admin.execute(
            "INSERT INTO govdesk_private.session (tenant_id, tenant_path, member_id, person_id,"
            " token_hash, mfa, stepped_up_at, expires_at, credential_version)"
            " SELECT tenant_id, tenant_path::text, id, person_id,"
            " sha256(convert_to(%s, 'UTF8')), %s, clock_timestamp(),"
            " clock_timestamp() + interval '12 hours', coalesce((SELECT c.version"
            " FROM govdesk_private.credential c WHERE c.person_id = m.person_id), 1)"
            " FROM govdesk.member m WHERE email = %s AND tenant_path = %s::ltree",
            (token, mfa, email, path),
        ).rowcount
    assert made == 1, email
    return Session(cast.open(cast.database.app_url), token, path)


def cooled(cast: Cast) -> None:
    """Every session's last confirmation lies six minutes back."""
    later(cast, "govdesk_private.session", "stepped_up_at", "6 minutes")


def stranger(cast: Cast) -> Connection:
    """The application's login without any session, and none of our settings."""
    connection = psycopg.connect(cast.database.app_url, autocommit=True)
    cast._opened.append(connection)
    return connection


def worker(cast: Cast) -> Connection:
    """The worker's login."""
    connection = psycopg.connect(cast.database.worker_url, autocommit=True)
    cast._opened.append(connection)
    return connection


def mails(cast: Cast, kind: str | None = None, to: str | None = None) -> list[Row]:
    """Claim everything in the outbox, as the worker; those of a kind and an address, by age."""
    door, found = worker(cast), []
    while batch := rows_of(door, "SELECT * FROM govdesk_api.mail_claim('tests', 100)"):
        for mail in batch:
            found.append(mail)
            door.execute("SELECT govdesk_api.mail_done(%s)", (mail["id"],))
    found.sort(key=lambda mail: mail["created_at"])
    return [m for m in found if kind in (None, m["kind"]) and to in (None, m["to_address"])]


@dataclass(frozen=True)
class Guess:
    """A commitment to a code, and what opens it."""

    blind: bytes
    code: str

    @classmethod
    def of(cls, code: str) -> Guess:
        """Commit to a code with fresh randomness."""
        return cls(secrets.token_bytes(32), code)

    @property
    def commitment(self) -> bytes:
        """sha256(r || code)."""
        return hashlib.sha256(self.blind + self.code.encode()).digest()


@contextmanager
def logins(cast: Cast, number: int) -> Iterator[list[Connection]]:
    """So many connections with the application's login; closed at the end."""
    opened: list[Connection] = []
    try:
        for _ in range(number):
            opened.append(psycopg.connect(cast.database.app_url, autocommit=True))
        yield opened
    finally:
        for connection in opened:
            connection.close()


def ratio_of_times(act: Callable[[str, int], None], number: int) -> float:
    """How long `act` takes for "known" against "unknown", each often and in turn, at its quickest.

    The quarter of the quickest is compared: what else the machine does makes both only slower.
    """
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for one in range(number):
        for kind in ("known", "unknown") if one % 2 else ("unknown", "known"):
            began = time.perf_counter()
            act(kind, one)
            taken[kind].append(time.perf_counter() - began)
    known, unknown = (statistics.quantiles(samples, n=8)[0] for samples in taken.values())
    return known / unknown
