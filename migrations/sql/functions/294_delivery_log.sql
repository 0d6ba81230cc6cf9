-- What people see of deliveries and do about them: health, why not sent, sending again, tests.
-- Owner: govdesk_kernel.

CREATE FUNCTION govdesk_api.webhook_health()
RETURNS TABLE (webhook_id uuid, pending bigint, behind bigint, ok_24h bigint, failed_24h bigint, last_success_at timestamptz,
               last_failure_at timestamptz, last_outcome text, last_status integer, failing_since timestamptz, failures integer,
               breaker text, breaker_until timestamptz, has_secret boolean, average_ms real)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.principal := govdesk_private.context();
    v_paths public.ltree[];
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN;
    END IF;
    v_paths := govdesk_private.granted('webhook.read');
    RETURN QUERY
    SELECT w.id, (SELECT count(*) FROM (SELECT FROM govdesk.delivery d WHERE d.webhook_id = w.id AND d.status = 'pending' LIMIT 10001) p),
           greatest(h.seq - c.cursor_seq, 0), coalesce(o.ok, 0)::bigint, coalesce(o.failed, 0)::bigint, s.last_success_at, s.last_failure_at,
           s.last_outcome, s.last_status, s.failing_since, s.failures, s.breaker, s.breaker_until,
           w.kind <> 'webhook' OR EXISTS (SELECT FROM govdesk.webhook_secret x WHERE x.webhook_id = w.id AND x.status = 'current'),
           s.average_ms
      FROM govdesk.webhook w
      JOIN govdesk_private.webhook_state s ON s.webhook_id = w.id
      JOIN govdesk_private.webhook_cursor c ON c.webhook_id = w.id
     CROSS JOIN (SELECT coalesce((SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id ORDER BY l.seq DESC LIMIT 1), 0) AS seq) h
      LEFT JOIN LATERAL (SELECT sum(x.ok) AS ok, sum(x.failed) AS failed FROM govdesk_private.webhook_hour x
                          WHERE x.webhook_id = w.id AND x.hour > clock_timestamp() - interval '24 hours') o ON true
     WHERE w.tenant_id = v.tenant_id AND w.status <> 'deleted' AND w.node_path <@ ANY (v_paths);
END $$;

