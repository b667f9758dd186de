-- Nothing to find a row by.
-- RUN: verify-diagnostics %s
CREATE TABLE log (entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT entry FROM log;  -- expected-warning {{ST4054: deleting a row searches all of `a`}}
