-- Stops: a new column whose changes no row of the log tells.
SELECT 'uncaptured_columns' AS name, 'error' AS level,
       c.oid::regclass || '.' || a.attname AS object,
       'The column is neither captured nor declared as observed.' AS sentence,
       'Add it to govdesk/domain/capture.py and print 140_capture.sql again.' AS remedy
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p')
   AND c.relnamespace::regnamespace::text IN ('govdesk', 'govdesk_private')
   AND c.relname <> 'alembic_version'
   AND c.oid::regclass::text <> ALL (%(excused)s)
   AND c.oid::regclass || '.' || a.attname <> ALL (%(known_columns)s)
 ORDER BY 3
