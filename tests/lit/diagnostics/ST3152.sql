-- Condition on groups not supported yet.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a integer);
-- expected-error@+1 {{ST3152}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT a, sum(r) AS n FROM o GROUP BY a HAVING sum(r) > 10;
