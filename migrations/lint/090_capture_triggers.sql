-- Stops: a change without evidence. Each operation of each table is captured or refused, always,
-- unless govdesk/domain/capture.py excuses the table.
SELECT 'capture_triggers' AS name, 'error' AS level, c.oid::regclass::text AS object,
       'No trigger that always fires captures or refuses ' || o.name || '.' AS sentence,
       'Run govdesk server migrate; functions/140_capture.sql has one for each operation.' AS remedy
  FROM pg_class c
 CROSS JOIN (VALUES ('INSERT', 4), ('DELETE', 8), ('UPDATE', 16), ('TRUNCATE', 32)) o(name, bit)
 WHERE c.relkind IN ('r', 'p')
   AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_private')
   AND c.relname <> 'alembic_version'
   AND c.oid::regclass::text <> ALL (%(excused)s)
   AND NOT EXISTS (
       SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL
          AND (t.tgtype & o.bit) <> 0 AND cardinality(t.tgattr::int2[]) = 0
          AND p.pronamespace = 'govdesk_private'::regnamespace
          AND (p.proname = 'refuse_uncaptured' AND (t.tgtype & 2) <> 0
               OR p.proname = 'capture_' || c.relname || '_' || lower(o.name)
                  AND (t.tgtype & 3) = 0
                  AND (t.tgoldtable IS NOT NULL) = (o.name IN ('UPDATE', 'DELETE'))
                  AND (t.tgnewtable IS NOT NULL) = (o.name IN ('UPDATE', 'INSERT'))))
 ORDER BY 3, 4
