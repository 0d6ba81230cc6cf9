-- Who sees and writes which row of which tenant.
--
-- Promise: a session sees rows of its own tenant only, and of those only what its grants cover; a
-- forbidden write of a visible row ends with 42501 (the reading condition stands in USING, the
-- writing one in WITH CHECK, and a statement without the permission anywhere is refused by its
-- trigger), never with 0 rows. Who holds no permission to write can lock no row either, and what only
-- the whole organisation's manager writes is locked by nobody who manages a part.
-- Leans on govdesk_private.tenant() and granted(), everywhere(): once per statement each.
-- Does not stop: superusers. Tests: tests/hostile, tests/database.

-- The wall: one restrictive policy a table; the kernel and the backup role pass by name.
DO $$
DECLARE
    v_table record;
BEGIN
    FOR v_table IN
        SELECT c.oid::regclass AS rel, c.relnamespace = 'govdesk'::regnamespace AS public,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
                          AND NOT a.attisdropped) AS walled
          FROM pg_class c
         WHERE c.relkind IN ('r', 'p')
           AND c.relnamespace IN ('govdesk'::regnamespace, 'govdesk_private'::regnamespace)
           AND c.relname <> 'alembic_version'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', v_table.rel);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table.rel);
        EXECUTE format('CREATE POLICY kernel ON %s TO govdesk_kernel USING (true) WITH CHECK (true)',
                       v_table.rel);
        EXECUTE format('CREATE POLICY backup ON %s FOR SELECT TO govdesk_backup USING (true)',
                       v_table.rel);
        IF v_table.public AND v_table.walled THEN
            EXECUTE format('CREATE POLICY tenant_wall ON %s AS RESTRICTIVE TO govdesk_app,'
                ' govdesk_worker, govdesk_definer USING (tenant_id = (SELECT govdesk_private.tenant()))'
                ' WITH CHECK (tenant_id = (SELECT govdesk_private.tenant()))', v_table.rel);
        END IF;
    END LOOP;
END $$;

-- govdesk.permission, govdesk.event_kind: facts of the release, open to every login; written by
-- the migration alone (as kernel).
CREATE POLICY select_anyone ON govdesk.permission FOR SELECT TO govdesk_app, govdesk_worker USING (true);
CREATE POLICY select_anyone ON govdesk.event_kind FOR SELECT TO govdesk_app, govdesk_worker USING (true);

CREATE POLICY select_anyone ON govdesk.decision_kind FOR SELECT TO govdesk_app, govdesk_worker USING (true);
CREATE POLICY select_anyone ON govdesk.country FOR SELECT TO govdesk_app, govdesk_worker USING (true);

-- govdesk.tenant: every member sees his organisation; organization.manage changes its name.
-- insert: none, because tenants are founded by an administrator. delete: none, ever.
CREATE POLICY select_reader ON govdesk.tenant FOR SELECT TO govdesk_app, govdesk_definer
    USING (true);
CREATE POLICY update_manager ON govdesk.tenant FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('organization.manage'))) WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));

-- govdesk.node: seen at and below the grant; node.manage creates, renames and retires below its own.
-- delete: none, because retirement is a status. The organisation itself never retires: with its
-- node every grant on it would rest, the owners' too.
CREATE POLICY select_reader ON govdesk.node FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('node.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('node.read'))::ltree[]) END);
CREATE POLICY insert_manager ON govdesk.node FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK (kind <> 'organization' AND
        CASE WHEN (SELECT govdesk_private.everywhere('node.manage')) THEN true
        ELSE node_path <@ ANY ((SELECT govdesk_private.granted('node.manage'))::ltree[]) END);
CREATE POLICY update_manager ON govdesk.node FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('node.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('node.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('node.read'))::ltree[]) END)
    WITH CHECK ((kind <> 'organization' OR status = 'active') AND
        CASE WHEN (SELECT govdesk_private.everywhere('node.manage')) THEN true
        ELSE node_path <@ ANY ((SELECT govdesk_private.granted('node.manage'))::ltree[]) END);

