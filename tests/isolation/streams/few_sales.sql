CREATE STREAM TABLE few_sales IMMEDIATE AS
  SELECT region, count(*) AS n, max(amount) AS high FROM sale GROUP BY region HAVING count(*) < 4;
CREATE STREAM TABLE region_sizes IMMEDIATE AS
  SELECT r.n, count(*) AS regions
  FROM (SELECT region, count(*) AS n FROM sale GROUP BY region) AS r GROUP BY r.n;
