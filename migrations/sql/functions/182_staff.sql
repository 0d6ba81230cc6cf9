-- Staff of the platform: members of the tenant `platform`, with a log of their own, who enter an
-- organisation for a reason and a time. Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.is_staff(p govdesk_private.principal) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN p.kind = 'session' AND EXISTS (SELECT FROM govdesk.tenant t
                                           WHERE t.tenant_id = p.tenant_id AND t.kind = 'platform');
END $$;

-- Paths and names, for choosing where to enter. Nothing else of any organisation.
CREATE FUNCTION govdesk_api.platform_tenants() RETURNS TABLE (tenant_path text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF NOT coalesce(govdesk_private.is_staff(govdesk_private.context()), false) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT t.tenant_path::text, t.name FROM govdesk.tenant t
                  WHERE t.kind = 'customer' ORDER BY t.name, 1;
END $$;

-- Writes the attempt to enter down and judges nothing: what a ROLLBACK forgets never happened.
CREATE FUNCTION govdesk_api.platform_enter_submit(p_tenant_path text, p_reason text, p_minutes integer)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v    govdesk_private.principal := govdesk_private.context();
    v_id uuid;
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    IF coalesce(length(btrim(p_reason)) NOT BETWEEN 3 AND 2000 OR p_minutes NOT BETWEEN 1 AND 480
                OR length(p_tenant_path) > 128, true) THEN
        RAISE EXCEPTION 'a reason, and 1 to 480 minutes' USING ERRCODE = 'GD012';
    END IF;
    SELECT s.attempt_id INTO v_id FROM govdesk_private.person p CROSS JOIN LATERAL
        govdesk_private.submit('platform_enter', p.email, p_tenant_path, v.session_id,
                               public.gen_random_bytes(32), NULL) s
     WHERE p.id = v.person_id;
    UPDATE govdesk_private.attempt a
       SET facts = jsonb_build_object('reason', btrim(p_reason), 'minutes', p_minutes)
     WHERE a.id = v_id;
    RETURN v_id;
END $$;

-- Stops: judging in the transaction that submitted, late, twice, or for somebody else.
CREATE FUNCTION govdesk_private.admit_own(p_attempt uuid, p_purpose text, p_session uuid)
RETURNS govdesk_private.attempt
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_row govdesk_private.attempt;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'changes need READ COMMITTED' USING ERRCODE = 'GD004';
    END IF;
    SELECT * INTO v_row FROM govdesk_private.attempt a WHERE a.id = p_attempt;
    IF v_row.xact = pg_current_xact_id() THEN
        RAISE EXCEPTION 'commit the attempt first' USING ERRCODE = 'GD007';
    END IF;
    IF v_row.id IS NULL OR v_row.purpose <> p_purpose OR v_row.succeeded_at IS NOT NULL
       OR v_row.session_id IS DISTINCT FROM p_session
       OR v_row.submitted_at < clock_timestamp() - interval '60 seconds' THEN
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
    RETURN v_row;
END $$;

CREATE FUNCTION govdesk_private.succeed(p_attempt uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.attempt a SET succeeded_at = clock_timestamp()
     WHERE a.id = p_attempt AND a.succeeded_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
END $$;

-- Enters: writes a session of staff into the organisation's own log. Its token answers in later
-- transactions only, so that nothing is read under an entry that a ROLLBACK could erase. More than
-- an hour needs their second person, where they want one: then a decision is asked for instead.
-- The transaction is not bound to anything afterwards.
CREATE FUNCTION govdesk_api.platform_enter_reveal(p_attempt uuid)
RETURNS TABLE (token text, expires_at timestamptz, tenant_path text, decision uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v          govdesk_private.principal := govdesk_private.context();
    v_attempt  govdesk_private.attempt
               := govdesk_private.admit_own(p_attempt, 'platform_enter', v.session_id);
    v_tenant   govdesk.tenant;
    v_minutes  integer := (v_attempt.facts ->> 'minutes')::integer;
    v_reason   text := v_attempt.facts ->> 'reason';
    v_token    text := encode(public.gen_random_bytes(32), 'hex');
    v_id       uuid := gen_random_uuid();
    v_decision uuid;
    v_until    timestamptz := clock_timestamp() + make_interval(mins => v_minutes);
BEGIN
    IF NOT coalesce(govdesk_private.is_staff(v), false) THEN
        RAISE EXCEPTION 'only staff of the platform enter'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF coalesce(v.stepped_up_at < clock_timestamp() - interval '5 minutes', true) THEN
        RAISE EXCEPTION 'a fresh confirmation is needed' USING ERRCODE = 'GD009';
    END IF;
    SELECT * INTO v_tenant FROM govdesk.tenant t
     WHERE t.tenant_path::text = v_attempt.tenant_path AND t.kind = 'customer';
    IF v_tenant.tenant_id IS NULL THEN
        RAISE EXCEPTION 'no such organization' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    PERFORM govdesk_private.succeed(v_attempt.id);
    PERFORM set_config('app.session_token', '', true), set_config('app.current_tenant_path', '', true),
            set_config('app.reason', v_reason, true);
    PERFORM govdesk_private.assume('staff', v_tenant.tenant_id, v_tenant.tenant_path, NULL, v_id,
                                   'staff:' || v_attempt.email);
    IF v_minutes > 60 AND govdesk_private.policy_on(v_tenant.tenant_id, 'platform.enter') THEN
        UPDATE govdesk.decision d SET status = 'executed', outcome = 'Entered.'
         WHERE d.id = (SELECT o.id FROM govdesk.decision o
                        WHERE o.tenant_id = v_tenant.tenant_id AND o.action = 'platform.enter'
                          AND o.status = 'approved' AND o.expires_at > clock_timestamp()
                          AND o.requester = 'staff:' || v_attempt.email
                          AND (o.payload::jsonb ->> 'minutes')::integer >= v_minutes
                        ORDER BY o.created_at LIMIT 1)
           AND d.status = 'approved';
        IF NOT FOUND THEN
            SELECT o.id INTO v_decision FROM govdesk.decision o
             WHERE o.tenant_id = v_tenant.tenant_id AND o.action = 'platform.enter'
               AND o.status = 'pending' AND o.expires_at > clock_timestamp()
               AND o.requester = 'staff:' || v_attempt.email
               AND (o.payload::jsonb ->> 'minutes')::integer = v_minutes;
            IF v_decision IS NULL THEN
                v_decision := govdesk_private.write_decision('platform.enter', jsonb_build_object(
                    'email', v_attempt.email, 'minutes', v_minutes), v_reason);
            END IF;
            RETURN QUERY SELECT NULL::text, NULL::timestamptz, v_attempt.tenant_path, v_decision;
            RETURN;
        END IF;
    END IF;
    INSERT INTO govdesk_private.session
           (id, tenant_id, tenant_path, staff_tenant_id, staff_member_id, person_id, token_hash, mfa,
            client_addr, stepped_up_at, expires_at, credential_version, xact, reason, home_session_id)
    SELECT v_id, v_tenant.tenant_id, v_attempt.tenant_path, v.tenant_id, v.member_id, v.person_id,
           sha256(convert_to(v_token, 'UTF8')), true, inet_client_addr(), clock_timestamp(), v_until,
           c.version, pg_current_xact_id(), v_reason, v.session_id
      FROM govdesk_private.credential c WHERE c.person_id = v.person_id;
    RETURN QUERY SELECT v_token, v_until, v_attempt.tenant_path, NULL::uuid;
END $$;

-- Who of the platform's staff is inside this organisation now. Every member may know.
CREATE FUNCTION govdesk_api.staff_inside()
RETURNS TABLE (session_id uuid, email text, reason text, entered_at timestamptz, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN QUERY
    SELECT s.id, p.email, s.reason, s.created_at, s.expires_at
      FROM govdesk_private.session s JOIN govdesk_private.person p ON p.id = s.person_id
     WHERE s.tenant_id = v.tenant_id AND s.staff_member_id IS NOT NULL
       AND govdesk_private.is_alive(s)
     ORDER BY s.created_at;
END $$;

-- Adds an account of staff, who set a password with the code. Administrators only; the tenant
-- `platform` comes with the first.
CREATE FUNCTION govdesk_private.add_staff(p_email text, p_name text, p_release text, p_code text)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
    v_member uuid;
BEGIN
    SELECT * INTO v_tenant FROM govdesk.tenant t WHERE t.kind = 'platform';
    IF v_tenant.tenant_id IS NULL THEN
        RAISE EXCEPTION 'no platform tenant' USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.assume('setup', v_tenant.tenant_id, v_tenant.tenant_path, NULL, NULL,
                                   'setup:' || p_release);
    v_member := govdesk_private.add_member(v_tenant.tenant_id, v_tenant.tenant_path,
        govdesk_private.proper_email(p_email), p_name, 'Platform staff', 'operator', v_tenant.tenant_path);
    INSERT INTO govdesk_private.setup_code (tenant_id, member_id, code_hash, expires_at)
    SELECT v_tenant.tenant_id, v_member, sha256(convert_to(p_code, 'UTF8')),
           clock_timestamp() + interval '7 days' WHERE p_code IS NOT NULL;
    RETURN v_tenant.tenant_path::text;
END $$;
