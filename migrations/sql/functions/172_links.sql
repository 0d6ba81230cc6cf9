-- Mailed links: signed, for one thing, once, for a time. And the mail they travel in.
-- Owner: govdesk_kernel.
--
-- A link is `<kind>1.<id>.<expiry>.<random>.<mac>`: the MAC under this installation's key is checked
-- before anything is looked up; the row, of which only a hash of the link is kept, is the truth.

CREATE FUNCTION govdesk_private.base64url(p_bytes bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT translate(encode(p_bytes, 'base64'), E'+/=\n', '-_') $$;

CREATE FUNCTION govdesk_private.refuse_link() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this link is not valid any more' USING ERRCODE = 'GD020';
END $$;

CREATE FUNCTION govdesk_private.link_mac(p_text text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT govdesk_private.base64url(public.hmac(
                convert_to('govdesk-link:' || p_text, 'UTF8'), i.link_key, 'sha256'))
              FROM govdesk_private.installation i);
END $$;

-- Makes a link and returns its text, which nothing else keeps.
CREATE FUNCTION govdesk_private.make_link(
    p_kind text, p_tenant uuid, p_entity uuid, p_email text, p_expires timestamptz,
    p_facts jsonb DEFAULT '{}') RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_id   uuid := gen_random_uuid();
    v_text text := left(p_kind, 1) || '1.' || govdesk_private.base64url(uuid_send(v_id)) || '.'
                   || floor(extract(epoch FROM p_expires))::bigint || '.'
                   || govdesk_private.base64url(public.gen_random_bytes(32));
BEGIN
    v_text := v_text || '.' || govdesk_private.link_mac(v_text);
    INSERT INTO govdesk_private.link (id, tenant_id, kind, entity_id, email, facts, token_hash, expires_at)
    VALUES (v_id, p_tenant, p_kind, p_entity, p_email, p_facts,
            sha256(convert_to(v_text, 'UTF8')), p_expires);
    RETURN v_text;
END $$;

-- Stops: a forged, foreign, used or late link. Changes nothing.
CREATE FUNCTION govdesk_private.find_link(p_token text, p_kind text) RETURNS govdesk_private.link
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_row  govdesk_private.link;
    v_part text := substring(p_token from '^(.+)\.[A-Za-z0-9_-]{43}$');
BEGIN
    IF v_part IS NOT NULL AND length(p_token) <= 300
       AND sha256(convert_to(split_part(p_token, '.', 5), 'UTF8'))
           = sha256(convert_to(govdesk_private.link_mac(v_part), 'UTF8')) THEN
        SELECT * INTO v_row FROM govdesk_private.link l
         WHERE l.token_hash = sha256(convert_to(p_token, 'UTF8')) AND l.kind = p_kind
           AND l.used_at IS NULL AND l.expires_at > clock_timestamp();
    END IF;
    IF v_row.id IS NULL THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    RETURN v_row;
END $$;

-- Stops: the second use. Of any number at once, one goes on.
CREATE FUNCTION govdesk_private.spend_link(p_link govdesk_private.link) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.link l SET used_at = clock_timestamp()
     WHERE l.id = p_link.id AND l.used_at IS NULL;
    IF NOT FOUND THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
END $$;

-- Queues a mail of this transaction: it leaves if the transaction does.
CREATE FUNCTION govdesk_private.queue_mail(
    p_tenant uuid, p_kind text, p_entity uuid, p_address text, p_name text, p_facts jsonb,
    p_token text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    INSERT INTO govdesk_private.mail (tenant_id, kind, entity_id, to_address, to_name, facts, token)
    SELECT p_tenant, p_kind, p_entity, p_address, coalesce(p_name, ''),
           jsonb_build_object('organization', t.name) || p_facts, p_token
      FROM govdesk.tenant t WHERE t.tenant_id = p_tenant;
END $$;

-- Are two addresses one human's, as far as addresses tell? A tag after a plus does not make another.
CREATE FUNCTION govdesk_private.same_human(p_a text, p_b text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT regexp_replace(govdesk_private.normal_email(p_a), '\+[^@]*@', '@')
     = regexp_replace(govdesk_private.normal_email(p_b), '\+[^@]*@', '@')
$$;

-- Stops: what is not an address, or could break out of a mail's header.
CREATE FUNCTION govdesk_private.proper_email(p_email text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_email text := govdesk_private.normal_email(p_email);
BEGIN
    IF v_email IS NULL OR length(v_email) > 254
       OR v_email !~ '^[^@[:space:][:cntrl:]<>",;:\\]+@[^@[:space:][:cntrl:]<>",;:\\.]+(\.[^@[:space:][:cntrl:]<>",;:\\.]+)*$' THEN
        RAISE EXCEPTION 'this is not an e-mail address' USING ERRCODE = 'GD024';
    END IF;
    RETURN v_email;
END $$;
