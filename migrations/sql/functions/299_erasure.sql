-- Erasure: value and salt of named fields go for good; the leaf, and with it every proof, stays.
-- Owner: govdesk_kernel.

-- Is this transaction erasing or pruning what two people decided?
CREATE FUNCTION govdesk_private.is_erasing() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN EXISTS (SELECT FROM govdesk_private.erasing e WHERE e.xact = pg_current_xact_id_if_assigned());
END $$;

-- Stops: an edit of the past, by anyone short of a superuser who switches triggers off. Lets pass what
-- an erasure takes away (value and salt, nothing else) and what a pruning drops inside its range.
CREATE FUNCTION govdesk_private.refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.erasing;
BEGIN
    IF TG_TABLE_NAME = 'audit_log' AND TG_OP IN ('UPDATE', 'DELETE') THEN
        SELECT * INTO v FROM govdesk_private.erasing e
         WHERE e.xact = pg_current_xact_id_if_assigned() AND e.tenant_id = OLD.tenant_id;
        IF TG_OP = 'DELETE' AND OLD.seq BETWEEN v.first AND v.last THEN
            RETURN OLD;
        ELSIF TG_OP = 'UPDATE' AND v.xact IS NOT NULL AND v.first IS NULL AND OLD.action NOT IN ('audit.erased', 'audit.pruned')
           AND govdesk_private.only_erased(OLD, NEW) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log cannot be changed'
        USING ERRCODE = '42501', CONSTRAINT = 'immutable_evidence';
END $$;

-- Are the rows the same but for committed values that went together with their salts?
CREATE FUNCTION govdesk_private.only_erased(p_old govdesk.audit_log, p_new govdesk.audit_log) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_gone text[] := ARRAY(SELECT k FROM jsonb_object_keys(p_old.salts) k WHERE NOT p_new.salts ? k);
    v_want govdesk.audit_log := p_old;
BEGIN
    v_want.salts := p_old.salts - v_gone;
    v_want.actor := CASE WHEN 'actor' = ANY (v_gone) THEN NULL ELSE p_old.actor END;
    v_want.on_behalf_of := CASE WHEN 'on_behalf_of' = ANY (v_gone) THEN NULL ELSE p_old.on_behalf_of END;
    v_want.ip := CASE WHEN 'ip' = ANY (v_gone) THEN NULL ELSE p_old.ip END;
    v_want.session_id := CASE WHEN 'session_id' = ANY (v_gone) THEN NULL ELSE p_old.session_id END;
    v_want.reason := CASE WHEN 'reason' = ANY (v_gone) THEN NULL ELSE p_old.reason END;
    v_want.summary := CASE WHEN 'summary' = ANY (v_gone) THEN NULL ELSE p_old.summary END;
    v_want.diff := CASE WHEN 'diff' = ANY (v_gone) THEN NULL ELSE p_old.diff END;
    RETURN v_want::text = p_new::text;
END $$;

-- What names a person in this organisation, each as a pattern of whole words: address and names, those
-- of earlier too. Addresses first, since a name may be a part of one.
CREATE FUNCTION govdesk_private.names_of(p_tenant uuid, p_member uuid) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN ARRAY(
        SELECT '(?<![[:alnum:]._%+-])' || regexp_replace(n.written, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?![[:alnum:]])'
          FROM (SELECT m.email AS name FROM govdesk.member m WHERE m.tenant_id = p_tenant AND m.id = p_member
                UNION SELECT m.display_name FROM govdesk.member m WHERE m.tenant_id = p_tenant AND m.id = p_member
                UNION SELECT l.diff::jsonb #>> ARRAY[f.field, f.side] FROM govdesk.audit_log l
                 CROSS JOIN (VALUES ('display_name', 'old'), ('display_name', 'new'), ('email', 'old'), ('email', 'new')) f (field, side)
                 WHERE l.tenant_id = p_tenant AND l.entity_id = p_member::text AND l.entity_type = 'member' AND l.diff IS NOT NULL) q
         CROSS JOIN LATERAL (SELECT q.name AS written UNION SELECT trim(BOTH '"' FROM to_json(q.name)::text)) n
         WHERE length(btrim(q.name)) >= 3 AND q.name NOT LIKE '%@erased.invalid' AND q.name <> 'Erased person'
         ORDER BY position('@' IN n.written) = 0, length(n.written) DESC, n.written);
END $$;

