-- Tables of the sealed trail. Run once, as govdesk_owner, by revision 0001.
-- Functions, triggers, policies and grants are not here: they are replaced as a whole by every
-- `govdesk server migrate` from the other files of this folder.

-- ---------------------------------------------------------------- facts (no tenant)

CREATE TABLE govdesk.permission (
    name        text COLLATE "C" PRIMARY KEY,
    noun        text NOT NULL,
    sentence    text NOT NULL,
    bases       text[] NOT NULL,
    step_up     boolean NOT NULL
);
COMMENT ON TABLE govdesk.permission IS
    'What a role may hold. Printed from govdesk/domain/permissions.py at every migrate.';

CREATE TABLE govdesk.event_kind (
    name        text COLLATE "C" PRIMARY KEY,
    severity    text NOT NULL CHECK (severity IN ('info', 'notice', 'warning', 'high')),
    entity_type text NOT NULL,
    template    text NOT NULL,
    denied      boolean NOT NULL
);
COMMENT ON TABLE govdesk.event_kind IS
    'Names an action of the log may have. Printed from govdesk/domain/events.py at every migrate.';

-- ---------------------------------------------------------------- tenants

CREATE TABLE govdesk.tenant (
    tenant_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_path public.ltree NOT NULL UNIQUE,
    name        text NOT NULL,
    environment text NOT NULL DEFAULT 'production',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, tenant_path),
    CONSTRAINT tenant_path_shape CHECK (public.nlevel(tenant_path) >= 1
        AND length(tenant_path::text) <= 128),
    CONSTRAINT tenant_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT tenant_environment CHECK (environment IN ('dev', 'staging', 'production'))
);

CREATE TABLE govdesk.node (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    node_path   public.ltree NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, node_path),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT node_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path
        AND public.nlevel(tenant_path) >= 1),
    CONSTRAINT node_kind CHECK (kind IN ('organization', 'system', 'customer')),
    CONSTRAINT node_organization_is_root
        CHECK ((kind = 'organization') = (node_path OPERATOR(public.=) tenant_path)),
    CONSTRAINT node_system_below_organization
        CHECK (kind <> 'system' OR public.nlevel(node_path) = public.nlevel(tenant_path) + 1),
    CONSTRAINT node_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT node_status CHECK (status IN ('active', 'retired'))
);
COMMENT ON TABLE govdesk.node IS 'The organisation, its systems and the customers they serve.';

CREATE TABLE govdesk.role (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    key         text COLLATE "C" NOT NULL,
    title       text NOT NULL,
    base        text NOT NULL,
    permissions text[] NOT NULL,
    builtin     boolean NOT NULL DEFAULT false,
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, key),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT role_key_shape CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT role_title_length CHECK (length(btrim(title)) BETWEEN 1 AND 200),
    CONSTRAINT role_base CHECK (base IN ('owner', 'admin', 'operator', 'member')),
    CONSTRAINT role_status CHECK (status IN ('active', 'deleted')),
    CONSTRAINT role_builtin_stays CHECK (NOT builtin OR (key = base AND status = 'active'))
);

-- ---------------------------------------------------------------- people

CREATE TABLE govdesk_private.person (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email       text NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT person_email_shape CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
        AND length(email) <= 254 AND email = lower(normalize(email, NFC)))
);
COMMENT ON TABLE govdesk_private.person IS
    'One human: one credential, and one member row in each tenant.';

