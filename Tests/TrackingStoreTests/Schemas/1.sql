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
