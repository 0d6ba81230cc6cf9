-- Tables of the tree, checkpoints' keys, restores, legal holds and archived months. Run once, as
-- govdesk_owner, by revision 0005.

CREATE TABLE govdesk.audit_tile (
    tenant_id uuid NOT NULL,
    level     smallint NOT NULL,
    position  bigint NOT NULL,
    hashes    bytea NOT NULL,
    PRIMARY KEY (tenant_id, level, position),
    CONSTRAINT audit_tile_place CHECK (level BETWEEN 0 AND 7 AND position >= 0),
    CONSTRAINT audit_tile_size CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0
        AND (level > 0 OR length(hashes) = 8192))
);
ALTER TABLE govdesk.audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE govdesk.audit_tile IS
    'Hashes of the tree, 256 a tile, numbered as in C2SP tlog-tiles; a tile above level 0 grows until it is full.';

CREATE TABLE govdesk.checkpoint_key (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    vkey        text NOT NULL,
    public_key  bytea NOT NULL,
    host        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at  timestamptz,
    UNIQUE (tenant_id, vkey),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT checkpoint_key_vkey CHECK (length(vkey) BETWEEN 50 AND 400 AND vkey ~ '^[!-~]+[+][0-9a-f]{8}[+][A-Za-z0-9+/=]+$'),
    CONSTRAINT checkpoint_key_public CHECK (length(public_key) = 32)
);
COMMENT ON TABLE govdesk.checkpoint_key IS
    'What workers say they sign with. Informative: who verifies pins a key that he was given elsewhere.';

CREATE TABLE govdesk.audit_restore (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    known_size  bigint NOT NULL CHECK (known_size >= 0),
    known_root  bytea NOT NULL CHECK (length(known_root) = 32),
    found_size  bigint NOT NULL CHECK (found_size >= 0),
    found_root  bytea NOT NULL CHECK (length(found_root) = 32),
    declared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    requester   text NOT NULL,
    reviewer    text NOT NULL,
    reason      text NOT NULL,
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path)
);

CREATE TABLE govdesk.audit_hold (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL,
    tenant_path public.ltree NOT NULL,
    name        text NOT NULL,
    query       text NOT NULL,
    terms       jsonb NOT NULL,
    reason      text NOT NULL,
    status      text NOT NULL DEFAULT 'active',
    placed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    placed_by   text NOT NULL,
    lifted_at   timestamptz,
    lifted_by   text,
    lift_reason text,
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT audit_hold_name CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT audit_hold_query CHECK (length(query) <= 2000 AND jsonb_typeof(terms) = 'array'),
    CONSTRAINT audit_hold_reason CHECK (length(btrim(reason)) BETWEEN 3 AND 2000),
    CONSTRAINT audit_hold_status CHECK ((status = 'active') = (lifted_at IS NULL) AND status IN ('active', 'lifted'))
);
CREATE INDEX audit_hold_active ON govdesk.audit_hold (tenant_id) WHERE status = 'active';

CREATE TABLE govdesk.audit_segment (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id       uuid NOT NULL,
    tenant_path     public.ltree NOT NULL,
    month           date NOT NULL,
    first           bigint NOT NULL,
    last            bigint NOT NULL,
    root            bytea NOT NULL CHECK (length(root) = 32),
    archive_sha256  text NOT NULL CHECK (archive_sha256 ~ '^[0-9a-f]{64}$'),
    archive_export  uuid NOT NULL,
    checkpoint_size bigint NOT NULL,
    archived_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    archived_by     text NOT NULL,
    UNIQUE (tenant_id, month),
    FOREIGN KEY (tenant_id, tenant_path) REFERENCES govdesk.tenant (tenant_id, tenant_path),
    CONSTRAINT audit_segment_range CHECK (first BETWEEN 1 AND last AND checkpoint_size >= last),
    CONSTRAINT audit_segment_month CHECK (extract(day FROM month) = 1)
);

CREATE TABLE govdesk_private.audit_pruned (
    tenant_id uuid NOT NULL,
    month     date NOT NULL,
    first     bigint NOT NULL,
    last      bigint NOT NULL,
    dropped   bigint NOT NULL,
    pruned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, month)
);

CREATE TABLE govdesk_private.checkpoint_wanted (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL,
    size      bigint NOT NULL,
    asked_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX checkpoint_wanted_tenant ON govdesk_private.checkpoint_wanted (tenant_id, size);

CREATE TABLE govdesk_private.audit_fault (
    tenant_id uuid NOT NULL,
    digest    bytea NOT NULL,
    found_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, digest)
);
COMMENT ON TABLE govdesk_private.audit_fault IS 'Faults that were sealed already, so that each is told once.';

CREATE UNLOGGED TABLE govdesk_private.erasing (
    xact        xid8 PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    decision_id uuid NOT NULL,
    first       bigint,
    last        bigint
);
COMMENT ON TABLE govdesk_private.erasing IS
    'The transaction that erases or prunes what two people decided; it has a row for as long as that takes.';
