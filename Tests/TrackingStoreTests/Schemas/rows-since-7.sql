-- What a store has of the same since version 7.
UPDATE record_address SET alias_key = 'erin@gmail.com'
  WHERE address_key = 'er.in@googlemail.com';
