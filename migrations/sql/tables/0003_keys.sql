-- Tables of API keys, the vault, integrations and the intake. Run once, as govdesk_owner, by
-- revision 0003.

ALTER TABLE govdesk_private.acting
    DROP CONSTRAINT acting_kind,
    ADD CONSTRAINT acting_kind CHECK (kind IN
        ('session', 'staff', 'link', 'decision', 'concluded', 'worker', 'setup', 'key')),
    ADD COLUMN key_id uuid;
ALTER TABLE govdesk_private.installation ADD COLUMN worker_public_key bytea
    CONSTRAINT worker_key_length CHECK (length(worker_public_key) = 32);

CREATE TABLE govdesk_private.secret_pattern (
    name    text COLLATE "C" PRIMARY KEY,
    title   text NOT NULL,
    hint    text NOT NULL,
    pattern text NOT NULL,
    place   integer NOT NULL UNIQUE
);
COMMENT ON TABLE govdesk_private.secret_pattern IS
    'What raw secrets look like. Printed from govdesk/domain/raw_secrets.py.';

-- ---------------------------------------------------------------- keys

CREATE TABLE govdesk.key_scope (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    name        text COLLATE "C" NOT NULL,
    description text NOT NULL DEFAULT '',
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT scope_name CHECK (name ~ '^[a-z][a-z0-9_-]{0,30}:[a-z][a-z0-9_-]{0,30}$'),
    CONSTRAINT scope_description CHECK (length(description) <= 300),
    CONSTRAINT scope_status CHECK (status IN ('active', 'retired'))
);

CREATE TABLE govdesk.key_policy (
    tenant_id     uuid PRIMARY KEY,
    tenant_path   public.ltree NOT NULL,
    id            uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    warn_days     integer NOT NULL DEFAULT 30,
    suspend_days  integer NOT NULL DEFAULT 60,
    revoke_days   integer NOT NULL DEFAULT 90,
    max_days      integer NOT NULL DEFAULT 365,
    expiring_days integer NOT NULL DEFAULT 30,
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT key_policy_days CHECK (warn_days BETWEEN 1 AND 3650 AND suspend_days > warn_days
        AND revoke_days > suspend_days AND revoke_days <= 3650),
    CONSTRAINT key_policy_life CHECK (max_days BETWEEN 1 AND 365 AND expiring_days BETWEEN 1 AND 365)
);

