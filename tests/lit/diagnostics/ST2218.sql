-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE TABLE old_orders (id bigint);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id, region FROM orders
  UNION ALL
  SELECT id FROM old_orders;  -- expected-error {{ST2218: the branches of UNION ALL have 2 and 1 columns}}
