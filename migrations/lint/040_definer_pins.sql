-- Stops: a definer function whose names or formats a caller turns; each setting was an attack.
SELECT 'definer_pins' AS name, 'error' AS level, p.oid::regprocedure::text AS object,
       'The definer function does not pin ' || array_to_string(m.missing, ', ') || '.' AS sentence,
       'Run govdesk server migrate; functions/900_pins.sql pins every one.' AS remedy
  FROM pg_proc p
 CROSS JOIN LATERAL (SELECT ARRAY(
       SELECT w.setting FROM unnest(ARRAY[
           'search_path=pg_catalog, public, pg_temp', 'standard_conforming_strings=on',
           'TimeZone=UTC', 'DateStyle=ISO, YMD', 'IntervalStyle=postgres', 'bytea_output=hex',
           'extra_float_digits=1', 'debug_print_plan=off', 'debug_print_parse=off',
           'debug_print_rewritten=off', 'client_min_messages=notice', 'row_security=on'])
           AS w(setting)
        WHERE lower(w.setting) NOT IN (SELECT lower(replace(c, '"', ''))
                                         FROM unnest(coalesce(p.proconfig, '{}')) c)) AS missing) m
 WHERE p.pronamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND p.prosecdef AND m.missing <> '{}'
 ORDER BY 3
