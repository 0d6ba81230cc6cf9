-- Tables of webhooks, their secrets and keys, deliveries and attempts. Run once, as govdesk_owner,
-- by revision 0004.

CREATE TABLE govdesk.webhook (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id       uuid NOT NULL,
    tenant_path     public.ltree NOT NULL,
    node_path       public.ltree NOT NULL,
    system_id       uuid,
    kind            text COLLATE "C" NOT NULL DEFAULT 'webhook',
    description     text NOT NULL,
    url             text NOT NULL,
    events          text[] NOT NULL DEFAULT '{}',
    alerts          boolean NOT NULL DEFAULT false,
    blocks          boolean NOT NULL DEFAULT false,
    format          text COLLATE "C" NOT NULL DEFAULT 'govdesk',
    detail          text COLLATE "C" NOT NULL DEFAULT 'full',
    headers         jsonb NOT NULL DEFAULT '{}',
    settings        jsonb NOT NULL DEFAULT '{}',
    secret_refs     jsonb NOT NULL DEFAULT '{}',
    allow           text[] NOT NULL DEFAULT '{}',
    throttle        integer,
    status          text NOT NULL DEFAULT 'active',
    disabled_reason text,
    disabled_at     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by      text NOT NULL,
    version         bigint NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, system_id) REFERENCES govdesk.node (tenant_id, id),
    CONSTRAINT webhook_below_tenant CHECK (tenant_path OPERATOR(public.@>) node_path),
    CONSTRAINT webhook_kind CHECK (kind IN ('webhook', 'splunk', 'syslog', 'ntfy')),
    CONSTRAINT webhook_description CHECK (length(btrim(description)) BETWEEN 1 AND 200),
    CONSTRAINT webhook_url CHECK (length(url) <= 2000 AND CASE kind
        WHEN 'syslog' THEN url ~ '^syslog[+]tls://([^]/?#@:[:space:]\\[]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$'
        ELSE url ~ '^https://([^]/?#@[:space:]\\[]+|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?)([/?][^#[:space:]\\]*)?$' END),
    CONSTRAINT webhook_events CHECK (cardinality(events) <= 100),
    CONSTRAINT webhook_format CHECK (format IN ('govdesk', 'ocsf')),
    CONSTRAINT webhook_detail CHECK (detail IN ('full', 'thin')),
    CONSTRAINT webhook_size CHECK (octet_length(headers::text) <= 16384 AND octet_length(settings::text) <= 65536
        AND octet_length(secret_refs::text) <= 16384 AND cardinality(allow) <= 20),
    CONSTRAINT webhook_throttle CHECK (throttle BETWEEN 1 AND 6000),
    CONSTRAINT webhook_status CHECK (status IN ('active', 'disabled', 'deleted')),
    CONSTRAINT webhook_disabled CHECK ((status = 'active') = (disabled_reason IS NULL)
        AND disabled_reason IN ('person', 'gone', 'failing', 'retired'))
);
CREATE INDEX webhook_place ON govdesk.webhook (tenant_id, node_path);
COMMENT ON COLUMN govdesk.webhook.version IS 'Counts changes, of its secrets too, for the cache of the workers.';
COMMENT ON COLUMN govdesk.webhook.secret_refs IS 'Where tokens and client certificates are, never what they are.';

CREATE TABLE govdesk.webhook_secret (
    id          uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    node_path   public.ltree NOT NULL,
    webhook_id  uuid NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    status      text NOT NULL DEFAULT 'current',
    inbox       bytea,
    sealed      bytea,
    key_version integer,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by  text NOT NULL,
    ends_at     timestamptz,
    UNIQUE (tenant_id, id),
    UNIQUE (webhook_id, version),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, node_path) REFERENCES govdesk.node (tenant_id, node_path),
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES govdesk.webhook (tenant_id, id),
    FOREIGN KEY (tenant_id, key_version) REFERENCES govdesk.vault_key (tenant_id, version),
    CONSTRAINT webhook_secret_status CHECK (status IN ('current', 'previous', 'retired')),
    -- HPKE adds 48 bytes: a secret has 24 to 64.
    CONSTRAINT webhook_secret_inbox CHECK (length(inbox) BETWEEN 72 AND 112),
    CONSTRAINT webhook_secret_envelope CHECK ((sealed IS NULL) = (key_version IS NULL)
        AND (sealed IS NULL OR (length(sealed) BETWEEN 64 AND 4096 AND substr(sealed, 1, 4) = '\x47444531'))
        AND NOT (inbox IS NOT NULL AND sealed IS NOT NULL))
);
CREATE UNIQUE INDEX webhook_secret_current ON govdesk.webhook_secret (webhook_id) WHERE status = 'current';
CREATE INDEX webhook_secret_inbox ON govdesk.webhook_secret (tenant_id) WHERE inbox IS NOT NULL;
CREATE INDEX webhook_secret_key_version ON govdesk.webhook_secret (tenant_id, key_version) WHERE key_version IS NOT NULL;
COMMENT ON COLUMN govdesk.webhook_secret.inbox IS
    'Sealed to the workers'' public key by whoever made it; a worker moves it into the vault.';

