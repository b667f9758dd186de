-- Aggregate below another node not supported yet.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a integer);
-- expected-error@+1 {{ST3153}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT max(n) AS n FROM (SELECT sum(r) AS n FROM o GROUP BY a) AS x;
