/// What `org copy` brings from another organization, as functions of one in PostgreSQL.
///
/// An administrator vouches for it: nobody else may. When the server took a copy, and by which login, is its
/// own all the same.
enum PostgreSQLMoving {
  static let script = #"""
    -- Takes copies of another organization, each without content, which crm.append brings in the same
    -- transaction: the ids of those that are new. What was withdrawn here stays so.
    CREATE OR REPLACE FUNCTION crm.take_copies(p_copies jsonb) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      v jsonb;
      v_key bytea;
      v_id uuid;
      v_owner bigint;
      v_is_any bool := false;
    BEGIN
      PERFORM require('administer');
      FOR v IN SELECT value FROM jsonb_array_elements(p_copies) WITH ORDINALITY ORDER BY ordinality LOOP
        v_key := decode(v ->> 'key', 'hex');
        v_id := copy_id(v_key, v ->> 'direction');
        IF octet_length(v_key) IS DISTINCT FROM 32 OR v_id IS DISTINCT FROM (v ->> 'id')::uuid THEN
          RAISE EXCEPTION 'the id % is not that of the message''s key', v ->> 'id' USING ERRCODE = 'CR002';
        END IF;
        CONTINUE WHEN EXISTS (SELECT FROM copy WHERE id = v_id)
          OR EXISTS (SELECT FROM tombstone WHERE hash = tombstone_of(v_key, NULL));
        SELECT app_user INTO v_owner FROM user_address WHERE address_key = v ->> 'owner'
          ORDER BY app_user LIMIT 1;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'no-user %', v ->> 'owner' USING ERRCODE = 'CR003';
        END IF;
        INSERT INTO conversation VALUES (
            (v ->> 'conversation')::uuid, v -> 'conversation_regarding' ->> 'type',
            v -> 'conversation_regarding' ->> 'id', v -> 'conversation_regarding' ->> 'source')
          ON CONFLICT (id) DO NOTHING;
        INSERT INTO copy (
            id, key, direction, message_id, subject, sender_name, sender_address, sent_at, zone,
            tracked_at, size, stored_size, is_truncated, conversation, owner, owner_reason, own_of,
            regarding_type, regarding_id, regarding_source, answers, correlation,
            is_subject_changed, token, thread_index, reason_code, rule, accepting_user, is_manual,
            explanation, login, is_attested, written_in)
          VALUES (
            v_id, v_key, v ->> 'direction', v ->> 'message_id', v ->> 'subject', v ->> 'sender_name',
            v ->> 'sender_address', (v ->> 'sent_at')::bigint, (v ->> 'zone')::int,
            (v ->> 'tracked_at')::bigint, (v ->> 'size')::bigint, (v ->> 'stored_size')::bigint,
            (v ->> 'is_truncated')::bool, (v ->> 'conversation')::uuid, v_owner, v ->> 'owner_reason',
            ARRAY[v_owner], v -> 'regarding' ->> 'type', v -> 'regarding' ->> 'id',
            v -> 'regarding' ->> 'source', (v ->> 'answers')::uuid, v ->> 'correlation',
            (v ->> 'is_subject_changed')::bool, v ->> 'token', decode(v ->> 'thread_index', 'hex'),
            (v ->> 'reason_code')::int, v ->> 'rule',
            (SELECT app_user FROM user_address WHERE address_key = v ->> 'accepting_user'
              ORDER BY app_user LIMIT 1),
            (v ->> 'is_manual')::bool, v ->> 'explanation', session_user, true, pg_current_xact_id());
        INSERT INTO participant
          SELECT v_id, (p.n - 1)::int, p.value ->> 'role', p.value ->> 'name', p.value ->> 'address',
            p.value ->> 'address_key', (p.value ->> 'is_external')::bool,
            (SELECT app_user FROM user_address WHERE address_key = p.value ->> 'address_key'
              ORDER BY app_user LIMIT 1)
          FROM jsonb_array_elements(v -> 'participants') WITH ORDINALITY AS p (value, n);
        INSERT INTO attachment
          SELECT v_id, (a.value ->> 'number')::int, a.value ->> 'name', a.value ->> 'media_type',
            (a.value ->> 'size')::bigint
          FROM jsonb_array_elements(v -> 'attachments') AS a (value);
        INSERT INTO reference
          SELECT r.value, v_id, min(r.n)::int
          FROM jsonb_array_elements_text(v -> 'references') WITH ORDINALITY AS r (value, n)
          GROUP BY r.value;
        INSERT INTO delivery
          SELECT v_id, d.value ->> 'mailbox',
            (SELECT app_user FROM user_address WHERE address_key = d.value ->> 'mailbox'
              ORDER BY app_user LIMIT 1),
            d.value ->> 'envelope_sender', d.value ->> 'envelope_recipient',
            (d.value ->> 'first_seen_at')::bigint, (d.value ->> 'last_seen_at')::bigint,
            (d.value ->> 'times_seen')::int
          FROM jsonb_array_elements(v -> 'deliveries') AS d (value);
        PERFORM settle_own(v_id);
        INSERT INTO change (copy) VALUES (v_id);
        v_is_any := true;
        RETURN NEXT v_id;
      END LOOP;
      IF v_is_any THEN PERFORM pg_notify('crm_changes', ''); END IF;
    END $$;

