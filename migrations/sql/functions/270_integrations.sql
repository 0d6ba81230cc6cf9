-- Connections to outside services: open text, references and envelopes, never a secret.
-- Owner: govdesk_kernel.

-- Stops: something else than a flat object of short strings.
CREATE FUNCTION govdesk_private.require_texts(p_field text, p_object jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(p_object) IS DISTINCT FROM 'object' OR EXISTS (
           SELECT FROM jsonb_each(p_object) e WHERE jsonb_typeof(e.value) <> 'string'
              OR e.key !~ '^[a-z][a-z0-9_]{0,62}$' OR length(e.value #>> '{}') > 4000) THEN
        RAISE EXCEPTION '% is an object of texts', p_field USING ERRCODE = 'GD012', DETAIL = p_field;
    END IF;
END $$;

-- The twin of govdesk/domain/secret_references.py, scheme by scheme.
CREATE FUNCTION govdesk_private.is_reference(p_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT length(p_text) <= 512 AND p_text ~ '^(?:vault://(\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*(?:/\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*)*)#([A-Za-z0-9_][A-Za-z0-9._-]*)|awssm://((?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*(?:/\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*)*)#([A-Za-z0-9_][A-Za-z0-9._-]*)|gcpsm://((?:[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{6,19})/[A-Za-z0-9_-]{1,255})|env://([A-Za-z_][A-Za-z0-9_]{0,127})|keyring://(\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*/\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*))$'
$$;

CREATE FUNCTION govdesk_private.guard_integration() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v     govdesk_private.acting := govdesk_private.act();
    v_one record;
BEGIN
    -- Left to the wall between tenants, which says the same whatever there is.
    IF NEW.tenant_id <> v.tenant_id THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'removed' THEN
        -- What is gone keeps nothing private, and no version of the key alive.
        NEW.sealed := NULL;
        NEW.key_version := NULL;
    END IF;
    -- Stops: sealing with a version that another hand replaced or retired meanwhile. Retiring waits for
    -- this row, replacing does not: whoever leaves a change open holds no rotation off.
    IF NEW.key_version IS NOT NULL
       AND (TG_OP = 'INSERT' OR (NEW.sealed, NEW.key_version) IS DISTINCT FROM (OLD.sealed, OLD.key_version))
       AND NOT EXISTS (SELECT FROM govdesk.vault_key k WHERE k.tenant_id = NEW.tenant_id
                          AND k.version = NEW.key_version AND k.status = 'current' FOR KEY SHARE) THEN
        RAISE EXCEPTION 'not the current version of the key' USING ERRCODE = 'GD023';
    END IF;
    -- Four bytes of magic, one of the suite, four of the version, big-endian.
    IF NEW.key_version IS NOT NULL AND NEW.sealed IS NOT NULL AND length(NEW.sealed) > 9
       AND ('x' || encode(substr(NEW.sealed, 6, 4), 'hex'))::bit(32)::bigint <> NEW.key_version THEN
        RAISE EXCEPTION 'the envelope names another version' USING ERRCODE = 'GD012', DETAIL = 'sealed';
    END IF;
    -- Whoever may not write there learns from the policy alone, and nothing about what there is.
    IF (TG_OP = 'INSERT' OR (NEW.status = 'active' AND OLD.status <> 'active'))
       AND (v.kind NOT IN ('session', 'staff') OR NEW.node_path <@ ANY (govdesk_private.paths_of(
            v.kind, v.tenant_id, v.tenant_path, v.member_id, 'integration.manage'))) THEN
        PERFORM govdesk_private.hold_system(NEW.tenant_id, NEW.node_path);
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := v.actor;
    ELSIF OLD.status = 'removed' THEN
        RAISE EXCEPTION 'a connection that was removed stays so' USING ERRCODE = 'GD012';
    ELSIF (NEW.name, NEW.settings, NEW.secret_refs, NEW.allow)
          IS NOT DISTINCT FROM (OLD.name, OLD.settings, OLD.secret_refs, OLD.allow) THEN
        RETURN NEW;
    END IF;
    IF octet_length(NEW.settings::text) > 16384 OR octet_length(NEW.secret_refs::text) > 16384
       OR cardinality(NEW.allow) > 20 THEN
        RAISE EXCEPTION 'too much in one connection' USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.refuse_raw_secret('name', NEW.name);
    -- Names first, and never repeated: a secret may stand in one.
    PERFORM govdesk_private.refuse_raw_secret('settings', e.key)
      FROM jsonb_object_keys(CASE jsonb_typeof(NEW.settings) WHEN 'object' THEN NEW.settings ELSE '{}' END) e(key);
    PERFORM govdesk_private.refuse_raw_secret('secret_refs', e.key)
       FROM jsonb_object_keys(CASE jsonb_typeof(NEW.secret_refs) WHEN 'object' THEN NEW.secret_refs ELSE '{}' END) e(key);
    PERFORM govdesk_private.require_texts('settings', NEW.settings),
            govdesk_private.require_texts('secret_refs', NEW.secret_refs);
    FOR v_one IN SELECT e.key, e.value #>> '{}' AS value FROM jsonb_each(NEW.settings) e LOOP
        PERFORM govdesk_private.refuse_raw_secret(v_one.key, v_one.value);
    END LOOP;
    -- One secret in two halves.
    PERFORM govdesk_private.refuse_raw_secret('settings', left((
                SELECT string_agg(e.value #>> '{}', '' ORDER BY e.key) FROM jsonb_each(NEW.settings) e), 20000)),
            govdesk_private.refuse_raw_secret('settings', left((
                SELECT string_agg(e.value #>> '{}', '' ORDER BY e.key DESC) FROM jsonb_each(NEW.settings) e), 20000));
    FOR v_one IN SELECT e.key, e.value #>> '{}' AS value FROM jsonb_each(NEW.secret_refs) e LOOP
        IF NOT govdesk_private.is_reference(v_one.value) THEN
            RAISE EXCEPTION 'not a reference' USING ERRCODE = 'GD027', DETAIL = v_one.key;
        END IF;
        PERFORM govdesk_private.refuse_raw_secret(v_one.key, v_one.value);
    END LOOP;
    FOR v_one IN SELECT a.value FROM unnest(NEW.allow) a(value) LOOP
        PERFORM govdesk_private.require_opening(v_one.value);
    END LOOP;
    RETURN NEW;
END $$;

-- Stops: an opening that is no network and port, and one to addresses where clouds keep credentials.
CREATE FUNCTION govdesk_private.require_opening(p_opening text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_parts text[] := regexp_match(p_opening, '^\[?([0-9A-Fa-f.:]+/[0-9]{1,3})\]?:([0-9]{1,5})$');
    v_net   cidr;
BEGIN
    v_net := v_parts[1]::cidr;
    IF v_net IS NULL OR v_parts[2]::integer NOT BETWEEN 1 AND 65535 OR masklen(v_net) < 8 THEN
        RAISE EXCEPTION 'not a network and a port' USING ERRCODE = 'GD012', DETAIL = 'allow';
    END IF;
    IF EXISTS (SELECT FROM unnest(ARRAY['169.254.0.0/16', '168.63.129.16/32', '192.0.0.192/32',
                   '100.100.100.200/32', 'fd00:ec2::254/128', 'fd20:ce::254/128',
                   'fe80::/10', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16']::cidr[]) m(net) WHERE v_net && m.net) THEN
        RAISE EXCEPTION 'a cloud keeps credentials there' USING ERRCODE = 'GD034', DETAIL = 'allow';
    END IF;
EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
    RAISE EXCEPTION 'not a network and a port' USING ERRCODE = 'GD012', DETAIL = 'allow';
END $$;

-- The envelope of a connection, for whoever manages it.
CREATE FUNCTION govdesk_api.integration_sealed(p_id uuid) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    RETURN (SELECT i.sealed FROM govdesk.integration i
             WHERE i.tenant_id = v.tenant_id AND i.id = p_id AND v.kind = 'session'
               AND i.node_path <@ ANY (govdesk_private.granted('integration.manage')));
END $$;

-- What a test of a connection found; sealed, and kept on the row.
CREATE FUNCTION govdesk_api.note_integration_test(p_id uuid, p_ok boolean, p_detail text, p_ms integer)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v_row    govdesk.integration;
    v_detail text := left(coalesce(p_detail, ''), 1000);
BEGIN
    SELECT * INTO v_row FROM govdesk.integration i WHERE i.tenant_id = v_acting.tenant_id AND i.id = p_id;
    PERFORM govdesk_private.require_manager('integration.manage', v_row.node_path),
            govdesk_private.refuse_raw_secret('test_detail', v_detail);
    UPDATE govdesk.integration i
       SET tested_at = clock_timestamp(), test_ok = p_ok, test_detail = v_detail, test_ms = greatest(p_ms, 0)
     WHERE i.id = v_row.id;
    PERFORM govdesk_private.note('integration.tested', 'integration', p_id::text,
        v_acting.actor || ' tested the connection ' || v_row.name || CASE WHEN p_ok THEN ': it works'
            ELSE ': it does not work' END,
        jsonb_build_object('ok', p_ok, 'detail', v_detail, 'ms', greatest(p_ms, 0)));
END $$;
