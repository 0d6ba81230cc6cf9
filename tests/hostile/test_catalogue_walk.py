"""Every table, command and function against what was written down by hand, for every login.

The tables below are the judge: a new table, column or function fails until somebody has decided
here who may touch it.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
import pytest

from govdesk.database.catalogue_lint import lint
from govdesk.domain.permissions import PERMISSIONS
from tests.databases import Connect, Database

Reach = dict[str, str]
COMMANDS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

APP: Final[Reach] = {
    "govdesk.audit_checkpoint SELECT": "*",
    "govdesk.audit_log SELECT": "*",
    "govdesk.event_kind SELECT": "*",
    "govdesk.permission SELECT": "*",
    "govdesk.member SELECT": "created_at display_name email id last_seen_at mfa_at status"
    " tenant_id tenant_path title",
    "govdesk.member UPDATE": "display_name status title",
    "govdesk.member_grant SELECT": "*",
    "govdesk.member_grant INSERT": "id member_id node_path role_key tenant_id tenant_path",
    "govdesk.member_grant UPDATE": "role_key status",
    "govdesk.node SELECT": "*",
    "govdesk.node INSERT": "id kind name node_path tenant_id tenant_path",
    "govdesk.node UPDATE": "name status",
    "govdesk.role SELECT": "*",
    "govdesk.role INSERT": "base id key permissions tenant_id tenant_path title",
    "govdesk.role UPDATE": "permissions status title",
    "govdesk.tenant SELECT": "*",
    "govdesk.tenant UPDATE": "environment name",
}
WORKER: Final[Reach] = {
    "govdesk.event_kind SELECT": "denied entity_type name severity template",
    "govdesk.permission SELECT": "bases name noun sentence step_up",
}
APP_FUNCTIONS: Final = {
    "govdesk_api.audit_condition(jsonb)",
    "govdesk_api.audit_counts(jsonb,bigint[])",
    "govdesk_api.audit_page(jsonb,bigint,bigint,integer,integer)",
    "govdesk_api.audit_seqs(timestamp with time zone[])",
    "govdesk_api.bind(text,text)",
    "govdesk_api.end_session(text)",
    "govdesk_api.enrol_totp(text,bytea,bytea,text,bytea[])",
    "govdesk_api.granted(text)",
    "govdesk_api.note_export(text,uuid,jsonb)",
    "govdesk_api.revoke_session(uuid)",
    "govdesk_api.sessions()",
    "govdesk_api.set_password_by_code(text,bytea,bytea)",
    "govdesk_api.sign_in_parameters(text)",
    "govdesk_api.sign_in_reveal(uuid,bytea,bytea,text,bytea)",
    "govdesk_api.sign_in_submit(text,text,bytea,bytea)",
    "govdesk_api.step_up_reveal(uuid,bytea,bytea,text)",
    "govdesk_api.step_up_submit(bytea)",
    "govdesk_api.tenant_of(text)",
    "govdesk_api.touch()",
    "govdesk_api.unsealed()",
    "govdesk_api.whoami()",
}
WORKER_FUNCTIONS: Final = {
    "govdesk_api.end_idle_holders()",
    "govdesk_api.note_failed_sign_ins(text)",
    "govdesk_api.record_events(jsonb)",
}
POLICY_FUNCTIONS: Final = {
    "govdesk_private.everywhere(text)",
    "govdesk_private.granted(text)",
    "govdesk_private.members_within(text)",
    "govdesk_private.systems(text)",
    "govdesk_private.tenant()",
}
"""Evaluated by policies with the caller's rights; without USAGE on the schema nobody can call
them by name."""

ROW_SECURITY: Final = {
    # table: (commands with a permissive policy for the console, walled by tenant)
    "govdesk.audit_checkpoint": ("r", True),
    "govdesk.audit_log": ("r", True),
    "govdesk.event_kind": ("r", False),
    "govdesk.member": ("rw", True),
    "govdesk.member_grant": ("arw", True),
    "govdesk.node": ("arw", True),
    "govdesk.permission": ("r", False),
    "govdesk.role": ("arw", True),
    "govdesk.tenant": ("rw", True),
}

_TABLES = (
    "SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v',"
    " 'm', 'f') AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api',"
    " 'govdesk_private')"
)


@pytest.fixture
def admin(module_database: Database, connect: Connect) -> psycopg.Connection[Any]:
    """A superuser's look at the catalogue."""
    return connect(module_database.admin_url)


