-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals (a, b, c) IMMEDIATE AS  -- expected-error {{ST2107: 3 column names are given for 2 columns}}
  SELECT id, region FROM orders;
