-- Tables of members, decisions, the organisation's identity, links and mail. Run once, as
-- govdesk_owner, by revision 0002.

-- ---------------------------------------------------------------- facts (no tenant)

CREATE TABLE govdesk.decision_kind (
    action     text COLLATE "C" PRIMARY KEY,
    title      text NOT NULL,
    sentence   text NOT NULL,
    permission text NOT NULL,
    always     boolean NOT NULL
);
COMMENT ON TABLE govdesk.decision_kind IS
    'What a second person may have to decide. Printed from govdesk/domain/decisions.py.';

CREATE TABLE govdesk.country (
    code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$'),
    name text NOT NULL
);
COMMENT ON TABLE govdesk.country IS 'ISO 3166-1, filled at every migrate.';

ALTER TABLE govdesk.permission ADD COLUMN staff boolean NOT NULL DEFAULT false;

-- ---------------------------------------------------------------- tenants and sessions

ALTER TABLE govdesk.tenant ADD COLUMN kind text NOT NULL DEFAULT 'customer'
    CONSTRAINT tenant_kind CHECK (kind IN ('customer', 'platform'));
ALTER TABLE govdesk_private.installation
    ADD COLUMN link_key bytea NOT NULL DEFAULT public.gen_random_bytes(32);

-- What ends a session, or shows that somebody was here, stands in rows of its own: a transaction
-- that a client leaves open over its session must not hold off whoever revokes it.
CREATE TABLE govdesk_private.session_end (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL,
    session_id uuid NOT NULL REFERENCES govdesk_private.session,
    staff      boolean NOT NULL DEFAULT false,
    ended_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_end_session ON govdesk_private.session_end (session_id);

CREATE TABLE govdesk.member_seen (
    member_id   uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    seen_at     timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id)
);
-- Only until policies and triggers are replaced: under FORCE ROW LEVEL SECURITY the owner would
-- match no rows, and these are not changes that anybody made.
ALTER TABLE govdesk.member NO FORCE ROW LEVEL SECURITY;
INSERT INTO govdesk.member_seen (member_id, tenant_id, tenant_path, seen_at)
SELECT m.id, m.tenant_id, m.tenant_path, m.last_seen_at FROM govdesk.member m
 WHERE m.last_seen_at IS NOT NULL;
ALTER TABLE govdesk.member DROP COLUMN last_seen_at;
ALTER TABLE govdesk_private.session NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER;
UPDATE govdesk_private.session SET expires_at = least(expires_at, revoked_at)
 WHERE revoked_at IS NOT NULL;

DROP INDEX govdesk_private.session_member;
ALTER TABLE govdesk_private.session
    DROP COLUMN revoked_at,
    ALTER COLUMN member_id DROP NOT NULL,
    ADD COLUMN credential_version integer NOT NULL DEFAULT 1,
    ADD COLUMN xact xid8,
    ADD COLUMN staff_tenant_id uuid,
    ADD COLUMN staff_member_id uuid,
    ADD COLUMN reason text,
    ADD FOREIGN KEY (staff_tenant_id, staff_member_id) REFERENCES govdesk.member (tenant_id, id),
    ADD CONSTRAINT session_of_member_or_staff CHECK ((member_id IS NULL) <> (staff_member_id IS NULL)
        AND (staff_member_id IS NULL) = (staff_tenant_id IS NULL)
        AND (staff_member_id IS NULL OR (xact IS NOT NULL AND length(btrim(reason)) >= 3)));
CREATE INDEX session_member ON govdesk_private.session (member_id);
CREATE INDEX session_tenant ON govdesk_private.session (tenant_id, expires_at);
COMMENT ON COLUMN govdesk_private.session.xact IS
    'The transaction that entered as staff: nothing is readable before it is committed.';

ALTER TABLE govdesk_private.credential
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN needs_link boolean NOT NULL DEFAULT false,
    ADD COLUMN confined_to uuid REFERENCES govdesk.tenant;
COMMENT ON COLUMN govdesk_private.credential.confined_to IS
    'Made by a link that somebody copied: whoever set this password did not prove the mailbox, and
signs in to no other organisation.';
COMMENT ON COLUMN govdesk_private.credential.version IS
    'Grows when password or factor are replaced: older sessions end, in every organisation.';
COMMENT ON COLUMN govdesk_private.credential.needs_link IS
    'The factor was reset by a decision: a new one needs the mailed link as well.';
ALTER TABLE govdesk_private.recovery_code ADD COLUMN voided_at timestamptz;
ALTER TABLE govdesk_private.setup_code ADD COLUMN replaces boolean NOT NULL DEFAULT false;

ALTER TABLE govdesk_private.attempt
    DROP CONSTRAINT attempt_purpose_check,
    ADD CONSTRAINT attempt_purpose CHECK (purpose IN
        ('sign_in', 'step_up', 'platform_enter', 'decide', 'decide_link')),
    ADD COLUMN subject_id uuid,
    ADD COLUMN facts jsonb;
