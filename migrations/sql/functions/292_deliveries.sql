-- Deliveries: made from the sealed log, leased by workers, written down attempt by attempt.
-- Owner: govdesk_kernel. No transaction is open while anything is sent.

-- The systems whose rows an endpoint below a node receives; null: all rows of the organisation.
CREATE FUNCTION govdesk_private.webhook_systems(p_tenant uuid, p_path public.ltree, p_node public.ltree) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_node = p_path THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(SELECT n.id FROM govdesk.node n WHERE n.tenant_id = p_tenant AND n.node_path <@ p_node AND n.kind = 'system');
END $$;

-- One event, one name for it at one endpoint, whatever is tried again.
CREATE FUNCTION govdesk_private.message_id(p_webhook uuid, p_seq bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 'msg_' || left(encode(sha256(convert_to(p_webhook::text || ':' || p_seq, 'UTF8')), 'hex'), 26)
$$;

-- The rows of the log between two numbers that an endpoint asks for. What it says about itself is none.
CREATE FUNCTION govdesk_private.wanted_rows(p_webhook govdesk.webhook, p_after bigint, p_last bigint)
RETURNS TABLE (seq bigint, event text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_systems uuid[] := govdesk_private.webhook_systems(p_webhook.tenant_id, p_webhook.tenant_path, p_webhook.node_path);
BEGIN
    RETURN QUERY
    SELECT l.seq, t.type FROM govdesk.audit_log l
     CROSS JOIN LATERAL (SELECT govdesk_private.webhook_type(p_webhook.events, p_webhook.alerts, p_webhook.blocks, l.action) AS type) t
     WHERE l.tenant_id = p_webhook.tenant_id AND l.seq > p_after AND l.seq <= p_last
       AND t.type IS NOT NULL AND (v_systems IS NULL OR l.system_id = ANY (v_systems))
       AND NOT (l.entity_type = 'webhook' AND l.entity_id = p_webhook.id::text)
     ORDER BY l.seq;
END $$;

-- Makes deliveries of what was sealed since the last time. The log is gapless and its order is that of
-- the commits, so a cursor misses nothing. Workers share the endpoints; one is looked at by one of them.
CREATE FUNCTION govdesk_api.fan_out(p_host text, p_rows integer, OUT made bigint, OUT is_more boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v         record;
    v_webhook govdesk.webhook;
    v_last    bigint;
    v_head    bigint;
    v_count   bigint;
    v_looked  integer := 0;
BEGIN
    made := 0;
    is_more := false;
    -- Organisations in turn, whatever number of endpoints each has.
    FOR v IN SELECT f.webhook_id FROM (
                 SELECT c.webhook_id, row_number() OVER (PARTITION BY c.tenant_id ORDER BY random()) AS turn
                   FROM govdesk_private.webhook_cursor c
                   JOIN govdesk.webhook w ON w.id = c.webhook_id AND w.status = 'active'
                  WHERE EXISTS (SELECT FROM govdesk.audit_log l WHERE l.tenant_id = c.tenant_id AND l.seq > c.cursor_seq)) f
              ORDER BY f.turn, random() LIMIT 50
    LOOP
        SELECT c.* INTO v FROM govdesk_private.webhook_cursor c WHERE c.webhook_id = v.webhook_id FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        -- Whoever holds the endpoint holds up himself only.
        SELECT w.* INTO v_webhook FROM govdesk.webhook w WHERE w.id = v.webhook_id AND w.status = 'active' FOR KEY SHARE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        SELECT l.seq INTO v_head FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id ORDER BY l.seq DESC LIMIT 1;
        v_last := least(v_head, v.cursor_seq + greatest(least(p_rows, 50000), 1));
        CONTINUE WHEN coalesce(v_last <= v.cursor_seq, true);
        is_more := is_more OR v_last < v_head;
        v_looked := v_looked + 1;
        INSERT INTO govdesk.delivery (tenant_id, tenant_path, node_path, webhook_id, seq, event, message_id, stream_seq, prev_id)
        SELECT v_webhook.tenant_id, v_webhook.tenant_path, v_webhook.node_path, v_webhook.id, f.seq, f.event, f.message_id,
               v.stream_seq + f.place, coalesce(lag(f.message_id) OVER (ORDER BY f.seq), v.last_id)
          FROM (SELECT r.seq, r.event, govdesk_private.message_id(v_webhook.id, r.seq) AS message_id,
                       row_number() OVER (ORDER BY r.seq) AS place
                  FROM govdesk_private.wanted_rows(v_webhook, v.cursor_seq, v_last) r) f;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        UPDATE govdesk_private.webhook_cursor c
           SET cursor_seq = v_last, stream_seq = c.stream_seq + v_count,
               last_id = coalesce((SELECT d.message_id FROM govdesk.delivery d WHERE v_count > 0 AND d.webhook_id = c.webhook_id
                                      AND d.seq > v.cursor_seq AND d.seq <= v_last ORDER BY d.seq DESC LIMIT 1), c.last_id)
         WHERE c.webhook_id = v.webhook_id;
        made := made + v_count;
        -- Short, so that nobody's events wait for anybody's backlog.
        IF made >= 5000 THEN
            is_more := true;
            EXIT;
        END IF;
    END LOOP;
    is_more := is_more OR v_looked = 50;
END $$;

-- A bucket that holds five seconds of an endpoint's pace, and at least one.
CREATE FUNCTION govdesk_private.webhook_tokens(p_state govdesk_private.webhook_state, p_throttle integer, p_now timestamptz)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(greatest(1, p_throttle / 12.0), coalesce(p_state.tokens + p_throttle / 60.0
                * extract(epoch FROM p_now - p_state.tokens_at), p_throttle + 1))
$$;

-- How many more an endpoint takes right now.
CREATE FUNCTION govdesk_private.webhook_room(
    p_state govdesk_private.webhook_state, p_throttle integer, p_each integer, p_busy integer, p_now timestamptz)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_state.gone_at IS NOT NULL OR p_state.paused_until > p_now THEN 0
        WHEN p_state.breaker <> 'closed' THEN CASE WHEN p_state.breaker_until > p_now THEN 0 ELSE 1 END
        ELSE least(CASE WHEN p_state.failures >= 3 THEN 1 - greatest(p_busy, 0) ELSE p_each - p_busy END,
                   CASE WHEN p_throttle IS NULL THEN 1000000
                        ELSE floor(govdesk_private.webhook_tokens(p_state, p_throttle, p_now))::integer END) END
$$;

-- Leases due deliveries to a worker: each to one, for so many seconds. The try is counted here, before
-- anything is sent; whose lease ran out has lost one, and the log says so.
CREATE FUNCTION govdesk_api.claim_deliveries(
    p_host text, p_lane text, p_limit integer, p_each integer, p_busy jsonb, p_lease_seconds integer)
RETURNS TABLE (id uuid, lease uuid, webhook_id uuid, webhook_version bigint, tenant_path text, number integer, tries integer,
               seq bigint, event text, origin text, message_id text, stream_seq bigint, prev_id text, created_at timestamptz,
               "row" text, diff text, system text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_now   timestamptz := clock_timestamp();
    v_lease uuid := gen_random_uuid();
    v_until timestamptz := v_now + make_interval(secs => least(greatest(p_lease_seconds, 1), 3600));
    v_ready uuid[];
    v_rooms integer[];
    v_ids   uuid[];
    v_held  uuid[];
BEGIN
    -- In no fixed order, organisations in turn: where there is more than senders, everybody gets a share.
    SELECT array_agg(f.id ORDER BY f.turn, f.place), array_agg(f.room ORDER BY f.turn, f.place) INTO v_ready, v_rooms
      FROM (SELECT w.id, random() AS place, row_number() OVER (PARTITION BY w.tenant_id ORDER BY random()) AS turn, CASE p_lane WHEN 'test' THEN 1 ELSE govdesk_private.webhook_room(
                       s, w.throttle, least(p_each, 1000), coalesce((p_busy ->> w.id::text)::integer, 0), v_now) END AS room
              FROM govdesk.webhook w JOIN govdesk_private.webhook_state s ON s.webhook_id = w.id
             WHERE (w.status = 'active' OR (p_lane = 'test' AND w.status <> 'deleted'))
               AND (w.kind <> 'webhook' OR EXISTS (SELECT FROM govdesk.webhook_secret c WHERE c.webhook_id = w.id AND c.status = 'current'))
               AND EXISTS (SELECT FROM govdesk.delivery d WHERE d.webhook_id = w.id AND d.lane = p_lane
                              AND d.status = 'pending' AND d.due_at <= v_now)) f
     -- Tests are few: nobody who clicks a lot keeps the others' waiting.
     WHERE f.room > 0 AND (p_lane <> 'test' OR f.turn <= 2);
    IF v_ready IS NULL THEN
        RETURN;
    END IF;
    -- Only what must be written is locked, and who holds that holds up himself only.
    v_held := ARRAY(SELECT s.webhook_id FROM govdesk_private.webhook_state s JOIN govdesk.webhook w ON w.id = s.webhook_id
                     WHERE p_lane <> 'test' AND s.webhook_id = ANY (v_ready) AND (s.breaker <> 'closed' OR w.throttle IS NOT NULL)
                       -- Asked again of the row as it is once it is held: another worker may have been quicker.
                       AND govdesk_private.webhook_room(s, w.throttle, 1, 0, v_now) > 0
                       FOR NO KEY UPDATE OF s SKIP LOCKED);
    -- One probe at a time through a breaker that was open.
    UPDATE govdesk_private.webhook_state s SET breaker = 'half_open', breaker_until = v_until
     WHERE s.webhook_id = ANY (v_held) AND s.breaker <> 'closed';
    WITH due AS (
        SELECT d.id FROM unnest(v_ready, v_rooms) AS r(webhook_id, room)
          JOIN govdesk_private.webhook_state s ON s.webhook_id = r.webhook_id
          JOIN govdesk.webhook w ON w.id = r.webhook_id
               AND (p_lane = 'test' OR r.webhook_id = ANY (v_held) OR (s.breaker = 'closed' AND w.throttle IS NULL))
         CROSS JOIN LATERAL (
            SELECT x.id FROM govdesk.delivery x
             WHERE x.webhook_id = r.webhook_id AND x.lane = p_lane AND x.status = 'pending' AND x.due_at <= v_now
             ORDER BY x.due_at LIMIT r.room FOR UPDATE SKIP LOCKED) d
         LIMIT least(greatest(p_limit, 1), 1000)),
    lost AS (
        INSERT INTO govdesk.delivery_attempt (delivery_id, number, tenant_id, tenant_path, node_path, webhook_id, seq, event, origin,
                                              at, host, outcome, error)
        SELECT d.id, d.attempts, d.tenant_id, d.tenant_path, d.node_path, d.webhook_id, d.seq, d.event, d.origin,
               coalesce(d.leased_at, d.due_at), coalesce(d.leased_by, ''), 'lost', 'The worker that had it in hand went away; it may have arrived.'
          FROM govdesk.delivery d JOIN due u ON u.id = d.id WHERE d.lease IS NOT NULL
        ON CONFLICT DO NOTHING),
    taken AS (
        UPDATE govdesk.delivery d
           SET attempts = d.attempts + 1, tries = d.tries + 1, lease = v_lease, leased_by = left(p_host, 64), leased_at = v_now, due_at = v_until,
               lane = CASE d.lane WHEN 'first' THEN 'retry' ELSE d.lane END
          FROM due u WHERE d.id = u.id
        RETURNING d.id, d.webhook_id),
    paced AS (
        UPDATE govdesk_private.webhook_state s
           SET tokens = govdesk_private.webhook_tokens(s, w.throttle, v_now) - t.n, tokens_at = v_now
          FROM (SELECT k.webhook_id, count(*)::integer AS n FROM taken k GROUP BY k.webhook_id) t
          JOIN govdesk.webhook w ON w.id = t.webhook_id AND w.throttle IS NOT NULL
         WHERE s.webhook_id = t.webhook_id AND s.webhook_id = ANY (v_held))
    SELECT array_agg(t.id) INTO v_ids FROM taken t;
    RETURN QUERY
    SELECT d.id, d.lease, d.webhook_id, w.version, d.tenant_path::text, d.attempts, d.tries, d.seq, d.event, d.origin, d.message_id,
           d.stream_seq, d.prev_id, d.created_at,
           CASE WHEN l.seq IS NOT NULL THEN json_build_object('seq', l.seq, 'at', govdesk_private.instant(l.at),
               'occurred_at', govdesk_private.instant(l.occurred_at), 'severity', l.severity, 'action', l.action, 'actor', l.actor,
               'on_behalf_of', l.on_behalf_of, 'entity_type', l.entity_type, 'entity_id', l.entity_id, 'system_id', l.system_id,
               'summary', l.summary, 'reason', l.reason, 'request_id', l.request_id, 'session_id', l.session_id,
               'ip', host(l.ip), 'leaf_hash', encode(l.leaf_hash, 'hex'), 'tenant_path', l.tenant_path::text)::text END,
           l.diff::text, n.name
      FROM govdesk.delivery d JOIN govdesk.webhook w ON w.id = d.webhook_id
      LEFT JOIN govdesk.audit_log l ON l.tenant_id = d.tenant_id AND l.seq = d.seq
      LEFT JOIN govdesk.node n ON n.tenant_id = l.tenant_id AND n.id = l.system_id
     WHERE d.id = ANY (v_ids)
     ORDER BY d.webhook_id, d.seq;
END $$;

-- Writes down how tries ended. A result whose lease is over changes nothing: somebody else has it.
-- Faults of ours use up no try and count against no endpoint.
CREATE FUNCTION govdesk_api.finish_deliveries(p_host text, p_results jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_now   timestamptz := clock_timestamp();
    v_count integer;
    v_held  uuid[];
BEGIN
    IF jsonb_typeof(p_results) IS DISTINCT FROM 'array' OR jsonb_array_length(p_results) > 1000 THEN
        RAISE EXCEPTION 'an array of at most 1000 results' USING ERRCODE = 'GD012';
    END IF;
    -- In one order, so that two workers never wait for each other; what a person holds (resuming, deleting)
    -- is passed over: its results are as those of a lease that ran out, its statistics miss a few.
    v_held := ARRAY(SELECT s.webhook_id FROM govdesk_private.webhook_state s WHERE s.webhook_id IN (
                        SELECT d.webhook_id FROM jsonb_array_elements(p_results) r JOIN govdesk.delivery d ON d.id = (r ->> 'id')::uuid)
                     ORDER BY s.webhook_id FOR NO KEY UPDATE SKIP LOCKED);
    WITH result AS (
        SELECT DISTINCT ON (x.id) x.* FROM jsonb_to_recordset(p_results) AS x(
            id uuid, lease uuid, number integer, at timestamptz, outcome text, status integer, error text, remedy text,
            response text, address text, tls text, dns_ms real, tcp_ms real, tls_ms real, first_byte_ms real, total_ms real,
            request jsonb, state text, next_seconds double precision, blame text, slow_down boolean)
         WHERE x.state IN ('delivered', 'sent', 'failed', 'pending')),
    -- One pass over the results: joined to the rows a second time, they would be compared each with each.
    mine AS (
        SELECT r.* FROM result r JOIN govdesk.delivery d ON d.id = r.id AND d.lease = r.lease AND d.status = 'pending'
           FOR NO KEY UPDATE OF d SKIP LOCKED),
    done AS (
        UPDATE govdesk.delivery d
           SET status = r.state, lease = NULL, last_outcome = r.outcome, last_status = r.status,
               tries = d.tries - CASE WHEN r.blame = 'ours' AND r.state = 'pending' THEN 1 ELSE 0 END,
               due_at = CASE WHEN r.state = 'pending'
                             THEN v_now + make_interval(secs => least(greatest(coalesce(r.next_seconds, 60), 0), 100000))
                             ELSE d.due_at END,
               done_at = CASE WHEN r.state <> 'pending' THEN v_now END
          FROM mine r WHERE d.id = r.id AND d.lease = r.lease AND d.status = 'pending'
        RETURNING d.id, d.tenant_id, d.tenant_path, d.node_path, d.webhook_id, d.seq, d.event, d.origin, d.due_at, d.attempts AS number,
                  greatest(least(coalesce(r.at, v_now), v_now), d.created_at) AS at,
                  r.outcome, r.status, r.error, r.remedy, r.response, r.address, r.tls, r.dns_ms, r.tcp_ms, r.tls_ms,
                  r.first_byte_ms, r.total_ms, r.request, r.state, r.next_seconds, r.blame, r.slow_down),
    written AS (
        INSERT INTO govdesk.delivery_attempt (delivery_id, number, tenant_id, tenant_path, node_path, webhook_id, seq, event, origin,
            at, host, outcome, status, error, remedy, response, address, tls, dns_ms, tcp_ms, tls_ms, first_byte_ms, total_ms,
            next_at, request)
        SELECT f.id, f.number, f.tenant_id, f.tenant_path, f.node_path, f.webhook_id, f.seq, f.event, f.origin, f.at,
               left(p_host, 64), f.outcome, f.status, left(f.error, 1000), left(f.remedy, 1000), left(f.response, 16384),
               left(f.address, 100), left(f.tls, 100), f.dns_ms, f.tcp_ms, f.tls_ms, f.first_byte_ms, f.total_ms,
               CASE WHEN f.state = 'pending' THEN f.due_at END, CASE WHEN octet_length(f.request::text) <= 32768 THEN f.request END
          FROM done f ON CONFLICT DO NOTHING),
    summed AS (
        SELECT f.webhook_id, f.tenant_id, count(*) FILTER (WHERE f.state IN ('delivered', 'sent')) AS ok,
               count(*) FILTER (WHERE f.state NOT IN ('delivered', 'sent') AND f.blame = 'endpoint') AS bad,
               max(f.at) FILTER (WHERE f.state IN ('delivered', 'sent')) AS ok_at,
               max(f.at) FILTER (WHERE f.state NOT IN ('delivered', 'sent') AND f.blame = 'endpoint') AS bad_at,
               avg(f.total_ms) FILTER (WHERE f.state IN ('delivered', 'sent') AND f.total_ms BETWEEN 0 AND 3600000) AS ms,
               bool_or(f.outcome = 'gone') AS is_gone,
               max(f.next_seconds) FILTER (WHERE f.slow_down) AS pause,
               (array_agg(f.outcome ORDER BY f.at DESC))[1] AS outcome, (array_agg(f.status ORDER BY f.at DESC))[1] AS status
          FROM done f WHERE f.origin = 'event' GROUP BY f.webhook_id, f.tenant_id),
    stated AS (
        UPDATE govdesk_private.webhook_state s
           SET failures = CASE WHEN a.ok > 0 THEN 0 ELSE least(s.failures + a.bad, 1000000) END::integer,
               failing_since = CASE WHEN a.ok > 0 THEN NULL WHEN a.bad > 0 THEN coalesce(s.failing_since, v_now) ELSE s.failing_since END,
               breaker = CASE WHEN a.ok > 0 THEN 'closed' WHEN a.bad > 0 AND (s.breaker = 'half_open' OR s.failures + a.bad >= 10) THEN 'open'
                              WHEN s.breaker = 'half_open' AND a.bad = 0 THEN 'open' ELSE s.breaker END,
               breaker_until = CASE WHEN a.ok > 0 THEN NULL
                   WHEN s.breaker = 'open' THEN s.breaker_until
                   WHEN a.bad > 0 AND (s.breaker = 'half_open' OR s.failures + a.bad >= 10)
                   THEN v_now + make_interval(secs => least(30 * power(2, CASE WHEN s.breaker = 'half_open' THEN least(s.reopened + 1, 5) ELSE 0 END), 900))
                   WHEN s.breaker = 'half_open' THEN v_now + interval '30 seconds' ELSE s.breaker_until END,
               reopened = CASE WHEN a.ok > 0 THEN 0 WHEN a.bad > 0 AND s.breaker = 'half_open' THEN least(s.reopened + 1, 5) ELSE s.reopened END,
               paused_until = CASE WHEN a.pause IS NOT NULL THEN v_now + make_interval(secs => least(a.pause, 300)) ELSE s.paused_until END,
               gone_at = CASE WHEN a.is_gone THEN v_now ELSE s.gone_at END,
               last_success_at = greatest(s.last_success_at, a.ok_at), last_failure_at = greatest(s.last_failure_at, a.bad_at),
               last_outcome = a.outcome, last_status = a.status,
               average_ms = CASE WHEN a.ms IS NULL THEN s.average_ms WHEN s.average_ms IS NULL THEN a.ms
                                 ELSE s.average_ms * 0.9 + a.ms * 0.1 END
          FROM summed a WHERE s.webhook_id = a.webhook_id AND s.webhook_id = ANY (v_held)),
    counted AS (
        INSERT INTO govdesk_private.webhook_hour AS h (webhook_id, tenant_id, hour, ok, failed)
        SELECT a.webhook_id, a.tenant_id, date_trunc('hour', v_now), a.ok, a.bad FROM summed a WHERE a.ok + a.bad > 0
        ON CONFLICT (webhook_id, hour) DO UPDATE SET ok = h.ok + excluded.ok, failed = h.failed + excluded.failed)
    SELECT count(*) INTO v_count FROM done;
    RETURN v_count;
END $$;

-- A worker that leaves gives back what it has not tried.
CREATE FUNCTION govdesk_api.release_deliveries(p_host text, p_leased jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_count integer;
BEGIN
    UPDATE govdesk.delivery d
       SET lease = NULL, due_at = clock_timestamp(), attempts = d.attempts - 1, tries = d.tries - 1,
           lane = CASE WHEN d.lane = 'retry' AND d.attempts = 1 THEN 'first' ELSE d.lane END
     WHERE d.id IN (SELECT h.id FROM jsonb_to_recordset(p_leased) AS x(id uuid, lease uuid)
                      JOIN govdesk.delivery h ON h.id = x.id AND h.lease = x.lease AND h.status = 'pending'
                       FOR NO KEY UPDATE OF h SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Everything a worker needs to deliver to an endpoint; secrets as they are kept, never open.
CREATE FUNCTION govdesk_api.delivery_endpoint(p_webhook uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.webhook;
BEGIN
    SELECT * INTO v FROM govdesk.webhook w WHERE w.id = p_webhook AND w.status <> 'deleted';
    IF v.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('id', v.id, 'tenant_id', v.tenant_id, 'tenant_path', v.tenant_path::text, 'kind', v.kind, 'url', v.url,
        'description', v.description, 'format', v.format, 'detail', v.detail, 'headers', v.headers, 'settings', v.settings,
        'secret_refs', v.secret_refs, 'allow', to_jsonb(v.allow), 'throttle', v.throttle, 'status', v.status, 'version', v.version,
        'failures', (SELECT s.failures FROM govdesk_private.webhook_state s WHERE s.webhook_id = v.id),
        'secrets', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'version', s.version, 'status', s.status, 'ends_at', s.ends_at,
                'key_version', s.key_version, 'sealed', encode(s.sealed, 'hex'), 'inbox', encode(s.inbox, 'hex')) ORDER BY s.version DESC), '[]')
              FROM govdesk.webhook_secret s WHERE s.webhook_id = v.id AND s.status <> 'retired'
               AND coalesce(s.ends_at > clock_timestamp(), true)),
        'signing_keys', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'kid', k.kid, 'public_key', encode(k.public_key, 'hex'),
                'status', k.status, 'ends_at', k.ends_at, 'key_version', k.key_version, 'sealed', encode(k.sealed, 'hex'),
                'inbox', encode(k.inbox, 'hex')) ORDER BY k.created_at DESC), '[]')
              FROM govdesk.webhook_signing_key k WHERE k.tenant_id = v.tenant_id AND k.status <> 'retired'
               AND coalesce(k.ends_at > clock_timestamp(), true)),
        -- Not who else holds the key.
        'vault', jsonb_build_object('tenant_id', v.tenant_id,
            'versions', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', k.version, 'provider', k.provider, 'key_ref', k.key_ref,
                    'commitment', encode(k.commitment, 'hex'), 'status', k.status) ORDER BY k.version), '[]')
                  FROM govdesk.vault_key k WHERE k.tenant_id = v.tenant_id),
            'worker_copies', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', c.version, 'sealed', encode(c.sealed, 'hex'))
                                                        ORDER BY c.version), '[]')
                  FROM govdesk_private.vault_copy c WHERE c.tenant_id = v.tenant_id AND c.member_id IS NULL
                   AND c.public_key = (SELECT i.worker_public_key FROM govdesk_private.installation i))),
        -- Where several share a worker, its environment is not for each of them.
        'organizations', (SELECT count(*) FROM govdesk.tenant t WHERE t.kind <> 'platform'));
