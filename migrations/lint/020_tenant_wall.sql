-- Stops: rows of one tenant shown in, or written into, another by a permissive policy alone.
SELECT 'tenant_wall' AS name, 'error' AS level, c.oid::regclass::text AS object,
       'No restrictive policy compares tenant_id with tenant() for every login and command.'
       AS sentence,
       'Run govdesk server migrate; functions/400_policies.sql makes the wall.' AS remedy
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text = 'govdesk'
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
                  AND NOT a.attisdropped)
   AND NOT EXISTS (
       SELECT FROM pg_policy p
        WHERE p.polrelid = c.oid AND NOT p.polpermissive AND p.polcmd = '*'
          AND ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolname IN
                    ('govdesk_app', 'govdesk_worker', 'govdesk_definer')) <@ p.polroles
          AND pg_get_expr(p.polqual, p.polrelid)
              ~ '^\(tenant_id = \( SELECT govdesk_private\.tenant\(\) AS tenant\)\)$'
          AND pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))
 ORDER BY 3
