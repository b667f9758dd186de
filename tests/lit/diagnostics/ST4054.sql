-- Deleting a row searches the whole stream table.
-- RUN: verify-diagnostics %s

CREATE TABLE o (a json);
-- expected-warning@+1 {{ST4054}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT a FROM o;
