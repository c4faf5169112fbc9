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