CREATE TABLE govdesk.api_key (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id      uuid NOT NULL,
    tenant_path    public.ltree NOT NULL,
    node_path      public.ltree NOT NULL,
    system_id      uuid NOT NULL,
    key_id         text COLLATE "C" NOT NULL UNIQUE,
    prefix         text COLLATE "C" NOT NULL GENERATED ALWAYS AS ('gd_' || environment || '_' || key_id) STORED,
    environment    text COLLATE "C" NOT NULL,
    owner_label    text NOT NULL,
    scopes         text[] NOT NULL,
    status         text NOT NULL DEFAULT 'active',
    family         uuid NOT NULL,
    replaces       uuid,
    grace_days     integer,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by     text NOT NULL,
    expires_at     timestamptz NOT NULL,
    first_used_at  timestamptz,
    ends_at        timestamptz,
    stale_at       timestamptz,
    reactivated_at timestamptz,
    ended_at       timestamptz,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, system_id) REFERENCES govdesk.node (tenant_id, id),
    FOREIGN KEY (tenant_id, replaces) REFERENCES govdesk.api_key (tenant_id, id),
    CONSTRAINT key_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path),
    CONSTRAINT key_shape CHECK (key_id ~ '^[0-9A-Za-z]{12}$'),
    CONSTRAINT key_environment CHECK (environment IN ('dev', 'staging', 'prod')),
    CONSTRAINT key_label CHECK (length(btrim(owner_label)) BETWEEN 1 AND 200),
    CONSTRAINT key_scopes CHECK (cardinality(scopes) BETWEEN 1 AND 50),
    CONSTRAINT key_grace CHECK (grace_days BETWEEN 0 AND 7),
    CONSTRAINT key_life CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'),
    CONSTRAINT key_status CHECK (status IN ('active', 'rotated', 'suspended', 'revoked', 'expired'))
);
CREATE UNIQUE INDEX api_key_successor ON govdesk.api_key (tenant_id, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX api_key_family ON govdesk.api_key (family);
CREATE INDEX api_key_place ON govdesk.api_key (tenant_id, system_id);
CREATE INDEX api_key_due ON govdesk.api_key (least(expires_at, ends_at))
    WHERE status IN ('active', 'rotated', 'suspended');
COMMENT ON COLUMN govdesk.api_key.grace_days IS
    'Of a rotated key: how long it goes on after its successor was first used.';
COMMENT ON COLUMN govdesk.api_key.ends_at IS
    'Of a rotated key: when it stops, known once its successor was used.';

-- The verifier apart from the key: nobody who reads keys reads it.
CREATE TABLE govdesk_private.api_key_mac (
    id             uuid PRIMARY KEY REFERENCES govdesk.api_key,
    tenant_id      uuid NOT NULL,
    pepper_version integer NOT NULL CHECK (pepper_version >= 0),
    mac            bytea NOT NULL UNIQUE CHECK (length(mac) = 32),
    digest         text NOT NULL GENERATED ALWAYS AS (CASE WHEN pepper_version = 0
        THEN 'sha256:' || encode(mac, 'hex')
        ELSE 'hmac-sha256:p' || pepper_version || ':' || encode(mac, 'hex') END) STORED
);
CREATE INDEX api_key_mac_version ON govdesk_private.api_key_mac (tenant_id, pepper_version);
CREATE INDEX api_key_mac_waiting ON govdesk_private.api_key_mac (id) WHERE pepper_version = 0;
COMMENT ON COLUMN govdesk_private.api_key_mac.pepper_version IS
    '0: the SHA-256 of the key, which waits for its pepper.';

CREATE TABLE govdesk.api_key_seen (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    last_used_at timestamptz NOT NULL,
    last_ip      text,
    FOREIGN KEY (tenant_id, id) REFERENCES govdesk.api_key (tenant_id, id)
);

CREATE TABLE govdesk.api_key_use (
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    api_key_id  uuid NOT NULL,
    day         date NOT NULL,
    uses        bigint NOT NULL CHECK (uses >= 0),
    PRIMARY KEY (tenant_id, api_key_id, day),
    FOREIGN KEY (tenant_id, api_key_id) REFERENCES govdesk.api_key (tenant_id, id)
);

CREATE TABLE govdesk.pepper (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    fingerprint text COLLATE "C" NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{16}$'),
    status      text NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'live', 'retired')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at  timestamptz,
    UNIQUE (tenant_id, version),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path)
);
CREATE UNIQUE INDEX pepper_current ON govdesk.pepper (tenant_id) WHERE status = 'current';
COMMENT ON TABLE govdesk.pepper IS
    'Which peppers verifiers of keys are made with. The peppers themselves are in no database.';

-- ---------------------------------------------------------------- vault

CREATE TABLE govdesk_private.person_key (
    person_id  uuid PRIMARY KEY REFERENCES govdesk_private.person,
    id         uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32),
    wrapped    bytea NOT NULL CHECK (length(wrapped) BETWEEN 32 AND 512),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE govdesk_private.person_key IS
    'A person''s X25519 key; the private half is wrapped under a key that only his password gives.';

CREATE TABLE govdesk.vault_key (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    provider    text COLLATE "C" NOT NULL CHECK (provider IN ('members', 'aws-kms')),
    key_ref     text,
    commitment  bytea NOT NULL CHECK (length(commitment) = 32),
    status      text NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'live', 'retired')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at  timestamptz,
    UNIQUE (tenant_id, version),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT vault_key_ref CHECK (CASE provider WHEN 'members' THEN key_ref IS NULL
                                                  ELSE coalesce(length(key_ref), 0) BETWEEN 1 AND 300 END)
);
CREATE UNIQUE INDEX vault_key_current ON govdesk.vault_key (tenant_id) WHERE status = 'current';

