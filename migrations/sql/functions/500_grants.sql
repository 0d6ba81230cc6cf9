-- Who may call and touch what. Everything is taken away first.
-- Never table-level UPDATE, never DELETE or TRUNCATE: either allows LOCK TABLE … ACCESS EXCLUSIVE
-- without any session. Keys, tenant_id and paths are never updatable.
REVOKE ALL ON ALL TABLES IN SCHEMA govdesk, govdesk_private FROM PUBLIC, govdesk_app, govdesk_worker,
    govdesk_kernel, govdesk_definer, govdesk_backup;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA govdesk, govdesk_api, govdesk_private
    FROM PUBLIC, govdesk_app, govdesk_worker;
REVOKE ALL ON SCHEMA govdesk, govdesk_api, govdesk_private FROM PUBLIC, govdesk_app, govdesk_worker;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA govdesk, govdesk_api TO govdesk_app, govdesk_worker;
GRANT USAGE ON SCHEMA govdesk, govdesk_api, govdesk_private
    TO govdesk_kernel, govdesk_definer, govdesk_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA govdesk, govdesk_private TO govdesk_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA govdesk, govdesk_private TO govdesk_backup;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA govdesk, govdesk_private TO govdesk_kernel;
REVOKE UPDATE, DELETE ON govdesk.audit_log, govdesk.audit_checkpoint FROM govdesk_kernel;

GRANT SELECT ON govdesk.permission, govdesk.event_kind TO govdesk_app;
-- By column on purpose, as govdesk.member is for the console: DROP OWNED BY oneself, which would
-- take a login out of every policy and lock their tables, ends with 42501 where a table has only such.
GRANT SELECT (name, noun, sentence, bases, step_up) ON govdesk.permission TO govdesk_worker;
GRANT SELECT (name, severity, entity_type, template, denied) ON govdesk.event_kind TO govdesk_worker;
GRANT SELECT ON govdesk.tenant, govdesk.node, govdesk.role, govdesk.member_grant, govdesk.audit_log,
    govdesk.audit_checkpoint TO govdesk_app;
GRANT SELECT (id, tenant_id, tenant_path, email, display_name, title, status, mfa_at, last_seen_at,
    created_at) ON govdesk.member TO govdesk_app;
GRANT UPDATE (name, environment) ON govdesk.tenant TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, node_path, kind, name), UPDATE (name, status)
    ON govdesk.node TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, key, title, base, permissions),
    UPDATE (title, permissions, status) ON govdesk.role TO govdesk_app;
GRANT UPDATE (display_name, title, status) ON govdesk.member TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, member_id, node_path, role_key), UPDATE (role_key, status)
    ON govdesk.member_grant TO govdesk_app;

-- Named by policies, which the caller evaluates; without USAGE on the schema they cannot be called.
GRANT EXECUTE ON FUNCTION govdesk_private.tenant(), govdesk_private.granted(text),
    govdesk_private.everywhere(text), govdesk_private.systems(text),
    govdesk_private.members_within(text) TO govdesk_app, govdesk_worker, govdesk_definer;

GRANT EXECUTE ON FUNCTION govdesk_api.bind(text, text), govdesk_api.whoami(),
    govdesk_api.granted(text), govdesk_api.sign_in_parameters(text),
    govdesk_api.sign_in_submit(text, text, bytea, bytea),
    govdesk_api.sign_in_reveal(uuid, bytea, bytea, text, bytea),
    govdesk_api.step_up_submit(bytea), govdesk_api.step_up_reveal(uuid, bytea, bytea, text),
    govdesk_api.enrol_totp(text, bytea, bytea, text, bytea[]),
    govdesk_api.set_password_by_code(text, bytea, bytea), govdesk_api.touch(),
    govdesk_api.tenant_of(text),
    govdesk_api.sessions(), govdesk_api.end_session(text), govdesk_api.revoke_session(uuid),
    govdesk_api.note_export(text, uuid, jsonb), govdesk_api.audit_condition(jsonb),
    govdesk_api.audit_page(jsonb, bigint, bigint, integer, integer),
    govdesk_api.audit_counts(jsonb, bigint[]), govdesk_api.audit_seqs(timestamptz[]),
    govdesk_api.unsealed()
    TO govdesk_app;
GRANT EXECUTE ON FUNCTION govdesk_api.record_events(jsonb), govdesk_api.note_failed_sign_ins(text),
    govdesk_api.end_idle_holders()
    TO govdesk_worker;

-- Closed for everyone where the administrator is a superuser: terminating siblings, large objects
-- as a shared store, advisory locks. Elsewhere `govdesk doctor` says so.
DO $$
DECLARE
    v record;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO govdesk_app, govdesk_worker, govdesk_backup',
                   current_database());
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    FOR v IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
              WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f'
                AND (p.proname IN ('pg_terminate_backend', 'pg_cancel_backend', 'pg_notify')
                     OR p.proname LIKE 'lo\_%' OR p.proname IN ('loread', 'lowrite')
                     OR p.proname LIKE 'pg\_advisory%' OR p.proname LIKE 'pg\_try\_advisory%')
                AND p.prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v.signature);
    END LOOP;
    ALTER ROLE govdesk_kernel INHERIT;
    GRANT pg_signal_backend, pg_read_all_stats TO govdesk_kernel;
    GRANT EXECUTE ON FUNCTION pg_terminate_backend(integer, bigint) TO govdesk_kernel;
END $$;
