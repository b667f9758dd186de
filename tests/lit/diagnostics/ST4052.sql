-- Recomputing a group wants an expression index.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a varchar(20));
-- expected-note@+1 {{ST4052}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT lower(a) AS a, max(r) AS m FROM o GROUP BY lower(a);
