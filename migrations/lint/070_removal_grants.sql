-- Stops: removal by the back door (from the log the kernel may delete what its trigger lets pass: a
-- pruned month), and LOCK TABLE … ACCESS EXCLUSIVE without any session.
SELECT 'removal_grants' AS name, 'error' AS level, c.oid::regclass::text AS object,
       CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' holds '
       || a.privilege_type || '.' AS sentence,
       'Revoke it; removal is a status column or a function.' AS remedy
  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
 WHERE c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND a.grantee <> c.relowner
   AND (a.privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
        OR a.privilege_type = 'DELETE'
           AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) <> 'govdesk_kernel'
                OR c.relname = 'audit_checkpoint'))
 ORDER BY 3, 4
