-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE FUNCTION f(real) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(numeric) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(money) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id, f(id) AS f FROM orders;  -- expected-error {{ST2203: several functions fit}}
