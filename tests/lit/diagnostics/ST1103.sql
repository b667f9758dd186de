-- No schedule without refreshes.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1103: an IMMEDIATE stream table cannot have a SCHEDULE}}
CREATE STREAM TABLE a SCHEDULE CALCULATED IMMEDIATE AS SELECT 1;
-- expected-error@+1 {{ST1103: an IMMEDIATE stream table cannot have a SCHEDULE}}
ALTER STREAM TABLE a SET IMMEDIATE, SET SCHEDULE '1m';
-- Taking a schedule away is no contradiction.
-- expected-error@+1 {{ST1151}}
ALTER STREAM TABLE a SET IMMEDIATE, RESET SCHEDULE;
