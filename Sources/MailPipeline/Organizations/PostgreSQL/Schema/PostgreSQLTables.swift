/// The tables of an organization in PostgreSQL.
enum PostgreSQLTables {
  /// Version 1.
  ///
  /// Times are in seconds since 1970, addresses are compared by the keys that this program makes of them.
  /// Every table belongs to `crm_owner`, who has no login, and even who is held to the policies.
  static let version1 = #"""
    CREATE TABLE crm.organization (
      only_one bool PRIMARY KEY DEFAULT true CHECK (only_one),
      id uuid NOT NULL,
      schema_version int NOT NULL,
      -- Another one where the database was brought to another server: counters of changes begin anew.
      epoch uuid NOT NULL,
      salt bytea NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE crm.policy (name text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE crm.refused_address (
      kind text NOT NULL CHECK (kind IN ('address', 'domain', 'subdomains')),
      key text NOT NULL,
      PRIMARY KEY (kind, key)
    );

    CREATE TABLE crm.app_user (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      address text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('user', 'queue')),
      role text NOT NULL CHECK (role IN ('administrator', 'member', 'reader')),
      filter text CHECK (filter IN ('all', 'replies', 'contacts', 'records', 'none')),
      is_enabled bool NOT NULL DEFAULT true,
      login text UNIQUE,
      made_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE crm.user_address (
      address_key text NOT NULL,
      app_user bigint NOT NULL REFERENCES crm.app_user,
      position int NOT NULL,
      address text NOT NULL,
      PRIMARY KEY (address_key, app_user)
    );
    CREATE INDEX user_address_user ON crm.user_address (app_user, position);

    -- Logins of mail hosts: they ask and deliver for everybody, and read nothing.
    CREATE TABLE crm.host (login text PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now());

    CREATE TABLE crm.record (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      type text NOT NULL,
      record_id text NOT NULL,
      owner bigint REFERENCES crm.app_user,
      name text,
      parent text,
      made_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (type, record_id)
    );
    CREATE INDEX record_owner ON crm.record (owner) WHERE owner IS NOT NULL;
    CREATE INDEX record_parent ON crm.record (parent) WHERE parent IS NOT NULL;
    CREATE TABLE crm.record_address (
      address_key text NOT NULL,
      record bigint NOT NULL REFERENCES crm.record ON DELETE CASCADE,
      address text NOT NULL,
      alias_key text,
      PRIMARY KEY (address_key, record)
    );
    CREATE INDEX record_address_record ON crm.record_address (record);
    CREATE INDEX record_address_alias ON crm.record_address (alias_key) WHERE alias_key IS NOT NULL;
    CREATE TABLE crm.record_domain (
      domain_key text NOT NULL,
      record bigint NOT NULL REFERENCES crm.record ON DELETE CASCADE,
      domain text NOT NULL,
      PRIMARY KEY (domain_key, record)
    );
    CREATE INDEX record_domain_record ON crm.record_domain (record);
    -- What records were called before they were merged or converted.
    CREATE TABLE crm.record_moved (
      type text NOT NULL,
      record_id text NOT NULL,
      record bigint NOT NULL REFERENCES crm.record ON DELETE CASCADE,
      PRIMARY KEY (type, record_id)
    );
    CREATE INDEX record_moved_record ON crm.record_moved (record);

    CREATE TABLE crm.conversation (
      id uuid PRIMARY KEY,
      regarding_type text,
      regarding_id text,
      regarding_source text
    );

    CREATE TABLE crm.copy (
      -- Made of the message's key and the direction: the same whoever delivers it.
      id uuid PRIMARY KEY,
      key bytea NOT NULL CHECK (octet_length(key) = 32),
      direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
      message_id text,
      subject text NOT NULL,
      sender_name text,
      sender_address text,
      sent_at bigint NOT NULL,
      zone int,
      tracked_at bigint NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      size bigint NOT NULL,
      stored_size bigint NOT NULL,
      is_truncated bool NOT NULL,
      conversation uuid NOT NULL REFERENCES crm.conversation DEFERRABLE INITIALLY DEFERRED,
      owner bigint NOT NULL REFERENCES crm.app_user,
      owner_reason text NOT NULL,
      -- Owner and those through whose mailboxes it came: whose own mail it is.
      own_of bigint[] NOT NULL,
      regarding_type text,
      regarding_id text,
      regarding_source text CHECK (regarding_source IN ('manual', 'rule', 'organization', 'conversation')),
      answers uuid,
      correlation text,
      is_subject_changed bool,
      token text,
      thread_index bytea,
      reason_code int,
      rule text,
      accepting_user bigint REFERENCES crm.app_user,
      is_manual bool NOT NULL,
      explanation text NOT NULL,
      -- Which login brought it, whether that was a mail host, and in which transaction.
      login text NOT NULL,
      is_attested bool NOT NULL,
      written_in xid8 NOT NULL
    );
    -- Not unique: the id is, which is made of it, and of two unique indexes only one can be the arbiter of
    -- ON CONFLICT where two bring the same message at the same moment.
    CREATE INDEX copy_key ON crm.copy (key);
    CREATE INDEX copy_message_id ON crm.copy (message_id) WHERE message_id IS NOT NULL;
    CREATE INDEX copy_conversation ON crm.copy (conversation);
    CREATE INDEX copy_sent_at ON crm.copy (sent_at);
    CREATE INDEX copy_owner ON crm.copy (owner);
    CREATE INDEX copy_regarding ON crm.copy (regarding_type, regarding_id)
      WHERE regarding_type IS NOT NULL;

    CREATE TABLE crm.content (
      copy uuid NOT NULL REFERENCES crm.copy ON DELETE CASCADE,
      number int NOT NULL CHECK (number >= 0),
      bytes bytea NOT NULL CHECK (octet_length(bytes) <= 1048576),
      PRIMARY KEY (copy, number)
    );
    -- Mail is base64 or compressed for the most part.
    ALTER TABLE crm.content ALTER bytes SET STORAGE EXTERNAL;

    CREATE TABLE crm.participant (
      copy uuid NOT NULL REFERENCES crm.copy ON DELETE CASCADE,
      number int NOT NULL,
      role text NOT NULL,
      name text,
      address text NOT NULL,
      address_key text NOT NULL,
      is_external bool NOT NULL,
      app_user bigint REFERENCES crm.app_user,
      PRIMARY KEY (copy, number)
    );
    CREATE INDEX participant_address ON crm.participant (address_key, copy);
    CREATE INDEX participant_user ON crm.participant (app_user) WHERE app_user IS NOT NULL;

    CREATE TABLE crm.attachment (
      copy uuid NOT NULL REFERENCES crm.copy ON DELETE CASCADE,
      number int NOT NULL,
      name text,
      media_type text NOT NULL,
      size bigint NOT NULL,
      PRIMARY KEY (copy, number)
    );

    CREATE TABLE crm.reference (
      message_id text NOT NULL,
      copy uuid NOT NULL REFERENCES crm.copy ON DELETE CASCADE,
      position int NOT NULL,
      PRIMARY KEY (message_id, copy)
    );
    CREATE INDEX reference_copy ON crm.reference (copy);

    CREATE TABLE crm.delivery (
      copy uuid NOT NULL REFERENCES crm.copy ON DELETE CASCADE,
      mailbox text NOT NULL,
      app_user bigint REFERENCES crm.app_user,
      envelope_sender text,
      envelope_recipient text,
      first_seen_at bigint NOT NULL,
      last_seen_at bigint NOT NULL,
      times_seen int NOT NULL,
      PRIMARY KEY (copy, mailbox)
    );
    CREATE INDEX delivery_user ON crm.delivery (app_user) WHERE app_user IS NOT NULL;

    -- Salted hashes of what was withdrawn.
    CREATE TABLE crm.tombstone (hash bytea PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now());

    -- Which deliveries were carried out: what the same call answers when it comes again.
    -- Of each login by itself: nobody takes an id that another login would use.
    CREATE TABLE crm.entry (
      id uuid NOT NULL,
      login text NOT NULL,
      copy uuid NOT NULL,
      mailbox text,
      outcome text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (id, login)
    );
    CREATE INDEX entry_made_at ON crm.entry (made_at);
    CREATE INDEX entry_copy ON crm.entry (copy);

    -- What became of copies, in an order that no commit comes late into: by transaction, then by number.
    CREATE TABLE crm.change (
      xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
      serial bigint GENERATED ALWAYS AS IDENTITY,
      copy uuid NOT NULL,
      PRIMARY KEY (xid, serial)
    );

    CREATE TABLE crm.question_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      asked_at timestamptz NOT NULL DEFAULT now(),
      login text NOT NULL,
      sender text,
      recipients text[] NOT NULL,
      subject text NOT NULL,
      code int NOT NULL
    );
    CREATE TABLE crm.content_read (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      read_at timestamptz NOT NULL DEFAULT now(),
      login text NOT NULL,
      copy uuid NOT NULL
    );
    CREATE INDEX content_read_copy ON crm.content_read (copy);
    """#
}
