-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region FROM orders WHERE count(*) > 1;  -- expected-error {{ST2210: aggregate `count` cannot stand in WHERE}}
