# For ~/.dovecot.sieve, above the statements that deliver; dovecot.conf beside this file makes 'filter'
# known.
#
# Whatever goes wrong, the message is delivered as it came; what could not be tracked then waits in the
# spool. Leave --strict away here: Sieve cannot hand mail back, so that mail would be delivered, not be
# tracked, and not wait in the spool either.
require ["vnd.dovecot.filter"];

filter "crm-mailfilter" ["filter"];
