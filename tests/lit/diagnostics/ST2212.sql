-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n FROM orders GROUP BY 3;  -- expected-error {{ST2212: GROUP BY position 3 is not in the select list}}
