-- Statements that no stage can act on yet are errors, never ignored.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id integer PRIMARY KEY, region integer);
-- expected-error@+1 {{ST1151: OR REPLACE is not supported yet}}
CREATE OR REPLACE STREAM TABLE totals IMMEDIATE AS SELECT region, count(*) AS n FROM orders GROUP BY region;
-- expected-error@+1 {{ST1151: ALTER STREAM TABLE is not supported yet}}
ALTER STREAM TABLE totals SUSPEND;
-- expected-error@+1 {{ST1151: GATE SOURCE is not supported yet}}
GATE SOURCE orders;
-- expected-error@+1 {{ST1151: UNGATE SOURCE is not supported yet}}
UNGATE SOURCE orders;
