CREATE STREAM TABLE refreshed_totals DIFFERENTIAL AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM sale GROUP BY region;
