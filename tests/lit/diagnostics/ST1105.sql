-- IMMEDIATE captures nothing.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1105: an IMMEDIATE stream table has no change capture}}
CREATE STREAM TABLE a IMMEDIATE CAPTURE STATEMENT AS SELECT 1;
-- expected-error@+1 {{ST1105}}
ALTER STREAM TABLE a SET CAPTURE ROW, SET IMMEDIATE;