-- govdesk.role: every member sees the roles; role.manage defines them.
CREATE POLICY select_reader ON govdesk.role FOR SELECT TO govdesk_app, govdesk_definer USING (true);
CREATE POLICY insert_manager ON govdesk.role FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK ((SELECT govdesk_private.everywhere('role.manage')));
CREATE POLICY update_manager ON govdesk.role FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('role.manage'))) WITH CHECK ((SELECT govdesk_private.everywhere('role.manage')));

-- govdesk.member: seen by whoever may read members, within his scope; member.manage changes.
-- insert: none, because a person enters by invitation.
CREATE POLICY select_reader ON govdesk.member FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE id = ANY ((SELECT govdesk_private.members_within('member.read'))::uuid[]) END);
CREATE POLICY update_manager ON govdesk.member FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('member.manage')) AND CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE id = ANY ((SELECT govdesk_private.members_within('member.read'))::uuid[]) END)
    WITH CHECK ((SELECT govdesk_private.everywhere('member.manage')));

-- govdesk.member_grant: seen at and below the grant; member.manage on the node.
CREATE POLICY select_reader ON govdesk.member_grant FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('member.read'))::ltree[]) END);
CREATE POLICY insert_manager ON govdesk.member_grant FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('member.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('member.manage'))::ltree[]) END);
CREATE POLICY update_manager ON govdesk.member_grant FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('member.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('member.read'))::ltree[]) END)
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('member.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('member.manage'))::ltree[]) END);

-- govdesk.member_seen: seen as the member is. Writes: sign-in alone.
CREATE POLICY select_reader ON govdesk.member_seen FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE member_id = ANY ((SELECT govdesk_private.members_within('member.read'))::uuid[]) END);

-- govdesk.invitation: seen at and below the grant. Writes: functions, because a link comes with it.
CREATE POLICY select_reader ON govdesk.invitation FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('member.read'))::ltree[]) END);

-- The organisation's identity: read by whoever may read the organisation, written by
-- organization.manage; versions are never changed. Contacts are written by functions.
CREATE POLICY select_reader ON govdesk.organization_metadata FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('organization.read')) <> '{}');
CREATE POLICY insert_manager ON govdesk.organization_metadata FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));
CREATE POLICY select_reader ON govdesk.compliance_contact FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('organization.read')) <> '{}');
CREATE POLICY select_reader ON govdesk.site FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('organization.read')) <> '{}');
CREATE POLICY insert_manager ON govdesk.site FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));
CREATE POLICY update_manager ON govdesk.site FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('organization.manage')))
    WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));
CREATE POLICY select_reader ON govdesk.team FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('organization.read')) <> '{}');
CREATE POLICY insert_manager ON govdesk.team FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));
CREATE POLICY update_manager ON govdesk.team FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('organization.manage')))
    WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));

-- Decisions: seen by who may ask for one, by its reviewers, and by whoever reads the whole log.
-- Policies and reviewers: every member may know. Writes: functions.
CREATE POLICY select_reader ON govdesk.decision FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('decision.request')) <> '{}'
           OR (SELECT govdesk_private.everywhere('audit.read'))
           OR id = ANY ((SELECT govdesk_private.own_decisions())::uuid[]));
CREATE POLICY select_reader ON govdesk.decision_policy FOR SELECT TO govdesk_app, govdesk_definer USING (true);
CREATE POLICY select_reader ON govdesk.reviewer FOR SELECT TO govdesk_app, govdesk_definer USING (true);

-- govdesk.api_key: seen at and below the grant; made by functions; key.manage changes label and status.
CREATE POLICY select_reader ON govdesk.api_key FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('key.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('key.read'))::ltree[]) END);
CREATE POLICY update_manager ON govdesk.api_key FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('key.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('key.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('key.read'))::ltree[]) END)
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('key.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('key.manage'))::ltree[]) END);
-- What the web pages observed of a key, seen as the key is.
CREATE POLICY select_reader ON govdesk.api_key_seen FOR SELECT TO govdesk_app, govdesk_definer
    USING (EXISTS (SELECT FROM govdesk.api_key k WHERE k.id = api_key_seen.id));
CREATE POLICY select_reader ON govdesk.api_key_use FOR SELECT TO govdesk_app, govdesk_definer
    USING (EXISTS (SELECT FROM govdesk.api_key k WHERE k.id = api_key_use.api_key_id));
-- Scopes, policy and peppers: whoever reads keys anywhere; scopes by key.manage, the policy by policy.manage.
CREATE POLICY select_reader ON govdesk.key_scope FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('key.read')) <> '{}');
CREATE POLICY insert_manager ON govdesk.key_scope FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK ((SELECT govdesk_private.everywhere('key.manage')));
CREATE POLICY update_manager ON govdesk.key_scope FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('key.manage')))
    WITH CHECK ((SELECT govdesk_private.everywhere('key.manage')));
