-- The vault: tenant keys sealed to people and to the worker, and the rows that are sealed with them.
-- Owner: govdesk_kernel. The database keeps what it cannot open: docs/spec/envelope-v1.md.

-- One's own X25519 pair: the public half, and the private one wrapped under the password.
CREATE FUNCTION govdesk_api.person_key() RETURNS TABLE (public_key bytea, wrapped bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN QUERY SELECT k.public_key, k.wrapped FROM govdesk_private.person_key k
                  WHERE k.person_id = v.person_id AND v.kind = 'session';
END $$;

-- Stops: whoever finds an open session making himself a recipient of the tenant's key.
CREATE FUNCTION govdesk_api.set_person_key(p_public bytea, p_wrapped bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk_private.acting := govdesk_private.acting_member();
    v_person uuid := (SELECT m.person_id FROM govdesk.member m WHERE m.tenant_id = v.tenant_id AND m.id = v.member_id);
BEGIN
    PERFORM govdesk_private.require_step_up(v);
    -- Another's public key under one's own name would keep his copies from him.
    IF coalesce(length(p_public), 0) <> 32 OR coalesce(length(p_wrapped), 0) NOT BETWEEN 32 AND 512
       OR p_public = (SELECT i.worker_public_key FROM govdesk_private.installation i)
       OR EXISTS (SELECT FROM govdesk_private.person_key k
                   WHERE k.public_key = p_public AND k.person_id <> v_person) THEN
        RAISE EXCEPTION 'not a wrapped key of one''s own' USING ERRCODE = 'GD012';
    END IF;
    INSERT INTO govdesk_private.person_key AS k (person_id, public_key, wrapped)
    VALUES (v_person, p_public, p_wrapped)
    ON CONFLICT (person_id) DO UPDATE SET public_key = excluded.public_key, wrapped = excluded.wrapped
     WHERE (k.public_key, k.wrapped) IS DISTINCT FROM (excluded.public_key, excluded.wrapped);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'not a wrapped key of one''s own' USING ERRCODE = 'GD012';
END $$;

-- Who is to hold the tenant's key: active members who may manage integrations somewhere, once they
-- have a pair. The worker comes beside them.
CREATE FUNCTION govdesk_private.recipients(p_tenant uuid)
RETURNS TABLE (member_id uuid, email text, public_key bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT m.id, m.email, k.public_key FROM govdesk.member m
      JOIN govdesk_private.person_key k ON k.person_id = m.person_id
     WHERE m.tenant_id = p_tenant AND m.status = 'active' AND m.mfa_at IS NOT NULL
       AND govdesk_private.granted_to(p_tenant, m.id, 'integration.manage') <> '{}';
END $$;

-- Every row that is sealed, of every table that seals.
CREATE FUNCTION govdesk_private.sealed_rows(p_tenant uuid)
RETURNS TABLE (table_name text, row_id uuid, column_name text, envelope bytea, version integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT 'integration', i.id, 'sealed', i.sealed, i.key_version FROM govdesk.integration i
                  WHERE i.tenant_id = p_tenant AND i.key_version IS NOT NULL
                  UNION ALL
                 SELECT 'webhook_secret', s.id, 'sealed', s.sealed, s.key_version FROM govdesk.webhook_secret s
                  WHERE s.tenant_id = p_tenant AND s.key_version IS NOT NULL
                  UNION ALL
                 SELECT 'webhook_signing_key', k.id, 'sealed', k.sealed, k.key_version FROM govdesk.webhook_signing_key k
                  WHERE k.tenant_id = p_tenant AND k.key_version IS NOT NULL;
END $$;

CREATE FUNCTION govdesk_private.vault_of(p_tenant uuid, p_member uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN jsonb_build_object(
        'tenant_id', p_tenant,
        'worker_public_key', (SELECT encode(i.worker_public_key, 'hex') FROM govdesk_private.installation i),
        'versions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'version', k.version, 'provider', k.provider, 'key_ref', k.key_ref,
                'commitment', encode(k.commitment, 'hex'), 'status', k.status, 'created_at', k.created_at,
                'holders', (SELECT coalesce(jsonb_agg(jsonb_build_object('member_id', c.member_id,
                                'public_key', encode(c.public_key, 'hex')) ORDER BY c.created_at), '[]')
                              FROM govdesk_private.vault_copy c
                             WHERE c.tenant_id = p_tenant AND c.version = k.version
                               AND (p_member IS NULL OR c.member_id = p_member)),
                'envelopes', (SELECT count(*) FROM govdesk_private.sealed_rows(p_tenant) r
                               WHERE r.version = k.version)) ORDER BY k.version), '[]')
              FROM govdesk.vault_key k WHERE k.tenant_id = p_tenant),
        'recipients', (SELECT coalesce(jsonb_agg(jsonb_build_object('member_id', r.member_id,
                'email', r.email, 'public_key', encode(r.public_key, 'hex')) ORDER BY r.email), '[]')
              FROM govdesk_private.recipients(p_tenant) r WHERE p_member IS NULL OR r.member_id = p_member));
END $$;

CREATE FUNCTION govdesk_api.vault_state() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF govdesk_private.granted('integration.manage') = '{}' THEN
        RAISE EXCEPTION 'integration.manage is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    -- Who else there is, only for who may know all members.
    RETURN govdesk_private.vault_of(v.tenant_id,
        CASE WHEN NOT govdesk_private.everywhere('integration.manage') THEN coalesce(v.member_id, v.tenant_id) END);
END $$;

-- One's own copies of every version that is not retired.
CREATE FUNCTION govdesk_api.vault_copies()
RETURNS TABLE (version integer, provider text, key_ref text, commitment bytea, status text, sealed bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.kind <> 'session' OR govdesk_private.granted('integration.manage') = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT k.version, k.provider, k.key_ref, k.commitment, k.status, c.sealed
      FROM govdesk.vault_key k
      LEFT JOIN govdesk_private.vault_copy c ON c.tenant_id = k.tenant_id AND c.version = k.version
           AND c.member_id = v.member_id AND c.public_key = (
               SELECT p.public_key FROM govdesk_private.person_key p WHERE p.person_id = v.person_id)
     WHERE k.tenant_id = v.tenant_id AND k.status <> 'retired'
     ORDER BY k.version;
END $$;

-- Stops: the tenant's key handed to somebody who is no recipient, or to a public key that is not his.
CREATE FUNCTION govdesk_private.write_copies(p_tenant uuid, p_version integer, p_copies jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_rows integer;
BEGIN
    IF jsonb_typeof(p_copies) IS DISTINCT FROM 'array' OR jsonb_array_length(p_copies) > 1000 THEN
        RAISE EXCEPTION 'copies are an array' USING ERRCODE = 'GD012';
    END IF;
    IF EXISTS (SELECT FROM jsonb_to_recordset(p_copies) AS c(member_id uuid, public_key text, sealed text)
                WHERE NOT CASE WHEN c.member_id IS NULL
                    THEN coalesce(decode(c.public_key, 'hex') = (SELECT i.worker_public_key
                             FROM govdesk_private.installation i), false)
                    ELSE EXISTS (SELECT FROM govdesk_private.recipients(p_tenant) r
                                  WHERE r.member_id = c.member_id AND r.public_key = decode(c.public_key, 'hex'))
                    END) THEN
        RAISE EXCEPTION 'this copy is for nobody who may hold the key' USING ERRCODE = 'GD033';
    END IF;
    -- A copy that cannot be opened is repaired by a newer one.
    INSERT INTO govdesk_private.vault_copy AS v (tenant_id, version, member_id, public_key, sealed)
    SELECT p_tenant, p_version, c.member_id, decode(c.public_key, 'hex'), decode(c.sealed, 'hex')
      FROM jsonb_to_recordset(p_copies) AS c(member_id uuid, public_key text, sealed text)
    ON CONFLICT (tenant_id, version, public_key) DO UPDATE SET sealed = excluded.sealed;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    RETURN v_rows;
END $$;

CREATE FUNCTION govdesk_private.write_vault(p_tenant uuid, p_path public.ltree, p_change jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_new     jsonb := p_change -> 'create';
    v_version integer;
    v_last    integer;
BEGIN
    v_version := coalesce(v_new ->> 'version', p_change #>> '{share,version}', p_change ->> 'retire')::integer;
    -- One change at a time, also before the first version.
    PERFORM FROM govdesk.key_policy p WHERE p.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF v_new IS NOT NULL THEN
        SELECT coalesce(max(k.version), 0) INTO v_last FROM govdesk.vault_key k WHERE k.tenant_id = p_tenant;
        IF v_version IS DISTINCT FROM v_last + 1 THEN
            RAISE EXCEPTION 'the next version is %', v_last + 1 USING ERRCODE = 'GD023';
        END IF;
        PERFORM govdesk_private.refuse_raw_secret('key_ref', v_new ->> 'key_ref');
        UPDATE govdesk.vault_key k SET status = 'live' WHERE k.tenant_id = p_tenant AND k.status = 'current';
        INSERT INTO govdesk.vault_key (tenant_id, tenant_path, version, provider, key_ref, commitment)
        VALUES (p_tenant, p_path, v_version, v_new ->> 'provider', v_new ->> 'key_ref',
                decode(v_new ->> 'commitment', 'hex'));
        IF govdesk_private.write_copies(p_tenant, v_version, coalesce(v_new -> 'copies', '[]')) = 0
           AND v_new ->> 'provider' = 'members' THEN
            RAISE EXCEPTION 'a key that nobody holds opens nothing' USING ERRCODE = 'GD033';
        END IF;
    ELSIF p_change ? 'share' THEN
        IF NOT EXISTS (SELECT FROM govdesk.vault_key k WHERE k.tenant_id = p_tenant AND k.version = v_version
                          AND k.provider = 'members' AND k.status <> 'retired') THEN
            RAISE EXCEPTION 'no such version' USING ERRCODE = 'GD012';
        END IF;
        PERFORM govdesk_private.write_copies(p_tenant, v_version, p_change #> '{share,copies}');
    ELSIF p_change ? 'retire' THEN
        PERFORM FROM govdesk.vault_key k WHERE k.tenant_id = p_tenant AND k.version = v_version FOR UPDATE;
        IF EXISTS (SELECT FROM govdesk_private.sealed_rows(p_tenant) r WHERE r.version = v_version)
           OR EXISTS (SELECT FROM govdesk.vault_key k WHERE k.tenant_id = p_tenant AND k.version = v_version
                         AND k.status = 'current') THEN
            RAISE EXCEPTION 'envelopes need this version' USING ERRCODE = 'GD030';
        END IF;
        UPDATE govdesk.vault_key k SET status = 'retired', retired_at = clock_timestamp()
         WHERE k.tenant_id = p_tenant AND k.version = v_version AND k.status = 'live';
    ELSE
        RAISE EXCEPTION 'create, share or retire' USING ERRCODE = 'GD012';
    END IF;
EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value OR check_violation OR not_null_violation
    OR cardinality_violation THEN
    RAISE EXCEPTION 'the change of the vault is malformed' USING ERRCODE = 'GD012';
END $$;

CREATE FUNCTION govdesk_api.vault_write(p_change jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    v := govdesk_private.require_manager('integration.manage', v.tenant_path);
    PERFORM govdesk_private.require_step_up(v);
    PERFORM govdesk_private.write_vault(v.tenant_id, v.tenant_path, p_change);
END $$;

-- The rows sealed under a version below one, for sealing anew: those that people open.
CREATE FUNCTION govdesk_api.vault_rows(p_below integer, p_limit integer)
RETURNS TABLE (table_name text, row_id uuid, column_name text, envelope bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF govdesk_private.everywhere('integration.manage') AND (govdesk_private.context()).kind = 'session' THEN
        RETURN QUERY SELECT r.table_name, r.row_id, r.column_name, r.envelope
                       FROM govdesk_private.sealed_rows(govdesk_private.tenant()) r
                      -- Secrets of webhooks are for workers alone.
                      WHERE r.table_name = 'integration' AND r.version < p_below LIMIT least(greatest(p_limit, 1), 1000);
    END IF;
END $$;

-- Stops: an older envelope put over a newer one, and one that another hand changed meanwhile; the
-- trigger of the row compares its header with the version.
CREATE FUNCTION govdesk_private.put_envelope(
    p_tenant uuid, p_table text, p_row uuid, p_column text, p_old bytea, p_envelope bytea, p_version integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF p_table NOT IN ('integration', 'webhook_secret', 'webhook_signing_key') OR p_column <> 'sealed' OR NOT EXISTS (SELECT FROM govdesk.vault_key k
            WHERE k.tenant_id = p_tenant AND k.version = p_version AND k.status = 'current') THEN
        RAISE EXCEPTION 'no such place, or not the current version' USING ERRCODE = 'GD012';
    END IF;
    IF p_table = 'webhook_secret' THEN
        UPDATE govdesk.webhook_secret s SET sealed = p_envelope, key_version = p_version WHERE s.id = (
            SELECT h.id FROM govdesk.webhook_secret h WHERE h.tenant_id = p_tenant AND h.id = p_row
               AND sha256(h.sealed) = p_old AND h.key_version < p_version FOR NO KEY UPDATE SKIP LOCKED);
        RETURN FOUND;
    ELSIF p_table = 'webhook_signing_key' THEN
        UPDATE govdesk.webhook_signing_key s SET sealed = p_envelope, key_version = p_version WHERE s.id = (
            SELECT h.id FROM govdesk.webhook_signing_key h WHERE h.tenant_id = p_tenant AND h.id = p_row
               AND sha256(h.sealed) = p_old AND h.key_version < p_version FOR NO KEY UPDATE SKIP LOCKED);
        RETURN FOUND;
    END IF;
    -- A row that somebody holds is left to the next round.
    PERFORM FROM govdesk.integration i WHERE i.tenant_id = p_tenant AND i.id = p_row
        FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE govdesk.integration i SET sealed = p_envelope, key_version = p_version
     WHERE i.tenant_id = p_tenant AND i.id = p_row AND sha256(i.sealed) = p_old AND i.key_version < p_version;
    RETURN FOUND;
END $$;

CREATE FUNCTION govdesk_api.vault_put(
    p_table text, p_row uuid, p_column text, p_old_sha256 bytea, p_envelope bytea, p_version integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    v := govdesk_private.require_manager('integration.manage', v.tenant_path);
    IF p_table <> 'integration' THEN
        RAISE EXCEPTION 'only workers seal this' USING ERRCODE = 'GD012';
    END IF;
    RETURN govdesk_private.put_envelope(v.tenant_id, p_table, p_row, p_column, p_old_sha256, p_envelope, p_version);
END $$;

-- ---------------------------------------------------------------- the worker

-- Stops: a worker that quietly becomes another one; an administrator says so first.
CREATE FUNCTION govdesk_api.worker_key(p_public bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF coalesce(length(p_public), 0) <> 32
       OR EXISTS (SELECT FROM govdesk_private.person_key k WHERE k.public_key = p_public) THEN
        RAISE EXCEPTION 'not a public key' USING ERRCODE = 'GD012';
    END IF;
    UPDATE govdesk_private.installation i SET worker_public_key = p_public WHERE i.worker_public_key IS NULL;
    IF (SELECT i.worker_public_key FROM govdesk_private.installation i) <> p_public THEN
        RAISE EXCEPTION 'the workers of this installation have another key' USING ERRCODE = 'GD031';
    END IF;
END $$;

-- A lost or stolen key file: an administrator names the workers' new key, in every organisation's log.
CREATE FUNCTION govdesk_private.replace_worker_key(
    p_public bytea, p_tenant_path text, p_release text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    IF length(btrim(coalesce(p_reason, ''))) < 3 OR coalesce(length(p_public), 0) <> 32
       OR EXISTS (SELECT FROM govdesk_private.person_key k WHERE k.public_key = p_public) THEN
        RAISE EXCEPTION 'a reason and a public key are needed' USING ERRCODE = 'GD012';
    END IF;
    PERFORM set_config('app.reason', p_reason, true),
            govdesk_private.assume('setup', v.tenant_id, v.tenant_path, NULL, NULL, 'setup:' || p_release);
    UPDATE govdesk_private.installation i SET worker_public_key = p_public;
    PERFORM govdesk_private.note('vault.worker_replaced', 'installation', NULL,
        'An administrator gave the workers another key', NULL);
END $$;

-- What the worker is to do in which organisation. A version is renewed after a year, or when
-- somebody who holds it may no longer.
CREATE FUNCTION govdesk_api.vault_due(p_host text) RETURNS TABLE (tenant_path text, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT t.tenant_path::text, w.what FROM govdesk.tenant t
      JOIN govdesk.vault_key k ON k.tenant_id = t.tenant_id AND k.status = 'current'
     CROSS JOIN LATERAL (
        SELECT 'rotate' AS what, 1 AS place WHERE k.provider = 'members' AND (
               k.created_at < clock_timestamp() - interval '365 days'
            OR EXISTS (SELECT FROM govdesk_private.vault_copy c WHERE c.tenant_id = t.tenant_id
                  AND c.version = k.version AND c.member_id IS NOT NULL AND NOT EXISTS (
                      SELECT FROM govdesk_private.recipients(t.tenant_id) r
                       WHERE r.member_id = c.member_id AND r.public_key = c.public_key)))
        UNION ALL
        SELECT 'share', 2 WHERE EXISTS (SELECT FROM govdesk.vault_key s
                CROSS JOIN govdesk_private.recipients(t.tenant_id) r
                WHERE s.tenant_id = t.tenant_id AND s.provider = 'members' AND s.status <> 'retired'
                  AND NOT EXISTS (SELECT FROM govdesk_private.vault_copy c WHERE c.tenant_id = t.tenant_id
                         AND c.version = s.version AND c.public_key = r.public_key))
        UNION ALL
        SELECT 'rewrap', 3 WHERE EXISTS (SELECT FROM govdesk_private.sealed_rows(t.tenant_id) r
                                          WHERE r.version < k.version)
        UNION ALL
        SELECT 'retire', 4 WHERE EXISTS (SELECT FROM govdesk.vault_key o WHERE o.tenant_id = t.tenant_id
               AND o.status = 'live' AND NOT EXISTS (SELECT FROM govdesk_private.sealed_rows(t.tenant_id) r
                                                      WHERE r.version = o.version))) w
     ORDER BY t.tenant_path, w.place;
END $$;

CREATE FUNCTION govdesk_private.tenant_named(p_tenant_path text) RETURNS govdesk.tenant
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant;
BEGIN
    SELECT t.* INTO v FROM govdesk.tenant t WHERE t.tenant_path::text = p_tenant_path;
    IF v.tenant_id IS NULL THEN
        RAISE EXCEPTION 'no such organization' USING ERRCODE = 'GD012';
    END IF;
    RETURN v;
END $$;

CREATE FUNCTION govdesk_api.vault_worker_state(p_tenant_path text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    RETURN govdesk_private.vault_of(v.tenant_id) || jsonb_build_object('worker_copies', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('version', c.version, 'sealed', encode(c.sealed, 'hex'))
                                  ORDER BY c.version), '[]')
          FROM govdesk_private.vault_copy c
         WHERE c.tenant_id = v.tenant_id AND c.member_id IS NULL
           AND c.public_key = (SELECT i.worker_public_key FROM govdesk_private.installation i)));
END $$;

CREATE FUNCTION govdesk_api.vault_worker_write(p_tenant_path text, p_host text, p_change jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    -- What somebody there holds is left to the next round: the others do not wait for it.
    PERFORM FROM govdesk.tenant t WHERE t.tenant_id = v.tenant_id FOR KEY SHARE NOWAIT;
    PERFORM FROM govdesk.key_policy p WHERE p.tenant_id = v.tenant_id FOR NO KEY UPDATE NOWAIT;
    PERFORM FROM govdesk_private.head h WHERE h.tenant_id = v.tenant_id FOR UPDATE NOWAIT;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    PERFORM govdesk_private.write_vault(v.tenant_id, v.tenant_path, p_change);
END $$;

CREATE FUNCTION govdesk_api.vault_worker_rows(p_tenant_path text, p_below integer, p_limit integer)
RETURNS TABLE (table_name text, row_id uuid, column_name text, envelope bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    RETURN QUERY SELECT r.table_name, r.row_id, r.column_name, r.envelope
                   FROM govdesk_private.sealed_rows(v.tenant_id) r
                  WHERE r.version < p_below LIMIT least(greatest(p_limit, 1), 1000);
END $$;

CREATE FUNCTION govdesk_api.vault_worker_put(
    p_tenant_path text, p_host text, p_table text, p_row uuid, p_column text, p_old_sha256 bytea,
    p_envelope bytea, p_version integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    RETURN govdesk_private.put_envelope(v.tenant_id, p_table, p_row, p_column, p_old_sha256, p_envelope, p_version);
END $$;
