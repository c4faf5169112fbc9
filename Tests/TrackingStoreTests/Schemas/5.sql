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
