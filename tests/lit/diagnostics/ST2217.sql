-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id FROM orders WHERE customer = 'many';  -- expected-error {{ST2217: `many` is not a value of type `integer`}}