    -- Takes records of another organization; those that are there get what they lack of addresses, domains
    -- and former names. How many are new.
    CREATE OR REPLACE FUNCTION crm.take_records(p_records jsonb) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v jsonb;
      v_id bigint;
      v_added int := 0;
    BEGIN
      PERFORM require('administer');
      LOCK TABLE record IN SHARE ROW EXCLUSIVE MODE;
      FOR v IN SELECT value FROM jsonb_array_elements(p_records) LOOP
        SELECT id INTO v_id FROM record WHERE type = v ->> 'type' AND record_id = v ->> 'id';
        IF NOT FOUND THEN
          INSERT INTO record (type, record_id, owner, name, parent) VALUES (
              v ->> 'type', v ->> 'id',
              (SELECT app_user FROM user_address WHERE address_key = v ->> 'owner'
                ORDER BY app_user LIMIT 1),
              v ->> 'name', v ->> 'parent')
            RETURNING id INTO v_id;
          v_added := v_added + 1;
        END IF;
        INSERT INTO record_address
          SELECT a.value ->> 'key', v_id, a.value ->> 'address', a.value ->> 'alias'
          FROM jsonb_array_elements(v -> 'addresses') a ON CONFLICT DO NOTHING;
        INSERT INTO record_domain SELECT d.value ->> 'key', v_id, d.value ->> 'domain'
          FROM jsonb_array_elements(v -> 'domains') d ON CONFLICT DO NOTHING;
        INSERT INTO record_moved SELECT m.value ->> 'type', m.value ->> 'id', v_id
          FROM jsonb_array_elements(v -> 'moved') m ON CONFLICT DO NOTHING;
      END LOOP;
      RETURN v_added;
    END $$;

    -- What was withdrawn, as hashes, and the salt that they are made with, for who brings all of it to
    -- another organization.
    CREATE OR REPLACE FUNCTION crm.tombstones(p_after text, most int) RETURNS TABLE (
      salt text, hash text, made_at bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
      PERFORM require('administer');
      RETURN QUERY SELECT encode(o.salt, 'hex'), encode(t.hash, 'hex'),
          extract(epoch FROM t.made_at)::bigint
        FROM organization o LEFT JOIN (
          SELECT hash, made_at FROM tombstone WHERE hash > decode(p_after, 'hex') ORDER BY hash LIMIT most
        ) t ON true ORDER BY t.hash;
    END $$;

    -- Takes what was withdrawn in another organization, with its salt where nothing was withdrawn here: how
    -- many are new, or NULL where they would mean nothing here.
    CREATE OR REPLACE FUNCTION crm.take_tombstones(p_salt text, p_tombstones jsonb) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_added int;
    BEGIN
      PERFORM require('administer');
      IF octet_length(decode(p_salt, 'hex')) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'a salt has 32 bytes' USING ERRCODE = 'CR002';
      END IF;
      LOCK TABLE tombstone IN SHARE ROW EXCLUSIVE MODE;
      IF (SELECT salt FROM organization) <> decode(p_salt, 'hex') THEN
        IF EXISTS (SELECT FROM tombstone) THEN RETURN NULL; END IF;
        UPDATE organization SET salt = decode(p_salt, 'hex');
      END IF;
      INSERT INTO tombstone
        SELECT decode(t.value ->> 'hash', 'hex'), to_timestamp((t.value ->> 'made_at')::bigint)
        FROM jsonb_array_elements(p_tombstones) t ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS v_added = ROW_COUNT;
      RETURN v_added;
    END $$;
    """#
}
