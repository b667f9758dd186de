CREATE SCHEMA app;
CREATE EXTENSION citext WITH SCHEMA public;
CREATE EXTENSION hstore WITH SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN app.price AS numeric(12,2) DEFAULT 0 NOT NULL CONSTRAINT price_positive CHECK (VALUE >= 0);
CREATE TYPE app.address AS (street text, zip character varying(10) COLLATE "C");
CREATE TYPE app.span AS RANGE (subtype = double precision);
CREATE COLLATION app.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE FUNCTION app.tax(amount numeric, rate numeric DEFAULT 0.2) RETURNS numeric IMMUTABLE STRICT LANGUAGE sql AS $$ SELECT amount * rate $$;
CREATE FUNCTION app.body(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a; SELECT a + 1; END;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE AGGREGATE app.longest(text) (sfunc = text_larger, stype = text);
CREATE TABLE app.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email public.citext NOT NULL UNIQUE,
  name text COLLATE app.ci NOT NULL,
  tags app.hstore,
  home app.address,
  feeling app.mood DEFAULT 'ok',
  CONSTRAINT named CHECK (length(name) > 0)
);
CREATE TABLE app.orders (
  id serial PRIMARY KEY,
  customer bigint NOT NULL REFERENCES app.customers ON DELETE CASCADE,
  total app.price,
  gross numeric GENERATED ALWAYS AS (total * 1.2) STORED,
  placed timestamp(3) with time zone DEFAULT now() NOT NULL,
  codes character varying(8)[],
  bits bit(3),
  raw "char",
  c3 character(3),
  during interval day to second(2),
  spans app.span,
  UNIQUE NULLS NOT DISTINCT (customer, placed) INCLUDE (total)
);
CREATE UNIQUE INDEX ON app.orders (customer) WHERE total > 0;
CREATE INDEX orders_lower ON app.orders (lower(c3) text_pattern_ops DESC);
CREATE TABLE app.events (id bigint NOT NULL, day date NOT NULL, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
CREATE INDEX ON app.events (kind);
CREATE TABLE app.base (a integer NOT NULL, CHECK (a > 0));
CREATE TABLE app.derived (b text) INHERITS (app.base);
CREATE VIEW app.totals (customer, sum) AS SELECT customer, sum(total) FROM app.orders GROUP BY customer;
CREATE MATERIALIZED VIEW app.snapshot AS SELECT * FROM app.totals WITH NO DATA;
CREATE TRIGGER touch BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.orders USING (true);
CREATE RULE no_delete AS ON DELETE TO app.base DO INSTEAD NOTHING;
COMMENT ON TABLE app.orders IS 'what; people "buy"';
CREATE TABLE public."Odd Name" ("Column, 1" integer, "sel""ect" text);
CREATE PUBLICATION p FOR ALL TABLES;
CREATE STATISTICS app.st ON a, b FROM app.derived;
GRANT SELECT ON app.orders TO PUBLIC;
