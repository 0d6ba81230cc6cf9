-- Owners and pinned settings of every function. Each pinned setting was an attack: what a client
-- turns must not change what is hashed, printed or resolved inside.
DO $$
DECLARE
    v record;
    v_setting text;
BEGIN
    FOR v IN SELECT p.oid::regprocedure AS signature, p.prokind, p.prosecdef
               FROM pg_proc p
              WHERE p.pronamespace IN ('govdesk_api'::regnamespace, 'govdesk_private'::regnamespace)
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO govdesk_kernel',
                       CASE v.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, v.signature);
        CONTINUE WHEN NOT v.prosecdef;
        FOREACH v_setting IN ARRAY ARRAY[
            'search_path = pg_catalog, public, pg_temp', 'standard_conforming_strings = on',
            'timezone = ''UTC''', 'datestyle = ''ISO, YMD''', 'intervalstyle = postgres',
            'bytea_output = hex', 'extra_float_digits = 1', 'debug_print_plan = off',
            'debug_print_parse = off', 'debug_print_rewritten = off',
            'client_min_messages = notice', 'row_security = on']
        LOOP
            EXECUTE format('ALTER FUNCTION %s SET %s', v.signature, v_setting);
        END LOOP;
    END LOOP;
    ALTER TYPE govdesk_private.principal OWNER TO govdesk_kernel;
    ALTER TABLE govdesk_private.alembic_version OWNER TO govdesk_owner;
END $$;
