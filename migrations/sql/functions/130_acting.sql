-- The one principal of a transaction, and the notes that are not row changes.
-- Owner: govdesk_kernel.

-- Does this installation run on the demo clock? Replaced by sql/demo/clock.sql; the log says so.
CREATE FUNCTION govdesk_private.is_demo() RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT false $$;

-- Stops: a claim that could not stand in a leaf.
CREATE FUNCTION govdesk_private.claim(p_name text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_value text := nullif(current_setting(p_name, true), '');
BEGIN
    IF v_value !~ '^[]^_a-z!#-[{|}~` -]{1,128}$' THEN
        RAISE EXCEPTION '% is not 1 to 128 plain ASCII characters', p_name USING ERRCODE = 'GD016';
    END IF;
    RETURN v_value;
END $$;

-- Stops: a raw key that is sealed for good because somebody wrote it into his reason.
CREATE FUNCTION govdesk_private.reason() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_reason text := left(nullif(current_setting('app.reason', true), ''), 2000);
BEGIN
    IF v_reason IS NOT NULL THEN
        PERFORM govdesk_private.refuse_raw_secret('reason', v_reason);
    END IF;
    RETURN v_reason;
END $$;

-- Fixes the principal of this transaction by the caller's word. Kernel functions only: sign-in,
-- set-up codes, intake, and work of the release on an administrator's connection.
CREATE FUNCTION govdesk_private.assume(
    p_kind text, p_tenant uuid, p_path public.ltree, p_member uuid, p_session uuid, p_actor text,
    p_on_behalf_of text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'changes need READ COMMITTED' USING ERRCODE = 'GD004';
    END IF;
    INSERT INTO govdesk_private.acting AS a
           (xact, kind, assumed, tenant_id, tenant_path, member_id, session_id, actor,
            on_behalf_of, ip, reason, request_id)
    VALUES (pg_current_xact_id(), p_kind, true, p_tenant, p_path, p_member, p_session, p_actor,
            p_on_behalf_of, host(inet_client_addr()), govdesk_private.reason(),
            govdesk_private.claim('app.request_id'))
    ON CONFLICT (xact) DO NOTHING;
    PERFORM 1 FROM govdesk_private.acting a
      WHERE a.xact = pg_current_xact_id() AND a.tenant_id = p_tenant
        AND a.session_id IS NOT DISTINCT FROM p_session AND a.actor = p_actor
        AND a.on_behalf_of IS NOT DISTINCT FROM p_on_behalf_of;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'one transaction belongs to one session' USING ERRCODE = 'GD005';
    END IF;
END $$;

-- Stops: a change by nobody, a second principal in one transaction (RETURNING set_config(…) would
-- frame another person), a write from an old snapshot, and use after revocation.
CREATE FUNCTION govdesk_private.act() RETURNS govdesk_private.acting
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_row     govdesk_private.acting;
    v         govdesk_private.principal;
    v_release text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'changes need READ COMMITTED' USING ERRCODE = 'GD004';
    END IF;
    SELECT * INTO v_row FROM govdesk_private.acting a WHERE a.xact = pg_current_xact_id();
    v := govdesk_private.context();
    IF v_row.kind = 'concluded' THEN
        RAISE EXCEPTION 'what this transaction was for is done' USING ERRCODE = 'GD005';
    END IF;
    IF v_row.xact IS NOT NULL THEN
        IF v.session_id IS DISTINCT FROM v_row.session_id
           AND NOT (v_row.assumed AND v.session_id IS NULL) THEN
            RAISE EXCEPTION 'one transaction belongs to one session' USING ERRCODE = 'GD005';
        END IF;
        -- Who goes on with the session that this very transaction opened is judged like anyone.
        IF v_row.assumed AND v.session_id IS NOT NULL THEN
            UPDATE govdesk_private.acting a SET assumed = false, epoch = v.epoch
             WHERE a.xact = v_row.xact RETURNING * INTO v_row;
        END IF;
        RETURN v_row;
    END IF;
    IF v.tenant_id IS NULL THEN
        v_release := govdesk_private.claim('app.setup_release');
        IF v_release IS NULL OR NOT pg_has_role(session_user, 'govdesk_kernel', 'MEMBER') THEN
            RAISE EXCEPTION 'nobody is signed in in this transaction'
                USING ERRCODE = '42501', CONSTRAINT = 'no_principal';
        END IF;
        PERFORM govdesk_private.assume('setup', t.tenant_id, t.tenant_path, NULL, NULL,
                                       'setup:' || v_release)
           FROM govdesk.tenant t
          WHERE t.tenant_path::text = current_setting('app.current_tenant_path', true);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'work of the release names no organisation'
                USING ERRCODE = '42501', CONSTRAINT = 'no_principal';
        END IF;
        SELECT * INTO v_row FROM govdesk_private.acting a WHERE a.xact = pg_current_xact_id();
        RETURN v_row;
    END IF;
    INSERT INTO govdesk_private.acting
           (xact, kind, assumed, tenant_id, tenant_path, member_id, session_id, epoch, actor, ip,
            reason, request_id)
    VALUES (pg_current_xact_id(), v.kind, false, v.tenant_id, v.tenant_path, v.member_id,
            v.session_id, v.epoch, v.actor, v.ip,
            govdesk_private.reason(),
            govdesk_private.claim('app.request_id'))
    RETURNING * INTO v_row;
    RETURN v_row;
END $$;

-- Stops: a change made with borrowed rights after what they were borrowed for: a reviewer acts on the
-- requester's, an invited person on the inviter's, for one function's length.
CREATE FUNCTION govdesk_private.close_acting() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    UPDATE govdesk_private.acting a SET kind = 'concluded'
     WHERE a.xact = pg_current_xact_id() AND a.kind IN ('decision', 'link');
END $$;

-- Stops: going on in the name of somebody whom only this transaction's own sign-in, sign-out or link
-- names: whoever has a session with a second factor, and is bound, passes.
CREATE FUNCTION govdesk_private.acting_member() RETURNS govdesk_private.acting
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk_private.acting := govdesk_private.act();
BEGIN
    IF v.kind <> 'session' OR v.assumed THEN
        RAISE EXCEPTION 'only a member who is signed in does this'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN v;
END $$;

-- Stops: a refused write that looks like "0 rows". Runs before every writing statement; its
-- arguments are the permission that the statement needs, and where: somewhere or everywhere. It
-- asks the principal, not the claims, which a client may turn while the statement runs.
CREATE FUNCTION govdesk_private.guard_statement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.acting := govdesk_private.act();
    v_paths public.ltree[];
BEGIN
    IF v.kind NOT IN ('session', 'staff') OR v.assumed OR pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    v_paths := govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id, TG_ARGV[0]);
    IF v_paths = '{}' OR (TG_ARGV[1] = 'everywhere' AND v.tenant_path <> ALL (v_paths)) THEN
        RAISE EXCEPTION '% is needed', TG_ARGV[0]
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN NULL;
END $$;

-- Stops: a change with one session's rights in another's name, by claims that are turned and
-- turned back within one statement. Its argument is the permission that every row needs.
CREATE FUNCTION govdesk_private.guard_scope() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.acting := govdesk_private.act();
    v_paths public.ltree[];
BEGIN
    IF v.kind NOT IN ('session', 'staff') THEN
        RETURN NULL;
    END IF;
    v_paths := govdesk_private.paths_of(v.kind, v.tenant_id, v.tenant_path, v.member_id, TG_ARGV[0]);
    IF EXISTS (SELECT FROM changed c WHERE NOT c.node_path <@ ANY (v_paths)) THEN
        RAISE EXCEPTION '% is needed there', TG_ARGV[0]
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    RETURN NULL;
END $$;

-- Calls the seal to this transaction. Written after the pending rows; see 150_seal.sql.
CREATE FUNCTION govdesk_private.call_seal(p_tenant uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    INSERT INTO govdesk_private.ticket (xact, tenant_id) VALUES (pg_current_xact_id(), p_tenant)
    ON CONFLICT (xact) DO NOTHING;
END $$;

-- Writes one pending row that is no row change: an export, a failed sign-in, a migration.
CREATE FUNCTION govdesk_private.note(
    p_action text, p_entity_type text, p_entity_id text, p_summary text, p_data jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.acting := govdesk_private.act();
    v_salt  bytea := public.gen_random_bytes(112);
    v_text  text := normalize(p_summary, NFC);
    v_diff  text := CASE WHEN p_data IS NOT NULL
        THEN '{"data":{"new":' || govdesk_private.canonical(p_data, 3) || '}}' END;
BEGIN
    INSERT INTO govdesk_private.pending
           (xact, tenant_id, severity, action, entity_type, entity_id, actor, on_behalf_of, ip,
            session_id, reason, request_id, summary, diff, salts, commitments)
    SELECT v.xact, v.tenant_id, k.severity, k.name, p_entity_type, p_entity_id, v.actor,
           v.on_behalf_of, v.ip, v.session_id::text, v.reason, v.request_id, v_text, v_diff,
           govdesk_private.salts(encode(v_salt, 'hex')),
           govdesk_private.commitments(v_salt,
               convert_to(govdesk_private.quoted(v.actor), 'UTF8'),
               convert_to(coalesce(v_diff, 'null'), 'UTF8'),
               convert_to(govdesk_private.quoted(v.ip), 'UTF8'),
               convert_to(govdesk_private.quoted(v.on_behalf_of), 'UTF8'),
               convert_to(govdesk_private.quoted(v.reason), 'UTF8'),
               convert_to(govdesk_private.quoted(v.session_id::text), 'UTF8'),
               convert_to(govdesk_private.quoted(v_text), 'UTF8'))
      FROM govdesk.event_kind k WHERE k.name = p_action;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no event %', p_action USING ERRCODE = 'GD012';
    END IF;
    PERFORM govdesk_private.call_seal(v.tenant_id);
END $$;

-- Stops: a change for which no action is known. Removal is a status column. What two people decided to
-- erase goes: 299_erasure.sql.
CREATE FUNCTION govdesk_private.refuse_uncaptured() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') AND TG_LEVEL = 'ROW' AND govdesk_private.is_erasing() THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % has no action in the log', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
END $$;
