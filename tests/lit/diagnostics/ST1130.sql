-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals SCHEDULE '1m' AS  -- expected-error {{ST1130: SCHEDULE is not supported yet}}
  SELECT region, count(*) AS n FROM orders GROUP BY region;
