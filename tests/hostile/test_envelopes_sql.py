"""Attacks on envelopes in raw SQL: reading, replaying and stranding what is kept private."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.doors import (
    Connection,
    answer,
    ask,
    claim,
    join,
    raw,
    refusal,
    seat,
    stranger,
    table,
    worker,
)
from tests.keys import CLAIMS
from tests.knocking import Aside, everything, until_waiting
from tests.people import ADA, BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.staffing import at_work, employ, enter
from tests.vaulting import at_desk, envelope_of, sealed_row

SID = "sid@acme.example"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT sealed FROM govdesk.integration",
        "SELECT i FROM govdesk.integration i",
        "SELECT to_jsonb(i) FROM govdesk.integration i",
        "TABLE govdesk.integration",
        "SELECT id FROM govdesk.integration WHERE sealed > 'GDE1'",
        "SELECT id FROM govdesk.integration ORDER BY sealed",
        "SELECT count(sealed) FROM govdesk.integration",
        "UPDATE govdesk.integration SET name = 'x' RETURNING sealed",
        "UPDATE govdesk.integration SET name = 'x' RETURNING *",
        "UPDATE govdesk.integration SET name = left(encode(sealed, 'hex'), 90)",
        "UPDATE govdesk.integration SET sealed = sealed || '\\x00'",
        "UPDATE govdesk.integration a SET sealed = b.sealed FROM govdesk.integration b",
        "UPDATE govdesk.integration SET name = 'x' WHERE get_byte(sealed, 5) = 0",
        "COPY govdesk.integration TO STDOUT",
        "COPY govdesk.integration (sealed) TO STDOUT",
        "MERGE INTO govdesk.integration a USING govdesk.integration b ON a.id = b.id"
        " WHEN MATCHED THEN UPDATE SET sealed = b.sealed",
        "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name)"
        " SELECT tenant_id, tenant_path, tenant_path, 'http', 'x' FROM govdesk.tenant"
        " RETURNING sealed",
        "CREATE TEMP VIEW v AS SELECT sealed FROM govdesk.integration",
        "SELECT (i).sealed FROM govdesk.integration i",
        "SELECT govdesk_private.sealed_rows(tenant_id) FROM govdesk.tenant",
    ],
)
def test_no_statement_reads_an_envelope(module_cast: Cast, query: str) -> None:
    assert refusal(seat(module_cast, OLGA.email), query) == "42501"


def test_statistics_errors_and_the_log_give_no_envelope_away(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    envelope = envelope_of(cast, row)
    cast.admin.execute("ANALYZE govdesk.integration")
    assert table(olga, "SELECT * FROM pg_stats WHERE tablename = 'integration'") == []
    told = str(table(olga, "SELECT * FROM govdesk.audit_log"))
    insert = (
        "INSERT INTO govdesk.integration (id, tenant_id, tenant_path, node_path, kind, name,"
        " sealed, key_version) SELECT %s, tenant_id, tenant_path, tenant_path, %s, %s, %s, %s"
        " FROM govdesk.tenant"
    )
    fresh = "00000000-0000-4000-8000-000000000001"
    for values in (
        (row, "http", "x", envelope, 1),
        (fresh, "no kind", "x", envelope, 1),
        (fresh, "http", " ", envelope, 1),
        (fresh, "http", None, envelope, 1),
        (fresh, "http", "x", envelope, None),
        (fresh, "http", "x", envelope, 77),
        (fresh, "http", "x", envelope[4:], 1),
        (fresh, "http", "x", envelope + b"x" * 70_000, 1),
    ):
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(insert, values)
        told += everything(caught.value)
    for statement in ("name = ''", "status = 'x'", "key_version = 5", "key_version = NULL",
                      "sealed = NULL", "name = NULL"):  # fmt: skip
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(f"UPDATE govdesk.integration SET {statement}")  # type: ignore[call-overload]
        told += everything(caught.value)
    body = envelope[-40:]
    for hidden in (body.hex(), b64encode(body).decode()[4:40], str(body), envelope.hex()[:60]):
        assert hidden not in told


def test_an_envelope_stands_under_the_version_that_it_names_and_no_older_one(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    old = envelope_of(cast, row)
    ask(olga, WRITE, second_version(olga))
    new = old[:5] + (2).to_bytes(4, "big") + old[9:]
    put = "SELECT govdesk_api.vault_put('integration', %s, 'sealed', sha256(%s), %s, 2)"
    state = ""
    with raw(olga) as connection:
        state = answer(connection, put, row, old, old)
    assert state != "ok"
    for statement in ("key_version = 2", "sealed = set_byte('\\x" + old.hex() + "', 8, 3)"):
        change = f"UPDATE govdesk.integration SET {statement}"
        assert refusal(olga, change) in ("GD012", "GD023")
    assert ask(olga, put, row, old, new) is True
    replay = "UPDATE govdesk.integration SET sealed = %s, key_version = %s WHERE id = %s"
    for version in (1, 2):
        assert refusal(olga, replay, old, version, row) in ("GD012", "GD023")
    ask(olga, "SELECT govdesk_api.vault_write('{\"retire\": 1}')")
    assert refusal(olga, replay, old, 1, row) in ("GD012", "GD023")
    assert refusal(olga, LATE, old) in ("GD012", "GD023")


def second_version(session: Session) -> str:
    """A change of the vault that makes version 2, held by who asks."""
    public = ask(session, "SELECT encode(public_key, 'hex') FROM govdesk_api.person_key()")
    me = str(ask(session, "SELECT member_id FROM govdesk_api.whoami()"))
    copies = [{"member_id": me, "public_key": public, "sealed": secrets.token_hex(90)}]
    create = {"version": 2, "provider": "members", "commitment": "00" * 32, "copies": copies}
    return json.dumps({"create": create})


WRITE = "SELECT govdesk_api.vault_write(%s::jsonb)"
LATE = (
    "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name, sealed,"
    " key_version) SELECT tenant_id, tenant_path, tenant_path, 'http', 'Late', %s, 1"
    " FROM govdesk.tenant"
)


def test_a_rotation_is_not_held_off_by_who_saves_and_does_not_commit(cast: Cast) -> None:
    otis, ada = at_desk(cast, OTIS), at_desk(cast, ADA)
    envelope = envelope_of(cast, sealed_row(otis, cast))
    identity = ask(otis, "SELECT session_id FROM govdesk_api.whoami()")
    with pytest.raises(psycopg.Error) as caught, raw(otis) as connection:
        connection.execute(LATE, (envelope,))
        assert ask(ada, "SELECT govdesk_api.revoke_session(%s)", identity) is True
        ada.connection.execute("SET lock_timeout = 2000")
        ask(ada, WRITE, second_version(ada))
    assert caught.value.sqlstate == "GD001"
    assert cast.one("SELECT max(version) FROM govdesk.vault_key") == 2


def test_a_version_is_not_retired_while_somebody_saves_under_it(cast: Cast) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    row = sealed_row(olga, cast)
    envelope = envelope_of(cast, row)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.integration SET status = 'removed'")
    connection = olga.connection
    change = second_version(ada)
    connection.execute("BEGIN")
    claim(connection, olga)
    connection.execute(LATE, (envelope,))
    ada.connection.execute("BEGIN")
    claim(ada.connection, ada)
    ada.connection.execute(WRITE, (change,))
    aside = Aside(ada.connection, "SELECT govdesk_api.vault_write('{\"retire\": 1}')").start()
    until_waiting(cast, ada.connection)
    connection.execute("COMMIT")
    assert aside.wait() == "GD030"
    ada.connection.execute("ROLLBACK")
    assert cast.one("SELECT status FROM govdesk.vault_key WHERE version = 1") == "current"


def test_an_envelope_is_for_who_manages_its_place(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    give = "SELECT govdesk_api.integration_sealed(%s)"
    assert ask(olga, give, row) == envelope_of(cast, row)
    join(cast, SID, "operator", CLAIMS)
    employ(cast)
    inside, half = enter(cast, at_work(cast)), seat(cast, OTIS.email, mfa=False)
    for session in (seat(cast, SID), seat(cast, MEI.email), seat(cast, CARLA.email), half, inside,
                    seat(cast, BEA.email, "beta")):  # fmt: skip
        assert ask(session, give, row) is None
        assert table(session, "SELECT * FROM govdesk_api.vault_rows(9, 9)") == []
        assert table(session, "SELECT sealed FROM govdesk_api.vault_copies()") in (
            [], [{"sealed": None}],
        )  # fmt: skip
    for door in (stranger(cast), worker(cast)):
        assert answer(door, give, row) in ("42501", "ok")
        assert value(door, give, row) is None


def value(door: Connection, query: str, *parameters: object) -> Any:
    """The first value, or nothing where the door is shut."""
    try:
        row = door.execute(query, parameters).fetchone()  # type: ignore[call-overload]
    except psycopg.errors.InsufficientPrivilege:
        return None
    return row and row[0]
