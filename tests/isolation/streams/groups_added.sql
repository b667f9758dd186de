CREATE STREAM TABLE groups_added IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total
  FROM sale GROUP BY region;
