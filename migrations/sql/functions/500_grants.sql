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
-- For erasure and pruning; the trigger lets nothing else pass.
GRANT UPDATE (actor, on_behalf_of, ip, session_id, reason, summary, diff, salts), DELETE ON govdesk.audit_log TO govdesk_kernel;

GRANT SELECT ON govdesk.permission, govdesk.event_kind, govdesk.decision_kind, govdesk.country
    TO govdesk_app;
-- By column on purpose, as govdesk.member is for the console: DROP OWNED BY oneself, which would
-- take a login out of every policy and lock their tables, ends with 42501 where a table has only such.
GRANT SELECT (name, noun, sentence, bases, step_up, staff) ON govdesk.permission TO govdesk_worker;
GRANT SELECT (name, severity, entity_type, template, denied) ON govdesk.event_kind TO govdesk_worker;
GRANT SELECT (action, title, sentence, permission, always) ON govdesk.decision_kind TO govdesk_worker;
GRANT SELECT (code, name) ON govdesk.country TO govdesk_worker;
GRANT SELECT ON govdesk.tenant, govdesk.node, govdesk.role, govdesk.member_grant, govdesk.audit_log,
    govdesk.audit_checkpoint, govdesk.member_seen, govdesk.invitation, govdesk.organization_metadata,
    govdesk.compliance_contact, govdesk.site, govdesk.team, govdesk.decision, govdesk.decision_policy,
    govdesk.reviewer, govdesk.api_key, govdesk.api_key_seen, govdesk.api_key_use, govdesk.key_scope,
    govdesk.key_policy, govdesk.pepper, govdesk.vault_key, govdesk.audit_tile, govdesk.checkpoint_key,
    govdesk.audit_restore, govdesk.audit_hold, govdesk.audit_segment TO govdesk_app;
-- Not the envelope.
GRANT SELECT (id, tenant_id, tenant_path, node_path, kind, name, settings, secret_refs, key_version, allow,
    status, created_at, created_by, tested_at, test_ok, test_detail, test_ms) ON govdesk.integration TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, node_path, kind, name, settings, secret_refs, sealed, key_version,
    allow), UPDATE (name, settings, secret_refs, sealed, key_version, allow, status)
    ON govdesk.integration TO govdesk_app;
GRANT SELECT ON govdesk.webhook, govdesk.delivery_attempt TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, node_path, system_id, kind, description, url, events, alerts, blocks, format, detail,
    headers, settings, secret_refs, allow, throttle), UPDATE (description, url, events, alerts, blocks, format, detail, headers,
    settings, secret_refs, allow, throttle, status) ON govdesk.webhook TO govdesk_app;
-- Not what is sealed, and not the lease.
GRANT SELECT (id, tenant_id, tenant_path, node_path, webhook_id, version, status, key_version, created_at, created_by, ends_at)
    ON govdesk.webhook_secret TO govdesk_app;
GRANT SELECT (id, tenant_id, tenant_path, kid, public_key, status, grace_days, key_version, created_at, ends_at)
    ON govdesk.webhook_signing_key TO govdesk_app;
GRANT SELECT (id, tenant_id, tenant_path, node_path, webhook_id, seq, event, origin, message_id, stream_seq, prev_id, status,
    attempts, tries, due_at, created_at, done_at, last_outcome, last_status) ON govdesk.delivery TO govdesk_app;
GRANT UPDATE (owner_label, status) ON govdesk.api_key TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, name, description), UPDATE (description, status)
    ON govdesk.key_scope TO govdesk_app;
GRANT UPDATE (warn_days, suspend_days, revoke_days, max_days, expiring_days) ON govdesk.key_policy TO govdesk_app;
GRANT SELECT (id, tenant_id, tenant_path, email, display_name, title, status, mfa_at, created_at) ON govdesk.member TO govdesk_app;
GRANT UPDATE (name, environment) ON govdesk.tenant TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, node_path, kind, name), UPDATE (name, status)
    ON govdesk.node TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, key, title, base, permissions),
    UPDATE (title, permissions, status) ON govdesk.role TO govdesk_app;
GRANT UPDATE (display_name, title, status) ON govdesk.member TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, member_id, node_path, role_key), UPDATE (role_key, status)
    ON govdesk.member_grant TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, version, effective_from, legal_entity, country, abn, lei,
    vat, restored_from) ON govdesk.organization_metadata TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, name, address, country), UPDATE (name, address, country, status)
    ON govdesk.site TO govdesk_app;
GRANT INSERT (id, tenant_id, tenant_path, name, site_id), UPDATE (name, site_id, status)
    ON govdesk.team TO govdesk_app;

