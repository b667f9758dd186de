-- Two of other columns of the same source, and one of none of them.
CREATE STREAM TABLE reports.notes DIFFERENTIAL AS
  SELECT id, note, placed FROM orders WHERE note IS NOT NULL;
CREATE STREAM TABLE reports.states DIFFERENTIAL AS
  SELECT state, count(*) AS n FROM orders GROUP BY state;
CREATE STREAM TABLE reports.order_count DIFFERENTIAL AS
  SELECT count(*) AS n FROM orders;
GRANT SELECT ON reports.notes, reports.states TO units_reader;
