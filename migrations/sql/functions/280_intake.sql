-- Events that systems send with their keys. Owner: govdesk_kernel.

-- Records the events of several requests of one key in one go, after `authenticate_key`; nothing is
-- acknowledged before COMMIT. A request with an idempotency key that was served within 24 hours gets
-- the answer of then; with another body it is a conflict. Worker only.
CREATE FUNCTION govdesk_api.intake(p_requests jsonb)
RETURNS TABLE (place integer, outcome text, response jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    v_key    govdesk.api_key := govdesk_private.acting_key();
    v_one    record;
    v_kept   govdesk_private.intake_request;
    v_events jsonb := '[]';
BEGIN
    IF jsonb_typeof(p_requests) IS DISTINCT FROM 'array' OR jsonb_array_length(p_requests) > 1000 THEN
        RAISE EXCEPTION 'not an array of at most 1000 requests' USING ERRCODE = 'GD012';
    END IF;
    IF 'events:write' <> ALL (v_key.scopes) THEN
        RAISE EXCEPTION 'the key has not the scope events:write' USING ERRCODE = 'GD035';
    END IF;
    FOR v_one IN
        SELECT r.ordinality::integer - 1 AS place, r.value ->> 'idempotency_key' AS name,
               decode(r.value ->> 'digest', 'hex') AS digest, r.value -> 'response' AS response,
               r.value -> 'events' AS events
          FROM jsonb_array_elements(p_requests) WITH ORDINALITY r
         -- In one order, so that batches that wait for each other's names do not wait in a circle.
         ORDER BY r.value ->> 'idempotency_key' COLLATE "C", r.ordinality
    LOOP
        IF v_one.name IS NOT NULL THEN
            -- Waits for a request of the same name that another connection is serving.
            INSERT INTO govdesk_private.intake_request AS i (tenant_id, family, idempotency_key, digest, response)
            VALUES (v_key.tenant_id, v_key.family, v_one.name, v_one.digest, coalesce(v_one.response, '{}'))
            ON CONFLICT (tenant_id, family, idempotency_key) DO UPDATE
                SET digest = excluded.digest, response = excluded.response, created_at = clock_timestamp()
              WHERE i.created_at < clock_timestamp() - interval '24 hours';
            IF NOT FOUND THEN
                SELECT i.* INTO v_kept FROM govdesk_private.intake_request i
                 WHERE i.tenant_id = v_key.tenant_id AND i.family = v_key.family
                   AND i.idempotency_key = v_one.name;
                place := v_one.place;
                outcome := CASE WHEN v_kept.digest = v_one.digest THEN 'replayed' ELSE 'conflict' END;
                response := CASE WHEN outcome = 'replayed' THEN v_kept.response END;
                RETURN NEXT;
                CONTINUE;
            END IF;
        END IF;
        IF jsonb_typeof(v_one.events) IS DISTINCT FROM 'array' THEN
            RAISE EXCEPTION 'events are an array' USING ERRCODE = 'GD012', DETAIL = v_one.place::text;
        END IF;
        v_events := v_events || v_one.events;
        place := v_one.place;
        outcome := 'recorded';
        response := v_one.response;
        RETURN NEXT;
    END LOOP;
    IF v_events <> '[]' THEN
        PERFORM govdesk_api.record_events(v_events);
    END IF;
END $$;
