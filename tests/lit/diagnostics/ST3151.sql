-- Mode not supported yet.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer, a integer);
-- expected-error@+1 {{ST3151}}
CREATE STREAM TABLE s AS SELECT r, sum(a) AS a FROM o GROUP BY r;
