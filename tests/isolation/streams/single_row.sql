CREATE STREAM TABLE single_row IMMEDIATE AS
  SELECT count(*) AS n, sum(amount) AS total, max(amount) AS high
  FROM sale;
