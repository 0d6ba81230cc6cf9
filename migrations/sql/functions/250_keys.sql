-- API keys: who makes them, how one is recognised, when it ends. Owner: govdesk_kernel.
--
-- The raw key never reaches the database. A verifier is HMAC-SHA-256, under a pepper that the
-- database never sees, of the key's SHA-256; version 0 is that SHA-256 itself, which waits for the
-- worker or the web pages to pepper it.

-- The one who may manage keys on a node; scope and rights are judged by the principal, not by claims.
CREATE FUNCTION govdesk_private.require_manager(p_permission text, p_node public.ltree)
RETURNS govdesk_private.acting
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF v.kind NOT IN ('session', 'staff', 'setup') OR (v.assumed AND v.kind <> 'setup') THEN
        RAISE EXCEPTION 'only somebody who is signed in does this'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF v.kind <> 'setup' AND NOT coalesce(p_node <@ ANY (govdesk_private.paths_of(
           v.kind, v.tenant_id, v.tenant_path, v.member_id, p_permission)), false) THEN
        RAISE EXCEPTION '% is needed there', p_permission
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN v;
END $$;

-- Stops: a verifier under a pepper that the organisation does not use, or no longer.
CREATE FUNCTION govdesk_private.write_mac(p_tenant uuid, p_key uuid, p_version integer, p_mac bytea)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF p_version IS NULL OR p_version < 0 OR coalesce(length(p_mac), 0) <> 32
       OR (p_version > 0 AND NOT EXISTS (SELECT FROM govdesk.pepper p WHERE p.tenant_id = p_tenant
              AND p.version = p_version AND p.status = 'current')) THEN
        RAISE EXCEPTION 'no such pepper, or not a verifier' USING ERRCODE = 'GD012';
    END IF;
    INSERT INTO govdesk_private.api_key_mac (id, tenant_id, pepper_version, mac)
    VALUES (p_key, p_tenant, p_version, p_mac);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this key is taken' USING ERRCODE = 'GD012';
END $$;

