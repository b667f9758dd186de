CREATE STREAM TABLE groups_extremes IMMEDIATE AS
  SELECT region, min(amount) AS low, max(amount) AS high
  FROM sale GROUP BY region;
