-- HAVING on an aggregate; on a group key it is a filter.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT region, count(*) AS n FROM orders GROUP BY region
  HAVING count(*) > 1;  -- expected-error {{ST3152: a condition on groups is not supported yet}}
CREATE STREAM TABLE b IMMEDIATE AS
  SELECT region, count(*) AS n FROM orders GROUP BY region HAVING region <> 'north';
