-- after: 01_customer_totals
-- A chain inside the statement, three long.
CREATE STREAM TABLE large_customers IMMEDIATE AS
  SELECT t.customer, t.total, c.region
  FROM customer_totals t JOIN customer c ON c.id = t.customer WHERE t.total > 20;
CREATE STREAM TABLE large_by_region IMMEDIATE AS
  SELECT region, count(*) AS customers, sum(total) AS total FROM large_customers GROUP BY region;
