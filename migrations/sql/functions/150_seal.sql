-- The seal: at COMMIT, pending rows become leaves of the tenant's chain. docs/spec/leaf-v1.md.
-- Owner: govdesk_kernel.

-- One step of the chain: SHA-256(0x00 || leaf), where the leaf names the hash before it.
CREATE FUNCTION govdesk_private.chain_step(
    p_state bytea, p_first bytea, p_head text, p_tail text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN sha256('\x00'::bytea || convert_to(
        p_head || encode(coalesce(p_state, p_first), 'hex') || p_tail, 'UTF8'));
END $$;

CREATE AGGREGATE govdesk_private.chain(bytea, text, text) (
    SFUNC = govdesk_private.chain_step,
    STYPE = bytea
);

-- The time of a row is the time of its seal. `govdesk demo` alone replaces this. Inlined.
CREATE FUNCTION govdesk_private.moment(
    p_asked timestamptz, p_now timestamptz, p_before timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT p_now $$;

-- Stops: a change without evidence or with more than a verifier reads, two rows with one number, a fork, back-dating by holding a
-- transaction open, and the write of a session that was revoked before this commit.
CREATE FUNCTION govdesk_private.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '10s' AS $$
DECLARE
    v_acting govdesk_private.acting;
    v_seq    bigint;
    v_prev   bytea;
    v_at     timestamptz;
    v_before timestamptz;
    v_count  bigint;
    v_cap    integer;
BEGIN
    PERFORM 1 FROM govdesk_private.head h WHERE h.tenant_id = NEW.tenant_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this organisation has no log' USING ERRCODE = 'GD012';
    END IF;
    SELECT * INTO STRICT v_acting FROM govdesk_private.acting a WHERE a.xact = NEW.xact;
    IF v_acting.kind = 'key' THEN
        PERFORM govdesk_private.require_live_key(v_acting);
    END IF;
    IF v_acting.kind IN ('session', 'staff', 'decision', 'concluded')
       AND v_acting.session_id IS NOT NULL AND NOT v_acting.assumed THEN
        PERFORM govdesk_private.recheck(v_acting);
    END IF;

    -- Every verifier refuses a line longer than 4 MiB: what is sealed must never be one.
    IF EXISTS (SELECT FROM govdesk_private.pending p
                WHERE p.xact = NEW.xact AND octet_length(p.diff) > 2097152) THEN
        RAISE EXCEPTION 'a change of more than 2 MiB' USING ERRCODE = 'GD012';
    END IF;

    SELECT l.seq, l.leaf_hash, l.at INTO v_seq, v_prev, v_before
      FROM govdesk.audit_log l WHERE l.tenant_id = NEW.tenant_id ORDER BY l.seq DESC LIMIT 1;
    v_seq := coalesce(v_seq, 0);
    v_prev := coalesce(v_prev, decode(repeat('00', 32), 'hex'));
    v_at := greatest(clock_timestamp(), v_before);

    INSERT INTO govdesk.audit_log
           (tenant_id, tenant_path, seq, at, occurred_at, severity, action, actor, on_behalf_of,
            entity_type, entity_id, system_id, summary, diff, reason, request_id, session_id, ip,
            salts, leaf, leaf_hash)
    SELECT s.tenant_id, v_acting.tenant_path, s.seq, s.at, s.occurred_at, s.severity, s.action,
           s.actor, s.on_behalf_of, s.entity_type, s.entity_id, s.system_id, s.summary,
           s.diff::json, s.reason, s.request_id, s.session_id::uuid, s.ip::inet, s.salts::jsonb,
           convert_to(s.leaf_head || encode(coalesce(lag(s.leaf_hash) OVER (ORDER BY s.seq), v_prev),
                                            'hex') || s.leaf_tail, 'UTF8'),
           s.leaf_hash
      FROM (SELECT q.*, govdesk_private.chain(v_prev, q.leaf_head, q.leaf_tail)
                            OVER (ORDER BY q.seq) AS leaf_hash
              FROM (SELECT p.*, v_seq + row_number() OVER (ORDER BY p.ordinal) AS seq,
                           '{"action":"' || p.action || '","at":"'
                           || govdesk_private.instant(p.at) || '","commitments":' || p.commitments || ',"entity_id":'
                           || coalesce('"' || p.entity_id || '"', 'null') || ',"entity_type":"'
                           || p.entity_type || '","occurred_at":'
                           || coalesce('"' || govdesk_private.instant(p.occurred_at) || '"', 'null')
                           || ',"prev":"' AS leaf_head,
                           '","request_id":' || coalesce('"' || p.request_id || '"', 'null')
                           || ',"seq":' || (v_seq + row_number() OVER (ORDER BY p.ordinal))
                           || ',"severity":"' || p.severity || '","system_id":'
                           || coalesce('"' || p.system_id || '"', 'null') || ',"tenant_path":"'
                           || v_acting.tenant_path::text || '","v":1}' AS leaf_tail
                      FROM (SELECT w.*, govdesk_private.moment(w.sealed_at, v_at, v_before) AS at
                              FROM govdesk_private.pending w WHERE w.xact = NEW.xact) p) q) s;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    SELECT i.pending_cap INTO v_cap FROM govdesk_private.installation i;
    IF v_count > v_cap THEN
        RAISE EXCEPTION '% rows in one transaction', v_count USING ERRCODE = 'GD006';
    END IF;

    DELETE FROM govdesk_private.pending p WHERE p.xact = NEW.xact;
    DELETE FROM govdesk_private.ticket t WHERE t.xact = NEW.xact;
    IF (NEW.xact::text::numeric % 512) = 0 THEN
        PERFORM govdesk_private.forget_finished();
    END IF;
    RETURN NULL;
END $$;

-- Stops: events of a key that was revoked between its use and the commit. Who suspends a family by
-- using an ended key has just ended it himself.
CREATE FUNCTION govdesk_private.require_live_key(p_acting govdesk_private.acting) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (SELECT FROM govdesk_private.pending p WHERE p.xact = p_acting.xact
                  AND p.action NOT IN ('api_key.reused', 'api_key.suspended'))
       AND NOT EXISTS (SELECT FROM govdesk.api_key k WHERE k.id = p_acting.key_id
                          AND k.status IN ('active', 'rotated')) THEN
        RAISE EXCEPTION 'the key has ended' USING ERRCODE = 'GD036';
    END IF;
END $$;

-- Stops: the write of a session, member or grant that ended between the write and the commit.
-- Revocations are sealed in the same log, under the same lock: one always comes before the other.
CREATE FUNCTION govdesk_private.recheck(p_acting govdesk_private.acting) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM 1
       FROM govdesk_private.session s
       JOIN govdesk.member m ON m.tenant_id = coalesce(s.staff_tenant_id, s.tenant_id)
                            AND m.id = coalesce(s.staff_member_id, s.member_id)
       LEFT JOIN govdesk_private.credential c ON c.person_id = s.person_id
      WHERE s.id = p_acting.session_id
        AND s.expires_at > clock_timestamp()
        AND s.seen_at > clock_timestamp() - interval '30 minutes'
        AND coalesce(c.version, 1) = s.credential_version
        AND m.epoch = p_acting.epoch
        AND NOT EXISTS (SELECT FROM govdesk_private.session_end e
                         WHERE e.session_id = ANY (ARRAY[s.id, s.home_session_id]));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
END $$;

-- Principals of finished transactions are swept now and then; nobody waits for it.
CREATE FUNCTION govdesk_private.forget_finished() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    DELETE FROM govdesk_private.acting a WHERE a.xact IN (
        SELECT b.xact FROM govdesk_private.acting b
         WHERE b.xact < pg_snapshot_xmin(pg_current_snapshot()) FOR UPDATE SKIP LOCKED);
END $$;