def reach(admin: psycopg.Connection[Any], role: str) -> Reach:
    """What the role holds: "table COMMAND" and its columns, or * for the whole table."""
    found: Reach = {}
    for command in COMMANDS:
        rows = admin.execute(
            f"SELECT t.name, has_table_privilege(%s, t.oid, %s) FROM ({_TABLES}) t",  # type: ignore[arg-type]
            (role, command),
        ).fetchall()
        found |= {f"{table} {command}": "*" for table, whole in rows if whole}
    rows = admin.execute(
        f"SELECT t.name || ' ' || p, string_agg(a.attname, ' ' ORDER BY a.attname)"  # type: ignore[arg-type]
        f" FROM ({_TABLES}) t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0"
        " AND NOT a.attisdropped CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE',"
        " 'REFERENCES']) p WHERE has_column_privilege(%s, t.oid, a.attnum, p) GROUP BY 1",
        (role,),
    ).fetchall()
    return dict(rows) | found


def callable_by(admin: psycopg.Connection[Any], role: str) -> set[str]:
    rows = admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace::regnamespace::text"
        " IN ('govdesk', 'govdesk_api', 'govdesk_private')"
        " AND has_function_privilege(%s, p.oid, 'EXECUTE')",
        (role,),
    ).fetchall()
    return {row[0].replace(", ", ",") for row in rows}


@pytest.mark.parametrize(
    ("role", "expected"),
    [("govdesk_app", APP), ("govdesk_worker", WORKER), ("govdesk_definer", {}), ("public", {})],
)
def test_each_role_reaches_the_columns_written_here_and_no_others(
    admin: psycopg.Connection[Any], role: str, expected: Reach
) -> None:
    assert reach(admin, role) == expected


def test_backup_reads_everything_and_writes_nothing(admin: psycopg.Connection[Any]) -> None:
    held = reach(admin, "govdesk_backup")
    tables = {row[1] for row in admin.execute(_TABLES).fetchall()}
    assert held == {f"{table} SELECT": "*" for table in tables}


def test_the_kernel_changes_no_evidence(admin: psycopg.Connection[Any]) -> None:
    held = reach(admin, "govdesk_kernel")
    for table in ("audit_log", "audit_checkpoint"):
        commands = {name.split()[1] for name in held if name.split()[0] == f"govdesk.{table}"}
        assert commands == {"SELECT", "INSERT"}
    assert not [name for name in held if name.split()[1] in ("TRUNCATE", "REFERENCES", "TRIGGER")]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("govdesk_app", APP_FUNCTIONS | POLICY_FUNCTIONS),
        ("govdesk_worker", WORKER_FUNCTIONS | POLICY_FUNCTIONS),
        ("govdesk_definer", POLICY_FUNCTIONS),
        ("govdesk_backup", set()),
        ("govdesk_owner", set()),
        ("public", set()),
    ],
)
def test_each_role_calls_the_functions_written_here_and_no_others(
    admin: psycopg.Connection[Any], role: str, expected: set[str]
) -> None:
    assert callable_by(admin, role) == expected


