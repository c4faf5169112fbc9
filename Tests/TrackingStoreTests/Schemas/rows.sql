-- What a store of any version may hold.
INSERT INTO policy VALUES ('correlation-known-participant', 'no'), ('filter', 'contacts');
INSERT INTO user (id, address, kind, role, filter, is_enabled, created_at)
  VALUES (1, 'dana@contoso.example', 'user', 'administrator', NULL, 1, 1);
INSERT INTO user_address VALUES ('dana@contoso.example', 1, 0, 'dana@contoso.example');
INSERT INTO record (id, type, record_id, owner, created_at)
  VALUES (1, 'contact', 'erin', 1, 1), (2, 'account', 'fab', NULL, 1);
INSERT INTO record_address (address_key, record, address)
  VALUES ('er.in@googlemail.com', 1, 'Er.In@googlemail.com'),
  ('erin@fabrikam.example', 1, 'erin@fabrikam.example');
INSERT INTO record_domain VALUES ('fabrikam.example', 2, 'fabrikam.example');
INSERT INTO conversation (id, regarding_type, regarding_id, regarding_source)
  VALUES (1, 'account', 'fab', 'manual');
INSERT INTO conversation_participant VALUES (1, 'erin@fabrikam.example');
INSERT INTO copy (
    id, key, direction, message_id, subject, sender_name, sender_address, sent_at, tracked_at, size,
    is_truncated, conversation, owner, owner_reason, regarding_type, regarding_id, regarding_source,
    reason_code, is_manual, explanation
  ) VALUES (
    1, zeroblob(32), 'incoming', '1@x', 'Offer', 'Erin', 'erin@fabrikam.example', 100, 100, 7, 0, 1, 1,
    'mailbox', 'account', 'fab', 'manual', 6, 0, 'a test'
  );
INSERT INTO content VALUES (4096, CAST('content' AS BLOB));
INSERT INTO participant VALUES
  (1, 0, 'from', 'Erin', 'erin@fabrikam.example', 'erin@fabrikam.example', 1, NULL),
  (1, 1, 'to', NULL, 'dana@contoso.example', 'dana@contoso.example', 0, 1);
INSERT INTO participant_record VALUES (1, 0, 1);
INSERT INTO reference (message_id, copy) VALUES ('0@x', 1);
INSERT INTO delivery VALUES (
  1, 1, 'dana@contoso.example', NULL, NULL, NULL, NULL, NULL, 100, 100, 1);
