-- Stops: a row that moves to another tenant, path or identity by an UPDATE.
SELECT 'updatable_keys' AS name, 'error' AS level,
       c.oid::regclass || '.' || f.attname AS object,
       CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
       || ' may update a key or a path.' AS sentence,
       'Revoke UPDATE on this column.' AS remedy
  FROM pg_attribute f
  JOIN pg_class c ON c.oid = f.attrelid
 CROSS JOIN LATERAL aclexplode(f.attacl) a
 WHERE c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND a.privilege_type = 'UPDATE'
   AND (f.attname IN ('id', 'tenant_id', 'tenant_path', 'node_path') OR EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
           AND f.attnum = ANY (i.indkey)))
 ORDER BY 3, 4
