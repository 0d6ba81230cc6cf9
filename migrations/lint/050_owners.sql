-- Stops: an object whose owner is somebody that policies or grants do not think of.
SELECT 'owners' AS name, 'error' AS level, o.object,
       'Its owner is ' || o.owner || ', not ' || o.wanted || '.' AS sentence,
       'Run govdesk server migrate, which sets every owner.' AS remedy
  FROM (SELECT n.nspname::text AS object, pg_get_userbyid(n.nspowner)::text AS owner,
               'govdesk_owner' AS wanted
          FROM pg_namespace n
        UNION ALL
        SELECT c.oid::regclass::text, pg_get_userbyid(c.relowner), 'govdesk_owner'
          FROM pg_class c
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relname <> 'alembic_version'
           AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
        UNION ALL
        SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner),
               CASE WHEN p.proowner = 'govdesk_definer'::regrole
                         AND p.pronamespace::regnamespace::text = 'govdesk_api'
                    THEN 'govdesk_definer' ELSE 'govdesk_kernel' END
          FROM pg_proc p
         WHERE p.pronamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
       ) o
 WHERE o.owner <> o.wanted
   AND (o.object ~ '[.(]' OR o.object IN ('govdesk', 'govdesk_api', 'govdesk_private'))
 ORDER BY 3
