-- An aggregate over an aggregate.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT max(n) AS n FROM (SELECT region, count(*) AS n FROM orders GROUP BY region) AS c;  -- expected-error {{ST3153: an aggregate below another node is not supported yet}}
