-- Ways back in: a changed password, a replaced factor, a mailed link with a recovery code, a
-- decision of two, and the last owner's. None skips the second factor or the log.
-- Owner: govdesk_kernel.

-- Stops: a way back in that was mailed before, used after the account was put in order.
CREATE FUNCTION govdesk_private.spend_account_links(p_person uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.link l SET used_at = clock_timestamp()
     WHERE l.entity_id = p_person AND l.kind IN ('recover', 'factor') AND l.used_at IS NULL;
END $$;

-- Stops: guesses of one's password that a ROLLBACK forgets. Writes down that password or factor are
-- to change, with the hash that binds the guess, and judges nothing.
CREATE FUNCTION govdesk_api.account_submit(p_purpose text, p_commitment bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.acting_member();
    v        govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.kind IS DISTINCT FROM 'session' THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    IF coalesce(p_purpose NOT IN ('change_password', 'replace_factor'), true) THEN
        RAISE EXCEPTION 'the attempt is malformed' USING ERRCODE = 'GD008';
    END IF;
    -- Who has to confirm first has not guessed yet.
    PERFORM govdesk_private.require_step_up(v_acting, interval '1 minute');
    RETURN (SELECT s.attempt_id FROM govdesk_private.person p CROSS JOIN LATERAL
                govdesk_private.submit(p_purpose, p.email, v.tenant_path::text, v.session_id, p_commitment, NULL) s
             WHERE p.id = v.person_id);
END $$;

-- Stops: changing the account from a stolen session, and guesses of its password: counted with those
-- of the sign-in, and sealed when they fail. Gives the credential that the key proves.
CREATE FUNCTION govdesk_private.proved_credential(
    p_attempt uuid, p_purpose text, p_r bytea, p_client_key bytea) RETURNS govdesk_private.credential
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting  govdesk_private.acting := govdesk_private.acting_member();
    v         govdesk_private.principal := govdesk_private.context();
    v_attempt govdesk_private.attempt := govdesk_private.admit(p_attempt, p_purpose, NULL);
    v_row     govdesk_private.credential;
BEGIN
    IF v.kind IS DISTINCT FROM 'session' OR v_attempt.session_id IS DISTINCT FROM v.session_id THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    -- Shorter than elsewhere: a session that was left open is not to give the account away.
    PERFORM govdesk_private.require_step_up(v_acting, interval '1 minute');
    SELECT * INTO v_row FROM govdesk_private.credential c WHERE c.person_id = v.person_id;
    IF v_attempt.commitment IS DISTINCT FROM sha256(p_r || p_client_key)
       OR v_row.stored_key IS DISTINCT FROM sha256(p_client_key) THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    PERFORM govdesk_private.succeed(v_attempt.id);
    RETURN v_row;
END $$;

-- Stops: a stolen session that changes the password: the old one is proved, by a fresh step-up and
-- by its key. The factor is wrapped anew; every other session of the person ends.
CREATE FUNCTION govdesk_api.change_password(
    p_attempt uuid, p_r bytea, p_old_client_key bytea, p_salt bytea, p_client_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_row    govdesk_private.credential := govdesk_private.proved_credential(
                 p_attempt, 'change_password', p_r, p_old_client_key);
    v        govdesk_private.principal := govdesk_private.context();
    v_factor govdesk_private.factor;
    v_key    bytea;
    v_seed   bytea;
    v_nonce  bytea := public.gen_random_bytes(16);
BEGIN
    IF coalesce(length(p_salt) <> 16 OR length(p_client_key) <> 32, true) THEN
        RAISE EXCEPTION 'the password is malformed' USING ERRCODE = 'GD012';
    END IF;
    SELECT * INTO v_factor FROM govdesk_private.factor f WHERE f.person_id = v.person_id;
    v_key := public.hmac(convert_to('totp:' || v.person_id, 'UTF8'), p_old_client_key, 'sha256');
    IF v_factor.tag IS DISTINCT FROM public.hmac('mac'::bytea || v_factor.nonce || v_factor.wrapped,
                                                 v_key, 'sha256') THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    v_seed := govdesk_private.xor(v_factor.wrapped,
        public.hmac('enc'::bytea || v_factor.nonce, v_key, 'sha256'));
    v_key := public.hmac(convert_to('totp:' || v.person_id, 'UTF8'), p_client_key, 'sha256');
    v_seed := govdesk_private.xor(v_seed, public.hmac('enc'::bytea || v_nonce, v_key, 'sha256'));
    PERFORM govdesk_private.end_sessions_of(v.tenant_id, v.member_id, v.session_id);
    -- In one statement: between two the session itself would be one of those that end.
    WITH replaced AS (
        UPDATE govdesk_private.credential c
           SET salt = p_salt, stored_key = sha256(p_client_key), changed_at = clock_timestamp(),
               version = c.version + 1
         WHERE c.id = v_row.id)
    UPDATE govdesk_private.session s SET credential_version = v_row.version + 1
     WHERE s.id = v.session_id;
    UPDATE govdesk_private.factor f
       SET nonce = v_nonce, wrapped = v_seed,
           tag = public.hmac('mac'::bytea || v_nonce || v_seed, v_key, 'sha256')
     WHERE f.id = v_factor.id;
    PERFORM govdesk_private.spend_account_links(v.person_id);
    PERFORM govdesk_private.queue_mail(v.tenant_id, 'security', v.person_id, substr(v.actor, 6), '',
        '{"what": "Your password was changed."}');
END $$;

-- Replaces the factor of whoever is signed in and has just confirmed, perhaps with a recovery code.
CREATE FUNCTION govdesk_api.replace_factor(
    p_attempt uuid, p_r bytea, p_client_key bytea, p_seed bytea, p_code text,
    p_recovery_hashes bytea[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_row  govdesk_private.credential := govdesk_private.proved_credential(
               p_attempt, 'replace_factor', p_r, p_client_key);
    v      govdesk_private.principal := govdesk_private.context();
    v_step bigint := govdesk_private.step_of(p_seed, p_code);
BEGIN
    IF v_step IS NULL THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    PERFORM govdesk_private.end_sessions_of(v.tenant_id, v.member_id, v.session_id);
    PERFORM govdesk_private.put_factor(v.person_id, p_client_key, p_seed, v_step, p_recovery_hashes);
    WITH replaced AS (
        UPDATE govdesk_private.credential c SET version = c.version + 1 WHERE c.id = v_row.id)
    UPDATE govdesk_private.session s SET credential_version = v_row.version + 1
     WHERE s.id = v.session_id;
    PERFORM govdesk_private.spend_account_links(v.person_id);
    PERFORM govdesk_private.queue_mail(v.tenant_id, 'security', v.person_id, substr(v.actor, 6), '',
        '{"what": "Your second factor was replaced."}');
END $$;

-- Stops: learning who has an account. Writes the wish down, whoever it is; the worker mails a link
-- if there is somebody, at most five a day.
CREATE FUNCTION govdesk_api.recovery_request(p_email text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF session_user <> 'govdesk_worker' AND (SELECT count(*) FROM govdesk_private.recovery_wish w
         WHERE w.client_addr IS NOT DISTINCT FROM inet_client_addr()
           AND w.wished_at > clock_timestamp() - interval '10 minutes')
       >= (SELECT i.attempts_per_address FROM govdesk_private.installation i) THEN
        RAISE EXCEPTION 'too many attempts from this address' USING ERRCODE = 'GD003';
    END IF;
    INSERT INTO govdesk_private.recovery_wish (email, client_addr)
    VALUES (govdesk_private.proper_email(p_email), inet_client_addr());
END $$;

CREATE FUNCTION govdesk_api.account_link_view(p_token text)
RETURNS TABLE (email text, kind text, needs_recovery_code boolean, expires_at timestamptz,
               tenant_path text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.link := govdesk_private.find_link(p_token,
        CASE WHEN p_token LIKE 'f%' THEN 'factor' ELSE 'recover' END);
BEGIN
    RETURN QUERY SELECT v.email, v.kind, coalesce((v.facts ->> 'needs_code')::boolean, false),
                        v.expires_at, t.tenant_path::text
                   FROM govdesk.tenant t WHERE t.tenant_id = v.tenant_id;
END $$;

-- Stops: guesses of a recovery code that a ROLLBACK forgets. Writes down that the link is to be used,
-- with the hash that binds the code, and judges nothing.
CREATE FUNCTION govdesk_api.recover_submit(p_token text, p_commitment bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link govdesk_private.link := govdesk_private.find_link(p_token, 'recover');
    v_id   uuid;
BEGIN
    -- One after another until each commits: the order of the attempts is the order they became known.
    -- Of the person's row, not the link's: a new password, which ends the link, waits for nobody.
    PERFORM FROM govdesk_private.person p WHERE p.id = v_link.entity_id FOR NO KEY UPDATE;
    SELECT s.attempt_id INTO v_id FROM govdesk.tenant t CROSS JOIN LATERAL
        govdesk_private.submit('recover', v_link.email, t.tenant_path::text, NULL, p_commitment, NULL) s
     WHERE t.tenant_id = v_link.tenant_id;
    UPDATE govdesk_private.attempt a SET subject_id = v_link.id WHERE a.id = v_id;
    RETURN v_id;
END $$;

-- Stops: a mailbox alone that takes an account over, and guesses: five of a link in ten minutes, and
-- what fails is sealed. Password and factor are replaced together, by the mailed link and a recovery
-- code, or by the link that a decision of two had mailed.
CREATE FUNCTION govdesk_api.recover_account(
    p_attempt uuid, p_token text, p_r bytea, p_recovery_code text, p_salt bytea, p_client_key bytea,
    p_seed bytea, p_code text, p_recovery_hashes bytea[]) RETURNS TABLE (email text, tenant_path text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link    govdesk_private.link := govdesk_private.find_link(p_token, 'recover');
    v_attempt govdesk_private.attempt := govdesk_private.admit_own(p_attempt, 'recover', NULL);
    v_member  govdesk.member;
    v_step    bigint := govdesk_private.step_of(p_seed, p_code);
BEGIN
    IF v_attempt.subject_id IS DISTINCT FROM v_link.id THEN
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
    IF (SELECT count(*) FROM govdesk_private.attempt a
         WHERE a.subject_id = v_link.id AND a.succeeded_at IS NULL
           AND a.submitted_at > v_attempt.submitted_at - interval '10 minutes'
           AND (a.submitted_at, a.id) < (v_attempt.submitted_at, v_attempt.id)) >= 5 THEN
        RAISE EXCEPTION 'too many attempts' USING ERRCODE = 'GD003';
    END IF;
    IF v_attempt.commitment <> sha256(coalesce(p_r, '') || convert_to(coalesce(p_recovery_code, ''), 'UTF8')) THEN
        RAISE EXCEPTION 'the recovery code is not right' USING ERRCODE = 'GD022';
    END IF;
    SELECT m.* INTO v_member FROM govdesk.member m
     WHERE m.tenant_id = v_link.tenant_id AND m.person_id = v_link.entity_id AND m.status = 'active';
    IF v_member.id IS NULL THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    IF coalesce(length(p_salt) <> 16 OR length(p_client_key) <> 32, true) THEN
        RAISE EXCEPTION 'the password is malformed' USING ERRCODE = 'GD012';
    END IF;
    IF v_step IS NULL THEN
        RAISE EXCEPTION 'the code is not right' USING ERRCODE = 'GD022';
    END IF;
    PERFORM govdesk_private.assume('link', v_member.tenant_id, v_member.tenant_path, v_member.id,
        NULL, 'user:' || v_member.email);
    PERFORM govdesk_private.succeed(v_attempt.id), govdesk_private.spend_link(v_link);
    IF coalesce((v_link.facts ->> 'needs_code')::boolean, true) THEN
        UPDATE govdesk_private.recovery_code c SET used_at = clock_timestamp()
         WHERE c.person_id = v_link.entity_id AND c.used_at IS NULL AND c.voided_at IS NULL
           AND c.code_hash = sha256(convert_to(upper(replace(p_recovery_code, '-', '')), 'UTF8'));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the recovery code is not right' USING ERRCODE = 'GD022';
        END IF;
    END IF;
    PERFORM govdesk_private.end_sessions_of(v_member.tenant_id, v_member.id, NULL);
    UPDATE govdesk_private.credential c
       SET salt = p_salt, stored_key = sha256(p_client_key), changed_at = clock_timestamp(),
           version = c.version + 1, needs_link = false, confined_to = NULL
     WHERE c.person_id = v_link.entity_id;
    PERFORM govdesk_private.put_factor(v_link.entity_id, p_client_key, p_seed, v_step,
                                       p_recovery_hashes);
    UPDATE govdesk.member m SET mfa_at = clock_timestamp() WHERE m.id = v_member.id;
    PERFORM govdesk_private.spend_account_links(v_link.entity_id);
    PERFORM govdesk_private.queue_mail(v_member.tenant_id, 'security', v_link.entity_id,
        v_member.email, v_member.display_name,
        '{"what": "Your password and second factor were replaced."}');
    PERFORM govdesk_private.close_acting();
    RETURN QUERY SELECT v_member.email, v_member.tenant_path::text;
END $$;

-- Mails a link of an account. Used by decisions and by the worker.
CREATE FUNCTION govdesk_private.mail_account_link(
    p_member govdesk.member, p_kind text, p_needs_code boolean, p_lasts interval) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_lasts;
BEGIN
    PERFORM govdesk_private.queue_mail(p_member.tenant_id, p_kind, p_member.person_id, p_member.email,
        p_member.display_name, jsonb_build_object('link_path', '/recover/',
            'expires_at', govdesk_private.instant(v_until)),
        govdesk_private.make_link(p_kind, p_member.tenant_id, p_member.person_id, p_member.email,
            v_until, jsonb_build_object('needs_code', p_needs_code)));
END $$;

-- Turns the oldest wish into a mail, if somebody is meant. Worker only; one organisation a call.
CREATE FUNCTION govdesk_private.serve_recovery_wish(p_host text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_wish   govdesk_private.recovery_wish;
    v_member govdesk.member;
BEGIN
    LOOP
        DELETE FROM govdesk_private.recovery_wish w WHERE w.id = (
            SELECT o.id FROM govdesk_private.recovery_wish o ORDER BY o.wished_at LIMIT 1
               FOR UPDATE SKIP LOCKED) RETURNING * INTO v_wish;
        IF v_wish.id IS NULL THEN
            RETURN false;
        END IF;
        SELECT m.* INTO v_member FROM govdesk.member m
          JOIN govdesk_private.credential c ON c.person_id = m.person_id
         WHERE m.email = v_wish.email AND m.status = 'active' ORDER BY m.tenant_path LIMIT 1;
        EXIT WHEN v_member.id IS NOT NULL AND (
            SELECT count(*) FROM govdesk_private.link l WHERE l.entity_id = v_member.person_id
               AND l.kind = 'recover' AND l.created_at > clock_timestamp() - interval '1 day') < 5;
    END LOOP;
    PERFORM govdesk_private.assume_worker(v_member.tenant_id, v_member.tenant_path, p_host);
    PERFORM govdesk_private.note('account.recovery_requested', 'person', v_member.person_id::text,
        'A way back in was asked for ' || v_member.email,
        jsonb_build_object('email', v_member.email, 'ip', host(v_wish.client_addr)));
    PERFORM govdesk_private.mail_account_link(v_member, 'recover', true, interval '1 hour');
    RETURN true;
END $$;

-- The last owner's way back in, by an administrator of the server, with a reason: a set-up code that
-- replaces password and factor. Sealed, and shown to everyone on Home for 30 days.
CREATE FUNCTION govdesk_private.recover_owner(
    p_path text, p_email text, p_release text, p_reason text, p_code text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
    v_email  text := govdesk_private.proper_email(p_email);
    v_member govdesk.member;
    v_grant  uuid;
BEGIN
    IF coalesce(length(btrim(p_reason)), 0) < 10 THEN
        RAISE EXCEPTION 'a reason of ten characters or more is needed' USING ERRCODE = 'GD012';
    END IF;
    SELECT * INTO v_tenant FROM govdesk.tenant t
     WHERE t.tenant_path::text = coalesce(p_path, (
        SELECT min(m.tenant_path::text) FROM govdesk.member m WHERE m.email = v_email
        HAVING count(*) = 1));
    IF v_tenant.tenant_id IS NULL THEN
        RAISE EXCEPTION 'no such organization' USING ERRCODE = 'GD012';
    END IF;
    PERFORM set_config('app.reason', p_reason, true);
    PERFORM govdesk_private.assume('setup', v_tenant.tenant_id, v_tenant.tenant_path, NULL, NULL,
                                   'setup:' || p_release);
    SELECT * INTO v_member FROM govdesk.member m
     WHERE m.tenant_id = v_tenant.tenant_id AND m.email = v_email;
    IF v_member.id IS NULL THEN
        v_grant := govdesk_private.add_member(v_tenant.tenant_id, v_tenant.tenant_path, v_email,
            split_part(v_email, '@', 1), '', 'owner', v_tenant.tenant_path);
        SELECT * INTO v_member FROM govdesk.member m WHERE m.id = v_grant;
    ELSE
        UPDATE govdesk.member m SET status = 'active' WHERE m.id = v_member.id AND m.status <> 'active';
        UPDATE govdesk.member_grant g SET role_key = 'owner'
         WHERE g.tenant_id = v_tenant.tenant_id AND g.member_id = v_member.id
           AND g.node_path = v_tenant.tenant_path AND g.status = 'active' AND g.role_key <> 'owner';
        SELECT g.id INTO v_grant FROM govdesk.member_grant g
         WHERE g.tenant_id = v_tenant.tenant_id AND g.member_id = v_member.id
           AND g.node_path = v_tenant.tenant_path AND g.status = 'active';
        IF v_grant IS NULL THEN
            INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)
            VALUES (v_tenant.tenant_id, v_tenant.tenant_path, v_member.id, v_tenant.tenant_path, 'owner');
        END IF;
    END IF;
    PERFORM govdesk_private.end_sessions_of(v_tenant.tenant_id, v_member.id, NULL);
    UPDATE govdesk_private.setup_code c SET used_at = clock_timestamp()
     WHERE c.tenant_id = v_tenant.tenant_id AND c.member_id = v_member.id AND c.used_at IS NULL;
    INSERT INTO govdesk_private.setup_code (tenant_id, member_id, code_hash, expires_at, replaces)
    VALUES (v_tenant.tenant_id, v_member.id, sha256(convert_to(p_code, 'UTF8')),
            clock_timestamp() + interval '1 day', true);
    PERFORM govdesk_private.note('owner.recovered', 'member', v_member.id::text,
        'An administrator of the server made ' || v_email || ' owner again: ' || left(p_reason, 500),
        jsonb_build_object('email', v_email, 'reason', left(p_reason, 2000)));
    RETURN v_tenant.tenant_path::text;
END $$;
