-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE FUNCTION f(date, date) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(uuid, uuid) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE OPERATOR ~~~ (FUNCTION = f, LEFTARG = date, RIGHTARG = date);
CREATE OPERATOR ~~~ (FUNCTION = f, LEFTARG = uuid, RIGHTARG = uuid);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT '1' ~~~ '2' AS x FROM orders;  -- expected-error {{ST2205: several operators fit}}