CREATE INDEX attempt_subject ON govdesk_private.attempt (subject_id, submitted_at)
    WHERE subject_id IS NOT NULL;

ALTER TABLE govdesk_private.acting
    DROP CONSTRAINT acting_kind_check,
    ADD CONSTRAINT acting_kind CHECK (kind IN
        ('session', 'staff', 'link', 'decision', 'concluded', 'worker', 'setup'));

-- ---------------------------------------------------------------- invitations

CREATE TABLE govdesk.invitation (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    email        text NOT NULL,
    display_name text NOT NULL DEFAULT '',
    role_key     text COLLATE "C" NOT NULL,
    node_path    public.ltree NOT NULL,
    message      text NOT NULL DEFAULT '',
    status       text NOT NULL DEFAULT 'pending',
    invited_by   uuid NOT NULL,
    sent         integer NOT NULL DEFAULT 1,
    links_from   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    accepted_at  timestamptz,
    member_id    uuid,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, role_key) REFERENCES govdesk.role (tenant_id, key),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, invited_by) REFERENCES govdesk.member (tenant_id, id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id),
    CONSTRAINT invitation_email_shape CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'
        AND length(email) <= 254 AND email = lower(normalize(email, NFC))),
    CONSTRAINT invitation_name_length CHECK (length(display_name) <= 200),
    CONSTRAINT invitation_message_length CHECK (length(message) <= 2000),
    CONSTRAINT invitation_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path),
    CONSTRAINT invitation_status CHECK (status IN ('pending', 'accepted', 'revoked', 'expired'))
);
CREATE UNIQUE INDEX invitation_once ON govdesk.invitation (tenant_id, email)
    WHERE status = 'pending';
COMMENT ON COLUMN govdesk.invitation.links_from IS 'Links made before this moment are dead.';

-- ---------------------------------------------------------------- organisation

CREATE TABLE govdesk.organization_metadata (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL,
    tenant_path    public.ltree NOT NULL,
    version        integer NOT NULL,
    effective_from timestamptz NOT NULL DEFAULT clock_timestamp(),
    legal_entity   text NOT NULL DEFAULT '',
    country        text COLLATE "C" REFERENCES govdesk.country,
    abn            text,
    lei            text,
    vat            text,
    restored_from  uuid,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by     text NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, version),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, restored_from) REFERENCES govdesk.organization_metadata (tenant_id, id),
    CONSTRAINT metadata_legal_entity CHECK (length(legal_entity) <= 300),
    -- Australian Business Register: weights over the digits, the first less one, divide by 89.
    CONSTRAINT metadata_abn CHECK (abn ~ '^[1-9][0-9]{10}$' AND (
        10 * (substr(abn, 1, 1)::int - 1) + substr(abn, 2, 1)::int + 3 * substr(abn, 3, 1)::int
        + 5 * substr(abn, 4, 1)::int + 7 * substr(abn, 5, 1)::int + 9 * substr(abn, 6, 1)::int
        + 11 * substr(abn, 7, 1)::int + 13 * substr(abn, 8, 1)::int + 15 * substr(abn, 9, 1)::int
        + 17 * substr(abn, 10, 1)::int + 19 * substr(abn, 11, 1)::int) % 89 = 0),
    CONSTRAINT metadata_lei_shape CHECK (lei ~ '^[A-Z0-9]{18}[0-9]{2}$'),
    CONSTRAINT metadata_vat_shape CHECK (vat ~ '^[A-Z]{2}[A-Z0-9+*]{2,13}$')
);
COMMENT ON TABLE govdesk.organization_metadata IS
    'Versions; the one in force is the highest whose effective_from has passed.';

CREATE TABLE govdesk.compliance_contact (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    email        text NOT NULL,
    display_name text NOT NULL,
    status       text NOT NULL DEFAULT 'pending',
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    confirmed_at timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT contact_email_shape CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'
        AND length(email) <= 254 AND email = lower(normalize(email, NFC))),
    CONSTRAINT contact_name_length CHECK (length(btrim(display_name)) BETWEEN 1 AND 200),
    CONSTRAINT contact_status CHECK (status IN ('pending', 'confirmed', 'replaced'))
);
CREATE UNIQUE INDEX compliance_contact_in_force ON govdesk.compliance_contact (tenant_id)
    WHERE status = 'confirmed';

CREATE TABLE govdesk.site (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    name        text NOT NULL,
    address     text NOT NULL DEFAULT '',
    country     text COLLATE "C" REFERENCES govdesk.country,
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT site_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT site_address_length CHECK (length(address) <= 1000),
    CONSTRAINT site_status CHECK (status IN ('active', 'closed'))
);

CREATE TABLE govdesk.team (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    name        text NOT NULL,
    site_id     uuid,
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, site_id) REFERENCES govdesk.site (tenant_id, id),
    CONSTRAINT team_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT team_status CHECK (status IN ('active', 'closed'))
);

-- ---------------------------------------------------------------- decisions

