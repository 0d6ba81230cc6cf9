-- Decisions of a second person. Asked for with the canonical change and its digest; shown by a link
-- that decides nothing by itself; judged by commit-to-reveal; executed once, on the requester's
-- rights as they are then. Owner: govdesk_kernel.

-- May this address decide about it? Not whoever asks, not whom it is about, and no member who was
-- suspended or removed, also where he was named before he became one.
CREATE FUNCTION govdesk_private.is_eligible(p_reviewer govdesk.reviewer, p_decision govdesk.decision)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN p_reviewer.tenant_id = p_decision.tenant_id AND p_reviewer.status = 'active'
       AND NOT govdesk_private.same_human(p_reviewer.email, regexp_replace(p_decision.requester, '^[a-z]+:', ''))
       AND NOT coalesce(govdesk_private.same_human(p_reviewer.email, p_decision.subject_email), false)
       AND NOT EXISTS (SELECT FROM govdesk.member m WHERE m.tenant_id = p_reviewer.tenant_id
                          AND m.email = p_reviewer.email AND m.status <> 'active');
END $$;

-- Stops: a request for what is not there, by somebody who might not do it even with a second person.
-- Gives what the decision is about and how that is now; compared again when it is executed.
CREATE FUNCTION govdesk_private.decision_facts(
    p_action text, p_payload jsonb, p_requester uuid, INOUT tenant uuid, OUT payload jsonb,
    OUT before jsonb, OUT blast jsonb, OUT entity_type text, OUT entity_id text,
    OUT subject_email text, OUT summary text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_member govdesk.member;
    v_grant  govdesk.member_grant;
    v_role   govdesk.role;
    v_path   public.ltree := (SELECT t.tenant_path FROM govdesk.tenant t WHERE t.tenant_id = tenant);
    v_after  jsonb;
    v_old    govdesk.organization_metadata;
    v_need   text := (SELECT k.permission FROM govdesk.decision_kind k WHERE k.action = p_action);
    v_node   public.ltree;
    v_segment govdesk.audit_segment;
BEGIN
    IF v_need IS NULL OR jsonb_typeof(p_payload) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'no such decision' USING ERRCODE = 'GD012';
    END IF;
    -- Where it concerns one node, the right there is enough.
    v_node := CASE p_action
        WHEN 'owner.promote' THEN (coalesce(p_payload #>> '{invite,node_path}',
                                            p_payload ->> 'node_path'))::public.ltree
        WHEN 'member.demote' THEN (SELECT g.node_path FROM govdesk.member_grant g
             WHERE g.tenant_id = tenant AND g.id = (p_payload ->> 'grant_id')::uuid)
        WHEN 'webhook.open' THEN (SELECT w.node_path FROM govdesk.webhook w
             WHERE w.tenant_id = tenant AND w.id = (p_payload ->> 'webhook_id')::uuid) END;
    IF p_action <> 'platform.enter'
       AND govdesk_private.rank_on(tenant, p_requester, v_need, v_path) = 0
       AND coalesce(govdesk_private.rank_on(tenant, p_requester, v_need, v_node) = 0, true) THEN
        RAISE EXCEPTION '% is needed', v_need USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    blast := '[]';
    entity_type := 'member';
    IF p_payload ? 'member_id' THEN
        SELECT * INTO v_member FROM govdesk.member m
         WHERE m.tenant_id = tenant AND m.id = (p_payload ->> 'member_id')::uuid AND m.status <> 'removed';
    ELSIF p_action = 'member.demote' THEN
        SELECT * INTO v_grant FROM govdesk.member_grant g WHERE g.tenant_id = tenant
           AND g.id = (p_payload ->> 'grant_id')::uuid AND g.status = 'active';
        SELECT * INTO v_member FROM govdesk.member m WHERE m.tenant_id = tenant AND m.id = v_grant.member_id;
    END IF;
    IF v_member.id IS NOT NULL THEN
        entity_id := v_member.id::text;
        subject_email := v_member.email;
        before := jsonb_build_object('member', v_member.email, 'status', v_member.status, 'grants', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('node_path', g.node_path, 'role_key', g.role_key)
                                      ORDER BY g.node_path), '[]')
              FROM govdesk.member_grant g WHERE g.tenant_id = tenant AND g.member_id = v_member.id
               AND g.status = 'active'));
        v_after := before -> 'grants';
    END IF;

    IF p_action = 'owner.promote' AND p_payload ? 'invite' THEN
        payload := jsonb_build_object('invite', jsonb_build_object(
            'email', govdesk_private.proper_email(p_payload #>> '{invite,email}'),
            'display_name', coalesce(p_payload #>> '{invite,display_name}', ''),
            'role_key', p_payload #>> '{invite,role_key}', 'node_path', p_payload #>> '{invite,node_path}',
            'message', coalesce(p_payload #>> '{invite,message}', ''),
            'days', coalesce((p_payload #>> '{invite,days}')::integer, 7)));
        subject_email := payload #>> '{invite,email}';
        entity_type := 'invitation';
        before := '{}';
        SELECT * INTO v_role FROM govdesk.role r WHERE r.tenant_id = tenant
           AND r.key = payload #>> '{invite,role_key}';
        summary := 'Invite ' || subject_email || ' as ' || v_role.title;
        IF govdesk_private.grant_obstacle(tenant, p_requester, v_role.key,
               (payload #>> '{invite,node_path}')::public.ltree) IS NOT NULL THEN
            PERFORM govdesk_private.refuse_ceiling();
        END IF;
        v_after := jsonb_build_array(payload -> 'invite');
    ELSIF p_action = 'owner.promote' AND v_member.id IS NOT NULL THEN
        payload := jsonb_build_object('member_id', v_member.id, 'node_path', p_payload ->> 'node_path',
                                      'role_key', p_payload ->> 'role_key');
        SELECT * INTO v_role FROM govdesk.role r WHERE r.tenant_id = tenant AND r.key = payload ->> 'role_key';
        IF govdesk_private.grant_obstacle(tenant, p_requester, v_role.key,
               (payload ->> 'node_path')::public.ltree) IS NOT NULL THEN
            PERFORM govdesk_private.refuse_ceiling();
        END IF;
        v_after := (SELECT coalesce(jsonb_agg(g), '[]') FROM jsonb_array_elements(v_after) g
                     WHERE g ->> 'node_path' <> payload ->> 'node_path') || jsonb_build_array(payload);
        summary := 'Make ' || v_member.email || ' ' || v_role.title || ' of ' || (
            SELECT n.name FROM govdesk.node n WHERE n.tenant_id = tenant
               AND n.node_path = (payload ->> 'node_path')::public.ltree);
    ELSIF p_action = 'member.remove' AND v_member.id IS NOT NULL THEN
        payload := jsonb_build_object('member_id', v_member.id);
        v_after := '[]';
        summary := 'Remove ' || v_member.email;
    ELSIF p_action = 'member.demote' AND v_grant.id IS NOT NULL THEN
        payload := jsonb_build_object('grant_id', v_grant.id, 'role_key', p_payload ->> 'role_key');
        SELECT * INTO v_role FROM govdesk.role r WHERE r.tenant_id = tenant
           AND r.key = payload ->> 'role_key' AND r.status = 'active';
        v_after := (SELECT coalesce(jsonb_agg(g), '[]') FROM jsonb_array_elements(v_after) g
                     WHERE g ->> 'node_path' <> v_grant.node_path::text);
        IF v_role.id IS NOT NULL THEN
            v_after := v_after || jsonb_build_array(jsonb_build_object(
                'node_path', v_grant.node_path, 'role_key', v_role.key));
        ELSIF payload ->> 'role_key' IS NOT NULL THEN
            RAISE EXCEPTION 'no such role' USING ERRCODE = 'GD012';
        END IF;
        summary := 'Take ' || v_grant.role_key || ' from ' || v_member.email
                   || coalesce(' and make them ' || v_role.title, '');
    ELSIF p_action = 'role.change' THEN
        SELECT * INTO v_role FROM govdesk.role r WHERE r.tenant_id = tenant
           AND r.id = (p_payload ->> 'role_id')::uuid AND r.status = 'active' AND NOT r.builtin;
        payload := jsonb_build_object('role_id', v_role.id,
            'title', coalesce(p_payload ->> 'title', v_role.title),
            'permissions', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM jsonb_array_elements_text(
                coalesce(p_payload -> 'permissions', to_jsonb(v_role.permissions))) x),
            'status', CASE p_payload ->> 'status' WHEN 'deleted' THEN 'deleted' ELSE 'active' END);
        entity_type := 'role';
        entity_id := v_role.id::text;
        before := jsonb_build_object('title', v_role.title, 'permissions', (
            SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM unnest(v_role.permissions) x));
        summary := CASE payload ->> 'status' WHEN 'deleted' THEN 'Delete the role ' ELSE 'Change the role ' END
                   || v_role.title;
    ELSIF p_action IN ('factor.reset', 'account.recover') AND v_member.id IS NOT NULL THEN
        payload := jsonb_build_object('member_id', v_member.id);
        IF EXISTS (SELECT FROM govdesk.member m WHERE m.person_id = v_member.person_id
                      AND m.tenant_id <> tenant AND m.status = 'active') THEN
            -- One organisation does not decide about the way into another.
            RAISE EXCEPTION 'this person is a member elsewhere too and needs a recovery code'
                USING ERRCODE = 'GD012';
        END IF;
        IF govdesk_private.rank_around(tenant, v_member.id, v_path)
           > govdesk_private.rank_on(tenant, p_requester, v_need, v_path) THEN
            PERFORM govdesk_private.refuse_ceiling();
        END IF;
        before := before || jsonb_build_object('credential', (
            SELECT c.version FROM govdesk_private.credential c WHERE c.person_id = v_member.person_id));
        v_after := NULL;
        summary := CASE p_action WHEN 'factor.reset' THEN 'Reset the second factor of '
                                 ELSE 'Let ' END || v_member.email
                || CASE p_action WHEN 'factor.reset' THEN '' ELSE ' replace password and factor' END;
    ELSIF p_action = 'organization.legal_entity' THEN
        payload := jsonb_build_object('legal_entity', coalesce(p_payload ->> 'legal_entity', ''),
            'country', p_payload ->> 'country', 'abn', p_payload ->> 'abn', 'lei', p_payload ->> 'lei',
            'vat', p_payload ->> 'vat', 'effective_from', p_payload ->> 'effective_from');
        entity_type := 'tenant';
        entity_id := tenant::text;
        SELECT * INTO v_old FROM govdesk.organization_metadata o WHERE o.tenant_id = tenant
         ORDER BY o.version DESC LIMIT 1;
        before := jsonb_build_object('version', coalesce(v_old.version, 0),
            'legal_entity', coalesce(v_old.legal_entity, ''), 'country', v_old.country,
            'abn', v_old.abn, 'lei', v_old.lei, 'vat', v_old.vat);
        summary := CASE WHEN before ->> 'legal_entity' <> '' AND before ->> 'legal_entity' = payload ->> 'legal_entity'
            THEN 'Change ' || coalesce((
                     SELECT string_agg(n.title, ', ' ORDER BY n.place)
                       FROM (VALUES (1, 'country', 'country'), (2, 'abn', 'ABN'), (3, 'lei', 'LEI'),
                                    (4, 'vat', 'EU VAT number')) n(place, field, title)
                      WHERE before ->> n.field IS DISTINCT FROM payload ->> n.field), 'the first day')
                 || ' of the legal entity ' || (payload ->> 'legal_entity')
            ELSE 'Change the legal entity to ' || coalesce(nullif(payload ->> 'legal_entity', ''), 'nothing') END;
    ELSIF p_action = 'audit.erase' THEN
        payload := govdesk_private.erasable(tenant, p_payload);
        entity_type := CASE WHEN payload ? 'member_id' THEN 'member' ELSE 'audit_log' END;
        entity_id := payload ->> 'member_id';
        before := '{}';
        -- Without a name: this sentence is sealed, and what is sealed about the person goes.
        summary := CASE WHEN payload ? 'member_id' THEN 'Erase the personal data of the removed member ' || left(entity_id, 8)
                        ELSE 'Erase fields of ' || jsonb_array_length(payload -> 'fields') || ' events' END;
    ELSIF p_action = 'audit.prune' THEN
        v_segment := govdesk_private.prunable(tenant, (p_payload ->> 'month')::date);
        payload := jsonb_build_object('month', v_segment.month);
        entity_type := 'audit_segment';
        entity_id := v_segment.id::text;
        before := jsonb_build_object('first', v_segment.first, 'last', v_segment.last, 'root', encode(v_segment.root, 'hex'),
            'archive_sha256', v_segment.archive_sha256, 'checkpoint_size', v_segment.checkpoint_size);
        summary := 'Prune the events ' || v_segment.first || ' to ' || v_segment.last || ' of ' || to_char(v_segment.month, 'YYYY-MM');
    ELSIF p_action = 'audit.restore' THEN
        payload := jsonb_build_object('known', govdesk_private.proper_tree(p_payload -> 'known'),
                                      'found', govdesk_private.proper_tree(p_payload -> 'found'));
        IF encode(govdesk_private.tree_root(tenant, (payload #>> '{found,size}')::bigint), 'hex') IS DISTINCT FROM payload #>> '{found,root}' THEN
            RAISE EXCEPTION 'the checkpoint found is not of this log' USING ERRCODE = 'GD046';
        END IF;
        entity_type := 'audit_log';
        before := '{}';
        summary := 'Declare a restore: the log known with ' || (payload #>> '{known,size}') || ' events goes on from '
                   || (payload #>> '{found,size}');
    ELSIF p_action = 'webhook.open' AND jsonb_typeof(p_payload -> 'allow') = 'array' THEN
        SELECT jsonb_build_object('webhook_id', w.id, 'allow', (
                   SELECT coalesce(jsonb_agg(DISTINCT a ORDER BY a), '[]') FROM jsonb_array_elements_text(p_payload -> 'allow') a)),
               jsonb_build_object('url', w.url, 'allow', to_jsonb(w.allow), 'status', w.status), w.id::text,
               'Let the webhook ' || w.description || ' reach ' || (
                   SELECT string_agg(a, ', ' ORDER BY a) FROM jsonb_array_elements_text(p_payload -> 'allow') a)
          INTO payload, before, entity_id, summary
          FROM govdesk.webhook w WHERE w.tenant_id = tenant AND w.id = (p_payload ->> 'webhook_id')::uuid AND w.status <> 'deleted';
        entity_type := 'webhook';
        PERFORM govdesk_private.require_opening(a) FROM jsonb_array_elements_text(payload -> 'allow') a;
    ELSIF p_action = 'platform.enter' THEN
        payload := p_payload;
        before := '{}';
        entity_type := 'tenant';
        entity_id := tenant::text;
        subject_email := NULL;
        summary := 'Let ' || (payload ->> 'email') || ' of the platform''s staff inside for '
                   || (payload ->> 'minutes') || ' minutes';
    ELSIF p_action = 'policy.change' AND p_payload ? 'policy' THEN
        payload := jsonb_build_object('policy', p_payload ->> 'policy',
            'enabled', (p_payload ->> 'enabled')::boolean,
            'expires_hours', coalesce((p_payload ->> 'expires_hours')::integer, 72));
        entity_type := 'decision_policy';
        before := coalesce((SELECT jsonb_build_object('enabled', p.enabled, 'expires_hours', p.expires_hours)
                              FROM govdesk.decision_policy p WHERE p.tenant_id = tenant
                               AND p.action = payload ->> 'policy'), '{}');
        summary := CASE WHEN (payload ->> 'enabled')::boolean THEN 'Keep' ELSE 'Switch off' END
                   || ' the second person for ' || (payload ->> 'policy');
    ELSIF p_action = 'policy.change' AND p_payload ? 'reviewer' THEN
        payload := jsonb_build_object('reviewer', govdesk_private.proper_email(p_payload ->> 'reviewer'),
            'display_name', coalesce(p_payload ->> 'display_name', ''),
            'status', CASE p_payload ->> 'status' WHEN 'removed' THEN 'removed' ELSE 'active' END);
        entity_type := 'reviewer';
        subject_email := payload ->> 'reviewer';
        before := coalesce((SELECT jsonb_build_object('status', w.status) FROM govdesk.reviewer w
                             WHERE w.tenant_id = tenant AND w.email = payload ->> 'reviewer'), '{}');
        summary := CASE payload ->> 'status' WHEN 'removed' THEN 'Remove' ELSE 'Add' END
                   || ' the reviewer ' || (payload ->> 'reviewer');
    END IF;
    IF payload IS NULL OR summary IS NULL THEN
        RAISE EXCEPTION 'what this is about is not there' USING ERRCODE = 'GD012';
    END IF;
    IF v_after IS NOT NULL THEN
        blast := (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]')
                    FROM govdesk_private.radius(tenant, v_member.id, v_after) r);
    END IF;
EXCEPTION WHEN invalid_text_representation OR syntax_error OR invalid_parameter_value OR datetime_field_overflow
            OR invalid_datetime_format THEN
    RAISE EXCEPTION 'the change is malformed' USING ERRCODE = 'GD012';
END $$;

-- Stops: a restore that names what is no size and root of a tree.
CREATE FUNCTION govdesk_private.proper_tree(p_tree jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF NOT coalesce(p_tree ->> 'size' ~ '^(0|[1-9][0-9]{0,14})$' AND p_tree ->> 'root' ~ '^[0-9a-f]{64}$', false) THEN
        RAISE EXCEPTION 'no checkpoint' USING ERRCODE = 'GD012';
    END IF;
    RETURN jsonb_build_object('size', (p_tree ->> 'size')::bigint, 'root', p_tree ->> 'root');
END $$;

-- Writes a decision under the principal of this transaction, and a link for each who may decide.
CREATE FUNCTION govdesk_private.write_decision(p_action text, p_payload jsonb, p_reason text)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.act();
    v_facts  record;
    v_row    govdesk.decision;
    v_hours  integer;
    v_count  integer := 0;
    v_who    govdesk.reviewer;
BEGIN
    IF coalesce(length(btrim(p_reason)) NOT BETWEEN 3 AND 2000, true) THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'GD012';
    END IF;
    SELECT * INTO v_facts FROM govdesk_private.decision_facts(p_action, p_payload, v.member_id, v.tenant_id);
    IF coalesce(govdesk_private.same_human(v_facts.subject_email, regexp_replace(v.actor, '^[a-z]+:', '')), false)
       AND p_action <> 'policy.change' THEN
        RAISE EXCEPTION 'nobody asks for this about himself'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    SELECT p.expires_hours INTO v_hours FROM govdesk.decision_policy p
     WHERE p.tenant_id = v.tenant_id AND p.action = p_action;
    v_row.payload := govdesk_private.canonical(v_facts.payload);
    v_row.id := gen_random_uuid();
    INSERT INTO govdesk.decision
           (id, tenant_id, tenant_path, action, summary, entity_type, entity_id, payload, digest,
            before, blast, reason, requested_by, requester, subject_email, expires_at)
    VALUES (v_row.id, v.tenant_id, v.tenant_path, p_action, v_facts.summary, v_facts.entity_type,
            v_facts.entity_id, v_row.payload, encode(sha256(convert_to(v_row.payload, 'UTF8')), 'hex'),
            govdesk_private.canonical(v_facts.before), v_facts.blast::text, btrim(p_reason), v.member_id,
            v.actor, v_facts.subject_email,
            clock_timestamp() + make_interval(hours => coalesce(v_hours, 72)))
    RETURNING * INTO v_row;
    FOR v_who IN SELECT w.* FROM govdesk.reviewer w WHERE w.tenant_id = v.tenant_id
                    AND govdesk_private.is_eligible(w, v_row)
    LOOP
        v_count := v_count + 1;
        PERFORM govdesk_private.queue_mail(v.tenant_id, 'decision', v_row.id, v_who.email,
            v_who.display_name, jsonb_build_object('title', v_row.summary,
                'requester', regexp_replace(v.actor, '^[a-z]+:', ''), 'reason', v_row.reason,
                'expires_at', govdesk_private.instant(v_row.expires_at), 'link_path', '/decision/'),
            govdesk_private.make_link('decision', v.tenant_id, v_row.id, v_who.email, v_row.expires_at,
                jsonb_build_object('digest', v_row.digest, 'reviewer_id', v_who.id)));
    END LOOP;
    IF v_count = 0 THEN
        RAISE EXCEPTION 'nobody may decide this' USING ERRCODE = 'GD021';
    END IF;
    RETURN v_row.id;
END $$;

CREATE FUNCTION govdesk_api.needs_decision(p_action text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN govdesk_private.policy_on(govdesk_private.tenant(), p_action);
END $$;

-- Asks for a decision. Returns its id; the links go to the reviewers only.
CREATE FUNCTION govdesk_api.request_decision(p_action text, p_payload jsonb, p_reason text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    IF p_action = 'platform.enter'
       OR govdesk_private.granted('decision.request') = '{}' THEN
        RAISE EXCEPTION 'decision.request is needed'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.require_step_up(v);
    RETURN govdesk_private.write_decision(p_action, p_payload, p_reason);
END $$;

CREATE FUNCTION govdesk_api.cancel_decision(p_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    UPDATE govdesk.decision d
       SET status = 'cancelled', decided_at = clock_timestamp(), decided_by = v.actor
     WHERE d.id = p_id AND d.tenant_id = v.tenant_id AND d.status IN ('pending', 'approved')
       AND d.requester = v.actor;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such decision, or not yours'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
END $$;

-- Stops: deciding what is over, late, or not for this reviewer.
CREATE FUNCTION govdesk_private.open_decision(p_id uuid, p_email text) RETURNS govdesk.decision
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.decision;
BEGIN
    SELECT * INTO v FROM govdesk.decision d WHERE d.id = p_id AND d.status = 'pending'
       AND d.expires_at > clock_timestamp();
    IF v.id IS NULL OR NOT EXISTS (
        SELECT FROM govdesk.reviewer w WHERE w.tenant_id = v.tenant_id AND w.email = p_email
           AND govdesk_private.is_eligible(w, v)) THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    RETURN v;
END $$;

CREATE FUNCTION govdesk_api.decisions_waiting() RETURNS SETOF govdesk.decision
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.kind IS DISTINCT FROM 'session' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT d.* FROM govdesk.decision d
     WHERE d.tenant_id = v.tenant_id AND d.status = 'pending' AND d.expires_at > clock_timestamp()
       AND EXISTS (SELECT FROM govdesk.reviewer w WHERE w.tenant_id = v.tenant_id
                      AND 'user:' || w.email = v.actor AND govdesk_private.is_eligible(w, d))
     ORDER BY d.expires_at;
END $$;

-- The decisions that a reviewer among the members may see: those that he was, or is, asked about.
CREATE FUNCTION govdesk_private.own_decisions() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.kind IS DISTINCT FROM 'session' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT l.entity_id FROM govdesk_private.link l
                   JOIN govdesk.reviewer w ON w.tenant_id = l.tenant_id AND w.email = l.email
                  WHERE l.tenant_id = v.tenant_id AND l.kind = 'decision'
                    AND 'user:' || w.email = v.actor);
END $$;

-- Stops: a verdict that is none, and one without a word.
CREATE FUNCTION govdesk_private.proper_verdict(p_verdict text, p_reason text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF coalesce(p_verdict NOT IN ('approve', 'reject') OR length(p_reason) > 2000, true)
       OR (p_verdict = 'reject' AND length(btrim(p_reason)) < 3) THEN
        RAISE EXCEPTION 'approve, or reject with a reason' USING ERRCODE = 'GD012';
    END IF;
    RETURN jsonb_build_object('verdict', p_verdict, 'reason', btrim(p_reason));
END $$;

-- A member's decision in the console: written down first, judged in a later transaction.
CREATE FUNCTION govdesk_api.decide_submit(p_decision uuid, p_verdict text, p_reason text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.principal := govdesk_private.context();
    v_facts jsonb := govdesk_private.proper_verdict(p_verdict, coalesce(p_reason, ''));
    v_id    uuid;
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    SELECT s.attempt_id INTO v_id FROM govdesk_private.person p CROSS JOIN LATERAL
        govdesk_private.submit('decide', p.email, v.tenant_path::text, v.session_id,
                               public.gen_random_bytes(32), NULL) s
     WHERE p.id = v.person_id;
    UPDATE govdesk_private.attempt a SET subject_id = p_decision, facts = v_facts WHERE a.id = v_id;
    RETURN v_id;
END $$;

CREATE FUNCTION govdesk_api.decide_reveal(p_attempt uuid) RETURNS TABLE (status text, outcome text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v          govdesk_private.principal := govdesk_private.context();
    v_attempt  govdesk_private.attempt := govdesk_private.admit_own(p_attempt, 'decide', v.session_id);
    v_decision govdesk.decision;
BEGIN
    IF v.kind IS DISTINCT FROM 'session' THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    IF coalesce(v.stepped_up_at < clock_timestamp() - interval '5 minutes', true) THEN
        RAISE EXCEPTION 'a fresh confirmation is needed' USING ERRCODE = 'GD009';
    END IF;
    v_decision := govdesk_private.open_decision(v_attempt.subject_id, v_attempt.email);
    IF v_decision.tenant_id <> v.tenant_id THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    PERFORM govdesk_private.succeed(v_attempt.id);
    PERFORM govdesk_private.assume('decision', v_decision.tenant_id, v_decision.tenant_path,
        v_decision.requested_by, v.session_id, v.actor, v_decision.requester);
    RETURN QUERY SELECT * FROM govdesk_private.conclude(
        v_decision.id, v_attempt.facts ->> 'verdict', v_attempt.facts ->> 'reason');
    PERFORM govdesk_private.close_acting();
END $$;

-- Stops: a changed payload, a second execution, and rights or facts that moved since it was asked.
-- Approving executes here and now; what cannot be executed any more is void, and says why.
CREATE FUNCTION govdesk_private.conclude(p_id uuid, p_verdict text, p_reason text)
RETURNS TABLE (status text, outcome text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v        govdesk.decision;
    v_facts  record;
    v_why    text;
    v_detail text;
BEGIN
    UPDATE govdesk.decision d
       SET status = CASE p_verdict WHEN 'approve' THEN 'approved' ELSE 'rejected' END,
           decided_at = clock_timestamp(), decided_by = v_acting.actor, decision_reason = p_reason
     WHERE d.id = p_id AND d.status = 'pending' AND d.expires_at > clock_timestamp()
    RETURNING * INTO v;
    IF v.id IS NULL THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    IF v.status = 'rejected' THEN
        RETURN QUERY SELECT v.status, NULL::text;
        RETURN;
    END IF;
    BEGIN
        IF v.status = 'voided' OR v.digest <> encode(sha256(convert_to(v.payload, 'UTF8')), 'hex') THEN
            v_why := 'The change itself was altered after it was asked for.';
        ELSIF v.requested_by IS NOT NULL AND NOT EXISTS (
            SELECT FROM govdesk.member m WHERE m.tenant_id = v.tenant_id AND m.id = v.requested_by
               AND m.status = 'active') THEN
            v_why := 'Whoever asked is not an active member any more.';
        ELSE
            SELECT * INTO v_facts FROM govdesk_private.decision_facts(
                v.action, v.payload::jsonb, v.requested_by, v.tenant_id);
            IF govdesk_private.canonical(v_facts.before) <> v.before THEN
                v_why := 'What it is about has changed since it was asked for.';
            ELSE
                PERFORM govdesk_private.execute(v);
            END IF;
        END IF;
    EXCEPTION WHEN insufficient_privilege OR unique_violation OR check_violation
                OR foreign_key_violation OR raise_exception OR SQLSTATE 'GD010' OR SQLSTATE 'GD012'
                OR SQLSTATE 'GD015' OR SQLSTATE 'GD017' OR SQLSTATE 'GD019' OR SQLSTATE 'GD020'
                OR SQLSTATE 'GD021' OR SQLSTATE 'GD023' OR SQLSTATE 'GD034' OR SQLSTATE 'GD042' OR SQLSTATE 'GD044'
                OR SQLSTATE 'GD045' OR SQLSTATE 'GD046' OR SQLSTATE 'GD047' THEN
        GET STACKED DIAGNOSTICS v_detail = MESSAGE_TEXT;
        v_why := 'It is not possible any more: ' || v_detail || '.';
    END;
    IF v_why IS NOT NULL THEN
        UPDATE govdesk.decision d SET status = 'voided', outcome = v_why WHERE d.id = v.id;
        RETURN QUERY SELECT 'voided', v_why;
    ELSIF v.action = 'platform.enter' THEN
        RETURN QUERY SELECT 'approved', 'They may enter until ' || to_char(v.expires_at, 'YYYY-MM-DD HH24:MI') || ' UTC.';
    ELSE
        UPDATE govdesk.decision d SET status = 'executed', outcome = 'Done.' WHERE d.id = v.id;
        RETURN QUERY SELECT 'executed', 'Done.';
    END IF;
END $$;

-- The change itself, under a principal of kind decision: the requester's rights, by triggers.
CREATE FUNCTION govdesk_private.execute(p govdesk.decision) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v        jsonb := p.payload::jsonb;
    v_member govdesk.member;
BEGIN
    SELECT * INTO v_member FROM govdesk.member m
     WHERE m.tenant_id = p.tenant_id AND m.id::text = v ->> 'member_id';
    CASE p.action
    WHEN 'owner.promote' THEN
        IF v ? 'invite' THEN
            PERFORM govdesk_private.write_invitation(v_acting, v #>> '{invite,email}',
                v #>> '{invite,display_name}', v #>> '{invite,role_key}',
                (v #>> '{invite,node_path}')::public.ltree, v #>> '{invite,message}',
                (v #>> '{invite,days}')::integer);
            RETURN;
        END IF;
        UPDATE govdesk.member_grant g SET role_key = v ->> 'role_key'
         WHERE g.tenant_id = p.tenant_id AND g.member_id = v_member.id AND g.status = 'active'
           AND g.node_path = (v ->> 'node_path')::public.ltree;
        IF NOT FOUND THEN
            INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)
            VALUES (p.tenant_id, p.tenant_path, v_member.id, (v ->> 'node_path')::public.ltree,
                    v ->> 'role_key');
        END IF;
    WHEN 'member.remove' THEN
        UPDATE govdesk.member m SET status = 'removed' WHERE m.id = v_member.id AND m.status <> 'removed';
    WHEN 'member.demote' THEN
        UPDATE govdesk.member_grant g
           SET role_key = coalesce(v ->> 'role_key', g.role_key),
               status = CASE WHEN v ->> 'role_key' IS NULL THEN 'removed' ELSE 'active' END
         WHERE g.tenant_id = p.tenant_id AND g.id = (v ->> 'grant_id')::uuid AND g.status = 'active';
    WHEN 'role.change' THEN
        UPDATE govdesk.role r
           SET title = v ->> 'title', status = v ->> 'status',
               permissions = ARRAY(SELECT jsonb_array_elements_text(v -> 'permissions'))
         WHERE r.tenant_id = p.tenant_id AND r.id = (v ->> 'role_id')::uuid AND r.status = 'active';
    WHEN 'organization.legal_entity' THEN
        INSERT INTO govdesk.organization_metadata
               (tenant_id, tenant_path, version, effective_from, legal_entity, country, abn, lei, vat,
                created_by)
        VALUES (p.tenant_id, p.tenant_path, (p.before::jsonb ->> 'version')::integer + 1,
                coalesce((v ->> 'effective_from')::timestamptz, clock_timestamp()),
                v ->> 'legal_entity', v ->> 'country', v ->> 'abn', v ->> 'lei', v ->> 'vat', '');
    WHEN 'policy.change' THEN
        IF v ? 'policy' THEN
            PERFORM govdesk_private.write_policy(v_acting, v ->> 'policy', (v ->> 'enabled')::boolean,
                                                 (v ->> 'expires_hours')::integer);
        ELSE
            PERFORM govdesk_private.write_reviewer(v_acting, v ->> 'reviewer', v ->> 'display_name',
                                                   v ->> 'status');
        END IF;
    WHEN 'factor.reset' THEN
        PERFORM govdesk_private.end_sessions_of(p.tenant_id, v_member.id, NULL);
        DELETE FROM govdesk_private.factor f WHERE f.person_id = v_member.person_id;
        UPDATE govdesk_private.recovery_code c SET voided_at = clock_timestamp()
         WHERE c.person_id = v_member.person_id AND c.used_at IS NULL AND c.voided_at IS NULL;
        UPDATE govdesk_private.credential c SET version = c.version + 1, needs_link = true
         WHERE c.person_id = v_member.person_id;
        UPDATE govdesk.member m SET mfa_at = NULL WHERE m.id = v_member.id;
        PERFORM govdesk_private.mail_account_link(v_member, 'factor', false, interval '1 day');
    WHEN 'account.recover' THEN
        PERFORM govdesk_private.mail_account_link(v_member, 'recover', false, interval '1 day');
    WHEN 'webhook.open' THEN
        UPDATE govdesk.webhook w SET allow = ARRAY(SELECT jsonb_array_elements_text(v -> 'allow'))
         WHERE w.tenant_id = p.tenant_id AND w.id = (v ->> 'webhook_id')::uuid;
    WHEN 'audit.erase' THEN
        PERFORM govdesk_private.erase(p);
    WHEN 'audit.prune' THEN
        PERFORM govdesk_private.prune(p.id, p.tenant_id, (v ->> 'month')::date);
    WHEN 'audit.restore' THEN
        INSERT INTO govdesk.audit_restore (tenant_id, tenant_path, known_size, known_root, found_size, found_root, requester, reviewer, reason)
        VALUES (p.tenant_id, p.tenant_path, (v #>> '{known,size}')::bigint, decode(v #>> '{known,root}', 'hex'),
                (v #>> '{found,size}')::bigint, decode(v #>> '{found,root}', 'hex'), p.requester, p.decided_by, p.reason);
        PERFORM govdesk_private.cut_tiles(p.tenant_id, (v #>> '{found,size}')::bigint);
    ELSE
        RETURN;
    END CASE;
END $$;

-- Stops: whoever can write the table altering what was asked for: the decision is void.
CREATE FUNCTION govdesk_private.void_changed_payload() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF govdesk_private.is_erasing() THEN
        RETURN NEW;
    ELSIF (NEW.payload, NEW.digest, NEW.before, NEW.action, NEW.requester, NEW.requested_by, NEW.subject_email)
       IS DISTINCT FROM
       (OLD.payload, OLD.digest, OLD.before, OLD.action, OLD.requester, OLD.requested_by, OLD.subject_email) THEN
        NEW.status := 'voided';
        NEW.outcome := 'The change itself was altered after it was asked for.';
    ELSIF OLD.status IN ('voided', 'executed', 'rejected', 'expired', 'cancelled')
          AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'this decision is over' USING ERRCODE = 'GD020';
    END IF;
    RETURN NEW;
END $$;

-- ---------------------------------------------------------------- by link

-- What a reviewer is shown. Spends nothing, and nothing of it is a session.
CREATE FUNCTION govdesk_api.decision_view(p_token text)
RETURNS TABLE (organization text, action text, title text, summary text, requester text,
               reviewer_email text, reason text, payload text, before text, blast jsonb, digest text,
               created_at timestamptz, expires_at timestamptz, status text, codes_left integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_link govdesk_private.link := govdesk_private.find_link(p_token, 'decision');
    v      govdesk.decision;
BEGIN
    SELECT * INTO v FROM govdesk.decision d WHERE d.id = v_link.entity_id;
    IF v.status = 'pending' THEN
        v := govdesk_private.open_decision(v.id, v_link.email);
    END IF;
    IF v.digest <> v_link.facts ->> 'digest' THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    RETURN QUERY
    SELECT t.name, v.action, k.title, v.summary, regexp_replace(v.requester, '^[a-z]+:', ''),
           v_link.email, v.reason, v.payload, v.before, v.blast::jsonb, v.digest, v.created_at,
           v.expires_at, v.status, 5 - (SELECT count(*)::integer FROM govdesk_private.link_code c
               WHERE c.link_id = v_link.id AND c.created_at > clock_timestamp() - interval '1 day')
      FROM govdesk.tenant t, govdesk.decision_kind k
     WHERE t.tenant_id = v.tenant_id AND k.action = v.action;
END $$;

CREATE FUNCTION govdesk_private.code_mac(p_link uuid, p_code text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT public.hmac(convert_to('govdesk-code:' || p_link || ':' || coalesce(p_code, ''), 'UTF8'),
                               i.link_key, 'sha256') FROM govdesk_private.installation i);
END $$;

-- Mails a code to the address that the link was made for: 8 digits, ten minutes, five a day.
CREATE FUNCTION govdesk_api.decision_send_code(p_token text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link govdesk_private.link := govdesk_private.find_link(p_token, 'decision');
    v      govdesk.decision := govdesk_private.open_decision(v_link.entity_id, v_link.email);
    v_bits bytea := public.gen_random_bytes(8);
    v_code text;
BEGIN
    PERFORM 1 FROM govdesk_private.link l WHERE l.id = v_link.id FOR UPDATE;
    IF (SELECT count(*) FROM govdesk_private.link_code c WHERE c.link_id = v_link.id
           AND c.created_at > clock_timestamp() - interval '1 day') >= 5 THEN
        RAISE EXCEPTION 'five codes a day' USING ERRCODE = 'GD003';
    END IF;
    v_code := lpad((('x' || encode(substr(v_bits, 1, 7), 'hex'))::bit(56)::bigint % 100000000)::text, 8, '0');
    INSERT INTO govdesk_private.link_code (link_id, code_mac, expires_at)
    VALUES (v_link.id, govdesk_private.code_mac(v_link.id, v_code), clock_timestamp() + interval '10 minutes');
    PERFORM govdesk_private.queue_mail(v.tenant_id, 'decision_code', v.id, v_link.email, '',
        jsonb_build_object('title', v.summary, 'code', v_code,
            'expires_at', govdesk_private.instant(clock_timestamp() + interval '10 minutes')));
END $$;

CREATE FUNCTION govdesk_api.decision_link_submit(
    p_token text, p_verdict text, p_reason text, p_commitment bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link  govdesk_private.link := govdesk_private.find_link(p_token, 'decision');
    v_facts jsonb := govdesk_private.proper_verdict(p_verdict, coalesce(p_reason, ''));
    v_id    uuid;
BEGIN
    -- One after another until each commits: the order of the attempts is the order they became known.
    PERFORM FROM govdesk_private.link l WHERE l.id = v_link.id FOR UPDATE;
    SELECT s.attempt_id INTO v_id FROM govdesk.tenant t CROSS JOIN LATERAL
        govdesk_private.submit('decide_link', v_link.email, t.tenant_path::text, NULL, p_commitment, NULL) s
     WHERE t.tenant_id = v_link.tenant_id;
    UPDATE govdesk_private.attempt a SET subject_id = v_link.id, facts = v_facts WHERE a.id = v_id;
    RETURN v_id;
END $$;

-- Stops: guesses of the code — at most five committed attempts for each code, judged only when they
-- are committed —, a link that was used, voided, or whose reviewer may not decide any more.
CREATE FUNCTION govdesk_api.decision_link_reveal(p_attempt uuid, p_token text, p_r bytea, p_code text)
RETURNS TABLE (status text, outcome text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link     govdesk_private.link := govdesk_private.find_link(p_token, 'decision');
    v_attempt  govdesk_private.attempt := govdesk_private.admit_own(p_attempt, 'decide_link', NULL);
    v_decision govdesk.decision := govdesk_private.open_decision(v_link.entity_id, v_link.email);
    v_code     govdesk_private.link_code;
BEGIN
    SELECT * INTO v_code FROM govdesk_private.link_code c WHERE c.link_id = v_link.id
     ORDER BY c.created_at DESC LIMIT 1;
    IF v_attempt.subject_id IS DISTINCT FROM v_link.id THEN
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
    IF (SELECT count(*) FROM govdesk_private.attempt a
         WHERE a.subject_id = v_link.id AND a.succeeded_at IS NULL AND a.submitted_at >= v_code.created_at
           AND (a.submitted_at, a.id) < (v_attempt.submitted_at, v_attempt.id)) >= 5 THEN
        RAISE EXCEPTION 'too many attempts' USING ERRCODE = 'GD003';
    END IF;
    IF v_code.id IS NULL OR v_code.expires_at <= clock_timestamp()
       OR v_attempt.submitted_at < v_code.created_at
       OR v_attempt.commitment <> sha256(coalesce(p_r, '') || convert_to(coalesce(p_code, ''), 'UTF8'))
       OR v_code.code_mac <> govdesk_private.code_mac(v_link.id, p_code) THEN
        RAISE EXCEPTION 'the code is not right' USING ERRCODE = 'GD022';
    END IF;
    IF v_decision.digest <> v_link.facts ->> 'digest' THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    PERFORM set_config('app.session_token', '', true), set_config('app.current_tenant_path', '', true);
    PERFORM govdesk_private.succeed(v_attempt.id);
    PERFORM govdesk_private.assume('decision', v_decision.tenant_id, v_decision.tenant_path,
        v_decision.requested_by, NULL, 'reviewer:' || v_link.email, v_decision.requester);
    PERFORM govdesk_private.spend_link(v_link);
    RETURN QUERY SELECT * FROM govdesk_private.conclude(
        v_decision.id, v_attempt.facts ->> 'verdict', v_attempt.facts ->> 'reason');
    PERFORM govdesk_private.close_acting();
END $$;

-- ---------------------------------------------------------------- policy

CREATE FUNCTION govdesk_private.write_policy(
    p_acting govdesk_private.acting, p_action text, p_enabled boolean, p_hours integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_probe govdesk.decision;
BEGIN
    IF NOT EXISTS (SELECT FROM govdesk.decision_kind k WHERE k.action = p_action AND NOT k.always) THEN
        RAISE EXCEPTION 'no such decision' USING ERRCODE = 'GD012';
    END IF;
    v_probe.tenant_id := p_acting.tenant_id;
    v_probe.requester := coalesce(p_acting.on_behalf_of, p_acting.actor);
    IF p_enabled AND NOT EXISTS (SELECT FROM govdesk.reviewer w WHERE w.tenant_id = p_acting.tenant_id
                                    AND govdesk_private.is_eligible(w, v_probe)) THEN
        RAISE EXCEPTION 'nobody could decide' USING ERRCODE = 'GD021';
    END IF;
    INSERT INTO govdesk.decision_policy AS p (tenant_id, tenant_path, action, enabled, expires_hours)
    VALUES (p_acting.tenant_id, p_acting.tenant_path, p_action, p_enabled, coalesce(p_hours, 72))
    ON CONFLICT (tenant_id, action) DO UPDATE
        SET enabled = excluded.enabled, expires_hours = coalesce(p_hours, p.expires_hours);
END $$;

CREATE FUNCTION govdesk_private.write_reviewer(
    p_acting govdesk_private.acting, p_email text, p_display_name text, p_status text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_email text := govdesk_private.proper_email(p_email);
BEGIN
    INSERT INTO govdesk.reviewer AS w (tenant_id, tenant_path, email, display_name, member_id, status)
    SELECT p_acting.tenant_id, p_acting.tenant_path, v_email,
           coalesce(nullif(btrim(p_display_name), ''), m.display_name, split_part(v_email, '@', 1)),
           m.id, p_status
      FROM (SELECT 1) one LEFT JOIN govdesk.member m
        ON m.tenant_id = p_acting.tenant_id AND m.email = v_email AND m.status <> 'removed'
    ON CONFLICT (tenant_id, email) DO UPDATE
        SET status = excluded.status, display_name = excluded.display_name, member_id = excluded.member_id;
END $$;

-- Stops: switching the second person off, or making one's own alias the reviewer, alone.
CREATE FUNCTION govdesk_private.require_policy_right(p_tightens boolean) RETURNS govdesk_private.acting
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    IF NOT govdesk_private.everywhere('policy.manage') THEN
        RAISE EXCEPTION 'policy.manage is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.require_step_up(v);
    IF NOT p_tightens THEN
        PERFORM govdesk_private.require_decision(v, 'policy.change');
    END IF;
    RETURN v;
END $$;

CREATE FUNCTION govdesk_api.set_decision_policy(
    p_action text, p_enabled boolean, p_expires_hours integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_was boolean := (SELECT p.enabled FROM govdesk.decision_policy p
                       WHERE p.tenant_id = govdesk_private.tenant() AND p.action = p_action);
BEGIN
    PERFORM govdesk_private.write_policy(
        govdesk_private.require_policy_right(p_enabled AND NOT coalesce(v_was, false)),
        p_action, p_enabled, p_expires_hours);
END $$;

CREATE FUNCTION govdesk_api.set_reviewer(p_email text, p_display_name text, p_status text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF coalesce(p_status NOT IN ('active', 'removed'), true) THEN
        RAISE EXCEPTION 'active or removed' USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.write_reviewer(govdesk_private.require_policy_right(false),
                                           p_email, p_display_name, p_status);
END $$;
