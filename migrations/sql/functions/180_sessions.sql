-- Sessions: touched, listed, ended, revoked. Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.is_ended(p_session uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM govdesk_private.session_end e WHERE e.session_id = p_session);
END $$;

-- Is this session good for anything right now, second factor or not? An entry of staff ends with the
-- session it was made from, and with their account.
CREATE FUNCTION govdesk_private.is_alive(p govdesk_private.session) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN p.expires_at > clock_timestamp()
       AND p.seen_at > clock_timestamp() - interval '30 minutes'
       AND NOT govdesk_private.is_ended(p.id)
       AND (p.staff_member_id IS NULL OR NOT govdesk_private.is_ended(p.home_session_id)
            AND EXISTS (SELECT FROM govdesk.member m WHERE m.tenant_id = p.staff_tenant_id
                           AND m.id = p.staff_member_id AND m.status = 'active'))
       AND p.credential_version = coalesce((SELECT c.version FROM govdesk_private.credential c
                                             WHERE c.person_id = p.person_id), 1);
END $$;

-- Is there something to end: the session itself, or an entry of staff that was made from it and has
-- outlived its idleness?
CREATE FUNCTION govdesk_private.can_end(p govdesk_private.session) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN govdesk_private.is_alive(p)
        OR NOT govdesk_private.is_ended(p.id) AND EXISTS (
            SELECT FROM govdesk_private.session s WHERE s.home_session_id = p.id AND govdesk_private.is_alive(s));
END $$;

-- Ends every live session of a member but one, under the principal of this transaction. Ends are
-- rows of their own: nothing that the ended session holds open makes this wait.
CREATE FUNCTION govdesk_private.end_sessions_of(p_tenant uuid, p_member uuid, p_but uuid)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_count integer;
BEGIN
    INSERT INTO govdesk_private.session_end (tenant_id, session_id, staff)
    SELECT s.tenant_id, s.id, s.staff_member_id IS NOT NULL FROM govdesk_private.session s
     WHERE s.tenant_id = p_tenant AND s.member_id = p_member AND s.id IS DISTINCT FROM p_but
       AND govdesk_private.can_end(s);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Keeps a session from idling out; its own transaction, at most one write a minute.
CREATE FUNCTION govdesk_api.touch() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    UPDATE govdesk_private.session s SET seen_at = clock_timestamp()
     WHERE s.id = v.session_id AND s.seen_at < clock_timestamp() - interval '1 minute';
END $$;

