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
