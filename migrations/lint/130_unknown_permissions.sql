-- Stops: a policy or function that asks for a permission nobody can hold, or a misspelt one.
SELECT 'unknown_permissions' AS name, 'error' AS level, u.object,
       'It asks for the permission ' || m.found[1] || ', which does not exist.' AS sentence,
       'Name one of govdesk/domain/permissions.py.' AS remedy
  FROM (SELECT p.polname || ' on ' || p.polrelid::regclass AS object,
               concat_ws(' ', pg_get_expr(p.polqual, p.polrelid),
                         pg_get_expr(p.polwithcheck, p.polrelid)) AS text
          FROM pg_policy p
         WHERE p.polrelid IN (SELECT c.oid FROM pg_class c WHERE c.relnamespace::regnamespace::text
                              IN ('govdesk', 'govdesk_private'))
        UNION ALL
        SELECT f.oid::regprocedure::text, f.prosrc FROM pg_proc f
         WHERE f.pronamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
       ) u
 CROSS JOIN LATERAL regexp_matches(u.text,
       '(?:granted|everywhere|systems|members_within)\(''([^'']*)''', 'g') AS m(found)
 WHERE m.found[1] NOT IN (SELECT p.name FROM govdesk.permission p)
UNION
SELECT 'unknown_permissions', 'error', f.oid::regprocedure::text,
       'It asks for the permission ' || m.found[1] || ', which does not exist.',
       'Name one of govdesk/domain/permissions.py.'
  FROM pg_proc f
 CROSS JOIN LATERAL regexp_matches(f.prosrc,
       '(?:granted_to|rank_on)\([^'')]*''([^'']*)''', 'g') AS m(found)
 WHERE f.pronamespace::regnamespace::text IN ('govdesk', 'govdesk_api', 'govdesk_private')
   AND m.found[1] NOT IN (SELECT p.name FROM govdesk.permission p)
UNION
SELECT 'unknown_permissions', 'error', t.tgname || ' on ' || t.tgrelid::regclass,
       'It asks for the permission ' || m.found[1] || ', which does not exist.',
       'Name one of govdesk/domain/permissions.py.'
  FROM pg_trigger t
 CROSS JOIN LATERAL regexp_matches(pg_get_triggerdef(t.oid),
       'guard_statement\(''([^'']*)''', 'g') AS m(found)
 WHERE NOT t.tgisinternal
   AND m.found[1] NOT IN (SELECT p.name FROM govdesk.permission p)
 ORDER BY 3, 4
