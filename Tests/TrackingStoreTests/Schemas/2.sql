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
