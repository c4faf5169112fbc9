/// Copies as they come, go and are read, as functions of an organization in PostgreSQL.
enum PostgreSQLDelivery {
  static let script = writing + reading

  private static let writing = #"""
    -- The id of a copy, as TrackedActivity.id makes it (RFC 9562, version 8).
    CREATE OR REPLACE FUNCTION crm.copy_id(key bytea, direction text) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT encode(
          set_byte(set_byte(substring(hash FROM 1 FOR 16), 6, (get_byte(hash, 6) & 15) | 128),
            8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid
        FROM sha256(key || convert_to(direction, 'UTF8')) AS hash);
    END $$;

    -- What is left of a message that was withdrawn, or of one mailbox's delivery of it.
    CREATE OR REPLACE FUNCTION crm.tombstone_of(key bytea, mailbox text) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT sha256(salt || key || coalesce(convert_to(mailbox, 'UTF8'), '')) FROM organization);
    END $$;

    -- Whether a record can be called that, as RecordReference has it; NULL where there is none.
    CREATE OR REPLACE FUNCTION crm.is_record(p_type text, p_id text) RETURNS bool
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN p_type ~ '^[a-z0-9_-]+$' AND p_id ~ '^[^[:space:][:cntrl:]]+$'
        AND octet_length(p_type) + octet_length(p_id) < 512;
    END $$;

