-- Stops: a table whose rows every login sees, or whose owner is above its policies.
SELECT 'row_security' AS name, 'error' AS level, c.oid::regclass::text AS object,
       'The table lacks ' || concat_ws(' and ', CASE WHEN NOT c.relrowsecurity THEN 'ENABLE' END,
           CASE WHEN NOT c.relforcerowsecurity THEN 'FORCE' END) || ' ROW LEVEL SECURITY.'
       AS sentence,
       'Run govdesk server migrate; functions/400_policies.sql covers every table.' AS remedy
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p')
   AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND c.relname <> 'alembic_version'
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
 ORDER BY 3