END $$;

-- Disables one endpoint that is gone, or failed for five days, in its organisation's log, and tells by
-- mail who manages webhooks there. Null when there is none, but those that somebody holds.
CREATE FUNCTION govdesk_api.disable_due(p_host text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_one   uuid;
    v       govdesk.webhook;
    v_state govdesk_private.webhook_state;
BEGIN
    -- Organisations in turn: what one holds keeps no other's waiting.
    FOR v_one IN SELECT f.webhook_id FROM (
            SELECT s.webhook_id, row_number() OVER (PARTITION BY s.tenant_id ORDER BY random()) AS turn
              FROM govdesk_private.webhook_state s JOIN govdesk.webhook w ON w.id = s.webhook_id AND w.status = 'active'
             WHERE s.gone_at IS NOT NULL OR (s.failing_since < clock_timestamp() - interval '5 days' AND s.failures >= 20)) f
         ORDER BY f.turn, random() LIMIT 50
    LOOP
        SELECT * INTO v_state FROM govdesk_private.webhook_state s WHERE s.webhook_id = v_one
           AND (s.gone_at IS NOT NULL OR (s.failing_since < clock_timestamp() - interval '5 days' AND s.failures >= 20))
           FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        SELECT * INTO v FROM govdesk.webhook w WHERE w.id = v_one AND w.status = 'active' FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        CONTINUE WHEN NOT govdesk_private.is_free(v.tenant_id);
        PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
        UPDATE govdesk.webhook w
           SET status = 'disabled', disabled_reason = CASE WHEN v_state.gone_at IS NOT NULL THEN 'gone' ELSE 'failing' END
         WHERE w.id = v.id;
        PERFORM govdesk_private.mail_disabled(v, v_state);
        RETURN v.id;
    END LOOP;
    RETURN NULL;
END $$;

-- Tells who manages webhooks there.
CREATE FUNCTION govdesk_private.mail_disabled(p_webhook govdesk.webhook, p_state govdesk_private.webhook_state) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_pending bigint;
BEGIN
    SELECT count(*) INTO v_pending FROM (
        SELECT FROM govdesk.delivery d WHERE d.webhook_id = p_webhook.id AND d.status = 'pending' LIMIT 10001) p;
    PERFORM govdesk_private.queue_mail(p_webhook.tenant_id, 'webhook_disabled', p_webhook.id, m.email, m.display_name,
            jsonb_build_object('webhook', p_webhook.description, 'host', substring(p_webhook.url FROM '^[a-z+]+://([^/?]+)'),
                'reason', CASE WHEN p_state.gone_at IS NOT NULL THEN 'gone' ELSE 'failing' END,
                'since', govdesk_private.instant(coalesce(p_state.failing_since, p_state.gone_at)), 'pending', v_pending))
       FROM (SELECT x.email, x.display_name FROM govdesk.member x
              WHERE x.tenant_id = p_webhook.tenant_id AND x.status = 'active'
                AND p_webhook.node_path <@ ANY (govdesk_private.granted_to(p_webhook.tenant_id, x.id, 'webhook.manage'))
              ORDER BY x.created_at LIMIT 50) m;
END $$;

-- Deliveries and attempts are kept for 90 days. Returns how many were forgotten.
CREATE FUNCTION govdesk_private.forget_deliveries() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_count integer;
    v_one   integer;
BEGIN
    DELETE FROM govdesk.delivery d WHERE d.id IN (
        SELECT o.id FROM govdesk.delivery o WHERE o.status <> 'pending' AND o.done_at < clock_timestamp() - interval '90 days'
         LIMIT 5000 FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    -- Made in the moment in which its endpoint was deleted.
    UPDATE govdesk.delivery d SET status = 'cancelled', done_at = clock_timestamp() WHERE d.id IN (
        SELECT o.id FROM govdesk.webhook w JOIN govdesk.delivery o ON o.webhook_id = w.id AND o.status = 'pending'
         WHERE w.status = 'deleted' LIMIT 5000 FOR UPDATE OF o SKIP LOCKED);
    DELETE FROM govdesk.delivery_attempt a WHERE (a.delivery_id, a.number) IN (
        SELECT o.delivery_id, o.number FROM govdesk.tenant t CROSS JOIN LATERAL (
            SELECT x.delivery_id, x.number FROM govdesk.delivery_attempt x
             WHERE x.tenant_id = t.tenant_id AND x.at < clock_timestamp() - interval '90 days' LIMIT 5000) o LIMIT 5000);
    GET DIAGNOSTICS v_one = ROW_COUNT;
    DELETE FROM govdesk_private.webhook_hour h WHERE h.hour < clock_timestamp() - interval '8 days';
    RETURN v_count + v_one;
END $$;