    -- The conversation that a new copy joins: of what it answers, of the same message in the other
    -- direction, and of those that name the same messages and share somebody from outside. Several
    -- become one.
    CREATE OR REPLACE FUNCTION crm.join_conversation(p_copy uuid, facts jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_is_host bool := is_host();
      v_references text[] := ARRAY(
        SELECT jsonb_array_elements_text(coalesce(facts -> 'references', '[]')) LIMIT 1000);
      v_named text[] := array_remove(v_references || (facts -> 'question' ->> 'message_id'), NULL);
      v_relatives uuid[] := '{}';
      v_found uuid[];
      v_first uuid;
      v_keys text[];
      v_count int;
    BEGIN
      -- Each look is one into an index, however many copies there are.
      IF (facts ->> 'joins')::bool AND setting('correlation') = 'yes'
        AND setting('correlation-headers') = 'yes'
      THEN
        v_relatives := ARRAY(
          SELECT copy FROM reference WHERE message_id = ANY (v_named) LIMIT 1000);
        IF v_references <> '{}' THEN
          v_relatives := v_relatives || ARRAY(
            SELECT id FROM copy WHERE message_id = ANY (v_references) LIMIT 1000);
        END IF;
      END IF;
      IF v_relatives <> '{}' THEN
        SELECT array_agg(DISTINCT p -> 'address' -> 'keys' ->> 0) INTO v_keys
          FROM jsonb_array_elements(facts -> 'participants') p WHERE (p ->> 'is_external')::bool;
        v_relatives := ARRAY(
          SELECT DISTINCT copy FROM participant
          WHERE copy = ANY (v_relatives) AND is_external AND address_key = ANY (v_keys));
      END IF;
      SELECT array_agg(DISTINCT conversation ORDER BY conversation) INTO v_found FROM (
        SELECT c.conversation, c.own_of FROM copy c
        WHERE c.id = ANY (v_relatives || (facts -> 'question' ->> 'answers')::uuid)
        UNION ALL
        SELECT c.conversation, c.own_of FROM copy c
        WHERE c.key = decode(facts ->> 'key', 'hex') AND c.id <> p_copy
      ) all_of WHERE v_is_host OR is_readable(own_of);
      IF v_found IS NULL THEN RETURN gen_random_uuid(); END IF;
      -- Nobody merges or removes them before this one is there; who did just now is looked at anew.
      IF cardinality(v_found) > 1 THEN
        PERFORM FROM conversation WHERE id = ANY (v_found) ORDER BY id FOR UPDATE;
      ELSE
        PERFORM FROM conversation WHERE id = v_found[1] FOR KEY SHARE;
      END IF;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      IF v_count < cardinality(v_found) THEN
        RAISE EXCEPTION 'a conversation is merged by somebody else; ask again' USING ERRCODE = '40001';
      END IF;
      v_first := v_found[1];
      IF cardinality(v_found) > 1 THEN
        INSERT INTO change (copy)
          SELECT id FROM copy WHERE conversation = ANY (v_found[2:]);
        UPDATE copy SET conversation = v_first WHERE conversation = ANY (v_found[2:]);
        UPDATE conversation SET (regarding_type, regarding_id, regarding_source) = (
            SELECT regarding_type, regarding_id, regarding_source FROM conversation
            WHERE id = ANY (v_found) AND regarding_type IS NOT NULL
            ORDER BY array_position(ARRAY['manual', 'rule', 'organization', 'conversation'],
              regarding_source), id = v_first DESC LIMIT 1)
          WHERE id = v_first AND EXISTS (
            SELECT FROM conversation WHERE id = ANY (v_found) AND regarding_type IS NOT NULL);
        DELETE FROM conversation WHERE id = ANY (v_found[2:]);
      END IF;
      RETURN v_first;
    END $$;

    -- Stores a copy, or notes another delivery of one: the only way to write one. It decides again from
    -- what it is told; ids, owner and who brought it are its own.
    CREATE OR REPLACE FUNCTION crm.deliver(
      p_entry uuid, p_copy uuid, p_facts jsonb, p_bytes bytea)
    RETURNS TABLE (
      stored uuid, outcome text, code int, explanation text, record_type text, record_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      v_question jsonb := p_facts -> 'question';
      v_direction text := v_question ->> 'direction';
      v_mailbox text := v_question -> 'mailbox' -> 'keys' ->> 0;
      v_key bytea;
      v_there copy;
      v_decision record;
      v_entry entry;
      v_is_host bool := is_host();
      v_by_hand bool;
      v_mailbox_user bigint;
      v_conversation uuid;
      v_regarding_type text;
      v_regarding_id text;
      v_regarding_source text;
      v_legacy record;
      v_is_written bool;
      v_is_first bool;
      v_offers bool := false;
      v_outcome text;
      v_from jsonb;
    BEGIN
      -- What is told of it goes to all sides, in answers that are bounded (PostgreSQLConnection.Limits).
      IF pg_column_size(p_facts) > 8388608 THEN
        RAISE EXCEPTION 'more is told of the message than 8 MiB' USING ERRCODE = 'CR002';
      END IF;
      IF NOT v_is_host THEN
        PERFORM require('track');
        -- The key under which the mailbox is theirs: what else is told is no mailbox of theirs.
        SELECT k.value INTO v_mailbox
          FROM jsonb_array_elements_text(v_question -> 'mailbox' -> 'keys') WITH ORDINALITY k (value, n)
          JOIN user_address u ON u.address_key = k.value AND u.app_user = acting() ORDER BY k.n LIMIT 1;
      END IF;
      -- Without one a tombstone of the mailbox would be that of the message.
      IF v_mailbox = '' THEN
        RAISE EXCEPTION 'a delivery has a mailbox' USING ERRCODE = 'CR002';
      END IF;
      INSERT INTO entry (id, copy, mailbox, login, outcome)
        VALUES (p_entry, p_copy, v_mailbox, session_user, 'begun')
        ON CONFLICT (id, login) DO NOTHING;
      IF NOT FOUND THEN
        SELECT * INTO v_entry FROM entry WHERE id = p_entry AND login = session_user;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the delivery % is carried out by somebody else; ask again', p_entry
            USING ERRCODE = '40001';
        ELSIF v_entry.copy <> p_copy THEN
          RAISE EXCEPTION 'the delivery % is another one''s', p_entry USING ERRCODE = 'CR002';
        END IF;
        -- This very delivery was committed before, with all of its content.
        RETURN QUERY SELECT p_copy,
          CASE v_entry.outcome WHEN 'created' THEN 'delivered' ELSE v_entry.outcome END, c.reason_code, c.explanation, c.regarding_type,
          c.regarding_id FROM (SELECT) x LEFT JOIN copy c ON c.id = p_copy;
        RETURN;
      END IF;

      v_key := decode(p_facts ->> 'key', 'hex');
      IF octet_length(v_key) IS DISTINCT FROM 32
        OR copy_id(v_key, v_direction) IS DISTINCT FROM p_copy
      THEN
        RAISE EXCEPTION 'the id % is not that of the message''s key', p_copy USING ERRCODE = 'CR002';
      END IF;
      -- Nobody takes it away from here on; who did is seen by the tombstone.
      SELECT * INTO v_there FROM copy WHERE id = p_copy FOR NO KEY UPDATE;
      -- Who asks is looked at before anything else of the message is.
      SELECT * INTO v_decision FROM decide_one(v_question);
      v_by_hand := v_question ->> 'track' = 'hand' OR coalesce((p_facts ->> 'is_manual')::bool, false);

      IF v_by_hand THEN
        -- Who tracks by hand takes back what was withdrawn: a user for their own mailbox, and no more.
        DELETE FROM tombstone WHERE hash = tombstone_of(v_key, v_mailbox)
          OR v_is_host AND hash = tombstone_of(v_key, NULL);
      ELSIF EXISTS (
        SELECT FROM tombstone WHERE hash IN (tombstone_of(v_key, NULL), tombstone_of(v_key, v_mailbox)))
      THEN
        DELETE FROM entry WHERE id = p_entry AND login = session_user;
        RETURN QUERY SELECT NULL::uuid, 'withdrawn', NULL::int,
          'it was withdrawn before, by hand or by its age', NULL::text, NULL::text;
        RETURN;
      END IF;
      IF v_decision.outcome <> 'accepted' THEN
        DELETE FROM entry WHERE id = p_entry AND login = session_user;
        RETURN QUERY SELECT NULL::uuid, v_decision.outcome, v_decision.code, v_decision.explanation,
          NULL::text, NULL::text;
        RETURN;
      END IF;
      v_mailbox_user := user_of(v_question -> 'mailbox');

      -- What is there is not written again; what a user's login brought gives way to a mail host's.
      IF v_there.id IS NOT NULL AND (v_there.is_attested OR NOT v_is_host) THEN
        v_is_written := false;
      ELSE
        v_conversation := coalesce(v_there.conversation, join_conversation(p_copy, p_facts));
        -- The record: a hand's of this message, a hand's of what it joins, a rule's, what it joins has.
        IF (v_is_host OR may('set-regarding'))
          AND is_record(lower(p_facts -> 'regarding' ->> 'type'), p_facts -> 'regarding' ->> 'id')
        THEN
          v_regarding_type := lower(p_facts -> 'regarding' ->> 'type');
          v_regarding_id := p_facts -> 'regarding' ->> 'id';
          v_regarding_source := p_facts -> 'regarding' ->> 'source';
        END IF;
        IF v_regarding_type IS NOT NULL THEN
          SELECT r.type, r.record_id INTO v_legacy FROM record_moved m JOIN record r ON r.id = m.record
            WHERE m.type = v_regarding_type AND m.record_id = v_regarding_id
              AND NOT EXISTS (
                SELECT FROM record p WHERE p.type = v_regarding_type AND p.record_id = v_regarding_id);
          IF FOUND THEN
            v_regarding_type := v_legacy.type; v_regarding_id := v_legacy.record_id;
          END IF;
        END IF;
        SELECT regarding_type, regarding_id, regarding_source INTO v_legacy FROM (
          SELECT c.regarding_type, c.regarding_id, 'manual' AS regarding_source, 1 AS rank FROM copy c
            WHERE c.id = (v_question ->> 'answers')::uuid AND c.conversation = v_conversation
              AND c.regarding_source = 'manual'
          UNION ALL
          SELECT k.regarding_type, k.regarding_id, k.regarding_source, 2 FROM conversation k
            WHERE k.id = v_conversation AND k.regarding_source IS NOT NULL
        ) s ORDER BY rank LIMIT 1;
        IF FOUND AND (v_regarding_source IS NULL
          OR v_legacy.regarding_source = 'manual' AND v_regarding_source <> 'manual')
        THEN
          v_regarding_type := v_legacy.regarding_type;
          v_regarding_id := v_legacy.regarding_id;
          v_regarding_source := CASE WHEN v_regarding_type IS NULL THEN NULL ELSE 'conversation' END;
        ELSIF v_regarding_source IN ('rule', 'organization') THEN
          v_offers := true;
        END IF;

        SELECT value INTO v_from FROM jsonb_array_elements(p_facts -> 'participants') WITH ORDINALITY
          WHERE value ->> 'role' = 'from' ORDER BY ordinality LIMIT 1;
        INSERT INTO copy AS c (
            id, key, direction, message_id, subject, sender_name, sender_address, sent_at, zone,
            tracked_at, size, stored_size, is_truncated, conversation, owner, owner_reason, own_of,
            regarding_type, regarding_id, regarding_source, answers, correlation,
            is_subject_changed, token, thread_index, reason_code, rule, accepting_user, is_manual,
            explanation, login, is_attested, written_in)
          VALUES (
            p_copy, v_key, v_direction, v_question ->> 'message_id',
            coalesce(v_question ->> 'subject', ''), v_from ->> 'name',
            v_from -> 'address' ->> 'address', (p_facts ->> 'sent_at')::bigint,
            (p_facts ->> 'zone')::int,
            -- What is to come no user tells: it would outlast what is pruned by its age.
            least((p_facts ->> 'tracked_at')::bigint,
              CASE WHEN NOT v_is_host THEN extract(epoch FROM now())::bigint END),
            (p_facts ->> 'size')::bigint, (p_facts ->> 'stored_size')::bigint,
            (p_facts ->> 'is_truncated')::bool, v_conversation, v_decision.owner,
            v_decision.owner_reason,
            CASE WHEN v_mailbox_user IS NULL OR v_mailbox_user = v_decision.owner
              THEN ARRAY[v_decision.owner] ELSE ARRAY[v_decision.owner, v_mailbox_user] END,
            v_regarding_type, v_regarding_id, v_regarding_source,
            (v_question ->> 'answers')::uuid, p_facts ->> 'correlation',
            (p_facts ->> 'is_subject_changed')::bool, p_facts ->> 'token',
            decode(p_facts ->> 'thread_index', 'hex'), v_decision.code, p_facts ->> 'rule',
            v_decision.accepting_user, v_by_hand, v_decision.explanation, session_user, v_is_host,
            pg_current_xact_id())
          ON CONFLICT (id) DO UPDATE SET
            subject = excluded.subject, message_id = excluded.message_id,
            sender_name = excluded.sender_name, sender_address = excluded.sender_address,
            sent_at = excluded.sent_at, zone = excluded.zone, tracked_at = excluded.tracked_at,
            size = excluded.size,
            stored_size = excluded.stored_size, is_truncated = excluded.is_truncated,
            owner = excluded.owner, owner_reason = excluded.owner_reason,
            own_of = ARRAY(SELECT DISTINCT unnest(c.own_of || excluded.own_of)),
            answers = excluded.answers, correlation = excluded.correlation,
            is_subject_changed = excluded.is_subject_changed, token = excluded.token,
            thread_index = excluded.thread_index, reason_code = excluded.reason_code,
            rule = excluded.rule, accepting_user = excluded.accepting_user,
            explanation = excluded.explanation, login = excluded.login,
            is_attested = excluded.is_attested, written_in = excluded.written_in
          WHERE excluded.is_attested AND NOT c.is_attested;
        v_is_written := FOUND;
      END IF;

      IF v_is_written THEN
        v_outcome := 'created';
        IF v_offers THEN
          INSERT INTO conversation AS k VALUES (
              v_conversation, v_regarding_type, v_regarding_id, v_regarding_source)
            ON CONFLICT (id) DO UPDATE SET regarding_type = excluded.regarding_type,
              regarding_id = excluded.regarding_id, regarding_source = excluded.regarding_source
            WHERE k.regarding_source IS DISTINCT FROM 'manual';
        ELSE
          INSERT INTO conversation (id) VALUES (v_conversation) ON CONFLICT (id) DO NOTHING;
        END IF;
        -- Of what gave way nothing stays.
        DELETE FROM content WHERE copy = p_copy;
        DELETE FROM participant WHERE copy = p_copy;
        DELETE FROM attachment WHERE copy = p_copy;
        DELETE FROM reference WHERE copy = p_copy;
        INSERT INTO content VALUES (p_copy, 0, p_bytes);
        INSERT INTO participant
          SELECT p_copy, (p.n - 1)::int, p.value ->> 'role', p.value ->> 'name',
            p.value -> 'address' ->> 'address', p.value -> 'address' -> 'keys' ->> 0,
            (p.value ->> 'is_external')::bool,
            user_of(p.value -> 'address')
          FROM jsonb_array_elements(p_facts -> 'participants') WITH ORDINALITY AS p (value, n)
          WHERE p.n <= 5000;
        INSERT INTO attachment
          SELECT p_copy, (a.value ->> 'number')::int, a.value ->> 'name', a.value ->> 'media_type',
            (a.value ->> 'size')::bigint
          FROM jsonb_array_elements(coalesce(p_facts -> 'attachments', '[]'))
            WITH ORDINALITY AS a (value, n) WHERE a.n <= 1000;
        INSERT INTO reference
          SELECT r.value, p_copy, min(r.n)::int
          FROM jsonb_array_elements_text(coalesce(p_facts -> 'references', '[]'))
            WITH ORDINALITY AS r (value, n) WHERE r.n <= 1000 GROUP BY r.value;
      ELSE
        v_outcome := 'delivered';
        UPDATE copy SET own_of = own_of || v_mailbox_user
          WHERE id = p_copy AND NOT v_mailbox_user = ANY (own_of);
        v_is_written := FOUND;
      END IF;
      INSERT INTO delivery AS d VALUES (
          p_copy, v_mailbox, v_mailbox_user, p_facts ->> 'envelope_sender',
          p_facts ->> 'envelope_recipient', (p_facts ->> 'seen_at')::bigint,
          (p_facts ->> 'seen_at')::bigint, 1)
        ON CONFLICT (copy, mailbox) DO UPDATE SET times_seen = d.times_seen + 1,
          last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
        RETURNING d.times_seen = 1 INTO v_is_first;
      IF v_outcome = 'delivered' AND NOT v_is_first THEN v_outcome := 'seen-again'; END IF;
      IF v_is_written THEN INSERT INTO change (copy) VALUES (p_copy); END IF;
      UPDATE entry SET outcome = v_outcome WHERE id = p_entry AND login = session_user;
      RETURN QUERY SELECT p_copy, v_outcome, v_decision.code, v_decision.explanation,
        c.regarding_type, c.regarding_id FROM copy c WHERE c.id = p_copy;
    END $$;

    -- The further parts of a message, in the transaction in which it was delivered.
    CREATE OR REPLACE FUNCTION crm.append(p_copy uuid, p_number int, p_bytes bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (
        SELECT FROM copy WHERE id = p_copy AND written_in = pg_current_xact_id()
          AND login = session_user)
      THEN
        RAISE EXCEPTION 'content is added to what was delivered in the same transaction alone'
          USING ERRCODE = 'CR001';
      END IF;
      INSERT INTO content VALUES (p_copy, p_number, p_bytes);
    END $$;

    -- Has all that was committed before be on the disk, here and where else the server waits for, when the
    -- end of this transaction is told. A number alone would not: only who wrote something waits for the disk.
    CREATE OR REPLACE FUNCTION crm.await_disk() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
      END IF;
      PERFORM pg_logical_emit_message(true, 'crm', '');
    END $$;

    -- Makes durable what this login delivered with synchronous_commit off; how many of it are missing, since
    -- the server crashed before it wrote them. What is seen here was committed before, so it is in the log
    -- before what is written here.
    CREATE OR REPLACE FUNCTION crm.settle(p_entries uuid[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF cardinality(p_entries) > 10000 THEN
        RAISE EXCEPTION 'at most 10000 deliveries are settled at once' USING ERRCODE = 'CR002';
      END IF;
      PERFORM await_disk();
      RETURN (
        SELECT count(*) FROM unnest(p_entries) AS e (id)
        WHERE NOT EXISTS (SELECT FROM entry WHERE entry.id = e.id AND entry.login = session_user));
    END $$;

    -- Nobody leaves a message without a part of it.
    CREATE OR REPLACE FUNCTION crm.check_content() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_wanted bigint;
      v_found bigint;
    BEGIN
      SELECT c.stored_size, (SELECT coalesce(sum(octet_length(bytes)), 0) FROM content WHERE copy = c.id)
        INTO v_wanted, v_found FROM copy c WHERE c.id = NEW.id;
      IF v_wanted <> v_found THEN
        RAISE EXCEPTION 'of % bytes of a message % came', v_wanted, v_found USING ERRCODE = '23514';
      END IF;
      RETURN NULL;
    END $$;
    DROP TRIGGER IF EXISTS whole ON crm.copy;
    CREATE CONSTRAINT TRIGGER whole AFTER INSERT OR UPDATE OF written_in ON crm.copy
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crm.check_content();

    -- Who has a copy as their own: its owner, and those through whose mailboxes it came.
    CREATE OR REPLACE FUNCTION crm.settle_own(p_copy uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      UPDATE copy c SET own_of = ARRAY(
          SELECT DISTINCT u FROM (
            SELECT c.owner UNION ALL SELECT d.app_user FROM delivery d WHERE d.copy = c.id) s (u)
          WHERE u IS NOT NULL)
        WHERE c.id = p_copy;
    END $$;

    -- Takes a conversation away that nobody is in, and nobody just joins.
    CREATE OR REPLACE FUNCTION crm.remove_empty(p_conversations uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM FROM conversation WHERE id = ANY (p_conversations) ORDER BY id FOR UPDATE;
      DELETE FROM conversation k WHERE k.id = ANY (p_conversations)
        AND NOT EXISTS (SELECT FROM copy c WHERE c.conversation = k.id);
    END $$;

    -- Takes back what a mail host brought; whether others have none of it, so that the copy goes.
    CREATE OR REPLACE FUNCTION crm.take_back(p_copy uuid, p_brought_by text) RETURNS bool
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      DELETE FROM delivery d WHERE d.copy = p_copy
        AND EXISTS (SELECT FROM entry e WHERE e.copy = p_copy AND e.mailbox = d.mailbox
          AND e.login = session_user AND e.outcome <> 'seen-again')
        AND NOT EXISTS (SELECT FROM entry e WHERE e.copy = p_copy AND e.mailbox = d.mailbox
          AND e.login <> session_user);
      DELETE FROM entry WHERE copy = p_copy AND login = session_user;
      RETURN p_brought_by = session_user AND NOT EXISTS (SELECT FROM delivery WHERE copy = p_copy);
    END $$;

    -- Takes a copy back, or one mailbox's delivery of it; what is not there, or not to be seen, is absent.
    CREATE OR REPLACE FUNCTION crm.withdraw(p_copy uuid, p_mailbox text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_acting bigint := acting();
      v_copy copy;
      v_is_administrator bool := may('administer');
      v_is_host bool := is_host();
      v_heir bigint;
      v_goes bool := p_mailbox IS NULL;
    BEGIN
      IF v_is_host THEN
        -- What it brought itself and is not to stay after all.
        SELECT c.* INTO v_copy FROM copy c WHERE c.id = p_copy
          AND EXISTS (SELECT FROM entry e WHERE e.copy = c.id AND e.login = session_user
            AND (p_mailbox IS NULL OR e.mailbox = p_mailbox)) FOR UPDATE;
      ELSE
        PERFORM require('track');
        SELECT * INTO v_copy FROM copy WHERE id = p_copy
          AND (v_is_administrator OR is_readable(own_of)) FOR UPDATE;
      END IF;
      IF v_copy.id IS NULL THEN RETURN 'absent'; END IF;
      IF p_mailbox IS NOT NULL THEN
        IF NOT v_is_host AND NOT v_is_administrator AND NOT EXISTS (
          SELECT FROM user_address WHERE address_key = p_mailbox AND app_user = v_acting)
        THEN
          RAISE EXCEPTION 'the mailbox is another user''s' USING ERRCODE = 'CR001';
        END IF;
        DELETE FROM delivery WHERE copy = p_copy AND mailbox = p_mailbox;
        IF NOT FOUND THEN RETURN 'absent'; END IF;
        -- Who tracks it by hand again is not answered what was before.
        DELETE FROM entry WHERE copy = p_copy AND mailbox = p_mailbox;
        INSERT INTO tombstone VALUES (tombstone_of(v_copy.key, p_mailbox)) ON CONFLICT DO NOTHING;
      ELSIF v_is_host THEN
        v_goes := take_back(p_copy, v_copy.login);
      ELSE
        IF NOT v_is_administrator AND v_copy.owner <> v_acting THEN
          RAISE EXCEPTION 'it belongs to %; who else has it takes their own delivery away',
            (SELECT address FROM app_user WHERE id = v_copy.owner) USING ERRCODE = 'CR001';
        END IF;
        IF v_is_administrator OR v_copy.is_attested THEN
          INSERT INTO tombstone VALUES (tombstone_of(v_copy.key, NULL)) ON CONFLICT DO NOTHING;
        ELSE
          -- What no mail host vouches for keeps nothing away but from its owner's mailboxes, and stays
          -- where somebody else brought it in, too: nobody keeps another's mail away who was there before.
          WITH own AS (
            DELETE FROM delivery WHERE copy = p_copy AND app_user = v_acting RETURNING mailbox
          ) INSERT INTO tombstone SELECT tombstone_of(v_copy.key, mailbox) FROM own
            ON CONFLICT DO NOTHING;
          DELETE FROM entry WHERE copy = p_copy AND login = session_user;
          SELECT d.app_user INTO v_heir FROM delivery d JOIN app_user u ON u.id = d.app_user
            WHERE d.copy = p_copy ORDER BY d.first_seen_at, d.app_user LIMIT 1;
          IF FOUND THEN
            UPDATE copy SET owner = v_heir, owner_reason = 'mailbox' WHERE id = p_copy;
            v_goes := false;
          END IF;
        END IF;
      END IF;
      IF v_goes THEN
        DELETE FROM copy WHERE id = p_copy;
        DELETE FROM entry WHERE copy = p_copy;
        PERFORM remove_empty(ARRAY[v_copy.conversation]);
      ELSE
        PERFORM settle_own(p_copy);
      END IF;
      INSERT INTO change (copy) VALUES (p_copy);
      PERFORM pg_notify('crm_changes', '');
      RETURN CASE WHEN v_goes THEN 'withdrawn' ELSE 'delivery' END;
    END $$;

    -- Takes copies away, whoever owns them; tombstones keep them from coming back.
    CREATE OR REPLACE FUNCTION crm.remove_copies(p_copies uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_conversations uuid[];
    BEGIN
      SELECT array_agg(DISTINCT conversation) INTO v_conversations FROM copy WHERE id = ANY (p_copies);
      INSERT INTO tombstone SELECT tombstone_of(key, NULL) FROM copy WHERE id = ANY (p_copies)
        ON CONFLICT DO NOTHING;
      DELETE FROM copy WHERE id = ANY (p_copies);
      DELETE FROM entry WHERE copy = ANY (p_copies);
      PERFORM remove_empty(v_conversations);
      INSERT INTO change (copy) SELECT unnest(p_copies);
      PERFORM pg_notify('crm_changes', '');
    END $$;

    -- Takes away all that is kept of a person, or counts it: copies in which the address takes part, whoever
    -- owns them, what envelopes and questions name it, the address of a record, and the record that has no
    -- other.
    CREATE OR REPLACE FUNCTION crm.forget(p_party jsonb, p_is_dry bool) RETURNS TABLE (
      copies bigint, envelopes bigint, questions bigint, records bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_keys text[] := ARRAY(SELECT jsonb_array_elements_text(p_party -> 'keys'));
      v_copies uuid[];
      v_records bigint[];
      v_record record;
    BEGIN
      PERFORM require('administer');
      IF EXISTS (SELECT FROM user_address WHERE address_key = ANY (v_keys)) THEN
        RAISE EXCEPTION 'is-user %', p_party ->> 'address' USING ERRCODE = 'CR003';
      END IF;
      v_copies := ARRAY(SELECT DISTINCT copy FROM participant WHERE address_key = ANY (v_keys));
      copies := cardinality(v_copies);
      IF NOT p_is_dry THEN PERFORM remove_copies(v_copies); END IF;
      SELECT count(*) INTO envelopes FROM delivery
        WHERE lower(envelope_sender) = ANY (v_keys) OR lower(envelope_recipient) = ANY (v_keys);
      SELECT count(*) INTO questions FROM question_log
        WHERE lower(sender) = ANY (v_keys)
          OR EXISTS (SELECT FROM unnest(recipients) r WHERE lower(r) = ANY (v_keys));
      v_records := ARRAY(SELECT DISTINCT record FROM record_address WHERE address_key = ANY (v_keys));
      records := cardinality(v_records);
      IF p_is_dry THEN RETURN NEXT; RETURN; END IF;
      UPDATE delivery SET
        envelope_sender = CASE WHEN lower(envelope_sender) = ANY (v_keys) THEN NULL
          ELSE envelope_sender END,
        envelope_recipient = CASE WHEN lower(envelope_recipient) = ANY (v_keys) THEN NULL
          ELSE envelope_recipient END
        WHERE lower(envelope_sender) = ANY (v_keys) OR lower(envelope_recipient) = ANY (v_keys);
      DELETE FROM question_log WHERE lower(sender) = ANY (v_keys)
        OR EXISTS (SELECT FROM unnest(recipients) r WHERE lower(r) = ANY (v_keys));
      DELETE FROM record_address WHERE address_key = ANY (v_keys);
      FOR v_record IN
        DELETE FROM record WHERE id = ANY (v_records)
          AND NOT EXISTS (SELECT FROM record_address a WHERE a.record = record.id)
          AND NOT EXISTS (SELECT FROM record_domain d WHERE d.record = record.id)
        RETURNING type, record_id
      LOOP
        -- Its id goes where mail regards it.
        INSERT INTO change (copy) SELECT id FROM copy
          WHERE regarding_type = v_record.type AND regarding_id = v_record.record_id;
        UPDATE copy SET regarding_type = NULL, regarding_id = NULL, regarding_source = NULL
          WHERE regarding_type = v_record.type AND regarding_id = v_record.record_id;
        UPDATE conversation SET regarding_type = NULL, regarding_id = NULL, regarding_source = NULL
          WHERE regarding_type = v_record.type AND regarding_id = v_record.record_id;
      END LOOP;
      RETURN NEXT;
    END $$;

    -- Takes away what arrived before a time, at most so many copies at once, or counts all of it. What it is
    -- about: 'all', which are questions, too; 'any' record, 'none', a 'type' of records, or 'one'.
    CREATE OR REPLACE FUNCTION crm.prune(
      p_before bigint, p_about text, p_type text, p_id text, most int, p_is_dry bool)
    RETURNS TABLE (copies bigint, questions bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_copies uuid[];
      v_now record;
    BEGIN
      PERFORM require('administer');
      IF p_about IS NULL OR p_about NOT IN ('all', 'any', 'none', 'type', 'one') THEN
        RAISE EXCEPTION 'what is to be pruned is not known' USING ERRCODE = 'CR002';
      END IF;
      SELECT * INTO v_now FROM current_record(p_type, p_id);
      v_copies := ARRAY(
        SELECT c.id FROM copy c WHERE c.tracked_at < p_before AND CASE p_about
          WHEN 'all' THEN true
          WHEN 'any' THEN c.regarding_type IS NOT NULL
          WHEN 'none' THEN c.regarding_type IS NULL
          WHEN 'type' THEN c.regarding_type = p_type
          ELSE c.regarding_type = v_now.type AND c.regarding_id = v_now.record_id END
        LIMIT CASE WHEN NOT p_is_dry THEN most END);
      copies := cardinality(v_copies);
      questions := 0;
      IF p_about = 'all' THEN
        SELECT count(*) INTO questions FROM question_log WHERE asked_at < to_timestamp(p_before);
      END IF;
      IF NOT p_is_dry THEN
        IF copies > 0 THEN PERFORM remove_copies(v_copies); END IF;
        IF p_about = 'all' THEN
          DELETE FROM question_log WHERE asked_at < to_timestamp(p_before);
        END IF;
      END IF;
      RETURN NEXT;
    END $$;

    -- Says by hand what record a copy belongs to, or none; whether there is such a copy.
    CREATE OR REPLACE FUNCTION crm.regard(p_copy uuid, p_type text, p_id text) RETURNS bool
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('set-regarding');
      IF (p_type IS NULL) <> (p_id IS NULL) THEN
        RAISE EXCEPTION 'a record has a type and an id' USING ERRCODE = 'CR002';
      ELSIF NOT is_record(lower(p_type), p_id) THEN
        RAISE EXCEPTION 'a record is named by a word and an id without white space'
          USING ERRCODE = 'CR002';
      END IF;
      UPDATE copy SET regarding_type = lower(p_type), regarding_id = p_id, regarding_source = 'manual'
        WHERE id = p_copy AND is_readable(own_of);
      IF NOT FOUND THEN RETURN false; END IF;
      INSERT INTO change (copy) VALUES (p_copy);
      PERFORM pg_notify('crm_changes', '');
      RETURN true;
    END $$;
    """#

  private static let reading = #"""

    -- What is told of a copy: ids and keys, and nothing that anybody wrote.
    CREATE OR REPLACE FUNCTION crm.index_facts(c crm.copy) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
      SELECT jsonb_build_object(
        'key', encode(c.key, 'hex'), 'direction', c.direction, 'message_id', c.message_id,
        'references', coalesce((SELECT jsonb_agg(message_id ORDER BY position) FROM reference
          WHERE copy = c.id), '[]'),
        'token', c.token, 'thread_index', encode(c.thread_index, 'hex'),
        'conversation', c.conversation,
        'owner', (SELECT address FROM app_user WHERE id = c.owner),
        'regarding', CASE WHEN c.regarding_source IS NOT NULL THEN jsonb_build_object(
          'type', c.regarding_type, 'id', c.regarding_id, 'source', c.regarding_source) END,
        'sent_at', c.sent_at, 'tracked_at', c.tracked_at, 'answers', c.answers,
        'participants', coalesce((SELECT jsonb_agg(jsonb_build_object('role', role,
            'key', address_key, 'is_external', is_external) ORDER BY number)
          FROM participant WHERE copy = c.id), '[]'))
    $$;

    -- Before which transaction no other one may still tell of a change.
    --
    -- Transactions of other databases of the server do not count: theirs may take hours. All others do,
    -- whatever they did so far: a login may take a number long before it writes. Who ended while the locks
    -- were looked at is seen by the next statement.
    CREATE OR REPLACE FUNCTION crm.horizon() RETURNS xid8
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      -- One statement sees no more than another there.
      IF pg_is_in_recovery() OR current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN pg_snapshot_xmin(pg_current_snapshot());
      END IF;
      -- Who is connected is else what it was when this transaction first looked.
      PERFORM pg_stat_clear_snapshot();
      RETURN (
        SELECT coalesce((
            SELECT x FROM pg_snapshot_xip(s.snapshot) AS x
            WHERE x::text::numeric % 4294967296 IN (
              SELECT l.transactionid::text::numeric FROM pg_locks l
              WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
                -- Of a prepared transaction nobody knows where it is.
                AND (l.pid IS NULL OR l.pid NOT IN (
                  SELECT pid FROM pg_stat_get_activity(NULL) WHERE datid <> (
                    SELECT oid FROM pg_database WHERE datname = current_database()))))
            ORDER BY x LIMIT 1),
          pg_snapshot_xmax(s.snapshot))
        FROM (SELECT pg_current_snapshot() AS snapshot) s);
    END $$;

    -- What became of copies since a point, the oldest first, and in a last row from where to ask next.
    --
    -- A change is told when no transaction runs that is older: nothing comes late between those that were
    -- told.
    CREATE OR REPLACE FUNCTION crm.changes(since text, most int) RETURNS TABLE (
      token text, copy uuid, kind text, facts jsonb)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      v_epoch uuid := (SELECT epoch FROM organization);
      v_salt bytea := (SELECT salt FROM organization);
      v_horizon xid8 := horizon();
      v_parts text[] := string_to_array(since, '.');
      v_xid xid8 := '0';
      v_serial bigint := 0;
      v_is_host bool := is_host();
      v_acting bigint := acting();
      v_all bool := v_is_host OR may('read-organization');
      v_own bool := may('read-own');
      v_keys text[] := '{}';
      v_row record;
      v_count int := 0;
    BEGIN
      IF NOT v_is_host THEN PERFORM require('read-own'); END IF;
      -- Who untracked their delivery of another's mail is told that it is gone, on all their machines.
      IF NOT v_all AND v_own THEN
        v_keys := ARRAY(SELECT address_key FROM user_address WHERE app_user = v_acting);
      END IF;
      IF most IS NULL OR most NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'from 1 to 10000 changes are told at once' USING ERRCODE = 'CR002';
      END IF;
      -- After a restore into another server everything is told again.
      IF cardinality(v_parts) = 3 AND v_parts[1] = v_epoch::text AND v_parts[2] ~ '^[0-9]{1,19}$'
        AND v_parts[3] ~ '^[0-9]{1,18}$'
      THEN
        v_xid := v_parts[2]::xid8; v_serial := v_parts[3]::bigint;
      END IF;
      FOR v_row IN
        SELECT h.xid, h.serial, h.copy,
          c.id IS NOT NULL AND (v_all OR v_acting = ANY (c.own_of)) AS is_there,
          CASE WHEN c.id IS NOT NULL AND (v_all OR v_acting = ANY (c.own_of)) THEN index_facts(c) END
            AS facts
        FROM change h LEFT JOIN copy c ON c.id = h.copy
        WHERE (h.xid, h.serial) > (v_xid, v_serial) AND h.xid < v_horizon
          AND (v_all OR c.id IS NULL OR v_own AND (v_acting = ANY (c.own_of)
            OR EXISTS (SELECT FROM unnest(v_keys) k JOIN tombstone t
              ON t.hash = sha256(v_salt || c.key || convert_to(k, 'UTF8')))))
        ORDER BY h.xid, h.serial LIMIT most
      LOOP
        v_count := v_count + 1;
        v_xid := v_row.xid; v_serial := v_row.serial;
        RETURN QUERY SELECT v_epoch || '.' || v_xid || '.' || v_serial, v_row.copy,
          CASE WHEN v_row.is_there THEN 'stored' ELSE 'gone' END, v_row.facts;
      END LOOP;
      IF v_count < most AND v_xid < v_horizon THEN v_xid := v_horizon; v_serial := 0; END IF;
      -- What a crash takes with it was told to nobody: after it the same numbers are given again. A replica
      -- has nothing but what is on the disk of who it follows.
      IF NOT pg_is_in_recovery() THEN PERFORM await_disk(); END IF;
      RETURN QUERY SELECT v_epoch || '.' || v_xid || '.' || v_serial, NULL::uuid,
        CASE WHEN v_count < most THEN 'end' ELSE 'more' END, NULL::jsonb;
    END $$;

    -- The headers of copies, as the policies let them be read.
    CREATE OR REPLACE FUNCTION crm.copies(ids uuid[]) RETURNS TABLE (copy uuid, facts jsonb)
    LANGUAGE sql STABLE SECURITY INVOKER SET search_path = crm, pg_temp AS $$
      SELECT c.id, jsonb_build_object(
        'key', encode(c.key, 'hex'), 'direction', c.direction, 'message_id', c.message_id,
        'subject', c.subject, 'sender_name', c.sender_name, 'sender_address', c.sender_address,
        'sent_at', c.sent_at, 'zone', c.zone, 'tracked_at', c.tracked_at,
        'recorded_at', extract(epoch FROM c.recorded_at)::bigint,
        'size', c.size, 'stored_size', c.stored_size, 'is_truncated', c.is_truncated,
        'conversation', c.conversation,
        'owner', (SELECT address FROM app_user WHERE id = c.owner), 'owner_reason', c.owner_reason,
        'regarding', CASE WHEN c.regarding_source IS NOT NULL THEN jsonb_build_object(
          'type', c.regarding_type, 'id', c.regarding_id, 'source', c.regarding_source) END,
        'answers', c.answers, 'correlation', c.correlation,
        'is_subject_changed', c.is_subject_changed, 'token', c.token,
        'thread_index', encode(c.thread_index, 'hex'), 'code', c.reason_code, 'rule', c.rule,
        'accepting_user', (SELECT address FROM app_user WHERE id = c.accepting_user),
        'is_manual', c.is_manual, 'explanation', c.explanation, 'is_attested', c.is_attested,
        'references', coalesce((SELECT jsonb_agg(message_id ORDER BY position) FROM reference
          WHERE copy = c.id), '[]'),
        'participants', coalesce((SELECT jsonb_agg(jsonb_build_object('role', role, 'name', name,
            'address', address, 'key', address_key, 'is_external', is_external) ORDER BY number)
          FROM participant WHERE copy = c.id), '[]'),
        'attachments', coalesce((SELECT jsonb_agg(jsonb_build_object('number', number, 'name', name,
            'media_type', media_type, 'size', size) ORDER BY number)
          FROM attachment WHERE copy = c.id), '[]'),
        'deliveries', coalesce((SELECT jsonb_agg(jsonb_build_object('mailbox', mailbox,
            'envelope_sender', envelope_sender, 'envelope_recipient', envelope_recipient,
            'first_seen_at', first_seen_at, 'last_seen_at', last_seen_at,
            'times_seen', times_seen) ORDER BY mailbox)
          FROM delivery WHERE copy = c.id), '[]'))
      FROM copy c WHERE c.id = ANY (ids) ORDER BY c.id
    $$;

    -- Writes down that somebody fetches a message; whether it is there for them.
    CREATE OR REPLACE FUNCTION crm.read_content(p_copy uuid) RETURNS bool
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('read-own');
      IF NOT EXISTS (SELECT FROM copy WHERE id = p_copy AND is_readable(own_of)) THEN
        RETURN false;
      END IF;
      INSERT INTO content_read (login, copy) VALUES (session_user, p_copy);
      RETURN true;
    END $$;

    -- A part of a message for whoever may read it, once it is written down, and committed, that they do:
    -- what a transaction wrote that is rolled back nobody finds, and read_at is when it began.
    CREATE OR REPLACE FUNCTION crm.content(p_copy uuid, p_number int) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('read-own');
      IF NOT EXISTS (SELECT FROM copy WHERE id = p_copy AND is_readable(own_of)) THEN
        RETURN NULL;
      END IF;
      IF NOT EXISTS (SELECT FROM content_read WHERE copy = p_copy AND login = session_user
        AND read_at < now() AND read_at > now() - interval '1 hour')
      THEN
        RAISE EXCEPTION 'content is given to who called crm.read_content in a transaction before'
          USING ERRCODE = 'CR001';
      END IF;
      RETURN (SELECT bytes FROM content WHERE copy = p_copy AND number = p_number);
    END $$;
    """#
}
