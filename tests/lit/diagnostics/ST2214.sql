-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT note, count(*) AS n FROM orders GROUP BY note;  -- expected-error {{ST2214: type `json` has no equality, which GROUP BY needs}}