CREATE TABLE govdesk.webhook_signing_key (
    id          uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    kid         text COLLATE "C" NOT NULL CHECK (kid ~ '^[0-9a-f]{16}$'),
    public_key  bytea NOT NULL CHECK (length(public_key) = 32),
    status      text NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'previous', 'retired')),
    grace_days  integer CHECK (grace_days BETWEEN 0 AND 90),
    inbox       bytea,
    sealed      bytea,
    key_version integer,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    ends_at     timestamptz,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, kid),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    FOREIGN KEY (tenant_id, key_version) REFERENCES govdesk.vault_key (tenant_id, version),
    CONSTRAINT signing_key_inbox CHECK (length(inbox) BETWEEN 72 AND 160),
    CONSTRAINT signing_key_envelope CHECK ((sealed IS NULL) = (key_version IS NULL)
        AND (sealed IS NULL OR (length(sealed) BETWEEN 64 AND 4096 AND substr(sealed, 1, 4) = '\x47444531'))
        AND NOT (inbox IS NOT NULL AND sealed IS NOT NULL))
);
CREATE UNIQUE INDEX signing_key_current ON govdesk.webhook_signing_key (tenant_id) WHERE status = 'current';
CREATE INDEX signing_key_inbox ON govdesk.webhook_signing_key (tenant_id) WHERE inbox IS NOT NULL;
CREATE INDEX signing_key_version ON govdesk.webhook_signing_key (tenant_id, key_version) WHERE key_version IS NOT NULL;
COMMENT ON COLUMN govdesk.webhook_signing_key.grace_days IS
    'Somebody wants a new one; this one goes on for so long beside it.';

-- ---------------------------------------------------------------- observations: nothing here is sealed

CREATE TABLE govdesk_private.webhook_cursor (
    webhook_id uuid PRIMARY KEY REFERENCES govdesk.webhook,
    tenant_id  uuid NOT NULL,
    cursor_seq bigint NOT NULL,
    stream_seq bigint NOT NULL DEFAULT 0,
    last_id    text,
    start_seq  bigint NOT NULL
);
COMMENT ON TABLE govdesk_private.webhook_cursor IS
    'Up to which row of the sealed log deliveries were made. The log is the outbox: gapless, and in the order of commits.';

