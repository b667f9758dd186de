-- Columns of many types, and constraints of every kind.
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('open', 'it''s done', 'Gone');
CREATE DOMAIN app.price AS numeric(8,2) CHECK (VALUE >= 0);
CREATE TYPE app.pair AS (a integer, b text);
CREATE TABLE app."Odd" (
  id       bigint GENERATED ALWAYS AS IDENTITY,
  code     varchar(3) PRIMARY KEY CHECK (code <> 'k7'),
  state    app.state NOT NULL,
  "Amount" app.price,
  twice    numeric GENERATED ALWAYS AS ("Amount" * 2) STORED,
  pair     app.pair,
  tags     text[],
  note     text,
  low      integer,
  high     integer,
  CHECK (low < high)
);
CREATE TABLE app.measured (
  at timestamptz, sensor uuid, value double precision, exact numeric, span interval, payload jsonb, raw json);
CREATE TABLE app.parted (day date NOT NULL, n integer, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
CREATE TABLE app.p1 PARTITION OF app.parted FOR VALUES FROM ('2030-01-01') TO ('2030-02-01');
CREATE TABLE app.p2 PARTITION OF app.parted FOR VALUES FROM ('2030-02-01') TO ('2030-03-01');
CREATE TABLE app.booking (
  room integer, during int4range, day date, n integer, EXCLUDE USING gist (during WITH &&),
  FOREIGN KEY (day, n) REFERENCES app.parted ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE app.node (
  id integer PRIMARY KEY, parent integer REFERENCES app.node ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  label text UNIQUE, weight smallint NOT NULL DEFAULT 1);
CREATE INDEX ON app.node (parent);
