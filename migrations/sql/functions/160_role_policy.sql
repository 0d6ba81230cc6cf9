-- Elevated transitions: who may make whom what. NOT DEFERRABLE; the seal is the only deferred
-- trigger there is. Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.rank(p_base text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_position(ARRAY['member', 'operator', 'admin', 'owner'], p_base) $$;

-- The highest rank with which a member holds a permission on a node.
CREATE FUNCTION govdesk_private.rank_on(
    p_tenant uuid, p_member uuid, p_permission text, p_node public.ltree) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT coalesce(max(govdesk_private.rank(r.base)), 0)
              FROM govdesk.member_grant g
              JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id
              JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
              JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path
             WHERE g.tenant_id = p_tenant AND g.member_id = p_member
               AND g.status = 'active' AND r.status = 'active' AND m.status = 'active'
               AND n.status = 'active'
               AND g.node_path @> p_node
               AND p_permission = ANY (r.permissions));
END $$;

-- The highest rank that a member holds on a node, above it or below it.
CREATE FUNCTION govdesk_private.rank_around(p_tenant uuid, p_member uuid, p_node public.ltree)
RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT coalesce(max(govdesk_private.rank(r.base)), 0)
              FROM govdesk.member_grant g
              JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
             WHERE g.tenant_id = p_tenant AND g.member_id = p_member AND g.status = 'active'
               AND (g.node_path @> p_node OR g.node_path <@ p_node));
END $$;

-- Why a member may not give a role on a node: null, or a key of the sentences in may_grant.
-- Nobody gives what is above his rank, nor a permission that he does not hold there himself.
CREATE FUNCTION govdesk_private.grant_obstacle(
    p_tenant uuid, p_member uuid, p_role text, p_node public.ltree) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_role govdesk.role;
    v_rank integer := govdesk_private.rank_on(p_tenant, p_member, 'member.manage', p_node);
BEGIN
    SELECT * INTO v_role FROM govdesk.role r WHERE r.tenant_id = p_tenant AND r.key = p_role;
    IF v_rank = 0 THEN
        RETURN 'no_member_manage';
    ELSIF v_role.id IS NULL OR v_role.status <> 'active' THEN
        RETURN 'role_deleted';
    ELSIF NOT EXISTS (SELECT FROM govdesk.node n WHERE n.tenant_id = p_tenant
                         AND n.node_path = p_node AND n.status = 'active') THEN
        RETURN 'node_retired';
    ELSIF govdesk_private.rank(v_role.base) > v_rank THEN
        RETURN 'above_rank';
    ELSIF v_role.base = 'owner'
          AND govdesk_private.rank_on(p_tenant, p_member, 'owner.manage', p_node) = 0 THEN
        RETURN 'owners_only';
    ELSIF EXISTS (SELECT FROM unnest(v_role.permissions) x
                   WHERE govdesk_private.rank_on(p_tenant, p_member, x, p_node) = 0) THEN
        RETURN 'not_covered';
    END IF;
    RETURN NULL;
END $$;

