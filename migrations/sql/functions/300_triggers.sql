-- Triggers by number, which is their order: 100 and 200 guards, 300 role policy, 500 last owner,
-- 700 epochs, 900 capture (140_capture.sql). The seal is the only deferred one.

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

CREATE TRIGGER _500_last_owner AFTER UPDATE OF status, role_key ON govdesk.member_grant
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_last_owner();
CREATE TRIGGER _500_last_owner AFTER UPDATE OF status ON govdesk.member
    FOR EACH STATEMENT EXECUTE FUNCTION govdesk_private.guard_last_owner();

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
