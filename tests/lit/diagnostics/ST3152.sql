-- An expression over an inner aggregate that is brought up to date in several statements.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount integer);
CREATE INDEX ON orders (region, amount);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT region, 100 / max(amount) AS share FROM orders GROUP BY region  -- expected-error {{ST3152: an expression over an inner aggregate may raise an error that the query does not raise}}
  HAVING max(amount) <> 0;
CREATE STREAM TABLE b IMMEDIATE AS
  SELECT region, 100 / count(*) AS share FROM orders GROUP BY region HAVING count(*) > 1;
CREATE STREAM TABLE c DIFFERENTIAL AS
  SELECT region, 100 / max(amount) AS share FROM orders GROUP BY region HAVING max(amount) <> 0;
