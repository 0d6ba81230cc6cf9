-- Reading the log: filter terms become SQL here and nowhere else; text search states the tenant
-- itself, because LIKE cannot use its index underneath a policy. docs/spec/filter-language.md.

-- The smallest string after all strings that begin with p_prefix, by code point; null if none.
CREATE FUNCTION govdesk_private.after_prefix(p_prefix text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE ascii(right(p_prefix, 1))
       WHEN 1114111 THEN NULL
       WHEN 55295 THEN left(p_prefix, -1) || chr(57344)
       ELSE left(p_prefix, -1) || chr(ascii(right(p_prefix, 1)) + 1) END
$$;

-- The pattern that finds p_text anywhere.
CREATE FUNCTION govdesk_private.like_pattern(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT '%' || replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;

-- One text column against one term.
CREATE FUNCTION govdesk_private.text_condition(p_column text, p_term jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_value text := p_term ->> 'value';
    v_after text;
BEGIN
    CASE p_term ->> 'op'
    WHEN 'eq' THEN
        RETURN format('%s = %L', p_column, v_value);
    WHEN 'any' THEN
        RETURN format('%s = ANY (%L::text[])', p_column,
                      ARRAY(SELECT jsonb_array_elements_text(p_term -> 'values')));
    WHEN 'prefix' THEN
        IF v_value = '' THEN
            RETURN format('%s IS NOT NULL', p_column);
        END IF;
        v_after := govdesk_private.after_prefix(v_value);
        RETURN format('(%1$s >= %2$L AND %1$s < %3$L)', p_column, v_value,
                      coalesce(v_after, v_value || chr(1114111)));
    WHEN 'contains' THEN
        RETURN format('%s ILIKE %L', p_column, govdesk_private.like_pattern(v_value));
    ELSE
        RETURN NULL;
    END CASE;
END $$;

-- An entity's type or its id. What cannot be a type is looked for among the ids alone, by their
-- index: an OR of both would read the log until the page is full.
CREATE FUNCTION govdesk_private.entity_condition(p_term jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_id text := govdesk_private.text_condition('l.entity_id', p_term);
BEGIN
    IF p_term ->> 'op' IN ('eq', 'prefix') AND p_term ->> 'value' !~ '^([a-z][a-z0-9_]*)?$' THEN
        RETURN v_id;
    END IF;
    RETURN '(' || govdesk_private.text_condition('l.entity_type', p_term) || ' OR ' || v_id || ')';
END $$;

-- A time bound as a bound of seq: `at` never decreases, so the log is dense in both.
CREATE FUNCTION govdesk_private.at_condition(p_term jsonb, p_tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_parts text[] := '{}';
BEGIN
    IF p_term ->> 'low' IS NOT NULL THEN
        v_parts := v_parts || format(
            'l.seq >= coalesce((SELECT b.seq FROM govdesk.audit_log b WHERE b.tenant_id = %L'
            ' AND b.at >= %L ORDER BY b.at, b.seq LIMIT 1), 9223372036854775807)',
            p_tenant, (p_term ->> 'low')::timestamptz);
    END IF;
    IF p_term ->> 'high' IS NOT NULL THEN
        v_parts := v_parts || format(
            'l.seq < coalesce((SELECT b.seq FROM govdesk.audit_log b WHERE b.tenant_id = %L'
            ' AND b.at >= %L ORDER BY b.at, b.seq LIMIT 1), 9223372036854775807)',
            p_tenant, (p_term ->> 'high')::timestamptz);
    END IF;
    RETURN coalesce(nullif(array_to_string(v_parts, ' AND '), ''), 'true');
END $$;

CREATE FUNCTION govdesk_private.ip_condition(p_term jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    CASE p_term ->> 'op'
    WHEN 'eq' THEN
        RETURN format('l.ip = %L::inet', (p_term ->> 'value')::inet);
    WHEN 'cidr' THEN
        RETURN format('l.ip <<= %L::inet', (p_term ->> 'value')::inet);
    WHEN 'prefix' THEN
        RETURN format('host(l.ip) LIKE %L',
                      substr(govdesk_private.like_pattern(p_term ->> 'value'), 2));
    ELSE
        RETURN NULL;
    END CASE;
END $$;

CREATE FUNCTION govdesk_private.is_condition(p_value text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE p_value
        WHEN 'sealed' THEN 'l.leaf_hash IS NOT NULL'
        WHEN 'high' THEN 'l.severity = ''high'''
        WHEN 'redacted' THEN 'false'
        WHEN 'erased' THEN 'NOT l.salts ?& ''{actor,diff,ip,on_behalf_of,reason,session_id,summary}'''
        WHEN 'denied' THEN format('l.action = ANY (%L::text[])',
            ARRAY(SELECT k.name FROM govdesk.event_kind k WHERE k.denied ORDER BY 1)) END;
END $$;

-- Terms (an array of objects, see the spec) as one SQL condition over govdesk.audit_log l. Only
-- this function writes SQL; values are always literals.
CREATE FUNCTION govdesk_private.condition(p_terms jsonb, p_tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_term  jsonb;
    v_sql   text;
    v_parts text[] := '{}';
BEGIN
    IF jsonb_typeof(p_terms) IS DISTINCT FROM 'array' OR jsonb_array_length(p_terms) > 64 THEN
        RAISE EXCEPTION 'not an array of at most 64 terms' USING ERRCODE = 'GD013';
    END IF;
    FOR v_term IN SELECT jsonb_array_elements(p_terms) LOOP
        v_sql := CASE v_term ->> 'key'
            WHEN 'actor' THEN govdesk_private.text_condition('l.actor', v_term)
            WHEN 'for' THEN govdesk_private.text_condition('l.on_behalf_of', v_term)
            WHEN 'action' THEN govdesk_private.text_condition('l.action', v_term)
            WHEN 'severity' THEN govdesk_private.text_condition('l.severity', v_term)
            WHEN 'request' THEN govdesk_private.text_condition('l.request_id', v_term)
            WHEN 'session' THEN govdesk_private.text_condition('l.session_id::text COLLATE "C"', v_term)
            WHEN 'text' THEN govdesk_private.text_condition('l.summary', v_term)
            WHEN 'entity' THEN govdesk_private.entity_condition(v_term)
            WHEN 'system' THEN 'l.system_id = ANY (ARRAY(SELECT n.id FROM govdesk.node n WHERE '
                || format('n.tenant_id = %L AND (', p_tenant)
                || govdesk_private.text_condition('normalize(n.name, NFC) COLLATE "C"', v_term) || ' OR '
                || govdesk_private.text_condition('n.id::text COLLATE "C"', v_term) || ')))'
            WHEN 'ip' THEN govdesk_private.ip_condition(v_term)
            WHEN 'at' THEN govdesk_private.at_condition(v_term, p_tenant)
            WHEN 'seq' THEN format('l.seq BETWEEN %s AND %s', coalesce((v_term ->> 'low')::bigint, 0),
                                   coalesce((v_term ->> 'high')::bigint, 9223372036854775807))
            WHEN 'is' THEN govdesk_private.is_condition(v_term ->> 'value')
            END;
        IF v_sql IS NULL THEN
            RAISE EXCEPTION 'a term cannot be read' USING ERRCODE = 'GD013', DETAIL = v_term::text;
        END IF;
        v_parts := v_parts || CASE WHEN (v_term ->> 'not')::boolean
            THEN '(' || v_sql || ') IS NOT TRUE' ELSE v_sql END;
    END LOOP;
    RETURN coalesce(nullif(array_to_string(v_parts, ' AND '), ''), 'true');
END $$;

-- The condition for exports, which run it under the policies of the caller.
CREATE FUNCTION govdesk_api.audit_condition(p_terms jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN govdesk_private.condition(p_terms, govdesk_private.tenant());
END $$;

-- Do the next 256 rows say that a page is found soonest by reading on? The planner cannot tell:
-- below a policy, even one that is true, it must not apply ILIKE to the column's statistics, takes
-- every word for equally frequent and would read a million rows for a rare one.
CREATE FUNCTION govdesk_private.is_frequent(p_range text, p_condition text, p_order text)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_hits bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT l.* FROM govdesk.audit_log l WHERE %s'
                   ' ORDER BY l.seq %s LIMIT 256) l WHERE %s', p_range, p_order, p_condition)
       INTO v_hits;
    RETURN v_hits >= 4;
END $$;

-- Reads on along the key until the page is full. Without statistics the planner would rather read
-- and sort the whole log.
CREATE FUNCTION govdesk_private.read_in_order(p_query text) RETURNS SETOF govdesk.audit_log
LANGUAGE plpgsql STABLE ROWS 100
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    RETURN QUERY EXECUTE p_query;
END $$;

-- What the policy of govdesk.audit_log lets through, as a condition: stated again by the readers
-- below, which run text search without the policy, and so that they use indexes of the systems.
CREATE FUNCTION govdesk_private.reading_scope(p govdesk_private.principal) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p.tenant_path = ANY (govdesk_private.paths_of(p.kind, p.tenant_id, p.tenant_path,
                                                     p.member_id, 'audit.read')) THEN
        RETURN 'true';
    END IF;
    RETURN format('l.system_id = ANY (%L::uuid[])', govdesk_private.systems('audit.read'));
END $$;

-- One page of the log, newest first below p_before (and above p_after, if both are given), or oldest
-- first above p_after alone, after passing over p_offset events. What may be seen is what the policy of govdesk.audit_log lets through.
CREATE FUNCTION govdesk_api.audit_page(
    p_terms jsonb, p_before bigint DEFAULT NULL, p_after bigint DEFAULT NULL,
    p_limit integer DEFAULT 100, p_offset integer DEFAULT 0) RETURNS SETOF govdesk.audit_log
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 AS $$
DECLARE
    v        govdesk_private.principal := govdesk_private.context();
    v_tenant uuid := v.tenant_id;
    v_order  text := CASE WHEN p_after IS NULL OR p_before IS NOT NULL THEN 'DESC' ELSE 'ASC' END;
    v_limit  text := format('LIMIT %s OFFSET %s', least(greatest(p_limit, 0), 10000),
                            greatest(p_offset, 0));
    v_range  text;
    v_where  text;
BEGIN
    IF v_tenant IS NULL THEN
        RETURN;
    END IF;
    v_range := format('l.tenant_id = %L AND l.seq < %s AND l.seq > %s', v_tenant,
                      coalesce(p_before, 9223372036854775807), coalesce(p_after, 0));
    v_where := govdesk_private.condition(p_terms, v_tenant) || ' AND '
               || govdesk_private.reading_scope(v);
    IF jsonb_path_exists(p_terms, '$[*] ? (@.key == "text" && !(@.not == true))') THEN
        IF govdesk_private.is_frequent(v_range, v_where, v_order) THEN
            RETURN QUERY SELECT * FROM govdesk_private.read_in_order(format(
                'SELECT l.* FROM govdesk.audit_log l WHERE %s AND %s ORDER BY l.seq %s %s',
                v_range, v_where, v_order, v_limit));
            RETURN;
        ELSE
            v_where := format('l.seq = ANY (ARRAY(WITH found AS MATERIALIZED (SELECT l.seq'
                              ' FROM govdesk.audit_log l WHERE %s AND %s) SELECT f.seq FROM found f'
                              ' ORDER BY f.seq %s %s))', v_range, v_where, v_order, v_limit);
            v_limit := '';
        END IF;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT l.* FROM govdesk.audit_log l WHERE %s AND %s ORDER BY l.seq %s %s',
        v_range, v_where, v_order, v_limit);
END $$;

-- How many events, and how many of them high, stand between successive numbers of p_bounds
-- (ascending, at most 1,001; each bound belongs to what follows it). Empty spans have no row.
CREATE FUNCTION govdesk_api.audit_counts(p_terms jsonb, p_bounds bigint[])
RETURNS TABLE (span integer, events bigint, high bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL OR coalesce(array_length(p_bounds, 1), 0) NOT BETWEEN 2 AND 1001 THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT width_bucket(l.seq, %L::bigint[]), count(*),'
        ' count(*) FILTER (WHERE l.severity = ''high'') FROM govdesk.audit_log l'
        ' WHERE l.tenant_id = %L AND l.seq >= %s AND l.seq < %s AND %s AND %s GROUP BY 1',
        p_bounds, v.tenant_id, p_bounds[1], p_bounds[array_length(p_bounds, 1)],
        govdesk_private.condition(p_terms, v.tenant_id), govdesk_private.reading_scope(v));
END $$;

-- The number of the first event at or after each of up to 1,001 times; null where none follows. A
-- time becomes a number first: for one system alone the index of times would be read to its next
-- event, however far that is, and for every time anew.
CREATE FUNCTION govdesk_api.audit_seqs(p_times timestamptz[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v         govdesk_private.principal := govdesk_private.context();
    v_visible text := 'n.seq';
    v_all     bigint[];
BEGIN
    IF v.tenant_id IS NULL OR coalesce(array_length(p_times, 1), 0) NOT BETWEEN 1 AND 1001 THEN
        RETURN NULL;
    END IF;
    IF govdesk_private.reading_scope(v) <> 'true' THEN
        v_visible := format(
            '(SELECT min(f.seq) FROM unnest(%L::uuid[]) s (id) CROSS JOIN LATERAL ('
            'SELECT l.seq FROM govdesk.audit_log l WHERE l.tenant_id = %L AND l.system_id = s.id'
            ' AND l.seq >= n.seq ORDER BY l.seq LIMIT 1) f)',
            govdesk_private.systems('audit.read'), v.tenant_id);
    END IF;
    EXECUTE format(
        'SELECT array_agg(%s ORDER BY n.place) FROM (SELECT t.place, (SELECT l.seq'
        ' FROM govdesk.audit_log l WHERE l.tenant_id = %L AND l.at >= t.at'
        ' ORDER BY l.at, l.seq LIMIT 1) AS seq'
        ' FROM unnest(%L::timestamptz[]) WITH ORDINALITY t (at, place)) n',
        v_visible, v.tenant_id, p_times) INTO v_all;
    RETURN v_all;
END $$;

-- How many rows are captured but not sealed although their transaction is over: 0, or a fault.
CREATE FUNCTION govdesk_api.unsealed() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT count(*) FROM govdesk_private.pending p
             WHERE p.tenant_id = govdesk_private.tenant()
               AND pg_xact_status(p.xact) = 'committed');
END $$;
