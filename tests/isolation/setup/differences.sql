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
