"""Raw SQL with the application's own login: what it must not show, change or forge.

Allow and deny share one set-up: the statement that is refused for one person succeeds for another,
so no test passes for a wrong reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.services.audit import verify
from tests.database.conftest import (
    ADA,
    BEA,
    MEI,
    OLGA,
    OTIS,
    Cast,
)

Connection = psycopg.Connection[Any]
RENAME = "UPDATE govdesk.node SET name = name || '!' WHERE node_path = 'acme.claims'"


@contextmanager
def raw(session: Session) -> Iterator[Connection]:
    """A transaction with both claims set by hand, as an attacker would."""
    connection = session.connection
    with connection.transaction():
        claim(connection, session)
        yield connection


def claim(connection: Connection, session: Session) -> None:
    connection.execute(
        "SELECT set_config('app.session_token', %s, true),"
        " set_config('app.current_tenant_path', %s, true)",
        (session.token, session.tenant_path),
    )


def refusal(session: Session, statement: str, *parameters: object) -> str:
    """SQLSTATE with which the statement ends; it must not succeed."""
    with pytest.raises(psycopg.Error) as caught, raw(session) as connection:
        connection.execute(statement, parameters)  # type: ignore[arg-type]
    return caught.value.sqlstate or ""


def count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


# ---------------------------------------------------------------- claims


@pytest.mark.parametrize("path", ["beta", "", "acme.claims", "*", "a..b", "acme.*", "ACME", "root"])
def test_a_claimed_path_other_than_the_tokens_shows_nothing(module_cast: Cast, path: str) -> None:
    session = module_cast.sign_in(MEI)
    with raw(session) as connection:
        assert count(connection, "govdesk.audit_log") > 0
        connection.execute("SELECT set_config('app.current_tenant_path', %s, true)", (path,))
        for table in ("audit_log", "member", "node", "tenant", "role", "member_grant"):
            assert count(connection, f"govdesk.{table}") == 0


def test_nothing_is_left_of_a_session_after_commit(module_cast: Cast) -> None:
    session = module_cast.sign_in(OLGA)
    with raw(session) as connection:
        assert count(connection, "govdesk.audit_log") > 0
    assert count(connection, "govdesk.audit_log") == 0
    connection.execute("BEGIN")
    claim(connection, session)
    connection.execute("COMMIT AND CHAIN")
    assert count(connection, "govdesk.audit_log") == 0
    connection.execute("ROLLBACK")


def test_a_session_without_a_second_factor_reads_nothing(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    with raw(session) as connection:
        assert count(connection, "govdesk.member") > 0
    cast.admin.execute("SELECT set_config('app.setup_release', 'test', false)")
    cast.admin.execute("SELECT set_config('app.current_tenant_path', 'acme', false)")
    cast.admin.execute("UPDATE govdesk_private.session SET mfa = false")
    with raw(session) as connection:
        assert count(connection, "govdesk.member") == 0


def test_a_session_that_expires_inside_a_transaction_reads_and_writes_no_more(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    with pytest.raises(psycopg.Error) as caught, raw(session) as connection:
        connection.execute(RENAME)
        cast.admin.execute(
            "SELECT set_config('app.setup_release', 'test', false),"
            " set_config('app.current_tenant_path', 'acme', false)"
        )
        cast.admin.execute(
            "UPDATE govdesk_private.session SET seen_at = now() - interval '31 minutes'"
        )
        assert count(connection, "govdesk.node") == 0
    assert caught.value.sqlstate == "GD001"
    assert cast.one("SELECT name FROM govdesk.node WHERE node_path = 'acme.claims'")[-1] != "!"


def test_a_write_before_a_revocation_is_refused_at_commit(cast: Cast) -> None:
    admin, owner = cast.sign_in(ADA), cast.sign_in(OLGA)
    with raw(admin) as connection:
        connection.execute(RENAME)
    with pytest.raises(psycopg.Error) as caught, raw(admin) as connection:
        connection.execute(RENAME)
        with owner.transaction() as other:
            other.execute(
                "SELECT govdesk_api.revoke_session(id) FROM govdesk_api.sessions()"
                " WHERE email = %s",
                (ADA.email,),
            )
    assert caught.value.sqlstate == "GD001"
    assert cast.one("SELECT name FROM govdesk.node WHERE node_path = 'acme.claims'").count("!") == 1


def test_a_write_before_a_lost_grant_is_refused_at_commit(cast: Cast) -> None:
    admin, owner = cast.sign_in(ADA), cast.sign_in(OLGA)
    with pytest.raises(psycopg.Error) as caught, raw(admin) as connection:
        connection.execute(RENAME)
        with owner.transaction() as other:
            other.execute(
                "UPDATE govdesk.member_grant SET role_key = 'member' WHERE member_id ="
                " (SELECT id FROM govdesk.member WHERE email = %s)",
                (ADA.email,),
            )
    assert caught.value.sqlstate == "GD001"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_old_snapshot_cannot_write(module_cast: Cast, level: str) -> None:
    session = module_cast.sign_in(OLGA)
    with raw(session) as connection:
        connection.execute(RENAME)
    connection.execute(f"BEGIN ISOLATION LEVEL {level}")
    claim(connection, session)
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(RENAME)
    connection.execute("ROLLBACK")
    assert caught.value.sqlstate == "GD004"


# ---------------------------------------------------------------- writing


def test_a_member_cannot_rename_what_an_admin_can(module_cast: Cast) -> None:
    with raw(module_cast.sign_in(ADA)) as connection:
        assert connection.execute(RENAME).rowcount == 1
    assert refusal(module_cast.sign_in(MEI), RENAME) == "42501"


def test_nothing_is_sealed_that_no_verifier_would_read(cast: Cast) -> None:
    # Blanks around a name count for nothing where its length is judged.
    widen = "UPDATE govdesk.member SET display_name = rpad('Mei', %s) WHERE email = %s"
    owner = cast.sign_in(OLGA)
    with raw(owner) as connection:
        connection.execute(widen, (2_000_000, MEI.email))
    assert refusal(owner, widen, 2_200_000, MEI.email) == "GD012"
    [row] = cast.rows(cast.last_seq() - 1)
    assert 2_000_000 < len(json.dumps(row["diff"])) < 2 * 2**20


def test_a_member_locks_no_row(module_cast: Cast) -> None:
    query = "SELECT id FROM govdesk.node FOR UPDATE"
    with raw(module_cast.sign_in(ADA)) as connection:
        assert connection.execute(query).fetchall()
    with raw(module_cast.sign_in(MEI)) as connection:
        assert not connection.execute(query).fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM govdesk.node",
        "TRUNCATE govdesk.node",
        "UPDATE govdesk.node SET node_path = 'acme.x'",
        "UPDATE govdesk.node SET tenant_id = tenant_id",
        "UPDATE govdesk.node SET id = gen_random_uuid()",
        "UPDATE govdesk.member SET email = 'x@y.z'",
        "UPDATE govdesk.member SET epoch = 0",
        "SELECT person_id FROM govdesk.member",
        "INSERT INTO govdesk.member (email) VALUES ('x@y.z')",
        "INSERT INTO govdesk.tenant (tenant_path, name) VALUES ('x', 'x')",
        "INSERT INTO govdesk.audit_log (seq) VALUES (1)",
        "UPDATE govdesk.audit_log SET actor = 'x'",
        "DELETE FROM govdesk.audit_log",
        "TRUNCATE govdesk.audit_log",
        "INSERT INTO govdesk.audit_checkpoint (size) VALUES (1)",
        "UPDATE govdesk.permission SET bases = '{member}'",
        "SELECT * FROM govdesk_private.session",
        "SELECT * FROM govdesk_private.credential",
        "SELECT govdesk_private.note('audit.erased', 'audit_event', '1:actor', 'x', NULL)",
        "SELECT govdesk_private.assume('setup', gen_random_uuid(), 'acme', NULL, NULL, 'x')",
        "SELECT govdesk_api.record_events('[]')",
        "SELECT govdesk_api.note_failed_sign_ins('x')",
        "LOCK TABLE govdesk.node IN ACCESS EXCLUSIVE MODE",
        "LOCK TABLE govdesk.audit_log IN SHARE MODE",
        "CREATE TABLE govdesk.x ()",
        "CREATE TABLE public.x ()",
        "CREATE TEMP TABLE node ()",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET SESSION AUTHORIZATION govdesk_kernel",
        "SET ROLE govdesk_owner",
        "SET session_replication_role = replica",
        "ALTER TABLE govdesk.node DISABLE TRIGGER ALL",
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT lo_create(0)",
        "SELECT pg_read_file('postgresql.conf')",
        "COPY govdesk.node TO PROGRAM 'true'",
        "SELECT * FROM pg_authid",
    ],
)
def test_even_an_owner_is_refused(module_cast: Cast, statement: str) -> None:
    assert refusal(module_cast.sign_in(OLGA), statement) == "42501"


def test_a_row_of_another_tenant_cannot_be_written(module_cast: Cast) -> None:
    insert = (
        "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
        " VALUES (%s, %s, %s, 'system', 'x')"
    )
    acme, beta = module_cast.tenant_id("acme"), module_cast.tenant_id("beta")
    with raw(module_cast.sign_in(OLGA)) as connection:
        connection.execute(insert, (acme, "acme", "acme.own"))
    session = module_cast.sign_in(OLGA)
    assert refusal(session, insert, beta, "beta", "beta.x") == "42501"
    assert refusal(session, insert, acme, "beta", "beta.x") in ("23503", "42501")
    assert refusal(session, insert, beta, "acme", "acme.x") in ("23503", "42501")


def test_one_transaction_cannot_speak_for_two_people(module_cast: Cast) -> None:
    olga, ada, bea = (module_cast.sign_in(p) for p in (OLGA, ADA, BEA))
    for other in (ada, bea):
        change = f"{RENAME} RETURNING set_config('app.session_token', %s, true)"
        assert refusal(olga, change, other.token) == "GD005"
        with pytest.raises(psycopg.Error) as caught, raw(olga) as connection:
            connection.execute(RENAME)
            connection.execute("SELECT govdesk_api.bind(%s, %s)", (other.token, other.tenant_path))
        assert caught.value.sqlstate == "GD005"


def test_row_security_cannot_be_switched_off(module_cast: Cast) -> None:
    session = module_cast.sign_in(BEA)
    with raw(session) as connection:
        mine = count(connection, "govdesk.audit_log")
    assert mine < module_cast.one("SELECT count(*) FROM govdesk.audit_log")
    with pytest.raises(psycopg.Error), raw(session) as connection:
        connection.execute("SET LOCAL row_security = off")
        connection.execute("SELECT count(*) FROM govdesk.audit_log")


def test_hidden_rows_are_not_evaluated(module_cast: Cast) -> None:
    with raw(module_cast.sign_in(BEA)) as connection:
        connection.execute(
            "SELECT count(*) FROM govdesk.audit_log"
            " WHERE 1 / (CASE WHEN tenant_path::text = 'acme' THEN 0 ELSE 1 END) = 1"
        )


# ---------------------------------------------------------------- role policy


def grant_of(person: Any, role: str) -> str:
    return (
        f"UPDATE govdesk.member_grant SET role_key = '{role}' WHERE member_id ="
        f" (SELECT id FROM govdesk.member WHERE email = '{person.email}')"
    )


def test_nobody_grants_above_his_own_rank(cast: Cast) -> None:
    ada = cast.sign_in(ADA)
    assert refusal(ada, grant_of(ADA, "owner")) == "42501"
    assert refusal(ada, grant_of(OTIS, "owner")) == "42501"
    assert refusal(ada, grant_of(OLGA, "member")) == "42501"
    assert refusal(cast.sign_in(OTIS), grant_of(MEI, "operator")) == "42501"
    with raw(ada) as connection:
        assert connection.execute(grant_of(OTIS, "admin")).rowcount == 1
    with raw(cast.sign_in(OLGA)) as connection:
        assert connection.execute(grant_of(ADA, "owner")).rowcount == 1


def test_the_last_owner_stays(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    assert refusal(olga, grant_of(OLGA, "member")) == "GD010"
    with raw(olga) as connection:
        connection.execute(grant_of(ADA, "owner"))
    with raw(olga) as connection:
        assert connection.execute(grant_of(OLGA, "member")).rowcount == 1


def test_escalate_read_and_undo_in_one_transaction_is_refused_at_the_first_step(cast: Cast) -> None:
    otis = cast.sign_in(OTIS)
    with pytest.raises(psycopg.Error) as caught, raw(otis) as connection:
        connection.execute(grant_of(OTIS, "owner"))
    assert caught.value.sqlstate == "42501"
    role = "UPDATE govdesk.role SET permissions = '{owner.manage}' WHERE key = 'operator'"
    assert refusal(otis, role) == "42501"
    assert refusal(cast.sign_in(OLGA), role) == "42501"


def test_an_old_session_needs_a_step_up_for_high_grants(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    with raw(olga) as connection:
        connection.execute(grant_of(ADA, "owner"))
    cast.admin.execute(
        "SELECT set_config('app.setup_release', 'test', false),"
        " set_config('app.current_tenant_path', 'acme', false)"
    )
    cast.admin.execute(
        "UPDATE govdesk_private.session SET stepped_up_at = now() - interval '6 minutes'"
    )
    assert refusal(olga, grant_of(ADA, "admin")) == "GD009"


# ---------------------------------------------------------------- the seal


def sealed(cast: Cast, session: Session) -> int:
    report = verify(session, cast.database.app_url)
    assert report.ok, report.faults
    return report.rows


def test_an_early_seal_leaves_no_change_unaudited(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    before = sealed(cast, session)
    with raw(session) as connection:
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute(RENAME)
        connection.execute(RENAME)
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        connection.execute(RENAME)
        connection.execute("SAVEPOINT s")
        connection.execute(RENAME)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute("ROLLBACK TO s")
        connection.execute(RENAME)
    assert sealed(cast, session) == before + 4


def test_settings_emptied_before_commit_change_nothing(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    before = sealed(cast, session)
    with raw(session) as connection:
        connection.execute(RENAME)
        connection.execute(
            "SELECT set_config('app.session_token', '', true),"
            " set_config('app.current_tenant_path', 'beta', true)"
        )
    assert sealed(cast, session) == before + 1
    assert cast.rows(before)[-1]["actor"] == f"user:{OLGA.email}"


def test_a_held_log_makes_others_wait_no_longer_than_their_patience(cast: Cast) -> None:
    holder, other = cast.sign_in(OLGA), cast.sign_in(ADA)
    with raw(holder) as connection:
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute(RENAME)
        with pytest.raises(psycopg.Error) as caught, raw(other) as waiting:
            waiting.execute("SET CONSTRAINTS ALL IMMEDIATE")
            waiting.execute("UPDATE govdesk.tenant SET name = 'x'")
        assert caught.value.sqlstate == "55P03"
    with raw(other) as connection:
        connection.execute("UPDATE govdesk.tenant SET name = 'x'")


def test_a_transaction_cannot_be_prepared(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    session.connection.execute("BEGIN")
    claim(session.connection, session)
    session.connection.execute(RENAME)
    with pytest.raises(psycopg.Error) as caught:
        session.connection.execute("PREPARE TRANSACTION 'x'")
    session.connection.execute("ROLLBACK")
    assert caught.value.sqlstate == "55000"


@pytest.mark.parametrize(
    "setting",
    [
        "standard_conforming_strings = off",
        "timezone = 'Asia/Kathmandu'",
        "datestyle = 'German'",
        "intervalstyle = 'iso_8601'",
        "bytea_output = 'escape'",
        "extra_float_digits = -15",
        "search_path = pg_temp, govdesk, public",
        "client_encoding = 'LATIN1'",
        "quote_all_identifiers = on",
        "enable_nestloop = on",
    ],
)
def test_what_a_client_turns_does_not_change_what_is_sealed(cast: Cast, setting: str) -> None:
    session = cast.sign_in(OLGA)
    before = sealed(cast, session)
    with raw(session) as connection:
        connection.execute(f"SET LOCAL {setting}")
        connection.execute(RENAME)
    assert sealed(cast, session) == before + 1


def test_printed_plans_show_no_secret(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    notices: list[str] = []
    session.connection.add_notice_handler(lambda n: notices.append(n.message_primary or ""))
    with raw(session) as connection:
        connection.execute(
            "SET LOCAL debug_print_plan = on; SET LOCAL debug_print_parse = on;"
            " SET LOCAL client_min_messages = log"
        )
        connection.execute(
            "SELECT * FROM govdesk_api.sign_in_submit('olga@acme.example', 'acme', sha256('x'))"
        )
        connection.execute("SELECT govdesk_api.whoami()")
    inner = [n for n in notices if "govdesk_private" in n or "attempt" in n]
    assert inner == []


@pytest.mark.parametrize("role", ["govdesk_owner", "govdesk_kernel", None])
def test_the_log_refuses_its_owner_kernel_and_superuser(cast: Cast, role: str | None) -> None:
    admin = cast.admin
    for statement in (
        "UPDATE govdesk.audit_log SET actor = 'x'",
        "DELETE FROM govdesk.audit_log",
        "TRUNCATE govdesk.audit_log",
    ):
        with admin.transaction(force_rollback=True):
            if role is None:
                admin.execute("SET LOCAL session_replication_role = replica")
            else:
                admin.execute(f"SET LOCAL ROLE {role}")
            before = cast.last_seq() if role is None else 0
            try:
                with admin.transaction():
                    changed = admin.execute(statement).rowcount
            except psycopg.Error as error:
                assert error.sqlstate == "42501"
            else:
                assert (role, changed) == ("govdesk_owner", 0)
            if role is None:
                assert cast.last_seq() == before


def test_a_changed_login_is_noticed_by_doctor(cast: Cast) -> None:
    from govdesk.services.doctor import examine

    checks = {c.name: c.ok for c in examine(cast.database.app_url)}
    assert checks["roles"]
    cast.admin.execute("ALTER ROLE govdesk_worker SET search_path = pg_temp")
    try:
        assert {c.name: c.ok for c in examine(cast.database.app_url)}["roles"] is False
    finally:
        cast.admin.execute("ALTER ROLE govdesk_worker RESET ALL")
    cast.admin.execute("CREATE POLICY hole ON govdesk.node FOR SELECT TO govdesk_app USING (true)")
    assert {c.name: c.ok for c in examine(cast.database.app_url)}["schema"] is False
