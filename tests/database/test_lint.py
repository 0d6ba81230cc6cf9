"""The catalogue lint finds nothing in a clean schema, and each planted fault by its name."""

from __future__ import annotations

from typing import LiteralString

import pytest

from govdesk.database.catalogue_lint import lint, questions
from tests.databases import Connect, Database

FAULTS: list[tuple[str, str, LiteralString]] = [
    (
        "row_security",
        "govdesk.node",
        "ALTER TABLE govdesk.node NO FORCE ROW LEVEL SECURITY",
    ),
    (
        "row_security",
        "govdesk_private.session",
        "ALTER TABLE govdesk_private.session DISABLE ROW LEVEL SECURITY",
    ),
    (
        "tenant_wall",
        "govdesk.member",
        "DROP POLICY tenant_wall ON govdesk.member",
    ),
    (
        "tenant_wall",
        "govdesk.member",
        "ALTER POLICY tenant_wall ON govdesk.member TO govdesk_app, govdesk_definer",
    ),
    (
        "tenant_wall",
        "govdesk.node",
        "ALTER POLICY tenant_wall ON govdesk.node USING"
        " (tenant_id = (SELECT govdesk_private.tenant()) OR kind = 'system')",
    ),
    (
        "tenant_wall",
        "govdesk.node",
        "ALTER POLICY tenant_wall ON govdesk.node WITH CHECK (true)",
    ),
    (
        "public_execute",
        "govdesk_api.bind(text,text)",
        "GRANT EXECUTE ON FUNCTION govdesk_api.bind(text, text) TO PUBLIC",
    ),
    (
        "public_execute",
        "govdesk_api.fresh()",
        "CREATE FUNCTION govdesk_api.fresh() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "ALTER FUNCTION govdesk_api.fresh() OWNER TO govdesk_kernel",
    ),
    (
        "definer_pins",
        "govdesk_private.context()",
        "ALTER FUNCTION govdesk_private.context() SET search_path = public, pg_catalog",
    ),
    (
        "definer_pins",
        "govdesk_private.seal()",
        "ALTER FUNCTION govdesk_private.seal() RESET timezone",
    ),
    (
        "owners",
        "govdesk.role",
        "ALTER TABLE govdesk.role OWNER TO govdesk_kernel",
    ),
    (
        "owners",
        "govdesk_private.tenant()",
        "ALTER FUNCTION govdesk_private.tenant() OWNER TO CURRENT_USER",
    ),
    (
        "owners",
        "govdesk_api",
        "ALTER SCHEMA govdesk_api OWNER TO govdesk_kernel",
    ),
    (
        "whole_table_writes",
        "govdesk.node",
        "GRANT UPDATE ON govdesk.node TO govdesk_app",
    ),
    (
        "whole_table_writes",
        "govdesk.audit_log",
        "GRANT INSERT ON govdesk.audit_log TO govdesk_worker",
    ),
    (
        "removal_grants",
        "govdesk.member_grant",
        "GRANT DELETE ON govdesk.member_grant TO govdesk_app",
    ),
    (
        "removal_grants",
        "govdesk.audit_checkpoint",
        "GRANT DELETE ON govdesk.audit_checkpoint TO govdesk_kernel",
    ),
    (
        "removal_grants",
        "govdesk.audit_log",
        "GRANT TRUNCATE ON govdesk.audit_log TO govdesk_definer",
    ),
    (
        "updatable_keys",
        "govdesk.node.node_path",
        "GRANT UPDATE (node_path) ON govdesk.node TO govdesk_app",
    ),
    (
        "capture_triggers",
        "govdesk.node",
        "DROP TRIGGER _900_capture_update ON govdesk.node",
    ),
    (
        "capture_triggers",
        "govdesk.tenant",
        "ALTER TABLE govdesk.tenant DISABLE TRIGGER _900_capture_insert",
    ),
    (
        "capture_triggers",
        "govdesk_private.session",
        "ALTER TABLE govdesk_private.session ENABLE TRIGGER _900_refuse_delete",
    ),
    (
        "capture_triggers",
        "govdesk.fresh",
        "CREATE TABLE govdesk.fresh (id uuid PRIMARY KEY);"
        "ALTER TABLE govdesk.fresh OWNER TO govdesk_owner",
    ),
    (
        "uncaptured_columns",
        "govdesk.member.nickname",
        "ALTER TABLE govdesk.member ADD COLUMN nickname text",
    ),
    (
        "cascades",
        "govdesk.audit_log.reach",
        "ALTER TABLE govdesk.audit_log ADD CONSTRAINT reach FOREIGN KEY (tenant_id)"
        " REFERENCES govdesk.tenant ON DELETE CASCADE",
    ),
    (
        "cascades",
        "govdesk.audit_log.reach",
        "ALTER TABLE govdesk.audit_log ADD CONSTRAINT reach FOREIGN KEY (system_id)"
        " REFERENCES govdesk.node (id) ON DELETE SET NULL",
    ),
    (
        "deferrable_triggers",
        "govdesk.node.late",
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON govdesk.node DEFERRABLE"
        " FOR EACH ROW EXECUTE FUNCTION govdesk_private.refuse_uncaptured()",
    ),
    (
        "deferrable_triggers",
        "govdesk.member.late",
        "ALTER TABLE govdesk.member ADD CONSTRAINT late UNIQUE (id) DEFERRABLE",
    ),
    (
        "unknown_permissions",
        "select_typo on govdesk.node",
        "CREATE POLICY select_typo ON govdesk.node FOR SELECT TO govdesk_app"
        " USING ((SELECT govdesk_private.everywhere('node.raed')))",
    ),
    (
        "unknown_permissions",
        "govdesk_private.asks()",
        "CREATE FUNCTION govdesk_private.asks() RETURNS int LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN govdesk_private.rank_on(NULL, NULL, 'member.mange', NULL); END $$;"
        "ALTER FUNCTION govdesk_private.asks() OWNER TO govdesk_kernel;"
        "REVOKE ALL ON FUNCTION govdesk_private.asks() FROM PUBLIC",
    ),
    (
        "private_doors",
        "govdesk_private",
        "GRANT USAGE ON SCHEMA govdesk_private TO govdesk_app",
    ),
    (
        "private_doors",
        "govdesk_private.credential",
        "GRANT SELECT (salt) ON govdesk_private.credential TO govdesk_worker",
    ),
    (
        "private_doors",
        "public",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
    ),
]


def test_a_clean_schema_has_no_findings(module_database: Database, connect: Connect) -> None:
    assert lint(connect(module_database.admin_url)) == []


@pytest.mark.parametrize(("name", "where", "fault"), FAULTS)
def test_a_planted_fault_is_found_where_it_lies(
    module_database: Database, connect: Connect, name: str, where: str, fault: LiteralString
) -> None:
    admin = connect(module_database.admin_url)
    with admin.transaction(force_rollback=True):
        admin.execute(fault)
        found = lint(admin)
    assert (name, where) in {(finding.name, finding.object) for finding in found}
    assert all(f.level == "error" and f.sentence and f.remedy for f in found)


def test_every_question_has_a_planted_fault() -> None:
    assert {path.stem.partition("_")[2] for path in questions()} == {name for name, _, _ in FAULTS}
