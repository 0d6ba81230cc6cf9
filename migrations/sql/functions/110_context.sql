-- Who is asking. Two settings are claims; one row in govdesk_private.session is the truth.
-- Owner: govdesk_kernel. Every function here is pinned by 900_pins.sql.

CREATE TYPE govdesk_private.principal AS (
    kind          text,
    tenant_id     uuid,
    tenant_path   public.ltree,
    member_id     uuid,
    person_id     uuid,
    session_id    uuid,
    actor         text,
    epoch         bigint,
    stepped_up_at timestamptz,
    ip            text
);

-- Stops: a claimed path without a live session, a copied token used for another tenant, a session
-- without a second factor or from before the password was replaced, use after expiry inside a long
-- transaction (hence clock_timestamp), and a staff entry that a ROLLBACK could still erase.
CREATE FUNCTION govdesk_private.context() RETURNS govdesk_private.principal
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v_token text := nullif(current_setting('app.session_token', true), '');
    v_path  text := nullif(current_setting('app.current_tenant_path', true), '');
    v       govdesk_private.principal;
BEGIN
    IF v_token IS NULL OR v_path IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT CASE WHEN s.staff_member_id IS NULL THEN 'session' ELSE 'staff' END, s.tenant_id,
           s.tenant_path::public.ltree, s.member_id, s.person_id, s.id,
           CASE WHEN s.staff_member_id IS NULL THEN 'user:' ELSE 'staff:' END || m.email,
           m.epoch, s.stepped_up_at, host(s.client_addr)
      INTO v
      FROM govdesk_private.session s
      JOIN govdesk.member m ON m.tenant_id = coalesce(s.staff_tenant_id, s.tenant_id)
                           AND m.id = coalesce(s.staff_member_id, s.member_id)
      LEFT JOIN govdesk_private.credential c ON c.person_id = s.person_id
     WHERE s.token_hash = sha256(convert_to(v_token, 'UTF8'))
       AND s.tenant_path = v_path
       AND s.mfa
       AND s.expires_at > clock_timestamp()
       AND s.seen_at > clock_timestamp() - interval '30 minutes'
       AND coalesce(c.version, 1) = s.credential_version
       AND m.status = 'active'
       AND (s.staff_member_id IS NULL OR s.xact IS DISTINCT FROM pg_current_xact_id_if_assigned())
       -- An entry of staff ends with the session that it was made from.
       AND NOT EXISTS (SELECT FROM govdesk_private.session_end e
                        WHERE e.session_id = ANY (ARRAY[s.id, s.home_session_id]));
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN v;
END $$;

-- Stops: a row of one tenant shown in, or written into, another.
CREATE FUNCTION govdesk_private.tenant() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN v.tenant_id;
END $$;

