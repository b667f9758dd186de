-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id, coalesce(customer, region) AS x FROM orders;  -- expected-error {{ST2207: COALESCE types `integer` and `text` have no common type}}