-- Who works for this installation: hosts for those who manage webhooks, the last sign of life for everyone.
CREATE FUNCTION govdesk_api.workers() RETURNS TABLE (host text, release text, seen_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF govdesk_private.tenant() IS NULL THEN
        RETURN;
    ELSIF govdesk_private.granted('webhook.manage') <> '{}' THEN
        RETURN QUERY SELECT w.host, w.release, w.seen_at FROM govdesk_private.worker_seen w
                      WHERE w.seen_at > clock_timestamp() - interval '7 days' ORDER BY w.seen_at DESC;
    ELSE
        RETURN QUERY SELECT '', '', max(w.seen_at) FROM govdesk_private.worker_seen w HAVING count(*) > 0;
    END IF;
END $$;

-- Goes on after it was disabled: with what was missed meanwhile, or from now on. Returns how many rows
-- of the log are looked at again.
CREATE FUNCTION govdesk_api.resume_webhook(p_webhook uuid, p_missed text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk.webhook := govdesk_private.managed_webhook(p_webhook);
    v_cursor govdesk_private.webhook_cursor;
    v_head   bigint;
BEGIN
    IF coalesce(p_missed NOT IN ('send', 'skip'), true) THEN
        RAISE EXCEPTION 'send or skip' USING ERRCODE = 'GD012', DETAIL = 'missed';
    END IF;
    PERFORM govdesk_private.hold_system(v.tenant_id, v.node_path);
    IF v.status <> 'disabled' THEN
        -- What is at work is not resumed: its statistics and failures are nobody's to forget.
        RETURN 0;
    END IF;
    UPDATE govdesk.webhook w SET status = 'active' WHERE w.id = v.id;
    UPDATE govdesk_private.webhook_state s
       SET failures = 0, failing_since = NULL, breaker = 'closed', breaker_until = NULL, reopened = 0, paused_until = NULL, gone_at = NULL
     WHERE s.webhook_id = v.id;
    SELECT * INTO v_cursor FROM govdesk_private.webhook_cursor c WHERE c.webhook_id = v.id FOR UPDATE;
    v_head := coalesce((SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id ORDER BY l.seq DESC LIMIT 1), 0);
    IF p_missed = 'send' OR v_head <= v_cursor.cursor_seq THEN
        UPDATE govdesk.delivery d SET due_at = clock_timestamp()
         WHERE p_missed = 'send' AND d.webhook_id = v.id AND d.status = 'pending' AND d.lease IS NULL;
        -- What it answered with "gone" was missed as well.
        UPDATE govdesk.delivery d SET status = 'pending', tries = 0, lane = 'retry', due_at = clock_timestamp(), done_at = NULL
         WHERE p_missed = 'send' AND d.webhook_id = v.id AND d.status = 'failed' AND d.last_outcome = 'gone' AND d.origin = 'event';
        RETURN greatest(v_head - v_cursor.cursor_seq, 0);
    END IF;
    INSERT INTO govdesk_private.webhook_gap (tenant_id, webhook_id, from_seq, to_seq, reason)
    VALUES (v.tenant_id, v.id, v_cursor.cursor_seq + 1, v_head, coalesce(v.disabled_reason, 'person'));
    UPDATE govdesk_private.webhook_cursor c SET cursor_seq = v_head WHERE c.webhook_id = v.id;
    UPDATE govdesk.delivery d SET status = 'cancelled', done_at = clock_timestamp()
     WHERE d.webhook_id = v.id AND d.status = 'pending' AND d.lease IS NULL;
    RETURN 0;
END $$;

-- Puts one delivery into the queue that says that it is a test: signed as always, with the newest secret
-- alone, or with a forged signature. The worker sends it, by the way that all go.
CREATE FUNCTION govdesk_api.test_webhook(p_webhook uuid, p_probe text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v        govdesk.webhook := govdesk_private.managed_webhook(p_webhook);
    v_id     uuid := gen_random_uuid();
BEGIN
    IF coalesce(p_probe NOT IN ('test', 'new', 'forged'), true) THEN
        RAISE EXCEPTION 'test, new or forged' USING ERRCODE = 'GD012', DETAIL = 'probe';
    END IF;
    IF v.kind = 'webhook' AND NOT EXISTS (SELECT FROM govdesk.webhook_secret s WHERE s.webhook_id = v.id AND s.status = 'current') THEN
        RAISE EXCEPTION 'it has no secret yet' USING ERRCODE = 'GD012', DETAIL = 'secret';
    END IF;
    IF (SELECT count(*) FROM govdesk.delivery d WHERE d.webhook_id = v.id AND d.origin <> 'event'
           AND d.created_at > clock_timestamp() - interval '1 minute') >= 30 THEN
        RAISE EXCEPTION 'too many tests' USING ERRCODE = 'GD041';
    END IF;
    INSERT INTO govdesk.delivery (id, tenant_id, tenant_path, node_path, webhook_id, event, origin, message_id, lane)
    VALUES (v_id, v.tenant_id, v.tenant_path, v.node_path, v.id, 'webhook.test', p_probe,
            'msg_' || left(encode(sha256(convert_to(v_id::text, 'UTF8')), 'hex'), 26), 'test');
    PERFORM govdesk_private.note('webhook.tested', 'webhook', v.id::text,
        v_acting.actor || CASE p_probe WHEN 'test' THEN ' tested the webhook ' ELSE ' checked the receiver of ' END || v.description,
        jsonb_build_object('probe', p_probe, 'delivery_id', v_id));
    RETURN v_id;
END $$;

-- Which deliveries a wish to send again means.
CREATE FUNCTION govdesk_private.wished(p_webhook uuid, p_what text, p_delivery uuid, p_since timestamptz)
RETURNS TABLE (id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT d.id, d.created_at FROM govdesk.delivery d
     WHERE d.webhook_id = p_webhook AND d.origin = 'event' AND d.status <> 'pending'
       AND CASE p_what WHEN 'one' THEN d.id = p_delivery
                       WHEN 'failed' THEN d.status = 'failed' AND d.created_at >= coalesce(p_since, '-infinity')
                       ELSE d.status = 'cancelled' AND d.created_at >= coalesce(p_since, '-infinity') END;
END $$;

-- What the gaps of an endpoint hold that it asks for and never got.
CREATE FUNCTION govdesk_private.missed(p_webhook govdesk.webhook, p_since timestamptz)
RETURNS TABLE (seq bigint, event text, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT r.seq, r.event, l.at FROM govdesk_private.webhook_gap g
     CROSS JOIN LATERAL govdesk_private.wanted_rows(p_webhook, g.from_seq - 1, g.to_seq) r
      JOIN govdesk.audit_log l ON l.tenant_id = p_webhook.tenant_id AND l.seq = r.seq
     WHERE g.webhook_id = p_webhook.id AND l.at >= coalesce(p_since, '-infinity')
       AND NOT EXISTS (SELECT FROM govdesk.delivery d WHERE d.webhook_id = p_webhook.id AND d.seq = r.seq);
END $$;

CREATE FUNCTION govdesk_api.redeliver(p_webhook uuid, p_what text, p_delivery uuid, p_since timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v        govdesk.webhook := govdesk_private.managed_webhook(p_webhook);
    v_count  bigint;
    v_more   bigint := 0;
BEGIN
    IF coalesce(p_what NOT IN ('one', 'failed', 'missed'), true) OR (p_what = 'one') <> (p_delivery IS NOT NULL) THEN
        RAISE EXCEPTION 'one, failed or missed' USING ERRCODE = 'GD012', DETAIL = 'what';
    END IF;
    UPDATE govdesk.delivery d SET status = 'pending', tries = 0, lane = 'retry', due_at = clock_timestamp(), lease = NULL, done_at = NULL
     WHERE d.id IN (SELECT w.id FROM govdesk_private.wished(v.id, p_what, p_delivery, p_since) w) AND d.status <> 'pending';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF p_what = 'missed' THEN
        INSERT INTO govdesk.delivery (tenant_id, tenant_path, node_path, webhook_id, seq, event, message_id, lane)
        SELECT v.tenant_id, v.tenant_path, v.node_path, v.id, m.seq, m.event, govdesk_private.message_id(v.id, m.seq), 'retry'
          FROM govdesk_private.missed(v, p_since) m
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_more = ROW_COUNT;
    END IF;
    IF v_count + v_more = 0 THEN
        RETURN 0;
    END IF;
    PERFORM govdesk_private.note('webhook.redelivered', 'webhook', v.id::text,
        v_acting.actor || ' had ' || (v_count + v_more) || CASE WHEN v_count + v_more = 1 THEN ' delivery' ELSE ' deliveries' END
            || ' sent again to ' || v.description,
        jsonb_strip_nulls(jsonb_build_object('what', p_what, 'delivery_id', p_delivery, 'since', govdesk_private.instant(p_since),
                                             'deliveries', v_count + v_more)));
    RETURN v_count + v_more;
END $$;

-- What sending again would mean: how many, from when to when, and about how long it takes.
CREATE FUNCTION govdesk_api.rehearse(p_webhook uuid, p_what text, p_since timestamptz)
RETURNS TABLE (deliveries bigint, oldest timestamptz, newest timestamptz, seconds integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk.webhook;
    v_ms    real;
BEGIN
    SELECT w.* INTO v FROM govdesk.webhook w WHERE w.tenant_id = govdesk_private.tenant() AND w.id = p_webhook
       AND w.node_path <@ ANY (govdesk_private.granted('webhook.read'));
    IF v.id IS NULL THEN
        RAISE EXCEPTION 'no such webhook' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    ELSIF coalesce(p_what NOT IN ('failed', 'missed', 'resume'), true) THEN
        RAISE EXCEPTION 'failed, missed or resume' USING ERRCODE = 'GD012', DETAIL = 'what';
    END IF;
    SELECT coalesce(s.average_ms, 100) INTO v_ms FROM govdesk_private.webhook_state s WHERE s.webhook_id = v.id;
    RETURN QUERY
    SELECT count(*), min(f.at), max(f.at), ceil(least(2147483647, greatest(count(*) * v_ms / 4000.0,
               CASE WHEN v.throttle IS NULL THEN 0 ELSE count(*) * 60.0 / v.throttle END)))::integer
      FROM (SELECT w.created_at AS at FROM govdesk_private.wished(v.id, p_what, NULL, p_since) w WHERE p_what <> 'resume'
             UNION ALL
            SELECT m.at FROM govdesk_private.missed(v, p_since) m WHERE p_what = 'missed'
             UNION ALL
            SELECT d.created_at FROM govdesk.delivery d WHERE p_what = 'resume' AND d.webhook_id = v.id AND (d.status = 'pending'
                OR (d.status = 'failed' AND d.last_outcome = 'gone' AND d.origin = 'event'))
             UNION ALL
            SELECT l.at FROM govdesk_private.webhook_cursor c
             CROSS JOIN LATERAL govdesk_private.wanted_rows(v, c.cursor_seq, 9007199254740991) r
              JOIN govdesk.audit_log l ON l.tenant_id = v.tenant_id AND l.seq = r.seq
             WHERE p_what = 'resume' AND c.webhook_id = v.id) f;
END $$;

-- Why a row of the log did or did not go to an endpoint.
CREATE FUNCTION govdesk_api.why_not_sent(p_webhook uuid, p_seq bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_me     govdesk_private.principal := govdesk_private.context();
    v        govdesk.webhook;
    v_row    record;
    v_cursor govdesk_private.webhook_cursor;
    v_gap    govdesk_private.webhook_gap;
    v_one    govdesk.delivery;
    v_type   text;
    v_systems uuid[];
BEGIN
    SELECT w.* INTO v FROM govdesk.webhook w WHERE w.tenant_id = v_me.tenant_id AND w.id = p_webhook
       AND w.node_path <@ ANY (govdesk_private.granted('webhook.read'));
    IF v.id IS NULL THEN
        RAISE EXCEPTION 'no such webhook' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    SELECT l.seq, l.action, l.system_id, l.entity_type, l.entity_id, l.at INTO v_row FROM govdesk.audit_log l
     WHERE l.tenant_id = v.tenant_id AND l.seq = p_seq
       AND (govdesk_private.everywhere('audit.read') OR l.system_id = ANY (govdesk_private.systems('audit.read')));
    IF v_row.seq IS NULL THEN
        RETURN jsonb_build_object('verdict', 'no_row');
    END IF;
    SELECT * INTO v_cursor FROM govdesk_private.webhook_cursor c WHERE c.webhook_id = v.id;
    SELECT * INTO v_one FROM govdesk.delivery d WHERE d.webhook_id = v.id AND d.seq = p_seq;
    IF v_one.id IS NOT NULL THEN
        RETURN jsonb_strip_nulls(jsonb_build_object(
            'verdict', CASE WHEN v_one.status = 'pending' AND v.kind = 'webhook' AND NOT EXISTS (
                                SELECT FROM govdesk.webhook_secret s WHERE s.webhook_id = v.id AND s.status = 'current') THEN 'no_secret'
                            WHEN v_one.status = 'pending' AND v.status <> 'active' THEN 'disabled' ELSE v_one.status END,
            'delivery_id', v_one.id, 'due_at', CASE WHEN v_one.status = 'pending' THEN v_one.due_at END, 'attempts', v_one.attempts,
            'last_outcome', v_one.last_outcome, 'last_status', v_one.last_status, 'reason', v.disabled_reason, 'action', v_row.action,
            'done_at', v_one.done_at, 'breaker_until', (SELECT s.breaker_until FROM govdesk_private.webhook_state s
                 WHERE s.webhook_id = v.id AND s.breaker <> 'closed' AND v_one.status = 'pending')));
    END IF;
    v_type := govdesk_private.webhook_type(v.events, v.alerts, v.blocks, v_row.action);
    v_systems := govdesk_private.webhook_systems(v.tenant_id, v.tenant_path, v.node_path);
    SELECT * INTO v_gap FROM govdesk_private.webhook_gap g WHERE g.webhook_id = v.id AND p_seq BETWEEN g.from_seq AND g.to_seq LIMIT 1;
    RETURN jsonb_strip_nulls(jsonb_build_object('action', v_row.action, 'at', v_row.at, 'verdict', CASE
        WHEN v_row.entity_type = 'webhook' AND v_row.entity_id = v.id::text THEN 'itself'
        WHEN v_systems IS NOT NULL AND NOT coalesce(v_row.system_id = ANY (v_systems), false) THEN 'other_system'
        WHEN v_type IS NULL THEN 'not_subscribed'
        WHEN p_seq <= v_cursor.start_seq THEN 'before'
        WHEN v_gap.id IS NOT NULL THEN 'skipped'
        WHEN p_seq > v_cursor.cursor_seq AND v.status <> 'active' THEN 'disabled'
        WHEN p_seq > v_cursor.cursor_seq THEN 'behind'
        -- Looked at when it asked for something else; its subscription has changed since, or it was forgotten.
        ELSE 'not_subscribed_then' END,
        'created_at', CASE WHEN p_seq <= v_cursor.start_seq THEN v.created_at END, 'from', v_gap.from_seq, 'to', v_gap.to_seq,
        'reason', coalesce(v_gap.reason, v.disabled_reason)));
END $$;
