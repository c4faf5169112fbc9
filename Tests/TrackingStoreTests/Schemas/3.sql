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
