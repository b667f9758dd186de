CREATE STREAM TABLE region_totals DIFFERENTIAL AS
  SELECT c.region, count(*) AS orders, sum(o.amount) AS total, max(o.amount) AS largest
  FROM orders o JOIN customer c ON c.id = o.customer GROUP BY c.region;
