"""Tables of facts, tracked files and the catalogue are one thing seen three times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govdesk.database import capture_sql, schema_dump
from govdesk.database.catalogue import fingerprint
from govdesk.database.catalogue_lint import known_columns
from govdesk.database.migrate import migrations_folder
from govdesk.domain.capture import CAPTURED, EXCUSED
from govdesk.domain.events import BY_NAME, EVENTS, SEVERITIES
from govdesk.domain.permissions import PERMISSIONS
from govdesk.services.accounts import built_in_roles
from tests.databases import Connect, Database, Sessions

MIGRATIONS = migrations_folder()


def tracked(name: str) -> str:
    return (MIGRATIONS / name).read_text(encoding="utf-8")


def test_every_table_is_captured_or_excused(module_database: Database, connect: Connect) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')"
        " AND c.relname <> 'alembic_version'"
    )
    captured = {f"{table.schema}.{table.name}" for table in CAPTURED}
    assert captured & set(EXCUSED) == set()
    assert {row[0] for row in rows} == captured | set(EXCUSED)


def test_every_column_of_a_captured_table_is_captured_observed_or_structural(
    module_database: Database, connect: Connect
) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.oid::regclass::text = ANY (%s)",
        ([f"{table.schema}.{table.name}" for table in CAPTURED],),
    )
    found = {row[0] for row in rows}
    listed = {f"{t.schema}.{t.name}.{c}" for t in CAPTURED for c in (*t.columns, *t.observed)}
    assert found - set(known_columns()) == set()
    assert listed - found == set()


def test_every_captured_change_has_an_event_and_every_event_a_severity() -> None:
    assert {rule.action for table in CAPTURED for rule in table.rules} <= set(BY_NAME)
    assert {event.severity for event in EVENTS} <= set(SEVERITIES)
    assert len(BY_NAME) == len(EVENTS)


def test_a_byte_column_is_never_captured_in_clear(
    module_database: Database, connect: Connect
) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a"
        " ON a.attrelid = c.oid WHERE a.atttypid = 'bytea'::regtype AND a.attnum > 0"
    )
    kinds = {
        f"{table.schema}.{table.name}.{column}": kind
        for table in CAPTURED
        for column, kind in table.columns.items()
    }
    found = {name: kinds[name] for (name,) in rows if name in kinds}
    assert len(found) >= 8
    public = {
        "govdesk.checkpoint_key.public_key",
        "govdesk.audit_restore.known_root",
        "govdesk.audit_restore.found_root",
        "govdesk.audit_segment.root",
    }
    assert {name for name, kind in found.items() if kind != "secret"} == public


def test_the_capture_triggers_are_printed_from_the_list() -> None:
    assert capture_sql.capture_sql() == tracked("sql/functions/140_capture.sql")


def test_the_database_holds_the_permissions_of_the_release(
    module_database: Database, connect: Connect
) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT name, noun, sentence, bases, step_up FROM govdesk.permission ORDER BY name"
    )
    assert rows.fetchall() == [
        (p.name, p.noun, p.sentence, list(p.bases), p.step_up)
        for p in sorted(PERMISSIONS, key=lambda p: p.name)
    ]


def test_the_database_holds_the_events_of_the_release(
    module_database: Database, connect: Connect
) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT name, severity, entity_type, template, denied FROM govdesk.event_kind ORDER BY name"
    )
    assert rows.fetchall() == [
        (e.name, e.severity, e.entity_type, e.template, e.denied)
        for e in sorted(EVENTS, key=lambda e: e.name)
    ]


def test_built_in_roles_hold_what_the_facts_say_and_nothing_else() -> None:
    held = {str(r["key"]): set(r["permissions"]) for r in built_in_roles()}  # type: ignore[call-overload]
    assert set(held) == {"owner", "admin", "operator", "member", "auditor", "compliance_officer"}
    for base in ("owner", "admin", "operator", "member"):
        assert held[base] == {p.name for p in PERMISSIONS if base in p.bases}
    reading = {p.name for p in PERMISSIONS if p.name.endswith(".read")}
    assert (
        held["auditor"]
        == held["compliance_officer"]
        == reading
        | {
            "audit.export",
            "evidence.create",
        }
    )


def test_the_tracked_fingerprint_is_that_of_a_fresh_installation(
    module_database: Database,
) -> None:
    made = schema_dump.fingerprint_text(module_database.admin_url)
    assert json.loads(made) == json.loads(tracked("fingerprint.json")), (
        "run: python -m govdesk.database.schema_dump fingerprint > migrations/fingerprint.json"
    )
    assert made == tracked("fingerprint.json")


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("functions", "ALTER FUNCTION govdesk_private.context() RESET ALL"),
        ("functions", "ALTER FUNCTION govdesk_private.context() OWNER TO CURRENT_USER"),
        ("functions", "GRANT EXECUTE ON FUNCTION govdesk_private.context() TO govdesk_app"),
        ("policies", "ALTER POLICY tenant_wall ON govdesk.node USING (true)"),
        ("triggers", "ALTER TABLE govdesk.node DISABLE TRIGGER _900_capture_update"),
        ("tables", "GRANT UPDATE (tenant_path) ON govdesk.node TO govdesk_app"),
        ("tables", "ALTER TABLE govdesk.node NO FORCE ROW LEVEL SECURITY"),
    ],
)
def test_the_fingerprint_moves_with_what_somebody_changes(
    module_database: Database, connect: Connect, section: str, change: str
) -> None:
    admin = connect(module_database.admin_url)
    before = fingerprint(admin)
    with admin.transaction(force_rollback=True):
        admin.execute(change)  # type: ignore[call-overload]
        after = fingerprint(admin)
    assert {name for name in before if before[name] != after[name]} == {section}


def test_console_and_administrator_compute_one_fingerprint(
    module_database: Database, connect: Connect
) -> None:
    app = fingerprint(connect(module_database.app_url))
    assert app == fingerprint(connect(module_database.admin_url))


def test_the_tracked_schema_is_what_a_fresh_installation_dumps(
    module_database: Database, sessions: Sessions
) -> None:
    if sessions.connection.info.server_version // 10000 != 17:
        pytest.skip("schema.sql is as pg_dump 17 prints it")
    assert schema_dump.schema(module_database.admin_url) == tracked("schema.sql"), (
        "run: python -m govdesk.database.schema_dump > migrations/schema.sql"
    )


def test_nothing_in_the_tracked_schema_names_a_release_of_postgres() -> None:
    text = Path(MIGRATIONS / "schema.sql").read_text(encoding="utf-8")
    assert "Dumped" not in text
    assert "\\restrict" not in text
    assert text.count("CREATE TABLE") >= 19
