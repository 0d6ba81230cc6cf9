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
    "govdesk.audit_hold SELECT": "*",
    "govdesk.audit_log SELECT": "*",
    "govdesk.audit_restore SELECT": "*",
    "govdesk.audit_segment SELECT": "*",
    "govdesk.audit_tile SELECT": "*",
    "govdesk.checkpoint_key SELECT": "*",
    "govdesk.event_kind SELECT": "*",
    "govdesk.permission SELECT": "*",
    "govdesk.compliance_contact SELECT": "*",
    "govdesk.country SELECT": "*",
    "govdesk.decision SELECT": "*",
    "govdesk.decision_kind SELECT": "*",
    "govdesk.decision_policy SELECT": "*",
    "govdesk.invitation SELECT": "*",
    "govdesk.member SELECT": "created_at display_name email id mfa_at status tenant_id"
    " tenant_path title",
    "govdesk.member UPDATE": "display_name status title",
    "govdesk.member_grant SELECT": "*",
    "govdesk.member_grant INSERT": "id member_id node_path role_key tenant_id tenant_path",
    "govdesk.member_grant UPDATE": "role_key status",
    "govdesk.member_seen SELECT": "*",
    "govdesk.node SELECT": "*",
    "govdesk.node INSERT": "id kind name node_path tenant_id tenant_path",
    "govdesk.node UPDATE": "name status",
    "govdesk.organization_metadata SELECT": "*",
    "govdesk.organization_metadata INSERT": "abn country effective_from id legal_entity lei"
    " restored_from tenant_id tenant_path vat version",
    "govdesk.api_key SELECT": "*",
    "govdesk.api_key UPDATE": "owner_label status",
    "govdesk.api_key_seen SELECT": "*",
    "govdesk.api_key_use SELECT": "*",
    "govdesk.integration SELECT": "allow created_at created_by id key_version kind name node_path"
    " secret_refs settings status tenant_id tenant_path test_detail test_ms test_ok tested_at",
    "govdesk.integration INSERT": "allow id key_version kind name node_path sealed secret_refs"
    " settings tenant_id tenant_path",
    "govdesk.integration UPDATE": "allow key_version name sealed secret_refs settings status",
    "govdesk.key_policy SELECT": "*",
    "govdesk.key_policy UPDATE": "expiring_days max_days revoke_days suspend_days warn_days",
    "govdesk.key_scope SELECT": "*",
    "govdesk.key_scope INSERT": "description id name tenant_id tenant_path",
    "govdesk.key_scope UPDATE": "description status",
    "govdesk.pepper SELECT": "*",
    "govdesk.vault_key SELECT": "*",
    "govdesk.delivery SELECT": "attempts created_at done_at due_at event id last_outcome"
    " last_status message_id node_path origin prev_id seq status stream_seq tenant_id tenant_path"
    " tries webhook_id",
    "govdesk.delivery_attempt SELECT": "*",
    "govdesk.webhook SELECT": "*",
    "govdesk.webhook INSERT": "alerts allow blocks description detail events format headers id kind"
    " node_path secret_refs settings system_id tenant_id tenant_path throttle url",
    "govdesk.webhook UPDATE": "alerts allow blocks description detail events format headers"
    " secret_refs settings status throttle url",
    "govdesk.webhook_secret SELECT": "created_at created_by ends_at id key_version node_path status"
    " tenant_id tenant_path version webhook_id",
    "govdesk.webhook_signing_key SELECT": "created_at ends_at grace_days id key_version kid"
    " public_key status tenant_id tenant_path",
    "govdesk.reviewer SELECT": "*",
    "govdesk.role SELECT": "*",
    "govdesk.role INSERT": "base id key permissions tenant_id tenant_path title",
    "govdesk.role UPDATE": "permissions status title",
    "govdesk.site SELECT": "*",
    "govdesk.site INSERT": "address country id name tenant_id tenant_path",
    "govdesk.site UPDATE": "address country name status",
    "govdesk.team SELECT": "*",
    "govdesk.team INSERT": "id name site_id tenant_id tenant_path",
    "govdesk.team UPDATE": "name site_id status",
    "govdesk.tenant SELECT": "*",
    "govdesk.tenant UPDATE": "environment name",
}
WORKER: Final[Reach] = {
    "govdesk.country SELECT": "code name",
    "govdesk.decision_kind SELECT": "action always permission sentence title",
    "govdesk.event_kind SELECT": "denied entity_type name severity template",
    "govdesk.permission SELECT": "bases name noun sentence staff step_up",
}
APP_FUNCTIONS: Final = {
    "govdesk_api.account_submit(text,bytea)",
    "govdesk_api.attention()",
    "govdesk_api.audit_condition(jsonb)",
    "govdesk_api.audit_counts(jsonb,bigint[])",
    "govdesk_api.audit_page(jsonb,bigint,bigint,integer,integer)",
    "govdesk_api.audit_seqs(timestamp with time zone[])",
    "govdesk_api.bind(text,text)",
    "govdesk_api.blast_radius(uuid,jsonb)",
    "govdesk_api.blast_radius_of_node(ltree)",
    "govdesk_api.cancel_decision(uuid)",
    "govdesk_api.change_password(uuid,bytea,bytea,bytea,bytea)",
    "govdesk_api.confirm_contact(text)",
    "govdesk_api.copy_invitation_link(uuid)",
    "govdesk_api.create_key(uuid,uuid,text,text,text,text[],timestamp with time zone,"
    "integer,bytea)",
    "govdesk_api.decide_reveal(uuid)",
    "govdesk_api.decide_submit(uuid,text,text)",
    "govdesk_api.decisions_waiting()",
    "govdesk_api.end_session(text)",
    "govdesk_api.enrol_totp(text,bytea,bytea,text,bytea[],text)",
    "govdesk_api.explain_access(uuid,text,ltree)",
    "govdesk_api.granted(text)",
    "govdesk_api.integration_sealed(uuid)",
    "govdesk_api.invite(text,text,text,ltree,text,integer)",
    "govdesk_api.key_versions()",
    "govdesk_api.mail_state(uuid)",
    "govdesk_api.may_change_member(uuid)",
    "govdesk_api.may_grant(uuid,ltree)",
    "govdesk_api.needs_decision(text)",
    "govdesk_api.note_export(text,uuid,jsonb,text)",
    "govdesk_api.note_integration_test(uuid,boolean,text,integer)",
    "govdesk_api.person_key()",
    "govdesk_api.platform_enter_reveal(uuid)",
    "govdesk_api.platform_enter_submit(text,text,integer)",
    "govdesk_api.platform_tenants()",
    "govdesk_api.propose_contact(text,text)",
    "govdesk_api.replace_factor(uuid,bytea,bytea,bytea,text,bytea[])",
    "govdesk_api.request_decision(text,jsonb,text)",
    "govdesk_api.resend_invitation(uuid)",
    "govdesk_api.revoke_invitation(uuid)",
    "govdesk_api.revoke_session(uuid)",
    "govdesk_api.revoke_sessions_of(uuid)",
    "govdesk_api.rotate_key(uuid,uuid,text,integer,timestamp with time zone,integer,bytea)",
    "govdesk_api.sessions()",
    "govdesk_api.set_decision_policy(text,boolean,integer)",
    "govdesk_api.set_password_by_code(text,bytea,bytea)",
    "govdesk_api.set_person_key(bytea,bytea)",
    "govdesk_api.set_reviewer(text,text,text)",
    "govdesk_api.sign_in_parameters(text)",
    "govdesk_api.sign_in_reveal(uuid,bytea,bytea,text,bytea)",
    "govdesk_api.sign_in_submit(text,text,bytea,bytea)",
    "govdesk_api.staff_inside()",
    "govdesk_api.step_up_reveal(uuid,bytea,bytea,text)",
    "govdesk_api.step_up_submit(bytea)",
    "govdesk_api.tenant_of(text)",
    "govdesk_api.touch()",
    "govdesk_api.unsealed()",
    "govdesk_api.vault_copies()",
    "govdesk_api.vault_put(text,uuid,text,bytea,bytea,integer)",
    "govdesk_api.vault_rows(integer,integer)",
    "govdesk_api.vault_state()",
    "govdesk_api.vault_write(jsonb)",
    "govdesk_api.put_webhook_secret(uuid,uuid,bytea,integer)",
    "govdesk_api.archive_segment(date,uuid)",
    "govdesk_api.erasure_preview(jsonb)",
    "govdesk_api.find_exports(text)",
    "govdesk_api.held(bigint[])",
    "govdesk_api.leaf_hashes(bigint,bigint)",
    "govdesk_api.lift_hold(uuid,text)",
    "govdesk_api.place_hold(text,text,jsonb,text)",
    "govdesk_api.proof_parts(text,text,bigint)",
    "govdesk_api.pruned()",
    "govdesk_api.report_fault(jsonb)",
    "govdesk_api.request_checkpoint()",
    "govdesk_api.segments()",
    "govdesk_api.redeliver(uuid,text,uuid,timestamp with time zone)",
    "govdesk_api.rehearse(uuid,text,timestamp with time zone)",
    "govdesk_api.resume_webhook(uuid,text)",
    "govdesk_api.retire_webhook_secret(uuid)",
    "govdesk_api.rotate_signing_key(integer)",
    "govdesk_api.test_webhook(uuid,text)",
    "govdesk_api.webhook_health()",
    "govdesk_api.webhook_recipient()",
    "govdesk_api.why_not_sent(uuid,bigint)",
    "govdesk_api.workers()",
    "govdesk_api.who_can(text,ltree)",
    "govdesk_api.whoami()",
}
LINK_FUNCTIONS: Final = {
    "govdesk_api.accept_invitation(text,text,bytea,bytea,bytea,text,bytea[])",
    "govdesk_api.account_link_view(text)",
    "govdesk_api.decision_link_reveal(uuid,text,bytea,text)",
    "govdesk_api.decision_link_submit(text,text,text,bytea)",
    "govdesk_api.decision_send_code(text)",
    "govdesk_api.decision_view(text)",
    "govdesk_api.invitation_view(text)",
    "govdesk_api.recover_account(uuid,text,bytea,text,bytea,bytea,bytea,text,bytea[])",
    "govdesk_api.recover_submit(text,bytea)",
    "govdesk_api.recovery_request(text)",
}
"""Doors for whoever holds a link and no session, in the console and on the web page."""

