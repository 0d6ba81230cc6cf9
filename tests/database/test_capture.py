"""Every change of a captured table becomes exactly one row of the log, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString
from typing import cast as assume

import psycopg
import pytest

from govdesk import __version__
from govdesk.database.demo import Person
from govdesk.database.errors import Refused
from govdesk.database.migrate import claim_setup
from govdesk.domain.capture import CAPTURED
from govdesk.services.accounts import built_in_roles
from tests.database.capture_case import Case
from tests.database.capture_cases import CASES, ELSEWHERE, NO_OPS, OBSERVED, ROWS
from tests.database.conftest import ADA, MEI, OLGA, Cast

SETUP = f"setup:{__version__}"


@contextmanager
def setup_work(cast: Cast) -> Iterator[psycopg.Connection[Any]]:
    """One transaction of the release's own work in the first tenant."""
    with cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        yield cast.admin


def run(cast: Cast, *statements: str) -> int:
    """Run statements as setup in one transaction; returns how many rows the last one touched."""
    touched = 0
    with setup_work(cast) as connection:
        for statement in statements:
            touched = connection.execute(assume(LiteralString, statement)).rowcount
    return touched


# Each table and operation


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_is_one_row_with_its_action_entity_sentence_and_diff(
    cast: Cast, case: Case
) -> None:
    if case.before:
        run(cast, *case.before)
    after = cast.last_seq()
    # Asked before and after: the entity may come or go with the statement.
    expected = {cast.one(f"SELECT {case.entity}::text")}
    assert run(cast, case.statement) == 1
    expected.add(cast.one(f"SELECT {case.entity}::text"))
    (row,) = cast.rows(after)
    assert row["action"] == case.action
    assert row["severity"] == case.severity
    assert row["entity_type"] == case.entity_type
    assert row["entity_id"] in expected - {None}
    assert row["actor"] == SETUP
    whole_sentence = case.summary[0].isupper()
    assert row["summary"] == (case.summary if whole_sentence else f"{SETUP} {case.summary}")
    assert row["diff"] == case.diff
    assert row["system_id"] == cast.one(f"SELECT {case.system}")


def test_every_rule_of_every_captured_table_has_a_case() -> None:
    rules = {(t.name, r.operation, r.action) for t in CAPTURED for r in t.rules}
    assert {(c.table, c.operation, c.action) for c in CASES} | set(ELSEWHERE) == rules


def test_founding_a_tenant_begins_its_log(cast: Cast) -> None:
    cast.admin.execute(
        "SELECT govdesk_private.create_tenant('gamma', 'Gamma', 'dev', 'g@gamma.example', 'Gus',"
        " %s, 'code', %s)",
        (__version__, json.dumps(built_in_roles())),
    )
    rows = cast.rows(0, "gamma")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["action"] == "organization.created"
    assert rows[0]["severity"] == "notice"
    assert rows[0]["entity_id"] == str(cast.tenant_id("gamma"))
    assert rows[0]["summary"] == f"{SETUP} created the organization Gamma"
    assert [row["action"] for row in rows] == [
        "organization.created",
        "node.created",
        *["role.defined"] * 6,
        "key_policy.set",
        *["key_scope.created"] * 5,
        "person.created",
        "member.created",
        "grant.added",
        "setup_code.created",
    ]


def test_renaming_renames_the_organizations_own_node(cast: Cast) -> None:
    after = cast.last_seq()
    run(cast, "UPDATE govdesk.tenant SET name = 'Acme Pty' WHERE tenant_path = 'acme'")
    of_node, of_tenant = sorted(cast.rows(after), key=lambda row: row["action"])
    assert (of_node["action"], of_tenant["action"]) == ("node.renamed", "organization.renamed")
    assert of_tenant["severity"] == "notice"
    assert of_tenant["entity_id"] == str(cast.tenant_id("acme"))
    assert of_tenant["summary"] == (f"{SETUP} renamed the organization from Acme Ltd to Acme Pty")
    assert of_tenant["diff"] == of_node["diff"] == {"name": {"old": "Acme Ltd", "new": "Acme Pty"}}


