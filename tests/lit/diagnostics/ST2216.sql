-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id, ARRAY[] AS nothing FROM orders;  -- expected-error {{ST2216: an empty array needs a cast to its type}}
