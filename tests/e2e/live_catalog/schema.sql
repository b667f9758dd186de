-- Everything that a catalog can say of a schema.
CREATE SCHEMA "Other One";
CREATE EXTENSION citext;
CREATE EXTENSION hstore WITH SCHEMA "Other One";
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
ALTER TYPE mood ADD VALUE 'bored' BEFORE 'ok';
CREATE TYPE "Other One".pair AS (a numeric(8,2), "B" text COLLATE "C", c mood[]);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0) NOT NULL;
CREATE DOMAIN more AS positive CONSTRAINT even CHECK (VALUE % 2 = 0);
CREATE DOMAIN word AS varchar(30) COLLATE "C";
CREATE DOMAIN words AS word[];
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE spanned AS RANGE (subtype = citext, multirange_type_name = "Other One".spans);
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE COLLATION "Other One".loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE kinds (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number   serial,
  named    word,
  loose    text COLLATE "Other One".loose,
  plain    text COLLATE "default" DEFAULT 'x',
  same     name,
  moods    mood[] NOT NULL,
  pairs    "Other One".pair,
  tags     "Other One".hstore,
  part     more,
  twice    numeric(10,3) GENERATED ALWAYS AS (number * 2.5) STORED,
  ip       inet,
  "Odd ""Name""" citext UNIQUE,
  ten      char(10),
  one      "char",
  bits     bit varying(7),
  lasting  interval day to second(3),
  at       timestamp(3) with time zone,
  CONSTRAINT many CHECK (number > 0 AND length(plain) < 50),
  CHECK (plain <> 'y') NO INHERIT,
  UNIQUE NULLS NOT DISTINCT (named, plain) INCLUDE (ip)
);
ALTER TABLE kinds DROP COLUMN ip;
ALTER TABLE kinds ADD COLUMN later date NOT NULL DEFAULT '2020-01-01';
CREATE INDEX ON kinds (lower(plain), number DESC) WHERE number > 3;
CREATE UNIQUE INDEX by_pattern ON kinds (plain text_pattern_ops, named COLLATE german) INCLUDE (number);
CREATE INDEX hashed ON kinds USING hash (number);
CREATE INDEX tagged ON kinds USING gin (tags);
CREATE TABLE other_keys (
  id integer PRIMARY KEY,
  a integer, b integer,
  kind bigint REFERENCES kinds ON DELETE SET NULL ON UPDATE CASCADE,
  parent integer,
  UNIQUE (a, b),
  UNIQUE (b, parent) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (a, b) REFERENCES other_keys (a, b) MATCH FULL DEFERRABLE,
  EXCLUDE USING gist (int4range(a, b) WITH &&),
  EXCLUDE USING btree (b WITH =)
);
CREATE TABLE unique_ones (a integer, b integer);
CREATE UNIQUE INDEX a_and_b ON unique_ones (a, b);
ALTER TABLE unique_ones ADD CONSTRAINT both_of_them UNIQUE USING INDEX a_and_b;
ALTER TABLE other_keys ADD FOREIGN KEY (parent) REFERENCES other_keys NOT VALID;
CREATE UNLOGGED TABLE quick (LIKE kinds INCLUDING ALL EXCLUDING IDENTITY);
CREATE TABLE above (id integer NOT NULL, what text, CONSTRAINT positive_id CHECK (id > 0));
CREATE TABLE below (extra mood) INHERITS (above);
CREATE TABLE further (what text NOT NULL, UNIQUE (id)) INHERITS (below);
ALTER TABLE above ADD COLUMN added integer DEFAULT 1;
CREATE TABLE measured (id bigint, day date NOT NULL, region text, amount numeric, PRIMARY KEY (id, day))
  PARTITION BY RANGE (day);
CREATE TABLE measured_2024 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measured_rest PARTITION OF measured DEFAULT PARTITION BY HASH (id, day);
CREATE TABLE measured_rest_0 PARTITION OF measured_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measured_by_day (day date NOT NULL, region text, id bigint NOT NULL, amount numeric);
ALTER TABLE measured ATTACH PARTITION measured_by_day FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
CREATE INDEX ON measured (region);
CREATE TABLE refers (id integer PRIMARY KEY, measured bigint, day date, FOREIGN KEY (measured, day) REFERENCES measured);
CREATE TABLE lists (what mood) PARTITION BY LIST (what);
CREATE TABLE lists_ok PARTITION OF lists FOR VALUES IN ('ok', NULL);
CREATE TABLE expressions (a text) PARTITION BY RANGE (lower(a));
CREATE TABLE made AS SELECT id, named FROM kinds;
CREATE MATERIALIZED VIEW stored AS SELECT number, count(*) AS n FROM kinds GROUP BY number;
CREATE UNIQUE INDEX ON stored (number);
CREATE VIEW seen (a, b, c) WITH (security_barrier) AS
  SELECT k.id, k.named, k.moods[1] FROM kinds k WHERE k.plain IN ('a', 'b') AND k.number BETWEEN 1 AND 5;
CREATE VIEW seen_twice WITH (security_invoker = true) AS SELECT x.a, y.b FROM seen x JOIN seen y USING (a);
ALTER VIEW seen_twice RENAME COLUMN a TO first;
CREATE SEQUENCE counting;
ALTER TABLE kinds ENABLE ROW LEVEL SECURITY;
ALTER TABLE kinds FORCE ROW LEVEL SECURITY;
CREATE FUNCTION plain(integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT LEAKPROOF AS 'SELECT $1';
CREATE FUNCTION named(a integer, b text DEFAULT 'x', OUT c text, INOUT d numeric DEFAULT 1) LANGUAGE sql STABLE
  AS $$ SELECT b, d $$;
CREATE FUNCTION rows_of(mood) RETURNS SETOF kinds LANGUAGE sql STABLE AS 'SELECT * FROM kinds';
CREATE FUNCTION one_column() RETURNS TABLE (x integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION one_out(OUT x integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION many(VARIADIC "Other One".pair[]) RETURNS void LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION anything(VARIADIC "any") RETURNS integer LANGUAGE internal AS 'pg_num_nonnulls';
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE does(IN a integer, INOUT b text) LANGUAGE sql AS 'SELECT b';
CREATE AGGREGATE summed(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE FUNCTION nth(integer[], integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1[$2]';
CREATE FUNCTION collect(integer[], integer) RETURNS integer[] LANGUAGE sql IMMUTABLE AS 'SELECT $1 || $2';
CREATE AGGREGATE in_order(integer ORDER BY integer) (SFUNC = collect, STYPE = integer[], FINALFUNC = nth);
CREATE FUNCTION equal(mood, mood) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'enum_eq';
CREATE OPERATOR "Other One".=== (FUNCTION = equal, LEFTARG = mood, RIGHTARG = mood, COMMUTATOR = OPERATOR("Other One".===), HASHES);
CREATE OPERATOR !! (FUNCTION = plain, RIGHTARG = integer);
CREATE FUNCTION to_mood(integer) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::mood $$;
CREATE CAST (integer AS mood) WITH FUNCTION to_mood(integer) AS ASSIGNMENT;
CREATE CAST (mood AS bytea) WITH INOUT;