def test_ending_ones_own_session_is_not_a_revocation(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    after = cast.last_seq()
    session.connection.execute("SELECT govdesk_api.end_session(%s)", (session.token,))
    (row,) = cast.rows(after)
    assert (row["action"], row["severity"]) == ("session.ended", "info")
    assert row["actor"] == "user:mei@acme.example"
    assert row["summary"] == "user:mei@acme.example signed out"
    assert row["entity_id"] == str(row["session_id"])
    assert list(row["diff"]) == ["ended_at", "id", "session_id", "staff"]


# What gives no row


@pytest.mark.parametrize("table", sorted(NO_OPS))
def test_an_update_that_changes_nothing_gives_no_row(cast: Cast, table: str) -> None:
    run(cast, *ROWS)
    after = cast.last_seq()
    assert run(cast, NO_OPS[table]) > 0
    assert cast.rows(after) == []


def test_every_table_with_captured_updates_has_a_no_op() -> None:
    updated = {t.name for t in CAPTURED if any(r.operation == "update" for r in t.rules)}
    assert set(NO_OPS) == updated


@pytest.mark.parametrize("column", sorted(OBSERVED))
def test_an_observed_column_changes_without_a_row(cast: Cast, column: str) -> None:
    run(cast, *ROWS)
    after = cast.last_seq()
    assert run(cast, OBSERVED[column]) > 0
    assert cast.rows(after) == []


def test_every_observed_column_has_a_statement() -> None:
    assert set(OBSERVED) == {f"{t.name}.{c}" for t in CAPTURED for c in t.observed}


def test_what_is_rolled_back_leaves_no_row_also_to_a_savepoint(cast: Cast) -> None:
    after = cast.last_seq()
    with setup_work(cast) as connection:
        connection.execute("UPDATE govdesk.node SET name = 'A' WHERE node_path = 'acme.claims'")
        with connection.transaction(force_rollback=True):
            connection.execute("UPDATE govdesk.node SET name = 'B' WHERE node_path = 'acme.portal'")
    assert [row["diff"]["name"]["new"] for row in cast.rows(after)] == ["A"]
    with setup_work(cast) as connection:
        connection.execute("UPDATE govdesk.node SET name = 'C' WHERE node_path = 'acme.claims'")
        raise psycopg.Rollback
    assert len(cast.rows(after)) == 1


# Statements of every shape


def test_a_statement_over_many_rows_gives_one_row_each_with_its_own_system(cast: Cast) -> None:
    after = cast.last_seq()
    run(
        cast,
        "UPDATE govdesk.node SET name = name || '!' WHERE tenant_path = 'acme'",
    )
    systems = {
        path: cast.one("SELECT id FROM govdesk.node WHERE node_path = %s::ltree", path)
        for path in ("acme.claims", "acme.portal")
    }
    found = {row["diff"]["name"]["new"]: row["system_id"] for row in cast.rows(after)}
    assert found == {
        "Acme Ltd!": None,
        "Claims triage!": systems["acme.claims"],
        "Portal!": systems["acme.portal"],
        "Northside!": systems["acme.claims"],
    }


def test_one_with_query_that_writes_two_tables_gives_a_row_of_each(cast: Cast) -> None:
    after = cast.last_seq()
    run(
        cast,
        "WITH a AS (UPDATE govdesk.node SET name = 'X' WHERE node_path = 'acme.claims'"
        " RETURNING id), b AS (UPDATE govdesk.member SET title = 'Y'"
        " WHERE email = 'mei@acme.example' RETURNING id) SELECT count(*) FROM a, b",
    )
    assert sorted(row["action"] for row in cast.rows(after)) == ["member.changed", "node.renamed"]


def test_merge_gives_a_row_for_what_it_inserts_and_for_what_it_updates(cast: Cast) -> None:
    after = cast.last_seq()
    run(
        cast,
        "MERGE INTO govdesk.node n USING (SELECT tenant_id, path::ltree FROM govdesk.tenant,"
        " unnest('{acme.claims,acme.rostering}'::text[]) path WHERE tenant_path = 'acme') s"
        " ON n.node_path = s.path AND n.tenant_id = s.tenant_id"
        " WHEN MATCHED THEN UPDATE SET name = 'Merged'"
        " WHEN NOT MATCHED THEN INSERT (tenant_id, tenant_path, node_path, kind, name)"
        " VALUES (s.tenant_id, 'acme', s.path, 'system', 'Rostering')",
    )
    assert sorted(row["action"] for row in cast.rows(after)) == ["node.created", "node.renamed"]


def test_on_conflict_gives_the_row_of_what_really_happened(cast: Cast) -> None:
    after = cast.last_seq()
    upsert = (
        "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
        " SELECT tenant_id, 'acme', p::ltree, 'system', p FROM govdesk.tenant,"
        " unnest('{acme.claims,acme.rostering}'::text[]) p WHERE tenant_path = 'acme'"
        " ON CONFLICT (tenant_id, node_path) DO "
    )
    run(cast, upsert + "UPDATE SET name = 'Upserted'")
    found = sorted((row["action"], row["diff"]["name"]["new"]) for row in cast.rows(after))
    assert found == [("node.created", "acme.rostering"), ("node.renamed", "Upserted")]
    after = cast.last_seq()
    run(cast, upsert + "NOTHING")
    assert cast.rows(after) == []


def test_copy_gives_a_row_for_every_line(cast: Cast) -> None:
    after, tenant = cast.last_seq(), cast.tenant_id()
    with (
        setup_work(cast) as connection,
        connection.cursor() as cursor,
        cursor.copy(
            "COPY govdesk.node (tenant_id, tenant_path, node_path, kind, name) FROM STDIN"
        ) as copy,
    ):
        for name in ("one", "two", "three"):
            copy.write_row((tenant, "acme", f"acme.{name}", "system", name))
    # One statement: which of its rows comes first is the plan's choice.
    names = sorted(row["diff"]["name"]["new"] for row in cast.rows(after))
    assert names == ["one", "three", "two"]


def test_two_changes_of_a_row_in_one_transaction_are_two_rows_in_order(cast: Cast) -> None:
    after = cast.last_seq()
    change = "UPDATE govdesk.node SET name = '{}' WHERE node_path = 'acme.claims'"
    run(cast, change.format("first"), change.format("second"))
    assert [(r["diff"]["name"]["old"], r["diff"]["name"]["new"]) for r in cast.rows(after)] == [
        ("Claims triage", "first"),
        ("first", "second"),
    ]


# What has no action is refused

_REFUSED = [
    (f"{t.schema}.{t.name}", operation)
    for t in CAPTURED
    for operation in ("update", "delete")
    if not any(r.operation == operation for r in t.rules)
]


@pytest.mark.parametrize(("table", "operation"), _REFUSED)
def test_an_operation_without_an_action_is_refused_even_to_a_superuser(
    cast: Cast, table: str, operation: str
) -> None:
    run(cast, *ROWS)
    statement = f"DELETE FROM {table}" if operation == "delete" else f"UPDATE {table} SET id = id"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="has no action in the log"):
        run(cast, statement)