-- Named by policies, which the caller evaluates; without USAGE on the schema they cannot be called.
GRANT EXECUTE ON FUNCTION govdesk_private.tenant(), govdesk_private.granted(text),
    govdesk_private.everywhere(text), govdesk_private.systems(text),
    govdesk_private.members_within(text), govdesk_private.own_decisions() TO govdesk_app, govdesk_worker, govdesk_definer;

GRANT EXECUTE ON FUNCTION govdesk_api.bind(text, text), govdesk_api.whoami(),
    govdesk_api.granted(text), govdesk_api.sign_in_parameters(text),
    govdesk_api.sign_in_submit(text, text, bytea, bytea),
    govdesk_api.sign_in_reveal(uuid, bytea, bytea, text, bytea),
    govdesk_api.step_up_submit(bytea), govdesk_api.step_up_reveal(uuid, bytea, bytea, text),
    govdesk_api.enrol_totp(text, bytea, bytea, text, bytea[], text),
    govdesk_api.set_password_by_code(text, bytea, bytea), govdesk_api.touch(),
    govdesk_api.tenant_of(text),
    govdesk_api.sessions(), govdesk_api.end_session(text), govdesk_api.revoke_session(uuid),
    govdesk_api.note_export(text, uuid, jsonb, text), govdesk_api.audit_condition(jsonb),
    govdesk_api.audit_page(jsonb, bigint, bigint, integer, integer),
    govdesk_api.audit_counts(jsonb, bigint[]), govdesk_api.audit_seqs(timestamptz[]),
    govdesk_api.unsealed()
    TO govdesk_app;
GRANT EXECUTE ON FUNCTION govdesk_api.invite(text, text, text, public.ltree, text, integer),
    govdesk_api.resend_invitation(uuid), govdesk_api.copy_invitation_link(uuid),
    govdesk_api.revoke_invitation(uuid), govdesk_api.needs_decision(text),
    govdesk_api.request_decision(text, jsonb, text), govdesk_api.cancel_decision(uuid),
    govdesk_api.decide_submit(uuid, text, text), govdesk_api.decide_reveal(uuid),
    govdesk_api.decisions_waiting(), govdesk_api.set_decision_policy(text, boolean, integer),
    govdesk_api.set_reviewer(text, text, text),
    govdesk_api.explain_access(uuid, text, public.ltree), govdesk_api.who_can(text, public.ltree),
    govdesk_api.blast_radius(uuid, jsonb), govdesk_api.blast_radius_of_node(public.ltree),
    govdesk_api.may_grant(uuid, public.ltree), govdesk_api.may_change_member(uuid),
    govdesk_api.propose_contact(text, text), govdesk_api.confirm_contact(text),
    govdesk_api.revoke_sessions_of(uuid), govdesk_api.account_submit(text, bytea),
    govdesk_api.change_password(uuid, bytea, bytea, bytea, bytea),
    govdesk_api.replace_factor(uuid, bytea, bytea, bytea, text, bytea[]), govdesk_api.platform_tenants(),
    govdesk_api.platform_enter_submit(text, text, integer), govdesk_api.platform_enter_reveal(uuid),
    govdesk_api.staff_inside(), govdesk_api.attention(), govdesk_api.mail_state(uuid)
    TO govdesk_app;
-- Doors of people who hold a link and no session: the console has them, and the web page.
GRANT EXECUTE ON FUNCTION govdesk_api.invitation_view(text),
    govdesk_api.accept_invitation(text, text, bytea, bytea, bytea, text, bytea[]),
    govdesk_api.decision_view(text), govdesk_api.decision_send_code(text),
    govdesk_api.decision_link_submit(text, text, text, bytea),
    govdesk_api.decision_link_reveal(uuid, text, bytea, text), govdesk_api.recovery_request(text),
    govdesk_api.account_link_view(text),
    govdesk_api.recover_submit(text, bytea),
    govdesk_api.recover_account(uuid, text, bytea, text, bytea, bytea, bytea, text, bytea[])
    TO govdesk_app, govdesk_worker;
GRANT EXECUTE ON FUNCTION govdesk_api.sign_in_parameters(text),
    govdesk_api.sign_in_submit(text, text, bytea, bytea),
    govdesk_api.sign_in_reveal(uuid, bytea, bytea, text, bytea),
    govdesk_api.enrol_totp(text, bytea, bytea, text, bytea[], text), govdesk_api.mail_claim(text, integer),
    govdesk_api.end_session(text), govdesk_api.mail_done(uuid), govdesk_api.mail_failed(uuid, text, integer),
    govdesk_api.expire_due(text), govdesk_api.worker_seen(text, text)
    TO govdesk_worker;
