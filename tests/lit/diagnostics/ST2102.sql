-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE TABLE joined AS SELECT o.id, p.amount FROM orders o LEFT JOIN orders p USING (id);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT * FROM joined;  -- expected-error {{ST2102: the definition of `public\.joined` could not be read}}
