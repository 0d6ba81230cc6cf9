-- Events from outside, exports, and the founding of a tenant. Owner: govdesk_kernel.

-- Seals up to 1,000 (an administrator: 20,000) events in one go. What a source claims stands in
-- occurred_at, summary and diff.data; who sent it and when it was sealed it cannot choose.
CREATE FUNCTION govdesk_api.record_events(p_events jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_demo boolean := govdesk_private.is_demo() AND v.kind = 'setup';
    v_most integer := CASE WHEN v.kind = 'setup' THEN 20000 ELSE 1000 END;
    v_bad  record;
    v_key  govdesk.api_key;
    v_rows integer;
BEGIN
    IF v.kind IN ('session', 'staff') THEN
        RAISE EXCEPTION 'a person does not send events'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF v.kind = 'key' THEN
        v_key := govdesk_private.acting_key();
        IF 'events:write' <> ALL (v_key.scopes) THEN
            RAISE EXCEPTION 'the key has not the scope events:write' USING ERRCODE = 'GD035';
        END IF;
        -- Many waiting requests of one key are recorded at once.
        v_most := 20000;
    END IF;
    IF jsonb_typeof(p_events) IS DISTINCT FROM 'array' OR jsonb_array_length(p_events) > v_most THEN
        RAISE EXCEPTION 'not an array of at most % events', v_most USING ERRCODE = 'GD012';
    END IF;
    SELECT e.ordinality - 1 AS index, e.value ->> 'action' AS action INTO v_bad
      FROM jsonb_array_elements(p_events) WITH ORDINALITY e
     WHERE NOT coalesce(e.value ->> 'action' IN ('system.alert', 'system.block', 'system.event')
                        OR (e.value ->> 'action' ~ '^x([.][a-z][a-z0-9_]*)+$'
                            AND length(e.value ->> 'action') <= 128), false)
       AND NOT (v_demo AND EXISTS (SELECT FROM govdesk.event_kind k
                                    WHERE k.name = e.value ->> 'action'))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'event % has a reserved name', v_bad.index
            USING ERRCODE = 'GD011', DETAIL = v_bad.index::text;
    END IF;
    SELECT e.ordinality - 1 AS index INTO v_bad
      FROM jsonb_array_elements(p_events) WITH ORDINALITY e
     WHERE NOT coalesce(e.value ->> 'severity', 'info') IN ('info', 'notice', 'warning', 'high')
        OR (e.value ->> 'entity_id') !~ '^[]^_a-z!#-[{|}~` -]{1,128}$'
        OR (e.value ->> 'entity_type') !~ '^[a-z][a-z0-9_]{0,62}$'
        OR (e.value ->> 'request_id') !~ '^[]^_a-z!#-[{|}~` -]{1,128}$'
        OR length(e.value ->> 'summary') NOT BETWEEN 1 AND 1000
        OR length(e.value ->> 'reason') > 2000
        OR (v_key.id IS NOT NULL AND e.value ->> 'system_id' <> v_key.system_id::text)
        OR (e.value ->> 'system_id' IS NOT NULL AND NOT EXISTS (
                SELECT FROM govdesk.node n WHERE n.tenant_id = v.tenant_id
                   AND n.kind = 'system' AND n.id::text = e.value ->> 'system_id'))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'event % is malformed', v_bad.index
            USING ERRCODE = 'GD012', DETAIL = v_bad.index::text;
    END IF;

    INSERT INTO govdesk_private.pending
           (xact, tenant_id, occurred_at, sealed_at, severity, action, entity_type, entity_id,
            system_id, actor, on_behalf_of, ip, session_id, reason, request_id, summary, diff,
            salts, commitments)
    SELECT v.xact, v.tenant_id, f.occurred_at, f.sealed_at, f.severity, f.action, f.entity_type,
           f.entity_id, f.system_id, f.actor, f.on_behalf_of, f.ip, f.session_id, f.reason,
           f.request_id, f.summary, f.diff, govdesk_private.salts(encode(f.salt, 'hex')),
           govdesk_private.commitments(f.salt,
               convert_to(govdesk_private.quoted(f.actor), 'UTF8'),
               convert_to(coalesce(f.diff, 'null'), 'UTF8'),
               convert_to(govdesk_private.quoted(f.ip), 'UTF8'),
               convert_to(govdesk_private.quoted(f.on_behalf_of), 'UTF8'),
               convert_to(govdesk_private.quoted(f.reason), 'UTF8'),
               convert_to(govdesk_private.quoted(f.session_id), 'UTF8'),
               convert_to(govdesk_private.quoted(f.summary), 'UTF8'))
      FROM (SELECT e.occurred_at, e.action, coalesce(v_key.system_id, e.system_id) AS system_id,
                   e.entity_id, e.request_id, e.reason,
                   CASE WHEN v_demo THEN e.at END AS sealed_at,
                   coalesce(e.severity, k.severity, 'info') AS severity,
                   coalesce(e.entity_type, k.entity_type, 'event') AS entity_type,
                   CASE WHEN v_demo THEN coalesce(e.actor, v.actor) ELSE v.actor END AS actor,
                   CASE WHEN v_demo THEN e.on_behalf_of ELSE v.on_behalf_of END AS on_behalf_of,
                   CASE WHEN v_demo THEN host(e.ip) ELSE v.ip END AS ip,
                   CASE WHEN v_demo THEN e.session_id::text END AS session_id,
                   normalize(coalesce(e.summary, k.template, e.action), NFC) AS summary,
                   CASE WHEN v_demo AND e.diff IS NOT NULL THEN govdesk_private.canonical(e.diff)
                        WHEN e.data IS NOT NULL
                        THEN '{"data":{"new":' || govdesk_private.canonical(e.data, 3) || '}}'
                   END AS diff,
                   e.place, public.gen_random_bytes(112) AS salt
              FROM ROWS FROM (jsonb_to_recordset(p_events) AS (
                       action text, severity text, entity_type text, entity_id text,
                       system_id uuid, occurred_at timestamptz, at timestamptz, summary text,
                       data jsonb, diff jsonb, actor text, on_behalf_of text, ip inet,
                       session_id uuid, reason text, request_id text)) WITH ORDINALITY
                   AS e(action, severity, entity_type, entity_id, system_id, occurred_at, at,
                        summary, data, diff, actor, on_behalf_of, ip, session_id, reason,
                        request_id, place)
              LEFT JOIN govdesk.event_kind k ON k.name = e.action
             ORDER BY e.place) f
     ORDER BY f.place;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows > 0 THEN
        PERFORM govdesk_private.call_seal(v.tenant_id);
    END IF;
    RETURN v_rows;
END $$;

-- Seals that an export begins (before its first byte) and how it ended (digest, rows).
CREATE FUNCTION govdesk_api.note_export(p_stage text, p_export uuid, p_facts jsonb, p_action text DEFAULT 'audit.exported')
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_need text := CASE p_action WHEN 'audit.exported' THEN 'audit.export' ELSE 'evidence.create' END;
    v_what text := CASE p_action WHEN 'audit.exported' THEN 'an export' WHEN 'audit.bundle_created' THEN 'an evidence bundle'
                                 WHEN 'audit.snapshot_created' THEN 'a sealed snapshot' END;
BEGIN
    IF p_stage NOT IN ('started', 'finished', 'failed') OR octet_length(p_facts::text) > 16384 OR v_what IS NULL THEN
        RAISE EXCEPTION 'no such stage or kind, or too many facts' USING ERRCODE = 'GD012';
    END IF;
    IF govdesk_private.granted(v_need) = '{}' THEN
        RAISE EXCEPTION 'no permission to export'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.note(p_action, 'audit_log', p_export::text,
        v.actor || CASE WHEN p_stage = 'failed' THEN ' did not finish ' || v_what
                        WHEN p_action = 'audit.exported' AND p_stage = 'started' THEN ' began to export events'
                        WHEN p_action = 'audit.exported' THEN ' exported ' || coalesce(p_facts ->> 'rows', '?') || ' events'
                        WHEN p_stage = 'started' THEN ' began to make ' || v_what
                        ELSE ' made ' || v_what || ' of ' || coalesce(p_facts ->> 'rows', '?') || ' events' END,
        p_facts || jsonb_build_object('stage', p_stage));
END $$;

-- Founds a tenant: organisation, built-in and compliance roles, its log, and the first owner, who
-- sets a password with the returned code. With a reviewer, the decisions of two that are shipped are
-- switched on. A path below another organisation's makes a subsidiary. Administrators only.
CREATE FUNCTION govdesk_private.create_tenant(
    p_path text, p_name text, p_environment text, p_owner_email text, p_owner_name text,
    p_release text, p_code text, p_roles jsonb, p_reviewer text DEFAULT NULL,
    p_kind text DEFAULT 'customer') RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant uuid := gen_random_uuid();
    v_path   public.ltree := p_path::public.ltree;
    v_member uuid;
BEGIN
    PERFORM govdesk_private.assume('setup', v_tenant, v_path, NULL, NULL, 'setup:' || p_release);
    IF public.nlevel(v_path) > 1 AND NOT EXISTS (
           SELECT FROM govdesk.tenant t WHERE t.tenant_path = public.subpath(v_path, 0, -1))
       OR EXISTS (SELECT FROM govdesk.node n WHERE n.node_path = v_path AND n.kind <> 'organization') THEN
        RAISE EXCEPTION 'no organization above, or a system has this path' USING ERRCODE = 'GD012';
    END IF;
    IF govdesk_private.same_human(p_owner_email, p_reviewer) THEN
        RAISE EXCEPTION 'the reviewer is somebody else than the owner' USING ERRCODE = 'GD021';
    END IF;
    IF govdesk_private.is_demo() THEN
        PERFORM govdesk_private.note('demo.clock_installed', 'audit_log', NULL,
            'The times of this log come from a demo clock', NULL);
    END IF;
    INSERT INTO govdesk.tenant (tenant_id, tenant_path, name, environment, kind)
    VALUES (v_tenant, v_path, p_name, p_environment, p_kind);
    INSERT INTO govdesk_private.head (tenant_id) VALUES (v_tenant);
    INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)
    VALUES (v_tenant, v_path, v_path, 'organization', p_name);
    INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions, builtin)
    SELECT v_tenant, v_path, r.key, r.title, r.base, r.permissions, r.key = r.base
      FROM jsonb_to_recordset(p_roles) AS r(key text, title text, base text, permissions text[]);
    PERFORM govdesk_private.found_keys(v_tenant, v_path);
    v_member := govdesk_private.add_member(v_tenant, v_path, p_owner_email, p_owner_name, '',
                                           'owner', v_path);
    IF p_code IS NOT NULL THEN
        INSERT INTO govdesk_private.setup_code (tenant_id, member_id, code_hash, expires_at)
        VALUES (v_tenant, v_member, sha256(convert_to(p_code, 'UTF8')),
                clock_timestamp() + interval '7 days');
    END IF;
    IF p_reviewer IS NOT NULL THEN
        INSERT INTO govdesk.reviewer (tenant_id, tenant_path, email, display_name)
        VALUES (v_tenant, v_path, govdesk_private.proper_email(p_reviewer),
                split_part(govdesk_private.proper_email(p_reviewer), '@', 1));
        INSERT INTO govdesk.decision_policy (tenant_id, tenant_path, action, enabled)
        SELECT v_tenant, v_path, k.action, true FROM govdesk.decision_kind k
         WHERE NOT k.always AND k.action NOT IN ('policy.change', 'webhook.open');
    END IF;
    RETURN v_tenant;
END $$;

-- Adds a member under the principal of this transaction; the triggers of the role policy apply.
CREATE FUNCTION govdesk_private.add_member(
    p_tenant uuid, p_path public.ltree, p_email text, p_name text, p_title text, p_role text,
    p_node public.ltree) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_email  text := govdesk_private.normal_email(p_email);
    v_person uuid;
    v_member uuid;
BEGIN
    INSERT INTO govdesk_private.person (email) VALUES (v_email) ON CONFLICT (email) DO NOTHING;
    SELECT p.id INTO STRICT v_person FROM govdesk_private.person p WHERE p.email = v_email;
    INSERT INTO govdesk.member (tenant_id, tenant_path, person_id, email, display_name, title)
    VALUES (p_tenant, p_path, v_person, v_email, p_name, p_title)
    RETURNING id INTO v_member;
    INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)
    VALUES (p_tenant, p_path, v_member, p_node, p_role);
    RETURN v_member;
END $$;
