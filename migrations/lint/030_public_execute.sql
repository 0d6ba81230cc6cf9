-- Stops: a function that everyone may call because nobody took the default grant away.
SELECT 'public_execute' AS name, 'error' AS level, p.oid::regprocedure::text AS object,
       'PUBLIC may execute it.' AS sentence,
       'Run govdesk server migrate; functions/500_grants.sql revokes first.' AS remedy
  FROM pg_proc p
 WHERE p.pronamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                WHERE a.grantee = 0)
 ORDER BY 3