WORKER_FUNCTIONS: Final = {
    "govdesk_api.authenticate_key(text,bytea[])",
    "govdesk_api.end_idle_holders()",
    "govdesk_api.end_session(text)",
    "govdesk_api.enrol_totp(text,bytea,bytea,text,bytea[],text)",
    "govdesk_api.expire_due(text)",
    "govdesk_api.intake(jsonb)",
    "govdesk_api.key_uses(jsonb)",
    "govdesk_api.keys_to_pepper(integer)",
    "govdesk_api.mail_claim(text,integer)",
    "govdesk_api.mail_done(uuid)",
    "govdesk_api.mail_failed(uuid,text,integer)",
    "govdesk_api.note_failed_sign_ins(text)",
    "govdesk_api.pepper_key(uuid,integer,text,bytea,text)",
    "govdesk_api.pepper_rotated(integer,text,text)",
    "govdesk_api.pepper_state()",
    "govdesk_api.record_events(jsonb)",
    "govdesk_api.retire_pepper(integer,text)",
    "govdesk_api.sign_in_parameters(text)",
    "govdesk_api.sign_in_reveal(uuid,bytea,bytea,text,bytea)",
    "govdesk_api.sign_in_submit(text,text,bytea,bytea)",
    "govdesk_api.upgrade_key(integer,text,bytea)",
    "govdesk_api.vault_due(text)",
    "govdesk_api.vault_worker_put(text,text,text,uuid,text,bytea,bytea,integer)",
    "govdesk_api.vault_worker_rows(text,integer,integer)",
    "govdesk_api.vault_worker_state(text)",
    "govdesk_api.vault_worker_write(text,text,jsonb)",
    "govdesk_api.claim_deliveries(text,text,integer,integer,jsonb,integer)",
    "govdesk_api.delivery_endpoint(uuid)",
    "govdesk_api.disable_due(text)",
    "govdesk_api.fan_out(text,integer)",
    "govdesk_api.finish_deliveries(text,jsonb)",
    "govdesk_api.installation_state()",
    "govdesk_api.jwks(text)",
    "govdesk_api.note_worker_back()",
    "govdesk_api.note_worker_lost(timestamp with time zone)",
    "govdesk_api.put_signing_key(text,text,uuid,text,bytea,bytea)",
    "govdesk_api.put_webhook_seal(text,text,text,uuid,bytea,integer)",
    "govdesk_api.announce_checkpoint_key(text,text,text,bytea)",
    "govdesk_api.checkpoints_due(text,integer)",
    "govdesk_api.grow_tiles(text,text,integer)",
    "govdesk_api.put_checkpoint(text,text,bigint,bytea,text)",
    "govdesk_api.retire_checkpoint_key(text,text,bytea)",
    "govdesk_api.worker_checkpoint(text,text)",
    "govdesk_api.worker_checkpoint_keys(text)",
    "govdesk_api.worker_fault(text,text,jsonb)",
    "govdesk_api.worker_leaf_hashes(text,text,bigint,bigint)",
    "govdesk_api.worker_restores(text,text)",
    "govdesk_api.worker_tiles(text,text,integer,bigint,bigint)",
    "govdesk_api.release_deliveries(text,jsonb)",
    "govdesk_api.webhook_inboxes(text,integer)",
    "govdesk_api.webhook_vault_due(text)",
    "govdesk_api.worker_key(bytea)",
    "govdesk_api.worker_started(text,text)",
    "govdesk_api.worker_seen(text,text)",
}
POLICY_FUNCTIONS: Final = {
    "govdesk_private.everywhere(text)",
    "govdesk_private.granted(text)",
    "govdesk_private.members_within(text)",
    "govdesk_private.own_decisions()",
    "govdesk_private.systems(text)",
    "govdesk_private.tenant()",
}
"""Evaluated by policies with the caller's rights; without USAGE on the schema nobody can call
them by name."""

