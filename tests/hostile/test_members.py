"""Attacks on members, roles, nodes, the organisation and every new table, by raw SQL."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from tests.deciding import COUNSEL, name_reviewer, need_second_human, request
from tests.doors import (
    answer,
    ask,
    cooled,
    grant_id,
    join,
    key_of,
    mails,
    member_id,
    raw,
    refusal,
    seat,
    stranger,
    worker,
)
from tests.inviting import invite
from tests.people import ACME, ADA, CARLA, MEI, OLGA, OTIS, Cast

TABLES = [
    "invitation",
    "member_seen",
    "organization_metadata",
    "country",
    "compliance_contact",
    "site",
    "team",
    "decision",
    "decision_policy",
    "reviewer",
    "decision_kind",
    "member",
    "member_grant",
    "role",
    "node",
    "tenant",
]
INSERTABLE = {"organization_metadata", "site", "team", "member_grant", "role", "node"}
UPDATABLE = {"member", "member_grant", "role", "node", "site", "team", "tenant"}


@pytest.mark.parametrize("name", TABLES)
def test_no_table_can_be_emptied_locked_or_deleted_from(module_cast: Cast, name: str) -> None:
    olga, app, work = seat(module_cast, OLGA.email), stranger(module_cast), worker(module_cast)
    for statement in (
        f"DELETE FROM govdesk.{name}",
        f"TRUNCATE govdesk.{name}",
        f"TRUNCATE govdesk.{name} CASCADE",
        f"ALTER TABLE govdesk.{name} DISABLE TRIGGER ALL",
        f"ALTER TABLE govdesk.{name} DISABLE ROW LEVEL SECURITY",
        f"DROP TABLE govdesk.{name}",
        f"CREATE TRIGGER t BEFORE INSERT ON govdesk.{name} EXECUTE FUNCTION suppress_redundant_updates_trigger()",  # noqa: E501
        f"LOCK TABLE govdesk.{name} IN ACCESS EXCLUSIVE MODE",
        f"LOCK TABLE govdesk.{name} IN EXCLUSIVE MODE",
        f"LOCK TABLE govdesk.{name} IN SHARE MODE",
        f"COPY govdesk.{name} FROM STDIN",
    ):
        assert refusal(olga, statement) == "42501", statement
        for door in (app, work):
            assert answer(door, statement) == "42501", statement


@pytest.mark.parametrize("name", TABLES)
def test_without_a_session_nothing_is_read_or_written(module_cast: Cast, name: str) -> None:
    facts = name in ("country", "decision_kind")
    for door in (stranger(module_cast), worker(module_cast)):
        try:
            row = door.execute(f"SELECT count(*) FROM govdesk.{name}").fetchone()  # type: ignore[call-overload]
            assert row is not None
            assert facts or row[0] == 0
        except psycopg.Error as error:
            assert error.sqlstate == "42501"
        for column in columns(module_cast, name):
            update = f"UPDATE govdesk.{name} SET {column} = {column}"
            assert answer(door, update) == "42501", update
        insert = f"INSERT INTO govdesk.{name} DEFAULT VALUES"
        assert answer(door, insert) == "42501", insert


def columns(cast: Cast, name: str) -> list[str]:
    rows = cast.admin.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = ('govdesk.' || %s)::regclass"
        " AND attnum > 0 AND NOT attisdropped",
        (name,),
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("name", TABLES)
def test_identity_tenant_and_history_of_a_row_stay(module_cast: Cast, name: str) -> None:
    olga, fixed = seat(module_cast, OLGA.email), set()
    for column in columns(module_cast, name):
        if answer_in(olga, f"UPDATE govdesk.{name} SET {column} = {column} WHERE false") != "ok":
            fixed.add(column)
    stays = {"id", "tenant_id", "tenant_path", "created_at", "email", "person_id", "member_id"}
    stays |= {"node_path", "kind", "key", "base", "builtin", "version", "created_by", "expires_at"}
    assert fixed >= stays & set(columns(module_cast, name))
    if name not in UPDATABLE:
        assert fixed == set(columns(module_cast, name))


def answer_in(session: Any, statement: str) -> str:
    try:
        with raw(session) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


@pytest.mark.parametrize("name", sorted(set(TABLES) - INSERTABLE))
def test_what_only_functions_write_takes_no_insert(module_cast: Cast, name: str) -> None:
    olga = seat(module_cast, OLGA.email)
    assert refusal(olga, f"INSERT INTO govdesk.{name} DEFAULT VALUES") == "42501"
    names = ", ".join(columns(module_cast, name))
    copy = f"INSERT INTO govdesk.{name} ({names}) SELECT {names} FROM govdesk.{name}"
    assert refusal(olga, copy) == "42501"


def test_nothing_private_is_readable_and_no_private_function_callable(module_cast: Cast) -> None:
    found = module_cast.admin.execute(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'S')"
        " AND c.relnamespace = 'govdesk_private'::regnamespace"
    ).fetchall()
    assert len(found) > 12
    olga = seat(module_cast, OLGA.email)
    for (name,) in found:
        for door in (stranger(module_cast), worker(module_cast)):
            for query in (f"SELECT * FROM {name}", f"DELETE FROM {name}", f"TABLE {name}"):
                assert answer(door, query) == "42501", query
        assert refusal(olga, f"SELECT * FROM {name}") == "42501", name


def test_no_link_code_or_digest_of_one_is_visible_to_the_application(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "member.remove")
    olga = seat(cast, OLGA.email)
    invite(seat(cast, ADA.email))
    request(olga, "member.remove", {"member_id": member_id(cast, ADA.email)})
    secrets = [m["token"] for m in mails(cast) if m["token"]]
    assert len(secrets) == 2
    with raw(olga) as connection:
        for name in TABLES:
            readable = "email, display_name, title" if name == "member" else "*"
            rows = connection.execute(f"SELECT {readable} FROM govdesk.{name}")  # type: ignore[call-overload]
            text = " ".join(str(row) for row in rows.fetchall())
            assert all(secret not in text for secret in secrets), name
        log = connection.execute("SELECT leaf, summary, diff::text FROM govdesk.audit_log")
        text = " ".join(str(row) for row in log.fetchall())
    assert all(secret not in text for secret in secrets)
    assert not re.search(r"https?://\S*/(invitation|decision|recover)/", text)


def test_a_grant_moves_to_no_other_node_and_person(cast: Cast) -> None:
    olga, grant = seat(cast, OLGA.email), grant_id(cast, OTIS.email)
    for change in (
        "node_path = 'acme'",
        "node_path = 'acme.claims'",
        f"member_id = '{member_id(cast, MEI.email)}'",
        "tenant_id = gen_random_uuid()",
        "id = gen_random_uuid()",
    ):
        statement = f"UPDATE govdesk.member_grant SET {change} WHERE id = '{grant}'"
        assert refusal(olga, statement) == "42501", change


def test_a_scoped_admin_reaches_neither_above_nor_beside(cast: Cast) -> None:
    join(cast, "scoped@acme.example", "admin", "acme.claims")
    join(cast, "helper@acme.example", "member", "acme.claims.northside")
    scoped = seat(cast, "scoped@acme.example")
    insert = (
        "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
        " SELECT tenant_id, tenant_path, %s, %s::ltree, 'member' FROM govdesk.tenant"
    )
    helper = member_id(cast, "helper@acme.example")
    for node in (ACME, "acme.portal"):
        assert refusal(scoped, insert, helper, node) == "42501", node
    with raw(scoped) as connection:
        assert connection.execute(insert, (helper, "acme.claims")).rowcount == 1
    for statement in (
        "UPDATE govdesk.member SET status = 'removed' WHERE email = 'helper@acme.example'",
        "UPDATE govdesk.member SET display_name = 'x' WHERE email = 'helper@acme.example'",
        "UPDATE govdesk.tenant SET name = 'x'",
        "INSERT INTO govdesk.site (tenant_id, tenant_path, name, address)"
        " SELECT tenant_id, tenant_path, 'x', 'x' FROM govdesk.tenant",
        "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version,"
        " effective_from, legal_entity) SELECT tenant_id, tenant_path, 1, now(), 'x'"
        " FROM govdesk.tenant",
        "SELECT govdesk_api.propose_contact('x@x.example', 'X')",
        "SELECT govdesk_api.set_reviewer('x@x.example', 'X', 'active')",
        "SELECT govdesk_api.set_decision_policy('member.remove', true, 24)",
    ):
        assert refusal(scoped, statement) == "42501", statement


@pytest.mark.parametrize("email", [OTIS.email, MEI.email, CARLA.email])
def test_who_manages_nothing_changes_nothing(cast: Cast, email: str) -> None:
    session = seat(cast, email)
    ada = member_id(cast, ADA.email)
    for statement in (
        "UPDATE govdesk.member SET display_name = 'x'",
        "UPDATE govdesk.member SET status = 'removed'",
        "UPDATE govdesk.member_grant SET status = 'removed'",
        "UPDATE govdesk.node SET status = 'retired'",
        "UPDATE govdesk.role SET title = 'x'",
        "UPDATE govdesk.tenant SET name = 'x'",
        "UPDATE govdesk.site SET name = 'x'",
        "UPDATE govdesk.team SET name = 'x'",
        "SELECT govdesk_api.propose_contact('x@x.example', 'X')",
        "SELECT govdesk_api.set_reviewer('x@x.example', 'X', 'active')",
        "SELECT govdesk_api.set_decision_policy('member.remove', true, 24)",
        f"SELECT govdesk_api.revoke_sessions_of('{ada}')",
        "SELECT govdesk_api.request_decision('member.remove',"
        f" '{{\"member_id\": \"{ada}\"}}', 'x')",
        "SELECT govdesk_api.invite('x@x.example', 'X', 'member', 'acme', '', 7)",
    ):
        assert refusal(session, statement) == "42501", statement


def test_a_retired_node_takes_its_grants_and_everything_below_with_it(cast: Cast) -> None:
    join(cast, "north@acme.example", "operator", "acme.claims.northside")
    north, ada = seat(cast, "north@acme.example"), seat(cast, ADA.email)
    assert ask(north, "SELECT count(*) FROM govdesk.node") == 1
    retire = "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'"
    with raw(ada) as connection:
        assert connection.execute(retire).rowcount == 1
    assert ask(north, "SELECT count(*) FROM govdesk.node") == 0
    below = "SELECT status FROM govdesk.node WHERE node_path = 'acme.claims.northside'"
    assert cast.one(below) == "retired"
    with raw(ada) as connection:
        connection.execute("UPDATE govdesk.node SET status='active' WHERE node_path='acme.claims'")
    assert cast.one(below) == "retired"
    insert = (
        "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
        " SELECT tenant_id, tenant_path, %s, 'acme.claims.northside', 'member' FROM govdesk.tenant"
    )
    assert refusal(ada, insert, member_id(cast, MEI.email))


def test_the_organization_itself_is_not_retired(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    for statement in (
        "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme'",
        "UPDATE govdesk.node SET status = 'retired'",
    ):
        assert refusal(olga, statement) == "42501"


def test_an_old_session_defines_no_role_and_makes_no_admin(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    cooled(cast)
    for statement in (
        "UPDATE govdesk.member_grant SET role_key = 'admin'"
        f" WHERE id = '{grant_id(cast, MEI.email)}'",
        f"UPDATE govdesk.member SET status = 'removed' WHERE id = '{member_id(cast, ADA.email)}'",
        "UPDATE govdesk.role SET title = 'A' WHERE key = 'auditor'",
        "SELECT govdesk_api.set_reviewer('x@x.example', 'X', 'active')",
        "SELECT govdesk_api.set_decision_policy('member.remove', false, 24)",
        "SELECT govdesk_api.invite('x@x.example', 'X', 'admin', 'acme', '', 7)",
    ):
        assert key_of(olga, statement)[0] == "GD009", statement


def test_a_removed_members_session_and_open_transaction_end(cast: Cast) -> None:
    mei, olga = seat(cast, MEI.email), seat(cast, OLGA.email)
    with raw(mei) as connection:
        assert connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone() == (1,)
        ask(
            olga,
            "UPDATE govdesk.member SET status = 'removed' WHERE id = %s RETURNING 1",
            member_id(cast, MEI.email),
        )
        assert connection.execute("SELECT count(*) FROM govdesk.tenant").fetchone() == (0,)
    live = cast.one(
        "SELECT count(*) FROM govdesk_private.session s JOIN govdesk.member m ON m.id = s.member_id"
        " WHERE m.email = %s AND NOT EXISTS (SELECT FROM govdesk_private.session_end e"
        " WHERE e.session_id = s.id)",
        MEI.email,
    )
    assert live == 0
    (grants,) = cast.admin.execute(
        "SELECT count(*) FROM govdesk.member_grant WHERE member_id = %s AND status = 'active'",
        (member_id(cast, MEI.email),),
    ).fetchone() or (None,)
    assert grants == 0