CREATE TABLE govdesk_private.vault_copy (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL,
    version    integer NOT NULL,
    member_id  uuid,
    public_key bytea NOT NULL CHECK (length(public_key) = 32),
    sealed     bytea NOT NULL CHECK (length(sealed) BETWEEN 64 AND 512),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant_id, version, public_key),
    FOREIGN KEY (tenant_id, version) REFERENCES govdesk.vault_key (tenant_id, version),
    FOREIGN KEY (tenant_id, member_id) REFERENCES govdesk.member (tenant_id, id)
);
COMMENT ON TABLE govdesk_private.vault_copy IS
    'The tenant key, sealed to one public key each: a member''s, or (null) the worker''s.';

-- ---------------------------------------------------------------- integrations

CREATE TABLE govdesk.integration (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    node_path   public.ltree NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    settings    jsonb NOT NULL DEFAULT '{}',
    secret_refs jsonb NOT NULL DEFAULT '{}',
    sealed      bytea,
    key_version integer,
    allow       text[] NOT NULL DEFAULT '{}',
    status      text NOT NULL DEFAULT 'active',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by  text NOT NULL,
    tested_at   timestamptz,
    test_ok     boolean,
    test_detail text,
    test_ms     integer,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, key_version) REFERENCES govdesk.vault_key (tenant_id, version),
    CONSTRAINT integration_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path),
    CONSTRAINT integration_kind CHECK (kind IN ('database', 'smtp', 'splunk', 'syslog', 'ntfy',
        'object-storage', 'tsa', 'http')),
    CONSTRAINT integration_name CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT integration_status CHECK (status IN ('active', 'disabled', 'removed')),
    CONSTRAINT integration_envelope CHECK ((sealed IS NULL) = (key_version IS NULL)
        AND (sealed IS NULL OR (length(sealed) BETWEEN 64 AND 65536
                                AND substr(sealed, 1, 4) = '\x47444531'))),
    CONSTRAINT integration_size CHECK (octet_length(settings::text) <= 16384
        AND octet_length(secret_refs::text) <= 16384 AND cardinality(allow) <= 20),
    CONSTRAINT integration_detail CHECK (length(test_detail) <= 1000)
);
CREATE INDEX integration_place ON govdesk.integration (tenant_id, node_path);
CREATE INDEX integration_key_version ON govdesk.integration (tenant_id, key_version)
    WHERE key_version IS NOT NULL;
COMMENT ON COLUMN govdesk.integration.secret_refs IS
    'Where secrets are, never what they are: field to reference.';
COMMENT ON COLUMN govdesk.integration.sealed IS
    'An envelope of docs/spec/envelope-v1.md with what is private but no secret.';

-- ---------------------------------------------------------------- intake

CREATE TABLE govdesk_private.intake_request (
    tenant_id       uuid NOT NULL REFERENCES govdesk.tenant,
    family          uuid NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 128),
    digest          bytea NOT NULL CHECK (length(digest) = 32),
    response        jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, family, idempotency_key)
);
CREATE INDEX intake_request_age ON govdesk_private.intake_request (created_at);

-- What every organisation that is there already needs; new ones get it when they are founded.
ALTER TABLE govdesk.tenant NO FORCE ROW LEVEL SECURITY;
INSERT INTO govdesk.key_policy (tenant_id, tenant_path) SELECT tenant_id, tenant_path FROM govdesk.tenant;
INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)
SELECT t.tenant_id, t.tenant_path, s.name, s.description FROM govdesk.tenant t CROSS JOIN (VALUES
    ('events:write', 'send events into the log'), ('participant:read', 'read participants'),
    ('document:read', 'read documents'), ('document:write', 'change documents'),
    ('billing:read', 'read billing')) s(name, description);
ALTER TABLE govdesk.tenant FORCE ROW LEVEL SECURITY;
