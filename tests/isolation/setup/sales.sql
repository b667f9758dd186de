-- A source with a few rows in each of a few groups, and one without a key.
CREATE TABLE sale (
  id     integer PRIMARY KEY,
  region integer,
  amount integer,
  ratio  double precision,
  label  text
);
INSERT INTO sale
SELECT g, g % 3, g * 10, g * 0.25, 'label ' || g % 3 FROM generate_series(1, 9) AS g;

CREATE TABLE visit (page text, seconds integer);
INSERT INTO visit VALUES ('a', 1), ('a', 1), ('a', 1), ('b', 2), ('b', 2), ('c', NULL);