-- Stops: a key that lives longer than the organisation's policy allows.
CREATE FUNCTION govdesk_private.proper_expiry(p_tenant uuid, p_expires_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_most integer := (SELECT p.max_days FROM govdesk.key_policy p WHERE p.tenant_id = p_tenant);
BEGIN
    IF p_expires_at IS NULL OR p_expires_at <= clock_timestamp()
       OR p_expires_at > clock_timestamp() + make_interval(days => v_most) THEN
        RAISE EXCEPTION 'a key expires within % days', v_most USING ERRCODE = 'GD012';
    END IF;
    RETURN p_expires_at;
END $$;

-- Stops: a key that comes to life while its system retires.
CREATE FUNCTION govdesk_private.hold_system(p_tenant uuid, p_node public.ltree) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM FROM govdesk.node n WHERE n.tenant_id = p_tenant AND n.node_path = p_node AND n.status = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such system, or it is retired' USING ERRCODE = 'GD012';
    END IF;
END $$;

CREATE FUNCTION govdesk_api.create_key(
    p_id uuid, p_system uuid, p_key_id text, p_environment text, p_owner_label text, p_scopes text[],
    p_expires_at timestamptz, p_pepper_version integer, p_mac bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_node   public.ltree := (SELECT n.node_path FROM govdesk.node n WHERE n.id = p_system
                AND n.tenant_id = (govdesk_private.act()).tenant_id AND n.kind = 'system' AND n.status = 'active');
    v        govdesk_private.acting := govdesk_private.require_manager('key.manage', v_node);
    v_id     uuid := coalesce(p_id, gen_random_uuid());
BEGIN
    PERFORM govdesk_private.require_step_up(v), govdesk_private.hold_system(v.tenant_id, v_node);
    IF EXISTS (SELECT FROM unnest(p_scopes) s(name) WHERE NOT EXISTS (
           SELECT FROM govdesk.key_scope k WHERE k.tenant_id = v.tenant_id AND k.name = s.name
              AND k.status = 'active')) THEN
        RAISE EXCEPTION 'no such scope' USING ERRCODE = 'GD028';
    END IF;
    INSERT INTO govdesk.api_key (id, tenant_id, tenant_path, node_path, system_id, key_id, environment,
                                 owner_label, scopes, family, created_by, expires_at)
    VALUES (v_id, v.tenant_id, v.tenant_path, v_node, p_system, p_key_id, p_environment, p_owner_label,
            (SELECT coalesce(array_agg(DISTINCT s ORDER BY s), '{}') FROM unnest(p_scopes) s), v_id, v.actor,
            govdesk_private.proper_expiry(v.tenant_id, p_expires_at));
    PERFORM govdesk_private.write_mac(v.tenant_id, v_id, p_pepper_version, p_mac);
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this key is taken' USING ERRCODE = 'GD012';
END $$;

-- Has a later key of the family taken this one's place, or may one still? What ended before anybody
-- used it has not, and never will.
CREATE FUNCTION govdesk_private.has_heir(p_key govdesk.api_key) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM govdesk.api_key s
                    WHERE s.tenant_id = p_key.tenant_id AND s.family = p_key.family
                      AND s.created_at >= p_key.created_at AND s.id <> p_key.id
                      AND (s.status NOT IN ('revoked', 'expired') OR s.first_used_at IS NOT NULL));
END $$;

-- A successor of an active key: the same system, environment, label, family, and those of its scopes
-- that are not retired.
CREATE FUNCTION govdesk_api.rotate_key(
    p_key uuid, p_id uuid, p_key_id text, p_grace_days integer, p_expires_at timestamptz,
    p_pepper_version integer, p_mac bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v_old    govdesk.api_key;
    v        govdesk_private.acting;
    v_id     uuid := coalesce(p_id, gen_random_uuid());
    v_scopes text[];
BEGIN
    SELECT * INTO v_old FROM govdesk.api_key k
     WHERE k.tenant_id = v_acting.tenant_id AND k.id = p_key;
    v := govdesk_private.require_manager('key.manage', v_old.node_path);
    PERFORM govdesk_private.require_step_up(v), govdesk_private.hold_system(v.tenant_id, v_old.node_path);
    SELECT * INTO v_old FROM govdesk.api_key k WHERE k.id = v_old.id FOR NO KEY UPDATE;
    IF v_old.status <> 'active' OR v_old.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'only an active key is rotated' USING ERRCODE = 'GD012';
    END IF;
    IF p_grace_days IS NULL OR p_grace_days NOT BETWEEN 0 AND 7 THEN
        RAISE EXCEPTION 'the grace is 0 to 7 days' USING ERRCODE = 'GD012';
    END IF;
    v_scopes := ARRAY(SELECT k.name FROM govdesk.key_scope k WHERE k.tenant_id = v.tenant_id
                         AND k.status = 'active' AND k.name = ANY (v_old.scopes) ORDER BY k.name);
    IF v_scopes = '{}' THEN
        RAISE EXCEPTION 'all scopes of this key are retired' USING ERRCODE = 'GD028';
    END IF;
    UPDATE govdesk.api_key k SET status = 'rotated', grace_days = p_grace_days WHERE k.id = v_old.id;
    INSERT INTO govdesk.api_key (id, tenant_id, tenant_path, node_path, system_id, key_id, environment,
                                 owner_label, scopes, family, replaces, created_by, expires_at)
    VALUES (v_id, v.tenant_id, v.tenant_path, v_old.node_path, v_old.system_id, p_key_id,
            v_old.environment, v_old.owner_label, v_scopes, v_old.family, v_old.id, v.actor,
            govdesk_private.proper_expiry(v.tenant_id, p_expires_at));
    PERFORM govdesk_private.write_mac(v.tenant_id, v_id, p_pepper_version, p_mac);
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this key is taken' USING ERRCODE = 'GD012';
END $$;

-- Stops: bringing a revoked key back, ending one as if it had expired, and a raw secret as a label.
CREATE FUNCTION govdesk_private.guard_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF TG_OP = 'INSERT' OR NEW.owner_label IS DISTINCT FROM OLD.owner_label THEN
        PERFORM govdesk_private.refuse_raw_secret('owner_label', NEW.owner_label);
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status THEN
        IF OLD.status IN ('revoked', 'expired') THEN
            RAISE EXCEPTION 'this key has ended for good' USING ERRCODE = 'GD012';
        END IF;
        IF NEW.status = 'active' THEN
            -- Of a rotation that is called off nothing works that did not: 300_triggers.sql.
            IF OLD.status = 'suspended' THEN
                PERFORM govdesk_private.require_step_up(v);
            END IF;
            IF OLD.ends_at IS NOT NULL OR govdesk_private.has_heir(NEW) THEN
                NEW.status := 'rotated';
            ELSE
                NEW.grace_days := NULL;
            END IF;
            NEW.reactivated_at := clock_timestamp();
            NEW.stale_at := NULL;
        END IF;
        IF NEW.status IN ('revoked', 'expired') THEN
            NEW.ended_at := clock_timestamp();
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- A successor that ended before anybody used it calls the rotation off: the key before it, which works
-- all the while, is active again and can be rotated anew.
CREATE FUNCTION govdesk_private.call_off_rotation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- The worker waits for nobody who holds that key, and comes back to it: key_due.
    IF (govdesk_private.act()).kind <> 'worker' THEN
        UPDATE govdesk.api_key k SET status = 'active'
         WHERE k.tenant_id = NEW.tenant_id AND k.family = NEW.family AND k.status = 'rotated'
           AND k.ends_at IS NULL AND NOT govdesk_private.has_heir(k);
    END IF;
    RETURN NULL;
END $$;

-- Stops: a status that only rotation, the worker or the use of an ended key give. The trigger's own
-- condition knows who updates: here everybody is the kernel.
CREATE FUNCTION govdesk_private.refuse_key_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    RAISE EXCEPTION 'a key is revoked, or brought back from suspension' USING ERRCODE = 'GD012';
END $$;

-- Stops: keys, connections and webhooks of a system that is retired: they end with it.
CREATE FUNCTION govdesk_private.end_keys_of(p_tenant uuid, p_node public.ltree) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk.api_key k SET status = 'revoked'
     WHERE k.tenant_id = p_tenant AND k.node_path <@ p_node
       AND k.status IN ('active', 'rotated', 'suspended');
    UPDATE govdesk.integration i SET status = 'disabled'
     WHERE i.tenant_id = p_tenant AND i.node_path <@ p_node AND i.status = 'active';
    UPDATE govdesk.webhook w SET status = 'disabled', disabled_reason = 'retired'
     WHERE w.tenant_id = p_tenant AND w.node_path <@ p_node AND w.status = 'active';
END $$;

CREATE FUNCTION govdesk_private.guard_key_policy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.require_step_up(govdesk_private.act());
    RETURN NEW;
END $$;

-- Stops: a raw secret as the name of a system, which everybody reads.
CREATE FUNCTION govdesk_private.guard_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.refuse_raw_secret('name', NEW.name);
    RETURN NEW;
END $$;

CREATE FUNCTION govdesk_private.guard_scope_text() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.refuse_raw_secret('name', NEW.name),
            govdesk_private.refuse_raw_secret('description', NEW.description);
    RETURN NEW;
END $$;

-- What every organisation starts with.
CREATE FUNCTION govdesk_private.found_keys(p_tenant uuid, p_path public.ltree) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    INSERT INTO govdesk.key_policy (tenant_id, tenant_path) VALUES (p_tenant, p_path);
    INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)
    VALUES (p_tenant, p_path, 'events:write', 'send events into the log'),
           (p_tenant, p_path, 'participant:read', 'read participants'),
           (p_tenant, p_path, 'document:read', 'read documents'),
           (p_tenant, p_path, 'document:write', 'change documents'),
           (p_tenant, p_path, 'billing:read', 'read billing');
END $$;

-- ---------------------------------------------------------------- recognising a key

-- Is this a key, and may it be used now? With reason `ok` the key is the principal of the
-- transaction. Any other reason is to be committed as well: the use of a rotated key after its end
-- suspends its family. Worker only; the candidates are verifiers under every live pepper.
CREATE FUNCTION govdesk_api.authenticate_key(
    p_key_id text, p_candidates bytea[], OUT key_id uuid, OUT tenant_path text, OUT system_id uuid,
    OUT environment text, OUT scopes text[], OUT reason text, OUT pepper_version integer,
    OUT first_use boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    v_tenant uuid;
    v_prefix text;
    v_salt   bytea := public.gen_random_bytes(16);
BEGIN
    -- Both sides are hashed with a salt of this call: by timing nobody learns how much was right.
    SELECT k.id, k.tenant_id, k.tenant_path::text, k.system_id, k.environment, k.scopes, k.prefix,
           m.pepper_version, k.first_used_at IS NULL, CASE
               WHEN cardinality(p_candidates) <= 32 AND sha256(v_salt || m.mac)
                    = ANY (ARRAY(SELECT sha256(v_salt || c) FROM unnest(p_candidates) c)) THEN CASE
                   WHEN k.status IN ('revoked', 'suspended') THEN k.status
                   -- Before its own expiry is looked at: that a replaced key is used is what matters.
                   WHEN k.status = 'rotated' AND k.ends_at <= clock_timestamp() THEN 'rotated'
                   -- Once for a family that is in use: whoever holds a dead key does not fill the log.
                   WHEN k.status = 'expired' AND k.ends_at <= clock_timestamp() AND EXISTS (
                       SELECT FROM govdesk.api_key f WHERE f.tenant_id = k.tenant_id AND f.family = k.family
                          AND f.status IN ('active', 'rotated')) THEN 'rotated'
                   WHEN k.status = 'expired' OR k.expires_at <= clock_timestamp() THEN 'expired'
                   ELSE 'ok' END
               ELSE 'unknown' END
      INTO key_id, v_tenant, tenant_path, system_id, environment, scopes, v_prefix, pepper_version,
           first_use, reason
      FROM govdesk.api_key k JOIN govdesk_private.api_key_mac m ON m.id = k.id
     WHERE k.key_id = p_key_id;
    IF coalesce(reason, 'unknown') = 'unknown' THEN
        SELECT NULL, NULL, NULL, NULL, NULL, 'unknown', NULL, false
          INTO key_id, tenant_path, system_id, environment, scopes, reason, pepper_version, first_use;
        RETURN;
    END IF;
    IF reason NOT IN ('ok', 'rotated') THEN
        first_use := false;
        RETURN;
    END IF;
    -- As `assume` does, without a call of it: this is the way of every request.
    INSERT INTO govdesk_private.acting AS a
           (xact, kind, assumed, tenant_id, tenant_path, actor, ip, request_id, key_id)
    VALUES (pg_current_xact_id(), 'key', true, v_tenant, tenant_path::public.ltree, 'key:' || v_prefix,
            -- Where the client of the web pages stands: their claim, which must be an address.
            host(coalesce(nullif(current_setting('app.client_addr', true), '')::inet, inet_client_addr())),
            CASE WHEN current_setting('app.request_id', true) <> ''
                 THEN govdesk_private.claim('app.request_id') END, key_id)
    ON CONFLICT (xact) DO UPDATE SET xact = a.xact WHERE a.key_id = excluded.key_id;
    IF NOT FOUND OR current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'one transaction belongs to one key' USING ERRCODE = 'GD005';
    END IF;
    IF reason = 'rotated' THEN
        first_use := false;
        PERFORM govdesk_private.suspend_family(k) FROM govdesk.api_key k WHERE k.id = authenticate_key.key_id;
    ELSIF first_use THEN
        PERFORM govdesk_private.first_use(k) FROM govdesk.api_key k WHERE k.id = authenticate_key.key_id;
    END IF;
END $$;

-- The successor works: from now on the days of grace of the key before it are counted.
CREATE FUNCTION govdesk_private.first_use(p_key govdesk.api_key) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk.api_key k SET first_used_at = clock_timestamp()
     WHERE k.id = p_key.id AND k.first_used_at IS NULL;
    UPDATE govdesk.api_key k
       SET ends_at = least(k.expires_at, clock_timestamp() + make_interval(days => k.grace_days))
     WHERE k.id = p_key.replaces AND k.status = 'rotated' AND k.ends_at IS NULL;
END $$;

-- Somebody uses a key that was replaced and has ended: it may have been stolen, and its successor,
-- too. All of the family rests until a person has looked.
CREATE FUNCTION govdesk_private.suspend_family(p_key govdesk.api_key) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    PERFORM govdesk_private.note('api_key.reused', 'api_key', p_key.id::text,
        'The rotated key ' || p_key.prefix || ' was used after its end; its family is suspended',
        jsonb_build_object('family', p_key.family, 'prefix', p_key.prefix));
    -- Again until there is none: a rotation that commits meanwhile makes one more.
    LOOP
        UPDATE govdesk.api_key k SET status = 'suspended'
         WHERE k.tenant_id = p_key.tenant_id AND k.family = p_key.family AND k.status IN ('active', 'rotated');
        EXIT WHEN NOT FOUND;
    END LOOP;
END $$;

-- The acting key, alive in this very transaction.
CREATE FUNCTION govdesk_private.acting_key() RETURNS govdesk.api_key
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v     govdesk_private.acting := govdesk_private.act();
    v_key govdesk.api_key;
BEGIN
    SELECT k.* INTO v_key FROM govdesk.api_key k WHERE k.id = v.key_id AND v.kind = 'key';
    IF v_key.id IS NULL THEN
        RAISE EXCEPTION 'no key in this transaction' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN v_key;
END $$;

-- Adds up what the web pages counted; written at most once a minute a key. Worker only.
CREATE FUNCTION govdesk_api.key_uses(p_uses jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    -- A key that sends nothing seals nothing, which is where others are forgotten.
    PERFORM govdesk_private.forget_finished();
    INSERT INTO govdesk.api_key_use AS u (tenant_id, tenant_path, api_key_id, day, uses)
    SELECT k.tenant_id, k.tenant_path, k.id, r.day, sum(r.uses)
      FROM jsonb_to_recordset(p_uses) AS r(key_id uuid, day date, uses bigint)
      JOIN govdesk.api_key k ON k.id = r.key_id
     WHERE r.uses BETWEEN 1 AND 1000000000
       AND r.day BETWEEN (clock_timestamp() AT TIME ZONE 'UTC')::date - 7 AND (clock_timestamp() AT TIME ZONE 'UTC')::date + 1
     GROUP BY k.tenant_id, k.tenant_path, k.id, r.day
     ORDER BY k.id, r.day
    ON CONFLICT (tenant_id, api_key_id, day) DO UPDATE SET uses = u.uses + excluded.uses;
    INSERT INTO govdesk.api_key_seen AS s (id, tenant_id, tenant_path, last_used_at, last_ip)
    SELECT DISTINCT ON (k.id) k.id, k.tenant_id, k.tenant_path, least(r.last_used_at, clock_timestamp()),
           host(r.ip)
      FROM jsonb_to_recordset(p_uses) AS r(key_id uuid, last_used_at timestamptz, ip inet)
      JOIN govdesk.api_key k ON k.id = r.key_id
     WHERE r.last_used_at IS NOT NULL
     ORDER BY k.id, r.last_used_at DESC
    ON CONFLICT (id) DO UPDATE SET last_used_at = greatest(s.last_used_at, excluded.last_used_at),
        last_ip = CASE WHEN excluded.last_used_at >= s.last_used_at THEN excluded.last_ip ELSE s.last_ip END;
END $$;

-- ---------------------------------------------------------------- peppers

-- Registers a pepper in one organisation, whose current one it becomes. The principal stands already.
-- False while somebody holds the row that orders such changes: nothing waits for him.
CREATE FUNCTION govdesk_private.register_pepper(
    p_tenant uuid, p_path public.ltree, p_version integer, p_fingerprint text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_current integer;
    v_known   text;
BEGIN
    SELECT p.fingerprint INTO v_known FROM govdesk.pepper p
     WHERE p.tenant_id = p_tenant AND p.version = p_version AND p.status <> 'retired';
    IF v_known IS NOT NULL THEN
        IF v_known <> p_fingerprint THEN
            RAISE EXCEPTION 'another pepper has this version' USING ERRCODE = 'GD032';
        END IF;
        RETURN true;
    END IF;
    -- One after another, also where there is no row yet to wait for.
    PERFORM FROM govdesk.key_policy p WHERE p.tenant_id = p_tenant FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT max(p.version) INTO v_current FROM govdesk.pepper p WHERE p.tenant_id = p_tenant;
    IF p_version < v_current THEN
        RAISE EXCEPTION 'a newer pepper is in use' USING ERRCODE = 'GD032';
    END IF;
    IF p_version = v_current THEN
        RETURN false;
    END IF;
    UPDATE govdesk.pepper p SET status = 'live' WHERE p.tenant_id = p_tenant AND p.status = 'current';
    INSERT INTO govdesk.pepper (tenant_id, tenant_path, version, fingerprint)
    VALUES (p_tenant, p_path, p_version, p_fingerprint);
    RETURN true;
END $$;

-- Brings the key of this transaction to the current pepper. False where it is there already.
CREATE FUNCTION govdesk_api.upgrade_key(p_version integer, p_fingerprint text, p_mac bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_key govdesk.api_key := govdesk_private.acting_key();
BEGIN
    IF NOT govdesk_private.register_pepper(v_key.tenant_id, v_key.tenant_path, p_version, p_fingerprint) THEN
        RETURN false;
    END IF;
    UPDATE govdesk_private.api_key_mac m SET pepper_version = p_version, mac = p_mac
     WHERE m.id = v_key.id AND m.pepper_version < p_version AND length(p_mac) = 32
       AND EXISTS (SELECT FROM govdesk.pepper p WHERE p.tenant_id = v_key.tenant_id
                      AND p.version = p_version AND p.status = 'current');
    RETURN FOUND;
END $$;

CREATE FUNCTION govdesk_api.keys_to_pepper(p_limit integer) RETURNS TABLE (key_id uuid, inner_hash bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT m.id, m.mac FROM govdesk_private.api_key_mac m JOIN govdesk.api_key k ON k.id = m.id
                  WHERE m.pepper_version = 0 AND k.status IN ('active', 'rotated', 'suspended')
                  LIMIT least(greatest(p_limit, 1), 1000);
END $$;

CREATE FUNCTION govdesk_api.pepper_key(
    p_key uuid, p_version integer, p_fingerprint text, p_mac bytea, p_host text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_key govdesk.api_key;
BEGIN
    SELECT k.* INTO v_key FROM govdesk.api_key k JOIN govdesk_private.api_key_mac m ON m.id = k.id
     WHERE k.id = p_key AND m.pepper_version = 0;
    IF v_key.id IS NULL THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v_key.tenant_id, v_key.tenant_path, p_host);
    IF NOT govdesk_private.register_pepper(v_key.tenant_id, v_key.tenant_path, p_version, p_fingerprint) THEN
        RETURN false;
    END IF;
    UPDATE govdesk_private.api_key_mac m SET pepper_version = p_version, mac = p_mac
     WHERE m.id = p_key AND m.pepper_version = 0 AND length(p_mac) = 32
       AND EXISTS (SELECT FROM govdesk.pepper p WHERE p.tenant_id = v_key.tenant_id
                      AND p.version = p_version AND p.status = 'current');
    RETURN FOUND;
END $$;

-- Makes a pepper the current one of one more organisation that has keys; null when all have it.
CREATE FUNCTION govdesk_api.pepper_rotated(p_version integer, p_fingerprint text, p_host text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
BEGIN
    SELECT t.* INTO v_tenant FROM govdesk.tenant t JOIN govdesk.key_policy k ON k.tenant_id = t.tenant_id
     WHERE EXISTS (SELECT FROM govdesk_private.api_key_mac m WHERE m.tenant_id = t.tenant_id)
       AND NOT EXISTS (SELECT FROM govdesk.pepper p WHERE p.tenant_id = t.tenant_id
                          AND p.version >= p_version)
     ORDER BY t.tenant_path LIMIT 1 FOR NO KEY UPDATE OF k SKIP LOCKED;
    IF v_tenant.tenant_id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM govdesk_private.assume_worker(v_tenant.tenant_id, v_tenant.tenant_path, p_host);
    PERFORM govdesk_private.register_pepper(v_tenant.tenant_id, v_tenant.tenant_path, p_version, p_fingerprint);
    RETURN v_tenant.tenant_path::text;
END $$;

-- Live keys of an organisation under each pepper version; version 0 waits for its pepper.
CREATE FUNCTION govdesk_private.keys_under(p_tenant uuid)
RETURNS TABLE (version integer, status text, fingerprint text, keys bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT coalesce(p.version, c.version), coalesce(p.status, 'waiting'), p.fingerprint, coalesce(c.keys, 0)
      FROM (SELECT * FROM govdesk.pepper p WHERE p.tenant_id = p_tenant) p
      FULL JOIN (SELECT m.pepper_version AS version, count(*) AS keys
                   FROM govdesk_private.api_key_mac m JOIN govdesk.api_key k ON k.id = m.id
                  WHERE m.tenant_id = p_tenant AND k.status IN ('active', 'rotated', 'suspended')
                  GROUP BY m.pepper_version) c ON c.version = p.version
     ORDER BY 1;
END $$;

CREATE FUNCTION govdesk_api.key_versions()
RETURNS TABLE (version integer, status text, fingerprint text, keys bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF govdesk_private.everywhere('key.read') THEN
        RETURN QUERY SELECT * FROM govdesk_private.keys_under(govdesk_private.tenant());
    END IF;
END $$;

CREATE FUNCTION govdesk_api.pepper_state()
RETURNS TABLE (tenant_path text, version integer, status text, fingerprint text, keys bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT t.tenant_path::text, k.* FROM govdesk.tenant t
     CROSS JOIN LATERAL govdesk_private.keys_under(t.tenant_id) k ORDER BY 1, 2;
END $$;

-- Stops: a pepper thrown away while a key still needs it. One organisation a call, until null.
CREATE FUNCTION govdesk_api.retire_pepper(p_version integer, p_host text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_pepper govdesk.pepper;
BEGIN
    IF EXISTS (SELECT FROM govdesk_private.api_key_mac m JOIN govdesk.api_key k ON k.id = m.id
                WHERE m.pepper_version = p_version AND k.status IN ('active', 'rotated', 'suspended'))
       OR EXISTS (SELECT FROM govdesk.pepper p WHERE p.version = p_version AND p.status = 'current') THEN
        RAISE EXCEPTION 'keys need this pepper' USING ERRCODE = 'GD029';
    END IF;
    SELECT p.* INTO v_pepper FROM govdesk.pepper p WHERE p.version = p_version AND p.status = 'live' LIMIT 1;
    IF v_pepper.id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM govdesk_private.assume_worker(v_pepper.tenant_id, v_pepper.tenant_path, p_host);
    UPDATE govdesk.pepper p SET status = 'retired', retired_at = clock_timestamp() WHERE p.id = v_pepper.id;
    RETURN v_pepper.tenant_path::text;
END $$;

-- ---------------------------------------------------------------- keys that are over

-- Since when a key is unused.
CREATE FUNCTION govdesk_private.unused_since(p_key govdesk.api_key) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT greatest(p_key.created_at, p_key.reactivated_at,
        (SELECT s.last_used_at FROM govdesk.api_key_seen s WHERE s.id = p_key.id))
$$;

-- What is to become of a key now: null for nothing.
CREATE FUNCTION govdesk_private.key_due(p_key govdesk.api_key, p_policy govdesk.key_policy) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_idle interval := clock_timestamp() - govdesk_private.unused_since(p_key);
BEGIN
    RETURN CASE
        WHEN p_key.expires_at <= clock_timestamp() THEN 'expired'
        WHEN p_key.status = 'rotated' THEN
            CASE WHEN p_key.ends_at IS NULL AND NOT govdesk_private.has_heir(p_key) THEN 'active' END
        WHEN v_idle >= make_interval(days => p_policy.revoke_days) THEN 'revoked'
        WHEN p_key.status = 'suspended' THEN NULL
        WHEN v_idle >= make_interval(days => p_policy.suspend_days) THEN 'suspended'
        WHEN v_idle >= make_interval(days => p_policy.warn_days) AND p_key.stale_at IS NULL THEN 'stale'
        WHEN v_idle < make_interval(days => p_policy.warn_days) AND p_key.stale_at IS NOT NULL THEN 'fresh'
    END;
END $$;

-- Could it be? Inlined, so that keys that are young or in use cost nothing.
CREATE FUNCTION govdesk_private.may_be_due(p_key govdesk.api_key, p_policy govdesk.key_policy) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_key.expires_at <= clock_timestamp() OR p_key.stale_at IS NOT NULL
        OR (p_key.status = 'rotated' AND p_key.ends_at IS NULL)
        OR (p_key.status <> 'rotated'
            AND p_key.created_at <= clock_timestamp() - make_interval(days => p_policy.warn_days))
$$;

-- Ends, suspends, marks or brings back the keys of one organisation. Returns how many; worker only.
CREATE FUNCTION govdesk_private.expire_keys(p_host text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_tenant govdesk.tenant;
    v_rows   integer;
BEGIN
    DELETE FROM govdesk_private.intake_request r WHERE r.created_at < clock_timestamp() - interval '24 hours';
    SELECT t.* INTO v_tenant FROM govdesk.api_key k
      JOIN govdesk.key_policy p ON p.tenant_id = k.tenant_id
      JOIN govdesk.tenant t ON t.tenant_id = k.tenant_id
     WHERE k.status IN ('active', 'rotated', 'suspended') AND govdesk_private.may_be_due(k, p)
       AND govdesk_private.key_due(k, p) IS NOT NULL
     -- Whoever holds a key of his own keeps nobody else's from ending.
     LIMIT 1 FOR NO KEY UPDATE OF k SKIP LOCKED;
    IF v_tenant.tenant_id IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM govdesk_private.assume_worker(v_tenant.tenant_id, v_tenant.tenant_path, p_host);
    UPDATE govdesk.api_key k
       SET status = CASE WHEN d.due IN ('active', 'expired', 'revoked', 'suspended') THEN d.due ELSE k.status END,
           stale_at = CASE d.due WHEN 'stale' THEN clock_timestamp() WHEN 'fresh' THEN NULL ELSE k.stale_at END
      FROM (SELECT o.id, govdesk_private.key_due(o, p) AS due
              FROM govdesk.api_key o JOIN govdesk.key_policy p ON p.tenant_id = o.tenant_id
             WHERE o.tenant_id = v_tenant.tenant_id AND o.status IN ('active', 'rotated', 'suspended')
               AND govdesk_private.may_be_due(o, p)
               FOR NO KEY UPDATE OF o SKIP LOCKED) d
     WHERE k.id = d.id AND d.due IS NOT NULL;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    RETURN v_rows;
END $$;
