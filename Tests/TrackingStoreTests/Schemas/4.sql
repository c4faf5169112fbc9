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
