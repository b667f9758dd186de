-- FULL has no use for APPEND ONLY.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1104: APPEND ONLY has no meaning for a FULL stream table}}
CREATE STREAM TABLE a FULL APPEND ONLY AS SELECT 1;
-- expected-error@+1 {{ST1104}}
ALTER STREAM TABLE a SET APPEND ONLY, SET FULL;
CREATE TABLE t (a integer);
-- Allowed here, though not compiled yet.
-- expected-error@+1 {{ST1130}}
CREATE STREAM TABLE b IMMEDIATE APPEND ONLY AS SELECT a FROM t;