-- One's own sessions; everyone's, and those of staff inside, for whoever may manage sessions.
CREATE FUNCTION govdesk_api.sessions()
RETURNS TABLE (id uuid, member_id uuid, email text, created_at timestamptz, seen_at timestamptz,
               expires_at timestamptz, ip text, mfa boolean, current boolean, kind text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v     govdesk_private.principal := govdesk_private.context();
    v_all boolean := govdesk_private.everywhere('session.manage');
BEGIN
    RETURN QUERY
    SELECT s.id, s.member_id, m.email, s.created_at, s.seen_at, s.expires_at, host(s.client_addr),
           s.mfa, s.id = v.session_id,
           CASE WHEN s.staff_member_id IS NULL THEN 'member' ELSE 'staff' END
      FROM govdesk_private.session s
      JOIN govdesk.member m ON m.tenant_id = coalesce(s.staff_tenant_id, s.tenant_id)
                           AND m.id = coalesce(s.staff_member_id, s.member_id)
     WHERE s.tenant_id = v.tenant_id
       AND (v_all OR s.member_id = v.member_id OR s.id = v.session_id)
       AND govdesk_private.can_end(s)
     ORDER BY s.created_at DESC;
END $$;

-- Ends the session of a token, with or without a second factor. True if it was alive.
CREATE FUNCTION govdesk_api.end_session(p_token text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_session govdesk_private.session;
    v_email   text;
BEGIN
    SELECT * INTO v_session FROM govdesk_private.session s
     WHERE s.token_hash = sha256(convert_to(p_token, 'UTF8'))
       AND s.expires_at > clock_timestamp() AND NOT govdesk_private.is_ended(s.id);
    IF v_session.id IS NULL THEN
        RETURN false;
    END IF;
    SELECT p.email INTO v_email FROM govdesk_private.person p WHERE p.id = v_session.person_id;
    IF v_session.member_id IS NOT NULL THEN
        PERFORM govdesk_private.assume('session', v_session.tenant_id,
            v_session.tenant_path::public.ltree, v_session.member_id, v_session.id,
            'user:' || v_email);
    ELSE
        PERFORM govdesk_private.assume('staff', v_session.tenant_id,
            v_session.tenant_path::public.ltree, NULL, v_session.id, 'staff:' || v_email);
    END IF;
    INSERT INTO govdesk_private.session_end (tenant_id, session_id, staff)
    VALUES (v_session.tenant_id, v_session.id, v_session.member_id IS NULL);
    RETURN true;
END $$;

-- Stops: revoking the session of another organisation, or of others without the permission. Staff
-- end only their own.
CREATE FUNCTION govdesk_api.revoke_session(p_session uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v         govdesk_private.principal := govdesk_private.context();
    v_session govdesk_private.session;
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    SELECT * INTO v_session FROM govdesk_private.session s
     WHERE s.id = p_session AND s.tenant_id = v.tenant_id;
    IF v_session.id IS NULL OR (v_session.id <> v.session_id
                                AND v_session.member_id IS DISTINCT FROM v.member_id
                                AND NOT govdesk_private.everywhere('session.manage')) THEN
        RAISE EXCEPTION 'no such session, or not yours to revoke'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF NOT govdesk_private.can_end(v_session) THEN
        RETURN false;
    END IF;
    IF v_session.id = v.session_id THEN
        PERFORM govdesk_private.assume(v.kind, v.tenant_id, v.tenant_path, v.member_id,
            v.session_id, v.actor);
    END IF;
    INSERT INTO govdesk_private.session_end (tenant_id, session_id, staff)
    VALUES (v_session.tenant_id, v_session.id, v_session.member_id IS NULL);
    RETURN true;
END $$;

-- Ends all sessions of a member (null: one's own) but the one that asks. Returns how many.
CREATE FUNCTION govdesk_api.revoke_sessions_of(p_member uuid DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    IF coalesce(p_member, v.member_id) <> v.member_id
       AND NOT govdesk_private.everywhere('session.manage') THEN
        RAISE EXCEPTION 'not yours to revoke' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN govdesk_private.end_sessions_of(v.tenant_id, coalesce(p_member, v.member_id), v.session_id);
END $$;

-- Stops: a client that holds its organisation's log (SET CONSTRAINTS … IMMEDIATE, then nothing).
-- Ends the console's transactions that are idle for a minute, or found idle when they have been
-- writing for one (a SELECT 1 now and then must not keep a log); returns how many. Worker only. Where
-- no superuser installed, it may not signal anybody, does nothing, and doctor says so.
CREATE FUNCTION govdesk_api.end_idle_holders() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT pg_has_role(current_user, 'pg_signal_backend', 'USAGE') THEN
        RETURN 0;
    END IF;
    RETURN (SELECT count(*) FROM (
        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
         WHERE a.usename = 'govdesk_app' AND a.datname = current_database()
           -- Somebody who sleeps in a statement is active; no write of the console takes five minutes.
           AND (a.state IN ('idle in transaction', 'idle in transaction (aborted)')
                    AND a.state_change < clock_timestamp() - interval '60 seconds'
                OR a.xact_start < clock_timestamp() - CASE a.state WHEN 'active' THEN interval '5 minutes'
                                                                   ELSE interval '1 minute' END
                   AND a.state IN ('idle in transaction', 'idle in transaction (aborted)', 'active')
                   AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted
                                  AND l.mode IN ('RowShareLock', 'RowExclusiveLock')))) ended);
END $$;

-- Seals failed sign-ins (attempts never revealed with success within a minute) of one
-- organisation, then forgets old attempts. Returns how many were sealed. Worker only, so that
-- nobody without a session ever holds a log.
CREATE FUNCTION govdesk_api.note_failed_sign_ins(p_host text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
    v_row    record;
    v_count  integer := 0;
BEGIN
    DELETE FROM govdesk_private.attempt a
     WHERE a.submitted_at < clock_timestamp() - interval '1 day';
    SELECT t.* INTO v_tenant FROM govdesk_private.attempt a
      JOIN govdesk.tenant t
        ON t.tenant_path::text = govdesk_private.meant_path(a.email, a.tenant_path)
     WHERE a.succeeded_at IS NULL AND a.noted_at IS NULL
       AND a.submitted_at < clock_timestamp() - interval '60 seconds'
     ORDER BY a.submitted_at LIMIT 1;
    IF v_tenant.tenant_id IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM govdesk_private.assume('worker', v_tenant.tenant_id, v_tenant.tenant_path, NULL, NULL,
        'worker:' || left(regexp_replace(p_host, '[^A-Za-z0-9.-]', '', 'g'), 64));
    FOR v_row IN
        UPDATE govdesk_private.attempt a SET noted_at = clock_timestamp()
         WHERE a.id IN (SELECT b.id FROM govdesk_private.attempt b
                         WHERE govdesk_private.meant_path(b.email, b.tenant_path)
                               = v_tenant.tenant_path::text
                           AND b.succeeded_at IS NULL AND b.noted_at IS NULL
                           AND b.submitted_at < clock_timestamp() - interval '60 seconds'
                         ORDER BY b.submitted_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
        RETURNING a.id, a.email, a.purpose, host(a.client_addr) AS ip, a.submitted_at
    LOOP
        PERFORM govdesk_private.note('session.failed', 'session', v_row.id::text,
            CASE v_row.purpose WHEN 'platform_enter' THEN 'A platform entry by '
                               WHEN 'decide' THEN 'A decision by '
                               WHEN 'decide_link' THEN 'A decision by '
                               WHEN 'step_up' THEN 'A confirmation by '
                               WHEN 'change_password' THEN 'A change of the password by '
                               WHEN 'replace_factor' THEN 'A change of the second factor by '
                               WHEN 'recover' THEN 'A recovery of the account of '
                               ELSE 'A sign-in as ' END || v_row.email || ' failed',
            jsonb_build_object('email', v_row.email, 'ip', v_row.ip, 'purpose', v_row.purpose,
                               'submitted_at', govdesk_private.instant(v_row.submitted_at)));
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