@pytest.mark.parametrize("table", [f"{t.schema}.{t.name}" for t in CAPTURED])
def test_a_captured_table_cannot_be_truncated(cast: Cast, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="has no action in the log"):
        run(cast, f"TRUNCATE {table} CASCADE")


def test_a_change_by_nobody_is_refused(cast: Cast) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="nobody is signed in"):
        cast.admin.execute("UPDATE govdesk.tenant SET name = 'x' WHERE tenant_path = 'acme'")


def test_a_row_of_another_tenant_cannot_ride_along(cast: Cast) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another organisation"):
        run(cast, "UPDATE govdesk.tenant SET name = name || '!'")


# Who and why


def rename(cast: Cast, person: Person, *, reason: str = "", request_id: str = "") -> None:
    session = cast.sign_in(person)
    session.request_id = request_id
    with session.transaction() as connection:
        connection.execute("SELECT set_config('app.reason', %s, true)", (reason,))
        connection.execute("UPDATE govdesk.node SET name = 'New' WHERE node_path = 'acme.claims'")


def test_a_members_change_bears_his_name_session_and_address(cast: Cast) -> None:
    rename(cast, ADA, reason="the old name was wrong", request_id="req-42")
    row = cast.rows(0)[-1]
    assert row["action"] == "node.renamed"
    assert row["actor"] == "user:ada@acme.example"
    assert row["summary"] == "user:ada@acme.example renamed Claims triage to New"
    assert row["session_id"] == cast.one("SELECT id FROM govdesk_private.session")
    assert row["ip"] == "127.0.0.1"
    assert (row["reason"], row["request_id"]) == ("the old name was wrong", "req-42")
    assert row["on_behalf_of"] is None
    assert row["occurred_at"] is None


def test_without_claims_reason_and_request_are_null(cast: Cast) -> None:
    rename(cast, OLGA)
    row = cast.rows(0)[-1]
    assert (row["reason"], row["request_id"]) == (None, None)


@pytest.mark.parametrize("claim", ['quote"', "back\\slash", "ümlaut", "x" * 129, "line\nbreak"])
def test_a_request_id_that_could_not_stand_in_a_leaf_is_refused(cast: Cast, claim: str) -> None:
    session, after = cast.sign_in(ADA), cast.last_seq()
    session.request_id = claim
    with (
        pytest.raises(Refused, match="form that cannot be sealed"),
        session.transaction() as connection,
    ):
        connection.execute("UPDATE govdesk.node SET name = 'New' WHERE node_path = 'acme.claims'")
    assert cast.rows(after) == []


def test_a_reason_is_kept_whatever_it_holds_up_to_2000_characters(cast: Cast) -> None:
    reason = 'José "said"\n\\ \U0001f511 ' + "x" * 3000
    rename(cast, ADA, reason=reason)
    assert cast.rows(0)[-1]["reason"] == reason[:2000]


def test_no_secret_of_sign_in_stands_anywhere_in_the_log(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    whole = cast.one("SELECT string_agg(l::text, '\n') FROM govdesk.audit_log l")
    secrets = cast.admin.execute(
        "SELECT encode(x, 'hex') FROM (SELECT salt FROM govdesk_private.credential UNION"
        " SELECT stored_key FROM govdesk_private.credential UNION SELECT wrapped FROM"
        " govdesk_private.factor UNION SELECT tag FROM govdesk_private.factor UNION"
        " SELECT nonce FROM govdesk_private.factor UNION SELECT token_hash FROM"
        " govdesk_private.session) s(x)"
    ).fetchall()
    assert len(secrets) >= 31
    found = [secret for (secret,) in [*secrets, (session.token,)] if secret in whole]
    assert found == []
