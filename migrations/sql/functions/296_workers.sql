-- Workers of the installation: their start, their silence, and deploys. Owner: govdesk_kernel.

-- The platform's own organisation, whose log knows of workers; others are not told about machines.
CREATE FUNCTION govdesk_private.platform_tenant() RETURNS govdesk.tenant
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant;
BEGIN
    SELECT t.* INTO v FROM govdesk.tenant t WHERE t.kind = 'platform' ORDER BY t.created_at LIMIT 1;
    RETURN v;
END $$;

CREATE FUNCTION govdesk_api.installation_state() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('last_worker_at', max(w.seen_at), 'worker_lost_at', max(i.worker_lost_at),
                'workers', coalesce(jsonb_agg(jsonb_build_object('host', w.host, 'release', w.release, 'seen_at', w.seen_at,
                    'started_at', w.started_at) ORDER BY w.seen_at DESC) FILTER (WHERE w.host IS NOT NULL), '[]'))
              FROM govdesk_private.installation i LEFT JOIN govdesk_private.worker_seen w ON true);
END $$;

-- A worker begins; true if nobody of this release ever did before.
CREATE FUNCTION govdesk_api.worker_started(p_host text, p_release text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk.tenant := govdesk_private.platform_tenant();
    v_is_new boolean;
BEGIN
    INSERT INTO govdesk_private.worker_seen AS w (host, release, started_at) VALUES (left(p_host, 200), left(p_release, 50), clock_timestamp())
    ON CONFLICT (host) DO UPDATE SET seen_at = clock_timestamp(), release = excluded.release, started_at = excluded.started_at;
    INSERT INTO govdesk_private.release_started (release, host) VALUES (left(p_release, 50), left(p_host, 200)) ON CONFLICT DO NOTHING;
    v_is_new := FOUND;
    IF v.tenant_id IS NOT NULL THEN
        PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
        PERFORM govdesk_private.note('worker.started', 'worker', NULL,
            'The worker ' || left(regexp_replace(p_host, '[^A-Za-z0-9.-]', '', 'g'), 64) || ' started with release ' || left(p_release, 50),
            jsonb_build_object('release', left(p_release, 50), 'is_first', v_is_new));
    END IF;
    RETURN v_is_new;
END $$;

-- No worker has been heard of for five minutes: true once per silence.
CREATE FUNCTION govdesk_api.note_worker_lost(p_since timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk.tenant := govdesk_private.platform_tenant();
    v_last timestamptz := (SELECT max(w.seen_at) FROM govdesk_private.worker_seen w);
BEGIN
    IF v_last > clock_timestamp() - interval '5 minutes' THEN
        RETURN false;
    END IF;
    UPDATE govdesk_private.installation i SET worker_lost_at = clock_timestamp()
     WHERE i.worker_lost_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF v.tenant_id IS NOT NULL THEN
        PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, 'watch');
        PERFORM govdesk_private.note('worker.lost', 'worker', NULL,
            coalesce('No worker has been heard of since ' || govdesk_private.instant(v_last), 'No worker has ever been heard of'),
            jsonb_build_object('since', govdesk_private.instant(v_last)));
    END IF;
    RETURN true;
END $$;

-- A worker is heard of again: when the silence was noted, once; else null.
CREATE FUNCTION govdesk_api.note_worker_back() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_since timestamptz;
BEGIN
    SELECT i.worker_lost_at INTO v_since FROM govdesk_private.installation i
     WHERE i.worker_lost_at < (SELECT max(w.seen_at) FROM govdesk_private.worker_seen w) FOR UPDATE SKIP LOCKED;
    IF v_since IS NOT NULL THEN
        UPDATE govdesk_private.installation i SET worker_lost_at = NULL;
    END IF;
    RETURN v_since;
END $$;

-- How the last deploy went, for those who look after the installation; no step: well. Administrators only.
CREATE FUNCTION govdesk_private.note_deploy(p_release text, p_step text, p_error text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.installation i
       SET deploy_failed_at = CASE WHEN p_step IS NOT NULL THEN clock_timestamp() END,
           deploy_failure = CASE WHEN p_step IS NOT NULL THEN 'The deploy of GovDesk ' || left(p_release, 50) || ' failed at '
               || left(p_step, 200) || coalesce(': ' || left(p_error, 200), '') END;
END $$;