-- Does this organisation want a second person for an action?
CREATE FUNCTION govdesk_private.policy_on(p_tenant uuid, p_action text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_action = 'policy.change' THEN
        RETURN EXISTS (SELECT FROM govdesk.decision_policy p WHERE p.tenant_id = p_tenant AND p.enabled);
    END IF;
    RETURN EXISTS (SELECT FROM govdesk.decision_policy p
                    WHERE p.tenant_id = p_tenant AND p.action = p_action AND p.enabled)
        OR EXISTS (SELECT FROM govdesk.decision_kind k WHERE k.action = p_action AND k.always);
END $$;

-- Stops: one person doing alone what the organisation wants two to decide. Whoever executes a
-- decision, and the release, pass.
CREATE FUNCTION govdesk_private.require_decision(p_acting govdesk_private.acting, p_action text)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_acting.kind IN ('session', 'staff')
       AND govdesk_private.policy_on(p_acting.tenant_id, p_action) THEN
        RAISE EXCEPTION 'a second person decides this (%)', p_action
            USING ERRCODE = 'GD018', DETAIL = p_action;
    END IF;
END $$;

CREATE FUNCTION govdesk_private.refuse_ceiling() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a role above one''s own'
        USING ERRCODE = '42501', CONSTRAINT = 'role_ceiling';
END $$;

-- Stops: a high-impact change with a session that was left open.
CREATE FUNCTION govdesk_private.require_step_up(
    p_acting govdesk_private.acting, p_within interval DEFAULT '5 minutes') RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_acting.kind NOT IN ('session', 'staff') THEN
        RETURN;
    END IF;
    PERFORM 1 FROM govdesk_private.session s
      WHERE s.id = p_acting.session_id AND s.stepped_up_at > clock_timestamp() - p_within;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a fresh confirmation is needed' USING ERRCODE = 'GD009';
    END IF;
END $$;

-- Does a role hold every permission of another?
CREATE FUNCTION govdesk_private.covers(p_tenant uuid, p_role text, p_other text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT b.permissions <@ a.permissions FROM govdesk.role a, govdesk.role b
             WHERE a.tenant_id = p_tenant AND a.key = p_role
               AND b.tenant_id = p_tenant AND b.key = p_other);
END $$;

-- Stops: granting or changing a role above one's own rank; a role one's own does not cover; a
-- grant for somebody of higher rank; an owner made or unmade by one person where two must decide.
CREATE FUNCTION govdesk_private.guard_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_rank integer;
    v_new  integer;
    v_was  integer := 0;
BEGIN
    IF v.kind = 'setup' OR pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    v_rank := govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', NEW.node_path);
    SELECT govdesk_private.rank(r.base) INTO v_new FROM govdesk.role r
     WHERE r.tenant_id = NEW.tenant_id AND r.key = NEW.role_key;
    IF TG_OP = 'UPDATE' THEN
        SELECT govdesk_private.rank(r.base) INTO v_was FROM govdesk.role r
         WHERE r.tenant_id = OLD.tenant_id AND r.key = OLD.role_key;
    END IF;
    IF v_rank = 0 OR greatest(v_new, v_was, govdesk_private.rank_around(
           NEW.tenant_id, NEW.member_id, NEW.node_path)) > v_rank THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF greatest(v_new, v_was) = 4
       AND govdesk_private.rank_on(v.tenant_id, v.member_id, 'owner.manage', NEW.node_path) = 0 THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF NEW.status = 'active' THEN
        IF govdesk_private.grant_obstacle(v.tenant_id, v.member_id, NEW.role_key, NEW.node_path)
           IS NOT NULL OR EXISTS (SELECT FROM govdesk.member m WHERE m.tenant_id = NEW.tenant_id
                                     AND m.id = NEW.member_id AND m.status = 'removed') THEN
            PERFORM govdesk_private.refuse_ceiling();
        END IF;
    END IF;
    IF greatest(v_new, v_was) >= 3 THEN
        PERFORM govdesk_private.require_step_up(v);
    END IF;
    IF NEW.status = 'active' AND v_new = 4 AND (v_was < 4 OR OLD.status <> 'active'
           OR NOT govdesk_private.covers(NEW.tenant_id, OLD.role_key, NEW.role_key)) THEN
        PERFORM govdesk_private.require_decision(v, 'owner.promote');
    END IF;
    IF v_was >= 3 AND (NEW.status <> 'active' OR v_new < v_was
           OR NOT govdesk_private.covers(NEW.tenant_id, NEW.role_key, OLD.role_key)) THEN
        PERFORM govdesk_private.require_decision(v, 'member.demote');
    END IF;
    RETURN NEW;
END $$;

-- Stops: suspending or removing a member of higher rank, or oneself; an owner by who may not unmake
-- owners; an owner, an admin or a reviewer removed by one person where two must decide.
CREATE FUNCTION govdesk_private.guard_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.act();
    v_target integer;
BEGIN
    IF v.kind NOT IN ('session', 'staff', 'decision') OR v.assumed AND v.kind = 'session'
       OR NEW.status = OLD.status OR pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF NEW.id = v.member_id THEN
        RAISE EXCEPTION 'nobody suspends or removes himself'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF OLD.status = 'removed' THEN
        RAISE EXCEPTION 'who was removed comes back by invitation'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    v_target := govdesk_private.rank_around(NEW.tenant_id, NEW.id, NEW.tenant_path);
    IF v_target > govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', NEW.tenant_path)
       OR v_target = 4 AND govdesk_private.rank_on(v.tenant_id, v.member_id, 'owner.manage',
                                                   NEW.tenant_path) = 0 THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF v_target >= 3 THEN
        PERFORM govdesk_private.require_step_up(v);
    END IF;
    IF NEW.status = 'removed' AND (v_target >= 3 OR govdesk_private.is_reviewer(NEW.tenant_id, NEW.id)) THEN
        PERFORM govdesk_private.require_decision(v, 'member.remove');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION govdesk_private.is_reviewer(p_tenant uuid, p_member uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM govdesk.reviewer w JOIN govdesk.member m
                       ON m.tenant_id = w.tenant_id AND m.email = w.email
                    WHERE w.tenant_id = p_tenant AND m.id = p_member AND w.status = 'active');
END $$;

-- Stops: what outlives a removal: grants that would come back with the person, live sessions, a
-- second invitation in the same mailbox. Suspension ends sessions only.
CREATE FUNCTION govdesk_private.after_member_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_row record;
BEGIN
    FOR v_row IN SELECT n.tenant_id, n.id, n.email, n.status FROM new_rows n
                   JOIN old_rows o ON o.id = n.id
                  WHERE n.status IS DISTINCT FROM o.status AND n.status <> 'active'
    LOOP
        PERFORM govdesk_private.end_sessions_of(v_row.tenant_id, v_row.id, NULL);
        CONTINUE WHEN v_row.status <> 'removed';
        UPDATE govdesk.member_grant g SET status = 'removed'
         WHERE g.tenant_id = v_row.tenant_id AND g.member_id = v_row.id AND g.status = 'active';
        UPDATE govdesk.invitation i SET status = 'revoked'
         WHERE i.tenant_id = v_row.tenant_id AND i.email = v_row.email AND i.status = 'pending';
    END LOOP;
    RETURN NULL;
END $$;

-- Stops: a system that works on below one that was retired.
CREATE FUNCTION govdesk_private.after_node_retired() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_row record;
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    FOR v_row IN SELECT n.tenant_id, n.node_path FROM new_rows n JOIN old_rows o ON o.id = n.id
                  WHERE n.status = 'retired' AND o.status = 'active'
    LOOP
        UPDATE govdesk.node c SET status = 'retired'
         WHERE c.tenant_id = v_row.tenant_id AND c.node_path <@ v_row.node_path
           AND c.status = 'active';
        PERFORM govdesk_private.end_keys_of(v_row.tenant_id, v_row.node_path);
    END LOOP;
    RETURN NULL;
END $$;

-- Stops: two names of one organisation: its own node is called as it is.
CREATE FUNCTION govdesk_private.after_tenant_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk.node n SET name = t.name FROM new_rows t
     WHERE n.tenant_id = t.tenant_id AND n.node_path = t.tenant_path AND n.name <> t.name;
    RETURN NULL;
END $$;

-- Stops: a system below a retired one, one whose path is that of a subsidiary, and a retirement, which
-- ends what lies below, in a session that was left open.
CREATE FUNCTION govdesk_private.guard_node() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'retired' AND OLD.status = 'active' THEN
        PERFORM govdesk_private.require_step_up(govdesk_private.act());
    END IF;
    IF NEW.kind <> 'organization' AND NEW.status = 'active' AND NOT EXISTS (
        SELECT FROM govdesk.node p WHERE p.tenant_id = NEW.tenant_id AND p.status = 'active'
           AND p.node_path = public.subpath(NEW.node_path, 0, -1)) THEN
        RAISE EXCEPTION 'what it lies below is not there or retired'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.kind <> 'organization' AND EXISTS (
        SELECT FROM govdesk.tenant t WHERE t.tenant_path = NEW.node_path) THEN
        RAISE EXCEPTION 'this path belongs to a subsidiary' USING ERRCODE = '23505';
    END IF;
    RETURN NEW;
END $$;

-- Stops: a tenant-defined role with more than its base or than its author holds, a changed built-in
-- role, and owners made or unmade by editing the role they hold.
CREATE FUNCTION govdesk_private.guard_role() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF EXISTS (SELECT FROM unnest(NEW.permissions) x
                WHERE NOT EXISTS (SELECT FROM govdesk.permission p
                                   WHERE p.name = x AND NEW.base = ANY (p.bases))) THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF v.kind = 'setup' THEN
        RETURN NEW;
    END IF;
    IF v.kind IN ('session', 'decision') AND EXISTS (
        SELECT FROM unnest(NEW.permissions) x
         WHERE govdesk_private.rank_on(v.tenant_id, v.member_id, x, v.tenant_path) = 0
           AND NOT (TG_OP = 'UPDATE' AND x = ANY (OLD.permissions))) THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF NEW.builtin OR (TG_OP = 'UPDATE' AND OLD.builtin) THEN
        RAISE EXCEPTION 'a built-in role stays as it is'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.require_step_up(v);
    IF TG_OP = 'UPDATE' AND OLD.base IN ('owner', 'admin') AND EXISTS (
           SELECT FROM govdesk.member_grant g WHERE g.tenant_id = OLD.tenant_id
              AND g.role_key = OLD.key AND g.status = 'active')
       AND (NEW.status <> OLD.status OR NOT OLD.permissions <@ NEW.permissions
            OR (OLD.base = 'owner' AND NOT NEW.permissions <@ OLD.permissions)) THEN
        PERFORM govdesk_private.require_decision(v, 'role.change');
    END IF;
    RETURN NEW;
END $$;

-- Stops: an organisation without an owner, also when two owners remove each other at once. The lock
-- is taken only when an owner goes: an administrator who leaves a transaction open over somebody
-- else's role must not keep his own from being taken.
CREATE FUNCTION govdesk_private.require_owner() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF v.kind = 'setup' THEN
        RETURN;
    END IF;
    PERFORM 1 FROM govdesk.tenant t WHERE t.tenant_id = v.tenant_id FOR NO KEY UPDATE;
    PERFORM 1 FROM govdesk.member_grant g
       JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
       JOIN govdesk.member m ON m.tenant_id = g.tenant_id AND m.id = g.member_id
      WHERE g.tenant_id = v.tenant_id AND g.node_path = v.tenant_path
        AND g.status = 'active' AND r.base = 'owner' AND r.builtin AND m.status = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this is the last owner' USING ERRCODE = 'GD010';
    END IF;
END $$;

CREATE FUNCTION govdesk_private.guard_last_owner_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
                WHERE o.role_key = 'owner' AND o.status = 'active'
                  AND (n.role_key <> 'owner' OR n.status <> 'active')) THEN
        PERFORM govdesk_private.require_owner();
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION govdesk_private.guard_last_owner_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- Whatever the grants say: removal takes them away in the same statement.
    IF EXISTS (SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
                 JOIN govdesk.member_grant g ON g.tenant_id = o.tenant_id AND g.member_id = o.id
                WHERE o.status = 'active' AND n.status <> 'active' AND g.role_key = 'owner') THEN
        PERFORM govdesk_private.require_owner();
    END IF;
    RETURN NULL;
