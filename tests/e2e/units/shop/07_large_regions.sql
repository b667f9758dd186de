-- after: 06_large_customers
-- Refreshed over one that is maintained inside the statement.
CREATE STREAM TABLE large_regions DIFFERENTIAL AS
  SELECT l.region, l.total, c.id AS customer
  FROM large_by_region l JOIN customer c ON c.region = l.region WHERE l.customers > 1;
