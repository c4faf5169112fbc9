/// Who asks, and the decision about a message, as functions of an organization in PostgreSQL.
///
/// The decision is that of `Decider`, case by case; a test holds the two together.
enum PostgreSQLDecision {
  static let script = #"""
    -- What is asked again and again is in plpgsql, which keeps its plans for as long as a connection lasts.

    -- Who is logged in: SET ROLE changes nothing of it.
    CREATE OR REPLACE FUNCTION crm.acting() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT id FROM app_user WHERE login = session_user AND is_enabled);
    END $$;

    CREATE OR REPLACE FUNCTION crm.is_host() RETURNS bool
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT EXISTS (SELECT FROM host WHERE login = session_user));
    END $$;

    CREATE OR REPLACE FUNCTION crm.setting(wanted text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT value FROM policy WHERE name = wanted);
    END $$;

    CREATE OR REPLACE FUNCTION crm.privileges_of(role text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT CASE role
          WHEN 'administrator' THEN ARRAY['read-own', 'read-organization', 'track', 'set-regarding',
            'export', 'administer']
          ELSE array_remove(
            string_to_array(coalesce(setting(role || '-privileges'), ''), ','), 'administer') END);
    END $$;

    CREATE OR REPLACE FUNCTION crm.may(privilege text) RETURNS bool
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT coalesce(
          (SELECT privilege = ANY (privileges_of(role)) FROM app_user WHERE id = acting()), false));
    END $$;

    CREATE OR REPLACE FUNCTION crm.me() RETURNS TABLE (
      organization uuid, name text, schema_version int, login text, kind text, address text,
      role text, privileges text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
      SELECT o.id, current_database()::text, o.schema_version, session_user::text,
        CASE WHEN is_host() THEN 'host' WHEN u.is_enabled THEN 'user' WHEN u.id IS NOT NULL THEN 'disabled'
          WHEN pg_has_role(session_user, 'crm_host', 'MEMBER')
            AND NOT pg_has_role(session_user, 'crm_reader', 'MEMBER') THEN 'removed-host'
          ELSE 'none' END,
        u.address, u.role,
        CASE WHEN u.is_enabled THEN coalesce(privileges_of(u.role), '{}') ELSE '{}' END
      FROM organization o LEFT JOIN app_user u ON u.login = session_user
    $$;

    -- Refuses whoever is nobody here, or lacks what is asked for.
    CREATE OR REPLACE FUNCTION crm.require(privilege text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF is_host() THEN
        RAISE EXCEPTION 'the login % is a mail host, which asks and delivers; a user does this by the own login',
          session_user USING ERRCODE = 'CR001';
      ELSIF acting() IS NULL THEN
        RAISE EXCEPTION '%', (SELECT CASE kind
            WHEN 'disabled' THEN format('the login %s is %s, who is disabled; an administrator enables the user: user set %s --enable', login, address, address)
            WHEN 'removed-host' THEN format('the login %s is no mail host of the organization any more; an administrator lets it in: org host add ORGANIZATION %s', login, login)
            ELSE format('the login %s is no user of the organization; an administrator binds it: user add ADDRESS --login %s', login, login) END
          FROM me()) USING ERRCODE = 'CR001';
      ELSIF NOT may(privilege) THEN
        RAISE EXCEPTION '% lacks the privilege %', (SELECT address FROM app_user WHERE id = acting()),
          privilege USING ERRCODE = 'CR001';
      END IF;
    END $$;

    -- The users who have some addresses, in their order: of each under the first key that is anybody's.
    CREATE OR REPLACE FUNCTION crm.users_of(addresses jsonb) RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF addresses = '[]' THEN RETURN '{}'; END IF;
      RETURN (
        SELECT coalesce(array_agg(app_user ORDER BY position), '{}') FROM (
          SELECT DISTINCT ON (app_user) app_user, position FROM (
            SELECT x.app_user, row_number() OVER (ORDER BY a.n, x.app_user) AS position
            FROM jsonb_array_elements(addresses) WITH ORDINALITY AS a (value, n)
            CROSS JOIN LATERAL (
              SELECT y.app_user FROM user_address y WHERE y.address_key = (
                SELECT k.value FROM jsonb_array_elements_text(a.value -> 'keys') WITH ORDINALITY k (value, n)
                WHERE EXISTS (SELECT FROM user_address z WHERE z.address_key = k.value)
                ORDER BY k.n LIMIT 1)
            ) x
          ) s ORDER BY app_user, position
        ) t);
    END $$;

    -- The first of them, of one address.
    CREATE OR REPLACE FUNCTION crm.user_of(party jsonb) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT u.app_user
        FROM jsonb_array_elements_text(party -> 'keys') WITH ORDINALITY k (value, n)
        JOIN user_address u ON u.address_key = k.value ORDER BY k.n, u.app_user LIMIT 1);
    END $$;

    -- The records to which an address belongs, and whether by itself or by its domain.
    CREATE OR REPLACE FUNCTION crm.records_of(party jsonb) RETURNS TABLE (record bigint, basis text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp ROWS 2 AS $$
    #variable_conflict use_column
    BEGIN
      RETURN QUERY
        WITH named AS (
          SELECT a.record FROM record_address a
          WHERE a.address_key = ANY (ARRAY(SELECT jsonb_array_elements_text(party -> 'keys')))
        ), by_address AS (
          SELECT n.record FROM named n
          UNION
          -- Where no record has the address with its note, the mailbox is meant.
          SELECT a.record FROM record_address a
          WHERE a.address_key = ANY (ARRAY(SELECT jsonb_array_elements_text(party -> 'mailboxes')))
            AND NOT EXISTS (SELECT FROM named)
          UNION
          SELECT a.record FROM record_address a WHERE a.alias_key = party ->> 'alias'
        )
        SELECT b.record, 'address' FROM by_address b
        UNION ALL
        SELECT DISTINCT d.record, 'domain' FROM record_domain d
        WHERE d.domain_key = ANY (ARRAY(SELECT jsonb_array_elements_text(party -> 'companies')))
          AND d.record NOT IN (SELECT record FROM by_address);
    END $$;

    CREATE OR REPLACE FUNCTION crm.is_refused(address jsonb) RETURNS bool
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT EXISTS (
          SELECT FROM refused_address WHERE kind = 'address' AND key = address -> 'keys' ->> 0
            OR kind = 'domain' AND key = address -> 'domains' ->> 0
            OR kind = 'subdomains'
              AND key IN (SELECT jsonb_array_elements_text((address -> 'domains') - 0))));
    END $$;

    -- The filter that holds for a user.
    CREATE OR REPLACE FUNCTION crm.effective_filter(chosen text, s jsonb) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT CASE
          WHEN s ->> 'forced-filter' <> 'off' THEN s ->> 'forced-filter'
          WHEN coalesce(chosen, s ->> 'filter') = 'all' AND s ->> 'allow-all' = 'no' THEN 'replies'
          ELSE coalesce(chosen, s ->> 'filter') END);
    END $$;

    -- Whether whoever is logged in may read a copy that is some users' own.
    CREATE OR REPLACE FUNCTION crm.is_readable(own_of bigint[]) RETURNS bool
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      RETURN (
        SELECT may('read-organization') OR (may('read-own') AND acting() = ANY (own_of)));
    END $$;

    -- To whom a copy belongs.
    CREATE OR REPLACE FUNCTION crm.find_owner(
      question jsonb, sender_user bigint, mailbox_user bigint, answered_owner bigint, s jsonb,
      OUT owner bigint, OUT reason text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_field text;
      v_eligible bigint[];
      v_count int;
      v_by_address bool;
      v_record_owner bigint;
      v_record_type text;
    BEGIN
      IF question ->> 'direction' = 'outgoing' THEN
        SELECT id, 'sender' INTO owner, reason FROM app_user
          WHERE id = sender_user AND is_enabled AND role <> 'reader';
        IF FOUND THEN RETURN; END IF;
      ELSE
        FOREACH v_field IN ARRAY ARRAY['to', 'cc', 'bcc'] LOOP
          SELECT coalesce(array_agg(u.id ORDER BY l.n), '{}') INTO v_eligible
            FROM unnest(users_of(question -> v_field)) WITH ORDINALITY AS l (id, n)
            JOIN app_user u ON u.id = l.id AND u.is_enabled AND u.role <> 'reader';
          CONTINUE WHEN v_eligible = '{}';
          IF answered_owner IS NOT NULL THEN
            IF answered_owner = ANY (v_eligible) THEN
              owner := answered_owner; reason := 'answered-copy'; RETURN;
            END IF;
          ELSE
            -- The one record that the sender is, as the copy will show it.
            SELECT count(*), bool_or(basis = 'address') INTO v_count, v_by_address
              FROM records_of(question -> 'sender');
            IF v_count BETWEEN 1 AND 100 THEN
              SELECT r.owner, r.type, count(*) OVER ()
                INTO v_record_owner, v_record_type, v_count
                FROM records_of(question -> 'sender') f JOIN record r ON r.id = f.record
                WHERE f.basis = 'address' OR NOT v_by_address
                ORDER BY
                  CASE WHEN mailbox_user IS NULL OR r.owner IS DISTINCT FROM mailbox_user
                    THEN 1 ELSE 0 END,
                  coalesce(array_position(
                    ARRAY['contact', 'account', 'lead', 'equipment', 'team', 'businessunit'],
                    r.type), 7),
                  r.id
                LIMIT 1;
              IF NOT (v_count > 1 AND s ->> 'ambiguous-senders-unresolved' = 'yes')
                AND v_record_type IN ('lead', 'contact', 'account')
                AND v_record_owner = ANY (v_eligible)
              THEN
                owner := v_record_owner; reason := 'sender-record'; RETURN;
              END IF;
            END IF;
          END IF;
          owner := v_eligible[1]; reason := 'first-recipient'; RETURN;
        END LOOP;
      END IF;
      SELECT id, 'mailbox' INTO owner, reason FROM app_user
        WHERE id = mailbox_user AND is_enabled AND role <> 'reader';
    END $$;

    -- Decides about one message. Who is no mail host asks for their own mailbox alone, and what their
    -- login brings in is their own: nobody makes a copy that is another user's.
    CREATE OR REPLACE FUNCTION crm.decide_one(
      question jsonb, OUT outcome text, OUT code int, OUT explanation text, OUT owner bigint,
      OUT owner_reason text, OUT accepting_user bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      s jsonb := (SELECT jsonb_object_agg(name, value) FROM policy);
      v_is_host bool := is_host();
      v_acting bigint := acting();
      v_incoming bool;
      v_recipients jsonb;
      v_sender bigint;
      v_to bigint[];
      v_cc bigint[];
      v_bcc bigint[];
      v_mailbox bigint;
      v_asked bigint[];
      v_has_opposite bool;
      v_reaches_queue bool;
      v_answered_owner bigint;
      v_answers bool;
      v_filter text;
      v_last_filter text;
      v_user app_user;
      v_known text[] := '{}';
      v_who text;
    BEGIN
      IF jsonb_typeof(question) IS DISTINCT FROM 'object'
        OR coalesce(question ->> 'direction', '') NOT IN ('incoming', 'outgoing')
        OR coalesce(question ->> 'track', '') NOT IN ('ask', 'rule', 'hand')
        OR jsonb_typeof(question -> 'mailbox') IS DISTINCT FROM 'object'
        OR jsonb_typeof(question -> 'to') IS DISTINCT FROM 'array'
        OR jsonb_typeof(question -> 'cc') IS DISTINCT FROM 'array'
        OR jsonb_typeof(question -> 'bcc') IS DISTINCT FROM 'array'
      THEN
        RAISE EXCEPTION 'a question is not of the form that this organization knows'
          USING ERRCODE = 'CR002';
      END IF;
      v_incoming := question ->> 'direction' = 'incoming';
      v_recipients := (question -> 'to') || (question -> 'cc') || (question -> 'bcc');
      v_mailbox := user_of(question -> 'mailbox');
      IF NOT v_is_host THEN
        PERFORM require('track');
        IF v_mailbox IS DISTINCT FROM v_acting THEN
          RAISE EXCEPTION '% asks for the mailbox of somebody else; only a mail host may',
            session_user USING ERRCODE = 'CR001';
        END IF;
      END IF;

      outcome := 'refused';
      IF jsonb_typeof(question -> 'sender') IS DISTINCT FROM 'object' THEN
        code := 7; explanation := 'the message names no usable sender'; RETURN;
      END IF;
      IF EXISTS (
        SELECT FROM jsonb_array_elements(jsonb_build_array(question -> 'sender') || v_recipients) a
        WHERE is_refused(a))
      THEN
        code := -1;
        explanation := 'a participant is on the organization''s list of refused addresses';
        RETURN;
      END IF;

      v_sender := user_of(question -> 'sender');
      v_to := users_of(question -> 'to');
      v_cc := users_of(question -> 'cc');
      v_bcc := users_of(question -> 'bcc');

      -- Mail among users.
      v_has_opposite := EXISTS (
        SELECT FROM copy WHERE message_id = question ->> 'message_id'
          AND direction <> question ->> 'direction');
      IF s ->> 'internal-mail' <> 'two' AND (v_incoming OR v_has_opposite) THEN
        SELECT * INTO v_user FROM app_user WHERE id = v_sender AND is_enabled;
        IF FOUND AND (v_user.kind <> 'queue' OR s ->> 'internal-from-queues' = 'yes') THEN
          v_reaches_queue := EXISTS (
            SELECT FROM app_user WHERE id = ANY (v_to || v_cc || v_bcc || v_mailbox)
              AND kind = 'queue' AND id <> v_sender);
          IF NOT (v_incoming AND s ->> 'internal-to-queues' = 'yes' AND v_reaches_queue) THEN
            IF s ->> 'internal-mail' = 'one' AND v_has_opposite THEN
              code := 4;
              explanation := 'internal mail is one activity here, and its other copy is tracked';
              RETURN;
            ELSIF s ->> 'internal-mail' = 'refuse' AND v_incoming THEN
              code := 4;
              explanation := 'the organization refuses mail that its own users send to each other';
              RETURN;
            END IF;
          END IF;
        END IF;
      END IF;

      -- Who is asked.
      IF NOT v_is_host THEN
        v_asked := ARRAY[v_acting];
      ELSIF v_incoming THEN
        v_asked := CASE WHEN s ->> 'only-mailbox-decides' = 'yes' THEN '{}'
          ELSE v_to || v_cc || v_bcc END || v_mailbox;
      ELSE
        v_asked := ARRAY[v_sender, v_mailbox];
      END IF;
      SELECT coalesce(array_agg(id ORDER BY n), '{}') INTO v_asked FROM (
        SELECT u.id, min(l.n) AS n FROM unnest(v_asked) WITH ORDINALITY AS l (id, n)
        JOIN app_user u ON u.id = l.id AND u.is_enabled AND u.role <> 'reader' GROUP BY u.id) s;
      IF v_asked = '{}' THEN
        code := 3;
        explanation := CASE
          WHEN v_sender IS NULL AND v_mailbox IS NULL AND v_to || v_cc || v_bcc = '{}'
          THEN 'nobody who takes part is a user of the organization'
          ELSE 'no user who takes part may have mail tracked' END;
        RETURN;
      END IF;
      IF s ->> 'forced-filter' = 'none' THEN
        code := 1; explanation := 'the organization forces the filter ''none'' on all users'; RETURN;
      END IF;

      -- What it answers: a copy that whoever asks may know of.
      SELECT c.owner INTO v_answered_owner FROM copy c
        WHERE c.id = (question ->> 'answers')::uuid AND (v_is_host OR is_readable(c.own_of));
      v_answers := FOUND;

      IF v_is_host THEN
        SELECT f.owner, f.reason INTO owner, owner_reason
          FROM find_owner(question, v_sender, v_mailbox, v_answered_owner, s) f;
      ELSE
        owner := v_acting; owner_reason := 'mailbox';
      END IF;

      IF question ->> 'track' = 'hand'
        OR question ->> 'track' = 'rule' AND s ->> 'track-rules' = 'yes'
      THEN
        code := CASE WHEN v_answers THEN 2 ELSE 6 END;
        explanation := CASE question ->> 'track' WHEN 'hand' THEN 'it was tracked by hand'
          ELSE 'tracking was asked for by rule' END;
      ELSE
        FOR v_user IN
          SELECT u.* FROM unnest(v_asked) WITH ORDINALITY AS l (id, n)
          JOIN app_user u ON u.id = l.id ORDER BY l.n
        LOOP
          v_filter := effective_filter(v_user.filter, s);
          v_last_filter := v_filter;
          IF v_filter = 'all' THEN
            code := 6;
          ELSIF v_filter = 'replies' THEN
            IF v_answers AND s ->> 'correlation' = 'yes' THEN code := 2; END IF;
          ELSIF v_filter IN ('contacts', 'records') AND NOT v_filter = ANY (v_known) THEN
            IF EXISTS (
              SELECT FROM jsonb_array_elements(
                CASE WHEN v_incoming THEN jsonb_build_array(question -> 'sender')
                  ELSE v_recipients END) a
              CROSS JOIN LATERAL records_of(a) f JOIN record r ON r.id = f.record
              WHERE v_filter = 'records' OR r.type IN ('lead', 'contact', 'account'))
            THEN code := 5; ELSE v_known := v_known || v_filter; END IF;
          END IF;
          IF code IS NOT NULL THEN accepting_user := v_user.id; EXIT; END IF;
        END LOOP;
        IF code IS NULL THEN
          code := 1; owner := NULL; owner_reason := NULL;
          v_who := CASE WHEN v_incoming THEN 'the sender' ELSE 'no recipient' END;
          explanation := CASE
            WHEN cardinality(v_asked) > 1 THEN 'none of the ' || cardinality(v_asked)
              || ' users who were asked has a filter that accepts it'
            WHEN v_last_filter = 'replies'
              THEN 'the filter is ''replies'', and it answers no tracked mail'
            WHEN v_last_filter = 'contacts' THEN 'the filter is ''contacts'', and ' || v_who || ' is '
              || CASE WHEN v_incoming THEN 'no' ELSE 'a' END || ' lead, contact or account'
            WHEN v_last_filter = 'records' THEN 'the filter is ''records'', and ' || v_who || ' is '
              || CASE WHEN v_incoming THEN 'no' ELSE 'a' END || ' record'
            ELSE 'the filter is ''none''' END;
          RETURN;
        END IF;
        explanation := CASE code
          WHEN 6 THEN 'a user''s filter is ''all'''
          WHEN 2 THEN 'it answers tracked mail, and a user''s filter is ''replies'''
          ELSE CASE WHEN v_incoming THEN 'the sender' ELSE 'a recipient' END
            || ' is a record, and a user''s filter is ''' || v_filter || '''' END;
      END IF;
      IF owner IS NULL THEN
        code := 3; explanation := 'no user who takes part may own the copy';
        accepting_user := NULL; RETURN;
      END IF;
      outcome := 'accepted';
    END $$;

    CREATE OR REPLACE FUNCTION crm.decide(questions jsonb, logs bool DEFAULT true) RETURNS TABLE (
      ordinal int, outcome text, code int, explanation text, owner text, record_type text,
      record_id text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      v_question jsonb;
      v_answer record;
      v_number int := 0;
      v_logs bool := logs AND setting('log-refused') = 'yes';
    BEGIN
      IF jsonb_typeof(questions) IS DISTINCT FROM 'array' OR jsonb_array_length(questions) > 50 THEN
        RAISE EXCEPTION 'questions come as an array of at most 50' USING ERRCODE = 'CR002';
      END IF;
      FOR v_question IN SELECT value FROM jsonb_array_elements(questions) WITH ORDINALITY ORDER BY ordinality
      LOOP
        v_number := v_number + 1;
        SELECT d.*, u.address INTO v_answer FROM decide_one(v_question) d
          LEFT JOIN app_user u ON u.id = d.owner;
        IF v_logs AND v_answer.outcome = 'refused' THEN
          INSERT INTO question_log (login, sender, recipients, subject, code) VALUES (
            session_user, v_question -> 'sender' ->> 'address',
            ARRAY(SELECT a.value ->> 'address' FROM jsonb_array_elements(
              (v_question -> 'to') || (v_question -> 'cc') || (v_question -> 'bcc'))
              WITH ORDINALITY AS a (value, n) ORDER BY a.n),
            coalesce(v_question ->> 'subject', ''), v_answer.code);
        END IF;
        RETURN QUERY SELECT v_number, v_answer.outcome, v_answer.code, v_answer.explanation,
          v_answer.address, NULL::text, NULL::text;
      END LOOP;
    END $$;
    """#
}
