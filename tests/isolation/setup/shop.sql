-- A foreign key with an index, and a table that refers to itself.
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE purchase (
  id       integer PRIMARY KEY,
  customer integer REFERENCES customer ON DELETE CASCADE,
  amount   integer
);
CREATE INDEX ON purchase (customer);
CREATE TABLE person (id integer PRIMARY KEY, boss integer);
CREATE INDEX ON person (boss);
CREATE TABLE item (purchase integer, qty integer);
CREATE INDEX ON item (purchase);
INSERT INTO item SELECT g / 3, g FROM generate_series(3, 11) AS g;
INSERT INTO customer SELECT g, 'name ' || g FROM generate_series(1, 4) AS g;
INSERT INTO purchase SELECT g, 1 + g % 4, g * 10 FROM generate_series(1, 8) AS g;
INSERT INTO person SELECT g, g / 2 FROM generate_series(1, 6) AS g;