ROW_SECURITY: Final = {
    # table: (commands with a permissive policy for the console, walled by tenant)
    "govdesk.api_key": ("rw", True),
    "govdesk.api_key_seen": ("r", True),
    "govdesk.api_key_use": ("r", True),
    "govdesk.audit_checkpoint": ("r", True),
    "govdesk.audit_hold": ("r", True),
    "govdesk.audit_log": ("r", True),
    "govdesk.audit_restore": ("r", True),
    "govdesk.audit_segment": ("r", True),
    "govdesk.audit_tile": ("r", True),
    "govdesk.checkpoint_key": ("r", True),
    "govdesk.compliance_contact": ("r", True),
    "govdesk.country": ("r", False),
    "govdesk.decision": ("r", True),
    "govdesk.decision_kind": ("r", False),
    "govdesk.decision_policy": ("r", True),
    "govdesk.event_kind": ("r", False),
    "govdesk.integration": ("arw", True),
    "govdesk.invitation": ("r", True),
    "govdesk.key_policy": ("rw", True),
    "govdesk.key_scope": ("arw", True),
    "govdesk.member": ("rw", True),
    "govdesk.member_grant": ("arw", True),
    "govdesk.member_seen": ("r", True),
    "govdesk.node": ("arw", True),
    "govdesk.organization_metadata": ("ar", True),
    "govdesk.pepper": ("r", True),
    "govdesk.permission": ("r", False),
    "govdesk.reviewer": ("r", True),
    "govdesk.role": ("arw", True),
    "govdesk.site": ("arw", True),
    "govdesk.team": ("arw", True),
    "govdesk.tenant": ("rw", True),
    "govdesk.vault_key": ("r", True),
    "govdesk.delivery": ("r", True),
    "govdesk.delivery_attempt": ("r", True),
    "govdesk.webhook": ("arw", True),
    "govdesk.webhook_secret": ("r", True),
    "govdesk.webhook_signing_key": ("r", True),
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
    evidence = {name: held[name] for name in held if name.split()[0].startswith("govdesk.audit_")}
    assert {name for name in evidence if name.startswith("govdesk.audit_checkpoint ")} == {
        "govdesk.audit_checkpoint INSERT",
        "govdesk.audit_checkpoint SELECT",
    }
    # What an erasure takes and a pruning drops; the trigger lets nothing else pass.
    assert evidence["govdesk.audit_log UPDATE"] == (
        "actor diff ip on_behalf_of reason salts session_id summary"
    )
    assert not [name for name in held if name.split()[1] in ("TRUNCATE", "REFERENCES", "TRIGGER")]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("govdesk_app", APP_FUNCTIONS | LINK_FUNCTIONS | POLICY_FUNCTIONS),
        ("govdesk_worker", WORKER_FUNCTIONS | LINK_FUNCTIONS | POLICY_FUNCTIONS),
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
    } | {("govdesk_worker", "govdesk_queue", "USAGE")}
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
        if signature.replace(", ", ",") in APP_FUNCTIONS | LINK_FUNCTIONS:
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT {name}({arguments or ''})")  # type: ignore[call-overload]
        refused.append(name)
    assert len(refused) > 40
