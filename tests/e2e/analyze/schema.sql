-- What the queries of this folder are about.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE other."Odd Type" AS ENUM ('x');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(10) NOT NULL;
CREATE DOMAIN price AS numeric(10,2);
CREATE COLLATION other.german (provider = icu, locale = 'de');
CREATE TABLE t (
  i2 smallint, i4 integer NOT NULL, i8 bigint, n numeric, n102 numeric(10,2), f4 real, f8 double precision,
  m money, b boolean, t text, v varchar(20), v0 varchar, c char(5), q "char", nm name, by bytea,
  d date, ti time, ti3 time(3), tz timetz, ts timestamp, ts3 timestamp(3), tstz timestamptz, iv interval,
  ivy interval year to month, u uuid, j json, jb jsonb, x xml, bt bit(4), vb varbit(8),
  ai integer[], at text[], an numeric(8,3)[], aa integer[][], md mood, od other."Odd Type", p pair, dp positive,
  ds short_text, dpr price, ci citext, hs hstore, r4 int4range, rts tstzrange, mr int4multirange,
  ine inet, mac macaddr, o oid, pt point, bx box, tsv tsvector, tsq tsquery, tc text COLLATE "C",
  tg text COLLATE other.german, apr price[], amd mood[], "Mixed Case" integer, "select" text
);
CREATE FUNCTION plus_one(integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION overloaded(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION overloaded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION with_defaults(a integer, b text DEFAULT 'x', c numeric DEFAULT 1) RETURNS numeric
  LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $3';
CREATE FUNCTION variadic_sum(VARIADIC numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE
  AS 'SELECT $1[1]';
CREATE FUNCTION same(anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION wrap(anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[$1]';
CREATE FUNCTION unwrap(anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1[1]';
CREATE FUNCTION pick(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE
  AS 'SELECT $1';
CREATE FUNCTION other.hidden(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE VIEW w AS SELECT i4 AS a, v AS b, n102 * 2 AS c, tc AS e, 'x' AS lit FROM t WHERE b;
CREATE TABLE pk (id integer PRIMARY KEY, name text, amount numeric(12,2));
CREATE TABLE a (x integer, y text, z numeric(10,2), p integer NOT NULL);
CREATE TABLE b (x bigint, y varchar(10), z numeric(8,3), q text COLLATE "C");
CREATE TABLE c (x smallint, z numeric(10,2), r date, js json);
CREATE TABLE other.pk (id bigint, extra text);
CREATE VIEW ab AS SELECT x, a.y AS ay, b.y AS byy, q FROM a JOIN b USING (x);
CREATE VIEW abc (k, u, s) AS SELECT x, q, sum(p) FROM ab JOIN a USING (x) NATURAL JOIN c GROUP BY x, q;
CREATE VIEW both_ids AS WITH i AS (SELECT id FROM pk) SELECT id FROM i UNION ALL SELECT id FROM other.pk;
