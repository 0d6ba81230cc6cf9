-- Stops: a write of a column that nobody thought of, because the grant names no columns.
SELECT 'whole_table_writes' AS name, 'error' AS level, c.oid::regclass::text AS object,
       CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' holds '
       || a.privilege_type || ' on every column.' AS sentence,
       'Grant named columns only; see functions/500_grants.sql.' AS remedy
  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
 WHERE c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND a.privilege_type IN ('INSERT', 'UPDATE')
   AND (a.grantee = 0 OR pg_get_userbyid(a.grantee)
        NOT IN ('govdesk_kernel', pg_get_userbyid(c.relowner)))
 ORDER BY 3, 4