GRANT EXECUTE ON FUNCTION govdesk_api.create_key(uuid, uuid, text, text, text, text[], timestamptz, integer, bytea),
    govdesk_api.rotate_key(uuid, uuid, text, integer, timestamptz, integer, bytea),
    govdesk_api.key_versions(), govdesk_api.person_key(), govdesk_api.set_person_key(bytea, bytea),
    govdesk_api.vault_copies(), govdesk_api.vault_state(), govdesk_api.vault_write(jsonb),
    govdesk_api.vault_rows(integer, integer), govdesk_api.vault_put(text, uuid, text, bytea, bytea, integer),
    govdesk_api.integration_sealed(uuid), govdesk_api.note_integration_test(uuid, boolean, text, integer)
    TO govdesk_app;
GRANT EXECUTE ON FUNCTION govdesk_api.authenticate_key(text, bytea[]), govdesk_api.upgrade_key(integer, text, bytea),
    govdesk_api.intake(jsonb), govdesk_api.key_uses(jsonb), govdesk_api.keys_to_pepper(integer),
    govdesk_api.pepper_key(uuid, integer, text, bytea, text), govdesk_api.pepper_rotated(integer, text, text),
    govdesk_api.pepper_state(), govdesk_api.retire_pepper(integer, text), govdesk_api.worker_key(bytea),
    govdesk_api.vault_due(text), govdesk_api.vault_worker_state(text),
    govdesk_api.vault_worker_write(text, text, jsonb), govdesk_api.vault_worker_rows(text, integer, integer),
    govdesk_api.vault_worker_put(text, text, text, uuid, text, bytea, bytea, integer)
    TO govdesk_worker;
GRANT EXECUTE ON FUNCTION govdesk_api.webhook_recipient(), govdesk_api.put_webhook_secret(uuid, uuid, bytea, integer),
    govdesk_api.retire_webhook_secret(uuid), govdesk_api.resume_webhook(uuid, text), govdesk_api.rotate_signing_key(integer),
    govdesk_api.test_webhook(uuid, text), govdesk_api.redeliver(uuid, text, uuid, timestamptz),
    govdesk_api.rehearse(uuid, text, timestamptz), govdesk_api.why_not_sent(uuid, bigint), govdesk_api.webhook_health(),
    govdesk_api.workers()
    TO govdesk_app;
GRANT EXECUTE ON FUNCTION govdesk_api.fan_out(text, integer),
    govdesk_api.claim_deliveries(text, text, integer, integer, jsonb, integer), govdesk_api.finish_deliveries(text, jsonb),
    govdesk_api.release_deliveries(text, jsonb), govdesk_api.delivery_endpoint(uuid), govdesk_api.disable_due(text),
    govdesk_api.webhook_vault_due(text), govdesk_api.webhook_inboxes(text, integer),
    govdesk_api.put_webhook_seal(text, text, text, uuid, bytea, integer),
    govdesk_api.put_signing_key(text, text, uuid, text, bytea, bytea), govdesk_api.jwks(text), govdesk_api.installation_state(),
    govdesk_api.worker_started(text, text), govdesk_api.note_worker_lost(timestamptz), govdesk_api.note_worker_back()
    TO govdesk_worker;
GRANT EXECUTE ON FUNCTION govdesk_api.leaf_hashes(bigint, bigint), govdesk_api.proof_parts(text, text, bigint),
    govdesk_api.request_checkpoint(), govdesk_api.find_exports(text),
    govdesk_api.report_fault(jsonb), govdesk_api.place_hold(text, text, jsonb, text), govdesk_api.lift_hold(uuid, text),
    govdesk_api.held(bigint[]), govdesk_api.erasure_preview(jsonb), govdesk_api.segments(), govdesk_api.archive_segment(date, uuid),
    govdesk_api.pruned()
    TO govdesk_app;
GRANT EXECUTE ON FUNCTION govdesk_api.checkpoints_due(text, integer), govdesk_api.grow_tiles(text, text, integer),
    govdesk_api.worker_leaf_hashes(text, text, bigint, bigint), govdesk_api.worker_tiles(text, text, integer, bigint, bigint),
    govdesk_api.worker_checkpoint(text, text), govdesk_api.worker_restores(text, text),
    govdesk_api.put_checkpoint(text, text, bigint, bytea, text), govdesk_api.announce_checkpoint_key(text, text, text, bytea),
    govdesk_api.retire_checkpoint_key(text, text, bytea), govdesk_api.worker_checkpoint_keys(text), govdesk_api.worker_fault(text, text, jsonb)
    TO govdesk_worker;
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
