CREATE STREAM TABLE by_region IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM sale GROUP BY region;
CREATE STREAM TABLE region_sales IMMEDIATE AS
  SELECT s.id, s.amount, r.n FROM sale s JOIN by_region r ON r.region = s.region;
