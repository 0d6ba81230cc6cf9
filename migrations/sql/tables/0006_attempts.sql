-- What else is written down before it is judged: changes of one's own account, and recoveries by link.

ALTER TABLE govdesk_private.attempt
    DROP CONSTRAINT attempt_purpose,
    ADD CONSTRAINT attempt_purpose CHECK (purpose IN
        ('sign_in', 'step_up', 'platform_enter', 'decide', 'decide_link', 'change_password',
         'replace_factor', 'recover'));
