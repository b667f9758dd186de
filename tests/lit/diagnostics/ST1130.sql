-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals GATED BY ALL SOURCES AS  -- expected-error {{ST1130: GATED BY is not supported yet}}
  SELECT region, count(*) AS n FROM orders GROUP BY region;