CREATE TABLE govdesk_private.credential (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id   uuid NOT NULL UNIQUE REFERENCES govdesk_private.person,
    salt        bytea NOT NULL CHECK (length(salt) = 16),
    stored_key  bytea NOT NULL CHECK (length(stored_key) = 32),
    changed_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE govdesk_private.factor (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id   uuid NOT NULL UNIQUE REFERENCES govdesk_private.person,
    nonce       bytea NOT NULL CHECK (length(nonce) = 16),
    wrapped     bytea NOT NULL CHECK (length(wrapped) BETWEEN 16 AND 32),
    tag         bytea NOT NULL CHECK (length(tag) = 32),
    last_step   bigint NOT NULL,
    verified_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE govdesk_private.factor IS
    'A TOTP seed, encrypted then authenticated under a key that only the password yields.';

CREATE TABLE govdesk_private.recovery_code (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id   uuid NOT NULL REFERENCES govdesk_private.person,
    code_hash   bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    used_at     timestamptz
);
CREATE INDEX recovery_code_person ON govdesk_private.recovery_code (person_id);

CREATE TABLE govdesk_private.device (
    person_id   uuid NOT NULL REFERENCES govdesk_private.person,
    device_hash bytea NOT NULL CHECK (length(device_hash) = 32),
    seen_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, device_hash)
);
COMMENT ON TABLE govdesk_private.device IS
    'Devices that have signed in before: strangers cannot use up their guesses.';

CREATE TABLE govdesk.member (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    person_id    uuid NOT NULL REFERENCES govdesk_private.person,
    email        text NOT NULL,
    display_name text NOT NULL,
    title        text NOT NULL DEFAULT '',
    status       text NOT NULL DEFAULT 'active',
    mfa_at       timestamptz,
    last_seen_at timestamptz,
    epoch        bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, person_id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT member_name_length CHECK (length(btrim(display_name)) BETWEEN 1 AND 200),
    CONSTRAINT member_title_length CHECK (length(title) <= 200),
    CONSTRAINT member_status CHECK (status IN ('active', 'suspended', 'removed'))
);
COMMENT ON COLUMN govdesk.member.epoch IS
    'Grows whenever what this member may do changes; the seal compares it.';

CREATE TABLE govdesk.member_grant (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    member_id   uuid NOT NULL,
    node_path   public.ltree NOT NULL,
    role_key    text COLLATE "C" NOT NULL,
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, role_key) REFERENCES govdesk.role (tenant_id, key),
    CONSTRAINT grant_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path),
    CONSTRAINT grant_status CHECK (status IN ('active', 'removed'))
);
CREATE UNIQUE INDEX member_grant_once ON govdesk.member_grant (tenant_id, member_id, node_path)
    WHERE status = 'active';
COMMENT ON TABLE govdesk.member_grant IS
    'A member holds a role on a node, and so on everything below it.';

-- ---------------------------------------------------------------- sign-in

CREATE TABLE govdesk_private.installation (
    one               boolean PRIMARY KEY DEFAULT true CHECK (one),
    release           text NOT NULL,
    breaking_revision text NOT NULL DEFAULT '0001',
    kdf_memory_kib    integer NOT NULL DEFAULT 65536,
    kdf_iterations    integer NOT NULL DEFAULT 3,
    kdf_lanes         integer NOT NULL DEFAULT 4,
    decoy_key         bytea NOT NULL CHECK (length(decoy_key) = 32),
    database_oid      oid NOT NULL,
    attempts_per_address integer NOT NULL DEFAULT 300,
    pending_cap       integer NOT NULL DEFAULT 250000,
    created_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE govdesk_private.setup_code (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    member_id   uuid NOT NULL,
    code_hash   bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id)
);

CREATE TABLE govdesk_private.session (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     uuid NOT NULL,
    tenant_path   text COLLATE "C" NOT NULL,
    member_id     uuid NOT NULL,
    person_id     uuid NOT NULL REFERENCES govdesk_private.person,
    token_hash    bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    mfa           boolean NOT NULL,
    client_addr   inet,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    stepped_up_at timestamptz,
    seen_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id)
);
CREATE INDEX session_member ON govdesk_private.session (member_id) WHERE revoked_at IS NULL;

CREATE TABLE govdesk_private.attempt (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    xact         xid8 NOT NULL,
    purpose      text NOT NULL CHECK (purpose IN ('sign_in', 'step_up')),
    email        text NOT NULL,
    tenant_path  text COLLATE "C" NOT NULL,
    session_id   uuid,
    commitment   bytea NOT NULL CHECK (length(commitment) = 32),
    nonce        bytea NOT NULL CHECK (length(nonce) = 32),
    device_hash  bytea CHECK (length(device_hash) = 32),
    client_addr  inet,
    submitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    succeeded_at timestamptz,
    noted_at     timestamptz
);
CREATE INDEX attempt_account ON govdesk_private.attempt (email, submitted_at);
CREATE INDEX attempt_address ON govdesk_private.attempt (client_addr, submitted_at);
CREATE INDEX attempt_open ON govdesk_private.attempt (submitted_at)
    WHERE succeeded_at IS NULL AND noted_at IS NULL;

-- ---------------------------------------------------------------- evidence

