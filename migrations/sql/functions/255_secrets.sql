-- Raw secrets where none belongs: the twin of govdesk.domain.raw_secrets.find, whose docstring has the
-- steps; a test compares both over their corpora. Owner: govdesk_kernel.

-- A character by its code, if it is printable or a line's; else a space.
CREATE FUNCTION govdesk_private.plain_character(p_code integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_code IN (9, 10, 13) OR p_code BETWEEN 32 AND 126 THEN chr(p_code) ELSE ' ' END
$$;

-- Step 3a.
CREATE FUNCTION govdesk_private.percent_decoded(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(CASE WHEN m[1] IS NULL THEN m[2] ELSE
               govdesk_private.plain_character(get_byte(decode(m[1], 'hex'), 0)) END, '' ORDER BY n)
      FROM regexp_matches(p_text, '%([0-9A-Fa-f]{2})|([^%]+|%)', 'g') WITH ORDINALITY AS r (m, n)
$$;

-- Step 3b.
CREATE FUNCTION govdesk_private.json_unescaped(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(CASE
               WHEN m[1] IS NOT NULL THEN govdesk_private.plain_character(
                   get_byte(decode(m[1], 'hex'), 0) * 256 + get_byte(decode(m[1], 'hex'), 1))
               WHEN m[2] IN ('n', 'r', 't') THEN chr(10)
               ELSE coalesce(m[2], m[3]) END, '' ORDER BY n)
      FROM regexp_matches(p_text, '\\u([0-9A-Fa-f]{4})|\\(.)|([^\\]+|\\)', 'g')
           WITH ORDINALITY AS r (m, n)
$$;

-- Step 3c for one run: bytes become text by way of bytea's escape format, in which only 0 and 128 to
-- 255 are written as \ooo and a backslash is doubled.
CREATE FUNCTION govdesk_private.base64_decoded(p_run text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_run  text := translate(CASE WHEN length(p_run) % 4 = 1 THEN left(p_run, -1) ELSE p_run END,
                             '-_', '+/');
    v_text text := encode(decode(v_run || repeat('=', (4 - length(v_run) % 4) % 4), 'base64'), 'escape');
BEGIN
    v_text := regexp_replace(v_text, '[^\t\n\r -~]', ' ', 'g');
    v_text := replace(replace(v_text, '\\', chr(1)), '\000', '');
    RETURN replace(regexp_replace(v_text, '\\[23][0-7][0-7]', ' ', 'g'), chr(1), '\');
END $$;

-- Step 3.
CREATE FUNCTION govdesk_private.text_views(p_text text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT govdesk_private.percent_decoded(p_text) WHERE p_text ~ '%[0-9A-Fa-f]{2}'
    UNION SELECT govdesk_private.json_unescaped(p_text) WHERE strpos(p_text, '\') > 0
    UNION SELECT govdesk_private.base64_decoded(m[1])
      FROM (VALUES (p_text), (translate(p_text, E'\r\n', ''))) AS t (whole),
           (VALUES ('[A-Za-z0-9+/]{20,}'), ('[A-Za-z0-9_-]{20,}')) AS a (runs),
           regexp_matches(t.whole, a.runs, 'g') AS m
$$;

-- The first raw secret in a text: its kind and itself; no row if there is none.
CREATE FUNCTION govdesk_private.find_raw_secret_value(p_text text, OUT name text, OUT value text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_level text[] := ARRAY[p_text];
    v_seen  text[] := ARRAY[p_text];
BEGIN
    FOR v_depth IN 0..3 LOOP
        SELECT f.name, f.value INTO name, value
          FROM (SELECT s.name, s.place, CASE WHEN strpos(t.low, s.hint) > 0
                       THEN (regexp_match(t.one, s.pattern))[1] END AS value
                  FROM (SELECT u.one, lower(u.one COLLATE "C") AS low FROM unnest(v_level) AS u (one) OFFSET 0) t,
                       govdesk_private.secret_pattern s) f
         WHERE f.value IS NOT NULL
         ORDER BY f.place, f.value COLLATE "C" LIMIT 1;
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        ELSIF v_depth = 3 THEN
            RETURN;
        END IF;
        v_level := ARRAY(SELECT DISTINCT v.one FROM unnest(v_level) AS t (one),
                                govdesk_private.text_views(t.one) AS v (one)
                          WHERE v.one <> ALL (v_seen));
        IF cardinality(v_level) = 0 THEN
            RETURN;
        END IF;
        v_seen := v_seen || v_level;
    END LOOP;
END $$;

-- Stops: a raw secret kept where everybody reads it. What is reported is a fingerprint.
CREATE FUNCTION govdesk_private.refuse_raw_secret(p_field text, p_text text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v record;
BEGIN
    -- Before any constraint looks at its length: the search takes its time.
    IF length(p_text) > 20000 THEN
        RAISE EXCEPTION '% is too long', p_field USING ERRCODE = 'GD012', DETAIL = p_field;
    END IF;
    SELECT f.name, f.value, p.title INTO v
      FROM govdesk_private.find_raw_secret_value(p_text) f
      JOIN govdesk_private.secret_pattern p ON p.name = f.name;
    IF v.name IS NOT NULL THEN
        RAISE EXCEPTION 'a raw secret: %', v.title USING ERRCODE = 'GD026', DETAIL = jsonb_build_object(
            'field', p_field, 'kind', v.name, 'title', v.title, 'fingerprint',
            left(encode(sha256(convert_to(v.value, 'UTF8')), 'hex'), 12))::text;
    END IF;
END $$;
