-- Takes away every policy, trigger and function of ours, in the same transaction that puts the
-- new ones in place: a section that was deleted from these files cannot linger.
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT polname, polrelid::regclass AS rel FROM pg_policy
              WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN
                  ('govdesk'::regnamespace, 'govdesk_private'::regnamespace))
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', v.polname, v.rel);
    END LOOP;
    FOR v IN SELECT tgname, tgrelid::regclass AS rel FROM pg_trigger
              WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN
                  ('govdesk'::regnamespace, 'govdesk_private'::regnamespace))
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', v.tgname, v.rel);
    END LOOP;
    FOR v IN SELECT p.oid::regprocedure AS signature, p.prokind FROM pg_proc p
              WHERE pronamespace IN ('govdesk'::regnamespace, 'govdesk_api'::regnamespace,
                                     'govdesk_private'::regnamespace)
              ORDER BY p.prokind = 'a' DESC
    LOOP
        EXECUTE format('DROP %s %s', CASE v.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
                       v.signature);
    END LOOP;
    DROP TYPE IF EXISTS govdesk_private.principal;
END $$;
