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

-- Rows of a stream table that its query does not have, and the other way round, as the caller's
-- snapshot sees them.
CREATE FUNCTION differences(stream_table text, columns text, query text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
  found bigint;
BEGIN
  EXECUTE format('WITH actual AS MATERIALIZED (SELECT %s FROM %s), expected AS MATERIALIZED (%s)
    SELECT (SELECT count(*) FROM (TABLE actual EXCEPT ALL TABLE expected) AS d)
         + (SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE actual) AS d)',
    columns, stream_table, query) INTO found;
  RETURN found;
END $$;
