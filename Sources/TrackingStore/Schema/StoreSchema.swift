import GRDB
import Tracking

/// The tables of a store, see SCHEMA.md.
enum StoreSchema {
  /// `PRAGMA application_id`: "CRMF".
  static let applicationID = 0x4352_4D46

  /// `PRAGMA user_version` of a store that this version makes.
  static let version = 9

  /// So many copies a migration, which may read each, reads in less than a second.
  ///
  /// A store with more is left to a command that may take its time.
  static let maxCopiesMigratedInPassing = 50_000

  /// Brings a new or older store to this version.
  static func migrate(_ queue: DatabaseQueue) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      try db.execute(sql: version1)
      try db.execute(
        sql: """
          PRAGMA application_id = \(applicationID);
          PRAGMA user_version = 1;
          """)
    }
    migrator.registerMigration("v2") { db in
      try db.execute(sql: version2)
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("v3") { db in
      try db.execute(sql: version3)
      try db.execute(sql: "PRAGMA user_version = 3")
    }
    migrator.registerMigration("v4") { db in
      try db.execute(sql: version4)
      try db.execute(sql: "PRAGMA user_version = 4")
    }
    migrator.registerMigration("v5") { db in
      try db.execute(sql: version5)
      try db.execute(sql: "PRAGMA user_version = 5")
    }
    migrator.registerMigration("v6") { db in
      try db.execute(sql: version6)
      try db.execute(sql: "PRAGMA user_version = 6")
    }
    migrator.registerMigration("v7") { db in
      try db.execute(sql: version7)
      try fillAliasKeys(in: db)
      try db.execute(sql: "PRAGMA user_version = 7")
    }
    migrator.registerMigration("v8") { db in
      try db.execute(sql: version8)
      try db.execute(sql: "PRAGMA user_version = 8")
    }
    migrator.registerMigration("v9") { db in
      try db.execute(sql: version9)
      try db.execute(sql: "PRAGMA user_version = 9")
    }
    try migrator.migrate(queue)
  }

  /// What copies say of appointments and tasks.
  private static let version9 = """
    CREATE TABLE calendar_entry (
      copy INTEGER NOT NULL REFERENCES copy,
      number INTEGER NOT NULL,
      kind TEXT NOT NULL,
      uid TEXT,
      method TEXT,
      starts_at INTEGER,
      ends_at INTEGER,
      sender_key TEXT,
      sent_at INTEGER NOT NULL,
      remarks TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (copy, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX calendar_entry_uid ON calendar_entry (uid) WHERE uid IS NOT NULL;
    CREATE INDEX calendar_entry_kind ON calendar_entry (kind, starts_at);

    CREATE VIEW mail_calendar AS
      SELECT copy AS mail, kind, uid, method, datetime(starts_at, 'unixepoch') AS starts,
        datetime(ends_at, 'unixepoch') AS ends, text
      FROM calendar_entry;
    """

  /// When a copy was made, beside when its message arrived (`tracked_at`).
  ///
  /// A batch and what waited in the spool bring in what arrived long before; of copies of before it is
  /// not known. And by what a copy is known to be in the index of words.
  private static let version8 = """
    ALTER TABLE copy ADD COLUMN recorded_at INTEGER;
    ALTER TABLE copy ADD COLUMN index_digest BLOB;
    CREATE INDEX copy_recorded_at ON copy (coalesce(recorded_at, tracked_at));

    DROP VIEW mail;
    CREATE VIEW mail AS
      SELECT copy.id,
        direction,
        datetime(sent_at, 'unixepoch') AS sent,
        sender_address AS sender,
        sender_name,
        (SELECT group_concat(participant.address, ', ') FROM participant
          WHERE participant.copy = copy.id AND participant.role NOT IN ('from', 'sender'))
          AS recipients,
        subject,
        copy.regarding_type || ':' || copy.regarding_id AS regarding,
        user.address AS owner,
        rule,
        reason_code,
        explanation AS reason,
        conversation,
        message_id,
        size,
        datetime(coalesce(recorded_at, tracked_at), 'unixepoch') AS tracked,
        datetime(tracked_at, 'unixepoch') AS arrived
      FROM copy JOIN user ON user.id = copy.owner;

    DROP VIEW question;
    CREATE VIEW question AS
      SELECT id AS mail, coalesce(recorded_at, tracked_at) AS asked_at, sender_address AS sender,
          (SELECT group_concat(address, ', ') FROM participant
            WHERE participant.copy = copy.id AND participant.role NOT IN ('from', 'sender'))
            AS recipients,
          subject, 1 AS is_accepted, reason_code AS code
        FROM copy
      UNION ALL
      SELECT NULL, asked_at, sender, replace(recipients, char(10), ', '), subject, 0, code
        FROM refused_question;
    """

  /// What is known of records, and what hands say of conversations.
  ///
  /// A record has a name, a contact an account, an address another spelling under which it is found;
  /// what a record was called before means it. Which conversations a hand parted, and which ids stand
  /// in In-Reply-To. Who passed a message on is no recipient.
  private static let version7 = """
    ALTER TABLE record ADD COLUMN name TEXT;
    ALTER TABLE record ADD COLUMN parent TEXT;

    CREATE TABLE record_moved (
      type TEXT NOT NULL,
      record_id TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES record,
      PRIMARY KEY (type, record_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX record_moved_record ON record_moved (record);

    CREATE INDEX copy_regarded_by_hand ON copy (conversation) WHERE regarding_source = 'manual';
    ALTER TABLE conversation ADD COLUMN is_split INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE reference ADD COLUMN is_direct INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE record_address ADD COLUMN alias_key TEXT;
    CREATE INDEX record_address_alias ON record_address (alias_key) WHERE alias_key IS NOT NULL;

    DROP VIEW mail;
    CREATE VIEW mail AS
      SELECT copy.id,
        direction,
        datetime(sent_at, 'unixepoch') AS sent,
        sender_address AS sender,
        sender_name,
        (SELECT group_concat(participant.address, ', ') FROM participant
          WHERE participant.copy = copy.id AND participant.role NOT IN ('from', 'sender'))
          AS recipients,
        subject,
        copy.regarding_type || ':' || copy.regarding_id AS regarding,
        user.address AS owner,
        rule,
        reason_code,
        explanation AS reason,
        conversation,
        message_id,
        size,
        datetime(tracked_at, 'unixepoch') AS tracked
      FROM copy JOIN user ON user.id = copy.owner;

    DROP VIEW question;
    CREATE VIEW question AS
      SELECT id AS mail, tracked_at AS asked_at, sender_address AS sender,
          (SELECT group_concat(address, ', ') FROM participant
            WHERE participant.copy = copy.id AND participant.role NOT IN ('from', 'sender'))
            AS recipients,
          subject, 1 AS is_accepted, reason_code AS code
        FROM copy
      UNION ALL
      SELECT NULL, asked_at, sender, replace(recipients, char(10), ', '), subject, 0, code
        FROM refused_question;
    """

  /// Notes the alias keys of addresses that were stored before there were any.
  private static func fillAliasKeys(in db: Database) throws {
    let keys = try String.fetchAll(
      db,
      sql: """
        SELECT DISTINCT address_key FROM record_address
          WHERE address_key LIKE '%@gmail.com' OR address_key LIKE '%@googlemail.com'
        """)
    for key in keys {
      guard let alias = MailboxAlias.key(ofComparisonKey: key) else { continue }
      try db.execute(
        sql: "UPDATE record_address SET alias_key = ? WHERE address_key = ?",
        arguments: [alias, key])
    }
  }

  /// Which Unix login may act as a user.
  private static let version6 = "ALTER TABLE user ADD COLUMN login TEXT"

  /// The index of words.
  ///
  /// It merges its parts when it is told to: a batch writes them one after the other. Its pages fill
  /// those of the store.
  private static let version5 = """
    CREATE VIRTUAL TABLE search_index USING fts5(
      subject, sender, recipient, copied, other, body, attachment,
      content = '', tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0);
    INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 1999);
    INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 4);
    INSERT INTO search_index (search_index, rank) VALUES ('pgsz', 4000);
    INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 33554432);
    INSERT INTO search_index (search_index, rank)
      VALUES ('rank', 'bm25(8.0, 4.0, 2.0, 2.0, 1.0, 1.0, 4.0)');

    CREATE TABLE search_state (
      form INTEGER NOT NULL,
      complete_to INTEGER NOT NULL,
      has_deleted INTEGER NOT NULL
    ) STRICT;
    INSERT INTO search_state VALUES (0, 0, 0);

    CREATE INDEX copy_regarding ON copy (regarding_type, regarding_id)
      WHERE regarding_type IS NOT NULL;
    CREATE INDEX participant_record_record ON participant_record (record, copy);
    """

  /// What was asked about mail that was refused, where the organization keeps that.
  private static let version4 = """
    CREATE TABLE refused_question (
      id INTEGER PRIMARY KEY,
      asked_at INTEGER NOT NULL,
      sender TEXT,
      recipients TEXT NOT NULL,
      subject TEXT NOT NULL,
      code INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX copy_tracked_at ON copy (tracked_at);

    CREATE VIEW question AS
      SELECT id AS mail, tracked_at AS asked_at, sender_address AS sender,
          (SELECT group_concat(address, ', ') FROM participant
            WHERE participant.copy = copy.id AND participant.role <> 'from') AS recipients,
          subject, 1 AS is_accepted, reason_code AS code
        FROM copy
      UNION ALL
      SELECT NULL, asked_at, sender, replace(recipients, char(10), ', '), subject, 0, code
        FROM refused_question;
    """

  /// What a batch remembers of mailboxes.
  private static let version3 = """
    CREATE TABLE known_file (
      digest BLOB PRIMARY KEY
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE known_folder (
      digest BLOB PRIMARY KEY,
      stamp TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE batch_failure (
      path TEXT PRIMARY KEY,
      reason TEXT NOT NULL,
      failed_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    INSERT INTO secret VALUES ('file', randomblob(32));
    """

  /// Attachments.
  private static let version2 = """
    CREATE TABLE attachment (
      copy INTEGER NOT NULL REFERENCES copy,
      number INTEGER NOT NULL,
      name TEXT,
      media_type TEXT NOT NULL,
      size INTEGER NOT NULL,
      PRIMARY KEY (copy, number)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW mail_attachment AS
      SELECT copy AS mail, number AS part, name, media_type, size FROM attachment;
    """

  private static let version1 = """
    CREATE TABLE policy (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE user (
      id INTEGER PRIMARY KEY,
      address TEXT NOT NULL,
      kind TEXT NOT NULL,
      role TEXT NOT NULL,
      filter TEXT,
      is_enabled INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE user_address (
      address_key TEXT NOT NULL,
      user INTEGER NOT NULL REFERENCES user,
      position INTEGER NOT NULL,
      address TEXT NOT NULL,
      PRIMARY KEY (address_key, user)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX user_address_user ON user_address (user, position);

    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      record_id TEXT NOT NULL,
      owner INTEGER REFERENCES user,
      created_at INTEGER NOT NULL,
      UNIQUE (type, record_id)
    ) STRICT;

    CREATE TABLE record_address (
      address_key TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES record,
      address TEXT NOT NULL,
      PRIMARY KEY (address_key, record)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX record_address_record ON record_address (record);

    CREATE TABLE record_domain (
      domain_key TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES record,
      domain TEXT NOT NULL,
      PRIMARY KEY (domain_key, record)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX record_domain_record ON record_domain (record);

    CREATE TABLE conversation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      regarding_type TEXT,
      regarding_id TEXT,
      regarding_source TEXT
    ) STRICT;

    CREATE TABLE conversation_participant (
      conversation INTEGER NOT NULL REFERENCES conversation,
      address_key TEXT NOT NULL,
      PRIMARY KEY (conversation, address_key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE copy (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key BLOB NOT NULL,
      direction TEXT NOT NULL,
      message_id TEXT,
      subject TEXT NOT NULL,
      sender_name TEXT,
      sender_address TEXT,
      sent_at INTEGER NOT NULL,
      zone INTEGER,
      tracked_at INTEGER NOT NULL,
      size INTEGER NOT NULL,
      is_truncated INTEGER NOT NULL,
      conversation INTEGER NOT NULL REFERENCES conversation,
      owner INTEGER NOT NULL REFERENCES user,
      owner_reason TEXT NOT NULL,
      regarding_type TEXT,
      regarding_id TEXT,
      regarding_source TEXT,
      answers INTEGER,
      correlation TEXT,
      is_subject_changed INTEGER,
      token TEXT,
      thread_index BLOB,
      thread_index_base BLOB,
      reason_code INTEGER,
      rule TEXT,
      accepting_user INTEGER REFERENCES user,
      is_manual INTEGER NOT NULL,
      explanation TEXT NOT NULL,
      is_indexed INTEGER NOT NULL DEFAULT 0,
      UNIQUE (key, direction)
    ) STRICT;
    CREATE INDEX copy_message_id ON copy (message_id) WHERE message_id IS NOT NULL;
    CREATE INDEX copy_token ON copy (token) WHERE token IS NOT NULL;
    CREATE INDEX copy_thread_index ON copy (thread_index_base)
      WHERE thread_index_base IS NOT NULL;
    CREATE INDEX copy_conversation ON copy (conversation);
    CREATE INDEX copy_sent_at ON copy (sent_at);

    CREATE TABLE content (
      id INTEGER PRIMARY KEY,
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE participant (
      copy INTEGER NOT NULL REFERENCES copy,
      number INTEGER NOT NULL,
      role TEXT NOT NULL,
      name TEXT,
      address TEXT NOT NULL,
      address_key TEXT NOT NULL,
      is_external INTEGER NOT NULL,
      user INTEGER REFERENCES user,
      PRIMARY KEY (copy, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX participant_address ON participant (address_key, copy);

    CREATE TABLE participant_record (
      copy INTEGER NOT NULL,
      number INTEGER NOT NULL,
      record INTEGER NOT NULL REFERENCES record,
      PRIMARY KEY (copy, number, record)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE reference (
      message_id TEXT NOT NULL,
      copy INTEGER NOT NULL REFERENCES copy,
      PRIMARY KEY (message_id, copy)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reference_copy ON reference (copy);

    CREATE TABLE delivery (
      id INTEGER PRIMARY KEY,
      copy INTEGER NOT NULL REFERENCES copy,
      mailbox TEXT NOT NULL,
      envelope_sender TEXT,
      envelope_recipient TEXT,
      from_line BLOB,
      folder TEXT,
      file_name TEXT,
      first_seen_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      times_seen INTEGER NOT NULL,
      UNIQUE (copy, mailbox)
    ) STRICT;

    CREATE TABLE tombstone (
      hash BLOB PRIMARY KEY,
      made_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE secret (
      name TEXT PRIMARY KEY,
      value BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO secret VALUES ('tombstone', randomblob(32));

    CREATE VIEW mail AS
      SELECT copy.id,
        direction,
        datetime(sent_at, 'unixepoch') AS sent,
        sender_address AS sender,
        sender_name,
        (SELECT group_concat(participant.address, ', ') FROM participant
          WHERE participant.copy = copy.id AND participant.role <> 'from') AS recipients,
        subject,
        copy.regarding_type || ':' || copy.regarding_id AS regarding,
        user.address AS owner,
        rule,
        reason_code,
        explanation AS reason,
        conversation,
        message_id,
        size,
        datetime(tracked_at, 'unixepoch') AS tracked
      FROM copy JOIN user ON user.id = copy.owner;

    CREATE VIEW mail_participant AS
      SELECT participant.copy AS mail, participant.role, participant.name, participant.address,
        participant.is_external,
        record.type || ':' || record.record_id AS record
      FROM participant
        LEFT JOIN participant_record USING (copy, number)
        LEFT JOIN record ON record.id = participant_record.record;

    CREATE VIEW mail_delivery AS
      SELECT delivery.copy AS mail, mailbox, envelope_sender, envelope_recipient, folder, file_name,
        datetime(first_seen_at, 'unixepoch') AS first_seen,
        datetime(last_seen_at, 'unixepoch') AS last_seen,
        times_seen
      FROM delivery;
    """
}
