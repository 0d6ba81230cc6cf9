-- The demo clock: `govdesk demo` alone installs it, never `govdesk server init`. With it an
-- administrator's connection (not the console's, not the worker's) may record events with a past
-- and with the demo's people as actors. `govdesk server status` reports it, and the first sealed
-- row of each such log announces it.

CREATE OR REPLACE FUNCTION govdesk_private.is_demo() RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT true $$;

CREATE OR REPLACE FUNCTION govdesk_private.moment(
    p_asked timestamptz, p_now timestamptz, p_before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT CASE WHEN NOT pg_has_role(session_user, 'govdesk_kernel', 'MEMBER') THEN p_now
            ELSE greatest(coalesce(p_asked,
                                   nullif(current_setting('app.demo_now', true), '')::timestamptz,
                                   p_now), p_before) END
$$;
