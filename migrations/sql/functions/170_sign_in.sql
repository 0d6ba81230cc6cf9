-- Sign-in by commit-to-reveal. Submit stores a hash and checks nothing; reveal, in a later
-- transaction, judges. Worked examples: migrations/README.md. Owner: govdesk_kernel.

CREATE FUNCTION govdesk_private.normal_email(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(normalize(btrim(p_email), NFC)) $$;

CREATE FUNCTION govdesk_private.xor(p_a bytea, p_b bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_out bytea := p_a;
BEGIN
    FOR i IN 0 .. least(length(p_a), length(p_b)) - 1 LOOP
        v_out := set_byte(v_out, i, get_byte(p_a, i) # get_byte(p_b, i));
    END LOOP;
    RETURN v_out;
END $$;

-- TOTP, RFC 6238 with SHA-1, 30 s, six digits; the vectors of its appendix B are a test.
CREATE FUNCTION govdesk_private.totp(p_seed bytea, p_step bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_mac    bytea := public.hmac(int8send(p_step), p_seed, 'sha1');
    v_offset integer := get_byte(v_mac, 19) & 15;
    v_number bigint := (((get_byte(v_mac, v_offset) & 127)::bigint * 256
                       + get_byte(v_mac, v_offset + 1)) * 256
                       + get_byte(v_mac, v_offset + 2)) * 256
                       + get_byte(v_mac, v_offset + 3);
BEGIN
    RETURN lpad((v_number % 1000000)::text, 6, '0');
END $$;

-- Stops: learning who has an account. Unknown addresses get a salt that never changes.
CREATE FUNCTION govdesk_api.sign_in_parameters(p_email text)
RETURNS TABLE (salt bytea, memory_kib integer, iterations integer, lanes integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT coalesce((SELECT c.salt FROM govdesk_private.person p
                       JOIN govdesk_private.credential c ON c.person_id = p.id
                      WHERE p.email = govdesk_private.normal_email(p_email)),
                    substr(public.hmac(convert_to(govdesk_private.normal_email(p_email), 'UTF8'),
                                       i.decoy_key, 'sha256'), 1, 16)),
           i.kdf_memory_kib, i.kdf_iterations, i.kdf_lanes
      FROM govdesk_private.installation i;
END $$;

-- Stops: guesses that a ROLLBACK forgets. Checks nothing about the account and locks nothing.
CREATE FUNCTION govdesk_private.submit(
    p_purpose text, p_email text, p_tenant_path text, p_session uuid, p_commitment bytea,
    p_device_hash bytea) RETURNS TABLE (attempt_id uuid, nonce bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF p_email IS NULL OR length(p_email) > 254 OR length(p_tenant_path) > 128
       OR length(p_commitment) <> 32 THEN
        RAISE EXCEPTION 'the attempt is malformed' USING ERRCODE = 'GD008';
    END IF;
    -- Everybody's address is the web server's there; it limits its visitors itself.
    IF session_user <> 'govdesk_worker'
       AND (SELECT count(*) FROM govdesk_private.attempt a
         WHERE a.client_addr IS NOT DISTINCT FROM inet_client_addr()
           AND a.submitted_at > clock_timestamp() - interval '10 minutes')
       >= (SELECT i.attempts_per_address FROM govdesk_private.installation i) THEN
        RAISE EXCEPTION 'too many attempts from this address' USING ERRCODE = 'GD003';
    END IF;
    RETURN QUERY
    INSERT INTO govdesk_private.attempt AS a
           (xact, purpose, email, tenant_path, session_id, commitment, nonce, device_hash,
            client_addr)
    VALUES (pg_current_xact_id(), p_purpose, govdesk_private.normal_email(p_email), p_tenant_path,
            p_session, p_commitment, public.gen_random_bytes(32), p_device_hash,
            inet_client_addr())
    RETURNING a.id, a.nonce;
END $$;

CREATE FUNCTION govdesk_api.sign_in_submit(
    p_email text, p_tenant_path text, p_commitment bytea, p_device_hash bytea DEFAULT NULL)
RETURNS TABLE (attempt_id uuid, nonce bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT * FROM govdesk_private.submit(
        'sign_in', p_email, p_tenant_path, NULL, p_commitment, p_device_hash);
END $$;

CREATE FUNCTION govdesk_api.step_up_submit(p_commitment bytea)
RETURNS TABLE (attempt_id uuid, nonce bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    RETURN QUERY SELECT s.* FROM govdesk_private.person p CROSS JOIN LATERAL govdesk_private.submit(
        'step_up', p.email, v.tenant_path::text, v.session_id, p_commitment, NULL) s
     WHERE p.id = v.person_id;
END $$;

-- Stops: revealing in the submitting transaction, late, twice, or after five failures in ten
-- minutes — counted over committed attempts, known devices apart from strangers.
CREATE FUNCTION govdesk_private.admit(p_attempt uuid, p_purpose text, p_device bytea)
RETURNS govdesk_private.attempt
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_row   govdesk_private.attempt;
    v_known bytea[];
    v_own   boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'changes need READ COMMITTED' USING ERRCODE = 'GD004';
    END IF;
    SELECT * INTO v_row FROM govdesk_private.attempt a WHERE a.id = p_attempt;
    IF v_row.xact = pg_current_xact_id() THEN
        RAISE EXCEPTION 'commit the attempt first' USING ERRCODE = 'GD007';
    END IF;
    IF v_row.id IS NULL OR v_row.purpose <> p_purpose OR v_row.succeeded_at IS NOT NULL
       OR v_row.submitted_at < clock_timestamp() - interval '60 seconds' THEN
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
    SELECT coalesce(array_agg(d.device_hash), '{}') INTO v_known
      FROM govdesk_private.device d JOIN govdesk_private.person p ON p.id = d.person_id
     WHERE p.email = v_row.email;
    v_own := coalesce(v_row.device_hash = sha256(p_device)
                      AND v_row.device_hash = ANY (v_known), false);
    IF v_row.device_hash = ANY (v_known) AND NOT v_own THEN
        -- Neither a stranger's guess nor the device's: whoever read its hash gets no third allowance.
        RAISE EXCEPTION 'no such attempt' USING ERRCODE = 'GD008';
    END IF;
    IF (SELECT count(*) FROM govdesk_private.attempt a
         WHERE a.email = v_row.email AND a.id <> v_row.id AND a.succeeded_at IS NULL
           AND a.purpose IN ('sign_in', 'step_up', 'change_password', 'replace_factor')
           AND a.submitted_at > clock_timestamp() - interval '10 minutes'
           AND CASE WHEN v_own THEN a.device_hash = v_row.device_hash
                    ELSE a.device_hash IS NULL OR a.device_hash <> ALL (v_known) END) >= 5 THEN
        RAISE EXCEPTION 'too many attempts' USING ERRCODE = 'GD003';
    END IF;
    RETURN v_row;
END $$;

-- Judges password proof and code of an admitted attempt; returns the person, or null. Unknown
-- people are judged against decoys, so both answers take the same steps.
CREATE FUNCTION govdesk_private.judge(
    p_attempt govdesk_private.attempt, p_r bytea, p_proof bytea, p_code text,
    OUT person_id uuid, OUT mfa boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_decoy   bytea := (SELECT i.decoy_key FROM govdesk_private.installation i);
    v_stored  bytea;
    v_client  bytea;
    v_factor  govdesk_private.factor;
    v_key     bytea;
    v_seed    bytea;
    v_now     bigint := floor(extract(epoch FROM p_attempt.submitted_at) / 30);
    v_step    bigint;
    v_good    boolean;
    v_code    text := coalesce(p_code, '');
BEGIN
    mfa := false;
    SELECT p.id, c.stored_key INTO person_id, v_stored
      FROM govdesk_private.person p JOIN govdesk_private.credential c ON c.person_id = p.id
     WHERE p.email = p_attempt.email;
    v_stored := coalesce(v_stored, public.hmac('stored'::bytea, v_decoy, 'sha256'));
    v_client := govdesk_private.xor(
        CASE WHEN length(p_proof) = 32 THEN p_proof ELSE v_decoy END,
        public.hmac(convert_to('govdesk-sign-in:' || p_attempt.id || ':', 'UTF8') || p_attempt.nonce,
                    v_stored, 'sha256'));
    v_good := sha256(v_client) = v_stored
        AND p_attempt.commitment = sha256(coalesce(p_r, '') || v_client || convert_to(v_code, 'UTF8'));

    SELECT * INTO v_factor FROM govdesk_private.factor f WHERE f.person_id = judge.person_id;
    v_key := public.hmac(convert_to('totp:' || coalesce(person_id::text, ''), 'UTF8'), v_client, 'sha256');
    v_seed := govdesk_private.xor(
        coalesce(v_factor.wrapped, substr(v_decoy, 1, 20)),
        public.hmac('enc'::bytea || coalesce(v_factor.nonce, substr(v_decoy, 1, 16)), v_key, 'sha256'));
    FOR i IN -1 .. 1 LOOP
        IF govdesk_private.totp(v_seed, v_now + i) = v_code THEN
            v_step := v_now + i;
        END IF;
    END LOOP;

    IF NOT v_good OR person_id IS NULL THEN
        person_id := NULL;
        RETURN;
    END IF;
    IF v_factor.id IS NULL THEN
        IF v_code <> '' THEN
            person_id := NULL;
        END IF;
        RETURN;
    END IF;
    IF length(v_code) > 6 THEN
        UPDATE govdesk_private.recovery_code c SET used_at = clock_timestamp()
         WHERE c.person_id = judge.person_id AND c.used_at IS NULL AND c.voided_at IS NULL
           AND c.code_hash = sha256(convert_to(upper(replace(v_code, '-', '')), 'UTF8'));
    ELSIF v_factor.tag = public.hmac('mac'::bytea || v_factor.nonce || v_factor.wrapped, v_key, 'sha256')
    THEN
        UPDATE govdesk_private.factor f SET last_step = v_step
         WHERE f.id = v_factor.id AND f.last_step < v_step;
    ELSE
        person_id := NULL;
        RETURN;
    END IF;
    mfa := FOUND;
    IF NOT mfa THEN
        person_id := NULL;
    END IF;
END $$;

CREATE FUNCTION govdesk_private.refuse_sign_in() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the address, the password or the code is not right' USING ERRCODE = 'GD002';
END $$;

-- Stops: a code used twice, a revealed guess used twice, a session for a removed member. Without a
-- second factor the session is good for enrolling one, and for nothing else, for 15 minutes.
CREATE FUNCTION govdesk_api.sign_in_reveal(
    p_attempt uuid, p_r bytea, p_proof bytea, p_code text, p_device bytea DEFAULT NULL)
RETURNS TABLE (token text, session_id uuid, expires_at timestamptz, tenant_path text, mfa boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_attempt govdesk_private.attempt := govdesk_private.admit(p_attempt, 'sign_in', p_device);
    v_token   text := encode(public.gen_random_bytes(32), 'hex');
    v_id      uuid := gen_random_uuid();
    v_member  govdesk.member;
    v_person  uuid;
    v_mfa     boolean;
    v_expires timestamptz;
BEGIN
    v_attempt.tenant_path := govdesk_private.meant_path(v_attempt.email, v_attempt.tenant_path);
    PERFORM govdesk_private.assume_visitor(v_attempt, v_id);
    SELECT j.person_id, j.mfa INTO v_person, v_mfa
      FROM govdesk_private.judge(v_attempt, p_r, p_proof, p_code) j;
    SELECT * INTO v_member FROM govdesk.member m
     WHERE m.person_id = v_person AND m.tenant_path::text = v_attempt.tenant_path
       AND m.status = 'active'
       AND EXISTS (SELECT FROM govdesk_private.credential c WHERE c.person_id = v_person
                      AND coalesce(c.confined_to, m.tenant_id) = m.tenant_id);
    IF v_member.id IS NULL THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    UPDATE govdesk_private.attempt a SET succeeded_at = clock_timestamp()
     WHERE a.id = v_attempt.id AND a.succeeded_at IS NULL;
    IF NOT FOUND THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    v_expires := clock_timestamp() + CASE WHEN v_mfa THEN interval '12 hours'
                                          ELSE interval '15 minutes' END;
    INSERT INTO govdesk_private.session
           (id, tenant_id, tenant_path, member_id, person_id, token_hash, mfa, client_addr,
            stepped_up_at, expires_at, credential_version)
    SELECT v_id, v_member.tenant_id, v_attempt.tenant_path, v_member.id, v_person,
           sha256(convert_to(v_token, 'UTF8')), v_mfa, inet_client_addr(),
           CASE WHEN v_mfa THEN clock_timestamp() END, v_expires, c.version
      FROM govdesk_private.credential c WHERE c.person_id = v_person;
    INSERT INTO govdesk.member_seen (member_id, tenant_id, tenant_path, seen_at)
    VALUES (v_member.id, v_member.tenant_id, v_member.tenant_path, clock_timestamp())
    ON CONFLICT (member_id) DO UPDATE SET seen_at = excluded.seen_at;
    IF p_device IS NOT NULL AND v_mfa THEN
        INSERT INTO govdesk_private.device (person_id, device_hash)
        VALUES (v_person, sha256(p_device))
        ON CONFLICT ON CONSTRAINT device_pkey DO UPDATE SET seen_at = clock_timestamp();
    END IF;
    RETURN QUERY SELECT v_token, v_id, v_expires, v_attempt.tenant_path, v_mfa;
END $$;

-- Whoever names no organisation means his only one.
CREATE FUNCTION govdesk_private.meant_path(p_email text, p_path text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_path <> '' THEN
        RETURN p_path;
    END IF;
    RETURN coalesce((SELECT min(m.tenant_path::text) FROM govdesk.member m
                      WHERE m.email = p_email AND m.status = 'active' HAVING count(*) = 1), '');
END $$;

-- The organisation a token was issued for; whoever holds the token may know.
CREATE FUNCTION govdesk_api.tenant_of(p_token text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT s.tenant_path FROM govdesk_private.session s
             WHERE s.token_hash = sha256(convert_to(p_token, 'UTF8')));
END $$;

-- The principal of a sign-in is whoever the attempt names, if the organisation exists; a decoy
-- otherwise, which is never sealed because the attempt fails.
CREATE FUNCTION govdesk_private.assume_visitor(p_attempt govdesk_private.attempt, p_session uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.assume('session', coalesce(t.tenant_id, gen_random_uuid()),
                coalesce(t.tenant_path, 'nobody'), m.id, p_session, 'user:' || p_attempt.email)
       FROM (SELECT 1) one
       LEFT JOIN govdesk.tenant t ON t.tenant_path::text = p_attempt.tenant_path
       LEFT JOIN govdesk.member m ON m.tenant_id = t.tenant_id AND m.email = p_attempt.email;
END $$;

-- Stops: a step-up by somebody else's password.
CREATE FUNCTION govdesk_api.step_up_reveal(p_attempt uuid, p_r bytea, p_proof bytea, p_code text)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v         govdesk_private.principal := govdesk_private.context();
    v_attempt govdesk_private.attempt := govdesk_private.admit(p_attempt, 'step_up', NULL);
    v_person  uuid;
    v_mfa     boolean;
    v_at      timestamptz := clock_timestamp();
BEGIN
    IF v.session_id IS NULL OR v_attempt.session_id <> v.session_id THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    SELECT j.person_id, j.mfa INTO v_person, v_mfa
      FROM govdesk_private.judge(v_attempt, p_r, p_proof, p_code) j;
    IF v_person IS DISTINCT FROM v.person_id OR NOT v_mfa THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    UPDATE govdesk_private.attempt a SET succeeded_at = v_at
     WHERE a.id = v_attempt.id AND a.succeeded_at IS NULL;
    IF NOT FOUND THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    UPDATE govdesk_private.session s SET stepped_up_at = v_at, seen_at = v_at
     WHERE s.id = v.session_id;
    RETURN v_at;
END $$;

-- The step of a code that a seed gives now, one step of drift allowed; null if none does.
CREATE FUNCTION govdesk_private.step_of(p_seed bytea, p_code text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_now  bigint := floor(extract(epoch FROM clock_timestamp()) / 30);
    v_step bigint;
BEGIN
    IF length(p_seed) BETWEEN 16 AND 32 THEN
        FOR i IN -1 .. 1 LOOP
            IF govdesk_private.totp(p_seed, v_now + i) = p_code THEN
                v_step := v_now + i;
            END IF;
        END LOOP;
    END IF;
    RETURN v_step;
END $$;

-- Puts a factor and ten recovery codes in place, for whoever proved to be this person. The seed is
-- wrapped here, encrypt-then-MAC, under a key that only the password yields: a dump reveals neither.
CREATE FUNCTION govdesk_private.put_factor(
    p_person uuid, p_client_key bytea, p_seed bytea, p_step bigint, p_recovery_hashes bytea[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_key     bytea := public.hmac(convert_to('totp:' || p_person, 'UTF8'), p_client_key, 'sha256');
    v_nonce   bytea := public.gen_random_bytes(16);
    v_wrapped bytea;
BEGIN
    IF coalesce(length(p_seed) NOT BETWEEN 16 AND 32 OR cardinality(p_recovery_hashes) <> 10, true) THEN
        RAISE EXCEPTION 'seed or recovery codes are malformed' USING ERRCODE = 'GD012';
    END IF;
    v_wrapped := govdesk_private.xor(p_seed, public.hmac('enc'::bytea || v_nonce, v_key, 'sha256'));
    INSERT INTO govdesk_private.factor AS f (person_id, nonce, wrapped, tag, last_step)
    VALUES (p_person, v_nonce, v_wrapped,
            public.hmac('mac'::bytea || v_nonce || v_wrapped, v_key, 'sha256'), p_step)
    ON CONFLICT (person_id) DO UPDATE SET nonce = excluded.nonce, wrapped = excluded.wrapped,
        tag = excluded.tag, last_step = excluded.last_step, verified_at = clock_timestamp();
    UPDATE govdesk_private.recovery_code c SET voided_at = clock_timestamp()
     WHERE c.person_id = p_person AND c.used_at IS NULL AND c.voided_at IS NULL;
    INSERT INTO govdesk_private.recovery_code (person_id, code_hash)
    SELECT p_person, h FROM unnest(p_recovery_hashes) h;
END $$;

-- Enrols the second factor of a session that has none; after a reset by decision the mailed link is
-- needed as well, so that a password alone never makes a factor.
CREATE FUNCTION govdesk_api.enrol_totp(
    p_token text, p_client_key bytea, p_seed bytea, p_code text, p_recovery_hashes bytea[],
    p_link text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_session govdesk_private.session;
    v_row     govdesk_private.credential;
    v_link    govdesk_private.link;
    v_email   text;
    v_step    bigint := govdesk_private.step_of(p_seed, p_code);
BEGIN
    SELECT * INTO v_session FROM govdesk_private.session s
     WHERE s.token_hash = sha256(convert_to(p_token, 'UTF8')) AND s.member_id IS NOT NULL
       AND s.expires_at > clock_timestamp() AND NOT govdesk_private.is_ended(s.id);
    SELECT * INTO v_row FROM govdesk_private.credential c
     WHERE c.person_id = v_session.person_id AND c.version = v_session.credential_version;
    IF v_row.id IS NULL THEN
        RAISE EXCEPTION 'session ended' USING ERRCODE = 'GD001';
    END IF;
    PERFORM 1 FROM govdesk_private.factor f WHERE f.person_id = v_session.person_id;
    IF FOUND THEN
        RAISE EXCEPTION 'a factor is already enrolled' USING ERRCODE = 'GD015';
    END IF;
    IF coalesce(length(p_seed) NOT BETWEEN 16 AND 32 OR cardinality(p_recovery_hashes) <> 10, true) THEN
        RAISE EXCEPTION 'seed or recovery codes are malformed' USING ERRCODE = 'GD012';
    END IF;
    IF v_row.needs_link THEN
        v_link := govdesk_private.find_link(p_link, 'factor');
        IF v_link.entity_id <> v_session.person_id THEN
            PERFORM govdesk_private.refuse_link();
        END IF;
    END IF;
    SELECT p.email INTO v_email FROM govdesk_private.person p WHERE p.id = v_session.person_id;
    IF v_row.stored_key IS DISTINCT FROM sha256(p_client_key) OR v_step IS NULL THEN
        PERFORM govdesk_private.refuse_sign_in();
    END IF;
    PERFORM govdesk_private.assume('session', v_session.tenant_id, v_session.tenant_path::public.ltree,
        v_session.member_id, v_session.id, 'user:' || v_email);
    PERFORM govdesk_private.put_factor(v_session.person_id, p_client_key, p_seed, v_step,
                                       p_recovery_hashes);
    IF v_link.id IS NOT NULL THEN
        PERFORM govdesk_private.spend_link(v_link);
        UPDATE govdesk_private.credential c SET needs_link = false WHERE c.id = v_row.id;
    END IF;
    UPDATE govdesk.member m SET mfa_at = clock_timestamp()
     WHERE m.tenant_id = v_session.tenant_id AND m.id = v_session.member_id;
    UPDATE govdesk_private.session s
       SET mfa = true, stepped_up_at = clock_timestamp(), seen_at = clock_timestamp(),
           expires_at = clock_timestamp() + interval '12 hours'
     WHERE s.id = v_session.id;
END $$;

-- Stops: a guessed or used set-up code. The code has 160 random bits and works once.
CREATE FUNCTION govdesk_api.set_password_by_code(p_code text, p_salt bytea, p_stored_key bytea)
RETURNS TABLE (email text, tenant_path text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_code   govdesk_private.setup_code;
    v_member govdesk.member;
BEGIN
    SELECT * INTO v_code FROM govdesk_private.setup_code c
     WHERE c.code_hash = sha256(convert_to(p_code, 'UTF8')) AND c.used_at IS NULL
       AND c.expires_at > clock_timestamp();
    SELECT * INTO v_member FROM govdesk.member m
     WHERE m.tenant_id = v_code.tenant_id AND m.id = v_code.member_id AND m.status = 'active';
    IF v_member.id IS NULL THEN
        RAISE EXCEPTION 'this set-up code is not valid' USING ERRCODE = 'GD014';
    END IF;
    PERFORM govdesk_private.assume('link', v_member.tenant_id, v_member.tenant_path, v_member.id,
        NULL, 'invitee:' || v_member.email);
    UPDATE govdesk_private.setup_code c SET used_at = clock_timestamp()
     WHERE c.id = v_code.id AND c.used_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this set-up code is not valid' USING ERRCODE = 'GD014';
    END IF;
    IF EXISTS (SELECT FROM govdesk_private.credential c WHERE c.person_id = v_member.person_id) THEN
        IF NOT v_code.replaces AND NOT EXISTS (
            SELECT FROM govdesk_private.credential c WHERE c.person_id = v_member.person_id
               AND coalesce(c.confined_to, v_member.tenant_id) <> v_member.tenant_id) THEN
            RAISE EXCEPTION 'this set-up code is not valid' USING ERRCODE = 'GD014';
        END IF;
        PERFORM govdesk_private.end_sessions_of(v_member.tenant_id, v_member.id, NULL);
        DELETE FROM govdesk_private.factor f WHERE f.person_id = v_member.person_id;
        UPDATE govdesk_private.recovery_code c SET voided_at = clock_timestamp()
         WHERE c.person_id = v_member.person_id AND c.used_at IS NULL AND c.voided_at IS NULL;
        UPDATE govdesk_private.credential c
           SET salt = p_salt, stored_key = p_stored_key, changed_at = clock_timestamp(),
               version = c.version + 1, needs_link = false, confined_to = NULL
         WHERE c.person_id = v_member.person_id;
    ELSE
        INSERT INTO govdesk_private.credential (person_id, salt, stored_key)
        VALUES (v_member.person_id, p_salt, p_stored_key);
    END IF;
    PERFORM govdesk_private.close_acting();
    RETURN QUERY SELECT v_member.email, v_member.tenant_path::text;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this set-up code is not valid' USING ERRCODE = 'GD014';
END $$;
