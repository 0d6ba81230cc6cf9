"""Odd input by raw SQL: huge, null, malformed, in the wrong isolation; identity that is wrong."""

from __future__ import annotations

from itertools import product
from typing import Any

import psycopg
import pytest

from tests.doors import (
    Connection,
    answer,
    raw,
    refusal,
    seat,
    stranger,
    table,
)
from tests.people import ACME, ADA, BEA, OLGA, Cast


def functions(cast: Cast) -> list[tuple[str, list[str]]]:
    """Every function that the application may call, with its argument types."""
    rows = cast.admin.execute(
        "SELECT p.oid::regproc::text, ARRAY(SELECT format_type(t, NULL)"
        " FROM unnest(p.proargtypes) t) FROM pg_proc p"
        " WHERE p.pronamespace = 'govdesk_api'::regnamespace"
        " AND has_function_privilege('govdesk_app', p.oid, 'EXECUTE') ORDER BY 1"
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


HUGE = {"text": "repeat('x', 1000000)", "bytea": "decode(repeat('ab', 1000000), 'hex')"}
ODD = {
    "huge": lambda kind: HUGE.get(kind, "NULL"),
    "null": lambda kind: "NULL",
    "odd": lambda kind: {
        "text": "E'\\x01\\n\\'\";--\\u202e'",
        "bytea": "''",
        "uuid": "gen_random_uuid()",
        "integer": "-2147483648",
        "public.ltree": "''",
        "ltree": "''",
        "jsonb": "'[[[[]]]]'",
        "boolean": "true",
        "bytea[]": "ARRAY[NULL]::bytea[]",
    }.get(kind, "NULL"),
}
UNEXPECTED = ("XX", "21", "P0", "42P", "42703", "42883", "40", "53", "54", "57", "58", "22P", "38")
"""Classes of SQLSTATE that mean a function stumbled rather than refused."""


@pytest.mark.parametrize("kind", ODD)
def test_odd_arguments_are_refused_not_stumbled_over(module_cast: Cast, kind: str) -> None:
    olga, door = seat(module_cast, OLGA.email), stranger(module_cast)
    stumbled = []
    for name, types in functions(module_cast):
        call = f"SELECT {name}({', '.join(f'{ODD[kind](t)}::{t}' for t in types)})"
        for who, state in (("owner", undone(olga, call)), ("stranger", answer(door, call))):
            if state.startswith(UNEXPECTED):
                stumbled.append((name, who, state))
    assert stumbled == []


def undone(session: Any, call: str) -> str:
    try:
        with raw(session) as connection:
            connection.execute(call)  # type: ignore[call-overload]
            raise psycopg.Rollback
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


WRITERS = (
    "SELECT govdesk_api.invite('x@new.example', 'X', 'member', 'acme', '', 7)",
    "SELECT govdesk_api.set_reviewer('x@x.example', 'X', 'active')",
    "SELECT govdesk_api.propose_contact('x@x.example', 'X')",
    "INSERT INTO govdesk.site (tenant_id, tenant_path, name, address)"
    " SELECT tenant_id, tenant_path, 'x', 'x' FROM govdesk.tenant",
    "UPDATE govdesk.member SET title = 'x' WHERE email = 'mei@acme.example'",
)


@pytest.mark.parametrize(
    ("call", "level"), list(product(WRITERS, ("REPEATABLE READ", "SERIALIZABLE")))
)
def test_changes_are_made_in_read_committed_only(module_cast: Cast, call: str, level: str) -> None:
    olga = seat(module_cast, OLGA.email)
    assert undone(olga, call) == "ok"
    olga.connection.execute(f"BEGIN ISOLATION LEVEL {level}")  # type: ignore[call-overload]
    olga.connection.execute("SELECT govdesk_api.bind(%s, %s)", (olga.token, ACME))
    assert state_of(olga.connection, call) == "GD004"
    olga.connection.execute("ROLLBACK")


def state_of(connection: Connection, call: str) -> str:
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(call)  # type: ignore[call-overload]
    return caught.value.sqlstate or ""


def test_wrong_check_digits_and_unknown_countries_are_refused_by_the_database(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    insert = (
        "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version,"
        " effective_from, legal_entity, country, abn, lei, vat) SELECT tenant_id, tenant_path,"
        " (SELECT coalesce(max(version), 0) + 1 FROM govdesk.organization_metadata), now(),"
        " 'Acme Ltd', %s, %s, %s, %s FROM govdesk.tenant"
    )
    good = ("AU", "51824753556", "5493001KJTIIGC8Y1R12", "DE136695976")
    with raw(ada) as connection:
        assert connection.execute(insert, good).rowcount == 1
    for place, wrong in (
        (0, "XX"),
        (0, "au"),
        (0, "AUS"),
        (1, "51824753557"),
        (1, "5182475355"),
        (1, "abcdefghijk"),
        (2, "5493001KJTIIGC8Y1R13"),
        (2, "short"),
        (3, "DE"),
        (3, "136695976"),
        (3, "x" * 100_000),
    ):
        values = [*good]
        values[place] = wrong
        assert refusal(ada, insert, *values).startswith(("23", "22", "GD")), wrong


def test_history_of_the_organization_is_added_to_and_never_changed(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    insert = (
        "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version,"
        " effective_from, legal_entity, country) SELECT tenant_id, tenant_path,"
        " (SELECT coalesce(max(version), 0) + 1 FROM govdesk.organization_metadata), %s, %s, 'AU'"
        " FROM govdesk.tenant"
    )
    for year, name in (("2026-01-01", "Acme Ltd"), ("2026-02-01", "Acme Pty Ltd")):
        with raw(ada) as connection:
            connection.execute(insert, (year, name))
    versions = table(
        ada, "SELECT version, legal_entity FROM govdesk.organization_metadata ORDER BY version"
    )
    assert [v["version"] for v in versions][-2:] == [1, 2]
    for statement in (
        "UPDATE govdesk.organization_metadata SET legal_entity = 'x'",
        "DELETE FROM govdesk.organization_metadata",
    ):
        assert refusal(ada, statement) == "42501"
    assert table(seat(cast, BEA.email, "beta"), "SELECT * FROM govdesk.organization_metadata") == []