CREATE TABLE govdesk_private.webhook_gap (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL,
    webhook_id uuid NOT NULL REFERENCES govdesk.webhook,
    from_seq   bigint NOT NULL,
    to_seq     bigint NOT NULL CHECK (to_seq >= from_seq),
    reason     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhook_gap_of ON govdesk_private.webhook_gap (webhook_id, from_seq);

CREATE TABLE govdesk_private.webhook_state (
    webhook_id      uuid PRIMARY KEY REFERENCES govdesk.webhook,
    tenant_id       uuid NOT NULL,
    failures        integer NOT NULL DEFAULT 0,
    failing_since   timestamptz,
    breaker         text NOT NULL DEFAULT 'closed' CHECK (breaker IN ('closed', 'open', 'half_open')),
    breaker_until   timestamptz,
    reopened        integer NOT NULL DEFAULT 0,
    paused_until    timestamptz,
    gone_at         timestamptz,
    tokens          double precision,
    tokens_at       timestamptz,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    last_outcome    text,
    last_status     integer,
    average_ms      real
) WITH (fillfactor = 50);

CREATE TABLE govdesk_private.webhook_hour (
    webhook_id uuid NOT NULL,
    tenant_id  uuid NOT NULL,
    hour       timestamptz NOT NULL,
    ok         bigint NOT NULL DEFAULT 0,
    failed     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (webhook_id, hour)
);

CREATE TABLE govdesk.delivery (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    tenant_path  public.ltree NOT NULL,
    node_path    public.ltree NOT NULL,
    webhook_id   uuid NOT NULL,
    seq          bigint,
    event        text COLLATE "C" NOT NULL,
    origin       text COLLATE "C" NOT NULL DEFAULT 'event' CHECK (origin IN ('event', 'test', 'new', 'forged')),
    message_id   text COLLATE "C" NOT NULL,
    stream_seq   bigint,
    prev_id      text COLLATE "C",
    status       text COLLATE "C" NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'delivered', 'sent', 'failed', 'cancelled')),
    lane         text COLLATE "C" NOT NULL DEFAULT 'first' CHECK (lane IN ('first', 'retry', 'test')),
    attempts     integer NOT NULL DEFAULT 0,
    tries        integer NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease        uuid,
    leased_by    text,
    leased_at    timestamptz,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at      timestamptz,
    last_outcome text COLLATE "C",
    last_status  integer,
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES govdesk.webhook (tenant_id, id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX delivery_once ON govdesk.delivery (webhook_id, seq);
CREATE INDEX delivery_due ON govdesk.delivery (webhook_id, lane, due_at) WHERE status = 'pending';
CREATE INDEX delivery_failed ON govdesk.delivery (webhook_id, created_at) WHERE status = 'failed';
CREATE INDEX delivery_age ON govdesk.delivery (done_at) WHERE status <> 'pending';
COMMENT ON COLUMN govdesk.delivery.due_at IS 'When it is tried next; while a worker has it, when its lease ends.';
COMMENT ON COLUMN govdesk.delivery.tries IS 'Of this round; a redelivery begins another. attempts counts all.';

CREATE TABLE govdesk.delivery_attempt (
    delivery_id   uuid NOT NULL,
    number        integer NOT NULL,
    tenant_id     uuid NOT NULL,
    tenant_path   public.ltree NOT NULL,
    node_path     public.ltree NOT NULL,
    webhook_id    uuid NOT NULL,
    seq           bigint,
    event         text COLLATE "C" NOT NULL,
    origin        text COLLATE "C" NOT NULL,
    at            timestamptz NOT NULL,
    host          text NOT NULL,
    outcome       text COLLATE "C" NOT NULL,
    status        integer,
    error         text,
    remedy        text,
    response      text,
    address       text,
    tls           text,
    dns_ms        real,
    tcp_ms        real,
    tls_ms        real,
    first_byte_ms real,
    total_ms      real,
    next_at       timestamptz,
    request       jsonb,
    PRIMARY KEY (delivery_id, number),
    CONSTRAINT attempt_outcome CHECK (outcome IN ('delivered', 'sent', 'http', 'redirect', 'gone', 'timeout',
        'refused', 'dns', 'tcp', 'tls', 'protocol', 'ack', 'too_long', 'ours', 'lost')),
    CONSTRAINT attempt_size CHECK (length(response) <= 16384 AND length(error) <= 1000 AND length(remedy) <= 1000
        AND octet_length(request::text) <= 32768)
);
CREATE INDEX attempt_time ON govdesk.delivery_attempt (tenant_id, at DESC, delivery_id DESC);
CREATE INDEX attempt_webhook ON govdesk.delivery_attempt (webhook_id, at DESC, delivery_id DESC);
CREATE INDEX attempt_failed ON govdesk.delivery_attempt (tenant_id, at DESC, delivery_id DESC)
    WHERE outcome NOT IN ('delivered', 'sent');
CREATE INDEX attempt_failed_webhook ON govdesk.delivery_attempt (webhook_id, at DESC, delivery_id DESC)
    WHERE outcome NOT IN ('delivered', 'sent');

-- ---------------------------------------------------------------- workers and mails

ALTER TABLE govdesk_private.worker_seen ADD COLUMN started_at timestamptz;
ALTER TABLE govdesk_private.installation
    ADD COLUMN worker_lost_at timestamptz,
    ADD COLUMN deploy_failed_at timestamptz,
    ADD COLUMN deploy_failure text;
CREATE TABLE govdesk_private.release_started (
    release    text PRIMARY KEY,
    host       text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE govdesk_private.mail
    DROP CONSTRAINT mail_kind_check,
    ADD CONSTRAINT mail_kind_check CHECK (kind IN ('invitation', 'decision', 'decision_code',
        'contact_code', 'recover', 'factor', 'security', 'webhook_disabled'));
