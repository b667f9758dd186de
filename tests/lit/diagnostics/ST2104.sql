-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT a FROM (SELECT id AS a, customer AS a FROM orders) s;  -- expected-error {{ST2104: `a` can mean several columns}}
