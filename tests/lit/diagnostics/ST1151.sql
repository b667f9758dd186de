-- Statements that no stage can act on yet are errors, never ignored.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id integer PRIMARY KEY, region integer);
-- expected-error@+1 {{ST1151: OR REPLACE is not supported yet}}
CREATE OR REPLACE STREAM TABLE totals IMMEDIATE AS SELECT region, count(*) AS n FROM orders GROUP BY region;
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE with another query is not supported yet}}
ALTER STREAM TABLE totals AS SELECT region FROM orders;
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE with SET of the refresh mode is not supported yet}}
ALTER STREAM TABLE totals SUSPEND, SET FULL;
-- expected-error@+2 {{ST1151: ALTER STREAM TABLE with SET of options other than `full_threshold` is not supported yet}}
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE with SET TABLESPACE is not supported yet}}
ALTER STREAM TABLE other SET (full_threshold = 0.1, fillfactor = 70), SET TABLESPACE fast;
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE with RESET of options other than `full_threshold` is not supported yet}}
ALTER STREAM TABLE other RESET (full_threshold, fillfactor);
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE with RENAME is not supported yet}}
ALTER STREAM TABLE totals RENAME TO sums;
-- expected-error@+1 {{ST1151: GATE SOURCE is not supported yet}}
GATE SOURCE orders;
-- expected-error@+1 {{ST1151: UNGATE SOURCE is not supported yet}}
UNGATE SOURCE orders;