END $$;

-- What a member may do has changed: the seal of his open transactions must notice. A member's own
-- transaction takes its own change with it.
CREATE FUNCTION govdesk_private.bump_epoch(p_tenant uuid, p_members uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk.member m SET epoch = m.epoch + 1
     WHERE m.tenant_id = p_tenant AND m.id = ANY (p_members);
    UPDATE govdesk_private.acting a SET epoch = m.epoch
      FROM govdesk.member m
     WHERE a.xact = pg_current_xact_id() AND a.kind = 'session'
       AND m.tenant_id = a.tenant_id AND m.id = a.member_id
       AND m.id = ANY (p_members);
END $$;

CREATE FUNCTION govdesk_private.epoch_of_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.bump_epoch(NEW.tenant_id, ARRAY[NEW.member_id]);
    RETURN NULL;
END $$;

CREATE FUNCTION govdesk_private.epoch_of_role() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.bump_epoch(NEW.tenant_id, ARRAY(
        SELECT g.member_id FROM govdesk.member_grant g
         WHERE g.tenant_id = NEW.tenant_id AND g.role_key = NEW.key AND g.status = 'active'));
    RETURN NULL;
END $$;

CREATE FUNCTION govdesk_private.epoch_of_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.status <> OLD.status THEN
        NEW.epoch := OLD.epoch + 1;
    END IF;
    RETURN NEW;
END $$;
