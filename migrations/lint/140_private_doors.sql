-- Stops: a login that reaches credentials, sessions or the seal past the functions of govdesk_api.
SELECT 'private_doors' AS name, 'error' AS level, d.object,
       d.grantee || ' holds ' || d.privilege || '.' AS sentence,
       'Revoke it; govdesk_private has no doors but functions of govdesk_api.' AS remedy
  FROM (SELECT n.nspname::text AS object, a.privilege_type AS privilege,
               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END AS grantee
          FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
         WHERE n.nspname = 'govdesk_private'
        UNION ALL
        SELECT n.nspname, a.privilege_type,
               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END
          FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
         WHERE n.nspname IN ('govdesk', 'govdesk_api', 'public') AND a.privilege_type = 'CREATE'
        UNION ALL
        SELECT c.oid::regclass::text, a.privilege_type,
               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
          FROM pg_class c
         CROSS JOIN LATERAL (
               SELECT * FROM aclexplode(c.relacl)
               UNION ALL
               SELECT x.* FROM pg_attribute f CROSS JOIN LATERAL aclexplode(f.attacl) x
                WHERE f.attrelid = c.oid) a
         WHERE c.relnamespace = 'govdesk_private'::regnamespace
       ) d
 WHERE d.grantee IN ('PUBLIC', 'govdesk_app', 'govdesk_worker')
 ORDER BY 3, 4
