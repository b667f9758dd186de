-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT (region COLLATE "C") || (region COLLATE "POSIX") AS x FROM orders;  -- expected-error {{ST2215: collations `C` and `POSIX` contradict each other}}