CREATE TABLE govdesk.reviewer (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    email        text NOT NULL,
    display_name text NOT NULL,
    member_id    uuid,
    status       text NOT NULL DEFAULT 'active',
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id),
    CONSTRAINT reviewer_email_shape CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'
        AND length(email) <= 254 AND email = lower(normalize(email, NFC))),
    CONSTRAINT reviewer_name_length CHECK (length(btrim(display_name)) BETWEEN 1 AND 200),
    CONSTRAINT reviewer_status CHECK (status IN ('active', 'removed'))
);

CREATE TABLE govdesk.decision_policy (
    tenant_id     uuid NOT NULL,
    tenant_path   public.ltree NOT NULL,
    action        text COLLATE "C" NOT NULL,
    id            uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    enabled       boolean NOT NULL,
    expires_hours integer NOT NULL DEFAULT 72,
    PRIMARY KEY (tenant_id, action),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT policy_hours CHECK (expires_hours BETWEEN 1 AND 336)
);

CREATE TABLE govdesk.decision (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id       uuid NOT NULL,
    tenant_path     public.ltree NOT NULL,
    action          text COLLATE "C" NOT NULL,
    summary         text NOT NULL,
    entity_type     text NOT NULL,
    entity_id       text,
    payload         text NOT NULL,
    digest          text NOT NULL,
    before          text NOT NULL,
    blast           text NOT NULL DEFAULT '[]',
    reason          text NOT NULL,
    requested_by    uuid,
    requester       text NOT NULL,
    subject_email   text,
    status          text NOT NULL DEFAULT 'pending',
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at      timestamptz NOT NULL,
    decided_at      timestamptz,
    decided_by      text,
    decision_reason text,
    outcome         text,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, requested_by) REFERENCES govdesk.member (tenant_id, id),
    CONSTRAINT decision_reason_length CHECK (length(btrim(reason)) BETWEEN 3 AND 2000
        AND length(decision_reason) <= 2000),
    CONSTRAINT decision_payload_length CHECK (length(payload) <= 16384),
    CONSTRAINT decision_status CHECK (status IN ('pending', 'approved', 'rejected', 'expired',
        'voided', 'executed', 'cancelled'))
);
CREATE INDEX decision_open ON govdesk.decision (tenant_id, expires_at)
    WHERE status IN ('pending', 'approved');
CREATE INDEX decision_recent ON govdesk.decision (tenant_id, created_at);

-- ---------------------------------------------------------------- links, codes, mail

CREATE TABLE govdesk_private.link (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES govdesk.tenant,
    kind       text NOT NULL CHECK (kind IN ('invitation', 'decision', 'recover', 'factor')),
    entity_id  uuid NOT NULL,
    email      text NOT NULL,
    facts      jsonb NOT NULL DEFAULT '{}',
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX link_entity ON govdesk_private.link (entity_id);
CREATE INDEX link_email ON govdesk_private.link (email, created_at);
COMMENT ON TABLE govdesk_private.link IS
    'What a mailed link may do, once: its text is signed and stands nowhere but in the mail.';

CREATE TABLE govdesk_private.link_code (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    link_id    uuid NOT NULL REFERENCES govdesk_private.link,
    code_mac   bytea NOT NULL CHECK (length(code_mac) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX link_code_link ON govdesk_private.link_code (link_id, created_at);

CREATE TABLE govdesk_private.contact_code (
    contact_id uuid PRIMARY KEY REFERENCES govdesk.compliance_contact,
    code_hash  bytea NOT NULL CHECK (length(code_hash) = 32),
    expires_at timestamptz NOT NULL
);

CREATE TABLE govdesk_private.recovery_wish (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email       text NOT NULL,
    client_addr inet,
    wished_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX recovery_wish_address ON govdesk_private.recovery_wish (client_addr, wished_at);
CREATE INDEX recovery_wish_time ON govdesk_private.recovery_wish (wished_at);

CREATE TABLE govdesk_private.mail (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL REFERENCES govdesk.tenant,
    kind         text NOT NULL CHECK (kind IN ('invitation', 'decision', 'decision_code',
        'contact_code', 'recover', 'factor', 'security')),
    entity_id    uuid,
    to_address   text NOT NULL,
    to_name      text NOT NULL DEFAULT '',
    facts        jsonb NOT NULL,
    token        text,
    status       text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'failed')),
    attempts     integer NOT NULL DEFAULT 0,
    error        text,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    leased_until timestamptz,
    leased_by    text,
    done_at      timestamptz
);
CREATE INDEX mail_due ON govdesk_private.mail (due_at) WHERE status = 'queued';
CREATE INDEX mail_entity ON govdesk_private.mail (entity_id, created_at);
COMMENT ON TABLE govdesk_private.mail IS
    'What the worker has to send. The token is forgotten when the mail is sent or given up.';

CREATE TABLE govdesk_private.worker_seen (
    host    text PRIMARY KEY,
    release text NOT NULL,
    since   timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
