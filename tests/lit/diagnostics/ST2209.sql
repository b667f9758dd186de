-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, customer, count(*) AS n FROM orders GROUP BY region;  -- expected-error {{ST2209: column `customer` is neither grouped by nor inside an aggregate}}
