-- Stops: a removal or renaming elsewhere that reaches into evidence, or past a capture trigger's
-- statement.
SELECT 'cascades' AS name, 'error' AS level,
       c.conrelid::regclass || '.' || c.conname AS object,
       'The foreign key changes rows by itself when what it points to changes.' AS sentence,
       'Use NO ACTION; rows go by status, and evidence not at all.' AS remedy
  FROM pg_constraint c
 WHERE c.contype = 'f' AND (c.confdeltype IN ('c', 'n', 'd') OR c.confupdtype IN ('c', 'n', 'd'))
   AND c.conrelid IN (SELECT t.oid FROM pg_class t WHERE t.relnamespace::regnamespace::text
                      IN ('govdesk', 'govdesk_private'))
 ORDER BY 3
