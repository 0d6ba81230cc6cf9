-- Invitations: asked for by a manager, mailed, accepted once by the address they name.
-- Owner: govdesk_kernel.

-- Makes a link for an invitation and queues its mail; returns the link's text.
CREATE FUNCTION govdesk_private.link_invitation(p_id uuid, p_mailed boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk.invitation;
    v_token text;
BEGIN
    SELECT * INTO STRICT v FROM govdesk.invitation i WHERE i.id = p_id;
    v_token := govdesk_private.make_link('invitation', v.tenant_id, v.id, v.email, v.expires_at,
                                         jsonb_build_object('mailed', p_mailed));
    -- Stops: filling somebody's mailbox by inviting, revoking and inviting again.
    IF (SELECT count(*) FROM govdesk_private.link l WHERE l.tenant_id = v.tenant_id
           AND l.kind = 'invitation' AND l.email = v.email
           AND l.created_at > clock_timestamp() - interval '1 day') > 20 THEN
        RAISE EXCEPTION 'twenty links a day for one address' USING ERRCODE = 'GD003';
    END IF;
    IF p_mailed THEN
        PERFORM govdesk_private.queue_mail(v.tenant_id, 'invitation', v.id, v.email, v.display_name,
            jsonb_build_object('inviter', m.display_name, 'role', r.title, 'node', n.name,
                'message', v.message, 'expires_at', govdesk_private.instant(v.expires_at),
                'link_path', '/invitation/'), v_token)
           FROM govdesk.role r, govdesk.node n, govdesk.member m
          WHERE r.tenant_id = v.tenant_id AND r.key = v.role_key
            AND n.tenant_id = v.tenant_id AND n.node_path = v.node_path
            AND m.tenant_id = v.tenant_id AND m.id = v.invited_by;
    END IF;
    RETURN v_token;
END $$;

-- Writes an invitation under the principal of this transaction, whose rank is the ceiling.
CREATE FUNCTION govdesk_private.write_invitation(
    p_acting govdesk_private.acting, p_email text, p_display_name text, p_role_key text,
    p_node_path public.ltree, p_message text, p_days integer) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v       govdesk_private.acting := p_acting;
    v_email text := govdesk_private.proper_email(p_email);
    v_id    uuid;
    v_why   text := govdesk_private.grant_obstacle(v.tenant_id, v.member_id, p_role_key, p_node_path);
BEGIN
    IF v_why = 'no_member_manage' THEN
        RAISE EXCEPTION 'member.manage is needed there'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    ELSIF v_why IS NOT NULL THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF EXISTS (SELECT FROM govdesk.member m WHERE m.tenant_id = v.tenant_id AND m.email = v_email
                  AND m.status <> 'removed') THEN
        RAISE EXCEPTION 'this address is a member already' USING ERRCODE = 'GD017';
    END IF;
    UPDATE govdesk.invitation i SET status = 'expired'
     WHERE i.tenant_id = v.tenant_id AND i.email = v_email AND i.status = 'pending'
       AND i.expires_at <= clock_timestamp();
    INSERT INTO govdesk.invitation
           (tenant_id, tenant_path, email, display_name, role_key, node_path, message, invited_by,
            expires_at)
    VALUES (v.tenant_id, v.tenant_path, v_email, coalesce(p_display_name, ''), p_role_key,
            p_node_path, coalesce(p_message, ''), v.member_id,
            clock_timestamp() + make_interval(days => least(greatest(coalesce(p_days, 7), 1), 60)))
    ON CONFLICT (tenant_id, email) WHERE status = 'pending' DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RAISE EXCEPTION 'this address has an invitation already' USING ERRCODE = 'GD019';
    END IF;
    PERFORM govdesk_private.link_invitation(v_id, true);
    RETURN v_id;
END $$;

CREATE FUNCTION govdesk_api.invite(
    p_email text, p_display_name text, p_role_key text, p_node_path public.ltree, p_message text,
    p_days integer DEFAULT 7) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v      govdesk_private.acting := govdesk_private.acting_member();
    v_base text;
BEGIN
    SELECT r.base INTO v_base FROM govdesk.role r
     WHERE r.tenant_id = v.tenant_id AND r.key = p_role_key;
    IF govdesk_private.grant_obstacle(v.tenant_id, v.member_id, p_role_key, p_node_path) IS NULL THEN
        IF v_base IN ('owner', 'admin') THEN
            PERFORM govdesk_private.require_step_up(v);
        END IF;
        IF v_base = 'owner' THEN
            PERFORM govdesk_private.require_decision(v, 'owner.promote');
        END IF;
    END IF;
    RETURN govdesk_private.write_invitation(v, p_email, p_display_name, p_role_key, p_node_path,
                                            p_message, p_days);
END $$;

-- Stops: touching an invitation of another organisation, of a node one does not manage, of a role
-- above one's own, or one that is over.
CREATE FUNCTION govdesk_private.own_invitation(p_id uuid) RETURNS govdesk.invitation
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v     govdesk_private.acting := govdesk_private.acting_member();
    v_row govdesk.invitation;
    v_why text;
BEGIN
    SELECT * INTO v_row FROM govdesk.invitation i WHERE i.id = p_id AND i.tenant_id = v.tenant_id;
    v_why := govdesk_private.grant_obstacle(v.tenant_id, v.member_id, v_row.role_key, v_row.node_path);
    IF v_row.id IS NULL OR v_why = 'no_member_manage' THEN
        RAISE EXCEPTION 'no such invitation, or not yours to change'
            USING ERRCODE = '42501', CONSTRAINT = 'not_permitted';
    END IF;
    IF v_row.status <> 'pending' THEN
        RAISE EXCEPTION 'this invitation is over' USING ERRCODE = 'GD020';
    END IF;
    RETURN v_row;
END $$;

-- Sends it again: a new link for as long as the first was good; earlier links are dead.
CREATE FUNCTION govdesk_api.resend_invitation(p_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.invitation := govdesk_private.own_invitation(p_id);
BEGIN
    IF govdesk_private.grant_obstacle(v.tenant_id, (govdesk_private.act()).member_id, v.role_key,
                                      v.node_path) IS NOT NULL THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    UPDATE govdesk.invitation i SET sent = i.sent + 1, links_from = clock_timestamp(),
           expires_at = clock_timestamp() + greatest(i.expires_at - i.links_from, interval '1 day')
     WHERE i.id = v.id AND i.status = 'pending';
    PERFORM govdesk_private.link_invitation(v.id, true);
END $$;

-- A further link, for handing over by hand. That it was taken is in the log: whoever has it can join.
CREATE FUNCTION govdesk_api.copy_invitation_link(p_id uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v        govdesk.invitation := govdesk_private.own_invitation(p_id);
    v_acting govdesk_private.acting := govdesk_private.act();
BEGIN
    IF govdesk_private.grant_obstacle(v.tenant_id, v_acting.member_id, v.role_key, v.node_path)
       IS NOT NULL THEN
        PERFORM govdesk_private.refuse_ceiling();
    END IF;
    IF v.expires_at <= clock_timestamp() THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    PERFORM govdesk_private.note('invitation.link_copied', 'invitation', v.id::text,
        v_acting.actor || ' copied the link of the invitation of ' || v.email, NULL);
    RETURN govdesk_private.link_invitation(v.id, false);
END $$;

CREATE FUNCTION govdesk_api.revoke_invitation(p_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v govdesk.invitation := govdesk_private.own_invitation(p_id);
BEGIN
    UPDATE govdesk.invitation i SET status = 'revoked' WHERE i.id = v.id AND i.status = 'pending';
    IF NOT FOUND THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
END $$;

-- Stops: an invitation that was revoked, sent again, accepted, or whose role or system ended.
CREATE FUNCTION govdesk_private.live_invitation(p_link govdesk_private.link) RETURNS govdesk.invitation
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.invitation;
BEGIN
    SELECT i.* INTO v FROM govdesk.invitation i
      JOIN govdesk.role r ON r.tenant_id = i.tenant_id AND r.key = i.role_key AND r.status = 'active'
      JOIN govdesk.node n ON n.tenant_id = i.tenant_id AND n.node_path = i.node_path
                         AND n.status = 'active'
     WHERE i.id = p_link.entity_id AND i.status = 'pending' AND i.expires_at > clock_timestamp()
       AND i.links_from <= p_link.created_at;
    IF v.id IS NULL OR govdesk_private.grant_obstacle(v.tenant_id, v.invited_by, v.role_key, v.node_path)
                       IS NOT NULL THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    RETURN v;
END $$;

-- What the invited person is shown. Spends nothing.
CREATE FUNCTION govdesk_api.invitation_view(p_token text)
RETURNS TABLE (organization text, tenant_path text, email text, display_name text, role_title text,
               node_name text, inviter text, message text, expires_at timestamptz,
               has_account boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v govdesk.invitation
      := govdesk_private.live_invitation(govdesk_private.find_link(p_token, 'invitation'));
BEGIN
    RETURN QUERY
    SELECT t.name, t.tenant_path::text, v.email, v.display_name, r.title, n.name, m.display_name,
           v.message, v.expires_at,
           EXISTS (SELECT FROM govdesk_private.person p
                     JOIN govdesk_private.credential c ON c.person_id = p.id WHERE p.email = v.email
                      AND coalesce(c.confined_to, v.tenant_id) = v.tenant_id)
      FROM govdesk.tenant t, govdesk.role r, govdesk.node n, govdesk.member m
     WHERE t.tenant_id = v.tenant_id
       AND r.tenant_id = v.tenant_id AND r.key = v.role_key
       AND n.tenant_id = v.tenant_id AND n.node_path = v.node_path
       AND m.tenant_id = v.tenant_id AND m.id = v.invited_by;
END $$;

-- Stops: an inviter who takes the link himself and with it another organisation's member, now or
-- later. A copied link makes no password for somebody who is known elsewhere; what it makes elsewhere
-- signs in here only; a mailed link, which proves the mailbox, replaces such a password.
CREATE FUNCTION govdesk_private.require_mailed(
    p_link govdesk_private.link, p_person uuid, p_has boolean) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF NOT p_has AND NOT coalesce((p_link.facts ->> 'mailed')::boolean, false) AND (
        EXISTS (SELECT FROM govdesk.member m WHERE m.person_id = p_person
                   AND m.tenant_id <> p_link.tenant_id)
        OR EXISTS (SELECT FROM govdesk_private.credential c WHERE c.person_id = p_person)) THEN
        RAISE EXCEPTION 'this person needs the mailed link' USING ERRCODE = 'GD025';
    END IF;
END $$;

-- Accepts: person, password, second factor, recovery codes, member and grant in one transaction, on
-- the authority of whoever invited, as it is now. Who has an account keeps password and factor.
CREATE FUNCTION govdesk_api.accept_invitation(
    p_token text, p_display_name text, p_salt bytea DEFAULT NULL, p_client_key bytea DEFAULT NULL,
    p_seed bytea DEFAULT NULL, p_code text DEFAULT NULL, p_recovery_hashes bytea[] DEFAULT NULL)
RETURNS TABLE (email text, tenant_path text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
    v_link    govdesk_private.link := govdesk_private.find_link(p_token, 'invitation');
    v         govdesk.invitation := govdesk_private.live_invitation(v_link);
    v_person  uuid;
    v_member  uuid;
    v_has     boolean;
    v_step    bigint := govdesk_private.step_of(p_seed, p_code);
    v_name    text := btrim(coalesce(nullif(btrim(p_display_name), ''), v.display_name));
BEGIN
    PERFORM govdesk_private.assume('link', v.tenant_id, v.tenant_path, v.invited_by, NULL,
        'invitee:' || v.email, (SELECT 'user:' || m.email FROM govdesk.member m
                                 WHERE m.tenant_id = v.tenant_id AND m.id = v.invited_by));
    UPDATE govdesk.invitation i SET status = 'accepted', accepted_at = clock_timestamp()
     WHERE i.id = v.id AND i.status = 'pending' AND i.links_from <= v_link.created_at;
    IF NOT FOUND THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    PERFORM govdesk_private.spend_link(v_link);
    SELECT p.id, c.id IS NOT NULL AND coalesce(c.confined_to, v.tenant_id) = v.tenant_id
      INTO v_person, v_has FROM govdesk_private.person p
      LEFT JOIN govdesk_private.credential c ON c.person_id = p.id WHERE p.email = v.email;
    PERFORM govdesk_private.require_mailed(v_link, v_person, coalesce(v_has, false));
    IF v_has THEN
        IF num_nonnulls(p_salt, p_client_key, p_seed, p_code, p_recovery_hashes) > 0 THEN
            RAISE EXCEPTION 'this account has a password already' USING ERRCODE = 'GD015';
        END IF;
    ELSE
        IF coalesce(length(p_salt) <> 16 OR length(p_client_key) <> 32, true) THEN
            RAISE EXCEPTION 'the password is malformed' USING ERRCODE = 'GD012';
        END IF;
        IF v_step IS NULL THEN
            RAISE EXCEPTION 'the code is not right' USING ERRCODE = 'GD022';
        END IF;
        IF v_person IS NULL THEN
            INSERT INTO govdesk_private.person AS p (email) VALUES (v.email) RETURNING p.id INTO v_person;
        END IF;
        INSERT INTO govdesk_private.credential AS c (person_id, salt, stored_key, confined_to)
        VALUES (v_person, p_salt, sha256(p_client_key),
                CASE WHEN NOT (v_link.facts ->> 'mailed')::boolean THEN v.tenant_id END)
        ON CONFLICT (person_id) DO UPDATE
            SET salt = excluded.salt, stored_key = excluded.stored_key, confined_to = NULL,
                changed_at = clock_timestamp(), version = c.version + 1, needs_link = false;
        PERFORM govdesk_private.put_factor(v_person, p_client_key, p_seed, v_step, p_recovery_hashes);
    END IF;
    INSERT INTO govdesk.member AS m
           (tenant_id, tenant_path, person_id, email, display_name, mfa_at)
    VALUES (v.tenant_id, v.tenant_path, v_person, v.email,
            coalesce(nullif(v_name, ''), split_part(v.email, '@', 1)),
            CASE WHEN EXISTS (SELECT FROM govdesk_private.factor f WHERE f.person_id = v_person)
                 THEN clock_timestamp() END)
    ON CONFLICT ON CONSTRAINT member_tenant_id_person_id_key DO UPDATE
        SET status = 'active', display_name = excluded.display_name, mfa_at = excluded.mfa_at
      WHERE m.status = 'removed'
    RETURNING m.id INTO v_member;
    IF v_member IS NULL THEN
        PERFORM govdesk_private.refuse_link();
    END IF;
    INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)
    VALUES (v.tenant_id, v.tenant_path, v_member, v.node_path, v.role_key);
    UPDATE govdesk.invitation i SET member_id = v_member WHERE i.id = v.id;
    PERFORM govdesk_private.close_acting();
    RETURN QUERY SELECT v.email, v.tenant_path::text;
EXCEPTION WHEN unique_violation THEN
    PERFORM govdesk_private.refuse_link();
END $$;
