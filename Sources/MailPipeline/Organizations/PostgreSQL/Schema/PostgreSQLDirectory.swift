/// Users, records and settings, as functions of an organization in PostgreSQL.
///
/// What goes wrong is said by SQLSTATE `CR003` and a message of words and values: which it is, a client
/// need not guess (`PostgreSQLAdministration`).
enum PostgreSQLDirectory {
  static let script = people + records

  private static let people = #"""
    -- What every login of the organization may know of it: settings and users.
    CREATE OR REPLACE FUNCTION crm.directory() RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF acting() IS NULL AND NOT is_host() THEN PERFORM require('read-own'); END IF;
      RETURN (SELECT jsonb_build_object(
        'policy', (SELECT coalesce(jsonb_object_agg(name, value), '{}') FROM policy),
        'users', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', u.id, 'address', u.address, 'kind', u.kind, 'role', u.role, 'filter', u.filter,
            'is_enabled', u.is_enabled, 'login', u.login,
            'addresses', (SELECT coalesce(jsonb_agg(a.address ORDER BY a.position), '[]')
              FROM user_address a WHERE a.app_user = u.id)) ORDER BY u.id), '[]') FROM app_user u)));
    END $$;

    CREATE OR REPLACE FUNCTION crm.set_policy(p_name text, p_value text, p_refused jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      UPDATE policy SET value = p_value WHERE name = p_name;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the organization knows no setting %; ''org init'' brings it to this version',
          p_name USING ERRCODE = 'CR002';
      END IF;
      IF p_name = 'refuse' THEN
        DELETE FROM refused_address;
        INSERT INTO refused_address
          SELECT DISTINCT value ->> 'kind', value ->> 'key' FROM jsonb_array_elements(p_refused);
      END IF;
      PERFORM pg_notify('crm_changes', '');
    END $$;

    -- Whether an administrator is left who can log in.
    CREATE OR REPLACE FUNCTION crm.require_administrators() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM app_user WHERE role = 'administrator' AND is_enabled) THEN
        RAISE EXCEPTION 'last-administrator' USING ERRCODE = 'CR003';
      ELSIF NOT EXISTS (
        SELECT FROM app_user WHERE role = 'administrator' AND is_enabled AND login IS NOT NULL)
      THEN
        RAISE EXCEPTION 'no-administrator-with-login' USING ERRCODE = 'CR003';
      END IF;
    END $$;

    -- Gives a login the group of its role, so that it may enter the schema and call what that is for. No
    -- group is taken away: they are the server's, on which the login may be somebody in the organization
    -- of another database, and who has one and is nobody here sees and does nothing.
    CREATE OR REPLACE FUNCTION crm.bind(p_login text, p_group text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_role pg_roles;
    BEGIN
      SELECT * INTO v_role FROM pg_roles WHERE rolname = p_login;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'no-login %', p_login USING ERRCODE = 'CR003';
      END IF;
      IF NOT v_role.rolcanlogin OR v_role.rolsuper OR v_role.rolbypassrls THEN
        RAISE EXCEPTION 'unfit-login %', p_login USING ERRCODE = 'CR003';
      END IF;
      -- Who has it is not told so each time.
      IF NOT pg_has_role(p_login, p_group, 'USAGE') THEN
        EXECUTE format('GRANT %I TO %I', p_group, p_login);
      END IF;
    END $$;

    CREATE OR REPLACE FUNCTION crm.group_of(role text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
      SELECT 'crm_' || role
    $$;

    CREATE OR REPLACE FUNCTION crm.set_addresses(p_user bigint, p_addresses jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_taken text;
    BEGIN
      SELECT a.value ->> 'address' INTO v_taken FROM jsonb_array_elements(p_addresses) a
        WHERE EXISTS (SELECT FROM user_address u WHERE u.app_user <> p_user
          AND u.address_key IN (SELECT jsonb_array_elements_text(a.value -> 'keys'))) LIMIT 1;
      IF v_taken IS NOT NULL THEN
        RAISE EXCEPTION 'address-taken %', v_taken USING ERRCODE = 'CR003';
      END IF;
      DELETE FROM user_address WHERE app_user = p_user;
      INSERT INTO user_address
        SELECT a.value -> 'keys' ->> 0, p_user, (min(a.n) - 1)::int,
          (array_agg(a.value ->> 'address' ORDER BY a.n))[1]
        FROM jsonb_array_elements(p_addresses) WITH ORDINALITY AS a (value, n)
        GROUP BY a.value -> 'keys' ->> 0;
    END $$;

    -- {"address", "addresses": [ADDR, the first first], "kind", "role", "filter", "login"}
    CREATE OR REPLACE FUNCTION crm.add_user(p_user jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint;
    BEGIN
      PERFORM require('administer');
      -- One at a time: nobody gets an address that somebody else gets at the same moment.
      LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE;
      IF EXISTS (SELECT FROM app_user WHERE login = p_user ->> 'login')
        OR EXISTS (SELECT FROM host WHERE login = p_user ->> 'login')
      THEN
        RAISE EXCEPTION 'login-taken %', p_user ->> 'login' USING ERRCODE = 'CR003';
      END IF;
      INSERT INTO app_user (address, kind, role, filter, login) VALUES (
          p_user ->> 'address', p_user ->> 'kind', p_user ->> 'role', p_user ->> 'filter',
          p_user ->> 'login')
        RETURNING id INTO v_id;
      PERFORM set_addresses(v_id, p_user -> 'addresses');
      IF p_user ->> 'login' IS NOT NULL THEN
        PERFORM bind(p_user ->> 'login', group_of(p_user ->> 'role'));
      END IF;
      PERFORM require_administrators();
      PERFORM pg_notify('crm_changes', '');
      RETURN v_id;
    END $$;

    -- The same with "id" and "is_enabled". Everybody may choose their own filter, and nothing else.
    CREATE OR REPLACE FUNCTION crm.change_user(p_user jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint := (p_user ->> 'id')::bigint;
    BEGIN
      LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE;
      IF NOT may('administer') AND v_id = acting() THEN
        IF p_user ->> 'filter' = 'all' AND setting('allow-all') = 'no' THEN
          RAISE EXCEPTION 'the organization allows the filter ''all'' to nobody'
            USING ERRCODE = 'CR001';
        END IF;
        UPDATE app_user SET filter = p_user ->> 'filter' WHERE id = v_id;
        PERFORM pg_notify('crm_changes', '');
        RETURN;
      END IF;
      PERFORM require('administer');
      PERFORM FROM app_user WHERE id = v_id;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'no-user %', p_user ->> 'address' USING ERRCODE = 'CR003';
      END IF;
      IF EXISTS (SELECT FROM app_user WHERE login = p_user ->> 'login' AND id <> v_id)
        OR EXISTS (SELECT FROM host WHERE login = p_user ->> 'login')
      THEN
        RAISE EXCEPTION 'login-taken %', p_user ->> 'login' USING ERRCODE = 'CR003';
      END IF;
      PERFORM set_addresses(v_id, p_user -> 'addresses');
      UPDATE app_user SET kind = p_user ->> 'kind', role = p_user ->> 'role',
        filter = p_user ->> 'filter', is_enabled = (p_user ->> 'is_enabled')::bool,
        login = p_user ->> 'login' WHERE id = v_id;
      PERFORM require_administrators();
      IF p_user ->> 'login' IS NOT NULL THEN
        PERFORM bind(p_user ->> 'login', group_of(p_user ->> 'role'));
      END IF;
      PERFORM pg_notify('crm_changes', '');
    END $$;

    -- Takes a user away, whose records lose their owner; how many they were.
    CREATE OR REPLACE FUNCTION crm.remove_user(p_id bigint) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_user app_user;
      v_count bigint;
      v_records int;
    BEGIN
      PERFORM require('administer');
      LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE;
      SELECT * INTO v_user FROM app_user WHERE id = p_id;
      IF NOT FOUND THEN RAISE EXCEPTION 'no-user %', p_id USING ERRCODE = 'CR003'; END IF;
      SELECT count(*) INTO v_count FROM copy WHERE owner = p_id;
      IF v_count > 0 THEN
        RAISE EXCEPTION 'owns-mail % %', v_count, v_user.address USING ERRCODE = 'CR003';
      END IF;
      UPDATE record SET owner = NULL WHERE owner = p_id;
      GET DIAGNOSTICS v_records = ROW_COUNT;
      UPDATE copy SET accepting_user = NULL WHERE accepting_user = p_id;
      UPDATE copy SET own_of = array_remove(own_of, p_id) WHERE p_id = ANY (own_of);
      UPDATE participant SET app_user = NULL WHERE app_user = p_id;
      UPDATE delivery SET app_user = NULL WHERE app_user = p_id;
      DELETE FROM user_address WHERE app_user = p_id;
      DELETE FROM app_user WHERE id = p_id;
      PERFORM require_administrators();
      PERFORM pg_notify('crm_changes', '');
      RETURN v_records;
    END $$;

    -- Makes a login that of a mail host, or takes that away; whether anything changed.
    CREATE OR REPLACE FUNCTION crm.set_host(p_login text, p_is_host bool) RETURNS bool
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_count int;
    BEGIN
      PERFORM require('administer');
      IF p_is_host THEN
        IF EXISTS (SELECT FROM app_user WHERE login = p_login) THEN
          RAISE EXCEPTION 'login-taken %', p_login USING ERRCODE = 'CR003';
        END IF;
        PERFORM bind(p_login, 'crm_host');
        INSERT INTO host (login) VALUES (p_login) ON CONFLICT DO NOTHING;
      ELSE
        DELETE FROM host WHERE login = p_login;
      END IF;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      RETURN v_count > 0;
    END $$;
    """#

  private static let records = #"""

    -- What a record is called now.
    CREATE OR REPLACE FUNCTION crm.current_record(p_type text, p_id text, OUT type text, OUT record_id text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      SELECT r.type, r.record_id INTO type, record_id FROM record_moved m JOIN record r ON r.id = m.record
        WHERE m.type = p_type AND m.record_id = p_id
          AND NOT EXISTS (SELECT FROM record s WHERE s.type = p_type AND s.record_id = p_id);
      IF NOT FOUND THEN type := p_type; record_id := p_id; END IF;
    END $$;

    -- Of a record as 'type:id' what it is called now.
    CREATE OR REPLACE FUNCTION crm.current_name(p_name text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
      SELECT c.type || ':' || c.record_id
      FROM current_record(split_part(p_name, ':', 1), substr(p_name, strpos(p_name, ':') + 1)) c
    $$;

    CREATE OR REPLACE FUNCTION crm.require_record(p_type text, p_id text) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint;
    BEGIN
      PERFORM require('administer');
      SELECT id INTO v_id FROM record WHERE type = p_type AND record_id = p_id;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'no-record %:%', p_type, p_id USING ERRCODE = 'CR003';
      END IF;
      RETURN v_id;
    END $$;

    CREATE OR REPLACE FUNCTION crm.require_user(p_address jsonb) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint := user_of(p_address);
    BEGIN
      IF v_id IS NULL THEN
        RAISE EXCEPTION 'no-user %', p_address ->> 'address' USING ERRCODE = 'CR003';
      END IF;
      RETURN v_id;
    END $$;

    CREATE OR REPLACE FUNCTION crm.add_keys(p_record bigint, p_addresses jsonb, p_domains jsonb)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      INSERT INTO record_address
        SELECT a.value -> 'keys' ->> 0, p_record, a.value ->> 'address', a.value ->> 'alias'
        FROM jsonb_array_elements(coalesce(p_addresses, '[]')) a ON CONFLICT DO NOTHING;
      INSERT INTO record_domain
        SELECT d.value ->> 'key', p_record, d.value ->> 'domain'
        FROM jsonb_array_elements(coalesce(p_domains, '[]')) d ON CONFLICT DO NOTHING;
    END $$;

    -- [{"type", "id", "owner": ADDR, "addresses": [ADDR], "domains": [{"key", "domain"}], "name",
    --   "parent": "type:id", "is_addition"}]: all of them or none; how many are new.
    CREATE OR REPLACE FUNCTION crm.set_records(p_entries jsonb) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v jsonb;
      v_owner bigint;
      v_now record;
      v_id bigint;
      v_parent text;
      v_added int := 0;
    BEGIN
      PERFORM require('administer');
      LOCK TABLE record IN SHARE ROW EXCLUSIVE MODE;
      FOR v IN SELECT value FROM jsonb_array_elements(p_entries) WITH ORDINALITY ORDER BY ordinality LOOP
        v_owner := CASE WHEN jsonb_typeof(v -> 'owner') = 'object' THEN require_user(v -> 'owner') END;
        v_parent := current_name(v ->> 'parent');
        SELECT * INTO v_now FROM current_record(v ->> 'type', v ->> 'id');
        SELECT id INTO v_id FROM record WHERE type = v_now.type AND record_id = v_now.record_id;
        IF NOT FOUND THEN
          INSERT INTO record (type, record_id, owner, name, parent)
            VALUES (v_now.type, v_now.record_id, v_owner, v ->> 'name', v_parent)
            RETURNING id INTO v_id;
          v_added := v_added + 1;
        ELSIF NOT (v ->> 'is_addition')::bool AND v_now.type = v ->> 'type'
          AND v_now.record_id = v ->> 'id'
        THEN
          DELETE FROM record_address WHERE record = v_id;
          DELETE FROM record_domain WHERE record = v_id;
          UPDATE record SET owner = v_owner, name = coalesce(v ->> 'name', name),
            parent = coalesce(v_parent, parent) WHERE id = v_id;
        END IF;
        PERFORM add_keys(v_id, v -> 'addresses', v -> 'domains');
      END LOOP;
      RETURN v_added;
    END $$;

    -- {"owner": ADDR|null, "name", "parent", where they are told; "added_addresses", "removed_keys",
    --  "added_domains", "removed_domain_keys"}
    CREATE OR REPLACE FUNCTION crm.change_record(p_type text, p_id text, p_change jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint := require_record(p_type, p_id);
      v_parent text := current_name(p_change ->> 'parent');
    BEGIN
      IF v_parent = p_type || ':' || p_id THEN
        RAISE EXCEPTION 'same-record %', v_parent USING ERRCODE = 'CR003';
      END IF;
      UPDATE record SET
        owner = CASE WHEN NOT p_change ? 'owner' THEN owner
          WHEN jsonb_typeof(p_change -> 'owner') = 'object' THEN require_user(p_change -> 'owner') END,
        name = CASE WHEN p_change ? 'name' THEN p_change ->> 'name' ELSE name END,
        parent = CASE WHEN p_change ? 'parent' THEN v_parent ELSE parent END
        WHERE id = v_id;
      DELETE FROM record_address WHERE record = v_id AND address_key IN (
        SELECT jsonb_array_elements_text(coalesce(p_change -> 'removed_keys', '[]')));
      DELETE FROM record_domain WHERE record = v_id AND domain_key IN (
        SELECT jsonb_array_elements_text(coalesce(p_change -> 'removed_domain_keys', '[]')));
      PERFORM add_keys(v_id, p_change -> 'added_addresses', p_change -> 'added_domains');
    END $$;

    -- Lets all that names a record by type and id name another; how many copies did.
    CREATE OR REPLACE FUNCTION crm.rename_references(
      p_type text, p_id text, p_new_type text, p_new_id text) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_count int;
    BEGIN
      INSERT INTO change (copy) SELECT id FROM copy WHERE regarding_type = p_type AND regarding_id = p_id;
      UPDATE conversation SET regarding_type = p_new_type, regarding_id = p_new_id
        WHERE regarding_type = p_type AND regarding_id = p_id;
      UPDATE copy SET regarding_type = p_new_type, regarding_id = p_new_id
        WHERE regarding_type = p_type AND regarding_id = p_id;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      UPDATE record SET parent = p_new_type || ':' || p_new_id WHERE parent = p_type || ':' || p_id;
      RETURN v_count;
    END $$;

    CREATE OR REPLACE FUNCTION crm.merge_record(
      p_type text, p_id text, p_new_type text, p_new_id text) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_from bigint := require_record(p_type, p_id);
      v_to bigint := require_record(p_new_type, p_new_id);
      v_count int;
    BEGIN
      IF v_from = v_to THEN
        RAISE EXCEPTION 'same-record %:%', p_type, p_id USING ERRCODE = 'CR003';
      END IF;
      INSERT INTO record_address SELECT address_key, v_to, address, alias_key FROM record_address
        WHERE record = v_from ON CONFLICT DO NOTHING;
      INSERT INTO record_domain SELECT domain_key, v_to, domain FROM record_domain
        WHERE record = v_from ON CONFLICT DO NOTHING;
      UPDATE record r SET name = coalesce(r.name, o.name), owner = coalesce(r.owner, o.owner),
        parent = coalesce(r.parent, o.parent) FROM record o WHERE r.id = v_to AND o.id = v_from;
      v_count := rename_references(p_type, p_id, p_new_type, p_new_id);
      -- Whose account was the one that went is not its own.
      UPDATE record SET parent = NULL WHERE id = v_to AND parent = p_new_type || ':' || p_new_id;
      UPDATE record_moved SET record = v_to WHERE record = v_from;
      DELETE FROM record WHERE id = v_from;
      INSERT INTO record_moved VALUES (p_type, p_id, v_to)
        ON CONFLICT (type, record_id) DO UPDATE SET record = v_to;
      RETURN v_count;
    END $$;

    CREATE OR REPLACE FUNCTION crm.convert_record(
      p_type text, p_id text, p_new_type text, p_new_id text) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v_id bigint := require_record(p_type, p_id);
      v_count int;
    BEGIN
      IF EXISTS (SELECT FROM record WHERE type = p_new_type AND record_id = p_new_id) THEN
        RETURN merge_record(p_type, p_id, p_new_type, p_new_id);
      END IF;
      UPDATE record SET type = p_new_type, record_id = p_new_id WHERE id = v_id;
      -- An id that comes back means what it says.
      DELETE FROM record_moved WHERE type = p_new_type AND record_id = p_new_id;
      v_count := rename_references(p_type, p_id, p_new_type, p_new_id);
      INSERT INTO record_moved VALUES (p_type, p_id, v_id)
        ON CONFLICT (type, record_id) DO UPDATE SET record = v_id;
      RETURN v_count;
    END $$;

    -- [{"type", "old", "new"}]: one that is there under its new id stays as it is.
    CREATE OR REPLACE FUNCTION crm.rename_records(p_pairs jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    DECLARE
      v jsonb;
    BEGIN
      PERFORM require('administer');
      FOR v IN SELECT value FROM jsonb_array_elements(p_pairs) WITH ORDINALITY ORDER BY ordinality LOOP
        UPDATE record SET record_id = v ->> 'new' WHERE type = v ->> 'type' AND record_id = v ->> 'old'
          AND NOT EXISTS (
            SELECT FROM record r WHERE r.type = v ->> 'type' AND r.record_id = v ->> 'new');
        IF FOUND THEN
          PERFORM rename_references(v ->> 'type', v ->> 'old', v ->> 'type', v ->> 'new');
        END IF;
      END LOOP;
    END $$;

    CREATE OR REPLACE FUNCTION crm.remove_record(p_type text, p_id text) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      DELETE FROM record WHERE type = p_type AND record_id = p_id;
      IF NOT FOUND THEN RETURN NULL; END IF;
      RETURN (SELECT count(*) FROM copy WHERE regarding_type = p_type AND regarding_id = p_id);
    END $$;

    -- [{"type", "id"}]: the place in the list, from 1, of the first that is there.
    CREATE OR REPLACE FUNCTION crm.first_record(p_records jsonb) RETURNS int
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('read-own');
      RETURN (SELECT l.n::int FROM jsonb_array_elements(p_records) WITH ORDINALITY AS l (value, n)
        JOIN record r ON r.type = l.value ->> 'type' AND r.record_id = l.value ->> 'id'
        ORDER BY l.n LIMIT 1);
    END $$;

    CREATE OR REPLACE FUNCTION crm.count_of_new(p_entries jsonb) RETURNS int
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      RETURN (SELECT count(*) FROM jsonb_array_elements(p_entries) e
        CROSS JOIN LATERAL current_record(e.value ->> 'type', e.value ->> 'id') c
        WHERE NOT (e.value ->> 'is_addition')::bool AND NOT EXISTS (
          SELECT FROM record r WHERE r.type = c.type AND r.record_id = c.record_id));
    END $$;

    -- [{"type", "id", "company"}]: to which company records belong, until an account has that name.
    CREATE OR REPLACE FUNCTION crm.set_companies(p_companies jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      UPDATE record r SET parent = '=' || (c.value ->> 'company') FROM jsonb_array_elements(p_companies) c
        WHERE r.type = c.value ->> 'type' AND r.record_id = c.value ->> 'id'
          AND c.value ->> 'company' <> '' AND (r.parent IS NULL OR r.parent LIKE '=%');
    END $$;

    -- [{"company", "account": "type:id"}]
    CREATE OR REPLACE FUNCTION crm.settle_companies(p_pairs jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      UPDATE record r SET parent = p.value ->> 'account' FROM jsonb_array_elements(p_pairs) p
        WHERE r.parent = '=' || (p.value ->> 'company');
    END $$;

    CREATE OR REPLACE FUNCTION crm.companies() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('administer');
      RETURN QUERY SELECT DISTINCT substr(parent, 2) FROM record WHERE parent LIKE '=%' ORDER BY 1;
    END $$;

    -- The records after one, by type and id.
    CREATE OR REPLACE FUNCTION crm.records(p_type text, p_after_type text, p_after_id text, most int)
    RETURNS TABLE (type text, record_id text, entry jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
      PERFORM require('read-organization');
      RETURN QUERY SELECT r.type, r.record_id, jsonb_build_object(
          'owner', (SELECT u.address FROM app_user u WHERE u.id = r.owner), 'name', r.name,
          'parent', r.parent,
          'addresses', (SELECT coalesce(jsonb_agg(a.address ORDER BY a.address_key), '[]')
            FROM record_address a WHERE a.record = r.id),
          'domains', (SELECT coalesce(jsonb_agg(d.domain ORDER BY d.domain_key), '[]')
            FROM record_domain d WHERE d.record = r.id))
        FROM record r WHERE (p_type IS NULL OR r.type = p_type)
          AND (p_after_type IS NULL OR (r.type, r.record_id) > (p_after_type, p_after_id))
        ORDER BY r.type, r.record_id LIMIT most;
    END $$;

    -- The addresses from outside in tracked mail, those in most mail first, with the name that the last of
    -- it has, and when the first and the last of it were sent.
    DROP FUNCTION IF EXISTS crm.outsiders();
    CREATE FUNCTION crm.outsiders() RETURNS TABLE (
      address text, copies bigint, name text, first_sent bigint, last_sent bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
      PERFORM require('read-organization');
      RETURN QUERY SELECT min(p.address), count(DISTINCT p.copy),
          (array_agg(p.name ORDER BY c.sent_at DESC, c.id) FILTER (WHERE p.name IS NOT NULL))[1],
          min(c.sent_at), max(c.sent_at)
        FROM participant p JOIN copy c ON c.id = p.copy
        WHERE p.is_external AND p.app_user IS NULL
          AND NOT EXISTS (SELECT FROM record_address a WHERE a.address_key = p.address_key)
        GROUP BY p.address_key ORDER BY 2 DESC, p.address_key;
    END $$;

    -- [ADDR]: which of them no record has, by their places in the list, from 1.
    CREATE OR REPLACE FUNCTION crm.without_record(p_addresses jsonb) RETURNS SETOF int
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
    BEGIN
      PERFORM require('read-organization');
      RETURN QUERY SELECT a.n::int FROM jsonb_array_elements(p_addresses) WITH ORDINALITY AS a (value, n)
        WHERE NOT EXISTS (SELECT FROM records_of(a.value)) ORDER BY a.n;
    END $$;
    """#
}