CREATE FUNCTION govdesk_private.mentions(p_text text, p_names text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_names <> '' AND coalesce(p_text ~* p_names, false);
END $$;

-- Which fields of which events an erasure takes: named ones, or everything that names a person, and
-- where he acted also from where and why.
CREATE FUNCTION govdesk_private.to_erase(p_tenant uuid, p_payload jsonb) RETURNS TABLE (seq bigint, fields text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_member uuid := (p_payload ->> 'member_id')::uuid;
    v_names  text;
    v_email  text;
BEGIN
    IF v_member IS NULL THEN
        RETURN QUERY
        SELECT l.seq, ARRAY(SELECT DISTINCT k FROM jsonb_array_elements_text(f.value -> 'fields') k WHERE l.salts ? k ORDER BY k)
          FROM jsonb_array_elements(p_payload -> 'fields') f
          JOIN govdesk.audit_log l ON l.tenant_id = p_tenant AND l.seq = (f.value ->> 'seq')::bigint
           AND l.action NOT IN ('audit.erased', 'audit.pruned');
        RETURN;
    END IF;
    v_names := array_to_string(govdesk_private.names_of(p_tenant, v_member), '|');
    SELECT lower(m.email) INTO v_email FROM govdesk.member m WHERE m.tenant_id = p_tenant AND m.id = v_member;
    RETURN QUERY
    SELECT q.seq, q.fields FROM (
        SELECT l.seq, ARRAY(
            SELECT k FROM unnest(ARRAY[
                CASE WHEN a.acted OR govdesk_private.mentions(l.actor, v_names) THEN 'actor' END,
                CASE WHEN (a.about AND l.diff IS NOT NULL) OR govdesk_private.mentions(l.diff::text, v_names) THEN 'diff' END,
                CASE WHEN a.acted THEN 'ip' END,
                CASE WHEN govdesk_private.mentions(l.on_behalf_of, v_names) THEN 'on_behalf_of' END,
                CASE WHEN (a.acted AND l.reason IS NOT NULL) OR govdesk_private.mentions(l.reason, v_names) THEN 'reason' END,
                CASE WHEN a.acted AND l.session_id IS NOT NULL THEN 'session_id' END,
                CASE WHEN a.acted OR a.about OR govdesk_private.mentions(l.summary, v_names) THEN 'summary' END]) k
             WHERE k IS NOT NULL AND l.salts ? k) AS fields
          FROM govdesk.audit_log l
         CROSS JOIN LATERAL (SELECT coalesce(lower(split_part(l.actor, ':', 2)) = v_email OR lower(split_part(l.on_behalf_of, ':', 2)) = v_email,
                                             false) AS acted,
                                    coalesce(l.entity_type = 'member' AND l.entity_id = v_member::text, false) AS about) a
         WHERE l.tenant_id = p_tenant AND l.action NOT IN ('audit.erased', 'audit.pruned', 'member.erased')
           AND (a.acted OR a.about OR govdesk_private.mentions(concat_ws(' ', l.actor, l.on_behalf_of, l.reason, l.summary, l.diff::text), v_names))) q
     WHERE q.fields <> '{}';
END $$;

-- Stops: an erasure of what is held, of a member who still is one, or of nothing at all.
CREATE FUNCTION govdesk_private.erasable(p_tenant uuid, p_payload jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_member govdesk.member;
    v_seqs   bigint[];
    v_hold   text;
BEGIN
    IF p_payload ? 'member_id' THEN
        SELECT * INTO v_member FROM govdesk.member m WHERE m.tenant_id = p_tenant AND m.id = (p_payload ->> 'member_id')::uuid;
        IF v_member.id IS NULL THEN
            RAISE EXCEPTION 'no such member' USING ERRCODE = 'GD012';
        ELSIF v_member.status <> 'removed' THEN
            RAISE EXCEPTION 'the member was not removed' USING ERRCODE = 'GD047';
        END IF;
    ELSIF jsonb_typeof(p_payload -> 'fields') IS DISTINCT FROM 'array' OR jsonb_array_length(p_payload -> 'fields') NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'no fields, or too many' USING ERRCODE = 'GD012';
    END IF;
    v_seqs := ARRAY(SELECT e.seq FROM govdesk_private.to_erase(p_tenant, p_payload) e WHERE e.fields <> '{}');
    IF v_seqs = '{}' AND NOT p_payload ? 'member_id' THEN
        RAISE EXCEPTION 'there is nothing to erase' USING ERRCODE = 'GD012';
    END IF;
    SELECT h.hold INTO v_hold FROM govdesk_private.held_by(p_tenant, v_seqs) h LIMIT 1;
    IF v_hold IS NOT NULL THEN
        RAISE EXCEPTION 'a legal hold protects some of it' USING ERRCODE = 'GD044', DETAIL = v_hold;
    END IF;
    IF p_payload ? 'member_id' THEN
        RETURN jsonb_build_object('member_id', v_member.id);
    END IF;
    RETURN jsonb_build_object('fields', (SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'fields', to_jsonb(e.fields)) ORDER BY e.seq)
                                           FROM govdesk_private.to_erase(p_tenant, p_payload) e WHERE e.fields <> '{}'));
END $$;

-- Columns outside the log that may hold a person's address or name: all of text in all tables.
CREATE FUNCTION govdesk_private.text_columns() RETURNS TABLE (rel regclass, col text, kind text, walled boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY
    SELECT c.oid::regclass, a.attname::text, format_type(a.atttypid, NULL),
           EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind = 'r' AND c.relnamespace IN ('govdesk'::regnamespace, 'govdesk_private'::regnamespace)
       AND format_type(a.atttypid, NULL) IN ('text', 'text[]', 'json', 'jsonb')
       AND a.attgenerated = ''
       AND c.relname NOT IN ('audit_log', 'audit_checkpoint', 'event_kind', 'permission', 'decision_kind', 'country', 'secret_pattern',
                             'alembic_version', 'pending', 'acting', 'ticket', 'erasing')
     ORDER BY c.relname, a.attnum;
END $$;

-- One value without the person: an address becomes one that belongs to nobody, a name "Erased person".
CREATE FUNCTION govdesk_private.without(p_text text, p_names text[], p_instead text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_one  text;
    v_text text := p_text;
BEGIN
    FOREACH v_one IN ARRAY p_names LOOP
        v_text := regexp_replace(v_text, v_one, CASE WHEN position('@' IN v_one) > 0 THEN p_instead ELSE 'Erased person' END, 'gi');
    END LOOP;
    RETURN v_text;
END $$;

-- Takes a person's address and names out of every table but the log. With p_everywhere also out of
-- those that belong to no organisation. Returns how many values of which table. A name that is also a
-- word of ours ("active") stays where a constraint knows only our words.
CREATE FUNCTION govdesk_private.scrub(p_tenant uuid, p_names text[], p_instead text, p_everywhere boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        record;
    v_count  bigint;
    v_left   bigint;
    v_found  jsonb := '{}';
BEGIN
    FOR v IN SELECT * FROM govdesk_private.text_columns() t WHERE t.walled OR p_everywhere LOOP
        BEGIN
            EXECUTE format('UPDATE %1$s x SET %2$I = %3$s WHERE govdesk_private.mentions(x.%2$I::text, array_to_string($1, ''|'')) AND %4$s', v.rel, v.col,
                CASE v.kind WHEN 'text[]' THEN format('ARRAY(SELECT govdesk_private.without(e, $1, $2) FROM unnest(x.%I) WITH ORDINALITY u (e, n) ORDER BY n)', v.col)
                            ELSE format('govdesk_private.without(x.%I::text, $1, $2)::%s', v.col, v.kind) END,
                CASE WHEN v.walled THEN 'x.tenant_id = $3' ELSE 'true' END)
            USING p_names, p_instead, p_tenant;
            GET DIAGNOSTICS v_count = ROW_COUNT;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE NOT LIKE 'GD%' AND SQLSTATE NOT IN ('42501', '23514', '23503', '23505', '22P02') THEN
                RAISE;
            END IF;
            v_count := 0;
            EXECUTE format('SELECT count(*) FROM %s x WHERE govdesk_private.mentions(x.%I::text, $1) AND %s', v.rel, v.col,
                           CASE WHEN v.walled THEN 'x.tenant_id = $2' ELSE 'true' END)
               INTO v_left USING (SELECT string_agg(n, '|') FROM unnest(p_names) n WHERE position('@' IN n) > 0), p_tenant;
            IF v_left > 0 THEN
                RAISE EXCEPTION 'the address could not be taken out of %', v.rel USING ERRCODE = 'GD012';
            END IF;
        END;
        IF v_count > 0 THEN
            v_found := v_found || jsonb_build_object(split_part(v.rel::text, '.', 2),
                coalesce((v_found ->> split_part(v.rel::text, '.', 2))::bigint, 0) + v_count);
        END IF;
    END LOOP;
    RETURN v_found;
END $$;

-- How much an erasure would take. Reads the whole log.
CREATE FUNCTION govdesk_api.erasure_preview(p_payload jsonb) RETURNS TABLE (rows bigint, fields bigint, held bigint, holds text[], places jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.principal := govdesk_private.context();
    v_names text;
    v_seqs  bigint[];
    v_one   record;
    v_count bigint;
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.everywhere('erasure.request') THEN
        RAISE EXCEPTION 'erasure.request is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    SELECT count(*), coalesce(sum(cardinality(e.fields)), 0), coalesce(array_agg(e.seq), '{}')
      INTO rows, fields, v_seqs FROM govdesk_private.to_erase(v.tenant_id, p_payload) e WHERE e.fields <> '{}';
    SELECT count(DISTINCT h.seq), coalesce(array_agg(DISTINCT h.hold), '{}') INTO held, holds
      FROM govdesk_private.held_by(v.tenant_id, v_seqs) h;
    places := '{}';
    IF p_payload ? 'member_id' THEN
        v_names := array_to_string(govdesk_private.names_of(v.tenant_id, (p_payload ->> 'member_id')::uuid), '|');
        FOR v_one IN SELECT t.rel, string_agg(format('x.%I::text', t.col), ', ') AS columns FROM govdesk_private.text_columns() t
                      WHERE t.walled GROUP BY t.rel LOOP
            EXECUTE format('SELECT count(*) FROM %s x WHERE x.tenant_id = $1 AND govdesk_private.mentions(concat_ws('' '', %s), $2)',
                           v_one.rel, v_one.columns) INTO v_count USING v.tenant_id, v_names;
            IF v_count > 0 THEN
                places := places || jsonb_build_object(split_part(v_one.rel::text, '.', 2), v_count);
            END IF;
        END LOOP;
    END IF;
    RETURN NEXT;
EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
    RAISE EXCEPTION 'what to erase is malformed' USING ERRCODE = 'GD012';
END $$;

-- Seals one event for every event that loses something: which, in its clear part, and nothing of what.
CREATE FUNCTION govdesk_private.note_erased(p_seqs bigint[], p_lists text[], p_decision uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.act();
    v_diff text := '{"data":{"new":{"decision":"' || p_decision || '"}}}';
BEGIN
    INSERT INTO govdesk_private.pending
           (xact, tenant_id, severity, action, entity_type, entity_id, actor, on_behalf_of, ip,
            session_id, reason, request_id, summary, diff, salts, commitments)
    SELECT v.xact, v.tenant_id, k.severity, k.name, 'audit_event', f.entity_id, v.actor, v.on_behalf_of, v.ip,
           v.session_id::text, v.reason, v.request_id, f.summary, v_diff, govdesk_private.salts(encode(f.salt, 'hex')),
           govdesk_private.commitments(f.salt,
               convert_to(govdesk_private.quoted(v.actor), 'UTF8'), convert_to(v_diff, 'UTF8'),
               convert_to(govdesk_private.quoted(v.ip), 'UTF8'),
               convert_to(govdesk_private.quoted(v.on_behalf_of), 'UTF8'),
               convert_to(govdesk_private.quoted(v.reason), 'UTF8'),
               convert_to(govdesk_private.quoted(v.session_id::text), 'UTF8'),
               convert_to(govdesk_private.quoted(f.summary), 'UTF8'))
      FROM govdesk.event_kind k
     CROSS JOIN (SELECT e.seq, e.seq || ':' || e.list AS entity_id, public.gen_random_bytes(112) AS salt,
                        v.actor || ' erased ' || replace(e.list, ',', ', ') || ' of event ' || e.seq AS summary
                   FROM unnest(p_seqs, p_lists) e (seq, list) OFFSET 0) f
     WHERE k.name = 'audit.erased' ORDER BY f.seq;
    PERFORM govdesk_private.call_seal(v.tenant_id);
END $$;

-- Erases what was decided, in the log and, where it is a person, in every other table.
CREATE FUNCTION govdesk_private.erase(p govdesk.decision) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_payload jsonb := govdesk_private.erasable(p.tenant_id, p.payload::jsonb);
    v_seqs    bigint[];
    v_lists   text[];
    v_fields  bigint;
    v_member  govdesk.member;
    v_names   text[];
    v_places  jsonb;
BEGIN
    SELECT array_agg(e.seq ORDER BY e.seq), array_agg(array_to_string(e.fields, ',') ORDER BY e.seq), sum(cardinality(e.fields))
      INTO v_seqs, v_lists, v_fields FROM govdesk_private.to_erase(p.tenant_id, v_payload) e WHERE e.fields <> '{}';
    IF cardinality(v_seqs) > (SELECT i.pending_cap / 2 FROM govdesk_private.installation i) THEN
        RAISE EXCEPTION 'too many events for one transaction' USING ERRCODE = 'GD012';
    END IF;
    SELECT m.* INTO v_member FROM govdesk.member m WHERE m.tenant_id = p.tenant_id AND m.id = (v_payload ->> 'member_id')::uuid;
    v_names := govdesk_private.names_of(p.tenant_id, v_member.id);
    IF v_seqs IS NOT NULL THEN
        PERFORM govdesk_private.note_erased(v_seqs, v_lists, p.id);
    END IF;
    INSERT INTO govdesk_private.erasing (xact, tenant_id, decision_id) VALUES (pg_current_xact_id(), p.tenant_id, p.id);
    UPDATE govdesk.audit_log l
       SET actor = CASE WHEN 'actor' = ANY (f.gone) THEN NULL ELSE l.actor END,
           on_behalf_of = CASE WHEN 'on_behalf_of' = ANY (f.gone) THEN NULL ELSE l.on_behalf_of END,
           ip = CASE WHEN 'ip' = ANY (f.gone) THEN NULL ELSE l.ip END,
           session_id = CASE WHEN 'session_id' = ANY (f.gone) THEN NULL ELSE l.session_id END,
           reason = CASE WHEN 'reason' = ANY (f.gone) THEN NULL ELSE l.reason END,
           summary = CASE WHEN 'summary' = ANY (f.gone) THEN NULL ELSE l.summary END,
           diff = CASE WHEN 'diff' = ANY (f.gone) THEN NULL ELSE l.diff END,
           salts = l.salts - f.gone
      FROM (SELECT e.seq, string_to_array(e.list, ',') AS gone FROM unnest(v_seqs, v_lists) e (seq, list)) f
     WHERE l.tenant_id = p.tenant_id AND l.seq = f.seq;
    IF v_member.id IS NOT NULL THEN
        v_places := govdesk_private.erase_person(v_member, v_names);
    END IF;
    DELETE FROM govdesk_private.erasing e WHERE e.xact = pg_current_xact_id();
    IF v_member.id IS NOT NULL THEN
        PERFORM govdesk_private.note('member.erased', 'member', v_member.id::text,
            'The personal data of a removed member were erased: ' || coalesce(v_fields, 0) || ' fields of '
            || coalesce(cardinality(v_seqs), 0) || ' events',
            jsonb_build_object('decision', p.id, 'events', coalesce(cardinality(v_seqs), 0), 'fields', coalesce(v_fields, 0), 'places', v_places));
    END IF;
END $$;

-- A person outside the log: address, names and addresses of machines here; what lets him sign in only
-- where he is a member of no other organisation.
CREATE FUNCTION govdesk_private.erase_person(p govdesk.member, p_names text[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_alone   boolean := NOT EXISTS (SELECT FROM govdesk.member m WHERE m.person_id = p.person_id AND m.tenant_id <> p.tenant_id);
    v_instead text := 'erased-' || left(encode(sha256(convert_to(p.id::text, 'UTF8')), 'hex'), 12) || '@erased.invalid';
    v_places  jsonb;
BEGIN
    DELETE FROM govdesk_private.mail m WHERE m.tenant_id = p.tenant_id AND lower(m.to_address) = lower(p.email);
    UPDATE govdesk_private.session s SET client_addr = NULL WHERE s.tenant_id = p.tenant_id AND s.member_id = p.id;
    IF v_alone THEN
        DELETE FROM govdesk_private.credential c WHERE c.person_id = p.person_id;
        DELETE FROM govdesk_private.factor f WHERE f.person_id = p.person_id;
        DELETE FROM govdesk_private.recovery_code c WHERE c.person_id = p.person_id;
        DELETE FROM govdesk_private.device d WHERE d.person_id = p.person_id;
        DELETE FROM govdesk_private.person_key k WHERE k.person_id = p.person_id;
        DELETE FROM govdesk_private.attempt a WHERE lower(a.email) = lower(p.email);
    END IF;
    PERFORM govdesk_private.forget_finished();
    v_places := govdesk_private.scrub(p.tenant_id, p_names, v_instead, v_alone);
    UPDATE govdesk.member m SET display_name = 'Erased person', title = '', email = v_instead WHERE m.tenant_id = p.tenant_id AND m.id = p.id;
    IF v_alone THEN
        UPDATE govdesk_private.person x SET email = v_instead WHERE x.id = p.person_id;
    END IF;
    RETURN v_places;
END $$;
