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
              JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
             WHERE g.tenant_id = p_tenant AND g.member_id = p_member
               AND g.status = 'active' AND r.status = 'active'
               AND g.node_path @> p_node
               AND p_permission = ANY (r.permissions));
END $$;

CREATE FUNCTION govdesk_private.refuse_ceiling() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a role above one''s own'
        USING ERRCODE = '42501', CONSTRAINT = 'role_ceiling';
END $$;

-- Stops: a high-impact change with a session that was left open.
CREATE FUNCTION govdesk_private.require_step_up(p_acting govdesk_private.acting) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_acting.kind <> 'session' THEN
        RETURN;
    END IF;
    PERFORM 1 FROM govdesk_private.session s
      WHERE s.id = p_acting.session_id AND s.stepped_up_at > clock_timestamp() - interval '5 minutes';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a fresh confirmation is needed' USING ERRCODE = 'GD009';
    END IF;
END $$;

-- Stops: granting or changing a role above one's own rank; a role one's own role does not cover.
CREATE FUNCTION govdesk_private.guard_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.act();
    v_rank   integer;
    v_target integer;
    v_new    integer;
    v_was    integer := 0;
BEGIN
    IF v.kind = 'setup' THEN
        RETURN NEW;
    END IF;
    v_rank := govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', NEW.node_path);
    SELECT govdesk_private.rank(r.base) INTO v_new FROM govdesk.role r
     WHERE r.tenant_id = NEW.tenant_id AND r.key = NEW.role_key;
    IF TG_OP = 'UPDATE' THEN
        SELECT govdesk_private.rank(r.base) INTO v_was FROM govdesk.role r
         WHERE r.tenant_id = OLD.tenant_id AND r.key = OLD.role_key;
    END IF;
    SELECT coalesce(max(govdesk_private.rank(r.base)), 0) INTO v_target
      FROM govdesk.member_grant g
      JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
     WHERE g.tenant_id = NEW.tenant_id AND g.member_id = NEW.member_id AND g.status = 'active'
       AND (g.node_path @> NEW.node_path OR g.node_path <@ NEW.node_path);
    IF v_rank = 0 OR greatest(v_new, v_was, v_target) > v_rank THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF greatest(v_new, v_was) = 4
       AND govdesk_private.rank_on(v.tenant_id, v.member_id, 'owner.manage', NEW.node_path) = 0 THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF greatest(v_new, v_was) >= 3 THEN
        PERFORM govdesk_private.require_step_up(v);
    END IF;
    RETURN NEW;
END $$;

-- Stops: suspending or removing a member of higher rank, or oneself.
CREATE FUNCTION govdesk_private.guard_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.act();
    v_rank   integer;
    v_target integer;
BEGIN
    IF v.kind <> 'session' OR v.assumed OR NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF NEW.id = v.member_id THEN
        RAISE EXCEPTION 'nobody suspends or removes himself'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    v_rank := govdesk_private.rank_on(v.tenant_id, v.member_id, 'member.manage', NEW.tenant_path);
    SELECT coalesce(max(govdesk_private.rank(r.base)), 0) INTO v_target
      FROM govdesk.member_grant g
      JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
     WHERE g.tenant_id = NEW.tenant_id AND g.member_id = NEW.id AND g.status = 'active';
    IF v_target > v_rank THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF v_target >= 3 THEN
        PERFORM govdesk_private.require_step_up(v);
    END IF;
    RETURN NEW;
END $$;

-- Stops: a tenant-defined role with more than its base, a changed built-in role, and an escalation
-- by editing the role one holds.
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
    IF NEW.builtin OR (TG_OP = 'UPDATE' AND OLD.builtin) THEN
        RAISE EXCEPTION 'a built-in role stays as it is'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.require_step_up(v);
    RETURN NEW;
END $$;

-- Stops: an organisation without an owner, also when two owners remove each other at once.
CREATE FUNCTION govdesk_private.guard_last_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF v.kind = 'setup' THEN
        RETURN NULL;
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
     WHERE a.xact = pg_current_xact_id() AND m.tenant_id = a.tenant_id AND m.id = a.member_id
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
