-- RFC 8785 canonical JSON over the grammar of docs/spec/leaf-v1.md. Owner: govdesk_kernel.

-- A string as canonical JSON; SQL null as JSON null. Inlined by the planner.
CREATE FUNCTION govdesk_private.quoted(p_text text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(to_json(p_text)::text, 'null') $$;

-- A time in the leaf's form: UTC, always six digits. Inlined.
CREATE FUNCTION govdesk_private.instant(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- Stops: documents whose canonical form other implementations could not agree on. What needs no
-- mending is written as jsonb writes it, without a call: most values are texts and small numbers.
CREATE FUNCTION govdesk_private.canonical(p_value jsonb, p_depth integer DEFAULT 1) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    v_number   text;
    v_members  text;
    v_is_ascii boolean;
BEGIN
    IF p_depth > 32 THEN
        RAISE EXCEPTION 'deeper than 32 levels' USING ERRCODE = 'GD012';
    END IF;
    CASE jsonb_typeof(p_value)
    WHEN 'object' THEN
        SELECT string_agg(to_json(e.key)::text || ':'
                          || CASE WHEN p_depth < 32 AND (jsonb_typeof(e.value) IN ('string', 'boolean', 'null')
                                       OR e.value::text ~ '^-?[0-9]{1,15}$')
                                  THEN e.value::text
                                  ELSE govdesk_private.canonical(e.value, p_depth + 1) END, ','
                          ORDER BY e.key COLLATE "C"),
               bool_and(octet_length(e.key) = length(e.key))
          INTO v_members, v_is_ascii FROM jsonb_each(p_value) e;
        IF NOT v_is_ascii THEN
            RAISE EXCEPTION 'a key is not ASCII' USING ERRCODE = 'GD012';
        END IF;
        RETURN '{' || coalesce(v_members, '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(CASE WHEN p_depth < 32 AND (jsonb_typeof(e.value) IN ('string', 'boolean', 'null')
                                           OR e.value::text ~ '^-?[0-9]{1,15}$')
                                   THEN e.value::text
                                   ELSE govdesk_private.canonical(e.value, p_depth + 1) END, ','
                              ORDER BY e.ordinality)
              FROM jsonb_array_elements(p_value) WITH ORDINALITY e), '') || ']';
    WHEN 'string' THEN
        RETURN to_json(p_value #>> '{}')::text;
    WHEN 'number' THEN
        v_number := p_value #>> '{}';
        IF v_number ~ '^-?[0-9]{1,15}$' OR (v_number ~ '^-?[0-9]{16}$'
                                            AND abs(v_number::bigint) < 9007199254740992) THEN
            RETURN v_number::bigint::text;
        END IF;
        RETURN to_json(v_number)::text;
    ELSE
        RETURN p_value::text;
    END CASE;
END $$;

-- The salts of one row as canonical JSON, from 112 random bytes in hex. Inlined.
CREATE FUNCTION govdesk_private.salts(p_hex text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT '{"actor":"' || substr(p_hex, 1, 32) || '","diff":"' || substr(p_hex, 33, 32)
    || '","ip":"' || substr(p_hex, 65, 32) || '","on_behalf_of":"' || substr(p_hex, 97, 32)
    || '","reason":"' || substr(p_hex, 129, 32) || '","session_id":"' || substr(p_hex, 161, 32)
    || '","summary":"' || substr(p_hex, 193, 32) || '"}'
$$;

-- The commitments of one row as canonical JSON: SHA-256(salt || canonical value) each. Inlined.
CREATE FUNCTION govdesk_private.commitments(
    p_salt bytea, p_actor bytea, p_diff bytea, p_ip bytea, p_on_behalf_of bytea, p_reason bytea,
    p_session_id bytea, p_summary bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT '{"actor":"' || encode(sha256(substr(p_salt, 1, 16) || p_actor), 'hex')
    || '","diff":"' || encode(sha256(substr(p_salt, 17, 16) || p_diff), 'hex')
    || '","ip":"' || encode(sha256(substr(p_salt, 33, 16) || p_ip), 'hex')
    || '","on_behalf_of":"' || encode(sha256(substr(p_salt, 49, 16) || p_on_behalf_of), 'hex')
    || '","reason":"' || encode(sha256(substr(p_salt, 65, 16) || p_reason), 'hex')
    || '","session_id":"' || encode(sha256(substr(p_salt, 81, 16) || p_session_id), 'hex')
    || '","summary":"' || encode(sha256(substr(p_salt, 97, 16) || p_summary), 'hex') || '"}'
$$;
