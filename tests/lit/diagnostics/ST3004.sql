-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id, row_number() OVER (ORDER BY id) AS n FROM orders;  -- expected-error {{ST3004: a window function is not supported yet}}
CREATE STREAM TABLE pairs IMMEDIATE AS
  SELECT o.id, p::text FROM orders o LEFT JOIN orders p ON p.id = o.customer;  -- expected-error {{ST3004: a row that an outer join may leave out, as one value is not supported yet}}
