-- The Merkle tree of RFC 6962 over a tenant's leaf hashes, kept as tiles of 256, and checkpoints.
-- What is computed here is checked by whoever verifies: proofs against a signature that the database
-- cannot make. Owner: govdesk_kernel.

-- Root of a list of hashes, 32 bytes each. Pairs are joined from the left and an odd last one moves
-- up alone, which is the tree of RFC 6962 §2.1.
CREATE FUNCTION govdesk_private.merkle_root(p_hashes bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_hashes bytea := p_hashes;
    v_count  bigint := length(p_hashes) / 32;
BEGIN
    IF v_count = 0 THEN
        RETURN sha256(''::bytea);
    END IF;
    WHILE v_count > 1 LOOP
        v_hashes := (SELECT string_agg(sha256('\x01'::bytea || substr(v_hashes, (i * 64 + 1)::integer, 64)), ''::bytea ORDER BY i)
                       FROM generate_series(0, v_count / 2 - 1) i)
                    || CASE WHEN v_count % 2 = 1 THEN substr(v_hashes, (v_count * 32 - 31)::integer, 32) ELSE ''::bytea END;
        v_count := (v_count + 1) / 2;
    END LOOP;
    RETURN v_hashes;
END $$;

-- Hashes of the events p_first to p_last: from the log, and where rows were pruned from full tiles. Of a
-- range that it does not know the planner expects a share of the log, and so would plan anew each time,
-- which takes longer than reading the few rows that a proof needs.
CREATE FUNCTION govdesk_private.range_hashes(p_tenant uuid, p_first bigint, p_last bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_hashes bytea := (SELECT string_agg(l.leaf_hash, ''::bytea ORDER BY l.seq) FROM govdesk.audit_log l
                        WHERE l.tenant_id = p_tenant AND l.seq BETWEEN p_first AND p_last);
BEGIN
    IF coalesce(length(v_hashes), 0) < (p_last - p_first + 1) * 32
       AND EXISTS (SELECT FROM govdesk_private.audit_pruned x WHERE x.tenant_id = p_tenant
                      AND x.first <= p_last AND x.last >= p_first) THEN
        v_hashes := (SELECT string_agg(coalesce(l.leaf_hash, substr(t.hashes, ((n - 1) % 256 * 32 + 1)::integer, 32)), ''::bytea ORDER BY n)
                       FROM generate_series(p_first, p_last) n
                       LEFT JOIN govdesk.audit_log l ON l.tenant_id = p_tenant AND l.seq = n
                       LEFT JOIN govdesk.audit_tile t ON t.tenant_id = p_tenant AND t.level = 0 AND t.position = (n - 1) / 256);
    END IF;
    RETURN coalesce(v_hashes, ''::bytea);
END $$;

-- One node of the tree: level counts from the leaves. Null where the tiles have not grown so far.
CREATE FUNCTION govdesk_private.tree_node(p_tenant uuid, p_level integer, p_index bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_count bigint := 1::bigint << (p_level % 8);
    v_from  bigint := p_index * v_count;
    v_part  bytea;
BEGIN
    IF p_level < 8 THEN
        v_part := govdesk_private.range_hashes(p_tenant, v_from + 1, v_from + v_count);
    ELSE
        SELECT substr(t.hashes, (v_from % 256 * 32 + 1)::integer, (v_count * 32)::integer) INTO v_part
          FROM govdesk.audit_tile t
         WHERE t.tenant_id = p_tenant AND t.level = p_level / 8 AND t.position = v_from / 256;
    END IF;
    RETURN CASE WHEN length(v_part) = v_count * 32 THEN govdesk_private.merkle_root(v_part) END;
END $$;

-- The root over the first p_size events; null where the tiles have not grown so far.
CREATE FUNCTION govdesk_private.tree_root(p_tenant uuid, p_size bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_nodes bytea[] := '{}';
    v_node  bytea;
    v_done  bigint := 0;
    v_root  bytea;
BEGIN
    IF p_size < 0 THEN
        RETURN NULL;
    END IF;
    FOR v_level IN REVERSE 40..0 LOOP
        CONTINUE WHEN (p_size >> v_level) & 1 = 0;
        v_node := govdesk_private.tree_node(p_tenant, v_level, v_done >> v_level);
        IF v_node IS NULL THEN
            RETURN NULL;
        END IF;
        v_nodes := v_nodes || v_node;
        v_done := v_done + (1::bigint << v_level);
    END LOOP;
    FOR v_place IN REVERSE cardinality(v_nodes)..1 LOOP
        v_root := CASE WHEN v_root IS NULL THEN v_nodes[v_place]
                       ELSE sha256('\x01'::bytea || v_nodes[v_place] || v_root) END;
    END LOOP;
    RETURN coalesce(v_root, sha256(''::bytea));
END $$;

-- Adds the hash of a full tile to the tile above it, and goes on up where that becomes full.
CREATE FUNCTION govdesk_private.add_to_tile(p_tenant uuid, p_level integer, p_index bigint, p_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_hashes bytea;
BEGIN
    INSERT INTO govdesk.audit_tile AS t (tenant_id, level, position, hashes)
    VALUES (p_tenant, p_level, p_index / 256, p_hash)
    ON CONFLICT (tenant_id, level, position) DO UPDATE SET hashes = t.hashes || p_hash
        WHERE length(t.hashes) = p_index % 256 * 32
    RETURNING t.hashes INTO v_hashes;
    IF length(v_hashes) = 8192 THEN
        PERFORM govdesk_private.add_to_tile(p_tenant, p_level + 1, p_index / 256, govdesk_private.merkle_root(v_hashes));
    END IF;
END $$;

-- The tenant a worker works for, or null: also while somebody of that organisation holds its row.
CREATE FUNCTION govdesk_private.tenant_at(p_tenant_path text) RETURNS govdesk.tenant
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant;
BEGIN
    SELECT t.* INTO v FROM govdesk.tenant t WHERE t.tenant_path::text = p_tenant_path;
    RETURN v;
END $$;

-- Makes tiles of what was sealed, at most p_limit. Returns how many; fewer than p_limit: none are left.
CREATE FUNCTION govdesk_api.grow_tiles(p_tenant_path text, p_host text, p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk.tenant := govdesk_private.tenant_at(p_tenant_path);
    v_next   bigint := coalesce((SELECT t.position + 1 FROM govdesk.audit_tile t WHERE t.tenant_id = v.tenant_id
                                    AND t.level = 0 ORDER BY t.position DESC LIMIT 1), 0);
    v_made   integer := 0;
    v_hashes bytea;
BEGIN
    WHILE v_made < least(p_limit, 4096) LOOP
        SELECT string_agg(l.leaf_hash, ''::bytea ORDER BY l.seq) INTO v_hashes FROM govdesk.audit_log l
         WHERE l.tenant_id = v.tenant_id AND l.seq BETWEEN v_next * 256 + 1 AND v_next * 256 + 256;
        EXIT WHEN length(v_hashes) IS DISTINCT FROM 8192;
        INSERT INTO govdesk.audit_tile (tenant_id, level, position, hashes) VALUES (v.tenant_id, 0, v_next, v_hashes)
        ON CONFLICT DO NOTHING;
        -- Another worker is at it.
        EXIT WHEN NOT FOUND;
        PERFORM govdesk_private.add_to_tile(v.tenant_id, 1, v_next, govdesk_private.merkle_root(v_hashes));
        v_made := v_made + 1;
        v_next := v_next + 1;
    END LOOP;
    RETURN v_made;
END $$;

-- Hashes of up to 65,536 events, for any member: rows are not readable by all, their hashes are.
CREATE FUNCTION govdesk_api.leaf_hashes(p_first bigint, p_last bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN govdesk_private.range_hashes(v.tenant_id, greatest(p_first, 1), least(p_last, greatest(p_first, 1) + 65535));
END $$;

-- What proves event p_index + 1, for any member, as leaf_hashes and the checkpoints are: the newest
-- checkpoint (-4 its note, -3 its root), the event's leaf hash (-2), those of the last tile that is not
-- full (-1), and every tile on the ways up from the leaf and from the checkpoint's end (its level).
-- Nothing while there is no checkpoint. Binds by itself, so that the session is looked at once.
CREATE FUNCTION govdesk_api.proof_parts(p_token text, p_tenant_path text, p_index bigint)
RETURNS TABLE (part integer, number bigint, bytes bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10 AS $$
DECLARE
    v      govdesk_private.principal := govdesk_private.bound(p_token, p_tenant_path);
    v_size bigint;
    v_root bytea;
    v_note text;
BEGIN
    SELECT c.size, c.root, c.note INTO v_size, v_root, v_note FROM govdesk.audit_checkpoint c
     WHERE c.tenant_id = v.tenant_id ORDER BY c.size DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY VALUES (-4, v_size, convert_to(v_note, 'UTF8')), (-3, v_size, v_root),
        (-2, 0::bigint, govdesk_private.range_hashes(v.tenant_id, p_index + 1, p_index + 1));
    IF v_size % 256 > 0 THEN
        RETURN QUERY SELECT -1, 0::bigint, govdesk_private.range_hashes(v.tenant_id, v_size / 256 * 256 + 1, v_size);
    END IF;
    RETURN QUERY SELECT t.level::integer, t.position, t.hashes
                   FROM generate_series(0, 7) l
                   JOIN govdesk.audit_tile t ON t.tenant_id = v.tenant_id AND t.level = l
                    AND t.position = ANY (ARRAY[p_index >> 8 * (l + 1), v_size >> 8 * (l + 1)])
                  WHERE v_size >> 8 * l > 0;
END $$;

CREATE FUNCTION govdesk_api.worker_leaf_hashes(p_tenant_path text, p_host text, p_first bigint, p_last bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN govdesk_private.range_hashes((govdesk_private.tenant_at(p_tenant_path)).tenant_id, greatest(p_first, 1),
                                        least(p_last, greatest(p_first, 1) + 65535));
END $$;

CREATE FUNCTION govdesk_api.worker_tiles(p_tenant_path text, p_host text, p_level integer, p_first bigint, p_last bigint)
RETURNS TABLE (place bigint, hashes bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 AS $$
BEGIN
    RETURN QUERY SELECT t.position, t.hashes FROM govdesk.audit_tile t
     WHERE t.tenant_id = (govdesk_private.tenant_at(p_tenant_path)).tenant_id AND t.level = p_level
       AND t.position BETWEEN p_first AND least(p_last, p_first + 255) ORDER BY t.position;
END $$;

-- Does a checkpoint count? Not if a restore was declared since that goes on from an older state.
CREATE FUNCTION govdesk_private.is_standing(p govdesk.audit_checkpoint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM govdesk.audit_restore r WHERE r.tenant_id = p.tenant_id
                          AND r.declared_at > p.created_at AND p.size > r.found_size);
END $$;

-- After a restore: tiles know nothing beyond the state that the log goes on from.
CREATE FUNCTION govdesk_private.cut_tiles(p_tenant uuid, p_size bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_full bigint := p_size;
BEGIN
    FOR v_level IN 0..7 LOOP
        DELETE FROM govdesk.audit_tile t WHERE t.tenant_id = p_tenant AND t.level = v_level
           AND t.position * 256 >= v_full - CASE v_level WHEN 0 THEN 255 ELSE 0 END;
        UPDATE govdesk.audit_tile t SET hashes = substr(t.hashes, 1, ((v_full - t.position * 256) * 32)::integer)
         WHERE t.tenant_id = p_tenant AND t.level = v_level AND v_level > 0 AND t.position = v_full / 256
           AND length(t.hashes) > (v_full - t.position * 256) * 32;
        v_full := v_full / 256;
    END LOOP;
END $$;

CREATE FUNCTION govdesk_api.worker_checkpoint(p_tenant_path text, p_host text)
RETURNS TABLE (size bigint, root bytea, note text, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 AS $$
BEGIN
    RETURN QUERY SELECT c.size, c.root, c.note, c.created_at FROM govdesk.audit_checkpoint c
     WHERE c.tenant_id = (govdesk_private.tenant_at(p_tenant_path)).tenant_id AND govdesk_private.is_standing(c)
     ORDER BY c.size DESC LIMIT 1;
END $$;

CREATE FUNCTION govdesk_api.worker_restores(p_tenant_path text, p_host text)
RETURNS TABLE (known_size bigint, known_root bytea, found_size bigint, found_root bytea, declared_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 AS $$
BEGIN
    RETURN QUERY SELECT r.known_size, r.known_root, r.found_size, r.found_root, r.declared_at FROM govdesk.audit_restore r
     WHERE r.tenant_id = (govdesk_private.tenant_at(p_tenant_path)).tenant_id ORDER BY r.declared_at;
END $$;

-- Asks for a checkpoint now. Returns how many events it will cover at least.
CREATE FUNCTION govdesk_api.request_checkpoint() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.principal := govdesk_private.context();
    v_size bigint;
BEGIN
    IF v.tenant_id IS NULL OR govdesk_private.granted('audit.read') = '{}' THEN
        RAISE EXCEPTION 'audit.read is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF (SELECT count(*) FROM govdesk_private.checkpoint_wanted w WHERE w.tenant_id = v.tenant_id
           AND w.asked_at > clock_timestamp() - interval '1 minute') >= 300 THEN
        RAISE EXCEPTION 'asked for too often' USING ERRCODE = 'GD003';
    END IF;
    SELECT coalesce(max(l.seq), 0) INTO v_size FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id;
    INSERT INTO govdesk_private.checkpoint_wanted (tenant_id, size) VALUES (v.tenant_id, v_size);
    RETURN v_size;
END $$;

-- Organisations whose log goes on beyond their newest checkpoint, if that is p_seconds old or somebody
-- asked. What the signing itself seals is no reason to sign again.
CREATE FUNCTION govdesk_api.checkpoints_due(p_host text, p_seconds integer) RETURNS TABLE (tenant_path text, size bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 AS $$
BEGIN
    RETURN QUERY
    SELECT t.tenant_path::text, h.seq
      FROM govdesk.tenant t
     CROSS JOIN LATERAL (SELECT coalesce(max(l.seq), 0) AS seq FROM govdesk.audit_log l WHERE l.tenant_id = t.tenant_id) h
      LEFT JOIN LATERAL (SELECT x.size, x.created_at FROM govdesk.audit_checkpoint x WHERE x.tenant_id = t.tenant_id
                             AND govdesk_private.is_standing(x) ORDER BY x.size DESC LIMIT 1) c ON true
     -- A log that ends before its checkpoint was cut: the signer says so.
     WHERE h.seq < c.size
        OR h.seq > coalesce(c.size, 0) AND (
           EXISTS (SELECT FROM govdesk_private.checkpoint_wanted w WHERE w.tenant_id = t.tenant_id AND w.size > coalesce(c.size, 0))
           OR coalesce(c.created_at, '-infinity') <= clock_timestamp() - make_interval(secs => p_seconds)
              AND EXISTS (SELECT FROM govdesk.audit_log l WHERE l.tenant_id = t.tenant_id AND l.seq > coalesce(c.size, 0)
                             AND l.action NOT IN ('audit.checkpoint_signed', 'checkpoint_key.announced', 'checkpoint_key.retired',
                                                  'audit.fault_found')));
END $$;

-- Takes a signed checkpoint. Stops: a root that is not this log's. 'busy': somebody holds the
-- organisation or its log; 'known': there is one of that size.
CREATE FUNCTION govdesk_api.put_checkpoint(p_tenant_path text, p_host text, p_size bigint, p_root bytea, p_note text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk.tenant := govdesk_private.tenant_at(p_tenant_path);
    v_head bigint;
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN 'busy';
    END IF;
    IF EXISTS (SELECT FROM govdesk.audit_checkpoint c WHERE c.tenant_id = v.tenant_id AND c.size = p_size) THEN
        RETURN 'known';
    END IF;
    SELECT l.seq INTO v_head FROM govdesk.audit_log l WHERE l.tenant_id = v.tenant_id ORDER BY l.seq DESC LIMIT 1;
    IF coalesce(p_size NOT BETWEEN 1 AND v_head, true)
       OR govdesk_private.tree_root(v.tenant_id, p_size) IS DISTINCT FROM p_root
       OR NOT starts_with(p_note, 'govdesk/' || p_tenant_path || E'\n' || p_size || E'\n' || encode(p_root, 'base64') || E'\n')
       OR length(p_note) > 16384 THEN
        RAISE EXCEPTION 'the checkpoint is not of this log' USING ERRCODE = 'GD046';
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    INSERT INTO govdesk.audit_checkpoint (tenant_id, size, root, note) VALUES (v.tenant_id, p_size, p_root, p_note);
    PERFORM govdesk_private.note('audit.checkpoint_signed', 'audit_checkpoint', p_size::text,
        'A checkpoint over ' || p_size || CASE p_size WHEN 1 THEN ' event' ELSE ' events' END || ' was signed',
        jsonb_build_object('size', p_size, 'root', encode(p_root, 'hex'), 'note', p_note));
    DELETE FROM govdesk_private.checkpoint_wanted w WHERE w.id IN (
        SELECT x.id FROM govdesk_private.checkpoint_wanted x
         WHERE x.tenant_id = v.tenant_id AND x.size <= p_size AND x.asked_at < clock_timestamp() - interval '2 minutes'
           FOR UPDATE SKIP LOCKED);
    RETURN 'signed';
END $$;

-- A worker says what it signs with; true if that is new.
CREATE FUNCTION govdesk_api.announce_checkpoint_key(p_tenant_path text, p_host text, p_vkey text, p_public bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_at(p_tenant_path);
BEGIN
    IF v.tenant_id IS NULL OR EXISTS (SELECT FROM govdesk.checkpoint_key k WHERE k.tenant_id = v.tenant_id AND k.vkey = p_vkey)
       OR NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    INSERT INTO govdesk.checkpoint_key (tenant_id, tenant_path, vkey, public_key, host)
    VALUES (v.tenant_id, v.tenant_path, p_vkey, p_public, left(p_host, 200));
    RETURN true;
END $$;

-- A worker does not sign with a key any more; what it signed stays signed.
CREATE FUNCTION govdesk_api.retire_checkpoint_key(p_tenant_path text, p_host text, p_public bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_at(p_tenant_path);
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    UPDATE govdesk.checkpoint_key k SET retired_at = clock_timestamp()
     WHERE k.tenant_id = v.tenant_id AND k.public_key = p_public AND k.retired_at IS NULL;
    RETURN FOUND;
END $$;

-- With what the logs of all organisations were signed: a worker without its key file must not become
-- another signer unasked.
CREATE FUNCTION govdesk_api.worker_checkpoint_keys(p_host text)
RETURNS TABLE (tenant_path text, vkey text, public bytea, created_at timestamptz, retired_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT k.tenant_path::text, k.vkey, k.public_key, k.created_at, k.retired_at
      FROM govdesk.checkpoint_key k ORDER BY k.created_at DESC;
END $$;

-- Seals a fault under the principal of this transaction; true if it was not told before.
CREATE FUNCTION govdesk_private.note_fault(p_tenant uuid, p_facts jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF jsonb_typeof(p_facts) IS DISTINCT FROM 'object' OR octet_length(p_facts::text) > 16384 THEN
        RAISE EXCEPTION 'no object, or too many facts' USING ERRCODE = 'GD012';
    END IF;
    INSERT INTO govdesk_private.audit_fault (tenant_id, digest)
    VALUES (p_tenant, sha256(convert_to(govdesk_private.canonical(p_facts), 'UTF8'))) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.note('audit.fault_found', 'audit_log', NULL, 'Verification found a fault in the log', p_facts);
    RETURN true;
END $$;

CREATE FUNCTION govdesk_api.worker_fault(p_tenant_path text, p_host text, p_facts jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.tenant := govdesk_private.tenant_at(p_tenant_path);
BEGIN
    IF v.tenant_id IS NULL OR NOT govdesk_private.is_free(v.tenant_id) THEN
        RETURN false;
    END IF;
    PERFORM govdesk_private.assume_worker(v.tenant_id, v.tenant_path, p_host);
    RETURN govdesk_private.note_fault(v.tenant_id, p_facts);
END $$;

-- A console found a fault. Who reads the log may say so, at most twenty times a day.
CREATE FUNCTION govdesk_api.report_fault(p_facts jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF govdesk_private.granted('audit.read') = '{}' THEN
        RAISE EXCEPTION 'audit.read is needed' USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF (SELECT count(*) FROM govdesk_private.audit_fault f WHERE f.tenant_id = v.tenant_id
           AND f.found_at > clock_timestamp() - interval '1 day') >= 20 THEN
        RAISE EXCEPTION 'too many faults for one day' USING ERRCODE = 'GD003';
    END IF;
    RETURN govdesk_private.note_fault(v.tenant_id, p_facts);
END $$;

-- Which sealed exports made a file with this SHA-256, or hold one that has it.
CREATE FUNCTION govdesk_api.find_exports(p_sha256 text)
RETURNS TABLE (seq bigint, at timestamptz, action text, actor text, facts jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 AS $$
DECLARE
    v govdesk_private.principal := govdesk_private.context();
BEGIN
    IF v.tenant_id IS NULL OR p_sha256 !~ '^[0-9a-f]{64}$' OR NOT govdesk_private.everywhere('audit.read') THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT l.seq, l.at, l.action::text, l.actor::text, l.diff::jsonb #> '{data,new}' FROM govdesk.audit_log l
     WHERE l.tenant_id = v.tenant_id AND l.action IN ('audit.exported', 'audit.bundle_created', 'audit.snapshot_created')
       AND position(p_sha256 IN l.diff::text) > 0 ORDER BY l.seq;
END $$;