-- The nodes on which a member holds a permission.
CREATE FUNCTION govdesk_private.granted_to(p_tenant uuid, p_member uuid, p_permission text)
RETURNS public.ltree[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v_paths public.ltree[];
BEGIN
    SELECT coalesce(array_agg(g.node_path), '{}')
      INTO v_paths
      FROM govdesk.member_grant g
      JOIN govdesk.role r ON r.tenant_id = g.tenant_id AND r.key = g.role_key
      JOIN govdesk.node n ON n.tenant_id = g.tenant_id AND n.node_path = g.node_path
     WHERE g.tenant_id = p_tenant
       AND g.member_id = p_member
       AND g.status = 'active'
       AND r.status = 'active'
       AND n.status = 'active'
       AND p_permission = ANY (r.permissions);
    RETURN v_paths;
END $$;

-- The nodes on which a principal holds a permission: a member by his grants; staff, inside an
-- organisation that they entered, by what govdesk.permission lets staff do; nobody else anywhere.
CREATE FUNCTION govdesk_private.paths_of(
    p_kind text, p_tenant uuid, p_path public.ltree, p_member uuid, p_permission text)
RETURNS public.ltree[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
BEGIN
    IF p_kind = 'staff' THEN
        RETURN (SELECT CASE WHEN p.staff THEN ARRAY[p_path] ELSE '{}' END
                  FROM govdesk.permission p WHERE p.name = p_permission);
    END IF;
    RETURN govdesk_private.granted_to(p_tenant, p_member, p_permission);
END $$;

-- Stops: reading or writing below a node on which nothing was granted. Once per statement.
CREATE FUNCTION govdesk_private.granted(p_permission text) RETURNS public.ltree[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id,
                                    p_permission);
END $$;

-- Does the principal hold the permission on the organisation itself?
CREATE FUNCTION govdesk_private.everywhere(p_permission text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN false;
    END IF;
    RETURN v.tenant_path = ANY (govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id,
                                    p_permission));
END $$;

-- The systems at or below the nodes on which the principal holds the permission.
CREATE FUNCTION govdesk_private.systems(p_permission text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.principal := govdesk_private.context();
    v_paths public.ltree[];
    v_ids   uuid[];
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN '{}';
    END IF;
    v_paths := govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id,
                                    p_permission);
    SELECT coalesce(array_agg(n.id), '{}')
      INTO v_ids
      FROM govdesk.node n
     WHERE n.tenant_id = v.tenant_id AND n.kind = 'system'
       AND n.node_path <@ ANY (v_paths);
    RETURN v_ids;
END $$;

-- The members whom a scoped reader may see: himself, and whoever is granted below his nodes.
CREATE FUNCTION govdesk_private.members_within(p_permission text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.principal := govdesk_private.context();
    v_paths public.ltree[];
    v_ids   uuid[];
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN '{}';
    END IF;
    v_paths := govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id,
                                    p_permission);
    SELECT coalesce(array_agg(DISTINCT g.member_id), '{}')
      INTO v_ids
      FROM govdesk.member_grant g
     WHERE g.tenant_id = v.tenant_id AND g.status = 'active'
       AND g.node_path <@ ANY (v_paths);
    RETURN array_remove(v_ids || v.member_id, NULL);
END $$;

-- Makes the claims of this transaction and says whose they are. Stops: going on with a dead token, and
-- one transaction for two sessions. Runs with the rights of the door that calls it.
CREATE FUNCTION govdesk_private.bound(p_token text, p_tenant_path text) RETURNS govdesk_private.principal
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v govdesk_private.principal;
BEGIN
    PERFORM set_config('app.session_token', coalesce(p_token, ''), true),
            set_config('app.current_tenant_path', coalesce(p_tenant_path, ''), true);
    v := govdesk_private.context();
    IF v.tenant_id IS NULL THEN
        PERFORM set_config('app.session_token', '', true),
                set_config('app.current_tenant_path', '', true);
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    PERFORM 1 FROM govdesk_private.acting a
      WHERE a.xact = pg_current_xact_id_if_assigned() AND a.session_id IS DISTINCT FROM v.session_id;
    IF FOUND THEN
        RAISE EXCEPTION 'one transaction belongs to one session' USING ERRCODE = 'GD005';
    END IF;
    RETURN v;
END $$;

-- Stops: writing on with a dead token. Claims are local to the transaction.
CREATE FUNCTION govdesk_api.bind(p_token text, p_tenant_path text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.bound(p_token, p_tenant_path);
END $$;

-- Who am I: the row behind the claims, with what is held where.
CREATE FUNCTION govdesk_api.whoami()
RETURNS TABLE (tenant_id uuid, tenant_path public.ltree, member_id uuid, session_id uuid,
               actor text, permissions jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT v.tenant_id, v.tenant_path, v.member_id, v.session_id, v.actor,
           (SELECT jsonb_object_agg(p.name, govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path,
                                                                  v.member_id, p.name))
              FROM govdesk.permission p
             WHERE govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path,
                                                                  v.member_id, p.name) <> '{}');
END $$;

-- Public face of granted(): Explain access and greyed buttons ask it.
CREATE FUNCTION govdesk_api.granted(p_permission text) RETURNS public.ltree[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN govdesk_private.granted(p_permission);
END $$;
