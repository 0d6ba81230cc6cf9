-- Why somebody may do something, who may, and what a change would move. The same functions answer
-- the policies. Owner: govdesk_kernel.

-- Stops: asking about people and systems that one may not see.
CREATE FUNCTION govdesk_private.require_reader(p_permission text, p_node public.ltree)
RETURNS govdesk_private.principal
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    IF NOT coalesce(p_node <@ ANY (govdesk_private.granted(p_permission)), false) THEN
        RAISE EXCEPTION '% is needed there', p_permission
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN v;
END $$;

-- One row for each grant that alone gives the member the permission on the node; if there is none,
-- one row with what is missing.
CREATE FUNCTION govdesk_api.explain_access(p_member uuid, p_permission text, p_node public.ltree)
RETURNS TABLE (allowed boolean, grant_id uuid, node_path public.ltree, node_name text, role_key text,
               role_title text, missing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.principal;
    v_member govdesk.member;
    v_missing text;
BEGIN
    v := govdesk_private.context();
    IF p_member IS DISTINCT FROM v.member_id THEN
        v := govdesk_private.require_reader('member.read', p_node);
    END IF;
    SELECT * INTO v_member FROM govdesk.member m WHERE m.tenant_id = v.tenant_id AND m.id = p_member;
    IF v_member.id IS NULL THEN
        RAISE EXCEPTION 'no such member' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    v_missing := CASE WHEN v_member.status <> 'active' THEN v_member.status
                      WHEN v_member.mfa_at IS NULL THEN 'no_mfa' END;
    IF v_missing IS NULL THEN
        RETURN QUERY
        SELECT true, g.id, g.node_path, n.name, r.key, r.title, NULL::text
          FROM govdesk.member_grant g
          JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
          JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path
         WHERE g.tenant_id = v.tenant_id AND g.member_id = p_member AND g.status = 'active'
           AND r.status = 'active' AND n.status = 'active' AND g.node_path @> p_node
           AND p_permission = ANY (r.permissions)
         ORDER BY public.nlevel(g.node_path), g.node_path;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    RETURN QUERY
    SELECT false, NULL::uuid, NULL::public.ltree, NULL::text, NULL::text, NULL::text, coalesce(v_missing, (
        SELECT CASE min(k.rank) WHEN 1 THEN 'role_deleted' WHEN 2 THEN 'node_retired'
                                WHEN 3 THEN 'no_permission' WHEN 4 THEN 'out_of_scope' END
          FROM (SELECT CASE WHEN g.node_path @> p_node AND p_permission = ANY (r.permissions)
                                 AND r.status <> 'active' THEN 1
                            WHEN g.node_path @> p_node AND p_permission = ANY (r.permissions) THEN 2
                            WHEN g.node_path @> p_node THEN 3
                            ELSE 4 END AS rank
                  FROM govdesk.member_grant g
                  JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
                 WHERE g.tenant_id = v.tenant_id AND g.member_id = p_member
                   AND g.status = 'active') k), 'no_grant');
END $$;

CREATE FUNCTION govdesk_api.who_can(p_permission text, p_node public.ltree)
RETURNS TABLE (member_id uuid, email text, display_name text, grant_id uuid, node_path public.ltree,
               role_key text, role_title text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.require_reader('member.read', p_node);
BEGIN
    RETURN QUERY
    SELECT m.id, m.email, m.display_name, g.id, g.node_path, r.key, r.title
      FROM govdesk.member_grant g
      JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id
      JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
      JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path
     WHERE g.tenant_id = v.tenant_id AND g.status = 'active' AND m.status = 'active'
       AND m.mfa_at IS NOT NULL AND r.status = 'active' AND n.status = 'active'
       AND g.node_path @> p_node AND p_permission = ANY (r.permissions)
     ORDER BY m.display_name, m.email, g.node_path;
END $$;

-- What a member would gain and lose if his grants were these: the difference of what granted()
-- answers before and after, with how much lies at and below each node. Events stop at 10,000.
CREATE FUNCTION govdesk_private.radius(p_tenant uuid, p_member uuid, p_grants jsonb)
RETURNS TABLE (permission text, node_path public.ltree, node_name text, change text, systems integer,
               members integer, events integer, events_capped boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    WITH after_grants AS (
        SELECT (a.value ->> 'node_path')::public.ltree AS path, a.value ->> 'role_key' AS key
          FROM jsonb_array_elements(p_grants) a),
    now AS MATERIALIZED (
        SELECT p.name, x.path FROM govdesk.permission p
         CROSS JOIN LATERAL unnest(govdesk_private.granted_to(p_tenant, p_member, p.name)) x(path)),
    later AS MATERIALIZED (
        SELECT DISTINCT u.name, a.path FROM after_grants a
          JOIN govdesk.role r ON r.tenant_id = p_tenant AND r.key = a.key AND r.status = 'active'
          JOIN govdesk.node n ON n.tenant_id = p_tenant AND n.node_path = a.path AND n.status = 'active'
         CROSS JOIN LATERAL unnest(r.permissions) u(name)),
    moved AS (
        SELECT l.name, l.path, 'gained' AS change FROM later l
         WHERE NOT EXISTS (SELECT FROM now b WHERE b.name = l.name AND b.path @> l.path)
        UNION
        SELECT b.name, b.path, 'lost' FROM now b
         WHERE NOT EXISTS (SELECT FROM later l WHERE l.name = b.name AND l.path @> b.path)),
    -- What the other side keeps below does not count as gained or lost.
    places AS MATERIALIZED (
        SELECT m.name, m.path, m.change,
               ARRAY(SELECT k.path FROM (SELECT l.name, l.path, 'lost' AS change FROM later l
                                          UNION ALL SELECT b.name, b.path, 'gained' FROM now b) k
                      WHERE k.name = m.name AND k.change = m.change AND k.path <@ m.path
                      ORDER BY k.path) AS kept
          FROM moved m),
    counted AS MATERIALIZED (
        SELECT q.path, q.kept,
               (SELECT count(*)::integer FROM govdesk.node n WHERE n.tenant_id = p_tenant
                   AND n.kind = 'system' AND n.status = 'active' AND n.node_path <@ q.path
                   AND NOT n.node_path <@ ANY (q.kept)) AS systems,
               (SELECT count(DISTINCT g.member_id)::integer FROM govdesk.member_grant g
                 WHERE g.tenant_id = p_tenant AND g.status = 'active' AND g.node_path <@ q.path
                   AND NOT g.node_path <@ ANY (q.kept)) AS members,
               (SELECT count(*)::integer FROM (
                    SELECT FROM govdesk.audit_log l WHERE l.tenant_id = p_tenant
                       AND ((q.path = (SELECT t.tenant_path FROM govdesk.tenant t
                                        WHERE t.tenant_id = p_tenant)
                             AND NOT coalesce(l.system_id IN (
                                 SELECT n.id FROM govdesk.node n WHERE n.tenant_id = p_tenant
                                    AND n.node_path <@ ANY (q.kept)), false))
                            OR l.system_id IN (
                                 SELECT n.id FROM govdesk.node n WHERE n.tenant_id = p_tenant
                                    AND n.kind = 'system' AND n.node_path <@ q.path
                                    AND NOT n.node_path <@ ANY (q.kept)))
                     LIMIT 10001) e) AS events
          FROM (SELECT DISTINCT p.path, p.kept FROM places p) q)
    SELECT m.name, m.path, n.name, m.change, c.systems, c.members, least(c.events, 10000),
           c.events > 10000
      FROM places m JOIN counted c ON c.path = m.path AND c.kept = m.kept
      JOIN govdesk.node n ON n.tenant_id = p_tenant AND n.node_path = m.path
     ORDER BY m.change DESC, m.path, m.name;
END $$;

CREATE FUNCTION govdesk_api.blast_radius(p_member uuid, p_grants jsonb)
RETURNS TABLE (permission text, node_path public.ltree, node_name text, change text, systems integer,
               members integer, events integer, events_capped boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    IF govdesk_private.granted('member.manage') = '{}' AND p_member IS DISTINCT FROM v.member_id THEN
        RAISE EXCEPTION 'member.manage is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF jsonb_typeof(p_grants) IS DISTINCT FROM 'array' OR jsonb_array_length(p_grants) > 1000 THEN
        RAISE EXCEPTION 'grants are an array' USING ERRCODE = 'GD012';
    END IF;
    -- A scoped manager is told what moves where he manages, and no more.
    RETURN QUERY SELECT r.* FROM govdesk_private.radius(v.tenant_id, p_member, p_grants) r
                  WHERE p_member = v.member_id
                     OR r.node_path <@ ANY (govdesk_private.granted('member.manage'));
END $$;

-- What ends when a node retires: what lies below it, and who holds a role there.
CREATE FUNCTION govdesk_api.blast_radius_of_node(p_node_path public.ltree)
RETURNS TABLE (kind text, name text, detail text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.require_reader('node.manage', p_node_path);
BEGIN
    RETURN QUERY
    SELECT 'node', n.name, n.kind FROM govdesk.node n
     WHERE n.tenant_id = v.tenant_id AND n.node_path <@ p_node_path AND n.status = 'active'
       AND n.node_path <> p_node_path
    UNION ALL
    SELECT 'grant', m.display_name, r.title || ' on ' || n.name
               -- It rests with the node, without the second person who would decide about it alone.
               || CASE WHEN govdesk_private.rank(r.base) >= 3 AND govdesk_private.policy_on(v.tenant_id, 'member.demote')
                       THEN ', which two people would have to take away' ELSE '' END
      FROM govdesk.member_grant g
      JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id
      JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
      JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path
     WHERE g.tenant_id = v.tenant_id AND g.status = 'active' AND g.node_path <@ p_node_path
       AND n.status = 'active'
    UNION ALL
    SELECT 'invitation', i.email, r.title FROM govdesk.invitation i
      JOIN govdesk.role r ON r.tenant_id = i.tenant_id AND r.key = i.role_key
     WHERE i.tenant_id = v.tenant_id AND i.status = 'pending' AND i.node_path <@ p_node_path
    UNION ALL
    SELECT 'key', k.owner_label, k.prefix FROM govdesk.api_key k
     WHERE k.tenant_id = v.tenant_id AND k.status IN ('active', 'rotated', 'suspended')
       AND k.node_path <@ p_node_path
    UNION ALL
    SELECT 'integration', i.name, i.kind FROM govdesk.integration i
     WHERE i.tenant_id = v.tenant_id AND i.status = 'active' AND i.node_path <@ p_node_path
    UNION ALL
    SELECT 'webhook', w.description, substring(w.url FROM '^[a-z+]+://([^/?]+)') FROM govdesk.webhook w
     WHERE w.tenant_id = v.tenant_id AND w.status = 'active' AND w.node_path <@ p_node_path
     ORDER BY 1 DESC, 2;
END $$;

-- What the editor of a role offers on a node, and why it does not offer the rest.
CREATE FUNCTION govdesk_api.may_grant(p_member uuid, p_node public.ltree)
RETURNS TABLE (role_key text, title text, allowed boolean, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.principal := govdesk_private.context();
    v_rank   integer;
    v_target integer;
BEGIN
    v_rank := govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', p_node);
    v_target := CASE WHEN p_member IS NULL THEN 0
                     ELSE govdesk_private.rank_around(v.tenant_id, p_member, p_node) END;
    RETURN QUERY
    SELECT r.key, r.title, o.why IS NULL AND v_target <= v_rank,
           CASE WHEN o.why = 'no_member_manage' THEN 'You may not manage members here.'
                WHEN v_target > v_rank THEN 'This person holds a higher role than yours.'
                WHEN o.why = 'above_rank' THEN 'This role is higher than yours.'
                WHEN o.why = 'owners_only' THEN 'Only owners make owners.'
                WHEN o.why = 'not_covered' THEN 'This role may do things that you may not.'
                WHEN o.why = 'node_retired' THEN 'This system is retired.' END
      FROM govdesk.role r
     CROSS JOIN LATERAL (SELECT govdesk_private.grant_obstacle(v.tenant_id, v.member_id, r.key, p_node)
                             AS why) o
     WHERE r.tenant_id = v.tenant_id AND r.status = 'active'
     ORDER BY govdesk_private.rank(r.base) DESC, NOT r.builtin, r.title;
END $$;

-- May the caller suspend or remove a member; if not, why; if only with a second person, which way.
CREATE FUNCTION govdesk_api.may_change_member(p_member uuid)
RETURNS TABLE (allowed boolean, why text, decision text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.principal := govdesk_private.context();
    v_target integer := govdesk_private.rank_around(v.tenant_id, p_member, v.tenant_path);
    v_why    text;
BEGIN
    v_why := CASE
        WHEN NOT EXISTS (SELECT FROM govdesk.member m WHERE m.tenant_id = v.tenant_id
                            AND m.id = p_member AND m.status <> 'removed')
            THEN 'This person is not a member.'
        WHEN govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', v.tenant_path) = 0
            THEN 'You may not manage the members of the organization.'
        WHEN p_member = v.member_id THEN 'Nobody suspends or removes himself.'
        WHEN v_target > govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', v.tenant_path)
            THEN 'This person holds a higher role than yours.'
        WHEN v_target = 4 AND govdesk_private.rank_on(v.tenant_id, v.member_id, 'owner.manage',
                                                      v.tenant_path) = 0
            THEN 'Only owners unmake owners.'
        WHEN v_target = 4 AND (
            SELECT count(DISTINCT m.id) FROM govdesk.member_grant g
              JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id
             WHERE g.tenant_id = v.tenant_id AND g.node_path = v.tenant_path AND g.status = 'active'
               AND g.role_key = 'owner' AND m.status = 'active' AND m.id <> p_member) = 0
            THEN 'This is the last owner.' END;
    RETURN QUERY SELECT v_why IS NULL, v_why,
        CASE WHEN v_why IS NULL AND (v_target >= 3 OR govdesk_private.is_reviewer(v.tenant_id, p_member))
                  AND govdesk_private.policy_on(v.tenant_id, 'member.remove') THEN 'member.remove' END;
END $$;
