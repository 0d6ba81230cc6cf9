-- What the worker does: mails, ends what is over, says that it lives; and what people see of it.
-- Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.assume_worker(p_tenant uuid, p_path public.ltree, p_host text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.assume('worker', p_tenant, p_path, NULL, NULL,
        'worker:' || left(regexp_replace(p_host, '[^A-Za-z0-9.-]', '', 'g'), 64));
END $$;

-- Can a worker write in an organisation's name and log now, or does somebody there hold them? What is
-- left to the next round holds up no other organisation. Both stay held until this transaction ends.
CREATE FUNCTION govdesk_private.is_free(p_tenant uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM FROM govdesk.tenant t WHERE t.tenant_id = p_tenant FOR KEY SHARE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM govdesk_private.head h WHERE h.tenant_id = p_tenant FOR UPDATE SKIP LOCKED;
    RETURN FOUND;
END $$;

-- Leases due mails for five minutes. Links and codes appear here and nowhere else. Worker only.
CREATE FUNCTION govdesk_api.mail_claim(p_host text, p_limit integer)
RETURNS TABLE (id uuid, tenant_id uuid, kind text, to_address text, to_name text, locale text,
               facts jsonb, token text, attempts integer, created_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM govdesk_private.mail m WHERE m.status = 'queued'
                      AND m.due_at <= clock_timestamp()
                      AND coalesce(m.leased_until < clock_timestamp(), true)) THEN
        RETURN;
    END IF;
    RETURN QUERY
    UPDATE govdesk_private.mail m
       SET leased_until = clock_timestamp() + interval '5 minutes', leased_by = p_host,
           attempts = m.attempts + 1
     WHERE m.id IN (SELECT d.id FROM govdesk_private.mail d
                     WHERE d.status = 'queued' AND d.due_at <= clock_timestamp()
                       AND coalesce(d.leased_until < clock_timestamp(), true)
                     ORDER BY d.due_at LIMIT least(greatest(p_limit, 1), 100) FOR UPDATE SKIP LOCKED)
    RETURNING m.id, m.tenant_id, m.kind, m.to_address, m.to_name, 'en', m.facts, m.token, m.attempts,
              m.created_at;
END $$;

CREATE FUNCTION govdesk_api.mail_done(p_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.mail m
       SET status = 'sent', token = NULL, facts = m.facts - 'code', done_at = clock_timestamp(),
           error = NULL, leased_until = NULL
     WHERE m.id = p_id AND m.status = 'queued';
END $$;

-- Not sent: again in so many seconds, or never (null).
CREATE FUNCTION govdesk_api.mail_failed(p_id uuid, p_error text, p_retry_seconds integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.mail m
       SET status = CASE WHEN p_retry_seconds IS NULL THEN 'failed' ELSE 'queued' END,
           token = CASE WHEN p_retry_seconds IS NOT NULL THEN m.token END,
           facts = CASE WHEN p_retry_seconds IS NULL THEN m.facts - 'code' ELSE m.facts END,
           done_at = CASE WHEN p_retry_seconds IS NULL THEN clock_timestamp() END,
           due_at = clock_timestamp() + make_interval(secs => coalesce(p_retry_seconds, 0)),
           error = left(p_error, 500), leased_until = NULL
     WHERE m.id = p_id AND m.status = 'queued';
END $$;

-- How the newest mail about something of one's own organisation fares; never what is in it.
CREATE FUNCTION govdesk_api.mail_state(p_entity uuid)
RETURNS TABLE (status text, at timestamptz, attempts integer, error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN QUERY
    SELECT m.status, coalesce(m.done_at, m.created_at), m.attempts, m.error
      FROM govdesk_private.mail m
     WHERE m.tenant_id = v.tenant_id AND m.entity_id = p_entity
       AND (govdesk_private.granted('member.manage') <> '{}'
            OR govdesk_private.granted('organization.manage') <> '{}')
     ORDER BY m.created_at DESC LIMIT 1;
END $$;

-- Ends what is over in one organisation, and serves one wish for a way back in. Returns how many
-- things it did; call it until 0. Worker only.
CREATE FUNCTION govdesk_api.expire_due(p_host text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
    v_count  integer := 0;
    v_one    integer;
BEGIN
    IF govdesk_private.serve_recovery_wish(p_host) THEN
        RETURN 1;
    END IF;
    DELETE FROM govdesk_private.mail m WHERE m.status <> 'queued'
       AND m.done_at < clock_timestamp() - interval '90 days';
    SELECT t.* INTO v_tenant FROM govdesk.tenant t
     WHERE EXISTS (SELECT FROM govdesk.invitation i WHERE i.tenant_id = t.tenant_id
                      AND i.status = 'pending' AND i.expires_at <= clock_timestamp())
        OR EXISTS (SELECT FROM govdesk.decision d WHERE d.tenant_id = t.tenant_id
                      AND d.status IN ('pending', 'approved') AND d.expires_at <= clock_timestamp())
        OR EXISTS (SELECT FROM govdesk_private.session s WHERE s.tenant_id = t.tenant_id
                      AND s.staff_member_id IS NOT NULL
                      AND NOT govdesk_private.is_ended(s.id) AND NOT govdesk_private.is_alive(s))
     LIMIT 1;
    IF v_tenant.tenant_id IS NULL THEN
        v_count := govdesk_private.end_webhook_secrets(p_host);
        IF v_count > 0 THEN
            RETURN v_count;
        END IF;
        v_count := govdesk_private.expire_keys(p_host);
        RETURN CASE WHEN v_count > 0 THEN v_count ELSE govdesk_private.forget_deliveries() END;
    END IF;
    PERFORM govdesk_private.assume_worker(v_tenant.tenant_id, v_tenant.tenant_path, p_host);
    UPDATE govdesk.invitation i SET status = 'expired'
     WHERE i.tenant_id = v_tenant.tenant_id AND i.status = 'pending' AND i.expires_at <= clock_timestamp();
    GET DIAGNOSTICS v_count = ROW_COUNT;
    UPDATE govdesk.decision d SET status = 'expired'
     WHERE d.tenant_id = v_tenant.tenant_id AND d.status IN ('pending', 'approved')
       AND d.expires_at <= clock_timestamp();
    GET DIAGNOSTICS v_one = ROW_COUNT;
    v_count := v_count + v_one;
    INSERT INTO govdesk_private.session_end (tenant_id, session_id, staff)
    SELECT s.tenant_id, s.id, true FROM govdesk_private.session s
     WHERE s.tenant_id = v_tenant.tenant_id AND s.staff_member_id IS NOT NULL
       AND NOT govdesk_private.is_ended(s.id) AND NOT govdesk_private.is_alive(s);
    GET DIAGNOSTICS v_one = ROW_COUNT;
    RETURN v_count + v_one;
END $$;

CREATE FUNCTION govdesk_api.worker_seen(p_host text, p_release text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    INSERT INTO govdesk_private.worker_seen AS w (host, release)
    VALUES (left(p_host, 200), left(p_release, 50))
    ON CONFLICT (host) DO UPDATE SET seen_at = clock_timestamp(), release = excluded.release;
END $$;

-- What needs somebody, for the person who asks.
CREATE FUNCTION govdesk_api.attention()
RETURNS TABLE (kind text, entity_id text, sentence text, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
    v_paths public.ltree[];
    v_keys  public.ltree[];
    v_hooks public.ltree[];
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN;
    END IF;
    v_hooks := govdesk_private.granted('webhook.manage');
    v_paths := govdesk_private.granted('member.manage');
    v_keys := govdesk_private.granted('key.manage');
    RETURN QUERY
    SELECT 'owner_recovered', l.entity_id, l.summary, l.at FROM govdesk.audit_log l
     WHERE l.tenant_id = v.tenant_id AND l.action = 'owner.recovered'
       AND l.at > clock_timestamp() - interval '30 days'
    UNION ALL
    SELECT 'staff_inside', s.session_id::text, s.email || ' of the platform''s staff is inside: ' || s.reason,
           s.entered_at FROM govdesk_api.staff_inside() s
    UNION ALL
    SELECT 'decision_waits', d.id::text, d.summary, d.expires_at FROM govdesk_api.decisions_waiting() d
    UNION ALL
    SELECT 'invitation_expires', i.id::text, 'The invitation of ' || i.email || ' expires', i.expires_at
      FROM govdesk.invitation i
     WHERE i.tenant_id = v.tenant_id AND i.status = 'pending' AND i.node_path <@ ANY (v_paths)
       AND i.expires_at BETWEEN clock_timestamp() AND clock_timestamp() + interval '3 days'
    UNION ALL
    SELECT 'key_suspended', k.id::text, 'The key ' || k.prefix || ' (' || k.owner_label || ') is suspended',
           k.created_at FROM govdesk.api_key k
     WHERE k.tenant_id = v.tenant_id AND k.status = 'suspended' AND k.node_path <@ ANY (v_keys)
    UNION ALL
    SELECT 'key_expiring', k.id::text, 'The key ' || k.prefix || ' (' || k.owner_label || ') expires', k.expires_at
      FROM govdesk.api_key k JOIN govdesk.key_policy p ON p.tenant_id = k.tenant_id
     WHERE k.tenant_id = v.tenant_id AND k.status = 'active' AND k.node_path <@ ANY (v_keys)
       AND k.expires_at BETWEEN clock_timestamp() AND clock_timestamp() + make_interval(days => p.expiring_days)
    UNION ALL
    SELECT 'key_stale', k.id::text, 'The key ' || k.prefix || ' (' || k.owner_label || ') is not used any more',
           k.stale_at FROM govdesk.api_key k
     WHERE k.tenant_id = v.tenant_id AND k.status = 'active' AND k.stale_at IS NOT NULL
       AND k.node_path <@ ANY (v_keys)
    UNION ALL
    SELECT 'key_by_staff', k.id::text, 'The key ' || k.prefix || ' (' || k.owner_label || ') was made by '
           || substr(k.created_by, 7) || ' of the platform''s staff, who saw it', k.created_at
      FROM govdesk.api_key k
     WHERE k.tenant_id = v.tenant_id AND k.status = 'active' AND k.created_by LIKE 'staff:%'
       AND k.expires_at > clock_timestamp() AND k.node_path <@ ANY (v_keys) AND v.kind <> 'staff'
    UNION ALL
    SELECT 'webhook_disabled', w.id::text, 'The webhook ' || w.description || ' was disabled: ' || CASE w.disabled_reason
               WHEN 'gone' THEN 'its receiver says it is gone' ELSE 'it failed for days' END, w.disabled_at
      FROM govdesk.webhook w WHERE w.tenant_id = v.tenant_id AND w.status = 'disabled' AND w.disabled_reason IN ('gone', 'failing')
       AND w.node_path <@ ANY (v_hooks)
    UNION ALL
    SELECT 'webhook_failing', w.id::text, 'The webhook ' || w.description || ' fails', s.failing_since
      FROM govdesk.webhook w JOIN govdesk_private.webhook_state s ON s.webhook_id = w.id
     WHERE w.tenant_id = v.tenant_id AND w.status = 'active' AND s.failures >= 3 AND w.node_path <@ ANY (v_hooks)
    UNION ALL
    SELECT 'webhook_no_secret', w.id::text, 'The webhook ' || w.description || ' has no secret: nothing is sent', w.created_at
      FROM govdesk.webhook w WHERE w.tenant_id = v.tenant_id AND w.status = 'active' AND w.kind = 'webhook' AND w.node_path <@ ANY (v_hooks)
       AND NOT EXISTS (SELECT FROM govdesk.webhook_secret x WHERE x.webhook_id = w.id AND x.status = 'current')
    UNION ALL
    SELECT 'deploy_failed', NULL, i.deploy_failure, i.deploy_failed_at FROM govdesk_private.installation i
     WHERE i.deploy_failed_at IS NOT NULL AND v_paths <> '{}'
       -- Where there is an organisation of the platform's own, it is nobody else's business.
       AND coalesce((govdesk_private.platform_tenant()).tenant_id = v.tenant_id, true)
    UNION ALL
    SELECT 'audit_fault', l.seq::text, l.summary, l.at FROM govdesk.audit_log l
     WHERE l.tenant_id = v.tenant_id AND l.action = 'audit.fault_found' AND l.at > clock_timestamp() - interval '30 days'
       AND v.tenant_path = ANY (govdesk_private.granted('audit.read'))
       AND NOT EXISTS (SELECT FROM govdesk.audit_restore r WHERE r.tenant_id = v.tenant_id AND r.declared_at > l.at)
    UNION ALL
    SELECT 'checkpoint_late', NULL, 'No checkpoint has been signed since event ' || c.size, c.created_at
      FROM (SELECT x.size, x.created_at FROM govdesk.audit_checkpoint x WHERE x.tenant_id = v.tenant_id
               AND govdesk_private.is_standing(x) ORDER BY x.size DESC LIMIT 1) c
     WHERE v.tenant_path = ANY (govdesk_private.granted('audit.read'))
       AND EXISTS (SELECT FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id AND l.seq > c.size
                      AND l.action NOT IN ('audit.checkpoint_signed', 'checkpoint_key.announced', 'checkpoint_key.retired', 'audit.fault_found')
                      AND l.at < clock_timestamp() - interval '15 minutes')
    UNION ALL
    SELECT 'vault_rewrap', NULL, count(*) || ' sealed fields wait to be sealed with the new key', max(c.created_at)
      FROM govdesk_private.sealed_rows(v.tenant_id) r
      JOIN govdesk.vault_key c ON c.tenant_id = v.tenant_id AND c.status = 'current' AND r.version < c.version
     WHERE c.created_at < clock_timestamp() - interval '1 hour' AND govdesk_private.everywhere('integration.manage')
    HAVING count(*) > 0
    UNION ALL
    SELECT * FROM (
        SELECT 'no_mfa', m.id::text, m.display_name || ' has no second factor', m.created_at
          FROM govdesk.member m
         WHERE m.tenant_id = v.tenant_id AND m.status = 'active' AND m.mfa_at IS NULL
           AND v.tenant_path = ANY (v_paths)
         ORDER BY m.created_at LIMIT 20) n
    UNION ALL
    SELECT 'worker_silent', NULL, CASE WHEN max(w.seen_at) IS NULL
               THEN 'No worker has ever been here: mails wait' ELSE 'No worker has been heard of: mails wait' END,
           max(w.seen_at) FROM govdesk_private.worker_seen w WHERE v_paths <> '{}'
    HAVING coalesce(max(w.seen_at) < clock_timestamp() - interval '5 minutes', true) AND v_paths <> '{}';
END $$;
