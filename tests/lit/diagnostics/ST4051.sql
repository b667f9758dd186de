-- Recomputing a group scans the whole source.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a integer);
-- expected-warning@+1 {{ST4051}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT a, max(r) AS m FROM o GROUP BY a;