CREATE POLICY select_reader ON govdesk.key_policy FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('key.read')) <> '{}');
CREATE POLICY update_manager ON govdesk.key_policy FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('policy.manage')))
    WITH CHECK ((SELECT govdesk_private.everywhere('policy.manage')));
CREATE POLICY select_reader ON govdesk.pepper FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('key.read')) <> '{}');

-- govdesk.vault_key, govdesk.integration: whoever manages connections, at and below the grant.
CREATE POLICY select_reader ON govdesk.vault_key FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('integration.manage')) <> '{}');
CREATE POLICY select_reader ON govdesk.integration FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('integration.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('integration.manage'))::ltree[]) END);
CREATE POLICY insert_manager ON govdesk.integration FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('integration.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('integration.manage'))::ltree[]) END);
CREATE POLICY update_manager ON govdesk.integration FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('integration.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('integration.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('integration.manage'))::ltree[]) END)
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('integration.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('integration.manage'))::ltree[]) END);

-- Webhooks, their secrets' versions (never what is sealed), deliveries and attempts: webhook.read, at and
-- below the grant; webhook.manage writes endpoints; the rest is written by functions.
CREATE POLICY select_reader ON govdesk.webhook FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('webhook.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.read'))::ltree[]) END);
CREATE POLICY insert_manager ON govdesk.webhook FOR INSERT TO govdesk_app, govdesk_definer
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('webhook.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.manage'))::ltree[]) END);
CREATE POLICY update_manager ON govdesk.webhook FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('webhook.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('webhook.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.read'))::ltree[]) END)
    WITH CHECK (CASE WHEN (SELECT govdesk_private.everywhere('webhook.manage')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.manage'))::ltree[]) END);
CREATE POLICY select_reader ON govdesk.webhook_secret FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('webhook.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.read'))::ltree[]) END);
CREATE POLICY select_reader ON govdesk.webhook_signing_key FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('webhook.read')) <> '{}');
CREATE POLICY select_reader ON govdesk.delivery FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('webhook.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.read'))::ltree[]) END);
CREATE POLICY select_reader ON govdesk.delivery_attempt FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('webhook.read')) THEN true
           ELSE node_path <@ ANY ((SELECT govdesk_private.granted('webhook.read'))::ltree[]) END);

-- govdesk.audit_log: audit.read; a scoped reader sees the rows of his systems. Writes: none.
CREATE POLICY select_reader ON govdesk.audit_log FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('audit.read')) THEN true
           ELSE system_id = ANY ((SELECT govdesk_private.systems('audit.read'))::uuid[]) END);

-- govdesk.audit_checkpoint: every member, so that each workstation is a witness. Writes: none.
CREATE POLICY select_member ON govdesk.audit_checkpoint FOR SELECT TO govdesk_app, govdesk_definer
    USING (true);

-- govdesk.audit_tile, checkpoint_key, audit_restore: every member, for the same reason. Holds and
-- archived months: whoever reads the whole log. Writes: functions only.
CREATE POLICY select_member ON govdesk.audit_tile FOR SELECT TO govdesk_app, govdesk_definer USING (true);
CREATE POLICY select_member ON govdesk.checkpoint_key FOR SELECT TO govdesk_app, govdesk_definer USING (true);
CREATE POLICY select_member ON govdesk.audit_restore FOR SELECT TO govdesk_app, govdesk_definer USING (true);
CREATE POLICY select_reader ON govdesk.audit_hold FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('audit.read')));
CREATE POLICY select_reader ON govdesk.audit_segment FOR SELECT TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.everywhere('audit.read')));

-- Closed on purpose: every table of govdesk_private. The doors are functions of govdesk_api.
