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

-- Stops: a version written over somebody else's, a wrong check digit, and a change of the legal
-- entity by one person where two must decide.
CREATE FUNCTION govdesk_private.guard_metadata() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_last govdesk.organization_metadata;
    v_then text;
BEGIN
    SELECT * INTO v_last FROM govdesk.organization_metadata o WHERE o.tenant_id = NEW.tenant_id
     ORDER BY o.version DESC LIMIT 1;
    IF NEW.version IS DISTINCT FROM coalesce(v_last.version, 0) + 1 THEN
        RAISE EXCEPTION 'somebody saved a version meanwhile' USING ERRCODE = 'GD023';
    END IF;
    IF NEW.lei IS NOT NULL AND NOT govdesk_private.lei_is_right(NEW.lei) THEN
        RAISE EXCEPTION 'the check digits of the LEI are not right'
            USING ERRCODE = '23514', CONSTRAINT = 'metadata_lei';
    END IF;
    SELECT o.legal_entity INTO v_then FROM govdesk.organization_metadata o
     WHERE o.tenant_id = NEW.tenant_id
       AND o.effective_from <= greatest(NEW.effective_from, clock_timestamp())
     ORDER BY o.version DESC LIMIT 1;
    -- Also when a name that two people decided for later is brought forward by one.
    IF NEW.legal_entity IS DISTINCT FROM coalesce(v_last.legal_entity, '')
       OR NEW.legal_entity IS DISTINCT FROM coalesce(v_then, '') THEN
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
