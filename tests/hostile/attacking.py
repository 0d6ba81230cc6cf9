"""What the attacks share: claims made by hand, and the SQLSTATE with which a statement ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.database.demo import Person
from govdesk.services.audit import verify
from tests.database.conftest import ACME, Cast

Connection = psycopg.Connection[Any]
RENAME: Final = "UPDATE govdesk.node SET name = name || '!' WHERE node_path = 'acme.claims'"
TENANT_TABLES: Final = (
    "audit_log",
    "audit_checkpoint",
    "member",
    "member_grant",
    "node",
    "role",
    "tenant",
)


@contextmanager
def raw(session: Session) -> Iterator[Connection]:
    """A transaction with both claims set by hand, as an attacker would."""
    connection = session.connection
    with connection.transaction():
        claim(connection, session)
        yield connection


def claim(connection: Connection, session: Session) -> None:
    """Set both claims until the transaction ends."""
    connection.execute(
        "SELECT set_config('app.session_token', %s, true),"
        " set_config('app.current_tenant_path', %s, true)",
        (session.token, session.tenant_path),
    )


def refusal(session: Session, statement: str, *parameters: object) -> str:
    """SQLSTATE with which the statement ends; it must not succeed."""
    with pytest.raises(psycopg.Error) as caught, raw(session) as connection:
        connection.execute(statement, parameters or None)  # type: ignore[arg-type]
    return caught.value.sqlstate or ""


def count(connection: Connection, table: str) -> int:
    """Number of rows that this transaction sees."""
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row[0])


def granting(person: Person, role: str) -> str:
    """The statement that changes the role on all of a person's grants."""
    return (
        f"UPDATE govdesk.member_grant SET role_key = '{role}' WHERE member_id ="
        f" (SELECT id FROM govdesk.member WHERE email = '{person.email}')"
    )


def as_release(cast: Cast, path: str = ACME) -> Connection:
    """The superuser's connection, so that the capture knows a principal for what it does."""
    cast.admin.execute(
        "SELECT set_config('app.setup_release', 'test', false),"
        " set_config('app.current_tenant_path', %s, false)",
        (path,),
    )
    return cast.admin


def sealed(cast: Cast, session: Session) -> int:
    """Number of sealed rows, after a verification without a fault."""
    report = verify(session, cast.database.app_url)
    assert report.ok, report.faults
    return report.rows
