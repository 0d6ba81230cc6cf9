-- Roles of the cluster. Run by `govdesk server init`; repeatable.
-- Logins get their passwords from the caller, never from a file.
DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['govdesk_owner', 'govdesk_kernel', 'govdesk_definer', 'govdesk_backup']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', v_role);
        END IF;
    END LOOP;
    FOREACH v_role IN ARRAY ARRAY['govdesk_app', 'govdesk_worker']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', v_role);
        END IF;
    END LOOP;
    -- An administrator without superuser must be a member to hand objects over.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT govdesk_owner, govdesk_kernel, govdesk_definer, govdesk_backup TO %I',
                       current_user);
    END IF;
END $$;
