-- The index that a recomputation needs.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT region, max(amount) AS amount  -- expected-warning {{ST4051: recomputing a group scans the whole of `public.orders`: there is no index on}}
  FROM orders GROUP BY region;
CREATE INDEX ON orders (region);
CREATE STREAM TABLE b IMMEDIATE AS SELECT region, max(amount) AS amount FROM orders GROUP BY region;
