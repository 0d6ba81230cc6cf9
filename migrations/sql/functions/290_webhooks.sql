-- Webhooks: who may make them, what they may be, their secrets and the organisation's signing keys.
-- Owner: govdesk_kernel. docs/webhooks.md.

-- Does an event belong to a subscription, and under which name? Its own, unless only audit.row asks for
-- it. The twin of govdesk/domain/webhook_events.py.
CREATE FUNCTION govdesk_private.webhook_type(p_events text[], p_alerts boolean, p_blocks boolean, p_action text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_action = ANY (p_events) OR (p_alerts AND p_action = 'system.alert')
                  OR (p_blocks AND p_action = 'system.block')
                  OR EXISTS (SELECT FROM unnest(p_events) e WHERE right(e, 2) = '.*' AND starts_with(p_action, left(e, -1)))
                THEN p_action WHEN 'audit.row' = ANY (p_events) THEN 'audit.row' END
$$;

-- Stops: a subscription that can never match.
CREATE FUNCTION govdesk_private.require_events(p_events text[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_one text;
BEGIN
    FOR v_one IN SELECT e FROM unnest(p_events) e
                  WHERE NOT coalesce(
                        e IN ('audit.row', 'discovery.completed', 'verdict.changed', 'member.invited')
                     OR (e ~ '^x([.][a-z][a-z0-9_]*)*([.][*])?$' AND e <> 'x' AND length(e) <= 128)
                     OR EXISTS (SELECT FROM govdesk.event_kind k WHERE k.name = e
                                   OR (right(e, 2) = '.*' AND starts_with(k.name, left(e, -1)))), false)
                     OR e IN ('.*', '*')
    LOOP
        RAISE EXCEPTION 'no event is called like this' USING ERRCODE = 'GD038', DETAIL = left(coalesce(v_one, ''), 128);
    END LOOP;
END $$;

-- Stops: a header that forges the signature, breaks the framing or carries a credential. The twin of
-- govdesk/domain/webhooks.py.
CREATE FUNCTION govdesk_private.require_headers(p_headers jsonb) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_one record;
BEGIN
    IF jsonb_typeof(p_headers) IS DISTINCT FROM 'object' OR (
           SELECT count(*) > 20 OR count(*) > count(DISTINCT lower(k)) FROM jsonb_object_keys(p_headers) k) THEN
        RAISE EXCEPTION 'headers are an object of at most 20 texts' USING ERRCODE = 'GD012', DETAIL = 'headers';
    END IF;
    FOR v_one IN SELECT e.key, jsonb_typeof(e.value) AS type, e.value #>> '{}' AS value FROM jsonb_each(p_headers) e LOOP
        -- The name first, and never repeated if a secret stands in it.
        PERFORM govdesk_private.refuse_raw_secret('headers', v_one.key);
        IF v_one.key !~ '^[A-Za-z0-9!#$%&''*+.^_`|~-]{1,64}$' OR v_one.type <> 'string'
           OR v_one.value !~ '^[!-~]([ -~]*[!-~])?$' OR length(v_one.value) > 1000 THEN
            RAISE EXCEPTION 'not a header' USING ERRCODE = 'GD012', DETAIL = 'headers';
        END IF;
        -- Programs behind a gateway read an underline as a hyphen.
        IF translate(lower(v_one.key), '_', '-') ~ '^(webhook-|govdesk-|content-|proxy-|sec-|x-forwarded-)'
           OR translate(lower(v_one.key), '_', '-') IN ('host', 'transfer-encoding', 'connection', 'te', 'trailer', 'upgrade', 'expect',
                                   'cookie', 'authorization', 'user-agent', 'keep-alive', 'accept-encoding', 'via',
                                   'forwarded') THEN
            RAISE EXCEPTION 'this header is not yours to set' USING ERRCODE = 'GD039', DETAIL = v_one.key;
        END IF;
        PERFORM govdesk_private.refuse_raw_secret('headers', v_one.value);
    END LOOP;
    PERFORM govdesk_private.refuse_raw_secret('headers', left((
                SELECT string_agg(e.value #>> '{}', '' ORDER BY e.key) FROM jsonb_each(p_headers) e), 20000)),
            govdesk_private.refuse_raw_secret('headers', left((
                SELECT string_agg(e.value #>> '{}', '' ORDER BY e.key DESC) FROM jsonb_each(p_headers) e), 20000));
END $$;

-- Stops: an address that is not encrypted, or holds a password.
CREATE FUNCTION govdesk_private.require_url(p_kind text, p_url text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF length(p_url) > 2000 OR p_url ~ '[^!-~]' OR NOT (CASE p_kind
           WHEN 'syslog' THEN p_url ~ '^syslog[+]tls://([^]/?#@:\\[]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$'
           ELSE p_url ~ '^https://([^]/?#@\\[]+|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?)([/?][^#\\]*)?$' END) THEN
        RAISE EXCEPTION 'not an address that is encrypted and without a user' USING ERRCODE = 'GD037', DETAIL = 'url';
    END IF;
    PERFORM govdesk_private.refuse_raw_secret('url', p_url);
END $$;

-- Stops: staff who leave behind a pipe out of an organisation's log.
CREATE FUNCTION govdesk_private.refuse_staff(p_acting govdesk_private.acting) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF p_acting.kind = 'staff' THEN
        RAISE EXCEPTION 'only the organisation itself says where its log goes'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
END $$;

CREATE FUNCTION govdesk_private.guard_webhook() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v         govdesk_private.acting := govdesk_private.act();
    v_one     record;
    v_is_open boolean;
BEGIN
    -- Left to the wall between tenants, which says the same whatever there is.
    IF NEW.tenant_id <> v.tenant_id THEN
        RETURN NEW;
    END IF;
    v_is_open := v.kind NOT IN ('session', 'staff') OR NEW.node_path <@ ANY (govdesk_private.paths_of(
                 v.kind, v.tenant_id, v.tenant_path, v.member_id, 'webhook.manage'));
    -- Whoever may not write there learns from the policy alone, and nothing about what there is.
    IF NOT v_is_open THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'deleted' THEN
        RAISE EXCEPTION 'this webhook was deleted' USING ERRCODE = 'GD042';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.version > OLD.version THEN
        -- A secret moved on.
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := v.actor;
        NEW.version := 1;
        IF NEW.system_id IS DISTINCT FROM (SELECT n.id FROM govdesk.node n WHERE n.tenant_id = NEW.tenant_id
                                              AND n.node_path = NEW.node_path AND n.kind = 'system')
           OR (NEW.system_id IS NULL AND NEW.node_path <> NEW.tenant_path) THEN
            RAISE EXCEPTION 'a webhook belongs to a system, or to the organisation' USING ERRCODE = 'GD012', DETAIL = 'system_id';
        END IF;
        PERFORM govdesk_private.hold_system(NEW.tenant_id, NEW.node_path);
        -- Stops: an organisation that keeps every worker busy by numbers.
        PERFORM FROM govdesk.tenant t WHERE t.tenant_id = NEW.tenant_id FOR NO KEY UPDATE;
        IF (SELECT count(*) FROM govdesk.webhook w WHERE w.tenant_id = NEW.tenant_id AND w.status <> 'deleted') >= 200 THEN
            RAISE EXCEPTION 'at most 200 webhooks' USING ERRCODE = 'GD043';
        END IF;
        PERFORM govdesk_private.refuse_staff(v);
        -- Stops: carrying out by webhook what one may not read.
        IF v.kind IN ('session', 'staff') AND NOT NEW.node_path <@ ANY (govdesk_private.paths_of(
               v.kind, v.tenant_id, v.tenant_path, v.member_id, 'audit.read')) THEN
            RAISE EXCEPTION 'audit.read is needed there' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
        END IF;
    ELSE
        NEW.version := OLD.version + 1;
        IF NEW.status <> OLD.status THEN
            NEW.disabled_reason := CASE WHEN NEW.status = 'active' THEN NULL
                WHEN v.kind IN ('worker', 'setup') OR pg_trigger_depth() > 1 THEN coalesce(NEW.disabled_reason, 'retired')
                ELSE 'person' END;
            NEW.disabled_at := CASE WHEN NEW.status <> 'active' THEN clock_timestamp() END;
        END IF;
        IF (NEW.url, NEW.description, NEW.events, NEW.headers, NEW.settings, NEW.secret_refs, NEW.allow)
           IS NOT DISTINCT FROM (OLD.url, OLD.description, OLD.events, OLD.headers, OLD.settings, OLD.secret_refs, OLD.allow)
           AND (NEW.alerts, NEW.blocks, NEW.format, NEW.detail) IS NOT DISTINCT FROM (OLD.alerts, OLD.blocks, OLD.format, OLD.detail)
        THEN
            RETURN NEW;
        END IF;
        PERFORM govdesk_private.refuse_staff(v);
        -- Stops: sending more of the log than one may read, through an endpoint that was there before.
        IF v.kind IN ('session', 'staff') AND NOT NEW.node_path <@ ANY (govdesk_private.paths_of(
               v.kind, v.tenant_id, v.tenant_path, v.member_id, 'audit.read')) THEN
            RAISE EXCEPTION 'audit.read is needed there' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
        END IF;
    END IF;
    IF array_ndims(NEW.allow) > 1 OR array_ndims(NEW.events) > 1 OR NEW.allow @> ARRAY[NULL::text] OR array_position(NEW.allow, NULL) > 0
       OR NEW.description ~ '[[:cntrl:]\u200e\u200f\u202a-\u202e\u2066-\u2069]' THEN
        RAISE EXCEPTION 'a list in a list, or a character that is not seen' USING ERRCODE = 'GD012', DETAIL = 'description';
    END IF;
    IF octet_length(NEW.headers::text) > 16384 OR octet_length(NEW.settings::text) > 65536
       OR octet_length(NEW.secret_refs::text) > 16384 OR cardinality(NEW.allow) > 20 OR cardinality(NEW.events) > 100 THEN
        RAISE EXCEPTION 'too much in one webhook' USING ERRCODE = 'GD012', DETAIL = 'settings';
    END IF;
    PERFORM govdesk_private.refuse_raw_secret('description', NEW.description),
            govdesk_private.require_url(NEW.kind, NEW.url), govdesk_private.require_events(NEW.events),
            govdesk_private.require_headers(NEW.headers);
    PERFORM govdesk_private.refuse_raw_secret('settings', e.key)
       FROM jsonb_object_keys(CASE jsonb_typeof(NEW.settings) WHEN 'object' THEN NEW.settings ELSE '{}' END) e(key);
    PERFORM govdesk_private.refuse_raw_secret('secret_refs', e.key)
       FROM jsonb_object_keys(CASE jsonb_typeof(NEW.secret_refs) WHEN 'object' THEN NEW.secret_refs ELSE '{}' END) e(key);
    IF jsonb_typeof(NEW.settings) IS DISTINCT FROM 'object' OR EXISTS (SELECT FROM jsonb_each(NEW.settings) e
           WHERE jsonb_typeof(e.value) <> 'string' OR e.key !~ '^[a-z][a-z0-9_]{0,62}$' OR length(e.value #>> '{}') > 20000) THEN
        RAISE EXCEPTION 'settings are an object of texts' USING ERRCODE = 'GD012', DETAIL = 'settings';
    END IF;
    PERFORM govdesk_private.require_texts('secret_refs', NEW.secret_refs);
    FOR v_one IN SELECT e.key, e.value #>> '{}' AS value FROM jsonb_each(NEW.settings) e LOOP
        PERFORM govdesk_private.refuse_raw_secret(v_one.key, v_one.value);
    END LOOP;
    FOR v_one IN SELECT e.key, e.value #>> '{}' AS value FROM jsonb_each(NEW.secret_refs) e LOOP
        IF NOT govdesk_private.is_reference(v_one.value) THEN
            RAISE EXCEPTION 'not a reference' USING ERRCODE = 'GD027', DETAIL = v_one.key;
        END IF;
        PERFORM govdesk_private.refuse_raw_secret(v_one.key, v_one.value);
    END LOOP;
    FOR v_one IN SELECT a.value FROM unnest(NEW.allow) a(value) LOOP
        PERFORM govdesk_private.require_opening(v_one.value);
    END LOOP;
    -- Stops: one person opening a private network, and sending the log somewhere from an open session.
    IF NOT (NEW.allow <@ CASE WHEN TG_OP = 'UPDATE' AND NEW.url = OLD.url THEN OLD.allow ELSE '{}' END) THEN
        PERFORM govdesk_private.require_decision(v, 'webhook.open');
    END IF;
    -- Or more of the log than was agreed on.
    IF TG_OP = 'INSERT' OR (NEW.url, NEW.headers, NEW.settings, NEW.secret_refs, NEW.allow)
       IS DISTINCT FROM (OLD.url, OLD.headers, OLD.settings, OLD.secret_refs, OLD.allow)
       OR (NEW.detail = 'full' AND OLD.detail <> 'full') OR NOT NEW.events <@ OLD.events
       OR (NEW.alerts AND NOT OLD.alerts) OR (NEW.blocks AND NOT OLD.blocks) THEN
        PERFORM govdesk_private.require_step_up(v);
    END IF;
    RETURN NEW;
END $$;

-- Stops: bringing back by hand what was disabled: whoever resumes says what becomes of the rows missed.
-- The trigger's own condition knows who updates: here everybody is the kernel.
CREATE FUNCTION govdesk_private.refuse_webhook_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    RAISE EXCEPTION 'a webhook is disabled or deleted by hand, and resumed by resume_webhook'
        USING ERRCODE = 'GD012', DETAIL = 'status';
END $$;

-- A new endpoint begins with what happens from now on; a deleted one ends what waits.
CREATE FUNCTION govdesk_private.after_webhook() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO govdesk_private.webhook_cursor (webhook_id, tenant_id, cursor_seq, start_seq)
        SELECT n.id, n.tenant_id, h.seq, h.seq FROM new_rows n CROSS JOIN LATERAL (
            SELECT coalesce((SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = n.tenant_id
                              ORDER BY l.seq DESC LIMIT 1), 0) AS seq) h;
        INSERT INTO govdesk_private.webhook_state (webhook_id, tenant_id) SELECT n.id, n.tenant_id FROM new_rows n;
    ELSE
        UPDATE govdesk.delivery d SET status = 'cancelled', done_at = clock_timestamp(), lease = NULL
          FROM new_rows n WHERE n.status = 'deleted' AND d.webhook_id = n.id AND d.status = 'pending';
        UPDATE govdesk.webhook_secret s SET status = 'retired', inbox = NULL, sealed = NULL, key_version = NULL
          FROM new_rows n WHERE n.status = 'deleted' AND s.tenant_id = n.tenant_id AND s.webhook_id = n.id
           AND s.status <> 'retired';
    END IF;
    RETURN NULL;
END $$;

-- The webhook that a person manages, locked; or a refusal.
CREATE FUNCTION govdesk_private.managed_webhook(p_webhook uuid) RETURNS govdesk.webhook
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_acting govdesk_private.acting := govdesk_private.act();
    v        govdesk.webhook;
BEGIN
    SELECT * INTO v FROM govdesk.webhook w WHERE w.tenant_id = v_acting.tenant_id AND w.id = p_webhook;
    PERFORM govdesk_private.require_manager('webhook.manage', v.node_path);
    SELECT * INTO v FROM govdesk.webhook w WHERE w.id = v.id FOR NO KEY UPDATE;
    IF v.status = 'deleted' THEN
        RAISE EXCEPTION 'this webhook was deleted' USING ERRCODE = 'GD042';
    END IF;
    RETURN v;
END $$;

-- ---------------------------------------------------------------- secrets

-- To whom a secret is sealed: the workers' public key.
CREATE FUNCTION govdesk_api.webhook_recipient() RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF govdesk_private.granted('webhook.manage') = '{}' THEN
        RAISE EXCEPTION 'webhook.manage is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN (SELECT i.worker_public_key FROM govdesk_private.installation i);
END $$;

-- The first secret of a webhook, or the next one: then the one before goes on for a while.
CREATE FUNCTION govdesk_api.put_webhook_secret(p_webhook uuid, p_id uuid, p_inbox bytea, p_grace_hours integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v         govdesk_private.acting := govdesk_private.act();
    v_webhook govdesk.webhook := govdesk_private.managed_webhook(p_webhook);
    v_version integer;
BEGIN
    PERFORM govdesk_private.require_step_up(v);
    IF (SELECT i.worker_public_key FROM govdesk_private.installation i) IS NULL THEN
        RAISE EXCEPTION 'no worker has ever been here' USING ERRCODE = 'GD040';
    END IF;
    IF p_id IS NULL OR coalesce(length(p_inbox), 0) NOT BETWEEN 72 AND 112
       OR coalesce(p_grace_hours NOT BETWEEN 0 AND 168, true) THEN
        RAISE EXCEPTION 'a sealed secret of 24 to 64 bytes, and up to 168 hours' USING ERRCODE = 'GD012', DETAIL = 'secret';
    END IF;
    SELECT coalesce(max(s.version), 0) + 1 INTO v_version FROM govdesk.webhook_secret s WHERE s.webhook_id = v_webhook.id;
    -- With no grace nothing of before goes on; else what was promised to earlier ones holds, of five at most.
    UPDATE govdesk.webhook_secret s SET status = 'retired', ends_at = clock_timestamp(), inbox = NULL, sealed = NULL, key_version = NULL
     WHERE s.webhook_id = v_webhook.id AND s.status <> 'retired' AND (p_grace_hours = 0 OR s.id IN (
           SELECT o.id FROM govdesk.webhook_secret o WHERE o.webhook_id = v_webhook.id AND o.status = 'previous'
            ORDER BY o.version DESC OFFSET 4));
    UPDATE govdesk.webhook_secret s SET status = 'previous', ends_at = clock_timestamp() + make_interval(hours => p_grace_hours)
     WHERE s.webhook_id = v_webhook.id AND s.status = 'current';
    INSERT INTO govdesk.webhook_secret (id, tenant_id, tenant_path, node_path, webhook_id, version, inbox, created_by)
    VALUES (p_id, v_webhook.tenant_id, v_webhook.tenant_path, v_webhook.node_path, v_webhook.id, v_version, p_inbox, v.actor);
    UPDATE govdesk.webhook w SET version = w.version + 1 WHERE w.id = v_webhook.id;
    RETURN v_version;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this secret is taken' USING ERRCODE = 'GD012', DETAIL = 'secret';
END $$;

CREATE FUNCTION govdesk_api.retire_webhook_secret(p_webhook uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_webhook govdesk.webhook := govdesk_private.managed_webhook(p_webhook);
BEGIN
    UPDATE govdesk.webhook_secret s SET status = 'retired', ends_at = clock_timestamp(), inbox = NULL, sealed = NULL, key_version = NULL
     WHERE s.webhook_id = v_webhook.id AND s.status = 'previous';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE govdesk.webhook w SET version = w.version + 1 WHERE w.id = v_webhook.id;
    RETURN true;
END $$;

-- Stops: an envelope that names another version than the row, and a version that is not current any more.
CREATE FUNCTION govdesk_private.guard_sealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.key_version IS NULL OR (NEW.sealed, NEW.key_version) IS NOT DISTINCT FROM (OLD.sealed, OLD.key_version) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM govdesk.vault_key k WHERE k.tenant_id = NEW.tenant_id
                      AND k.version = NEW.key_version AND k.status = 'current' FOR KEY SHARE) THEN
        RAISE EXCEPTION 'not the current version of the key' USING ERRCODE = 'GD023';
    END IF;
    IF length(NEW.sealed) > 9 AND ('x' || encode(substr(NEW.sealed, 6, 4), 'hex'))::bit(32)::bigint <> NEW.key_version THEN
        RAISE EXCEPTION 'the envelope names another version' USING ERRCODE = 'GD012', DETAIL = 'sealed';
    END IF;
    RETURN NEW;
END $$;

-- A new signing key is wanted; the worker makes it, and both sign for the days of grace.
CREATE FUNCTION govdesk_api.rotate_signing_key(p_grace_days integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.acting_member();
BEGIN
    v := govdesk_private.require_manager('webhook.manage', v.tenant_path);
    PERFORM govdesk_private.require_step_up(v);
    IF coalesce(p_grace_days NOT BETWEEN 0 AND 90, true) THEN
        RAISE EXCEPTION '0 to 90 days' USING ERRCODE = 'GD012', DETAIL = 'grace_days';
    END IF;
    UPDATE govdesk.webhook_signing_key k SET grace_days = p_grace_days
     WHERE k.tenant_id = v.tenant_id AND k.status = 'current';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no signing key yet' USING ERRCODE = 'GD012', DETAIL = 'grace_days';
    END IF;
END $$;

-- ---------------------------------------------------------------- the worker's side of secrets

-- What the vaults need for webhooks: a first version, inboxes emptied into it, signing keys.
CREATE FUNCTION govdesk_api.webhook_vault_due(p_host text) RETURNS TABLE (tenant_path text, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    WITH waiting AS (
        SELECT DISTINCT s.tenant_id FROM govdesk.webhook_secret s WHERE s.inbox IS NOT NULL
        UNION SELECT k.tenant_id FROM govdesk.webhook_signing_key k WHERE k.inbox IS NOT NULL)
    SELECT t.tenant_path::text, CASE WHEN EXISTS (SELECT FROM govdesk.vault_key k WHERE k.tenant_id = t.tenant_id
                                                     AND k.status = 'current') THEN 'seal' ELSE 'found' END
      FROM waiting w JOIN govdesk.tenant t ON t.tenant_id = w.tenant_id
    UNION ALL
    SELECT t.tenant_path::text, 'signing_key' FROM govdesk.tenant t
     WHERE EXISTS (SELECT FROM govdesk.webhook w WHERE w.tenant_id = t.tenant_id AND w.kind = 'webhook' AND w.status <> 'deleted')
       AND NOT EXISTS (SELECT FROM govdesk.webhook_signing_key k WHERE k.tenant_id = t.tenant_id AND k.status = 'current'
                          AND k.grace_days IS NULL AND k.created_at > clock_timestamp() - interval '365 days');
END $$;

CREATE FUNCTION govdesk_api.webhook_inboxes(p_tenant_path text, p_limit integer)
RETURNS TABLE (table_name text, row_id uuid, inbox bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
BEGIN
    RETURN QUERY
    SELECT 'webhook_secret', s.id, s.inbox FROM govdesk.webhook_secret s WHERE s.tenant_id = v.tenant_id AND s.inbox IS NOT NULL
    UNION ALL
    SELECT 'webhook_signing_key', k.id, k.inbox FROM govdesk.webhook_signing_key k
     WHERE k.tenant_id = v.tenant_id AND k.inbox IS NOT NULL
     LIMIT least(greatest(p_limit, 1), 1000);
END $$;

-- Moves a secret from its inbox into the vault; false if another worker was quicker.
CREATE FUNCTION govdesk_api.put_webhook_seal(
    p_tenant_path text, p_host text, p_table text, p_row uuid, p_envelope bytea, p_key_version integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
    v_is_put boolean := false;
BEGIN
    IF NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    IF p_table = 'webhook_secret' THEN
        UPDATE govdesk.webhook_secret s SET inbox = NULL, sealed = p_envelope, key_version = p_key_version
         WHERE s.id = (SELECT h.id FROM govdesk.webhook_secret h WHERE h.tenant_id = v.tenant_id AND h.id = p_row
                          AND h.inbox IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED);
        v_is_put := FOUND;
    ELSIF p_table = 'webhook_signing_key' THEN
        UPDATE govdesk.webhook_signing_key k SET inbox = NULL, sealed = p_envelope, key_version = p_key_version
         WHERE k.id = (SELECT h.id FROM govdesk.webhook_signing_key h WHERE h.tenant_id = v.tenant_id AND h.id = p_row
                          AND h.inbox IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED);
        v_is_put := FOUND;
    ELSE
        RAISE EXCEPTION 'no such place' USING ERRCODE = 'GD012';
    END IF;
    RETURN v_is_put;
END $$;

-- Lets workers read endpoints anew; one that a person holds is read anew within a minute anyway.
CREATE FUNCTION govdesk_private.touch_webhooks(p_tenant uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk.webhook w SET version = w.version + 1 WHERE w.id IN (
        SELECT h.id FROM govdesk.webhook h WHERE h.tenant_id = p_tenant AND h.status <> 'deleted' FOR NO KEY UPDATE SKIP LOCKED);
END $$;

CREATE FUNCTION govdesk_api.put_signing_key(
    p_tenant_path text, p_host text, p_id uuid, p_kid text, p_public bytea, p_inbox bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v     govdesk.tenant := govdesk_private.tenant_named(p_tenant_path);
    v_old govdesk.webhook_signing_key;
BEGIN
    IF NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    IF p_id IS NULL OR coalesce(length(p_public), 0) <> 32 OR coalesce(p_kid !~ '^[0-9a-f]{16}$', true)
       OR p_kid <> left(encode(sha256(p_public), 'hex'), 16) OR coalesce(length(p_inbox), 0) NOT BETWEEN 72 AND 160 THEN
        RAISE EXCEPTION 'not a signing key' USING ERRCODE = 'GD012';
    END IF;
    -- One worker at a time, and none waits for what a person holds.
    PERFORM FROM govdesk.key_policy p WHERE p.tenant_id = v.tenant_id FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM govdesk.webhook_signing_key k WHERE k.tenant_id = v.tenant_id AND k.status <> 'retired' FOR NO KEY UPDATE NOWAIT;
    SELECT * INTO v_old FROM govdesk.webhook_signing_key k WHERE k.tenant_id = v.tenant_id AND k.status = 'current';
    IF v_old.id IS NOT NULL AND v_old.grace_days IS NULL AND v_old.created_at > clock_timestamp() - interval '365 days' THEN
        RETURN false;
    END IF;
    UPDATE govdesk.webhook_signing_key k SET status = 'retired', inbox = NULL, sealed = NULL, key_version = NULL
     WHERE k.id IN (SELECT o.id FROM govdesk.webhook_signing_key o WHERE o.tenant_id = v.tenant_id AND o.status = 'previous'
                     ORDER BY o.created_at DESC OFFSET 4);
    UPDATE govdesk.webhook_signing_key k
       SET status = 'previous', ends_at = clock_timestamp() + make_interval(days => coalesce(k.grace_days, 7)), grace_days = NULL
     WHERE k.id = v_old.id;
    INSERT INTO govdesk.webhook_signing_key (id, tenant_id, tenant_path, kid, public_key, inbox)
    VALUES (p_id, v.tenant_id, v.tenant_path, p_kid, p_public, p_inbox);
    PERFORM govdesk_private.touch_webhooks(v.tenant_id);
    RETURN true;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'this key is taken' USING ERRCODE = 'GD012';
    WHEN lock_not_available THEN
    RETURN false;
END $$;

-- The public keys of an organisation, for whoever verifies.
CREATE FUNCTION govdesk_api.jwks(p_tenant_path text)
RETURNS TABLE (kid text, public_key bytea, created_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT k.kid, k.public_key, k.created_at, k.ends_at FROM govdesk.webhook_signing_key k
      JOIN govdesk.tenant t ON t.tenant_id = k.tenant_id
     WHERE t.tenant_path::text = p_tenant_path AND k.status <> 'retired'
       AND coalesce(k.ends_at > clock_timestamp(), true)
     ORDER BY k.created_at DESC;
END $$;

-- Ends what is over: secrets and signing keys after their grace. One tenant a call; returns how many.
-- What a person holds is left to the next round, and holds nobody up.
CREATE FUNCTION govdesk_private.end_webhook_secrets(p_host text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_over   uuid[] := ARRAY(SELECT s.id FROM govdesk.webhook_secret s WHERE s.status = 'previous' AND s.ends_at <= clock_timestamp()
                              LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED)
                    || ARRAY(SELECT k.id FROM govdesk.webhook_signing_key k WHERE k.status = 'previous' AND k.ends_at <= clock_timestamp()
                              LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED);
    v_tenant govdesk.tenant;
    v_count  integer;
    v_one    integer;
BEGIN
    SELECT t.* INTO v_tenant FROM govdesk.tenant t
     WHERE t.tenant_id IN (SELECT s.tenant_id FROM govdesk.webhook_secret s WHERE s.id = ANY (v_over)
                           UNION SELECT k.tenant_id FROM govdesk.webhook_signing_key k WHERE k.id = ANY (v_over))
     ORDER BY random() LIMIT 1;
    IF v_tenant.tenant_id IS NULL OR NOT govdesk_private.is_free(v_tenant.tenant_id) THEN
        RETURN 0;
    END IF;
    PERFORM govdesk_private.assume_worker(v_tenant.tenant_id, v_tenant.tenant_path, p_host);
    UPDATE govdesk.webhook_secret s SET status = 'retired', inbox = NULL, sealed = NULL, key_version = NULL
     WHERE s.tenant_id = v_tenant.tenant_id AND s.id = ANY (v_over);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    UPDATE govdesk.webhook_signing_key k SET status = 'retired', inbox = NULL, sealed = NULL, key_version = NULL
     WHERE k.tenant_id = v_tenant.tenant_id AND k.id = ANY (v_over);
    GET DIAGNOSTICS v_one = ROW_COUNT;
    PERFORM govdesk_private.touch_webhooks(v_tenant.tenant_id);
    RETURN v_count + v_one;
END $$;
