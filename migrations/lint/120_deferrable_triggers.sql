-- Stops: a check that waits for COMMIT, where a client could look first. Only the seal waits.
SELECT 'deferrable_triggers' AS name, 'error' AS level,
       t.tgrelid::regclass || '.' || t.tgname AS object,
       'The trigger or constraint is deferrable and is not the seal.' AS sentence,
       'Make it NOT DEFERRABLE.' AS remedy
  FROM pg_trigger t
 WHERE t.tgdeferrable AND t.tgparentid = 0
   AND t.tgrelid IN (SELECT c.oid FROM pg_class c WHERE c.relnamespace::regnamespace::text
                     IN ('govdesk', 'govdesk_private'))
   AND NOT (t.tgrelid = 'govdesk_private.ticket'::regclass
            AND t.tgfoid = 'govdesk_private.seal()'::regprocedure AND t.tginitdeferred)
UNION
SELECT 'deferrable_triggers', 'error', c.conrelid::regclass || '.' || c.conname,
       'The trigger or constraint is deferrable and is not the seal.', 'Make it NOT DEFERRABLE.'
  FROM pg_constraint c
 WHERE c.condeferrable AND c.contype <> 't'
   AND c.connamespace::regnamespace::text IN ('govdesk', 'govdesk_private')
 ORDER BY 3
