-- after: 03_region_totals
-- Refreshed over refreshed ones.
CREATE STREAM TABLE region_levels DIFFERENTIAL AS
  SELECT orders / 5 AS level, count(*) AS regions, sum(total) AS total FROM region_totals GROUP BY orders / 5;
CREATE STREAM TABLE region_means FULL AS
  SELECT r.region, r.total / r.orders AS mean, c.id AS customer
  FROM region_totals r JOIN customer c ON c.region = r.region;