def test_no_login_may_name_a_private_function_or_create_anything(
    admin: psycopg.Connection[Any],
) -> None:
    rows = admin.execute(
        "SELECT r.rolname, n.nspname, p FROM pg_roles r CROSS JOIN pg_namespace n"
        " CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) p WHERE r.rolname IN ('govdesk_app',"
        " 'govdesk_worker') AND has_schema_privilege(r.oid, n.oid, p)"
        " AND n.nspname !~ '^pg_(catalog|toast)|^information_schema$'"
    ).fetchall()
    assert set(rows) == {
        (role, schema, "USAGE")
        for role in ("govdesk_app", "govdesk_worker")
        for schema in ("govdesk", "govdesk_api", "public")
    }
    rows = admin.execute(
        "SELECT r.rolname, p FROM pg_roles r CROSS JOIN unnest(ARRAY['CREATE', 'TEMPORARY',"
        " 'CONNECT']) p WHERE r.rolname IN ('govdesk_app', 'govdesk_worker')"
        " AND has_database_privilege(r.oid, current_database(), p)"
    ).fetchall()
    assert {row[1] for row in rows} == {"CONNECT"}


def test_each_table_has_the_policies_written_here(admin: psycopg.Connection[Any]) -> None:
    found = {}
    for name, forced, commands, walls in admin.execute(
        "SELECT c.oid::regclass::text, c.relrowsecurity AND c.relforcerowsecurity,"
        " coalesce((SELECT string_agg(DISTINCT p.polcmd::text, '' ORDER BY p.polcmd::text)"
        " FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive"
        " AND 'govdesk_app'::regrole = ANY (p.polroles)), ''),"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)"
        " FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'"
        " AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_private')"
    ).fetchall():
        assert forced, name
        if name.startswith("govdesk."):
            found[name] = (commands, walls == 1)
        else:
            assert (commands, walls) == ("", 0), name
    assert found == ROW_SECURITY


def test_the_logins_are_nobody_special(admin: psycopg.Connection[Any]) -> None:
    rows = admin.execute(
        "SELECT r.rolname, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb"
        " OR r.rolreplication OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)"
        " FROM pg_roles r WHERE r.rolname IN ('govdesk_app', 'govdesk_worker', 'govdesk_owner',"
        " 'govdesk_definer', 'govdesk_backup')"
    ).fetchall()
    assert rows
    assert not [name for name, special in rows if special]


def test_every_permission_has_a_row_and_the_lint_finds_no_hole(
    admin: psycopg.Connection[Any],
) -> None:
    rows = admin.execute("SELECT name FROM govdesk.permission").fetchall()
    assert {row[0] for row in rows} == {p.name for p in PERMISSIONS}
    assert lint(admin) == []


@pytest.mark.parametrize(
    ("fault", "walk"),
    [
        ("GRANT UPDATE (tenant_id) ON govdesk.node TO govdesk_app", "reach"),
        ("GRANT SELECT ON govdesk_private.session TO PUBLIC", "reach"),
        ("GRANT EXECUTE ON FUNCTION govdesk_private.context() TO govdesk_app", "call"),
        (
            "CREATE FUNCTION govdesk_api.new_door() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "call",
        ),
        (
            "CREATE TABLE govdesk.forgotten (id int); GRANT SELECT ON govdesk.forgotten TO PUBLIC",
            "reach",
        ),
    ],
)
def test_the_walk_sees_a_planted_fault(
    admin: psycopg.Connection[Any], fault: str, walk: str
) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(fault)  # type: ignore[call-overload]
        if walk == "reach":
            assert reach(admin, "govdesk_app") != APP
        else:
            assert callable_by(admin, "govdesk_app") != APP_FUNCTIONS | POLICY_FUNCTIONS


def test_no_function_can_be_called_past_the_list(
    module_database: Database, connect: Connect, admin: psycopg.Connection[Any]
) -> None:
    app = connect(module_database.app_url)
    rows = admin.execute(
        "SELECT p.oid::regproc::text, (SELECT string_agg(format('NULL::%s', format_type(t, NULL)),"
        " ', ') FROM unnest(p.proargtypes) t), p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace::regnamespace::text IN ('govdesk_api', 'govdesk_private')"
        " AND p.prorettype <> 'trigger'::regtype"
    ).fetchall()
    refused = []
    for name, arguments, signature in rows:
        if signature.replace(", ", ",") in APP_FUNCTIONS:
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT {name}({arguments or ''})")  # type: ignore[call-overload]
        refused.append(name)
    assert len(refused) > 40
