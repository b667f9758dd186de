-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE reports.totals IMMEDIATE AS  -- expected-error {{ST2110: there is no schema `reports`}}
  SELECT id FROM orders;
