-- Legal holds, and months of the log that are archived and pruned. Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.require_policy_manager() RETURNS govdesk_private.acting
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    IF NOT govdesk_private.everywhere('policy.manage') THEN
        RAISE EXCEPTION 'policy.manage is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.require_step_up(v);
    RETURN v;
END $$;

-- What a filter finds is neither erased nor pruned as long as the hold stands.
CREATE FUNCTION govdesk_api.place_hold(p_name text, p_query text, p_terms jsonb, p_reason text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v    govdesk_private.acting := govdesk_private.require_policy_manager();
    v_id uuid := gen_random_uuid();
BEGIN
    -- Refuses terms that cannot be read, rather than to hold nothing.
    EXECUTE 'SELECT 1 FROM govdesk.audit_log l WHERE false AND ' || govdesk_private.condition(p_terms, v.tenant_id);
    IF (SELECT count(*) FROM govdesk.audit_hold h WHERE h.tenant_id = v.tenant_id AND h.status = 'active') >= 100 THEN
        RAISE EXCEPTION 'too many holds' USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.refuse_raw_secret('reason', p_reason);
    INSERT INTO govdesk.audit_hold (id, tenant_id, tenant_path, name, query, terms, reason, placed_by)
    VALUES (v_id, v.tenant_id, v.tenant_path, btrim(p_name), coalesce(p_query, ''), p_terms, btrim(p_reason), v.actor);
    RETURN v_id;
END $$;

CREATE FUNCTION govdesk_api.lift_hold(p_id uuid, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.require_policy_manager();
BEGIN
    IF coalesce(length(btrim(p_reason)) NOT BETWEEN 3 AND 2000, true) THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.refuse_raw_secret('reason', p_reason);
    UPDATE govdesk.audit_hold h
       SET status = 'lifted', lifted_at = clock_timestamp(), lifted_by = v.actor, lift_reason = btrim(p_reason)
     WHERE h.tenant_id = v.tenant_id AND h.id = p_id AND h.status = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such hold, or it was lifted' USING ERRCODE = 'GD012';
    END IF;
END $$;

-- One condition over govdesk.audit_log l for what any hold protects.
CREATE FUNCTION govdesk_private.held_condition(p_tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN coalesce((SELECT '((' || string_agg(govdesk_private.condition(h.terms, p_tenant), ') OR (') || ')) IS TRUE'
                       FROM govdesk.audit_hold h WHERE h.tenant_id = p_tenant AND h.status = 'active'), 'false');
END $$;

-- Which of these events a hold protects.
CREATE FUNCTION govdesk_private.held_by(p_tenant uuid, p_seqs bigint[]) RETURNS TABLE (seq bigint, hold text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT h.name, govdesk_private.condition(h.terms, p_tenant) AS sql FROM govdesk.audit_hold h
              WHERE h.tenant_id = p_tenant AND h.status = 'active' ORDER BY h.placed_at LOOP
        RETURN QUERY EXECUTE format('SELECT l.seq, %L::text FROM govdesk.audit_log l WHERE l.tenant_id = %L'
                                    ' AND l.seq = ANY (%L::bigint[]) AND %s', v.name, p_tenant, p_seqs, v.sql);
    END LOOP;
END $$;

CREATE FUNCTION govdesk_api.held(p_seqs bigint[]) RETURNS TABLE (seq bigint, hold text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.everywhere('audit.read') OR cardinality(p_seqs) > 10000 THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT f.seq, f.hold FROM govdesk_private.held_by(v.tenant_id, p_seqs) f;
END $$;

-- Months of a log: where they begin and end. A month is whole when events of a later one stand behind it.
CREATE FUNCTION govdesk_private.months(p_tenant uuid) RETURNS TABLE (month date, first bigint, last bigint, whole boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_head bigint;
    v_from timestamptz;
    v_to   timestamptz;
BEGIN
    SELECT l.seq, l.at INTO v_head, v_to FROM govdesk.audit_log l WHERE l.tenant_id = p_tenant ORDER BY l.seq DESC LIMIT 1;
    SELECT l.at INTO v_from FROM govdesk.audit_log l WHERE l.tenant_id = p_tenant ORDER BY l.seq LIMIT 1;
    v_from := least(v_from, (SELECT min(s.month)::timestamp AT TIME ZONE 'UTC' FROM govdesk.audit_segment s WHERE s.tenant_id = p_tenant));
    RETURN QUERY
    SELECT q.month, q.first, q.last, q.last < v_head FROM (
        SELECT b.month, coalesce(s.first, b.begins) AS first,
               coalesce(s.last, lead(coalesce(s.first, b.begins)) OVER (ORDER BY b.month) - 1, v_head) AS last
          FROM (SELECT m::date AS month, (SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = p_tenant
                           AND l.at >= m AT TIME ZONE 'UTC' ORDER BY l.at, l.seq LIMIT 1) AS begins
                  FROM generate_series(date_trunc('month', v_from AT TIME ZONE 'UTC'), v_to AT TIME ZONE 'UTC', interval '1 month') m) b
          LEFT JOIN govdesk.audit_segment s ON s.tenant_id = p_tenant AND s.month = b.month) q
     WHERE q.first <= q.last;
END $$;

CREATE FUNCTION govdesk_api.segments()
RETURNS TABLE (month date, first bigint, last bigint, rows bigint, held bigint, state text, archive_sha256 text,
               archived_at timestamptz, pruned_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.principal := govdesk_private.context();
    v_held text;
    v_one  record;
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.everywhere('audit.read') THEN
        RETURN;
    END IF;
    v_held := govdesk_private.held_condition(v.tenant_id);
    FOR v_one IN SELECT m.*, s.archive_sha256 AS digest, s.archived_at AS archived, x.pruned_at AS pruned
                   FROM govdesk_private.months(v.tenant_id) m
                   LEFT JOIN govdesk.audit_segment s ON s.tenant_id = v.tenant_id AND s.month = m.month
                   LEFT JOIN govdesk_private.audit_pruned x ON x.tenant_id = v.tenant_id AND x.month = m.month ORDER BY m.month LOOP
        month := v_one.month;
        first := v_one.first;
        last := v_one.last;
        rows := v_one.last - v_one.first + 1;
        held := 0;
        IF v_held <> 'false' THEN
            EXECUTE format('SELECT count(*) FROM govdesk.audit_log l WHERE l.tenant_id = %L AND l.seq BETWEEN %s AND %s AND %s',
                           v.tenant_id, first, last, v_held) INTO held;
        END IF;
        state := CASE WHEN v_one.pruned IS NOT NULL THEN 'pruned' WHEN v_one.archived IS NOT NULL THEN 'archived'
                      WHEN v_one.whole THEN 'whole' ELSE 'open' END;
        archive_sha256 := v_one.digest;
        archived_at := v_one.archived;
        pruned_at := v_one.pruned;
        RETURN NEXT;
    END LOOP;
END $$;

-- Records that a month is kept elsewhere: by an evidence bundle of exactly it, of which nothing was
-- left out, and under a checkpoint.
CREATE FUNCTION govdesk_api.archive_segment(p_month date, p_export uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.acting_member();
    v_month  record;
    v_facts  jsonb;
    v_size   bigint;
    v_id     uuid := gen_random_uuid();
BEGIN
    IF NOT (govdesk_private.everywhere('evidence.create') AND govdesk_private.everywhere('audit.read')) THEN
        RAISE EXCEPTION 'evidence.create is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    SELECT * INTO v_month FROM govdesk_private.months(v.tenant_id) m WHERE m.month = p_month;
    IF NOT coalesce(v_month.whole, false) THEN
        RAISE EXCEPTION 'the month is not over' USING ERRCODE = 'GD045', DETAIL = 'not_whole';
    END IF;
    SELECT l.diff::jsonb #> '{data,new}' INTO v_facts FROM govdesk.audit_log l
     WHERE l.tenant_id = v.tenant_id AND l.action = 'audit.bundle_created' AND l.entity_id = p_export::text
       AND l.diff::jsonb #>> '{data,new,stage}' = 'finished' ORDER BY l.seq DESC LIMIT 1;
    IF NOT coalesce(v_facts ->> 'filter' = '' AND v_facts -> 'redact' = '[]'
           AND (v_facts ->> 'first')::bigint <= v_month.first AND (v_facts ->> 'last')::bigint >= v_month.last
           AND v_facts ->> 'sha256' ~ '^[0-9a-f]{64}$', false) THEN
        RAISE EXCEPTION 'there is no bundle of the whole month' USING ERRCODE = 'GD045', DETAIL = 'no_bundle';
    END IF;
    SELECT c.size INTO v_size FROM govdesk.audit_checkpoint c WHERE c.tenant_id = v.tenant_id AND c.size >= v_month.last
     ORDER BY c.size LIMIT 1;
    IF v_size IS NULL THEN
        RAISE EXCEPTION 'no checkpoint covers the month' USING ERRCODE = 'GD045', DETAIL = 'no_checkpoint';
    END IF;
    INSERT INTO govdesk.audit_segment
           (id, tenant_id, tenant_path, month, first, last, root, archive_sha256, archive_export, checkpoint_size, archived_by)
    VALUES (v_id, v.tenant_id, v.tenant_path, p_month, v_month.first, v_month.last,
            govdesk_private.merkle_root(govdesk_private.range_hashes(v.tenant_id, v_month.first, v_month.last)),
            v_facts ->> 'sha256', p_export, v_size, v.actor);
    RETURN v_id;
END $$;

-- Ranges whose rows are gone, and how many of each a hold kept.
CREATE FUNCTION govdesk_api.pruned() RETURNS TABLE (first bigint, last bigint, held bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN QUERY SELECT x.first, x.last, x.last - x.first + 1 - x.dropped FROM govdesk_private.audit_pruned x
     WHERE x.tenant_id = v.tenant_id ORDER BY x.first;
END $$;

-- Stops: pruning what is not archived, not in full tiles, or not yet sent to every webhook.
CREATE FUNCTION govdesk_private.prunable(p_tenant uuid, p_month date) RETURNS govdesk.audit_segment
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.audit_segment;
BEGIN
    SELECT s.* INTO v FROM govdesk.audit_segment s
     WHERE s.tenant_id = p_tenant AND s.month = p_month
       AND NOT EXISTS (SELECT FROM govdesk_private.audit_pruned x WHERE x.tenant_id = p_tenant AND x.month = p_month);
    IF v.id IS NULL THEN
        RAISE EXCEPTION 'the month is not archived, or it is pruned' USING ERRCODE = 'GD045', DETAIL = 'not_archived';
    END IF;
    IF NOT EXISTS (SELECT FROM govdesk.audit_tile t WHERE t.tenant_id = p_tenant AND t.level = 0 AND t.position = (v.last - 1) / 256)
       OR govdesk_private.merkle_root(govdesk_private.range_hashes(p_tenant, v.first, v.last)) <> v.root THEN
        RAISE EXCEPTION 'the tree does not hold the whole month yet' USING ERRCODE = 'GD045', DETAIL = 'not_tiled';
    END IF;
    IF EXISTS (SELECT FROM govdesk_private.webhook_cursor c JOIN govdesk.webhook w ON w.id = c.webhook_id
                WHERE c.tenant_id = p_tenant AND w.status = 'active' AND c.cursor_seq < v.last) THEN
        RAISE EXCEPTION 'a webhook has not been sent all of the month' USING ERRCODE = 'GD045', DETAIL = 'not_sent';
    END IF;
    RETURN v;
END $$;

-- Drops the rows of an archived month that no hold keeps, but not those that account for absences
-- elsewhere. Their hashes stay in the tree, and one sealed event accounts for them.
CREATE FUNCTION govdesk_private.prune(p_decision uuid, p_tenant uuid, p_month date) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk.audit_segment := govdesk_private.prunable(p_tenant, p_month);
    v_goes  text := format('l.tenant_id = %L AND l.seq BETWEEN %s AND %s AND l.action NOT IN (''audit.erased'', ''audit.pruned'')'
                           ' AND NOT (%s)', p_tenant, v.first, v.last, govdesk_private.held_condition(p_tenant));
    v_keeps text := format('l.tenant_id = %L AND l.seq BETWEEN %s AND %s AND NOT (%s)', p_tenant, v.first, v.last, v_goes);
    v_kept  bigint;
    v_root  bytea;
    v_count bigint;
BEGIN
    -- How many stay, and which, is sealed too: nobody removes them later as if they had been pruned.
    EXECUTE format('SELECT count(*), govdesk_private.merkle_root(coalesce(string_agg(l.leaf_hash, ''''::bytea ORDER BY l.seq), ''''))'
                   ' FROM govdesk.audit_log l WHERE %s', v_keeps) INTO v_kept, v_root;
    PERFORM govdesk_private.note('audit.pruned', 'audit_segment', v.first || '-' || v.last || ':' || encode(v.root, 'hex'),
        'Events ' || v.first || ' to ' || v.last || ' of ' || to_char(v.month, 'YYYY-MM') || ' were pruned; they are archived',
        jsonb_build_object('month', to_char(v.month, 'YYYY-MM'), 'first', v.first, 'last', v.last, 'root', encode(v.root, 'hex'),
                           'kept', v_kept, 'kept_root', encode(v_root, 'hex'), 'archive_sha256', v.archive_sha256,
                           'checkpoint_size', v.checkpoint_size));
    INSERT INTO govdesk_private.erasing (xact, tenant_id, decision_id, first, last)
    VALUES (pg_current_xact_id(), p_tenant, p_decision, v.first, v.last);
    EXECUTE 'DELETE FROM govdesk.audit_log l WHERE ' || v_goes;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    DELETE FROM govdesk_private.erasing e WHERE e.xact = pg_current_xact_id();
    INSERT INTO govdesk_private.audit_pruned (tenant_id, month, first, last, dropped) VALUES (p_tenant, v.month, v.first, v.last, v_count);
END $$;
