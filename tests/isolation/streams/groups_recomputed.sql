CREATE STREAM TABLE groups_recomputed IMMEDIATE AS
  SELECT region, sum(ratio) AS total
  FROM sale GROUP BY region;
