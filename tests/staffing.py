"""Platform staff in tests: their own tenant, and entry into a customer's."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.services.accounts import built_in_roles
from tests.doors import Connection, arranged, ask, raw, seat
from tests.people import ACME, Cast

PLATFORM = "platform"
SAM, KIM = "sam@staff.example", "kim@staff.example"
SUBMIT = "SELECT govdesk_api.platform_enter_submit(%s, %s, %s)"
REVEAL = "SELECT * FROM govdesk_api.platform_enter_reveal(%s)"
INSIDE = "SELECT * FROM govdesk_api.staff_inside()"


def employ(cast: Cast) -> None:
    """Found the tenant of the staff, with two people."""
    found = (
        "SELECT govdesk_private.create_tenant(%s, 'Platform staff', 'production', %s, 'Sam Staff',"
        " 'test', NULL, %s, NULL, 'platform')"
    )
    cast.admin.execute(found, (PLATFORM, SAM, json.dumps(built_in_roles())))
    cast.admin.execute("SELECT govdesk_private.add_staff(%s, 'Kim Staff', 'test', NULL)", (KIM,))
    with arranged(cast, PLATFORM) as admin:
        admin.execute("UPDATE govdesk.member SET mfa_at = now() WHERE tenant_path = 'platform'")
        admin.execute(
            "INSERT INTO govdesk_private.credential (person_id, salt, stored_key)"
            " SELECT person_id, substr(gen_random_bytes(16), 1), gen_random_bytes(32)"
            " FROM govdesk.member WHERE tenant_path = 'platform'"
        )


def at_work(cast: Cast, email: str = SAM) -> Session:
    """A session in the staff's own tenant."""
    return seat(cast, email, PLATFORM)


def submit(
    session: Session, path: str = ACME, reason: str = "Ticket 4711", minutes: int = 30
) -> Any:
    """Ask to enter; returns the attempt."""
    return ask(session, SUBMIT, path, reason, minutes)


def reveal(session: Session, attempt: object) -> tuple[Any, ...]:
    """Token, expiry, path, decision."""
    with raw(session) as connection:
        row = connection.execute(REVEAL, (attempt,)).fetchone()
    assert row is not None
    return tuple(row)


def kept_out(session: Session, path: str, reason: str | None, minutes: int | None) -> str:
    """SQLSTATE with which an entry ends, wherever on its way; it must not succeed."""
    with pytest.raises(psycopg.Error) as caught:
        reveal(session, ask(session, SUBMIT, path, reason, minutes))
    return caught.value.sqlstate or ""


def enter(
    cast: Cast,
    session: Session,
    path: str = ACME,
    reason: str = "Ticket 4711",
    minutes: int = 30,
) -> Session:
    """Enter a customer's tenant, on a connection of its own."""
    token = reveal(session, submit(session, path, reason, minutes))[0]
    assert token
    return Session(cast.open(cast.database.app_url), token, path)


def count(connection: Connection, table: str = "govdesk.audit_log") -> int:
    """Rows that are visible now."""
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row[0])
