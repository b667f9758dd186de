-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE TABLE places AS SELECT id, rank() OVER (ORDER BY amount) AS place FROM orders;
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT * FROM places;  -- expected-error {{ST2102: the definition of `public\.places` could not be read}}
