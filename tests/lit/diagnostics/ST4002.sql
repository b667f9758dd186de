-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2));
CREATE STREAM TABLE large AS
  SELECT region, count(*) AS n FROM orders GROUP BY region HAVING count(*) > 10;  -- expected-warning {{ST4002: stream table `large` is computed as a whole at every refresh: a condition on groups}}
CREATE STREAM TABLE asked FULL AS
  SELECT region, count(*) AS n FROM orders GROUP BY region HAVING count(*) > 10;
CREATE STREAM TABLE followed AS SELECT region, count(*) AS n FROM orders GROUP BY region;
