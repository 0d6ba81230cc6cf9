-- Triggers by number, which is their order: 100 and 200 guards, 300 role policy, 400 what
-- follows, 500 last owner, 700 epochs, 900 capture (140_capture.sql). The seal is the only deferred one.

-- Stops: "0 rows" where somebody without a session tried to write.
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.tenant
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('organization.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.node
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('node.manage');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.role
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('role.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.member
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('member.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.member_grant
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('member.manage');

CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.organization_metadata
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('organization.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.site
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('organization.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.team
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('organization.manage', 'everywhere');

CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.api_key
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('key.manage');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.key_scope
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('key.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.key_policy
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('policy.manage', 'everywhere');
CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.integration
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('integration.manage');
CREATE TRIGGER _200_scope_insert AFTER INSERT ON govdesk.api_key REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('key.manage');
CREATE TRIGGER _200_scope_update AFTER UPDATE ON govdesk.api_key REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('key.manage');
CREATE TRIGGER _200_scope_insert AFTER INSERT ON govdesk.integration REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('integration.manage');
CREATE TRIGGER _200_scope_update AFTER UPDATE ON govdesk.integration REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('integration.manage');

CREATE TRIGGER _100_guard BEFORE INSERT OR UPDATE OR DELETE ON govdesk.webhook
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_statement('webhook.manage');
CREATE TRIGGER _200_scope_insert AFTER INSERT ON govdesk.webhook REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('webhook.manage');
CREATE TRIGGER _200_scope_update AFTER UPDATE ON govdesk.webhook REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('webhook.manage');

CREATE TRIGGER _200_scope_insert AFTER INSERT ON govdesk.node REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('node.manage');
CREATE TRIGGER _200_scope_update AFTER UPDATE ON govdesk.node REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_scope('node.manage');

CREATE TRIGGER _300_role_ceiling BEFORE INSERT OR UPDATE ON govdesk.member_grant
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_grant();
CREATE TRIGGER _300_role_ceiling BEFORE UPDATE ON govdesk.member
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_member();
CREATE TRIGGER _300_role_ceiling BEFORE INSERT OR UPDATE ON govdesk.role
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_role();

CREATE TRIGGER _300_place BEFORE INSERT OR UPDATE OF status ON govdesk.node
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_node();
CREATE TRIGGER _300_name BEFORE INSERT OR UPDATE OF name ON govdesk.node
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_name();
CREATE TRIGGER _300_version BEFORE INSERT ON govdesk.organization_metadata
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_metadata();
CREATE TRIGGER _300_payload BEFORE UPDATE ON govdesk.decision
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.void_changed_payload();

CREATE TRIGGER _250_status BEFORE UPDATE ON govdesk.api_key FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status AND NEW.status <> 'revoked'
          AND NOT (OLD.status = 'suspended' AND NEW.status = 'active')
          AND NOT pg_has_role(current_user, 'govdesk_kernel', 'MEMBER'))
    EXECUTE FUNCTION govdesk_private.refuse_key_status();
CREATE TRIGGER _300_key BEFORE INSERT OR UPDATE ON govdesk.api_key
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_key();
CREATE TRIGGER _310_called_off AFTER UPDATE ON govdesk.api_key FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('revoked', 'expired')
          AND NEW.replaces IS NOT NULL AND NEW.first_used_at IS NULL)
    EXECUTE FUNCTION govdesk_private.call_off_rotation();
CREATE TRIGGER _300_step_up BEFORE UPDATE ON govdesk.key_policy
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_key_policy();
CREATE TRIGGER _300_text BEFORE INSERT OR UPDATE ON govdesk.key_scope
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_scope_text();
CREATE TRIGGER _300_secrets BEFORE INSERT OR UPDATE ON govdesk.integration
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_integration();

CREATE TRIGGER _250_status BEFORE UPDATE ON govdesk.webhook FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status AND NEW.status = 'active'
          AND NOT pg_has_role(current_user, 'govdesk_kernel', 'MEMBER'))
    EXECUTE FUNCTION govdesk_private.refuse_webhook_status();
CREATE TRIGGER _300_webhook BEFORE INSERT OR UPDATE ON govdesk.webhook
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_webhook();
CREATE TRIGGER _300_sealed BEFORE UPDATE ON govdesk.webhook_secret
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_sealed();
CREATE TRIGGER _300_sealed BEFORE UPDATE ON govdesk.webhook_signing_key
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.guard_sealed();
CREATE TRIGGER _400_began AFTER INSERT ON govdesk.webhook REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.after_webhook();
CREATE TRIGGER _400_ended AFTER UPDATE ON govdesk.webhook REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.after_webhook();

CREATE TRIGGER _400_left AFTER UPDATE ON govdesk.member
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.after_member_left();
CREATE TRIGGER _400_renamed AFTER UPDATE ON govdesk.tenant REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.after_tenant_renamed();
CREATE TRIGGER _400_retired AFTER UPDATE ON govdesk.node
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.after_node_retired();

CREATE TRIGGER _500_last_owner AFTER UPDATE ON govdesk.member_grant
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_last_owner_grant();
CREATE TRIGGER _500_last_owner AFTER UPDATE ON govdesk.member
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_last_owner_member();

CREATE TRIGGER _700_epoch AFTER INSERT OR UPDATE ON govdesk.member_grant
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.epoch_of_grant();
CREATE TRIGGER _700_epoch AFTER UPDATE ON govdesk.role
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.epoch_of_role();
CREATE TRIGGER _700_epoch BEFORE UPDATE OF status ON govdesk.member
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.epoch_of_member();

CREATE CONSTRAINT TRIGGER _950_seal AFTER INSERT ON govdesk_private.ticket
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION govdesk_private.seal();
ALTER TABLE govdesk_private.ticket ENABLE ALWAYS TRIGGER _950_seal;

-- Stops: an edit of the log, also by its owner and under session_replication_role = replica.
CREATE TRIGGER _100_immutable BEFORE UPDATE OR DELETE ON govdesk.audit_log
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.refuse_change();
CREATE TRIGGER _100_immutable_truncate BEFORE TRUNCATE ON govdesk.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.refuse_change();
ALTER TABLE govdesk.audit_log ENABLE ALWAYS TRIGGER _100_immutable;
ALTER TABLE govdesk.audit_log ENABLE ALWAYS TRIGGER _100_immutable_truncate;
CREATE TRIGGER _100_immutable BEFORE UPDATE OR DELETE ON govdesk.audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION govdesk_private.refuse_change();
CREATE TRIGGER _100_immutable_truncate BEFORE TRUNCATE ON govdesk.audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.refuse_change();
ALTER TABLE govdesk.audit_checkpoint ENABLE ALWAYS TRIGGER _100_immutable;
ALTER TABLE govdesk.audit_checkpoint ENABLE ALWAYS TRIGGER _100_immutable_truncate;

-- Stops: emptying a captured table without a word.
DO $$
DECLARE
    v regclass;
BEGIN
    FOR v IN SELECT DISTINCT t.tgrelid FROM pg_trigger t
              WHERE t.tgname LIKE '\_900\_%' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('CREATE TRIGGER _100_refuse_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT'
                       ' EXECUTE FUNCTION govdesk_private.refuse_uncaptured()', v);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER _100_refuse_truncate', v);
    END LOOP;
END $$;