CREATE TABLE govdesk.audit_log (
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    seq          bigint NOT NULL,
    at           timestamptz NOT NULL,
    occurred_at  timestamptz,
    severity     text COLLATE "C" NOT NULL,
    action       text COLLATE "C" NOT NULL,
    actor        text COLLATE "C",
    on_behalf_of text COLLATE "C",
    entity_type  text COLLATE "C" NOT NULL,
    entity_id    text COLLATE "C",
    system_id    uuid,
    summary      text,
    diff         json,
    reason       text,
    request_id   text COLLATE "C",
    session_id   uuid,
    ip           inet,
    salts        jsonb NOT NULL,
    leaf         bytea NOT NULL,
    leaf_hash    bytea NOT NULL,
    PRIMARY KEY (tenant_id, seq),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT audit_log_ip_is_an_address
        CHECK (masklen(ip) = CASE family(ip) WHEN 4 THEN 32 ELSE 128 END)
);
ALTER TABLE govdesk.audit_log ALTER COLUMN leaf SET STORAGE EXTERNAL;
COMMENT ON TABLE govdesk.audit_log IS
    'The sealed trail: docs/spec/leaf-v1.md says what every column means. Written by the seal only.';
CREATE INDEX audit_log_at ON govdesk.audit_log (tenant_id, at, seq);
CREATE INDEX audit_log_action ON govdesk.audit_log (tenant_id, action, seq);
CREATE INDEX audit_log_actor ON govdesk.audit_log (tenant_id, actor, seq);
CREATE INDEX audit_log_entity ON govdesk.audit_log (tenant_id, entity_id, seq)
    WHERE entity_id IS NOT NULL;
CREATE INDEX audit_log_system ON govdesk.audit_log (tenant_id, system_id, seq)
    WHERE system_id IS NOT NULL;
CREATE INDEX audit_log_request ON govdesk.audit_log (tenant_id, request_id, seq)
    WHERE request_id IS NOT NULL;
CREATE INDEX audit_log_severity ON govdesk.audit_log (tenant_id, severity, seq)
    WHERE severity <> 'info';
CREATE INDEX audit_log_summary ON govdesk.audit_log
    USING gin (summary public.gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 16384);

CREATE TABLE govdesk.audit_checkpoint (
    tenant_id  uuid NOT NULL REFERENCES govdesk.tenant,
    size       bigint NOT NULL,
    root       bytea NOT NULL,
    note       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, size)
);

CREATE TABLE govdesk_private.head (
    tenant_id uuid PRIMARY KEY REFERENCES govdesk.tenant
);
COMMENT ON TABLE govdesk_private.head IS
    'One row a tenant, locked by the seal and never updated: nothing here can disagree with the log.';

-- The three tables below live for the length of a transaction; a crash may empty them.
CREATE UNLOGGED TABLE govdesk_private.acting (
    xact        xid8 PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('session', 'link', 'worker', 'setup')),
    assumed     boolean NOT NULL,
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    member_id   uuid,
    session_id  uuid,
    epoch       bigint,
    actor       text NOT NULL,
    on_behalf_of text,
    ip          text,
    reason      text,
    request_id  text
);
COMMENT ON TABLE govdesk_private.acting IS
    'The one principal of a transaction; a second one in the same transaction is refused.';

CREATE UNLOGGED TABLE govdesk_private.pending (
    ordinal      bigint GENERATED ALWAYS AS IDENTITY,
    xact         xid8 NOT NULL,
    tenant_id    uuid NOT NULL,
    occurred_at  timestamptz,
    sealed_at    timestamptz,
    severity     text NOT NULL,
    action       text NOT NULL,
    entity_type  text NOT NULL,
    entity_id    text,
    system_id    uuid,
    actor        text NOT NULL,
    on_behalf_of text,
    ip           text,
    session_id   text,
    reason       text,
    request_id   text,
    summary      text NOT NULL,
    diff         text,
    salts        text NOT NULL,
    commitments  text NOT NULL,
    CONSTRAINT pending_entity_id CHECK (entity_id ~ '^[]^_a-z!#-[{|}~` -]{1,128}$')
);
COMMENT ON COLUMN govdesk_private.pending.sealed_at IS 'Read by the demo clock only.';
CREATE INDEX pending_xact ON govdesk_private.pending (xact, ordinal);

CREATE UNLOGGED TABLE govdesk_private.ticket (
    xact      xid8 PRIMARY KEY,
    tenant_id uuid NOT NULL
);
COMMENT ON TABLE govdesk_private.ticket IS
    'Written after the pending rows; its deferred trigger is the seal.';
