-- UPDATE: full
-- RUN: tricklec compile --emit catalog %sql | FileCheck --match-full-lines %s
CREATE SCHEMA app;
SET search_path TO app, public;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN price AS numeric(10,2) CHECK (value >= 0);
CREATE TABLE parent (
  id int PRIMARY KEY,
  "Mood" mood DEFAULT 'ok',
  cost price,
  CHECK (cost < 100)
);
CREATE TABLE child (extra text[] NOT NULL) INHERITS (parent);
CREATE TABLE events (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY LIST (day);
CREATE TABLE today PARTITION OF events FOR VALUES IN ('2024-01-01');
ALTER TABLE child ADD FOREIGN KEY (id) REFERENCES public.elsewhere (x) ON DELETE SET NULL NOT VALID;
CREATE UNIQUE INDEX ON child (lower("Mood"::text)) WHERE extra IS NOT NULL;
ALTER TABLE parent DROP COLUMN cost;
CREATE VIEW public.moods AS SELECT "Mood" FROM parent;
CREATE FUNCTION double(x int, times int DEFAULT 2) RETURNS SETOF int STABLE STRICT
  LANGUAGE sql AS 'SELECT x * times';
