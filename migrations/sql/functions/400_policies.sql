-- Who sees and writes which row of which tenant.
--
-- Promise: a session sees rows of its own tenant only, and of those only what its grants cover; a
-- forbidden write of a visible row ends with 42501 (the reading condition stands in USING, the
-- writing one in WITH CHECK, and a statement without the permission anywhere is refused by its
-- trigger), never with 0 rows. Who holds no permission to write can lock no row either.
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

-- govdesk.tenant: every member sees his organisation; organization.manage changes its name.
-- insert: none, because tenants are founded by an administrator. delete: none, ever.
CREATE POLICY select_reader ON govdesk.tenant FOR SELECT TO govdesk_app, govdesk_definer
    USING (true);
CREATE POLICY update_manager ON govdesk.tenant FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('organization.manage')) <> '{}') WITH CHECK ((SELECT govdesk_private.everywhere('organization.manage')));

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
    USING ((SELECT govdesk_private.granted('role.manage')) <> '{}') WITH CHECK ((SELECT govdesk_private.everywhere('role.manage')));

-- govdesk.member: seen by whoever may read members, within his scope; member.manage changes.
-- insert: none, because a person enters by invitation.
CREATE POLICY select_reader ON govdesk.member FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
           ELSE id = ANY ((SELECT govdesk_private.members_within('member.read'))::uuid[]) END);
CREATE POLICY update_manager ON govdesk.member FOR UPDATE TO govdesk_app, govdesk_definer
    USING ((SELECT govdesk_private.granted('member.manage')) <> '{}' AND CASE WHEN (SELECT govdesk_private.everywhere('member.read')) THEN true
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

-- govdesk.audit_log: audit.read; a scoped reader sees the rows of his systems. Writes: none.
CREATE POLICY select_reader ON govdesk.audit_log FOR SELECT TO govdesk_app, govdesk_definer
    USING (CASE WHEN (SELECT govdesk_private.everywhere('audit.read')) THEN true
           ELSE system_id = ANY ((SELECT govdesk_private.systems('audit.read'))::uuid[]) END);

-- govdesk.audit_checkpoint: every member, so that each workstation is a witness. Writes: none yet.
CREATE POLICY select_member ON govdesk.audit_checkpoint FOR SELECT TO govdesk_app, govdesk_definer
    USING (true);

-- Closed on purpose: every table of govdesk_private. The doors are functions of govdesk_api.
