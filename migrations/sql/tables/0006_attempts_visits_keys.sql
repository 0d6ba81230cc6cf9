-- What else is written down before it is judged: changes of one's own account, and recoveries by link.

ALTER TABLE govdesk_private.attempt
    DROP CONSTRAINT attempt_purpose,
    ADD CONSTRAINT attempt_purpose CHECK (purpose IN
        ('sign_in', 'step_up', 'platform_enter', 'decide', 'decide_link', 'change_password',
         'replace_factor', 'recover'));

-- ---------------------------------------------------------------- staff

ALTER TABLE govdesk_private.session ADD COLUMN home_session_id uuid REFERENCES govdesk_private.session;
CREATE INDEX session_home ON govdesk_private.session (home_session_id) WHERE home_session_id IS NOT NULL;
COMMENT ON COLUMN govdesk_private.session.home_session_id IS
    'Of an entry of staff: their own session, with whose end it ends.';

-- ---------------------------------------------------------------- keys

-- One that ended before anybody used it has replaced nothing: there may be another.
DROP INDEX govdesk.api_key_successor;
CREATE UNIQUE INDEX api_key_successor ON govdesk.api_key (tenant_id, replaces)
    WHERE replaces IS NOT NULL AND (status NOT IN ('revoked', 'expired') OR first_used_at IS NOT NULL);
