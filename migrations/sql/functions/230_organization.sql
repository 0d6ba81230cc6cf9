-- The organisation's legal identity and its compliance contact. Owner: govdesk_kernel.

-- ISO 17442: the 20 characters, letters as 10 to 35, are 1 modulo 97.
CREATE FUNCTION govdesk_private.lei_is_right(p_lei text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_rest integer := 0;
    v_code integer;
BEGIN
    FOR i IN 1 .. length(p_lei) LOOP
        v_code := ascii(substr(p_lei, i, 1));
        IF v_code >= 65 THEN
            v_rest := (v_rest * 100 + v_code - 55) % 97;
        ELSE
            v_rest := (v_rest * 10 + v_code - 48) % 97;
        END IF;
    END LOOP;
    RETURN v_rest = 1;
END $$;

-- Are these two entities in law? The registered name says who it is no more than the register does:
-- country and registration numbers belong to it.
CREATE FUNCTION govdesk_private.is_another_entity(
    p_one govdesk.organization_metadata, p_other govdesk.organization_metadata) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (coalesce(p_one.legal_entity, ''), p_one.country, p_one.abn, p_one.lei, p_one.vat)
           IS DISTINCT FROM
           (coalesce(p_other.legal_entity, ''), p_other.country, p_other.abn, p_other.lei, p_other.vat);
END $$;

-- Would a version say for any moment, from its day on, that the organisation is another entity? It
-- holds from that day over every older one: those in force then, and those to come.
CREATE FUNCTION govdesk_private.changes_the_entity(p_new govdesk.organization_metadata) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_then govdesk.organization_metadata;
BEGIN
    SELECT * INTO v_then FROM govdesk.organization_metadata o
     WHERE o.tenant_id = p_new.tenant_id AND o.effective_from <= p_new.effective_from
     ORDER BY o.version DESC LIMIT 1;
    RETURN govdesk_private.is_another_entity(v_then, p_new) OR EXISTS (
        SELECT FROM govdesk.organization_metadata o
         WHERE o.tenant_id = p_new.tenant_id AND o.effective_from > p_new.effective_from
           AND govdesk_private.is_another_entity(o, p_new)
           AND NOT EXISTS (SELECT FROM govdesk.organization_metadata l WHERE l.tenant_id = o.tenant_id
                              AND l.version > o.version AND l.effective_from <= o.effective_from));
END $$;

-- Stops: a version written over somebody else's, a wrong check digit, and a change of the legal
-- entity by one person where two must decide; an earlier version brought back, or a day moved, is one.
CREATE FUNCTION govdesk_private.guard_metadata() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_last integer := (SELECT max(o.version) FROM govdesk.organization_metadata o
                        WHERE o.tenant_id = NEW.tenant_id);
BEGIN
    IF NEW.version IS DISTINCT FROM coalesce(v_last, 0) + 1 THEN
        RAISE EXCEPTION 'somebody saved a version meanwhile' USING ERRCODE = 'GD023';
    END IF;
    IF NEW.lei IS NOT NULL AND NOT govdesk_private.lei_is_right(NEW.lei) THEN
        RAISE EXCEPTION 'the check digits of the LEI are not right'
            USING ERRCODE = '23514', CONSTRAINT = 'metadata_lei';
    END IF;
    IF govdesk_private.changes_the_entity(NEW) THEN
        PERFORM govdesk_private.require_decision(v, 'organization.legal_entity');
    END IF;
    NEW.created_by := v.actor;
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;

-- Names a compliance contact, who counts when the mailed code came back.
CREATE FUNCTION govdesk_api.propose_contact(p_email text, p_display_name text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.acting_member();
    v_id   uuid := gen_random_uuid();
    v_bits bytea := public.gen_random_bytes(12);
    v_code text := '';
BEGIN
    IF NOT govdesk_private.everywhere('organization.manage') THEN
        RAISE EXCEPTION 'organization.manage is needed'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF (SELECT count(*) FROM govdesk.compliance_contact c WHERE c.tenant_id = v.tenant_id
           AND c.created_at > clock_timestamp() - interval '1 day') >= 20 THEN
        RAISE EXCEPTION 'too many contacts in a day' USING ERRCODE = 'GD003';
    END IF;
    FOR i IN 0 .. 11 LOOP
        v_code := v_code || CASE WHEN i IN (4, 8) THEN '-' ELSE '' END
                  || substr('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', (get_byte(v_bits, i) & 31) + 1, 1);
    END LOOP;
    UPDATE govdesk.compliance_contact c SET status = 'replaced'
     WHERE c.tenant_id = v.tenant_id AND c.status = 'pending';
    INSERT INTO govdesk.compliance_contact (id, tenant_id, tenant_path, email, display_name)
    VALUES (v_id, v.tenant_id, v.tenant_path, govdesk_private.proper_email(p_email), p_display_name);
    INSERT INTO govdesk_private.contact_code (contact_id, code_hash, expires_at)
    VALUES (v_id, sha256(convert_to(v_code, 'UTF8')), clock_timestamp() + interval '1 day');
    PERFORM govdesk_private.queue_mail(v.tenant_id, 'contact_code', v_id,
        govdesk_private.proper_email(p_email), p_display_name, jsonb_build_object('code', v_code,
            'expires_at', govdesk_private.instant(clock_timestamp() + interval '1 day')));
    RETURN v_id;
END $$;

-- Sixty random bits: a guess is no way, so nothing is counted.
CREATE FUNCTION govdesk_api.confirm_contact(p_code text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v    govdesk_private.acting := govdesk_private.acting_member();
    v_id uuid;
BEGIN
    IF NOT govdesk_private.everywhere('organization.manage') THEN
        RAISE EXCEPTION 'organization.manage is needed'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    SELECT c.id INTO v_id FROM govdesk.compliance_contact c
      JOIN govdesk_private.contact_code k ON k.contact_id = c.id
     WHERE c.tenant_id = v.tenant_id AND c.status = 'pending' AND k.expires_at > clock_timestamp()
       AND k.code_hash = sha256(convert_to(upper(btrim(p_code)), 'UTF8'));
    IF v_id IS NULL THEN
        RETURN false;
    END IF;
    UPDATE govdesk.compliance_contact c SET status = 'replaced'
     WHERE c.tenant_id = v.tenant_id AND c.status = 'confirmed';
    UPDATE govdesk.compliance_contact c SET status = 'confirmed', confirmed_at = clock_timestamp()
     WHERE c.id = v_id;
    RETURN true;
END $$;
